# SPDX-License-Identifier: Apache-2.0
# What a signed token is bound to, under XSRFPolicy token, so that nothing else refuses: the visitor's own cookie, the
# source of the session that it was made in, and what XSRFBind adds.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use SC;
use XSRF;

my $OTHER = 'xsrf-visitor=YW5vdGhlciB2aXNpdG9yLg';
my $one = flask('{"_user_id":"1"}');
my $two = flask('{"_user_id":"2"}');

sub page { my ($scope, $cookie, @lines) = @_; return get("/bind/$scope/page.cgi?text/html", $cookie, @lines) }
sub token_in { return page(@_)->{headers}{'x-xsrf-token'}[0] // 'none' }

# The verdict on a POST with a token.
sub said {
    my ($scope, $cookie, $token, @lines) = @_;
    my $answer = exchange('POST', "/bind/$scope/body.cgi", [defined $cookie ? "Cookie: $cookie" : (), "X-XSRF-Token: $token", @lines], 'a=1');
    return "$answer->{status} " . ($answer->{headers}{'x-xsrf-status'}[0] // '');
}

sub cookies { return { map { /^([^=]+)=([^;]*)/ ? ($1, $2) : () } @{$_[0]{headers}{'set-cookie'} // []} } }

# Two applications
{
    my $mine = "a=$one; b=$one; $VISITING";
    my $token = token_in('a', $mine);
    is(said('a', $mine, $token), '200 ok', "application A takes its own token of user 1");
    is(said('b', $mine, $token), '403 mismatch', "application A's token of user 1 is refused at B's, whose user 1 is somebody else");
    is(said('format', "a=$one; $VISITING", token_in('a', "a=$one; $VISITING")), '403 mismatch', 'and by an application that reads the cookie in another format');
    is(said('a', $mine, token('signed', user => '1', source => 'cookie:b flask')), '403 mismatch', 'a token says its source');
    is(said('a', $mine, token('signed', user => '1', source => 'cookie:a flask')), '200 ok', 'as the cookie and the format are configured');
    is(said('a', $mine, token('signed', user => '1', source => '')), '403 mismatch', 'a token of a user without a source is refused');
}

# Planted cookies
{
    my $token = token_in('a', "a=$two; $OTHER");
    is(said('a', "a=$two; $OTHER", $token), '200 ok', 'the attacker uses his own token');
    is(said('a', "a=$two; $VISITING", $token), '403 mismatch', 'a planted session cookie with its owner\'s token is refused');
    is(said('a', "a=$two", $token), '403 mismatch', 'also where the victim has no cookie yet');
    is(said('a', "a=$one; $VISITING", $token), '403 mismatch', 'and in the victim\'s own session');
    is(said('a', "a=$one; $VISITING", token_in('a', $OTHER)), '403 mismatch', 'a token that was made without a session is no better');
    is(said('a', "a=$two; $VISITING; $OTHER", $token), '403 mismatch', 'a second visitor\'s cookie, planted by a neighbour: neither counts');
    is(said('a', "a=$two; $OTHER; $VISITING", $token), '403 mismatch', 'in whichever order');
    is(said('a', "a=$one; $VISITING; $VISITING", token_in('a', "a=$one; $VISITING")), '200 ok', 'the same cookie twice is one');
    is(said('a', "a=$one; xsrf-visitor=x; $VISITING", token_in('a', "a=$one; $VISITING")), '200 ok', 'one that is not ours does not hide ours');
    is(said('a', "a=$one", token('signed', user => '1', source => 'cookie:a flask', visitor => '')), '403 mismatch', 'a token without a visitor is refused, even if it is authentic');
    my $answer = page('a', "a=$one; $VISITING; $OTHER");
    like(cookies($answer)->{'xsrf-visitor'} // '', qr/^[\w-]{22}$/, 'who has two gets a new one');
}

# Before and after a login, tabs, the back button
{
    my $early = token_in('a', $VISITING);
    is(said('a', $VISITING, $early), '200 ok', 'a form that was opened without a session passes without one');
    is(said('a', "a=$one; $VISITING", $early), '200 ok', 'a form that was opened before a login passes after it');
    is(said('b', "b=$one; $VISITING", $early), '200 ok', 'in any session of the same visitor');
    is(said('a', "a=$one; $OTHER", $early), '403 mismatch', 'but not of another');
    my $late = token_in('a', "a=$one; $VISITING");
    is(said('a', $VISITING, $late), '403 mismatch', 'a form that was opened in a session is refused after the logout');
    is(said('a', "a=$two; $VISITING", $late), '403 mismatch', 'and after another user\'s login');
    my @tabs = map { token_in('a', "a=$one; $VISITING") } 1 .. 2;
    isnt($tabs[0], $tabs[1], 'two tabs have two tokens');
    is(join(', ', map { said('a', "a=$one; $VISITING", $_) } @tabs, reverse @tabs), join(', ', ('200 ok') x 4), 'each passes, and again with the back button');
    my $flash = flask('{"_flashes":[{" t":["message","Please log in."]}]}');
    my $login = token_in('a', "a=$flash; $VISITING");
    is(said('a', $VISITING, $login), '200 ok', 'a login page whose session held a message alone, which is gone: it passes');
    is(said('a', "a=$one; $VISITING", $login), '200 ok', 'and after the login');
}

# What the visitor's cookie looks like
{
    my $set = cookies(page('a', "a=$one"));
    like($set->{'xsrf-visitor'} // '', qr/^[\w-]{22}$/, 'a session without the cookie gets one with its token');
    is(cookies(page('a', "a=$one; $VISITING"))->{'xsrf-visitor'}, undef, 'who has one keeps it');
    for ('x', '', 'A' x 23, 'A' x 21 . '=', 'A' x 21 . '%') {
        like(cookies(page('a', "a=$one; xsrf-visitor=$_"))->{'xsrf-visitor'} // '', qr/^[\w-]{22}$/, "a cookie that is not ours is replaced: '$_'");
    }
    my @tls = ('Host: tls.test');
    my $page = page('a', "a=$one; $VISITING", @tls);
    like(join("\n", @{$page->{headers}{'set-cookie'}}), qr{^__Host-xsrf-visitor=[\w-]{22}; Path=/; SameSite=Lax; Secure; HttpOnly$}m, 'over TLS the plain cookie does not count: there is a __Host- one');
    is(said('a', "a=$one; $VISITING", $page->{headers}{'x-xsrf-token'}[0], @tls), '403 mismatch', 'nor does it when a form is posted');
    is(said('a', "a=$one; __Host-xsrf-visitor=" . cookies($page)->{'__Host-xsrf-visitor'}, $page->{headers}{'x-xsrf-token'}[0], @tls), '200 ok', 'with the right one it passes');
}

# Version 1, which was bound to the user's text alone.
like(said('a', "a=$one; $VISITING", $_), qr/^403 malformed$/, 'a token of version 1 is refused') for '1.' . substr(token('signed'), 2), '1.' . 'A' x 96, '2.' . 'A' x 95;

# XSRFBind
{
    my $more = flask('{"_user_id":"1","cart":1}');
    my %cookie = (session => "a=$one; $VISITING", more => "a=$more; $VISITING", other => "a=$two; $VISITING", none => $VISITING);
    my @here = ('Host: proxy.test', 'X-Forwarded-For: 192.0.2.1');
    my @there = ('Host: proxy.test', 'X-Forwarded-For: 192.0.2.2');
    for (
        # made here in               passes in: session  more                other               none                session, elsewhere
        ['a',       'session',       '200 ok',       '200 ok',       '403 mismatch', '403 mismatch', '200 ok'],
        ['session', 'session',       '200 ok',       '403 mismatch', '403 mismatch', '403 mismatch', '200 ok'],
        ['ip',      'session',       '200 ok',       '200 ok',       '200 ok',       '403 mismatch', '403 mismatch'],
        ['all',     'session',       '200 ok',       '403 mismatch', '403 mismatch', '403 mismatch', '403 mismatch'],
        ['a',       'none',          '200 ok',       '200 ok',       '200 ok',       '200 ok',       '200 ok'],
        ['session', 'none',          '200 ok',       '200 ok',       '200 ok',       '200 ok',       '200 ok'],
        ['ip',      'none',          '200 ok',       '200 ok',       '200 ok',       '200 ok',       '403 mismatch'],
    ) {
        my ($scope, $made, @want) = @$_;
        my $token = token_in($scope, $cookie{$made}, @here);
        my @got = map { said($scope, $cookie{$_}, $token, @here) } qw(session more other none);
        push @got, said($scope, $cookie{session}, $token, @there);
        is(join(', ', @got), join(', ', @want), "XSRFBind: $scope, a token made in $made");
    }
}

# XSRFSend cookie=NAME
{
    my %set = map { $_ => cookies(page($_, "a=$one; b=$one")) } qw(a b a/inner);
    my %token = map { my $scope = $_; $scope => (map { $set{$scope}{$_} } grep { /TOKEN/ } keys %{$set{$scope}})[0] } keys %set;
    is(join(' ', map { grep { /TOKEN/ } keys %{$set{$_}} } qw(a b a/inner)), 'A-XSRF-TOKEN B-XSRF-TOKEN XSRF-TOKEN', 'two applications on one host name their cookies apart');
    is(said('b', "b=$one; xsrf-visitor=$set{b}{'xsrf-visitor'}", $token{b}), '200 ok', 'what is in it is good');
}

done_testing;
