<?php
/**
 * Removes everything that the plugin stored: settings, links and the sessions that were tied to the application's.
 * Accounts stay, as ordinary ones without a password that anybody knows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * @package Sessioncookie
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

require_once __DIR__ . '/includes/class-sessioncookie-session.php';
require_once __DIR__ . '/includes/class-sessioncookie-login.php';

/**
 * Of the current site.
 */
function sessioncookie_uninstall_site() {
	global $wpdb;
	delete_option( 'sessioncookie_settings' );
	// phpcs:disable WordPress.DB.DirectDatabaseQuery -- once, and about all users.
	foreach ( array( '_transient_', '_transient_timeout_' ) as $kind ) {
		$wpdb->query( $wpdb->prepare( "DELETE FROM $wpdb->options WHERE option_name LIKE %s", $wpdb->esc_like( $kind . 'sessioncookie_' ) . '%' ) );
	}
	$like  = $wpdb->esc_like( $wpdb->get_blog_prefix() . 'sessioncookie_link_' ) . '%';
	$users = $wpdb->get_col( $wpdb->prepare( "SELECT DISTINCT user_id FROM $wpdb->usermeta WHERE meta_key LIKE %s", $like ) );
	$wpdb->query( $wpdb->prepare( "DELETE FROM $wpdb->usermeta WHERE meta_key LIKE %s", $like ) );
	// phpcs:enable
	foreach ( $users as $user_id ) {
		clean_user_cache( (int) $user_id );
	}
}

Sessioncookie_Login::deactivate();
if ( is_multisite() ) {
	foreach ( get_sites( array( 'fields' => 'ids', 'number' => 0 ) ) as $sessioncookie_site ) {
		switch_to_blog( $sessioncookie_site );
		sessioncookie_uninstall_site();
		restore_current_blog();
	}
} else {
	sessioncookie_uninstall_site();
}
