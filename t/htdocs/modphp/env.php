<?php
// SPDX-License-Identifier: Apache-2.0
header('Content-Type: text/plain');
ksort($_SERVER);
foreach ($_SERVER as $name => $value) {
    if (is_string($value)) echo "$name=", addcslashes($value, "\\\r\n"), "\n";
}
