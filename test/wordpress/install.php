<?php
// SPDX-License-Identifier: Apache-2.0
// Installs run.t's WordPress: an administrator "boss", an editor "second", and what the tests click on.
$_SERVER['HTTP_HOST']       = preg_replace( '|^https?://|', '', getenv( 'SITE' ) );
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REQUEST_URI']     = '/';
$_SERVER['REQUEST_METHOD']  = 'GET';
define( 'WP_INSTALLING', true );
require getenv( 'RUN' ) . '/wp/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';

add_filter( 'pre_wp_mail', '__return_true' );
wp_install( 'Tea & Books', 'boss', 'boss@example.org', false, '', 'boss password' );
$second = wp_insert_user(
	array(
		'user_login' => 'second',
		'user_pass'  => 'second password',
		'user_email' => 'second@example.org',
		'role'       => 'editor',
	)
);
update_option( 'permalink_structure', '/%postname%/' );
update_option( 'comment_registration', 0 );
update_option( 'require_name_email', 0 );
update_option( 'comment_moderation', 0 );
update_option( 'comment_previously_approved', 0 );
switch_theme( getenv( 'WP_THEME' ) ?: 'classic' );
wp_insert_post(
	array(
		'post_title'   => 'Members',
		'post_name'    => 'members',
		'post_type'    => 'page',
		'post_status'  => 'publish',
		'post_content' => 'Name [session member="name"], roles [session member="roles" default="none"], token [session member="csrf_token" default="hidden"].',
	)
);
echo "installed $second\n";
