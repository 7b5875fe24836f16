<?php
// SPDX-License-Identifier: Apache-2.0
// The session is the Flask application's; httpd has verified it.
$user = $_SERVER['COOKIESESSION_USER'] ?? null;
$logout = ($_SERVER['COOKIESESSION_LOGOUT_URL'] ?? '') . '?' . http_build_query([
    ($_SERVER['XSRF_FIELD'] ?? '') => $_SERVER['XSRF_TOKEN'] ?? '',
    'next' => '/site/page.php',
]);
?>
<!doctype html>
<title>A page in PHP</title>
<?php if ($user !== null): ?>
<p>Hello <?= htmlspecialchars($user) ?>, <a href="<?= htmlspecialchars($logout) ?>">log out</a></p>
<?php else: ?>
<p>Hello, <a href="<?= htmlspecialchars($_SERVER['COOKIESESSION_LOGIN_URL'] ?? '') ?>">log in</a></p>
<?php endif ?>
