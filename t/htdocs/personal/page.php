<?php
// SPDX-License-Identifier: Apache-2.0
// A page as the query says: status=, type=, header[]=; its token, if there is one, stands in it.
http_response_code((int) ($_GET['status'] ?? 200));
header('Content-Type: ' . ($_GET['type'] ?? 'text/html'));
header('ETag: "of-php"');
foreach ($_GET['header'] ?? [] as $line) header($line, false);
if (in_array(http_response_code(), [204, 304], true)) exit;
echo '<p>', uniqid('', true), '<form method="post"><input name="', $_SERVER['XSRF_FIELD'] ?? '', '" value="', $_SERVER['XSRF_TOKEN'] ?? '', '"></form>', PHP_EOL;
