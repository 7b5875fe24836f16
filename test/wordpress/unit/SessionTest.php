<?php
// SPDX-License-Identifier: Apache-2.0
use PHPUnit\Framework\TestCase;

final class SessionTest extends TestCase {

	const GOOD = array(
		'COOKIESESSION_STATUS'     => 'ok',
		'COOKIESESSION_SOURCE'     => 'cookie:session',
		'COOKIESESSION_USER'       => 'anna',
		'COOKIESESSION_ISSUED'     => '1700000000',
		'COOKIESESSION_LOGIN_URL'  => '/app/login',
		'COOKIESESSION_JSON'       => '{"name":"O\'Neil \\"x\\"","big":12345678901234567890123,"a/b":{"~":[1,{"c":null}]}}',
	);

	private static function of( array $changed ) {
		return Sessioncookie_Session::from( array_merge( self::GOOD, $changed ) );
	}

	public function test_a_good_session_is_read() {
		$session = self::of( array() );
		$this->assertTrue( $session->has_user() );
		$this->assertSame( 'anna', $session->user );
		$this->assertSame( 1700000000, $session->issued );
		$this->assertSame( "O'Neil \"x\"", $session->member( 'name' ) );
		$this->assertSame( '12345678901234567890123', $session->member( 'big' ) );
	}

	public function test_pointers_are_RFC_6901() {
		$session = self::of( array() );
		$this->assertSame( 1, $session->member( '/a~1b/~0/0' ) );
		$this->assertNull( $session->member( '/a~1b/~0/1/c' ) );
		$this->assertNull( $session->member( '/a~1b/~0/2' ) );
		$this->assertNull( $session->member( '/name/0' ) );
		$this->assertNull( $session->member( '/' ) );
		$this->assertNull( $session->member( '' ) );
		$this->assertNull( $session->member( 'a/b/~' ) );
	}

	/** @dataProvider statuses */
	public function test_nothing_of_a_session_that_is_not_ok_is_taken( $status ) {
		$session = self::of( array( 'COOKIESESSION_STATUS' => $status ) );
		$this->assertFalse( $session->has_user() );
		$this->assertSame( '', $session->user );
		$this->assertSame( array(), $session->members() );
	}

	public function statuses() {
		return array_map(
			function ( $status ) {
				return array( $status );
			},
			array( 'absent', 'malformed', 'bad-signature', 'unknown-key', 'expired', 'not-yet-valid', 'wrong-claim', 'unsupported', 'too-large', 'revoked', 'error', 'OK', 'ok ', '' )
		);
	}

	public function test_without_the_module_there_is_nothing() {
		$this->assertFalse( Sessioncookie_Session::from( array() )->has_module() );
	}

	public function test_names_of_clients_and_of_earlier_requests_are_not_read() {
		foreach ( array( 'HTTP_', 'REDIRECT_', 'HTTP_X_' ) as $prefix ) {
			$server = array();
			foreach ( self::GOOD as $name => $value ) {
				$server[ $prefix . $name ] = $value;
			}
			$this->assertFalse( Sessioncookie_Session::from( $server )->has_module() );
		}
	}

	/** @dataProvider elsewhere */
	public function test_addresses_of_other_hosts_are_not_taken( $url ) {
		$this->assertSame( '', self::of( array( 'COOKIESESSION_LOGIN_URL' => $url ) )->login_url );
	}

	public function elsewhere() {
		return array( array( 'https://evil.test/' ), array( '//evil.test/' ), array( '/\\evil.test/' ), array( '/a\\b' ), array( 'app' ), array( "/a\nb" ), array( "/a\n" ), array( '/ü' ), array( array( '/' ) ) );
	}

	public function test_text_that_is_not_UTF_8_is_none() {
		$this->assertFalse( self::of( array( 'COOKIESESSION_USER' => "an\xffna" ) )->has_user() );
	}

	public function test_JSON_that_is_not_an_object_has_no_members() {
		foreach ( array( '', '1', '"x"', 'null', '{', '{"a":1} x' ) as $json ) {
			$this->assertSame( array(), self::of( array( 'COOKIESESSION_JSON' => $json ) )->members() );
		}
	}
}
