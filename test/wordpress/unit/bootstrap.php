<?php
// SPDX-License-Identifier: Apache-2.0
// The real WordPress around the tests, with the plugin active, and nobody logged in.
$_SERVER['HTTP_HOST']       = preg_replace( '|^https?://|', '', getenv( 'SITE' ) );
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REQUEST_URI']     = '/';
$_SERVER['REQUEST_METHOD']  = 'GET';
$_SERVER['REMOTE_ADDR']     = '127.0.0.1';
// WordPress keeps its state in globals, PHPUnit includes this file inside a function.
global $wp, $wpdb, $wp_query, $wp_rewrite, $wp_roles, $wp_version, $table_prefix, $shortcode_tags, $wp_filter, $current_site, $current_blog, $wp_embed, $wp_locale;
require getenv( 'RUN' ) . '/wp/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';
require_once ABSPATH . 'wp-admin/includes/user.php';
if ( ! is_plugin_active( 'sessioncookie/sessioncookie.php' ) ) {
	activate_plugin( 'sessioncookie/sessioncookie.php' );
}
