<?php
// SPDX-License-Identifier: Apache-2.0
/* Where the forms lead. It knows nothing of tokens: what arrives was sent by this site's own
 * pages, or httpd would have refused it. Who sent it comes from httpd as well. */

if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    http_response_code(405); /* a GET changes nothing: that one any site may send */
    header('Allow: POST');
    exit("Only by POST.\n");
}
$is_json = str_starts_with($_SERVER['CONTENT_TYPE'] ?? '', 'application/json');
$sent = $is_json ? json_decode(file_get_contents('php://input'), true) : $_POST;
$text = is_string($sent['text'] ?? null) ? $sent['text'] : '';
$who = $_SERVER['SESSION_USER_ID'] ?? 'A visitor';

if ($is_json) {
    header('Content-Type: application/json');
    exit(json_encode(['who' => $who, 'text' => $text], JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
}
function html(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
}
$file = $_FILES['file'] ?? null;
$with = is_array($file) && $file['error'] === UPLOAD_ERR_OK
    ? sprintf(' with %s, %d bytes', $file['name'], $file['size']) : '';
header('Content-Type: text/html; charset=utf-8');
?>
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Posted</title>
<link rel="stylesheet" href="forms.css">
<p class="done"><b><?= html($who) ?></b> posted: <?= html($text . $with) ?></p>
