<?php
/**
 * Which account belongs to a user of the application.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * @package Sessioncookie
 */

defined( 'ABSPATH' ) || exit;

/**
 * The link is a user meta: its key holds a digest of source and user id, so that it is found by an index, its value
 * says both, and whether the plugin made the account. Login name and e-mail address link nothing: two names of the
 * application may be one for WordPress, and addresses change hands. The key starts with the site's prefix: in a
 * network each site has links of its own.
 */
final class Sessioncookie_Accounts {

	const META = 'sessioncookie_link_';

	/**
	 * Accounts that the plugin made have no password of their own: it would outlive the application's session.
	 */
	public static function hooks() {
		add_filter( 'allow_password_reset', array( __CLASS__, 'may_have_password' ), 10, 2 );
		add_filter( 'show_password_fields', array( __CLASS__, 'may_have_password' ), 10, 2 );
		add_filter( 'wp_is_application_passwords_available_for_user', array( __CLASS__, 'may_have_password' ), 10, 2 );
		add_filter( 'wp_authenticate_user', array( __CLASS__, 'refuse_password' ) );
	}

	/**
	 * The meta key of a user of the application on a site.
	 *
	 * @param string $source For example cookie:session.
	 * @param string $user   The id.
	 * @param int    $site   Of a network; 0 for this one.
	 * @return string
	 */
	public static function key( $source, $user, $site = 0 ) {
		return self::prefix( $site ) . substr( hash( 'sha256', $source . "\0" . $user ), 0, 40 );
	}

	/**
	 * What all keys of a site begin with.
	 *
	 * @param int $site Of a network; 0 for this one.
	 * @return string
	 */
	private static function prefix( $site = 0 ) {
		global $wpdb;
		return $wpdb->get_blog_prefix( $site ? $site : null ) . self::META;
	}

	/**
	 * The account of a user of the application.
	 *
	 * @param string $source For example cookie:session.
	 * @param string $user   The id.
	 * @return int 0 where there is none.
	 */
	public static function find( $source, $user ) {
		global $wpdb;
		// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- once a login, by an index; nothing may be remembered of it.
		return (int) $wpdb->get_var( $wpdb->prepare( "SELECT user_id FROM $wpdb->usermeta WHERE meta_key = %s ORDER BY umeta_id LIMIT 1", self::key( $source, $user ) ) );
	}

	/**
	 * An account's link on this site. Asks no database when WordPress has loaded the user.
	 *
	 * @param int $user_id The account.
	 * @return array|null 'source', 'user', 'made' (by the plugin) and 'since'.
	 */
	public static function link_of( $user_id ) {
		$keys = self::keys_of( $user_id );
		$link = $keys ? get_user_meta( $user_id, $keys[0], true ) : null;
		return is_array( $link ) && isset( $link['source'], $link['user'], $link['since'] ) ? $link : null;
	}

	/**
	 * The keys of an account's links.
	 *
	 * @param int $user_id The account.
	 * @return string[]
	 */
	private static function keys_of( $user_id ) {
		$prefix = self::prefix();
		$keys   = array_map( 'strval', array_keys( (array) get_user_meta( $user_id ) ) );
		return array_values(
			array_filter(
				$keys,
				function ( $key ) use ( $prefix ) {
					return 0 === strpos( $key, $prefix );
				}
			)
		);
	}

	/**
	 * Links an existing account, instead of what it was linked to.
	 *
	 * @param int    $user_id The account.
	 * @param string $source  For example cookie:session.
	 * @param string $user    The id.
	 * @return bool False where that user has another account.
	 */
	public static function link( $user_id, $source, $user ) {
		$linked = self::locked(
			$source,
			$user,
			function () use ( $user_id, $source, $user ) {
				$owner = self::find( $source, $user );
				if ( $owner ) {
					return $owner;
				}
				self::unlink( $user_id );
				add_user_meta( $user_id, self::key( $source, $user ), self::value( $source, $user, false ), true );
				return $user_id;
			}
		);
		return $linked === (int) $user_id;
	}

	/**
	 * Takes an account's link away. Sessions that it opened end with their next request.
	 *
	 * @param int $user_id The account.
	 */
	public static function unlink( $user_id ) {
		foreach ( self::keys_of( $user_id ) as $key ) {
			delete_user_meta( $user_id, $key );
		}
	}

	/**
	 * A link's value.
	 *
	 * @param string $source For example cookie:session.
	 * @param string $user   The id.
	 * @param bool   $made   Whether the plugin makes the account.
	 * @return array
	 */
	private static function value( $source, $user, $made ) {
		return array(
			'source' => $source,
			'user'   => $user,
			'made'   => $made,
			'since'  => time(),
		);
	}

	/**
	 * What to do with a session: the one decision that signing in and the admin page share.
	 *
	 * @param Sessioncookie_Session $session The application's.
	 * @return array 'do': 'sign-in' ('user_id'), 'create' ('role'), or 'nothing'; 'why': a word, see Sessioncookie_Admin::why().
	 */
	public static function plan( Sessioncookie_Session $session ) {
		$why = self::refused_session( $session );
		if ( '' !== $why ) {
			return self::nothing( $why );
		}
		$user_id = self::find( $session->source, $session->user );
		if ( $user_id ) {
			$why = self::refused_account( get_userdata( $user_id ), $session );
			return '' === $why ? array( 'do' => 'sign-in' ) + compact( 'user_id', 'why' ) : self::nothing( $why, $user_id );
		}
		if ( ! Sessioncookie_Settings::get( 'create' ) ) {
			return self::nothing( 'no-account' );
		}
		$role = self::role( $session );
		return '' === $role ? self::nothing( 'no-role' ) : array( 'do' => 'create' ) + compact( 'role', 'why' );
	}

	/**
	 * A plan to do nothing.
	 *
	 * @param string $why     The reason.
	 * @param int    $user_id The account that is refused.
	 * @return array
	 */
	private static function nothing( $why, $user_id = 0 ) {
		return array( 'do' => 'nothing' ) + compact( 'why', 'user_id' );
	}

	/**
	 * Why a session signs nobody in.
	 *
	 * @param Sessioncookie_Session $session The application's.
	 * @return string A word, '' where it may.
	 */
	public static function refused_session( Sessioncookie_Session $session ) {
		if ( ! $session->has_module() ) {
			return 'no-module';
		}
		if ( 'ok' !== $session->status ) {
			return 'status';
		}
		if ( ! $session->has_user() || strlen( $session->user ) > 1024 ) {
			return 'no-user';
		}
		if ( ! Sessioncookie_Settings::get( 'sign_in' ) ) {
			return 'off';
		}
		return in_array( $session->source, Sessioncookie_Settings::get( 'sources' ), true ) ? '' : 'source';
	}

	/**
	 * Why an account is not signed in by the application's session. Looks at no filter of capabilities: those may ask
	 * for the current user, who is just being found out.
	 *
	 * @param WP_User|false         $user    The account.
	 * @param Sessioncookie_Session $session The application's.
	 * @param int                   $site    Where it was signed in: the sites of a network may share their cookies. 0: here.
	 * @return string A word, '' where it may.
	 */
	public static function refused_account( $user, Sessioncookie_Session $session, $site = 0 ) {
		if ( ! $user || ! metadata_exists( 'user', $user->ID, self::key( $session->source, $session->user, $site ) ) ) {
			return 'no-account';
		}
		if ( is_multisite() && is_super_admin( $user->ID ) ) {
			return 'super-admin';
		}
		if ( is_multisite() && ! is_user_member_of_blog( $user->ID, $site ) ) {
			return 'not-member';
		}
		if ( ! Sessioncookie_Settings::get( 'privileged' ) && Sessioncookie_Mapping::has_power( $user->allcaps ) ) {
			return 'privileged';
		}
		if ( self::made( $user->ID ) && self::has_role_member() && '' === self::role( $session ) ) {
			return 'no-role';
		}
		return '';
	}

	/**
	 * Whether the plugin made an account.
	 *
	 * @param int $user_id The account.
	 * @return bool
	 */
	public static function made( $user_id ) {
		$link = self::link_of( $user_id );
		return $link && ! empty( $link['made'] );
	}

	/**
	 * Whether roles come from the session.
	 *
	 * @return bool
	 */
	private static function has_role_member() {
		return '' !== Sessioncookie_Settings::get( 'role_member' );
	}

	/**
	 * The role that the session gives.
	 *
	 * @param Sessioncookie_Session $session The application's.
	 * @return string '' for none.
	 */
	private static function role( Sessioncookie_Session $session ) {
		return Sessioncookie_Mapping::role(
			$session->member( Sessioncookie_Settings::get( 'role_member' ) ),
			self::has_role_member() ? Sessioncookie_Settings::get( 'roles' ) : array(),
			Sessioncookie_Settings::get( 'default_role' )
		);
	}

	/**
	 * The account for a user who has none: two requests at once make one.
	 *
	 * @param Sessioncookie_Session $session The application's.
	 * @param string                $role    As planned.
	 * @return int 0 where none could be made.
	 */
	public static function create( Sessioncookie_Session $session, $role ) {
		return self::locked(
			$session->source,
			$session->user,
			function () use ( $session, $role ) {
				$found = self::find( $session->source, $session->user );
				return $found ? $found : self::insert( $session, $role );
			}
		);
	}

	/**
	 * Runs a function while nobody else works on the same user of the application. May be called within itself.
	 *
	 * @param string   $source For example cookie:session.
	 * @param string   $user   The id.
	 * @param callable $work   Gives an account's id.
	 * @return int The id; 0 where somebody else has the lock for 10 seconds.
	 */
	public static function locked( $source, $user, $work ) {
		global $wpdb;
		$lock = 'sessioncookie_' . md5( DB_NAME . self::key( $source, $user ) );
		// phpcs:disable WordPress.DB.DirectDatabaseQuery -- locks are the database's.
		if ( '1' !== $wpdb->get_var( $wpdb->prepare( 'SELECT GET_LOCK(%s, 10)', $lock ) ) ) {
			return 0;
		}
		try {
			return (int) $work();
		} finally {
			$wpdb->query( $wpdb->prepare( 'SELECT RELEASE_LOCK(%s)', $lock ) );
		}
		// phpcs:enable
	}

	/**
	 * Makes an account, link and all.
	 *
	 * @param Sessioncookie_Session $session The application's.
	 * @param string                $role    Its role.
	 * @return int 0 where WordPress refuses.
	 */
	private static function insert( Sessioncookie_Session $session, $role ) {
		$wanted  = Sessioncookie_Mapping::line( $session->member( Sessioncookie_Settings::get( 'name_member' ) ) );
		$login   = Sessioncookie_Mapping::login( '' !== $wanted ? $wanted : $session->user, $session->user );
		$user_id = wp_insert_user(
			array(
				'user_login'   => self::free_login( $login ),
				'user_pass'    => wp_generate_password( 64, true, true ),
				'user_email'   => self::email( $session, 0 ),
				'display_name' => self::display_name( $session ),
				'role'         => $role,
				'meta_input'   => array(
					self::key( $session->source, $session->user ) => self::value( $session->source, $session->user, true ),
				),
			)
		);
		return is_wp_error( $user_id ) ? 0 : $user_id;
	}

	/**
	 * A login name that nobody has, neither as name nor as e-mail address.
	 *
	 * @param string $login The wanted one.
	 * @return string
	 */
	private static function free_login( $login ) {
		/** This filter is documented in wp-includes/user.php */
		$illegal = array_map( 'strtolower', (array) apply_filters( 'illegal_user_logins', array() ) );
		for ( $number = 1; $number < 100; $number++ ) {
			$name = Sessioncookie_Mapping::numbered( $login, $number );
			if ( ! username_exists( $name ) && ! email_exists( $name ) && ! in_array( strtolower( $name ), $illegal, true ) ) {
				return $name;
			}
		}
		return 'user-' . strtolower( wp_generate_password( 12, false ) );
	}

	/**
	 * The session's e-mail address, where it is one and nobody else's.
	 *
	 * @param Sessioncookie_Session $session The application's.
	 * @param int                   $user_id Whose it may be already.
	 * @return string '' for none.
	 */
	private static function email( Sessioncookie_Session $session, $user_id ) {
		$member = $session->member( Sessioncookie_Settings::get( 'email_member' ) );
		$email  = is_string( $member ) && is_email( $member ) && strlen( $member ) <= 100 ? $member : '';
		$owner  = '' !== $email ? email_exists( $email ) : -1;
		return false === $owner || (int) $owner === $user_id ? $email : '';
	}

	/**
	 * The name that is shown.
	 *
	 * @param Sessioncookie_Session $session The application's.
	 * @return string
	 */
	private static function display_name( Sessioncookie_Session $session ) {
		$name = Sessioncookie_Mapping::line( $session->member( Sessioncookie_Settings::get( 'display_member' ) ) );
		return mb_substr( '' !== $name ? $name : sanitize_text_field( $session->user ), 0, 250 );
	}

	/**
	 * Brings an account that the plugin made up to date: role, name and address.
	 *
	 * @param WP_User               $user    The account.
	 * @param Sessioncookie_Session $session The application's.
	 */
	public static function update( WP_User $user, Sessioncookie_Session $session ) {
		if ( ! self::made( $user->ID ) ) {
			return;
		}
		self::update_role( $user, $session );
		$email   = self::email( $session, $user->ID );
		$name    = self::display_name( $session );
		$changed = array();
		if ( '' !== $email && $email !== $user->user_email ) {
			$changed['user_email'] = $email;
		}
		if ( '' !== Sessioncookie_Settings::get( 'display_member' ) && $name !== $user->display_name ) {
			$changed['display_name'] = $name;
		}
		if ( $changed ) {
			add_filter( 'send_email_change_email', '__return_false' );
			wp_update_user( $changed + array( 'ID' => $user->ID ) );
			remove_filter( 'send_email_change_email', '__return_false' );
		}
	}

	/**
	 * Gives an account that the plugin made the role that the session names now.
	 *
	 * @param WP_User               $user    The account.
	 * @param Sessioncookie_Session $session The application's.
	 */
	public static function update_role( WP_User $user, Sessioncookie_Session $session ) {
		if ( ! self::has_role_member() || ! self::made( $user->ID ) ) {
			return;
		}
		$role = self::role( $session );
		if ( '' !== $role && array( $role ) !== array_values( $user->roles ) ) {
			$user->set_role( $role );
		}
	}

	/**
	 * For filters that ask whether an account may have a password.
	 *
	 * @param bool        $may  What others say.
	 * @param WP_User|int $user The account, or its id.
	 * @return bool
	 */
	public static function may_have_password( $may, $user = 0 ) {
		$user_id = $user instanceof WP_User ? $user->ID : (int) $user;
		return $may && ! ( $user_id && self::made( $user_id ) );
	}

	/**
	 * For wp_authenticate_user: no password opens an account that the plugin made.
	 *
	 * @param WP_User|WP_Error $user Whose password is about to be looked at.
	 * @return WP_User|WP_Error
	 */
	public static function refuse_password( $user ) {
		if ( $user instanceof WP_User && self::made( $user->ID ) ) {
			return new WP_Error( 'sessioncookie', __( 'This account has no password here. Log in at the application.', 'sessioncookie' ) );
		}
		return $user;
	}
}
