# SPDX-License-Identifier: Apache-2.0
# What the client and the back end see: Vary, no Set-Cookie, CookieSessionStrip.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use SC;
use Test::More;

my $good = flask($USER);
my $S = "session=$good";
my ($etag) = @{get('/files/plain.txt', $S)->{headers}{etag}};

# Server
like(get('/plain/env.cgi')->{headers}{server}[0], qr{ mod_sessioncookie/\Q$ENV{SC_VERSION}\E(?: |$)}, 'the Server header has the version with ServerTokens Full');

# Vary
for (
    ['a page',                       '/flask/env.cgi',     'Cookie'],
    ['a file',                       '/files/plain.txt',   'Cookie'],
    ['a file without a cookie',      '/files/plain.txt',   'Cookie',        undef],
    ['a file with a forged cookie',  '/files/plain.txt',   'Cookie',        'session=' . forge($good, 2)],
    ['304',                          '/files/plain.txt',   'Cookie',        $S, 304, "If-None-Match: $etag"],
    ['404',                          '/files/none.txt',    'Cookie',        $S, 404],
    ['404 by ErrorDocument',         '/errors/none',       'Cookie',        $S, 404],
    ['a status of the handler',      '/flask/env.cgi?503', 'Cookie',        $S, 503],
    ['a page with an include',       '/ssi/page.shtml',    'Cookie'],
    ['header sources',               '/header/env.cgi',    'Authorization, X-Session'],
    ['cookies of several names',     '/several/env.cgi',   'Cookie'],
    ['php-fpm',                      '/php/env.php',       'Cookie'],
    ['a proxied answer',             '/proxied/env.cgi',   'Cookie'],
    ['no source',                    '/plain/env.cgi',     ''],
    ['Off',                          '/flask/off/env.cgi', ''],
) {
    my ($what, $path, $vary, $cookie, $status, @lines) = @$_;
    $cookie = $S if @$_ < 4;
    my $response = get($path, $cookie, @lines);
    is(join(' | ', map { s/,(?=\S)/, /gr } @{$response->{headers}{vary} // []}), $vary, "Vary: $what");
    is($response->{status}, $status // 200, "status: $what");
    is($response->{headers}{'set-cookie'}, undef, "no Set-Cookie: $what");
    is($response->{headers}{'cache-control'}, undef, "no Cache-Control: $what");
}
{
    my $vary = get('/deflated/env.cgi', $S, 'Accept-Encoding: gzip')->{headers}{vary};
    is(scalar @$vary, 1, 'one Vary line beside mod_deflate\'s');
    is(join(',', sort split /,\s*/, $vary->[0]), 'Accept-Encoding,Cookie', 'which names both');
}

# Strip
case 'without CookieSessionStrip a handler sees the cookie', '/flask/env.cgi', $S, { HTTP_COOKIE => $S };
case 'Strip: the session cookie is gone, the session is not', '/strip/env.cgi', $S, { HTTP_COOKIE => undef, SESSION_ROLE => 'claim-of-editor' };
case 'Strip: other cookies stay byte for byte', '/strip/env.cgi', "a=\"x;\\054y\"; $S; b=1,2", { HTTP_COOKIE => 'a="x;\x5c054y"; b=1,2' };
case 'Strip: every cookie of the name', '/strip/env.cgi', "session=x; a=1; session=\"y\"; $S", { HTTP_COOKIE => 'a=1' };
case 'Strip: a forged one too', '/strip/env.cgi', 'session=' . forge($good, 2) . '; a=1', { HTTP_COOKIE => 'a=1', COOKIESESSION_STATUS => 'bad-signature' };
for ("\xc2\xa0", "\xa0", "\x85", "\xe2\x80\x83", "\xe3\x80\x80") {
    my $shown = join ' ', map { sprintf '%02x', ord } split //;
    case "Strip: a name with white space that frameworks trim ($shown)", '/strip/env.cgi', "session$_=$good; a=1; ${_}session=$good", { HTTP_COOKIE => 'a=1', COOKIESESSION_STATUS => 'absent' };
}
case 'Strip: after a comma or a blank', '/strip/env.cgi', "a=1, $S; b=2 $S", { HTTP_COOKIE => 'a=1; b=2', COOKIESESSION_STATUS => 'absent' };
case 'Strip: in another cookie\'s quotes', '/strip/env.cgi', "a=\"1 ;$S; x\"", { HTTP_COOKIE => 'a="1 ; x"', COOKIESESSION_STATUS => 'absent' };
case 'Strip: several lines', '/strip/env.cgi', 'a=1', { HTTP_COOKIE => 'a=1', COOKIESESSION_STATUS => 'absent' }, "Cookie: $S";
case 'Strip: no cookie, no harm', '/strip/env.cgi', undef, { HTTP_COOKIE => undef, COOKIESESSION_STATUS => 'absent' };
case 'Strip: names that only look like it stay', '/strip/env.cgi', 'xsession=1; Session=2; session2=3', { HTTP_COOKIE => 'xsession=1; Session=2; session2=3' };
case 'Strip: a back end does not get it', '/proxied/env.cgi', "a=1; $S", { HTTP_COOKIE => 'a=1' };
case 'Strip: nor does it where it was the only one', '/proxied/env.cgi', $S, { HTTP_COOKIE => undef };

done_testing;
