# SPDX-License-Identifier: Apache-2.0
# Where the guard holds: .htaccess, <If>, error pages, a cache in front, headers that only look safe.
use strict;
use warnings;
use File::Copy qw(copy);
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use SC;
use XSRF;

my $session = flask('{"_user_id":"7"}');
my @OURS = ("Cookie: session=$session; $VISITING", 'Origin: http://main.test');

sub said { my $answer = exchange(@_); return "$answer->{status} " . ($answer->{headers}{'x-xsrf-status'}[0] // '') }

# .htaccess: text, status of a POST without a token, with one, from another site with one
my $n = 0;
my $source = 'CookieSession cookie:session flask keys=new';
for (
    ['a guard',                   "$source\nXSRF On\nXSRFKey new",                                 403, 200, 403],
    ['a guard without a source',  "XSRF On\nXSRFKey new",                                          403, 403, 403],
    ['a retired key',             "$source\nXSRF On\nXSRFKey old new",                             403, 200, 403],
    ['another key',               "$source\nXSRF On\nXSRFKey other",                               403, 403, 403],
    ['Report',                    "$source\nXSRF Report\nXSRFKey new",                             200, 200, 200],
    ['origin alone, without a key', "XSRF On\nXSRFPolicy origin",                                  200, 200, 403],
    ['the token alone',           "$source\nXSRF On\nXSRFKey new\nXSRFPolicy token",               403, 200, 200],
    ['a trusted origin',          "$source\nXSRF On\nXSRFKey new\nXSRFTrustedOrigin http://evil.test", 403, 200, 200],
    ['other methods',             "XSRF On\nXSRFKey new\nXSRFMethods PUT",                         200, 200, 200],
    ['another header',            "$source\nXSRF On\nXSRFKey new\nXSRFHeader X-Mine",              403, 403, 403],
    ['no key',                    "$source\nXSRF On",                                              403, 500, 403],
    ['an unknown key',            "XSRF On\nXSRFKey none",                                         500, 500, 500],
    ['a bad policy',              "XSRFPolicy all",                                                500, 500, 500],
) {
    my ($what, $text, @want) = @$_;
    my $dir = root() . '/htdocs/htaccess/x' . ++$n;
    mkdir $dir;
    copy(root() . "/cgi/body.cgi", "$dir/body.cgi") && chmod 0755, "$dir/body.cgi";
    open my $out, '>', "$dir/.htaccess" or die $!;
    print {$out} "$text\n";
    close $out;
    my $token = 'X-XSRF-Token: ' . token('signed', user => '7');
    my @requests = ([@OURS], [@OURS, $token], [$OURS[0], 'Origin: http://evil.test', $token]);
    my @got = map { exchange('POST', "/htaccess/x$n/body.cgi", $_, 'a=1')->{status} } @requests;
    is("@got", "@want", ".htaccess: $what");
}

# Whose fault it is when there is no key.
{
    my $from = -s root() . '/logs/error_log';
    is(said('POST', '/xsrf-nokey/body.cgi', [@OURS], 'a=1'), '403 absent', 'a scope without a key: no token');
    is(said('POST', '/xsrf-nokey/body.cgi', [@OURS, 'X-XSRF-Token: x'], 'a=1'), '500 error', 'a scope without a key: with a token it is our fault');
    ok((grep { /:error\].*XSRFScheme signed has no key here; add a line XSRFKey ID/ } logged(\$from)), 'and the log says what to add');
    is(get('/xsrf-nokey/page.cgi?text/html')->{headers}{'x-xsrf-token'}, undef, 'a scope without a key sends no token');
}

# <If>, which asks for the session itself.
is(exchange('POST', '/xsrf-if/body.cgi', [@OURS], 'a=1')->{status}, 403, '<If>: the session of a user is guarded');
is(exchange('POST', '/xsrf-if/body.cgi', [$OURS[1]], 'a=1')->{status}, 200, '<If>: nobody is not');

# Preflights, and requests without a path, of another site: no page can do harm with them. What httpd says to
# them is its own affair, and the same where nothing is guarded.
for (
    ['a preflight',              'OPTIONS', '/files/plain.txt',  'Access-Control-Request-Method: PUT', 'Access-Control-Request-Headers: x-xsrf-token'],
    ['OPTIONS of the server',    'OPTIONS', '*'],
    ['TRACE',                    'TRACE',   '/files/plain.txt'],
    ['CONNECT',                  'CONNECT', 'main.test:80'],
    ['CONNECT to nowhere',       'CONNECT', '/'],
) {
    my ($what, $method, $path, @lines) = @$_;
    my ($guarded, $open) = map { exchange($method, $path, ["Host: $_", 'Origin: http://evil.test', 'Sec-Fetch-Site: cross-site', @lines]) } 'guarded.test', 'main.test';
    ok($guarded->{status} && $guarded->{status} == $open->{status} && $guarded->{status} != 403, "$what is not refused: $guarded->{status}");
}
is(exchange('POST', '/files/plain.txt', ['Host: guarded.test', 'Sec-Fetch-Site: cross-site'], 'a=1')->{headers}{'x-xsrf-status'}[0], 'foreign-origin', 'but a POST to that host is');
is(exchange('POST', '/exempt', ['Host: guarded.test', 'Sec-Fetch-Site: cross-site'], 'a=1')->{headers}{'x-xsrf-status'}[0], 'exempt', 'unless its path is exempt');

# A guard that asks GET as well shows the page of its own refusal.
{
    my $page = get('/xsrf-get/page.cgi?text/html');
    is($page->{status}, 403, 'GET may be guarded');
    like($page->{body}, qr/^REDIRECT_XSRF_STATUS=absent$/m, 'and the page of the refusal is shown');
    my $post = exchange('POST', '/xsrf-get/page.cgi?text/html', [], 'a=1');
    like($post->{body}, qr/^REDIRECT_REQUEST_METHOD=POST$/m, 'to who sent a POST, too');
}

# Headers as a source: a page of another site may set some of them, without being asked first.
{
    my $paseto = paseto('{"sub":"9"}');
    is(said('POST', '/xsrf-odd-header/body.cgi', ["Accept-Language: $paseto", 'Origin: http://evil.test'], 'a=1'), '403 foreign-origin', 'a session in Accept-Language is ambient');
    is(said('POST', '/xsrf/own-header/body.cgi', ["X-Session: $paseto", 'Origin: http://evil.test'], 'a=1'), '200 not-ambient', 'one in a header of one\'s own is not');
    # If a proxy makes the header of a cookie, the browser has sent it after all. docs/directives.md has the line that asks for the origin.
    is(exchange('POST', '/xsrf/own-header/origin/body.cgi', ["X-Session: $paseto", "Origin: $_->[0]"], 'a=1')->{status}, $_->[1], "Require expr asks for the origin: $_->[0]")
        for ['http://evil.test', 403], ['null', 403], ['http://main.test.evil.test', 403], ['', 403], ['http://main.test', 200];
    is(exchange('POST', '/xsrf/own-header/origin/body.cgi', ["X-Session: $paseto"], 'a=1')->{status}, 403, 'Require expr asks for the origin: none');
    is(get('/xsrf/own-header/origin/body.cgi', undef, "X-Session: $paseto")->{status}, 200, 'but not of a GET');
    is(said('POST', '/xsrf/own-header/body.cgi', ['X-Session: ' . substr($paseto, 0, -1), 'Origin: http://evil.test'], 'a=1'), '403 foreign-origin', 'a header alone, without a good session, is nothing');
    is(said('POST', '/xsrf/signed/body.cgi', ['Authorization: Basic YTpi', 'Origin: http://evil.test'], 'a=1'), '403 foreign-origin', 'Basic authentication is ambient');
}

# A cache in front: nobody gets another's token.
{
    mkdir root() . '/logs/cache';
    my @plain = map { get('/plain-cached/page.html') } 1 .. 2;
    like(join(',', @{$plain[1]{headers}{'x-cache'} // ['none']}), qr/^HIT/, 'a page without a token comes from the cache');
    my @page = map { get('/xsrf-cached/page.html') } 1 .. 3;
    my %seen;
    $seen{$_->{headers}{'x-xsrf-token'}[0] // 'none'}++ for @page;
    is(scalar keys %seen, 3, 'three visitors, three tokens');
    unlike(join(',', map { @{$_->{headers}{'x-cache'} // []} } @page), qr/HIT/, 'none from the cache');
    my %visitor;
    for (@page) { $visitor{$1}++ if join("\n", @{$_->{headers}{'set-cookie'}}) =~ /xsrf-visitor=([^;]+)/ }
    is(scalar keys %visitor, 3, 'and three cookies');
}

done_testing;
