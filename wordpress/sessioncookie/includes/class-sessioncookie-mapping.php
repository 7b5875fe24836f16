<?php
/**
 * What a session's values become in WordPress: texts, a login name, a role.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * @package Sessioncookie
 */

defined( 'ABSPATH' ) || exit;

/**
 * Functions of their arguments (and of the site's roles): nothing is stored here.
 */
final class Sessioncookie_Mapping {

	/**
	 * Who has one of these can take over the site, or make himself somebody who can.
	 */
	const POWERS = array(
		'promote_users',
		'edit_users',
		'create_users',
		'delete_users',
		'manage_options',
		'edit_files',
		'edit_plugins',
		'install_plugins',
		'activate_plugins',
		'update_plugins',
		'delete_plugins',
		'edit_themes',
		'install_themes',
		'update_themes',
		'delete_themes',
		'update_core',
		'import',
		'unfiltered_upload',
		'manage_network',
		'manage_network_users',
		'manage_network_options',
		'manage_network_plugins',
		'manage_sites',
	);

	/**
	 * Whether capabilities hold one of POWERS.
	 *
	 * @param array $capabilities Name => granted.
	 * @return bool
	 */
	public static function has_power( array $capabilities ) {
		foreach ( self::POWERS as $power ) {
			if ( ! empty( $capabilities[ $power ] ) ) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Whether a role exists and may be given by a table. Asked whenever it is given: roles change.
	 *
	 * @param string $role Its name.
	 * @return bool
	 */
	public static function is_harmless_role( $role ) {
		$found = get_role( $role );
		return $found && 'administrator' !== $role && ! self::has_power( $found->capabilities );
	}

	/**
	 * The role for a member's value: that of the first row whose value it is or holds.
	 *
	 * @param mixed  $value   The session's member.
	 * @param array  $rows    Rows of 'value' and 'role'.
	 * @param string $default The role where no row fits.
	 * @return string '' for none.
	 */
	public static function role( $value, array $rows, $default ) {
		$texts = self::texts( $value );
		foreach ( $rows as $row ) {
			if ( in_array( $row['value'], $texts, true ) ) {
				return self::is_harmless_role( $row['role'] ) ? $row['role'] : '';
			}
		}
		return '' !== $default && self::is_harmless_role( $default ) ? $default : '';
	}

	/**
	 * A value's texts: of a list, those of its scalars.
	 *
	 * @param mixed $value Any member.
	 * @return string[]
	 */
	public static function texts( $value ) {
		$texts = array();
		foreach ( is_array( $value ) ? $value : array( $value ) as $item ) {
			if ( is_bool( $item ) ) {
				$texts[] = $item ? 'true' : 'false';
			} elseif ( is_scalar( $item ) ) {
				$texts[] = (string) $item;
			}
		}
		return $texts;
	}

	/**
	 * A value as a line for people.
	 *
	 * @param mixed $value Any member.
	 * @return string
	 */
	public static function line( $value ) {
		return sanitize_text_field( implode( ', ', self::texts( $value ) ) );
	}

	/**
	 * A login name as WordPress takes it: at most 60 characters, ASCII.
	 *
	 * @param string $wanted What the application calls the user.
	 * @param string $user   The application's id, for names of which nothing is left.
	 * @return string
	 */
	public static function login( $wanted, $user ) {
		$login = trim( substr( sanitize_user( remove_accents( $wanted ), true ), 0, 60 ) );
		return '' !== $login ? $login : 'user-' . substr( hash( 'sha256', $user ), 0, 12 );
	}

	/**
	 * The same with a number, where the name is taken.
	 *
	 * @param string $login  A name of login().
	 * @param int    $number From 1, which adds nothing.
	 * @return string
	 */
	public static function numbered( $login, $number ) {
		$end = $number > 1 ? '-' . $number : '';
		return substr( $login, 0, 60 - strlen( $end ) ) . $end;
	}

	/**
	 * Whether a member is likely a secret, by its name or the last one of a pointer.
	 *
	 * @param string $path Name or pointer.
	 * @return bool
	 */
	public static function looks_secret( $path ) {
		$name = '' !== $path && '/' === $path[0] ? substr( strrchr( $path, '/' ), 1 ) : $path;
		return '_id' === $name || 1 === preg_match( '/pass|pwd|secret|token|csrf|xsrf|nonce|api.?key|private|credential|otp|hash|signature/i', $name );
	}

	/**
	 * A member for the administrator's eyes: short, and nothing that looks like a secret.
	 *
	 * @param string $name  The member.
	 * @param mixed  $value Its value.
	 * @return string
	 */
	public static function masked( $name, $value ) {
		if ( self::looks_secret( (string) $name ) ) {
			return '••••••';
		}
		if ( is_array( $value ) ) {
			$value = self::mask_within( $value );
		}
		$text = is_string( $value ) ? $value : (string) wp_json_encode( $value, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES );
		return mb_strlen( $text ) > 200 ? mb_substr( $text, 0, 200 ) . '…' : $text;
	}

	/**
	 * Masks the members of a value.
	 *
	 * @param array $values A list or members.
	 * @return array
	 */
	private static function mask_within( array $values ) {
		foreach ( $values as $name => $value ) {
			if ( is_string( $name ) && self::looks_secret( $name ) ) {
				$values[ $name ] = '••••••';
			} elseif ( is_array( $value ) ) {
				$values[ $name ] = self::mask_within( $value );
			}
		}
		return $values;
	}
}
