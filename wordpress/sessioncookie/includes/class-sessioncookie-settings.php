<?php
/**
 * What the administrator has allowed: nothing, until he says so.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * @package Sessioncookie
 */

defined( 'ABSPATH' ) || exit;

/**
 * One option, an array; members that are missing have their default.
 */
final class Sessioncookie_Settings {

	const OPTION = 'sessioncookie_settings';
	const GROUP  = 'sessioncookie';

	/**
	 * Registers the option.
	 */
	public static function hooks() {
		add_action( 'admin_init', array( __CLASS__, 'register' ) );
		add_filter( 'option_page_capability_' . self::GROUP, array( __CLASS__, 'capability' ) );
	}

	/**
	 * Who may change the settings.
	 *
	 * @return string
	 */
	public static function capability() {
		return 'manage_options';
	}

	/**
	 * For options.php, which checks capability and nonce.
	 */
	public static function register() {
		register_setting(
			self::GROUP,
			self::OPTION,
			array(
				'type'              => 'object',
				'sanitize_callback' => array( __CLASS__, 'sanitize' ),
				'show_in_rest'      => false,
				'default'           => array(),
			)
		);
	}

	/**
	 * The safe values.
	 *
	 * @return array
	 */
	public static function defaults() {
		return array(
			'sources'        => array(), // Of these, for example cookie:session, users are signed in.
			'sign_in'        => false,
			'create'         => false,   // Accounts on demand.
			'owners_link'    => false,   // Owners may link their account to their user of the application.
			'privileged'     => false,   // Accounts that could take over the site may be signed in.
			'login_page'     => false,   // Logging in leads to the application's page.
			'logout'         => false,   // Logging out of WordPress ends the application's session.
			'name_member'    => '',      // Members of the session: '' for none.
			'display_member' => '',
			'email_member'   => '',
			'role_member'    => '',
			'roles'          => array(), // Rows of 'value' and 'role'; the first that fits counts.
			'default_role'   => 'subscriber',
			'members'        => array(), // Of these the shortcode and the block may show the visitor's own.
		);
	}

	/**
	 * A setting.
	 *
	 * @param string $name One of defaults().
	 * @return mixed
	 */
	public static function get( $name ) {
		$stored = get_option( self::OPTION );
		return is_array( $stored ) && isset( $stored[ $name ] ) ? $stored[ $name ] : self::defaults()[ $name ];
	}

	/**
	 * Makes settings of what a form sent; what makes no sense is left out.
	 *
	 * @param mixed $input As sent, without slashes.
	 * @return array
	 */
	public static function sanitize( $input ) {
		$input    = is_array( $input ) ? $input : array();
		$settings = self::defaults();
		foreach ( $settings as $name => $default ) {
			if ( is_bool( $default ) ) {
				$settings[ $name ] = ! empty( $input[ $name ] );
			} elseif ( is_string( $default ) ) {
				$settings[ $name ] = isset( $input[ $name ] ) && is_string( $input[ $name ] ) ? self::line( $input[ $name ] ) : $default;
			}
		}
		$settings['sources']      = self::lines( isset( $input['sources'] ) ? $input['sources'] : array() );
		$settings['members']      = array_values( array_filter( self::lines( isset( $input['members'] ) ? $input['members'] : array() ), array( __CLASS__, 'may_be_shown' ) ) );
		$settings['roles']        = self::role_rows( isset( $input['roles'] ) ? $input['roles'] : array() );
		$settings['default_role'] = self::role( $settings['default_role'] );
		return $settings;
	}

	/**
	 * The rows of the table that name a value and a role which may be given.
	 *
	 * @param mixed $rows Rows of 'value' and 'role'.
	 * @return array
	 */
	private static function role_rows( $rows ) {
		$good = array();
		foreach ( is_array( $rows ) ? array_slice( $rows, 0, 100 ) : array() as $row ) {
			$value = is_array( $row ) && isset( $row['value'] ) && is_string( $row['value'] ) ? self::line( $row['value'] ) : '';
			$role  = is_array( $row ) && isset( $row['role'] ) && is_string( $row['role'] ) ? self::role( $row['role'] ) : '';
			if ( '' !== $value && '' !== $role ) {
				$good[] = compact( 'value', 'role' );
			}
		}
		return $good;
	}

	/**
	 * A role that may be given, else ''. A refused one is said where settings are saved.
	 *
	 * @param string $role Its name.
	 * @return string
	 */
	private static function role( $role ) {
		if ( '' === $role || Sessioncookie_Mapping::is_harmless_role( $role ) ) {
			return $role;
		}
		self::complain( 'role', __( 'A role that can promote users or change the site cannot be given by the application.', 'sessioncookie' ) );
		return '';
	}

	/**
	 * Whether a member may be shown on pages: secrets may not.
	 *
	 * @param string $member Name or pointer.
	 * @return bool
	 */
	public static function may_be_shown( $member ) {
		if ( ! Sessioncookie_Mapping::looks_secret( $member ) ) {
			return true;
		}
		/* translators: %s: name of a member of the session. */
		self::complain( 'member', sprintf( __( 'The member "%s" looks like a secret and will not be shown.', 'sessioncookie' ), $member ) );
		return false;
	}

	/**
	 * A message above the settings, where there is such a page.
	 *
	 * @param string $code    For the page.
	 * @param string $message The sentence.
	 */
	private static function complain( $code, $message ) {
		if ( function_exists( 'add_settings_error' ) ) {
			add_settings_error( self::OPTION, $code, $message );
		}
	}

	/**
	 * One line of text. Not sanitize_text_field(): a name may hold a percent sign or a "<".
	 *
	 * @param string $text What was typed.
	 * @return string At most 200 characters.
	 */
	private static function line( $text ) {
		$text = preg_replace( '/[\x00-\x1f\x7f]+/', '', wp_check_invalid_utf8( $text ) );
		return mb_substr( trim( $text ), 0, 200 );
	}

	/**
	 * Lines of a text area, or a list of checkboxes.
	 *
	 * @param mixed $input As sent.
	 * @return string[] At most 100, each once.
	 */
	private static function lines( $input ) {
		$lines = is_string( $input ) ? preg_split( '/[\r\n]+/', $input ) : (array) $input;
		$lines = array_map( array( __CLASS__, 'line' ), array_filter( $lines, 'is_string' ) );
		return array_slice( array_values( array_unique( array_filter( $lines, 'strlen' ) ) ), 0, 100 );
	}
}
