<?php
/**
 * Tools → Export and Erase Personal Data.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * @package Sessioncookie
 */

defined( 'ABSPATH' ) || exit;

/**
 * The plugin stores one thing about a person: the link of an account.
 */
final class Sessioncookie_Privacy {

	/**
	 * Registers both, and a paragraph for the privacy policy.
	 */
	public static function hooks() {
		add_filter( 'wp_privacy_personal_data_exporters', array( __CLASS__, 'exporters' ) );
		add_filter( 'wp_privacy_personal_data_erasers', array( __CLASS__, 'erasers' ) );
		add_action( 'admin_init', array( __CLASS__, 'policy' ) );
	}

	/**
	 * For wp_privacy_personal_data_exporters.
	 *
	 * @param array $exporters All.
	 * @return array
	 */
	public static function exporters( $exporters ) {
		$exporters['sessioncookie'] = array(
			'exporter_friendly_name' => __( 'Session Cookie', 'sessioncookie' ),
			'callback'               => array( __CLASS__, 'export' ),
		);
		return $exporters;
	}

	/**
	 * For wp_privacy_personal_data_erasers.
	 *
	 * @param array $erasers All.
	 * @return array
	 */
	public static function erasers( $erasers ) {
		$erasers['sessioncookie'] = array(
			'eraser_friendly_name' => __( 'Session Cookie', 'sessioncookie' ),
			'callback'             => array( __CLASS__, 'erase' ),
		);
		return $erasers;
	}

	/**
	 * What is known about the owner of an address.
	 *
	 * @param string $email The address.
	 * @return array
	 */
	public static function export( $email ) {
		$user = get_user_by( 'email', $email );
		$link = $user ? Sessioncookie_Accounts::link_of( $user->ID ) : null;
		$data = array();
		if ( $link ) {
			$data[] = array(
				'group_id'    => 'sessioncookie',
				'group_label' => __( 'Login at the application', 'sessioncookie' ),
				'item_id'     => 'sessioncookie-' . $user->ID,
				'data'        => array(
					array(
						'name'  => __( 'User of the application', 'sessioncookie' ),
						'value' => $link['user'],
					),
					array(
						'name'  => __( 'Source', 'sessioncookie' ),
						'value' => $link['source'],
					),
					array(
						'name'  => __( 'Since', 'sessioncookie' ),
						'value' => wp_date( 'c', $link['since'] ),
					),
				),
			);
		}
		return array(
			'data' => $data,
			'done' => true,
		);
	}

	/**
	 * Forgets it. The account's sessions that the application opened end as well.
	 *
	 * @param string $email The address.
	 * @return array
	 */
	public static function erase( $email ) {
		$user = get_user_by( 'email', $email );
		$link = $user ? Sessioncookie_Accounts::link_of( $user->ID ) : null;
		if ( $link ) {
			Sessioncookie_Accounts::unlink( $user->ID );
			Sessioncookie_Login::drop_sessions( $user->ID, 0 );
		}
		return array(
			'items_removed'  => (bool) $link,
			'items_retained' => false,
			'messages'       => array(),
			'done'           => true,
		);
	}

	/**
	 * A suggestion for Settings → Privacy.
	 */
	public static function policy() {
		wp_add_privacy_policy_content(
			__( 'Session Cookie', 'sessioncookie' ),
			'<p>' . esc_html__( 'If you are logged in at our application, this site knows your user id there, and keeps it with your account. When you log out of this site alone, a cookie (sessioncookie_out) remembers that until you close the browser.', 'sessioncookie' ) . '</p>'
		);
	}
}
