// SPDX-License-Identifier: Apache-2.0
// Asks with the headers that the page gives it.
onmessage = (event) => fetch("echo.php", { method: "POST", headers: event.data }).then((answer) => postMessage(answer.status));
