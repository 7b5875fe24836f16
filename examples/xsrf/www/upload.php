<?php
// SPDX-License-Identifier: Apache-2.0
/* A form with a file. Its token stands before the file, so that httpd finds it at once and the
 * file streams past, however long it is. */
$token = htmlspecialchars($_SERVER['XSRF_TOKEN'] ?? '', ENT_QUOTES);
$field = htmlspecialchars($_SERVER['XSRF_FIELD'] ?? '', ENT_QUOTES);
?>
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>A form with a file</title>
<link rel="stylesheet" href="forms.css">
<form method="post" action="post.php" enctype="multipart/form-data">
  <input type="hidden" name="<?= $field ?>" value="<?= $token ?>">
  <label>A notice <input name="text" maxlength="80" required></label>
  <label>with a picture <input type="file" name="file" required></label>
  <button>Post both</button>
</form>
