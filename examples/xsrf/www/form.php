<?php
// SPDX-License-Identifier: Apache-2.0
/* A form of PHP's: the token and the name of its field come from httpd, in the environment. */
$token = htmlspecialchars($_SERVER['XSRF_TOKEN'] ?? '', ENT_QUOTES);
$field = htmlspecialchars($_SERVER['XSRF_FIELD'] ?? '', ENT_QUOTES);
?>
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>A form of PHP's</title>
<link rel="stylesheet" href="forms.css">
<form method="post" action="post.php">
  <input type="hidden" name="<?= $field ?>" value="<?= $token ?>">
  <label>A notice <input name="text" maxlength="80" required></label>
  <button>Post it</button>
</form>
