<?php
// SPDX-License-Identifier: Apache-2.0
// Answers with the length and the hash of the body that it got, then with what it is told of it.
header('Content-Type: text/plain');
$in = fopen('php://input', 'rb');
$hash = hash_init('sha256');
$length = hash_update_stream($hash, $in);
echo "BODY_LENGTH=$length\nBODY_SHA256=", hash_final($hash), "\n";
foreach (['CONTENT_LENGTH', 'CONTENT_TYPE', 'XSRF_STATUS', 'REQUEST_METHOD'] as $name)
    if (isset($_SERVER[$name])) echo "$name=", $_SERVER[$name], "\n";
