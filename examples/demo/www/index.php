<?php
// SPDX-License-Identifier: Apache-2.0
/* The demo's PHP page: who is logged in at the Flask application, as httpd verified it, and what
 * the same page knows when one byte of the cookie is changed. PHP has no key, reads no cookie to
 * find out who it is talking to, and knows nothing of Flask. */

declare(strict_types=1);

/* What mod_sessioncookie put into the environment. */
function session_variables(): array
{
    $found = array_filter(
        $_SERVER,
        fn ($name) => preg_match('/^(REMOTE_USER$|SESSION_|COOKIESESSION_)/', (string) $name) === 1,
        ARRAY_FILTER_USE_KEY
    );
    /* What the session says before what is said of it. */
    uksort($found, fn ($a, $b) => [str_starts_with($a, 'COOKIE'), $a] <=> [str_starts_with($b, 'COOKIE'), $b]);
    return $found;
}

function html(mixed $text): string
{
    return htmlspecialchars((string) $text, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
}

/* The cookie with one character changed: in the payload, which a thief would like to change. */
function forge(string $cookie): string
{
    $at = min(6, strlen($cookie) - 1);
    $cookie[$at] = $cookie[$at] === 'A' ? 'B' : 'A';
    return $cookie;
}

/* Asks httpd for this page's variables with another cookie. */
function variables_with(string $cookie): ?array
{
    $context = stream_context_create(['http' => [
        'header' => 'Cookie: session=' . $cookie,
        'timeout' => 5,
        'ignore_errors' => true,
    ]]);
    $answer = @file_get_contents($_SERVER['DEMO_SELF'] . '/?variables', false, $context);
    return $answer === false ? null : json_decode($answer, true);
}

function status_of(array $variables): string
{
    return $variables['COOKIESESSION_STATUS'] ?? 'no status: is mod_sessioncookie loaded?';
}

function show_who(array $variables): void
{
    $user = $variables['SESSION_USER_ID'] ?? null;
    printf(
        '<p class="who %s"><span class="face">%s</span><span><b>%s</b><small>status <code>%s</code></small></span></p>',
        $user === null ? 'nobody' : 'somebody',
        html($user === null ? '?' : mb_first($user)),
        $user === null ? 'nobody' : html($user),
        html(status_of($variables))
    );
}

/* mbstring is an extension that may not be there. */
function mb_first(string $text): string
{
    return preg_match('/^./us', $text, $first) === 1 ? $first[0] : '?';
}

function show_variables(array $variables): void
{
    echo '<table>';
    foreach ($variables as $name => $value) {
        $date = preg_match('/_(ISSUED|EXPIRES)$/', $name) === 1 ? gmdate(' (j M Y H:i:s)', (int) $value) : '';
        printf('<tr><th><code>%s</code></th><td><code>%s</code>%s</td></tr>', html($name), html($value), $date);
    }
    echo '</table>';
}

$mine = session_variables();
if (isset($_GET['variables'])) {
    header('Content-Type: application/json');
    echo json_encode($mine, JSON_INVALID_UTF8_SUBSTITUTE | JSON_PRETTY_PRINT), "\n";
    exit;
}

/* For the right-hand side only: the bytes that a forger would start from. */
$cookie = is_string($_COOKIE['session'] ?? null) ? $_COOKIE['session'] : '';
$forged = preg_match('/^[A-Za-z0-9._-]{8,4096}$/', $cookie) === 1 ? forge($cookie) : null;
$theirs = $forged === null ? null : variables_with($forged);

header('Content-Type: text/html; charset=utf-8');
header("Content-Security-Policy: default-src 'self'");
?>
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>PHP knows who you are</title>
<link rel="stylesheet" href="/style.css">
<header class="bar php"><b>/</b> PHP reads the session <nav><a href="/app/">← Flask writes it</a> · <a href="/guard.php">httpd guards forms →</a> · <a href="/handoff.php">and hands over →</a></nav></header>
<main class="wide">
<h1><?php if (isset($mine['SESSION_USER_ID'])) : ?>PHP knows you, <?= html($mine['SESSION_USER_ID']) ?>
<?php else : ?>PHP does not know you<?php endif ?></h1>
<?php if (isset($mine['SESSION_USER_ID'])) : ?>
<p>You logged in at the Flask application. Its session cookie was verified by httpd on the way here,
and what it says stands in <code>$_SERVER</code>. This page has no key and no session code.</p>
<?php else : ?>
<p><a class="button" href="/app/">Log in at the Flask application</a> and come back.</p>
<?php endif ?>
<div class="pair">
<section>
<h2>With your cookie</h2>
<?php show_who($mine); ?>
<?php show_variables($mine); ?>
</section>
<section>
<h2>With one byte of it changed</h2>
<?php if ($theirs !== null) : ?>
<?php show_who($theirs); ?>
<?php show_variables($theirs); ?>
<p class="cookie"><code><?= html(substr($forged, 0, 6)) ?><mark><?= html($forged[6]) ?></mark><?= html(substr($forged, 7)) ?></code></p>
<?php else : ?>
<p>There is no cookie to forge yet.</p>
<?php endif ?>
</section>
</div>
</main>
