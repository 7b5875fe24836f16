# SPDX-License-Identifier: Apache-2.0
# Who is let in, who is sent to the login page and where that leads; what expressions see.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use SC;
use Test::More;

my $good = flask($USER);
my $S = "session=$good";
my $FORGED = 'session=' . forge($good, 2);
my $OLDKEY = 'session=' . flask($USER, secret => $OLD);
my $NOUSER = 'session=' . flask('{"a":1}');
my $FLASH = 'session=' . flask('{"_flashes":[{" t":["message","Please log in."]}]}');
my $BEARER = 'Authorization: Bearer ' . paseto('{"_user_id":"9"}');
my $WRONG = 'Authorization: Bearer v4.local.' . 'A' x 100;

# path below /access/, cookie, status, what for
for (
    ['user',        $S,      200, 'valid-user with a session'],
    ['user',        undef,   401, 'valid-user without a cookie'],
    ['user',        $FORGED, 401, 'valid-user with a forged cookie'],
    ['user',        $NOUSER, 401, 'valid-user with a session of nobody'],
    ['session',     $S,      200, 'a session'],
    ['session',     $NOUSER, 200, 'a session needs no user'],
    ['session',     $FLASH,  200, 'a message for a visitor who is not logged in is a session too'],
    ['user',        $FLASH,  401, 'and no user'],
    ['session',     undef,   403, 'no session, and no AuthType to ask for one'],
    ['session',     $FORGED, 403, 'a forged one is none'],
    ['session-login', undef, 401, 'no session, and an AuthType'],
    ['role',        $S,      200, 'a member with one of the values'],
    ['role',        $NOUSER, 403, 'without that member'],
    ['admin',       $S,      403, 'with another value'],
    ['group',       $S,      200, 'an array that has one of the values'],
    ['nogroup',     $S,      403, 'an array is not its text'],
    ['pointer',     $S,      200, 'a JSON Pointer'],
    ['object',      $S,      403, 'an object equals nothing'],
    ['number',      $S,      200, 'a number beyond 64 bits'],
    ['true',        $S,      200, 'a boolean by its word'],
    ['present',     $S,      200, 'a member is there'],
    ['null',        $S,      403, 'null is not there'],
    ['key',         $S,      200, 'the key'],
    ['key',         $OLDKEY, 403, 'another key'],
    ['format',      $S,      200, 'the format'],
    ['otherformat', $S,      403, 'another format'],
    ['any',         $S,      200, 'RequireAny: the second holds'],
    ['any',         $NOUSER, 403, 'RequireAny: none holds'],
    ['any',         undef,   401, 'RequireAny: nobody'],
    ['all',         $S,      403, 'RequireAll: the user is known, the role is not'],
    ['all',         undef,   401, 'RequireAll: nobody'],
    ['none',        $S,      403, 'RequireNone: it holds'],
    ['none',        $NOUSER, 200, 'RequireNone: it does not'],
    ['merge',       $S,      200, 'AuthMerging, the outer scope'],
    ['merge/and',   $S,      403, 'AuthMerging And adds a demand'],
    ['off',         $S,      500, 'AuthType without a source is told to the administrator'],
    ['expr',        $S,      200, 'Require expr'],
    ['expr',        $FORGED, 403, 'Require expr with a forged cookie'],
    ['expr',        undef,   403, 'Require expr without a cookie'],
) {
    my ($path, $cookie, $status, $sentence) = @$_;
    my $response = get("/access/$path/env.cgi", $cookie);
    # The environment of the CGI is asked for above; a user that fails later is httpd's 401.
    is($response->{status}, $status, "$sentence: $status");
}
case 'the user and the type of authentication', '/access/user/env.cgi', $S, { REMOTE_USER => '7', COOKIESESSION_USER => '7', AUTH_TYPE => 'CookieSession', SESSION_ROLE => 'claim-of-editor' };

# CookieSessionUser Off: there is a session, and no user.
is(get('/access/nobody/env.cgi', $S, 'Sec-Fetch-Mode: navigate')->{status}, 401, 'CookieSessionUser Off: Require valid-user admits nobody, and sends nobody round in circles');
case 'CookieSessionUser Off: Require session asks for no user', '/access/anybody/env.cgi', $S, { REMOTE_USER => undef, COOKIESESSION_USER => undef, SESSION__USER_ID => 7 };
is(get('/access/anybody/env.cgi', undef, 'Sec-Fetch-Mode: navigate')->{status}, 302, 'and without a session the way to log in is shown');

# WWW-Authenticate
for (
    ['user',   undef,   [],        'CookieSession realm="a \"name\""',                        'nothing was sent'],
    ['user',   $FORGED, [],        'CookieSession realm="a \"name\"", error="invalid_token"', 'a forged cookie'],
    ['bearer', undef,   [],        'Bearer realm="a \"name\""',                               'no bearer token'],
    ['bearer', undef,   [$WRONG],  'Bearer realm="a \"name\"", error="invalid_token"',        'a forged bearer token'],
) {
    my ($path, $cookie, $lines, $want, $sentence) = @$_;
    my $response = get("/access/$path/env.cgi", $cookie, @$lines);
    is($response->{status}, 401, "401: $sentence");
    is(join('|', @{$response->{headers}{'www-authenticate'} // []}), $want, "WWW-Authenticate: $sentence");
    is(join('|', @{$response->{headers}{'set-cookie'} // []}), '', "no Set-Cookie: $sentence");
}
is(get('/access/bearer/env.cgi', undef, $BEARER)->{status}, 200, 'a bearer token lets in');
is(get('/access/bearer/env.cgi', $S, $WRONG)->{status}, 200, 'a good cookie behind a bad bearer token too');

# To the login page or not: header lines, method, status
my @NAVIGATE = ('Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document');
for (
    ['GET',  302, 'a navigation',                         @NAVIGATE],
    ['GET',  302, 'an old browser',                       'Accept: text/html,*/*;q=0.8'],
    ['HEAD', 302, 'HEAD as GET',                          @NAVIGATE],
    ['GET',  401, 'a script: cors',                       'Sec-Fetch-Mode: cors', 'Accept: text/html'],
    ['GET',  401, 'a script: same-origin',                'Sec-Fetch-Mode: same-origin', 'Accept: */*'],
    ['GET',  401, 'an image',                             'Sec-Fetch-Mode: no-cors', 'Accept: image/*'],
    ['GET',  401, 'XMLHttpRequest of old',                'Accept: text/html', 'X-Requested-With: XMLHttpRequest'],
    ['GET',  401, 'curl',                                 'Accept: */*'],
    ['GET',  401, 'no Accept at all'],
    ['GET',  401, 'a bearer token was sent',              'Accept: text/html', 'Authorization: Bearer x'],
    ['POST', 401, 'POST: what was typed would be lost',   @NAVIGATE],
    ['PUT',  401, 'PUT',                                  @NAVIGATE],
) {
    my ($method, $status, $sentence, @lines) = @$_;
    my $response = request($method, '/access/login/env.cgi?a=1&b=2', \@lines, $method =~ /^P/ ? 'x' : undef);
    is($response->{status}, $status, "$sentence: $status");
    next if $status != 302;
    is($response->{headers}{location}[0], '/app/login?next=/access/login/env.cgi%3Fa%3D1%26b%3D2', "$sentence: the way back");
    is($response->{headers}{'cache-control'}[0], 'no-store', "$sentence: no cache may keep it");
    like(join(',', @{$response->{headers}{vary}}), qr/Cookie/, "$sentence: varies");
}
is(get('/access/login/env.cgi', $S, @NAVIGATE)->{status}, 200, 'who has a session is not sent away');
is(get('/access/login/env.cgi', $NOUSER, @NAVIGATE)->{status}, 302, 'a session of nobody is');
is(get('/access/login-page/env.cgi', undef, @NAVIGATE)->{status}, 401, 'the login page does not send to itself');
is(get('/access/login-page/x', undef, @NAVIGATE)->{headers}{location}[0], '/access/login-page/env.cgi?from=1&next=/access/login-page/x', 'a login URL with a query of its own');

# Open redirects: whatever stands in the request line, next is a path on this host.
my @evil = (
    '//evil.test/', '///evil.test/', '////evil.test', '//evil.test/access/login/x', '/\evil.test', '/\\\\evil.test', '/%5cevil.test', '/%2fevil.test',
    '/%2f%2fevil.test', '/..//evil.test', '/.//evil.test', '/access/login/..//..//..//evil.test', '/access/login/%2e%2e/%2e%2e//evil.test',
    'http://evil.test/', 'https://evil.test/access/login/x', 'HTTP://evil.test/access/login/x', 'http://evil.test//access/login/x',
    'http:evil.test', 'http:/evil.test', 'http:///evil.test', 'javascript:alert(1)', '/access/login/x?//evil.test', '/access/login/x?next=//evil.test',
    '/access/login/x?next=http://evil.test', '/access/login/x#//evil.test', '/access/login/x%0d%0aLocation:%20http://evil.test',
    '/access/login/x%0aSet-Cookie:a=b', '/access/login/x%09', '/access/login/x%00', '/access/login/x?a=%0d%0aX:%20y', '/access/login/x?\\evil.test',
    '/access/login/@evil.test', '/access/login/;@evil.test', '/access/login/x?a=b&next=/ok', '/access/login/%E2%80%AE', "/access/login/\xe9",
    '/%09/evil.test', "/access/login/x?\x7f",
);
for my $target (@evil) {
    my $response = get($target, undef, @NAVIGATE);
    my $location = join '|', @{$response->{headers}{location} // []};
    (my $shown = $target) =~ s/([^!-~])/sprintf '\x%02x', ord $1/ge;
    my ($next) = $location =~ m{^/app/login\?next=(/[A-Za-z0-9._~/%-]*)$};
    ok($location eq '' || defined $next, "$shown leads nowhere else") or diag($location);
    ($next //= '/') =~ s/%([0-9A-F]{2})/chr hex $1/ge;
    ok($next !~ m{^/[/\\]} && $next !~ /[\x00-\x20\x7f\\]/, "$shown: next is a local path") or diag($next);
}
cmp_ok(scalar(grep { get($_, undef, @NAVIGATE)->{status} == 302 } @evil), '>=', 10, 'and the guard was asked');

# Expressions
case '<If>', '/access/if/env.cgi', $S, { IF_EDITOR => 'yes' };
case '<If> without a session', '/access/if/env.cgi', undef, { IF_EDITOR => undef };
is(get('/access/if/env.cgi', $S)->{headers}{'x-status'}[0], 'ok', 'Header expr=: the status');
is(get('/access/if/env.cgi', $FORGED)->{headers}{'x-status'}[0], 'bad-signature', 'Header expr=: of a refused token');
is(get('/access/if/env.cgi', $S)->{headers}{'x-role'}[0], 'claim-of-editor', 'Header expr=: a member');
case 'RewriteCond expr is early enough', '/access/rewritten/go', $S, { QUERY_STRING => 'editor' };
case 'RewriteCond expr with the status', '/access/rewritten/go', $FORGED, { QUERY_STRING => 'forged' };
is(get('/access/rewritten/go', undef)->{status}, 404, 'no session: the rule does not apply');

done_testing;
