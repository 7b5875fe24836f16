<?php
// SPDX-License-Identifier: Apache-2.0
/* The demo's page of forms: each runs in a frame, as it stands in examples/xsrf/www, above what
 * it is made of. Beside them, the way to the attacker. */

declare(strict_types=1);

function html(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
}

/* The lines of a form's file that matter: from one that has `from` to one that has `to`. */
function source(string $file, string $from, string $to): string
{
    $text = (string) file_get_contents(__DIR__ . '/forms/' . $file);
    $start = (int) strpos($text, $from);
    $end = strpos($text, $to, $start);
    return substr($text, $start, $end === false ? null : $end - $start + strlen($to));
}

$forms = [
    ['A form of PHP’s', 'forms/form.php', 'PHP writes the token that httpd put into <code>$_SERVER</code>.',
        source('form.php', '<form', '</form>')],
    ['A script', 'forms/script.html', 'The script returns the cookie <code>XSRF-TOKEN</code> as a header. axios and Angular do so by themselves.',
        preg_replace('/^  /m', '', source('script.js', 'const answer', '});'))],
    ['An old form', 'forms/old/form.html', 'It knows of nothing. httpd puts a hidden field into it on its way out.',
        source('old/form.html', '<form', '</form>')],
];

/* The addresses that the visitor uses, whatever name he has for this machine. */
$host = preg_match('/^[A-Za-z0-9.-]+|^\[[0-9A-Fa-f:]+\]/', $_SERVER['HTTP_HOST'] ?? '', $found) === 1 ? $found[0] : '127.0.0.1';
$here = "http://$host:" . $_SERVER['SERVER_PORT'];
$there = "http://$host:" . $_SERVER['DEMO_OTHER_PORT'];
$who = $_SERVER['SESSION_USER_ID'] ?? null;

header('Content-Type: text/html; charset=utf-8');
header("Content-Security-Policy: default-src 'self'");
?>
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Forms that other sites cannot send</title>
<link rel="stylesheet" href="/style.css">
<header class="bar guard"><b>/guard.php</b> httpd guards the forms <nav><a href="/">PHP reads the session</a> · <a href="/app/">Flask writes it</a></nav></header>
<main class="wide">
<h1>Forms that other sites cannot send</h1>
<p>All three lead to one PHP page that does nothing against forgery. httpd lets through what this site’s own pages
send for <?= $who === null ? 'you, a visitor without a login' : 'you, <b>' . html($who) . '</b>' ?>, and refuses the rest.</p>
<div class="pair forms">
<?php foreach ($forms as [$title, $address, $what, $source]) : ?>
<section>
<h2><?= html($title) ?></h2>
<p><?= $what ?></p>
<iframe src="/<?= html($address) ?>" title="<?= html($title) ?>"></iframe>
<pre><code><?= html($source) ?></code></pre>
</section>
<?php endforeach ?>
</div>
<section class="attack">
<h2>The attacker</h2>
<p>Another site, at another port, makes your browser send the same, with your cookies, while you look at it.
<?php if ($who === null) : ?><a href="/app/">Log in first</a> and it tries so in your name.<?php endif ?></p>
<p><a class="button" href="<?= html("$there/?$here/forms/") ?>">Visit it</a>
<a class="button quiet" href="<?= html("$there/?$here/open/") ?>">Visit it where the guard is off</a></p>
</section>
</main>
