<?php
// SPDX-License-Identifier: Apache-2.0
/* The demo's hand-off: httpd has put a one-time code into the environment of this page. A program that
 * has nothing else gets the visitor's session for it, once. */

declare(strict_types=1);

function html(mixed $text): string
{
    return htmlspecialchars((string) $text, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
}

$user = $_SERVER['SESSION_USER_ID'] ?? null;
$code = $_SERVER['COOKIESESSION_HANDOFF'] ?? null;
$self = $_SERVER['DEMO_SELF'];

header('Content-Type: text/html; charset=utf-8');
header("Content-Security-Policy: default-src 'self'");
?>
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A session, lent once</title>
<link rel="stylesheet" href="/style.css">
<header class="bar php"><b>/handoff.php</b> httpd hands over <nav><a href="/">← PHP reads the session</a> · <a href="/status">what httpd counts →</a></nav></header>
<main class="wide">
<?php if ($user === null || $code === null) : ?>
<h1>There is no session to hand over</h1>
<p><a class="button" href="/app/">Log in at the Flask application</a> and come back.</p>
<?php else : ?>
<h1>A session for a program, <?= html($user) ?></h1>
<p>Paste this into a terminal, within two minutes. It works once.</p>
<p class="cookie"><code>curl -c program.cookies -d code=<?= html($code) ?> <?= html($self) ?>/handoff</code></p>
<p>From then on the program is you, for as long as this session lasts:</p>
<p class="cookie"><code>curl -b program.cookies '<?= html($self) ?>/?variables'</code></p>
<form method="post" action="/logout">
<input type="hidden" name="all" value="1"><input type="hidden" name="next" value="/">
<p>This ends both, and every other session of yours: <button>Log out everywhere</button></p>
</form>
<?php endif ?>
</main>
