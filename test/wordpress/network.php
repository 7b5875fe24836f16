<?php
// SPDX-License-Identifier: Apache-2.0
// Run by inside.php with WP_NETWORK=install: makes a network of two sites in tables of its own.
global $wpdb;
define( 'WP_INSTALLING_NETWORK', true );
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/network.php';
add_filter( 'pre_wp_mail', '__return_true' );
wp_install( 'Network', 'root', 'root@example.org', false, '', 'root password' );
foreach ( $wpdb->tables( 'ms_global' ) as $table => $name ) {
	$wpdb->$table = $name;
}
install_network();
populate_network( 1, preg_replace( '|^https?://|', '', getenv( 'SITE' ) ), 'root@example.org', 'Network', '/', false );
return true;
