<?php
/**
 * Links existing accounts: by an administrator, or by their owner, who is logged in to both.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * @package Sessioncookie
 */

defined( 'ABSPATH' ) || exit;

/**
 * A section of the profile pages. Its fields are part of WordPress' own form, which has a nonce.
 */
final class Sessioncookie_Links {

	/**
	 * Registers everything.
	 */
	public static function hooks() {
		add_action( 'show_user_profile', array( __CLASS__, 'section' ) );
		add_action( 'edit_user_profile', array( __CLASS__, 'section' ) );
		add_action( 'user_profile_update_errors', array( __CLASS__, 'save' ), 10, 3 );
	}

	/**
	 * Whether the current user may link any account.
	 *
	 * @param int $user_id The account.
	 * @return bool
	 */
	private static function administers( $user_id ) {
		return current_user_can( 'manage_options' ) && current_user_can( 'edit_user', $user_id );
	}

	/**
	 * Whether the current user may link this account of his own to his user of the application: he is here by his
	 * password, not by another link.
	 *
	 * @param int $user_id The account.
	 * @return bool
	 */
	private static function owns( $user_id ) {
		$session = Sessioncookie_Session::of_request();
		return get_current_user_id() === (int) $user_id
			&& Sessioncookie_Settings::get( 'owners_link' )
			&& ! Sessioncookie_Login::tied()
			&& '' === Sessioncookie_Accounts::refused_session( $session )
			&& ! Sessioncookie_Accounts::find( $session->source, $session->user );
	}

	/**
	 * The section.
	 *
	 * @param WP_User $user Whose profile it is.
	 */
	public static function section( $user ) {
		$link = Sessioncookie_Accounts::link_of( $user->ID );
		if ( ! $link && ! self::administers( $user->ID ) && ! self::owns( $user->ID ) ) {
			return;
		}
		echo '<h2>' . esc_html__( 'Login at the application', 'sessioncookie' ) . '</h2><table class="form-table" role="presentation">';
		self::row_of_link( $link );
		if ( self::administers( $user->ID ) ) {
			self::fields( $link );
		} elseif ( ! $link ) {
			/* translators: %s: the application's name of the user. */
			$text = sprintf( __( 'Link this account to %s, as whom I am logged in at the application: logging in there opens this account from now on.', 'sessioncookie' ), Sessioncookie_Session::of_request()->user );
			echo '<tr><th scope="row">' . esc_html__( 'Link', 'sessioncookie' ) . '</th><td><label><input type="checkbox" name="sessioncookie_link_own" value="1"> ' . esc_html( $text ) . '</label></td></tr>';
		} elseif ( empty( $link['made'] ) && get_current_user_id() === $user->ID ) {
			echo '<tr><th scope="row">' . esc_html__( 'Unlink', 'sessioncookie' ) . '</th><td><label><input type="checkbox" name="sessioncookie_unlink_own" value="1"> ' . esc_html__( 'Logging in at the application no longer opens this account.', 'sessioncookie' ) . '</label></td></tr>';
		}
		echo '</table>';
	}

	/**
	 * What the account is linked to.
	 *
	 * @param array|null $link See Sessioncookie_Accounts::link_of().
	 */
	private static function row_of_link( $link ) {
		if ( ! $link ) {
			return;
		}
		$made = empty( $link['made'] ) ? __( 'linked', 'sessioncookie' ) : __( 'made by the plugin', 'sessioncookie' );
		/* translators: 1: the application's name of the user, 2: the source, 3: "linked" or "made by the plugin", 4: a date. */
		$text = sprintf( __( '%1$s (%2$s), %3$s on %4$s', 'sessioncookie' ), $link['user'], $link['source'], $made, wp_date( get_option( 'date_format' ), $link['since'] ) );
		echo '<tr><th scope="row">' . esc_html__( 'User of the application', 'sessioncookie' ) . '</th><td>' . esc_html( $text ) . '</td></tr>';
	}

	/**
	 * The administrator's fields.
	 *
	 * @param array|null $link See Sessioncookie_Accounts::link_of().
	 */
	private static function fields( $link ) {
		$sources = Sessioncookie_Settings::get( 'sources' );
		echo '<tr><th scope="row"><label for="sessioncookie-user">' . esc_html__( 'Link to', 'sessioncookie' ) . '</label></th><td>';
		if ( ! $sources ) {
			echo esc_html__( 'First accept a source in Settings → Session Cookie.', 'sessioncookie' ) . '</td></tr>';
			return;
		}
		echo '<input type="text" class="regular-text" id="sessioncookie-user" name="sessioncookie_user" autocomplete="off" value="' . esc_attr( $link ? $link['user'] : '' ) . '"> ';
		echo '<select name="sessioncookie_source" aria-label="' . esc_attr__( 'Source', 'sessioncookie' ) . '">';
		foreach ( $sources as $source ) {
			echo '<option' . selected( $link ? $link['source'] : '', $source, false ) . '>' . esc_html( $source ) . '</option>';
		}
		echo '</select><p class="description">' . esc_html__( 'The id of the user at the application (COOKIESESSION_USER). Whoever is logged in there as this user gets into this account without a password. Empty: no link.', 'sessioncookie' ) . '</p></td></tr>';
	}

	/**
	 * For user_profile_update_errors, which is called when WordPress has checked the form's nonce and the right to edit
	 * the user.
	 *
	 * @param WP_Error $errors What the page shows.
	 * @param bool     $update Whether it is an existing user.
	 * @param object   $user   His data.
	 */
	public static function save( $errors, $update, $user ) {
		if ( ! $update || $errors->has_errors() ) {
			return;
		}
		// phpcs:disable WordPress.Security.NonceVerification -- WordPress has.
		$sent = function ( $name ) {
			return isset( $_POST[ $name ] ) && is_string( $_POST[ $name ] ) ? wp_check_invalid_utf8( wp_unslash( $_POST[ $name ] ) ) : null;
		};
		// phpcs:enable
		$link   = Sessioncookie_Accounts::link_of( $user->ID );
		$linked = true;
		if ( self::administers( $user->ID ) && null !== $sent( 'sessioncookie_user' ) ) {
			$linked = self::save_fields( $user->ID, $link, $sent( 'sessioncookie_user' ), (string) $sent( 'sessioncookie_source' ) );
		} elseif ( ! $link && $sent( 'sessioncookie_link_own' ) && self::owns( $user->ID ) ) {
			$session = Sessioncookie_Session::of_request();
			$linked  = Sessioncookie_Accounts::link( $user->ID, $session->source, $session->user );
		} elseif ( $link && empty( $link['made'] ) && $sent( 'sessioncookie_unlink_own' ) && get_current_user_id() === (int) $user->ID ) {
			Sessioncookie_Accounts::unlink( $user->ID );
		}
		if ( ! $linked ) {
			$errors->add( 'sessioncookie', __( 'That user of the application has another account here. Unlink that one first.', 'sessioncookie' ) );
		}
	}

	/**
	 * What an administrator typed.
	 *
	 * @param int        $user_id The account.
	 * @param array|null $link    What it is linked to.
	 * @param string     $user    The application's id; '' for no link.
	 * @param string     $source  One of those that are accepted.
	 * @return bool False where that user has another account.
	 */
	private static function save_fields( $user_id, $link, $user, $source ) {
		if ( $link && $link['user'] === $user && $link['source'] === $source ) {
			return true;
		}
		if ( '' === $user ) {
			Sessioncookie_Accounts::unlink( $user_id );
			return true;
		}
		return in_array( $source, Sessioncookie_Settings::get( 'sources' ), true ) && strlen( $user ) <= 1024
			&& Sessioncookie_Accounts::link( $user_id, $source, $user );
	}
}
