<?php
/**
 * Who is logged in at the application is logged in at WordPress.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * @package Sessioncookie
 */

defined( 'ABSPATH' ) || exit;

/**
 * Makes and ends WordPress' own sessions, and never says itself who the current user is. So WordPress' nonces, its
 * cookies and the REST API's check are what they always are: a request that the application's session alone came
 * with is nobody's, unless it opens a page. Such a WordPress session carries the tie: source and user of the
 * application's session. It is compared at every request, and ends with the first that does not match.
 */
final class Sessioncookie_Login {

	const INFO = 'sessioncookie';
	const LIFE = 2 * DAY_IN_SECONDS;
	// So many sessions a user: a client without cookies makes one with every page.
	const MOST = 20;

	/**
	 * The account whose session is tied to the application's and matches.
	 *
	 * @var int
	 */
	private static $tied = 0;

	/**
	 * Its session token.
	 *
	 * @var string
	 */
	private static $token = '';

	/**
	 * The site of a network where that session began.
	 *
	 * @var int
	 */
	private static $site = 0;

	/**
	 * Whether that session began with this request.
	 *
	 * @var bool
	 */
	private static $fresh = false;

	/**
	 * How long a session that is being made lasts.
	 *
	 * @var int
	 */
	private static $life = 0;

	/**
	 * Ending comes before anybody can ask for the user; signing in (accounts may be made) when WordPress is ready.
	 */
	public static function hooks() {
		add_action( 'plugins_loaded', array( __CLASS__, 'check' ), PHP_INT_MIN );
		add_action( 'init', array( __CLASS__, 'sign_in' ), PHP_INT_MIN );
		add_filter( 'attach_session_information', array( __CLASS__, 'attach' ), 10, 2 );
		add_filter( 'rest_authentication_errors', array( __CLASS__, 'rest' ), 101 );
		add_filter( 'login_url', array( __CLASS__, 'login_url' ), 10, 2 );
		add_action( 'login_init', array( __CLASS__, 'skip_form' ) );
		add_filter( 'login_message', array( __CLASS__, 'message' ) );
	}

	/**
	 * The account whose session is tied to the application's, 0 for others.
	 *
	 * @return int
	 */
	public static function tied() {
		return self::$tied;
	}

	/**
	 * Ends WordPress sessions that no longer match the application's.
	 */
	public static function check() {
		$ended = false;
		foreach ( self::tokens() as $token => $login ) {
			$user = get_user_by( 'login', $login );
			$info = $user ? WP_Session_Tokens::get_instance( $user->ID )->get( $token ) : null;
			if ( empty( $info[ self::INFO ] ) ) {
				continue;
			}
			if ( self::holds( (array) $info[ self::INFO ], $user ) ) {
				self::$tied  = $user->ID;
				self::$token = $token;
				self::$site  = $info[ self::INFO ]['site'];
				continue;
			}
			WP_Session_Tokens::get_instance( $user->ID )->destroy( $token );
			$ended = true;
		}
		if ( $ended ) {
			self::$tied = 0;
			self::forget_cookies();
		}
	}

	/**
	 * The session tokens of WordPress' cookies. Whether the cookies are good is WordPress' business.
	 *
	 * @return string[] Login names by token.
	 */
	private static function tokens() {
		$tokens = array();
		foreach ( array( 'logged_in', 'auth', 'secure_auth' ) as $scheme ) {
			$cookie = wp_parse_auth_cookie( '', $scheme );
			if ( $cookie && '' !== $cookie['token'] ) {
				$tokens[ $cookie['token'] ] = $cookie['username'];
			}
		}
		return $tokens;
	}

	/**
	 * Whether the application's session is still the one, and may sign the account in.
	 *
	 * @param array   $tie  Of the WordPress session.
	 * @param WP_User $user The account.
	 * @return bool
	 */
	private static function holds( array $tie, WP_User $user ) {
		$session = Sessioncookie_Session::of_request();
		return '' === Sessioncookie_Accounts::refused_session( $session )
			&& isset( $tie['source'], $tie['user'], $tie['issued'], $tie['site'] )
			&& $tie['source'] === $session->source
			&& $tie['user'] === $session->user
			// An application renews its session, and two requests may do so at once: only one that is older for certain is another.
			&& ( ! $session->issued || $session->issued + 5 * MINUTE_IN_SECONDS >= $tie['issued'] )
			&& '' === Sessioncookie_Accounts::refused_account( $user, $session, $tie['site'] );
	}

	/**
	 * Removes WordPress' cookies, from this request as well.
	 */
	private static function forget_cookies() {
		wp_clear_auth_cookie();
		unset( $_COOKIE[ AUTH_COOKIE ], $_COOKIE[ SECURE_AUTH_COOKIE ], $_COOKIE[ LOGGED_IN_COOKIE ] );
	}

	/**
	 * Makes a WordPress session for the application's where a page is opened, or prolongs the one that there is.
	 */
	public static function sign_in() {
		$session = Sessioncookie_Session::of_request();
		if ( self::$tied ) {
			// Somebody else, if the request brings an application password as well.
			if ( get_current_user_id() === self::$tied ) {
				Sessioncookie_Accounts::update_role( wp_get_current_user(), $session );
				self::prolong( $session );
			}
			return;
		}
		if ( is_user_logged_in() || ! self::opens_page() || Sessioncookie_Logout::holds_back( $session ) ) {
			return;
		}
		if ( 'nothing' === Sessioncookie_Accounts::plan( $session )['do'] ) {
			return;
		}
		// Ten pages may be opened at once: they make one account, and none loses the session of another.
		$begun = Sessioncookie_Accounts::locked(
			$session->source,
			$session->user,
			function () use ( $session ) {
				return self::begin( $session );
			}
		);
		if ( $begun ) {
			self::take_up();
		}
	}

	/**
	 * Finds or makes the account, and makes a session for it. Asks everything once more: another request may have done it.
	 *
	 * @param Sessioncookie_Session $session The application's.
	 * @return int The account; 0 where nobody is signed in.
	 */
	private static function begin( Sessioncookie_Session $session ) {
		$plan    = Sessioncookie_Accounts::plan( $session );
		$user_id = 'create' === $plan['do'] ? Sessioncookie_Accounts::create( $session, $plan['role'] ) : $plan['user_id'];
		if ( 'nothing' === $plan['do'] || ! $user_id ) {
			return 0;
		}
		clean_user_cache( $user_id );
		$user = get_userdata( $user_id );
		if ( '' !== Sessioncookie_Accounts::refused_account( $user, $session ) ) {
			return 0;
		}
		Sessioncookie_Accounts::update( $user, $session );
		return self::start( $user_id, self::life( $session ) );
	}

	/**
	 * Whether this request is a browser that opens a page: the only kind that the application's session signs in. What
	 * scripts ask for is nobody's until a page has been opened.
	 *
	 * @return bool
	 */
	private static function opens_page() {
		// phpcs:disable WordPress.Security -- compared with fixed words alone.
		$said = function ( $name ) {
			return isset( $_SERVER[ $name ] ) && is_string( $_SERVER[ $name ] ) ? $_SERVER[ $name ] : '';
		};
		if ( 'GET' !== $said( 'REQUEST_METHOD' ) || ! in_array( $said( 'HTTP_SEC_FETCH_MODE' ), array( '', 'navigate' ), true ) ) {
			return false;
		}
		if ( wp_doing_ajax() || wp_doing_cron() || wp_is_json_request() || '' !== $said( 'HTTP_X_REQUESTED_WITH' ) || headers_sent() ) {
			return false;
		}
		foreach ( array( 'XMLRPC_REQUEST', 'REST_REQUEST', 'WP_CLI', 'IFRAME_REQUEST', 'APP_REQUEST', 'WP_INSTALLING' ) as $name ) {
			if ( defined( $name ) && constant( $name ) ) {
				return false;
			}
		}
		$path = rawurldecode( strtok( $said( 'REQUEST_URI' ), '?' ) );
		return ! isset( $_REQUEST['rest_route'] ) && false === strpos( $path . '/', '/' . rest_get_url_prefix() . '/' );
		// phpcs:enable
	}

	/**
	 * How long a WordPress session may last: never longer than the application's.
	 *
	 * @param Sessioncookie_Session $session The application's.
	 * @return int Seconds.
	 */
	private static function life( Sessioncookie_Session $session ) {
		return $session->expires ? min( self::LIFE, $session->expires - time() ) : self::LIFE;
	}

	/**
	 * Makes a session and sends its cookies.
	 *
	 * @param int $user_id The account.
	 * @param int $life    Seconds.
	 * @return int The account; 0 where there is no time left.
	 */
	private static function start( $user_id, $life ) {
		if ( $life <= 0 ) {
			return 0;
		}
		self::$tied  = $user_id;
		self::$site  = get_current_blog_id();
		self::$fresh = true;
		self::$life  = $life;
		self::drop_sessions( $user_id, self::MOST - 1 );
		self::$token = WP_Session_Tokens::get_instance( $user_id )->create( time() + $life );
		self::send_cookies();
		return $user_id;
	}

	/**
	 * Lets this request go on as one that came with the cookies of the session: WordPress finds out who it is as ever,
	 * so that the REST API knows that it was by a cookie.
	 */
	private static function take_up() {
		nocache_headers();
		if ( ! defined( 'DONOTCACHEPAGE' ) ) {
			define( 'DONOTCACHEPAGE', true );
		}
		$user = wp_set_current_user( (int) wp_validate_auth_cookie( '', 'logged_in' ) );
		/** This action is documented in wp-includes/user.php */
		do_action( 'wp_login', $user->user_login, $user );
	}

	/**
	 * Prolongs a session that has lived for half of its time, under the same token: the nonces of open pages stay good.
	 *
	 * @param Sessioncookie_Session $session The application's.
	 */
	private static function prolong( Sessioncookie_Session $session ) {
		$manager = WP_Session_Tokens::get_instance( self::$tied );
		$info    = $manager->get( self::$token );
		if ( ! $info || headers_sent() ) {
			return;
		}
		self::$life = self::life( $session );
		if ( $info['expiration'] - time() < self::LIFE / 2 && $info['expiration'] < time() + self::$life - HOUR_IN_SECONDS ) {
			$info['expiration'] = time() + self::$life;
			$manager->update( self::$token, $info );
			self::send_cookies();
		}
	}

	/**
	 * Sends the cookies of the session, and takes them as if they had come.
	 */
	private static function send_cookies() {
		add_filter( 'auth_cookie_expiration', array( __CLASS__, 'expiration' ), PHP_INT_MAX );
		add_action( 'set_auth_cookie', array( __CLASS__, 'take_cookie' ), 10, 5 );
		add_action( 'set_logged_in_cookie', array( __CLASS__, 'take_cookie' ), 10, 5 );
		wp_set_auth_cookie( self::$tied, false, '', self::$token );
		remove_action( 'set_auth_cookie', array( __CLASS__, 'take_cookie' ) );
		remove_action( 'set_logged_in_cookie', array( __CLASS__, 'take_cookie' ) );
		remove_filter( 'auth_cookie_expiration', array( __CLASS__, 'expiration' ), PHP_INT_MAX );
	}

	/**
	 * For auth_cookie_expiration.
	 *
	 * @return int Seconds.
	 */
	public static function expiration() {
		return self::$life;
	}

	/**
	 * For set_auth_cookie and set_logged_in_cookie.
	 *
	 * @param string $cookie     Its value.
	 * @param int    $expire     Not used.
	 * @param int    $expiration Not used.
	 * @param int    $user_id    Not used.
	 * @param string $scheme     Which cookie it is.
	 */
	public static function take_cookie( $cookie, $expire, $expiration, $user_id, $scheme ) {
		$names = array(
			'auth'        => AUTH_COOKIE,
			'secure_auth' => SECURE_AUTH_COOKIE,
			'logged_in'   => LOGGED_IN_COOKIE,
		);
		if ( isset( $names[ $scheme ] ) ) {
			$_COOKIE[ $names[ $scheme ] ] = $cookie;
		}
	}

	/**
	 * For attach_session_information: ties every session that is made for the account while it is signed in by the
	 * application's. WordPress makes one at wp-login.php, and one when a password is changed.
	 *
	 * @param array $info    What the session holds.
	 * @param int   $user_id The account.
	 * @return array
	 */
	public static function attach( $info, $user_id ) {
		if ( self::$tied && (int) $user_id === self::$tied ) {
			$session            = Sessioncookie_Session::of_request();
			$info[ self::INFO ] = array(
				'source' => $session->source,
				'user'   => $session->user,
				'issued' => $session->issued,
				'site'   => self::$site,
			);
		}
		return $info;
	}

	/**
	 * Ends the tied sessions of an account but for its newest ones. What stores sessions elsewhere looks after them itself.
	 *
	 * @param int $user_id The account.
	 * @param int $keep    How many.
	 */
	public static function drop_sessions( $user_id, $keep ) {
		$sessions = get_user_meta( $user_id, 'session_tokens', true );
		if ( ! is_array( $sessions ) || count( $sessions ) <= $keep ) {
			return;
		}
		$tied = array_filter(
			$sessions,
			function ( $info ) {
				return ! empty( $info[ self::INFO ] );
			}
		);
		uasort(
			$tied,
			function ( $a, $b ) {
				return $b['login'] - $a['login'];
			}
		);
		$sessions = array_diff_key( $sessions, array_slice( $tied, $keep, null, true ) );
		if ( $sessions ) {
			update_user_meta( $user_id, 'session_tokens', $sessions );
		} else {
			delete_user_meta( $user_id, 'session_tokens' );
		}
	}

	/**
	 * For rest_authentication_errors, after WordPress' own check: a session that began with this very request has no
	 * nonce yet, whatever another plugin says.
	 *
	 * @param mixed $result Left as it is.
	 * @return mixed
	 */
	public static function rest( $result ) {
		if ( self::$fresh ) {
			wp_set_current_user( 0 );
		}
		return $result;
	}

	/**
	 * For login_url: the application's page, where that can help. It cannot when the visitor is logged in there, or
	 * when httpd does not take what the application writes: that would be a circle.
	 *
	 * @param string $url      WordPress' own.
	 * @param string $redirect Where to go afterwards.
	 * @return string
	 */
	public static function login_url( $url, $redirect ) {
		$session = Sessioncookie_Session::of_request();
		if ( ! Sessioncookie_Settings::get( 'sign_in' ) || ! Sessioncookie_Settings::get( 'login_page' ) ) {
			return $url;
		}
		$there = self::application_url( $session, $redirect );
		return '' !== $there ? $there : $url;
	}

	/**
	 * The application's login page.
	 *
	 * @param Sessioncookie_Session $session  The application's.
	 * @param string                $redirect Where to go afterwards.
	 * @return string '' where it is not known or of no use.
	 */
	private static function application_url( Sessioncookie_Session $session, $redirect ) {
		$useful = in_array( $session->status, array( 'absent', 'expired', 'revoked' ), true ) || ( 'ok' === $session->status && ! $session->has_user() );
		if ( ! $useful || '' === $session->login_url ) {
			return '';
		}
		return add_query_arg( 'next', rawurlencode( self::local_path( $redirect ) ), self::origin() . $session->login_url );
	}

	/**
	 * Scheme, host and port of this site.
	 *
	 * @return string
	 */
	private static function origin() {
		$home = wp_parse_url( home_url( '/' ) );
		return $home['scheme'] . '://' . $home['host'] . ( isset( $home['port'] ) ? ':' . $home['port'] : '' );
	}

	/**
	 * An address of this site as a path.
	 *
	 * @param string $url Where somebody wants to go.
	 * @return string The front page's, for an address elsewhere.
	 */
	public static function local_path( $url ) {
		$home = (string) wp_parse_url( home_url( '/' ), PHP_URL_PATH );
		$url  = wp_sanitize_redirect( $url );
		if ( 0 === strpos( $url, self::origin() . '/' ) ) {
			$url = substr( $url, strlen( self::origin() ) );
		}
		return 1 === preg_match( '~^/(?![/\\\\])~', $url ) ? $url : $home;
	}

	/**
	 * For login_init: who has just been signed in does not see the form, which would sign him out again where
	 * "reauth" stands in its address. Who was signed in before sees it: the page wants a password.
	 */
	public static function skip_form() {
		// phpcs:disable WordPress.Security.NonceVerification -- nothing is done but going on.
		$action = isset( $_REQUEST['action'] ) && is_string( $_REQUEST['action'] ) ? $_REQUEST['action'] : 'login';
		if ( 'login' !== $action || ! self::$tied || isset( $_REQUEST['interim-login'] ) || ( ! self::$fresh && ! empty( $_REQUEST['reauth'] ) ) || 'GET' !== $_SERVER['REQUEST_METHOD'] ) {
			return;
		}
		$requested = isset( $_REQUEST['redirect_to'] ) && is_string( $_REQUEST['redirect_to'] ) ? wp_unslash( $_REQUEST['redirect_to'] ) : '';
		// phpcs:enable
		/** This filter is documented in wp-login.php */
		$to = apply_filters( 'login_redirect', '' !== $requested ? $requested : admin_url(), $requested, wp_get_current_user() );
		wp_safe_redirect( $to );
		exit;
	}

	/**
	 * For login_message: what the application's session means here.
	 *
	 * @param string $message HTML.
	 * @return string HTML.
	 */
	public static function message( $message ) {
		$session = Sessioncookie_Session::of_request();
		if ( ! Sessioncookie_Settings::get( 'sign_in' ) ) {
			return $message;
		}
		// phpcs:ignore WordPress.Security.NonceVerification -- becomes a link to this site.
		$redirect = isset( $_REQUEST['redirect_to'] ) && is_string( $_REQUEST['redirect_to'] ) ? wp_unslash( $_REQUEST['redirect_to'] ) : '';
		$url      = self::application_url( $session, '' !== $redirect ? $redirect : admin_url() );
		if ( '' !== $url ) {
			return $message . self::paragraph( '<a href="' . esc_url( $url ) . '">' . esc_html__( 'Log in at the application', 'sessioncookie' ) . '</a>' );
		}
		if ( Sessioncookie_Logout::holds_back( $session ) ) {
			$url = add_query_arg( array( 'sessioncookie' => 'continue' ) + ( '' !== $redirect ? array( 'redirect_to' => rawurlencode( $redirect ) ) : array() ), site_url( 'wp-login.php', 'login' ) );
			/* translators: %s: the application's name of the user. */
			return $message . self::paragraph( '<a href="' . esc_url( $url ) . '">' . esc_html( sprintf( __( 'Continue as %s', 'sessioncookie' ), $session->user ) ) . '</a>' );
		}
		if ( $session->has_user() && ! self::$tied ) {
			/* translators: %s: the application's name of the user. */
			$text = sprintf( __( 'You are logged in at the application as %s, but no account here may be opened with that. Log in with a password, or ask the administrator.', 'sessioncookie' ), $session->user );
			return $message . self::paragraph( esc_html( $text ) );
		}
		return $message;
	}

	/**
	 * A message above the form.
	 *
	 * @param string $html Its text.
	 * @return string HTML.
	 */
	private static function paragraph( $html ) {
		return '<p class="message sessioncookie">' . $html . "</p>\n";
	}

	/**
	 * When the plugin is switched off, nobody compares any more: all sessions that are tied end.
	 */
	public static function deactivate() {
		global $wpdb;
		// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- once, and about all users.
		$users = $wpdb->get_col( $wpdb->prepare( "SELECT user_id FROM $wpdb->usermeta WHERE meta_key = 'session_tokens' AND meta_value LIKE %s", '%' . $wpdb->esc_like( '"' . self::INFO . '"' ) . '%' ) );
		foreach ( $users as $user_id ) {
			self::drop_sessions( (int) $user_id, 0 );
		}
	}
}
