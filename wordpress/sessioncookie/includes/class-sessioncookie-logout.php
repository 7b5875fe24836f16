<?php
/**
 * Logging out of WordPress.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * @package Sessioncookie
 */

defined( 'ABSPATH' ) || exit;

/**
 * As long as the application's session lives, WordPress would sign its user straight in again. So either that session
 * ends as well, by a form that is posted to the module's logout endpoint, or a cookie says that this visitor has
 * logged out here, until he comes back by himself or the application's session is another one.
 */
final class Sessioncookie_Logout {

	const COOKIE = 'sessioncookie_out';
	const ACTION = 'sessioncookie_logout';

	/**
	 * Registers everything.
	 */
	public static function hooks() {
		add_action( 'wp_logout', array( __CLASS__, 'mark' ) );
		add_filter( 'logout_redirect', array( __CLASS__, 'redirect' ), PHP_INT_MAX );
		add_action( 'login_form_' . self::ACTION, array( __CLASS__, 'page' ) );
	}

	/**
	 * What the cookie holds: whose logging out it was, for nobody else to read.
	 *
	 * @param Sessioncookie_Session $session The application's.
	 * @return string
	 */
	private static function value( Sessioncookie_Session $session ) {
		return substr( hash_hmac( 'sha256', self::COOKIE . "\0" . $session->source . "\0" . $session->user, wp_salt( 'auth' ) ), 0, 32 );
	}

	/**
	 * Whether the visitor has logged out here, and not come back.
	 *
	 * @param Sessioncookie_Session $session The application's.
	 * @return bool
	 */
	public static function holds_back( Sessioncookie_Session $session ) {
		$cookie = isset( $_COOKIE[ self::COOKIE ] ) && is_string( $_COOKIE[ self::COOKIE ] ) ? sanitize_key( $_COOKIE[ self::COOKIE ] ) : '';
		if ( '' === $cookie ) {
			return false;
		}
		// phpcs:ignore WordPress.Security.NonceVerification -- signs in who is logged in at the application.
		$returns = isset( $_GET['sessioncookie'] ) && 'continue' === $_GET['sessioncookie'];
		if ( $session->has_user() && hash_equals( self::value( $session ), $cookie ) && ! $returns ) {
			return true;
		}
		self::set_cookie( '' );
		return false;
	}

	/**
	 * Sends the cookie, or removes it.
	 *
	 * @param string $value Its value, '' for none.
	 */
	private static function set_cookie( $value ) {
		unset( $_COOKIE[ self::COOKIE ] );
		if ( '' !== $value ) {
			$_COOKIE[ self::COOKIE ] = $value;
		}
		if ( headers_sent() ) {
			return;
		}
		setcookie(
			self::COOKIE,
			$value,
			array(
				'expires'  => '' === $value ? 1 : 0,
				'path'     => COOKIEPATH,
				'domain'   => COOKIE_DOMAIN,
				'secure'   => is_ssl(),
				'httponly' => true,
				'samesite' => 'Lax',
			)
		);
	}

	/**
	 * For wp_logout: remembers it, where the session was the application's.
	 */
	public static function mark() {
		if ( Sessioncookie_Login::tied() ) {
			self::set_cookie( self::value( Sessioncookie_Session::of_request() ) );
		}
	}

	/**
	 * For logout_redirect: the page that ends the application's session comes first, where that is wanted.
	 *
	 * @param string $to Where WordPress goes.
	 * @return string
	 */
	public static function redirect( $to ) {
		$session = Sessioncookie_Session::of_request();
		if ( ! Sessioncookie_Login::tied() || ! Sessioncookie_Settings::get( 'logout' ) || '' === $session->logout_url ) {
			return $to;
		}
		$page = array(
			'action'      => self::ACTION,
			'redirect_to' => rawurlencode( Sessioncookie_Login::local_path( $to ) ),
		);
		return add_query_arg( $page, site_url( 'wp-login.php', 'login' ) );
	}

	/**
	 * A form that is posted to the logout endpoint: by a script where the visitor has just logged out here, else by
	 * himself, so that no other site can do it. A token stands in it where httpd gives one to PHP; httpd puts one
	 * into the form by itself with XSRFSend inject.
	 */
	public static function page() {
		$session = Sessioncookie_Session::of_request();
		// phpcs:ignore WordPress.Security.NonceVerification, WordPress.Security.ValidatedSanitizedInput -- nothing is done without the visitor.
		$next = Sessioncookie_Login::local_path( isset( $_REQUEST['redirect_to'] ) && is_string( $_REQUEST['redirect_to'] ) ? wp_unslash( $_REQUEST['redirect_to'] ) : '' );
		if ( '' === $session->logout_url || ! $session->has_user() ) {
			wp_safe_redirect( home_url( '/' ) );
			exit;
		}
		$out = self::holds_back( $session );
		login_header( __( 'Log out', 'sessioncookie' ) );
		echo '<form id="sessioncookie-logout" method="post" action="' . esc_url( $session->logout_url ) . '"' . ( $out ? ' data-send="1"' : '' ) . '>';
		echo '<input type="hidden" name="next" value="' . esc_attr( $next ) . '">';
		self::token_field();
		/* translators: %s: the application's name of the user. */
		echo '<p>' . esc_html( sprintf( __( 'You are logged in at the application as %s.', 'sessioncookie' ), $session->user ) ) . '</p>';
		echo '<p class="submit"><button type="submit" class="button button-primary button-large">' . esc_html__( 'Log out of the application', 'sessioncookie' ) . '</button></p></form>';
		// A file, as a Content-Security-Policy may forbid scripts within pages.
		wp_enqueue_script( 'sessioncookie-logout', plugins_url( 'assets/logout.js', SESSIONCOOKIE_FILE ), array(), SESSIONCOOKIE_VERSION, true );
		login_footer();
		exit;
	}

	/**
	 * The guard's token, with XSRFSend env.
	 */
	private static function token_field() {
		// phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- set by httpd; escaped below.
		$said = wp_unslash( array_intersect_key( $_SERVER, array_flip( array( 'XSRF_TOKEN', 'XSRF_FIELD' ) ) ) );
		if ( ! empty( $said['XSRF_TOKEN'] ) && ! empty( $said['XSRF_FIELD'] ) ) {
			echo '<input type="hidden" name="' . esc_attr( $said['XSRF_FIELD'] ) . '" value="' . esc_attr( $said['XSRF_TOKEN'] ) . '">';
		}
	}
}
