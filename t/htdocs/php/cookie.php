<?php
// SPDX-License-Identifier: Apache-2.0
header('X-Replace-Session: a=1');
setcookie('session', 'php');
