<?php
// SPDX-License-Identifier: Apache-2.0
/* A page as a blog with plug-ins makes it, served as it is at /bare/ and through inject at
 * /wild/. It goes out in pieces that end inside tags, names and quotes. */
header('Content-Type: text/html; charset=utf-8');
$origin = (isset($_SERVER['HTTPS']) ? 'https://' : 'http://') . $_SERVER['HTTP_HOST'];
$page = str_replace(['{{origin}}', '{{host}}'], [$origin, $_SERVER['HTTP_HOST']], file_get_contents(__DIR__ . '/blog.html'));
$size = max(1, (int) ($_GET['size'] ?? 4096));
for ($at = 0; $at < strlen($page); $at += $size) {
    echo substr($page, $at, $size);
    flush();
}
