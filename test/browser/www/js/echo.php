<?php
// SPDX-License-Identifier: Apache-2.0
/* Says what came. With ?refuse it refuses as the guard does, which it must not be believed. */
if (isset($_GET['refuse'])) {
    http_response_code(403);
    header('X-XSRF-Refused: 1');
}
header('Content-Type: application/json');
header('Cache-Control: no-store');
$body = file_get_contents('php://input');
echo json_encode([
    'method' => $_SERVER['REQUEST_METHOD'],
    'fields' => array_keys($_POST),
    'files' => array_column($_FILES, 'size'),
    'type' => explode(';', $_SERVER['CONTENT_TYPE'] ?? '')[0],
    'bytes' => strlen($body),
    'x' => $_SERVER['HTTP_X_MINE'] ?? null,
]), "\n";
