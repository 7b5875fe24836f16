<?php
/**
 * The application's session, as httpd verified it for this request.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * @package Sessioncookie
 */

defined( 'ABSPATH' ) || exit;

/**
 * What mod_sessioncookie says, and nothing that a client could have sent: its variables are read under their exact
 * names. Names with HTTP_ in front are the client's headers, and with REDIRECT_ an earlier request's.
 */
final class Sessioncookie_Session {

	/**
	 * The session of this request.
	 *
	 * @var Sessioncookie_Session|null
	 */
	private static $current = null;

	/**
	 * One of the module's statuses; '' where the module is not there.
	 *
	 * @var string
	 */
	public $status = '';

	/**
	 * Where the session was found, for example cookie:session.
	 *
	 * @var string
	 */
	public $source = '';

	/**
	 * Who is logged in at the application; '' for nobody.
	 *
	 * @var string
	 */
	public $user = '';

	/**
	 * The token's format.
	 *
	 * @var string
	 */
	public $format = '';

	/**
	 * The id of the key that opened it.
	 *
	 * @var string
	 */
	public $key = '';

	/**
	 * When it was issued, in seconds since 1970; 0 where it does not say.
	 *
	 * @var int
	 */
	public $issued = 0;

	/**
	 * When it ends; 0 where it does not say.
	 *
	 * @var int
	 */
	public $expires = 0;

	/**
	 * The application's login page, a path of this host; '' where none is configured.
	 *
	 * @var string
	 */
	public $login_url = '';

	/**
	 * The module's logout endpoint; likewise.
	 *
	 * @var string
	 */
	public $logout_url = '';

	/**
	 * The session as JSON.
	 *
	 * @var string
	 */
	private $json = '';

	/**
	 * The same decoded, as soon as somebody asks for it.
	 *
	 * @var array|null
	 */
	private $document = null;

	/**
	 * This request's session. First called while plugins are loaded.
	 *
	 * @return Sessioncookie_Session
	 */
	public static function of_request() {
		if ( null === self::$current ) {
			// phpcs:ignore WordPress.Security -- set by httpd, and used as data alone.
			self::$current = self::from( $_SERVER );
		}
		return self::$current;
	}

	/**
	 * Reads the module's variables. Nothing of a session that is not "ok" is kept.
	 *
	 * @param array $server As $_SERVER, without slashes.
	 * @return Sessioncookie_Session
	 */
	public static function from( array $server ) {
		$session             = new self();
		$session->status     = self::text( $server, 'COOKIESESSION_STATUS' );
		$session->login_url  = self::path( $server, 'COOKIESESSION_LOGIN_URL' );
		$session->logout_url = self::path( $server, 'COOKIESESSION_LOGOUT_URL' );
		if ( 'ok' !== $session->status ) {
			return $session;
		}
		$session->source  = self::text( $server, 'COOKIESESSION_SOURCE' );
		$session->user    = self::text( $server, 'COOKIESESSION_USER' );
		$session->format  = self::text( $server, 'COOKIESESSION_FORMAT' );
		$session->key     = self::text( $server, 'COOKIESESSION_KEY' );
		$session->issued  = (int) self::text( $server, 'COOKIESESSION_ISSUED' );
		$session->expires = (int) self::text( $server, 'COOKIESESSION_EXPIRES' );
		$session->json    = self::text( $server, 'COOKIESESSION_JSON' );
		return $session;
	}

	/**
	 * Whether the module answers for this request.
	 *
	 * @return bool
	 */
	public function has_module() {
		return '' !== $this->status;
	}

	/**
	 * Whether somebody is logged in at the application.
	 *
	 * @return bool
	 */
	public function has_user() {
		return 'ok' === $this->status && '' !== $this->user && '' !== $this->source;
	}

	/**
	 * All members.
	 *
	 * @return array
	 */
	public function members() {
		if ( null === $this->document ) {
			$decoded        = json_decode( $this->json, true, 64, JSON_BIGINT_AS_STRING );
			$this->document = is_array( $decoded ) ? $decoded : array();
		}
		return $this->document;
	}

	/**
	 * A member by its name, or by a JSON Pointer (RFC 6901), which starts with a slash.
	 *
	 * @param string $path Name or pointer.
	 * @return mixed Null where it is missing.
	 */
	public function member( $path ) {
		if ( '' === $path ) {
			return null;
		}
		$value = $this->members();
		foreach ( '/' === $path[0] ? explode( '/', substr( $path, 1 ) ) : array( $path ) as $name ) {
			if ( '/' === $path[0] ) {
				$name = str_replace( array( '~1', '~0' ), array( '/', '~' ), $name );
			}
			if ( ! is_array( $value ) || ! array_key_exists( $name, $value ) ) {
				return null;
			}
			$value = $value[ $name ];
		}
		return $value;
	}

	/**
	 * A variable's text.
	 *
	 * @param array  $server As $_SERVER.
	 * @param string $name   The variable.
	 * @return string '' where it is not set, or not UTF-8.
	 */
	private static function text( array $server, $name ) {
		$value = isset( $server[ $name ] ) && is_string( $server[ $name ] ) ? $server[ $name ] : '';
		return 1 === preg_match( '//u', $value ) ? $value : '';
	}

	/**
	 * A variable that holds a path of this host. A configuration could name another host, a browser must not be sent there.
	 *
	 * @param array  $server As $_SERVER.
	 * @param string $name   The variable.
	 * @return string
	 */
	private static function path( array $server, $name ) {
		$value = self::text( $server, $name );
		return 1 === preg_match( '~^/(?![/\\\\])[\x21-\x5b\x5d-\x7e]*$~D', $value ) ? $value : '';
	}
}
