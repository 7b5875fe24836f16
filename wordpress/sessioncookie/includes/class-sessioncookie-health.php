<?php
/**
 * The test in Tools → Site Health.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * @package Sessioncookie
 */

defined( 'ABSPATH' ) || exit;

/**
 * Says whether the module is there, and whether the settings do what they promise.
 */
final class Sessioncookie_Health {

	/**
	 * Registers the test.
	 */
	public static function hooks() {
		add_filter( 'site_status_tests', array( __CLASS__, 'register' ) );
	}

	/**
	 * For site_status_tests.
	 *
	 * @param array $tests All tests.
	 * @return array
	 */
	public static function register( $tests ) {
		$tests['direct']['sessioncookie'] = array(
			'label' => __( 'Session Cookie', 'sessioncookie' ),
			'test'  => array( __CLASS__, 'test' ),
		);
		return $tests;
	}

	/**
	 * The test.
	 *
	 * @return array As Site Health wants it.
	 */
	public static function test() {
		list( $status, $label, $text ) = self::finding( Sessioncookie_Session::of_request() );
		return array(
			'label'       => $label,
			'status'      => $status,
			'badge'       => array(
				'label' => __( 'Security', 'sessioncookie' ),
				'color' => 'blue',
			),
			'description' => '<p>' . esc_html( $text ) . '</p>',
			'actions'     => '<p><a href="' . esc_url( Sessioncookie_Admin::url() ) . '">' . esc_html__( 'Settings → Session Cookie', 'sessioncookie' ) . '</a></p>',
			'test'        => 'sessioncookie',
		);
	}

	/**
	 * What there is to say: the worst first.
	 *
	 * @param Sessioncookie_Session $session The application's.
	 * @return string[] Status, label, text.
	 */
	private static function finding( Sessioncookie_Session $session ) {
		if ( ! $session->has_module() ) {
			return array( 'recommended', __( 'mod_sessioncookie does not answer', 'sessioncookie' ), __( 'The Apache module has no session source configured for this site, so this plugin does nothing.', 'sessioncookie' ) );
		}
		if ( in_array( $session->status, array( 'bad-signature', 'unknown-key', 'error' ), true ) ) {
			/* translators: %s: a status of the module, for example bad-signature. */
			return array( 'critical', __( 'Your own session of the application is refused', 'sessioncookie' ), sprintf( __( 'The Apache module says "%s": does it have the key of the application?', 'sessioncookie' ), $session->status ) );
		}
		if ( Sessioncookie_Settings::get( 'privileged' ) ) {
			return array( 'recommended', __( 'Administrators may be signed in by the application', 'sessioncookie' ), __( 'Whoever has the key of the application, or the session of a linked administrator, controls this site.', 'sessioncookie' ) );
		}
		if ( Sessioncookie_Settings::get( 'logout' ) && '' === $session->logout_url ) {
			return array( 'recommended', __( 'The logout endpoint is not configured', 'sessioncookie' ), __( 'Logging out of WordPress is set to end the application\'s session, but the Apache module tells no CookieSessionLogoutURL.', 'sessioncookie' ) );
		}
		if ( Sessioncookie_Settings::get( 'login_page' ) && '' === $session->login_url ) {
			return array( 'recommended', __( 'The login page of the application is not configured', 'sessioncookie' ), __( 'Logging in is set to lead to the application, but the Apache module tells no CookieSessionLoginURL.', 'sessioncookie' ) );
		}
		if ( ! Sessioncookie_Settings::get( 'sign_in' ) ) {
			return array( 'good', __( 'mod_sessioncookie answers', 'sessioncookie' ), __( 'Nobody is signed in by the application\'s session, as the settings say.', 'sessioncookie' ) );
		}
		return array( 'good', __( 'mod_sessioncookie answers', 'sessioncookie' ), __( 'Who is logged in at the application is logged in here, as the settings say.', 'sessioncookie' ) );
	}
}
