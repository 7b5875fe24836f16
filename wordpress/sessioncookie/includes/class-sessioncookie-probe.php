<?php
/**
 * Sends a forged cookie to this site, to see that it is refused.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * @package Sessioncookie
 */

defined( 'ABSPATH' ) || exit;

/**
 * A request to itself, as Site Health makes them too. What it answers says the status of its own cookie alone.
 */
final class Sessioncookie_Probe {

	const ACTION = 'sessioncookie_probe';
	const BUTTON = 'sessioncookie_forge';

	/**
	 * Registers everything.
	 */
	public static function hooks() {
		add_action( 'wp_ajax_nopriv_' . self::ACTION, array( __CLASS__, 'answer' ) );
		add_action( 'admin_post_' . self::BUTTON, array( __CLASS__, 'pressed' ) );
	}

	/**
	 * Shows who sent the request: only this site can make it.
	 *
	 * @param int $minute Since 1970.
	 * @return string
	 */
	private static function proof( $minute ) {
		return hash_hmac( 'sha256', self::ACTION . $minute, wp_salt( 'nonce' ) );
	}

	/**
	 * What httpd said about the cookie of this request.
	 */
	public static function answer() {
		// phpcs:ignore WordPress.Security -- compared alone.
		$sent = isset( $_GET['proof'] ) && is_string( $_GET['proof'] ) ? $_GET['proof'] : '';
		$now  = (int) ( time() / MINUTE_IN_SECONDS );
		if ( ! hash_equals( self::proof( $now ), $sent ) && ! hash_equals( self::proof( $now - 1 ), $sent ) ) {
			wp_die( '', '', array( 'response' => 403 ) );
		}
		nocache_headers();
		wp_send_json( array( 'status' => Sessioncookie_Session::of_request()->status ) );
	}

	/**
	 * The button of the settings page.
	 */
	public static function pressed() {
		if ( ! current_user_can( 'manage_options' ) ) {
			wp_die( '', '', array( 'response' => 403 ) );
		}
		check_admin_referer( self::BUTTON );
		set_transient( self::BUTTON . get_current_user_id(), self::forge(), MINUTE_IN_SECONDS );
		wp_safe_redirect( Sessioncookie_Admin::url() . '#sessioncookie-forged' );
		exit;
	}

	/**
	 * What the last press of the button found, once.
	 *
	 * @return array|null 'source', 'status' (of the forged token) or 'error'.
	 */
	public static function result() {
		$result = get_transient( self::BUTTON . get_current_user_id() );
		delete_transient( self::BUTTON . get_current_user_id() );
		return is_array( $result ) ? $result : null;
	}

	/**
	 * Sends a forged token where the first source looks for one.
	 *
	 * @return array See result().
	 */
	private static function forge() {
		$source = Sessioncookie_Session::of_request()->source;
		if ( '' === $source ) {
			$source = (string) current( Sessioncookie_Settings::get( 'sources' ) );
		}
		list( $place, $name ) = array_pad( explode( ':', $source, 2 ), 2, '' );
		if ( '' === $name ) {
			return array( 'error' => __( 'No source is known: log in at the application first.', 'sessioncookie' ) );
		}
		$answer = wp_remote_get(
			add_query_arg(
				array(
					'action' => self::ACTION,
					'proof'  => self::proof( (int) ( time() / MINUTE_IN_SECONDS ) ),
				),
				admin_url( 'admin-ajax.php' )
			),
			array(
				'timeout'     => 10,
				'redirection' => 0,
				/** This filter is documented in wp-includes/class-wp-http-streams.php */
				'sslverify'   => apply_filters( 'https_local_ssl_verify', false ),
				'headers'     => 'header' === $place ? array( $name => self::token( '' ) ) : array( 'Cookie' => $name . '=' . self::token( $name ) ),
			)
		);
		if ( is_wp_error( $answer ) ) {
			return array( 'error' => $answer->get_error_message() );
		}
		$said = json_decode( wp_remote_retrieve_body( $answer ), true );
		return array(
			'source' => $source,
			'status' => isset( $said['status'] ) && is_string( $said['status'] ) ? $said['status'] : '',
		);
	}

	/**
	 * This visitor's own token with a part of it changed, or one of Flask's form where there is none to be seen.
	 *
	 * @param string $cookie The cookie's name.
	 * @return string
	 */
	private static function token( $cookie ) {
		// phpcs:ignore WordPress.Security -- sent back to this site, changed.
		$sent = isset( $_SERVER['HTTP_COOKIE'] ) ? wp_unslash( $_SERVER['HTTP_COOKIE'] ) : '';
		if ( '' === $cookie || ! preg_match( '/(?:^|;\s*)' . preg_quote( $cookie, '/' ) . '=([\x21-\x3a\x3c-\x7e]{20,})/', $sent, $found ) ) {
			return 'eyJfdXNlcl9pZCI6ImFkbWluIn0.aAAAAA.' . str_repeat( 'A', 27 );
		}
		$at = strlen( $found[1] ) - 8;
		return substr( $found[1], 0, $at ) . ( 'A' === $found[1][ $at ] ? 'B' : 'A' ) . substr( $found[1], $at + 1 );
	}
}
