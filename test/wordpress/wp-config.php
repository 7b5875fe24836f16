<?php
// SPDX-License-Identifier: Apache-2.0
// What run.t's WordPress is: a private one, as RUN, SITE and others in the environment say.
$run = getenv( 'RUN' );
define( 'DB_NAME', 'wordpress' );
define( 'DB_USER', 'root' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', "localhost:$run/mysql.sock" );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );

define( 'WP_HOME', getenv( 'SITE' ) );
define( 'WP_SITEURL', getenv( 'SITE' ) );
foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $name ) {
	define( $name . '_KEY', hash( 'sha256', file_get_contents( "$run/secret_key" ) . $name ) );
	define( $name . '_SALT', hash( 'sha256', $name . file_get_contents( "$run/secret_key" ) ) );
}

// Nobody asks wordpress.org for updates: there is no network.
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'WP_ACCESSIBLE_HOSTS', '127.0.0.1' );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'FS_METHOD', 'direct' );
define( 'WP_DEBUG', true );
define( 'WP_DEBUG_DISPLAY', false );
define( 'WP_DEBUG_LOG', "$run/debug.log" );
define( 'SAVEQUERIES', isset( $_SERVER['HTTP_X_SAVEQUERIES'] ) );

$table_prefix = 'wp_';
if ( getenv( 'WP_NETWORK' ) ) {
	$table_prefix = 'net_';
	define( 'WP_ALLOW_MULTISITE', true );
	if ( 'install' !== getenv( 'WP_NETWORK' ) ) {
		define( 'MULTISITE', true );
		define( 'SUBDOMAIN_INSTALL', false );
		define( 'DOMAIN_CURRENT_SITE', preg_replace( '|^https?://|', '', getenv( 'SITE' ) ) );
		define( 'PATH_CURRENT_SITE', '/' );
		define( 'SITE_ID_CURRENT_SITE', 1 );
		define( 'BLOG_ID_CURRENT_SITE', 1 );
	}
}
if ( ! defined( 'ABSPATH' ) ) {
	define( 'ABSPATH', __DIR__ . '/' );
}
require_once ABSPATH . 'wp-settings.php';
