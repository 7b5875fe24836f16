<?php
header('X-Replace-Session: a=1');
setcookie('session', 'php');
