<?php
// SPDX-License-Identifier: Apache-2.0
use PHPUnit\Framework\TestCase;

final class AccountsTest extends TestCase {

	protected function setUp(): void {
		update_option( 'sessioncookie_settings', array( 'sign_in' => true, 'create' => true, 'sources' => array( 'cookie:session' ) ) );
	}

	private static function session( $user, $changed = array() ) {
		return Sessioncookie_Session::from(
			$changed + array(
				'COOKIESESSION_STATUS' => 'ok',
				'COOKIESESSION_SOURCE' => 'cookie:session',
				'COOKIESESSION_USER'   => $user,
				'COOKIESESSION_JSON'   => '{}',
			)
		);
	}

	private static function visit( $user ) {
		$session = self::session( $user );
		$plan    = Sessioncookie_Accounts::plan( $session );
		return 'create' === $plan['do'] ? Sessioncookie_Accounts::create( $session, $plan['role'] ) : $plan['user_id'];
	}

	/** @dataProvider refusals */
	public function test_a_plan_says_why_not( $changed, $settings, $why ) {
		update_option( 'sessioncookie_settings', $settings + get_option( 'sessioncookie_settings' ) );
		$plan = Sessioncookie_Accounts::plan( self::session( 'planned', $changed ) );
		$this->assertSame( 'nothing', $plan['do'] );
		$this->assertSame( $why, $plan['why'] );
	}

	public function refusals() {
		return array(
			array( array( 'COOKIESESSION_STATUS' => '' ), array(), 'no-module' ),
			array( array( 'COOKIESESSION_STATUS' => 'revoked' ), array(), 'status' ),
			array( array( 'COOKIESESSION_USER' => '' ), array(), 'no-user' ),
			array( array( 'COOKIESESSION_USER' => str_repeat( 'x', 1025 ) ), array(), 'no-user' ),
			array( array(), array( 'sign_in' => false ), 'off' ),
			array( array( 'COOKIESESSION_SOURCE' => 'cookie:Session' ), array(), 'source' ),
			array( array(), array( 'sources' => array() ), 'source' ),
			array( array(), array( 'create' => false ), 'no-account' ),
			array( array(), array( 'default_role' => '' ), 'no-role' ),
		);
	}

	public function test_an_account_is_made_once_and_found_again() {
		$id = self::visit( 'unit-1' );
		$this->assertGreaterThan( 0, $id );
		$this->assertSame( $id, self::visit( 'unit-1' ) );
		$this->assertSame( array( 'subscriber' ), array_values( get_userdata( $id )->roles ) );
		$this->assertTrue( Sessioncookie_Accounts::made( $id ) );
	}

	public function test_ids_that_differ_in_case_or_blanks_are_different_users() {
		$ids = array_map( array( __CLASS__, 'visit' ), array( 'Unit 2', 'unit 2', 'unit 2 ', 'ünit 2' ) );
		$this->assertCount( 4, array_unique( $ids ) );
	}

	public function test_a_known_user_costs_no_query_beyond_WordPress_own() {
		global $wpdb;
		$id      = self::visit( 'unit-3' );
		$session = self::session( 'unit-3' );
		clean_user_cache( $id );
		$user   = get_userdata( $id );
		$before = $wpdb->num_queries;
		$this->assertSame( '', Sessioncookie_Accounts::refused_session( $session ) );
		$this->assertSame( '', Sessioncookie_Accounts::refused_account( $user, $session ) );
		$this->assertSame( $before, $wpdb->num_queries );
	}

	public function test_links_are_of_one_site_and_super_admins_are_refused() {
		if ( ! is_multisite() ) {
			$this->assertFalse( is_multisite() );
			return;
		}
		$here = self::visit( 'unit-4' );
		$site = wp_insert_site( array( 'domain' => get_network()->domain, 'path' => '/other/', 'title' => 'Other', 'user_id' => 1 ) );
		$this->assertIsInt( $site );
		switch_to_blog( $site );
		$this->setUp();
		$this->assertSame( 0, Sessioncookie_Accounts::find( 'cookie:session', 'unit-4' ) );
		$there = self::visit( 'unit-4' );
		$this->assertNotSame( $here, $there );
		$this->assertTrue( is_user_member_of_blog( $there, $site ) );
		// A member of the other site only.
		// A session that began at the first site goes on at the other, where the account has no link.
		$this->assertSame( '', Sessioncookie_Accounts::refused_account( get_userdata( $here ), self::session( 'unit-4' ), 1 ) );
		$this->assertSame( 'no-account', Sessioncookie_Accounts::refused_account( get_userdata( $here ), self::session( 'unit-4' ) ) );
		restore_current_blog();
		$this->assertTrue( Sessioncookie_Accounts::link( $there, 'cookie:session', 'unit-5' ) );
		$this->assertSame( 'not-member', Sessioncookie_Accounts::plan( self::session( 'unit-5' ) )['why'] );

		update_option( 'sessioncookie_settings', array( 'privileged' => true ) + get_option( 'sessioncookie_settings' ) );
		$this->assertTrue( Sessioncookie_Accounts::link( 1, 'cookie:session', 'unit-root' ) );
		$this->assertSame( 'super-admin', Sessioncookie_Accounts::plan( self::session( 'unit-root' ) )['why'] );
		wp_delete_site( $site );
	}
}
