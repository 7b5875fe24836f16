<?php
// SPDX-License-Identifier: Apache-2.0
use PHPUnit\Framework\TestCase;

final class MappingTest extends TestCase {

	/** @dataProvider logins */
	public function test_a_login_name_is_what_WordPress_takes( $wanted, $login ) {
		$this->assertSame( $login, Sessioncookie_Mapping::login( $wanted, 'id' ) );
	}

	public function logins() {
		$none = 'user-' . substr( hash( 'sha256', 'id' ), 0, 12 );
		return array(
			array( 'anna', 'anna' ),
			array( 'ännä ö', 'anna o' ),
			array( 'a@b.example', 'a@b.example' ),
			array( '<script>x</script>', $none ),
			array( '%41%42', $none ),
			array( '   ', $none ),
			array( '', $none ),
			array( '日本', $none ),
			array( "a\0b\nc", 'abc' ),
			array( str_repeat( 'x', 200 ), str_repeat( 'x', 60 ) ),
			array( str_repeat( 'x', 59 ) . ' y', str_repeat( 'x', 59 ) ),
		);
	}

	public function test_a_number_keeps_a_name_within_60_characters() {
		$this->assertSame( 'anna', Sessioncookie_Mapping::numbered( 'anna', 1 ) );
		$this->assertSame( 'anna-2', Sessioncookie_Mapping::numbered( 'anna', 2 ) );
		$this->assertSame( str_repeat( 'x', 57 ) . '-99', Sessioncookie_Mapping::numbered( str_repeat( 'x', 60 ), 99 ) );
	}

	/** @dataProvider roles */
	public function test_the_first_row_that_fits_gives_the_role( $value, $role ) {
		$rows = array(
			array( 'value' => 'writer', 'role' => 'author' ),
			array( 'value' => '1', 'role' => 'contributor' ),
			array( 'value' => 'true', 'role' => 'editor' ),
			array( 'value' => 'root', 'role' => 'administrator' ),
			array( 'value' => 'ghost', 'role' => 'no-such-role' ),
		);
		$this->assertSame( $role, Sessioncookie_Mapping::role( $value, $rows, 'subscriber' ) );
	}

	public function roles() {
		return array(
			array( 'writer', 'author' ),
			array( array( 'x', 'writer' ), 'author' ),
			array( array( true, 'writer' ), 'author' ),
			array( 1, 'contributor' ),
			array( '1', 'contributor' ),
			array( 1.0, 'contributor' ),
			array( true, 'editor' ),
			array( 'WRITER', 'subscriber' ),
			array( ' writer', 'subscriber' ),
			array( '01', 'subscriber' ),
			array( '1e0', 'subscriber' ),
			array( array( array( 'writer' ) ), 'subscriber' ),
			array( null, 'subscriber' ),
			array( array(), 'subscriber' ),
			array( 'root', '' ),
			array( array( 'root', 'writer' ), 'author' ),
			array( 'ghost', '' ),
		);
	}

	public function test_no_default_role_can_promote() {
		$this->assertSame( '', Sessioncookie_Mapping::role( 'x', array(), 'administrator' ) );
		$this->assertSame( '', Sessioncookie_Mapping::role( 'x', array(), 'no-such-role' ) );
		$this->assertSame( '', Sessioncookie_Mapping::role( 'x', array(), '' ) );
	}

	/** @dataProvider powers */
	public function test_a_role_with_a_power_is_never_given( $power ) {
		add_role( 'tester', 'Tester', array( 'read' => true ) );
		$this->assertTrue( Sessioncookie_Mapping::is_harmless_role( 'tester' ) );
		get_role( 'tester' )->add_cap( $power );
		$harmless = Sessioncookie_Mapping::is_harmless_role( 'tester' );
		remove_role( 'tester' );
		$this->assertFalse( $harmless );
	}

	public function powers() {
		return array_map(
			function ( $power ) {
				return array( $power );
			},
			array( 'promote_users', 'edit_users', 'create_users', 'delete_users', 'manage_options', 'install_plugins', 'activate_plugins', 'edit_plugins', 'edit_themes', 'update_core', 'unfiltered_upload', 'manage_network' )
		);
	}

	/** @dataProvider secrets */
	public function test_secrets_are_known_by_their_names( $name, $secret ) {
		$this->assertSame( $secret, Sessioncookie_Mapping::looks_secret( $name ) );
	}

	public function secrets() {
		return array(
			array( 'csrf_token', true ),
			array( '_id', true ),
			array( 'Password', true ),
			array( 'db_pwd', true ),
			array( 'client-secret', true ),
			array( 'api_key', true ),
			array( '/profile/apikey', true ),
			array( '/secrets/name', false ),
			array( 'name', false ),
			array( 'user_id', false ),
			array( 'roles', false ),
			array( '', false ),
		);
	}

	public function test_secrets_are_masked_at_any_depth() {
		$masked = Sessioncookie_Mapping::masked( 'profile', array( 'name' => 'Ann', 'more' => array( array( 'token' => 'hush' ) ), 'password' => array( 'hush' ) ) );
		$this->assertStringContainsString( 'Ann', $masked );
		$this->assertStringNotContainsString( 'hush', $masked );
		$this->assertSame( '••••••', Sessioncookie_Mapping::masked( '_id', 'hush' ) );
		$this->assertSame( 201, mb_strlen( Sessioncookie_Mapping::masked( 'name', str_repeat( 'ü', 500 ) ) ) );
	}
}
