<?php
/**
 * Settings → Session Cookie.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * @package Sessioncookie
 */

defined( 'ABSPATH' ) || exit;

/**
 * What the module says, what the plugin makes of it, and the settings with their dangers.
 */
final class Sessioncookie_Admin {

	const PAGE = 'sessioncookie';

	/**
	 * The page's hook, for its style.
	 *
	 * @var string
	 */
	private static $hook = '';

	/**
	 * Registers the page.
	 */
	public static function hooks() {
		add_action( 'init', array( __CLASS__, 'translations' ) );
		add_action( 'admin_menu', array( __CLASS__, 'menu' ) );
		add_action( 'admin_enqueue_scripts', array( __CLASS__, 'style' ) );
		add_filter( 'plugin_action_links_' . plugin_basename( SESSIONCOOKIE_FILE ), array( __CLASS__, 'link' ) );
		add_action( 'admin_notices', array( __CLASS__, 'notice' ) );
	}

	/**
	 * The translations that came with the plugin.
	 */
	public static function translations() {
		load_plugin_textdomain( 'sessioncookie', false, dirname( plugin_basename( SESSIONCOOKIE_FILE ) ) . '/languages' );
	}

	/**
	 * The page.
	 */
	public static function menu() {
		self::$hook = (string) add_options_page( __( 'Session Cookie', 'sessioncookie' ), __( 'Session Cookie', 'sessioncookie' ), 'manage_options', self::PAGE, array( __CLASS__, 'page' ) );
	}

	/**
	 * Its address.
	 *
	 * @return string
	 */
	public static function url() {
		return admin_url( 'options-general.php?page=' . self::PAGE );
	}

	/**
	 * Its style.
	 *
	 * @param string $hook Of the page that is shown.
	 */
	public static function style( $hook ) {
		if ( $hook === self::$hook ) {
			wp_enqueue_style( 'sessioncookie-admin', plugins_url( 'assets/admin.css', SESSIONCOOKIE_FILE ), array(), SESSIONCOOKIE_VERSION );
		}
	}

	/**
	 * A link to the page in the list of plugins.
	 *
	 * @param string[] $links Those that there are.
	 * @return string[]
	 */
	public static function link( $links ) {
		array_unshift( $links, '<a href="' . esc_url( self::url() ) . '">' . esc_html__( 'Settings', 'sessioncookie' ) . '</a>' );
		return $links;
	}

	/**
	 * Without the module, the list of plugins says so.
	 */
	public static function notice() {
		$screen = get_current_screen();
		if ( $screen && 'plugins' === $screen->id && current_user_can( 'manage_options' ) && ! Sessioncookie_Session::of_request()->has_module() ) {
			echo '<div class="notice notice-warning"><p>' . esc_html__( 'Session Cookie: the Apache module mod_sessioncookie does not answer, so this plugin does nothing.', 'sessioncookie' ) . '</p></div>';
		}
	}

	/**
	 * The page itself.
	 */
	public static function page() {
		if ( ! current_user_can( 'manage_options' ) ) {
			return;
		}
		$session = Sessioncookie_Session::of_request();
		echo '<div class="wrap sessioncookie"><h1>' . esc_html( get_admin_page_title() ) . '</h1>';
		self::module( $session );
		self::consequence( $session );
		self::forge();
		self::form( $session );
		echo '</div>';
	}

	/**
	 * What the module says now.
	 *
	 * @param Sessioncookie_Session $session The application's.
	 */
	private static function module( Sessioncookie_Session $session ) {
		echo '<h2>' . esc_html__( 'What the module says now', 'sessioncookie' ) . '</h2>';
		if ( ! $session->has_module() ) {
			self::box( 'warning', __( 'The Apache module mod_sessioncookie does not answer: it is not loaded, or has no CookieSession for this site. This plugin does nothing.', 'sessioncookie' ) );
			return;
		}
		$rows = array(
			__( 'Status', 'sessioncookie' )  => $session->status,
			__( 'Source', 'sessioncookie' )  => $session->source,
			__( 'User', 'sessioncookie' )    => $session->user,
			__( 'Format', 'sessioncookie' )  => $session->format,
			__( 'Key', 'sessioncookie' )     => $session->key,
			__( 'Issued', 'sessioncookie' )  => self::when( $session->issued ),
			__( 'Expires', 'sessioncookie' ) => self::when( $session->expires ),
		);
		echo '<table class="widefat striped sessioncookie-said"><tbody>';
		foreach ( $rows as $name => $value ) {
			echo '<tr><th scope="row">' . esc_html( $name ) . '</th><td><code>' . esc_html( '' !== $value ? $value : '–' ) . '</code></td></tr>';
		}
		foreach ( array_slice( $session->members(), 0, 100, true ) as $name => $value ) {
			/* translators: %s: name of a member of the session. */
			echo '<tr><th scope="row">' . esc_html( sprintf( __( 'Member %s', 'sessioncookie' ), $name ) ) . '</th><td><code>' . esc_html( Sessioncookie_Mapping::masked( $name, $value ) ) . '</code></td></tr>';
		}
		echo '</tbody></table>';
	}

	/**
	 * A time for people.
	 *
	 * @param int $time In seconds since 1970, 0 for none.
	 * @return string
	 */
	private static function when( $time ) {
		return $time ? (string) wp_date( get_option( 'date_format' ) . ' H:i:s', $time ) : '';
	}

	/**
	 * A message within the page.
	 *
	 * @param string $kind success, info, warning or error.
	 * @param string $text What it says.
	 */
	private static function box( $kind, $text ) {
		echo '<div class="notice notice-' . esc_attr( $kind ) . ' inline"><p>' . esc_html( $text ) . '</p></div>';
	}

	/**
	 * What the plugin would do with this session, were it to open a page, and why not.
	 *
	 * @param Sessioncookie_Session $session The application's.
	 */
	private static function consequence( Sessioncookie_Session $session ) {
		$plan = Sessioncookie_Accounts::plan( $session );
		echo '<h2>' . esc_html__( 'What the plugin makes of it', 'sessioncookie' ) . '</h2>';
		if ( 'sign-in' === $plan['do'] ) {
			/* translators: %s: login name of an account. */
			self::box( 'success', sprintf( __( 'This session opens the account %s.', 'sessioncookie' ), get_userdata( $plan['user_id'] )->user_login ) );
		} elseif ( 'create' === $plan['do'] ) {
			/* translators: %s: name of a role. */
			self::box( 'info', sprintf( __( 'This session has no account yet: its next visit makes one with the role "%s".', 'sessioncookie' ), $plan['role'] ) );
		} elseif ( 'no-module' !== $plan['why'] ) {
			self::box( 'info', self::why( $plan['why'] ) );
		}
		if ( ! Sessioncookie_Login::tied() && 'nothing' !== $plan['do'] ) {
			self::box( 'info', __( 'You yourself are logged in with a password, so this session changes nothing for you until you log out.', 'sessioncookie' ) );
		}
	}

	/**
	 * Why a session opens no account.
	 *
	 * @param string $why A word of Sessioncookie_Accounts.
	 * @return string
	 */
	private static function why( $why ) {
		$sentences = array(
			'status'      => __( 'This session opens no account: you are not logged in at the application, or httpd does not accept its session (see the status above).', 'sessioncookie' ),
			'no-user'     => __( 'This session opens no account: it has no user. CookieSessionUser names the member that holds one.', 'sessioncookie' ),
			'off'         => __( 'This session opens no account: signing in is switched off below.', 'sessioncookie' ),
			'source'      => __( 'This session opens no account: its source is not among those accepted below.', 'sessioncookie' ),
			'no-account'  => __( 'This session opens no account: none is linked to its user, and accounts are not made on demand. Link one in its profile.', 'sessioncookie' ),
			'no-role'     => __( 'This session opens no account: the table of roles has none for it.', 'sessioncookie' ),
			'privileged'  => __( 'This session opens no account: the one that is linked to its user could take over the site, which is not allowed below.', 'sessioncookie' ),
			'super-admin' => __( 'This session opens no account: super admins of a network log in with their password.', 'sessioncookie' ),
			'not-member'  => __( 'This session opens no account: the one that is linked to its user does not belong to this site.', 'sessioncookie' ),
		);
		return isset( $sentences[ $why ] ) ? $sentences[ $why ] : $why;
	}

	/**
	 * The test button, and what it found.
	 */
	private static function forge() {
		echo '<h2 id="sessioncookie-forged">' . esc_html__( 'Is a forged session refused?', 'sessioncookie' ) . '</h2>';
		$result = Sessioncookie_Probe::result();
		if ( isset( $result['error'] ) ) {
			self::box( 'error', $result['error'] );
		} elseif ( $result && in_array( $result['status'], array( '', 'absent' ), true ) ) {
			/* translators: %s: source, for example cookie:session. */
			self::box( 'warning', sprintf( __( 'The module did not look at the forged session in %s. Nobody was let in.', 'sessioncookie' ), $result['source'] ) );
		} elseif ( $result && 'ok' === $result['status'] ) {
			/* translators: %s: source, for example cookie:session. */
			self::box( 'error', sprintf( __( 'The forged session in %s was accepted! Switch signing in off, and have the configuration of httpd looked at.', 'sessioncookie' ), $result['source'] ) );
		} elseif ( $result ) {
			/* translators: 1: source, for example cookie:session, 2: status, for example bad-signature. */
			self::box( 'success', sprintf( __( 'The forged session in %1$s was refused: %2$s.', 'sessioncookie' ), $result['source'], $result['status'] ) );
		}
		echo '<form method="post" action="' . esc_url( admin_url( 'admin-post.php' ) ) . '"><input type="hidden" name="action" value="' . esc_attr( Sessioncookie_Probe::BUTTON ) . '">';
		wp_nonce_field( Sessioncookie_Probe::BUTTON );
		echo '<p>' . esc_html__( 'Sends this site a request with a changed session, and shows what the module says of it.', 'sessioncookie' ) . '</p>';
		submit_button( __( 'Send a forged session', 'sessioncookie' ), 'secondary', 'submit', false );
		echo '</form>';
	}

	/**
	 * The settings.
	 *
	 * @param Sessioncookie_Session $session The application's.
	 */
	private static function form( Sessioncookie_Session $session ) {
		echo '<h2>' . esc_html__( 'Settings', 'sessioncookie' ) . '</h2><form method="post" action="' . esc_url( admin_url( 'options.php' ) ) . '">';
		settings_fields( Sessioncookie_Settings::GROUP );
		echo '<table class="form-table" role="presentation">';
		self::sources( $session );
		self::switches();
		self::texts();
		self::roles();
		self::members();
		echo '</table>';
		submit_button();
		echo '</form>';
	}

	/**
	 * The name of a setting in the form.
	 *
	 * @param string $name The setting.
	 * @return string
	 */
	private static function field( $name ) {
		return Sessioncookie_Settings::OPTION . '[' . $name . ']';
	}

	/**
	 * A row of the form starts.
	 *
	 * @param string $title  Its title.
	 * @param string $labels The id of the field that it is the label of, if there is one.
	 */
	private static function row( $title, $labels = '' ) {
		echo '<tr><th scope="row">' . ( '' !== $labels ? '<label for="' . esc_attr( $labels ) . '">' . esc_html( $title ) . '</label>' : esc_html( $title ) ) . '</th><td>';
	}

	/**
	 * The explanation of a row, which ends with it.
	 *
	 * @param string $text What it says.
	 */
	private static function end_row( $text ) {
		echo '<p class="description">' . esc_html( $text ) . '</p></td></tr>';
	}

	/**
	 * Which sources are accepted.
	 *
	 * @param Sessioncookie_Session $session The application's.
	 */
	private static function sources( Sessioncookie_Session $session ) {
		$accepted = Sessioncookie_Settings::get( 'sources' );
		self::row( __( 'Sources', 'sessioncookie' ) );
		echo '<fieldset>';
		$known = array_unique( array_filter( array_merge( $accepted, array( $session->source ) ), 'strlen' ) );
		foreach ( $known as $source ) {
			echo '<label><input type="checkbox" name="' . esc_attr( self::field( 'sources' ) ) . '[]" value="' . esc_attr( $source ) . '"' . checked( in_array( $source, $accepted, true ), true, false ) . '> <code>' . esc_html( $source ) . '</code></label><br>';
		}
		if ( ! $known ) {
			echo esc_html__( 'None is known yet: log in at the application, and open this page again.', 'sessioncookie' );
		}
		echo '</fieldset>';
		self::end_row( __( 'Only users of these sources are signed in. Each source has users of its own: user 7 of one is not user 7 of another.', 'sessioncookie' ) );
	}

	/**
	 * The switches.
	 */
	private static function switches() {
		$switches = array(
			'sign_in'     => array( __( 'Signing in', 'sessioncookie' ), __( 'Who is logged in at the application is logged in here', 'sessioncookie' ), __( 'From then on the security of this site is that of the application: whoever has its key can be any of its users here.', 'sessioncookie' ) ),
			'create'      => array( __( 'Accounts', 'sessioncookie' ), __( 'Make an account for a user who has none', 'sessioncookie' ), __( 'Everybody who can register at the application gets an account here, with the role below. An existing account is never taken over, even where name or e-mail address are the same.', 'sessioncookie' ) ),
			'owners_link' => array( __( 'Linking', 'sessioncookie' ), __( 'Users may link their existing account in their profile', 'sessioncookie' ), __( 'They must be logged in to both. Administrators can always link accounts, in the profile of each user.', 'sessioncookie' ) ),
			'privileged'  => array( __( 'Administrators', 'sessioncookie' ), __( 'Accounts that could take over the site may be signed in', 'sessioncookie' ), __( 'Dangerous: with a stolen key or session of the application, the site is lost as well. Without this, administrators log in with their password, even where an account is linked.', 'sessioncookie' ) ),
			'login_page'  => array( __( 'Logging in', 'sessioncookie' ), __( 'Leads to the login page of the application (CookieSessionLoginURL)', 'sessioncookie' ), __( 'The password form stays where it is, at wp-login.php.', 'sessioncookie' ) ),
			'logout'      => array( __( 'Logging out', 'sessioncookie' ), __( 'Ends the session of the application as well (CookieSessionLogoutURL)', 'sessioncookie' ), __( 'Without this, the visitor stays logged in at the application, and comes back here with one click on the login page.', 'sessioncookie' ) ),
		);
		foreach ( $switches as $name => $texts ) {
			self::row( $texts[0] );
			echo '<label><input type="checkbox" name="' . esc_attr( self::field( $name ) ) . '" value="1"' . checked( Sessioncookie_Settings::get( $name ), true, false ) . '> ' . esc_html( $texts[1] ) . '</label>';
			self::end_row( $texts[2] );
		}
	}

	/**
	 * Which members tell a user's names and address.
	 */
	private static function texts() {
		$texts = array(
			'name_member'    => array( __( 'Login name from', 'sessioncookie' ), __( 'A member of the session, or a JSON Pointer such as /profile/name, for accounts that the plugin makes. Empty: the user id.', 'sessioncookie' ) ),
			'display_member' => array( __( 'Display name from', 'sessioncookie' ), __( 'Likewise; kept up to date. Empty: the user id, once.', 'sessioncookie' ) ),
			'email_member'   => array( __( 'E-mail address from', 'sessioncookie' ), __( 'Likewise. An address that another account has is not taken.', 'sessioncookie' ) ),
			'role_member'    => array( __( 'Roles from', 'sessioncookie' ), __( 'A member that holds a text or a list of them. The role is compared with every page, and changes with the session.', 'sessioncookie' ) ),
		);
		foreach ( $texts as $name => $said ) {
			self::row( $said[0], 'sessioncookie-' . $name );
			echo '<input type="text" class="regular-text code" id="sessioncookie-' . esc_attr( $name ) . '" name="' . esc_attr( self::field( $name ) ) . '" value="' . esc_attr( Sessioncookie_Settings::get( $name ) ) . '">';
			self::end_row( $said[1] );
		}
	}

	/**
	 * The table of roles.
	 */
	private static function roles() {
		$empty = array(
			'value' => '',
			'role'  => '',
		);
		self::row( __( 'Table of roles', 'sessioncookie' ) );
		echo '<table class="sessioncookie-roles"><thead><tr><th scope="col">' . esc_html__( 'Value in the session', 'sessioncookie' ) . '</th><th scope="col">' . esc_html__( 'Role', 'sessioncookie' ) . '</th></tr></thead><tbody>';
		foreach ( array_merge( Sessioncookie_Settings::get( 'roles' ), array( $empty, $empty, $empty ) ) as $number => $row ) {
			$name = self::field( 'roles' ) . '[' . $number . ']';
			echo '<tr><td><input type="text" class="code" aria-label="' . esc_attr__( 'Value in the session', 'sessioncookie' ) . '" name="' . esc_attr( $name ) . '[value]" value="' . esc_attr( $row['value'] ) . '"></td><td>';
			self::select( $name . '[role]', $row['role'], __( 'Role', 'sessioncookie' ), '—' );
			echo '</td></tr>';
		}
		echo '</tbody></table>';
		self::end_row( __( 'The first row that fits counts. Save to get more rows. Roles that can promote users or change the site are not offered. Roles are given to accounts that the plugin made, and to no others.', 'sessioncookie' ) );
		self::row( __( 'Any other user', 'sessioncookie' ) );
		self::select( self::field( 'default_role' ), Sessioncookie_Settings::get( 'default_role' ), __( 'Any other user', 'sessioncookie' ), __( 'No account', 'sessioncookie' ) );
		self::end_row( __( 'The role where no row fits. An editor or author can publish: choose what you would give a stranger.', 'sessioncookie' ) );
	}

	/**
	 * A choice of roles.
	 *
	 * @param string $name     Of the field.
	 * @param string $selected The role.
	 * @param string $label    For screen readers.
	 * @param string $none     The text of no role.
	 */
	private static function select( $name, $selected, $label, $none ) {
		echo '<select name="' . esc_attr( $name ) . '" aria-label="' . esc_attr( $label ) . '"><option value="">' . esc_html( $none ) . '</option>';
		foreach ( wp_roles()->get_names() as $role => $title ) {
			if ( Sessioncookie_Mapping::is_harmless_role( $role ) ) {
				echo '<option value="' . esc_attr( $role ) . '"' . selected( $selected, $role, false ) . '>' . esc_html( translate_user_role( $title ) ) . '</option>';
			}
		}
		echo '</select>';
	}

	/**
	 * Which members pages may show.
	 */
	private static function members() {
		self::row( __( 'Members for pages', 'sessioncookie' ), 'sessioncookie-members' );
		echo '<textarea class="large-text code" rows="4" id="sessioncookie-members" name="' . esc_attr( self::field( 'members' ) ) . '">' . esc_textarea( implode( "\n", Sessioncookie_Settings::get( 'members' ) ) ) . '</textarea>';
		self::end_row( __( 'One a line. The block "Session member" and the shortcode [session member="…"] show visitors these members of their own session, and no others. Such pages must not be cached; page caches that know DONOTCACHEPAGE are told.', 'sessioncookie' ) );
	}
}
