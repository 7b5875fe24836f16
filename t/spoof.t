# SPDX-License-Identifier: Apache-2.0
# What an attacker tries at CookieSessionHeader and AuthType CookieSession: scopes that change on the
# way, hooks that come early, headers that come late, and the long way round a guard.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use SC;
use Test::More;

my $good = flask($USER);
my $S = "session=$good";
my $FORGED = 'session=' . forge($good, 2);
my $EVIL = 'X-User: EVIL';

# --- the scope changes after the headers were looked through ---
for (
    ['DirectoryIndex',     '/spoof/'],
    ['MultiViews',         '/spoof/index'],
    ['the file itself',    '/spoof/index.cgi'],
    ['FallbackResource',   '/spoof/fallback/nothing-here'],
) {
    my ($what, $path) = @$_;
    for my $line ($EVIL, 'x_user: EVIL', 'X.USER: EVIL') {
        case "$what: $line, without a session", $path, undef, { HTTP_X_USER => undef }, $line;
        case "$what: $line, with a forged one", $path, $FORGED, { HTTP_X_USER => undef }, $line;
        case "$what: $line, with a session", $path, $S, { HTTP_X_USER => 'claim-of-editor' }, $line;
    }
}

# --- Connection takes away what it names, and a proxy has its own idea of what separates names ---
for my $path ('/header-out/env.cgi', '/proxied/header-out/env.cgi') {
    for (
        'close; X-User', 'close;X-User', 'close X-User', "close\tX-User", 'X-User;close', 'close, X-User;', '"close", X-User',
        'close,,X-User', ' X-User ', 'x-user x_user;X.User', 'close=X-User', 'close, "X-User"', 'X-User,' x 500,
        'close' . ',a' x 3000 . ',X-User',
    ) {
        my $shown = length $_ > 40 ? substr($_, 0, 40) . '…' : $_;
        case "$path: Connection: $shown", $path, $S, { HTTP_X_USER => 'claim-of-editor' }, "Connection: $_";
    }
}

# --- hooks that come early ---
case '<If> does not see it', '/spoof/if/env.cgi', undef, { IF_SPOOFED => undef, HTTP_X_USER => undef }, $EVIL;
case 'SetEnvIf does not see it', '/spoof/any/env.cgi', $S, { SETENVIF_SPOOFED => undef, HTTP_X_USER => 'claim-of-editor' }, 'Host: spoof.test', $EVIL;
case 'RewriteRule does not see it', '/spoof/any/env.cgi', $S, { REWRITE_SPOOFED => undef, HTTP_X_USER => 'claim-of-editor' }, 'Host: spoof.test', $EVIL;
case 'RewriteRule does not see what a Location is to set', '/spoof/located/env.cgi', $S, { REWRITE_SPOOFED => undef, HTTP_X_USER => 'claim-of-editor' }, 'Host: located.test', $EVIL;
case 'outside that Location it is a header like others', '/spoof/any/env.cgi', $S, { REWRITE_SPOOFED => 'yes', HTTP_X_USER => 'EVIL' }, 'Host: located.test', $EVIL;
case 'an absolute address is in scope', 'http://spoof.test/spoof/any/env.cgi', undef, { HTTP_X_USER => undef }, 'Host: main.test', $EVIL;

# --- headers that come late: trailers ---
for (
    ['/spoof/trailer/env.cgi',         'Host: main.test',  'trailers are no headers'],
    ['/proxied/spoof/trailer/env.cgi', 'Host: main.test',  'nor for a back end'],
    ['/spoof/any/env.cgi',             'Host: spoof.test', 'MergeTrailers On'],
    ['/spoof/read/env.cgi',            'Host: spoof.test', 'MergeTrailers On, and the body was read before'],
) {
    my ($path, $host, $sentence) = @$_;
    for my $cookie (undef, $S) {
        my $response = request('POST', $path, [$host, 'Transfer-Encoding: chunked', 'Content-Type: application/x-www-form-urlencoded', 'Trailer: X-User',
            defined $cookie ? "Cookie: $cookie" : ()], "3\r\na=b\r\n0\r\nX-User: EVIL\r\nx_user: EVIL\r\n\r\n");
        env_is $sentence, $response, { REQUEST_METHOD => 'POST', HTTP_X_USER => defined $cookie ? 'claim-of-editor' : undef };
    }
}

# --- expressions make headers ---
for (
    ['a line break', '{"odd":"a\r\nX-Admin: 1"}'],
    ['a line feed',  '{"odd":"a\nX-Admin: 1"}'],
    ['DEL',          '{"odd":"a\u007f"}'],
    ['an escape',    '{"odd":"\u001b[2J"}'],
) {
    my ($sentence, $json) = @$_;
    for my $path ('/spoof/expr/env.cgi', '/proxied/spoof/expr/env.cgi') {
        my $response = get($path, 'session=' . flask($json));
        env_is "session() in a request header: $sentence", $response, { HTTP_X_EXPR => qr/^$/, HTTP_X_ADMIN => undef } if $path =~ /^.spoof/;
        unlike($response->{body}, qr/^HTTP_X_(ADMIN|EXPR)=./m, "$path: $sentence");
        is(join('|', @{$response->{headers}{'x-admin'} // []}), '', "$path: $sentence in a response header");
    }
}
case 'session() with ordinary text', '/spoof/expr/env.cgi', 'session=' . flask('{"odd":"a b\u00e9"}'), { HTTP_X_EXPR => qr/^a b(\xc3\xa9|\\xc3\\xa9)$/ };

# --- who is let in ---
for (
    ['satisfy',        $S,      200, 'Satisfy Any: the session satisfies'],
    ['satisfy',        undef,   401, 'Satisfy Any: a stranger does not'],
    ['satisfy',        $FORGED, 401, 'Satisfy Any: nor a forger'],
    ['satisfy-all',    $S,      403, 'Satisfy All: the host is denied'],
    ['satisfy-all',    undef,   403, 'Satisfy All: with and without a session'],
    ['banned',         $S,      403, 'Require not: it holds'],
    ['banned',         undef,   200, 'Require not alone lets strangers in'],
    ['user',           $S,      200, 'Require user'],
    ['user',           'session=' . flask('{"_user_id":"8"}'), 401, 'Require user: another one'],
    ['user',           'session=' . flask('{"_user_id":["7"]}'), 401, 'Require user: a list is no user'],
    ['user',           'session=' . flask('{"_user_id":7}'), 200, 'Require user: a number is'],
    ['user',           'session=' . flask('{"_user_id":7.0}'), 401, 'Require user: as it is written'],
    ['basic',          $S,      200, 'AuthType Basic or a session: the session'],
    ['basic',          undef,   401, 'AuthType Basic or a session: none'],
    ['basic',          $FORGED, 401, 'AuthType Basic or a session: a forged one'],
    ['guarded',        $S,      200, 'a page with an error page of its own'],
) {
    my ($path, $cookie, $status, $sentence) = @$_;
    is(get("/spoof/$path/env.cgi", $cookie)->{status}, $status, "$sentence: $status");
}
case 'by Basic, the user is that of Basic', '/spoof/basic/env.cgi', undef, { REMOTE_USER => 'basic', AUTH_TYPE => 'Basic' }, 'Authorization: Basic YmFzaWM6YmFzaWM=';

# Error pages
my $response = get('/spoof/guarded/env.cgi', undef, 'Remote-User: EVIL', 'REMOTE_USER: EVIL');
is($response->{status}, 401, 'ErrorDocument 401 keeps the status');
like($response->{body}, qr/^REDIRECT_STATUS=401$/m, 'and is the page that was named');
unlike($response->{body}, qr/^(?:REDIRECT_)?(?:REMOTE_USER|AUTH_TYPE)=/m, 'where nobody is logged in');
is(scalar @{$response->{headers}{'www-authenticate'} // []}, 1, 'and the challenge is there, once');
$response = get('/spoof/guarded-error/env.cgi');
is($response->{status}, 401, 'an error page in the scope that it is for: httpd asks no second time');
unlike($response->{body}, qr/^(?:REDIRECT_)?(?:REMOTE_USER|AUTH_TYPE)=/m, 'and nobody is logged in there either');
is(get('/spoof/guarded-error/env.cgi', undef, 'Sec-Fetch-Mode: navigate')->{status}, 302, 'a navigation is sent to log in all the same');

# Requests within a request
$response = get('/spoof/page/guarded.shtml', undef);
unlike($response->{body}, qr/^REQUEST_METHOD=/m, 'an include does not get past the guard');
like($response->{body}, qr/^before\n.*after$/ms, 'the page around it is shown');
$response = get('/spoof/page/guarded.shtml', $FORGED, 'Sec-Fetch-Mode: navigate');
is($response->{status}, 200, 'an included page sends nobody to log in');
unlike($response->{body}, qr/^REQUEST_METHOD=/m, 'nor does a forged cookie get past it');
like(get('/spoof/page/guarded.shtml', $S)->{body}, qr/^REMOTE_USER=7$/m, 'with a session it is included');

# Virtual hosts and .htaccess
is(get('/access/user/env.cgi', undef, 'Host: inherits.test')->{status}, 401, 'a virtual host inherits the guard');
is(get('/access/user/env.cgi', $S, 'Host: inherits.test')->{status}, 200, 'and whom it lets in');
is(get('/access/user/env.cgi', 'session=' . flask($USER, secret => 'the-key-of-this-virtual-host'), 'Host: replaces.test')->{status}, 401,
    'a guard of the main server is not opened by the key of a virtual host');
my $dir = root() . '/htdocs/htaccess/guard';
mkdir $dir;
mkdir "$dir/inner";
for ("$dir/page.html", "$dir/inner/page.html") { open my $out, '>', $_ or die; print {$out} "page\n" }
sub htaccess { my ($where, $text) = @_; open my $out, '>', "$dir/$where.htaccess" or die; print {$out} $text; close $out }
htaccess('', "CookieSession cookie:session flask keys=new\nAuthType CookieSession\nAuthName t\nRequire session role claim-of-editor\nCookieSessionLoginURL /app/login\n");
is(get('/htaccess/guard/page.html', $S)->{status}, 200, '.htaccess: let in');
is(get('/htaccess/guard/page.html', undef)->{status}, 401, '.htaccess: not without a session');
is(get('/htaccess/guard/page.html', $FORGED)->{status}, 401, '.htaccess: not with a forged one');
is(get('/htaccess/guard/page.html', 'session=' . flask('{"role":"x"}'))->{status}, 403, '.htaccess: not with another role');
is(get('/htaccess/guard/page.html', undef, 'Sec-Fetch-Mode: navigate')->{headers}{location}[0], '/app/login?next=/htaccess/guard/page.html', '.htaccess: sent to log in');
is(get('/htaccess/guard/inner/page.html', undef)->{status}, 401, '.htaccess: holds below');
htaccess('inner/', "AuthMerging And\nRequire session groups b\n");
is(get('/htaccess/guard/inner/page.html', $S)->{status}, 200, '.htaccess: both demands are met');
is(get('/htaccess/guard/inner/page.html', 'session=' . flask('{"role":"claim-of-editor"}'))->{status}, 403, '.htaccess: AuthMerging And wants both');
is(get('/htaccess/guard/inner/page.html', 'session=' . flask('{"groups":["b"]}'))->{status}, 403, '.htaccess: in either order');
htaccess('inner/', "CookieSession Off\n");
is(get('/htaccess/guard/inner/page.html', $S)->{status}, 403, '.htaccess: without a source nobody is let in');
htaccess('inner/', "Require session-format nonsense\n");
is(get('/htaccess/guard/inner/page.html', $S)->{status}, 500, '.htaccess: a mistake in it lets nobody in');

# The way back is bounded.
sub next_of { my $location = get(shift, undef, 'Sec-Fetch-Mode: navigate')->{headers}{location}[0] // 'none'; return length $location > 100 ? length $location : $location }
is(next_of('/spoof/long/env.cgi?' . '/' x 1900), 1900 + length '/app/login?next=/spoof/long/env.cgi%3F', 'a long address comes back as it is');
is(next_of('/spoof/long/env.cgi?' . 'a=%41&' x 1500), '/app/login?next=/spoof/long/env.cgi', 'one too long to be carried along without its query');
is(next_of('/spoof/long/env.cgi/' . 'x' x 3000), '/app/login?next=/', 'or not at all');

done_testing;
