// SPDX-License-Identifier: Apache-2.0
// A page without a token in it: httpd sets the cookie XSRF-TOKEN, and the script returns it as
// a header. A script of another site can do neither. axios and Angular do this by themselves.
function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(name + "="));
  return found ? found.slice(name.length + 1) : "";
}

const form = document.querySelector("form");
const status = document.querySelector("[role=status]");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await fetch("post.php", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-XSRF-Token": cookie("XSRF-TOKEN") },
    body: JSON.stringify({ text: form.elements.text.value }),
  });
  const notice = answer.ok ? await answer.json() : null;
  status.className = notice ? "done" : "";
  status.textContent = notice ? `${notice.who} posted: ${notice.text}`
                              : `Refused (${answer.status}). Reload the page and try again.`;
});
