<?php
// SPDX-License-Identifier: Apache-2.0
// Runs the PHP on standard input inside run.t's WordPress, as nobody; prints what it returns as JSON.
$_SERVER['HTTP_HOST']       = preg_replace( '|^https?://|', '', getenv( 'SITE' ) );
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REQUEST_URI']     = '/';
$_SERVER['REQUEST_METHOD']  = 'GET';
if ( 'install' === getenv( 'WP_NETWORK' ) ) {
	define( 'WP_INSTALLING', true );
}
require getenv( 'RUN' ) . '/wp/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/file.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';
require_once ABSPATH . 'wp-admin/includes/user.php';
$said = eval( stream_get_contents( STDIN ) );
echo "\n", wp_json_encode( $said );
