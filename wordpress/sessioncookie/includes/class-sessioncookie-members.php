<?php
/**
 * The shortcode [session member="name"] and the block: a visitor's own member on a page.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * @package Sessioncookie
 */

defined( 'ABSPATH' ) || exit;

/**
 * Shows the members that the administrator has listed, as text. A page that shows one is the visitor's alone: page
 * caches know nothing of that, and are told.
 */
final class Sessioncookie_Members {

	const BLOCK = 'sessioncookie/member';

	/**
	 * Registers everything.
	 */
	public static function hooks() {
		add_action( 'init', array( __CLASS__, 'register' ) );
		add_action( 'template_redirect', array( __CLASS__, 'keep_caches_away' ), 0 );
		add_filter( 'block_categories_all', array( __CLASS__, 'script_data' ) );
	}

	/**
	 * The shortcode, the block and its script.
	 */
	public static function register() {
		add_shortcode( 'session', array( __CLASS__, 'shortcode' ) );
		wp_register_script(
			'sessioncookie-member-editor',
			plugins_url( 'block/editor.js', SESSIONCOOKIE_FILE ),
			array( 'wp-blocks', 'wp-block-editor', 'wp-components', 'wp-element', 'wp-server-side-render' ),
			SESSIONCOOKIE_VERSION,
			true
		);
		register_block_type( dirname( SESSIONCOOKIE_FILE ) . '/block', array( 'render_callback' => array( __CLASS__, 'block' ) ) );
	}

	/**
	 * What the block's script needs to know, when an editor is opened.
	 *
	 * @param array $categories Left as they are.
	 * @return array
	 */
	public static function script_data( $categories ) {
		static $said = false;
		if ( ! $said ) {
			$said = true;
			$data = array(
				'members' => Sessioncookie_Settings::get( 'members' ),
				'member'  => __( 'Member', 'sessioncookie' ),
				'choose'  => __( 'Choose a member', 'sessioncookie' ),
				'default' => __( 'Shown to visitors without it', 'sessioncookie' ),
				'none'    => __( 'No member may be shown yet. An administrator lists them in Settings → Session Cookie.', 'sessioncookie' ),
			);
			wp_add_inline_script( 'sessioncookie-member-editor', 'var sessioncookieMember = ' . wp_json_encode( $data, JSON_HEX_TAG | JSON_HEX_AMP ) . ';', 'before' );
		}
		return $categories;
	}

	/**
	 * Before anything of a page has been sent: whether it shows a member.
	 */
	public static function keep_caches_away() {
		$post = is_singular() ? get_post() : null;
		if ( $post && ( has_shortcode( $post->post_content, 'session' ) || has_block( self::BLOCK, $post ) ) ) {
			self::personal();
		}
	}

	/**
	 * Tells caches that this response is one visitor's.
	 */
	private static function personal() {
		if ( ! defined( 'DONOTCACHEPAGE' ) ) {
			define( 'DONOTCACHEPAGE', true );
		}
		if ( ! headers_sent() ) {
			nocache_headers();
			/* WordPress 6.1 does not say it to a visitor whom it does not know. */
			header( 'Cache-Control: private, no-store, no-cache, must-revalidate, max-age=0' );
		}
	}

	/**
	 * The shortcode.
	 *
	 * @param array|string $attributes 'member' and 'default'.
	 * @return string HTML.
	 */
	public static function shortcode( $attributes ) {
		$attributes = shortcode_atts(
			array(
				'member'  => '',
				'default' => '',
			),
			$attributes,
			'session'
		);
		return self::text( $attributes['member'], $attributes['default'] );
	}

	/**
	 * The block.
	 *
	 * @param array $attributes 'member' and 'fallback'.
	 * @return string HTML.
	 */
	public static function block( $attributes ) {
		$attributes += array(
			'member'   => '',
			'fallback' => '',
		);
		return '<p ' . get_block_wrapper_attributes() . '>' . self::text( (string) $attributes['member'], (string) $attributes['fallback'] ) . '</p>';
	}

	/**
	 * A member of the visitor's session.
	 *
	 * @param string $member   Name or pointer.
	 * @param string $fallback Where there is none, or it may not be shown.
	 * @return string HTML.
	 */
	private static function text( $member, $fallback ) {
		self::personal();
		$text = '';
		if ( ! is_feed() && in_array( $member, Sessioncookie_Settings::get( 'members' ), true ) ) {
			$text = implode( ', ', Sessioncookie_Mapping::texts( Sessioncookie_Session::of_request()->member( $member ) ) );
		}
		// Shortcodes and HTML in a value stay what they are: text.
		return str_replace( array( '[', ']' ), array( '&#91;', '&#93;' ), esc_html( '' !== $text ? $text : $fallback ) );
	}
}
