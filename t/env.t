# SPDX-License-Identifier: Apache-2.0
# What a handler sees of a good session: the variables of docs/directives.md, under every way to run a handler.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use SC;
use Test::More;

my $at = time;
my $flask = flask($USER, at => $at);
my $S = "session=$flask";

case 'a Flask session reaches a CGI', '/flask/env.cgi', $S,
    { SESSION__USER_ID => 7, SESSION_USER_NAME => 'claim-of-anna', SESSION_ROLE => 'claim-of-editor' };
case 'numbers, booleans and objects are JSON, null is not set', '/flask/env.cgi', $S,
    { SESSION_N => '12345678901234567890123', SESSION_YES => 'true', SESSION_NONE => undef,
      SESSION_PROFILE => '{"login":"claim-of-login"}' };
case 'an array of scalars is joined by a comma', '/flask/env.cgi', $S, { SESSION_GROUPS => 'a,b' };
case 'tags are resolved: a tuple is an array, bytes are base64', '/flask/env.cgi', $S,
    { SESSION_T => '1,2', SESSION_BY_TE => 'AP8=' };
case 'provenance: status, format, source, key, times', '/flask/env.cgi', $S,
    { COOKIESESSION_STATUS => 'ok', COOKIESESSION_FORMAT => 'flask',
      COOKIESESSION_SOURCE => 'cookie:session', COOKIESESSION_KEY => 'new',
      COOKIESESSION_ISSUED => $at, COOKIESESSION_EXPIRES => $at + 3600, COOKIESESSION_FOOTER => undef };
case 'COOKIESESSION_JSON is the whole document, tags resolved', '/flask/env.cgi', $S,
    { COOKIESESSION_JSON => qr/^\{"_user_id":"7",.*"n":12345678901234567890123,.*"none":null,.*"t":\[1,2\],"by-te":"AP8="\}$/ };
case 'a deflated session is opened', '/flask/env.cgi', 'session=' . flask($USER, zip => 1), { SESSION_ROLE => 'claim-of-editor' };
case 'no cookie: absent, and nothing else', '/flask/env.cgi', undef,
    { COOKIESESSION_STATUS => 'absent', COOKIESESSION_SOURCE => undef, SESSION_ROLE => undef, COOKIESESSION_JSON => undef, REMOTE_USER => undef, COOKIESESSION_USER => undef };
case 'an empty cookie is no token', '/flask/env.cgi', 'session=', { COOKIESESSION_STATUS => 'absent' };
case 'where no source is configured nothing is set', '/plain/env.cgi', $S, { COOKIESESSION_STATUS => undef, SESSION_ROLE => undef };

# Names
case 'two names that fold to one: the first member wins', '/flask/env.cgi',
    'session=' . flask('{"a.b":"claim-first-one","a-b":"claim-second-one","A_B":"claim-third-one"}'), { SESSION_A_B => 'claim-first-one' };
case 'a null does not stand in the way of another member of its name', '/flask/env.cgi',
    'session=' . flask('{"a.b":null,"a-b":"claim-second-one"}'), { SESSION_A_B => 'claim-second-one' };
case 'each byte that is no letter or digit folds to "_"', '/flask/env.cgi',
    'session=' . flask('{"\u00e9 x":"claim-of-accent","1":"claim-of-digit","":"claim-of-nothing"}'),
    { SESSION____X => 'claim-of-accent', SESSION_1 => 'claim-of-digit', SESSION_ => 'claim-of-nothing' };
case 'a name with NUL folds, it does not cut', '/flask/env.cgi', 'session=' . flask('{"a\u0000b":"claim-behind-nul"}'), { SESSION_A_B => 'claim-behind-nul' };
case 'a value with NUL is not exported, the JSON has it escaped', '/flask/env.cgi',
    'session=' . flask('{"a":"claim-x\u0000y","b":["q\u0000","r"],"c":"claim-after"}'),
    { SESSION_A => undef, SESSION_B => undef, SESSION_C => 'claim-after', COOKIESESSION_JSON => qr/\\\\x5cu0000|\\x5cu0000/ };
case 'a line break in a value stays in its variable', '/flask/env.cgi', 'session=' . flask('{"a":"x\r\nHTTP_EVIL=1"}'), { SESSION_A => 'x\x0d\x0aHTTP_EVIL=1', HTTP_EVIL => undef };
case 'a member cannot take the place of the provenance', '/flask/env.cgi',
    'session=' . flask('{"COOKIESESSION_STATUS":"claim-of-status","status":"claim-of-status"}'),
    { COOKIESESSION_STATUS => 'ok', SESSION_COOKIESESSION_STATUS => 'claim-of-status' };
case 'a client header cannot set a variable', '/flask/env.cgi', undef,
    { SESSION_ROLE => undef, COOKIESESSION_STATUS => 'absent', HTTP_COOKIESESSION_STATUS => 'ok', REMOTE_USER => undef, COOKIESESSION_USER => undef },
    'SESSION_ROLE: x', 'Session-Role: x', 'COOKIESESSION-STATUS: ok', 'Remote-User: x';

# Directives
case 'CookieSessionUser: the default is _user_id', '/flask/env.cgi', $S, { REMOTE_USER => undef, COOKIESESSION_USER => 7 };
case 'CookieSessionUser: sub of a PASETO is a user too', '/paseto/env.cgi', 'token=' . paseto('{"sub":"claim-of-sub"}'), { REMOTE_USER => undef, COOKIESESSION_USER => 'claim-of-sub' };
case 'CookieSessionUser: a path, where the member before it is missing', '/user/env.cgi', $S, { REMOTE_USER => undef, COOKIESESSION_USER => 'claim-of-login' };
case 'CookieSessionUser: the first present wins', '/user/env.cgi', 'session=' . flask('{"name":"claim-of-name","profile":{"login":"claim-of-login"}}'), { REMOTE_USER => undef, COOKIESESSION_USER => 'claim-of-name' };
case 'CookieSessionUser: null is not present', '/user/env.cgi', 'session=' . flask('{"name":null,"profile":{"login":"claim-of-login"}}'), { REMOTE_USER => undef, COOKIESESSION_USER => 'claim-of-login' };
case "CookieSessionUser: a first member that is no user ($_) makes none of the next", '/user/env.cgi', 'session=' . flask(qq({"name":$_,"profile":{"login":"claim-of-login"}})), { REMOTE_USER => undef, COOKIESESSION_USER => undef, COOKIESESSION_STATUS => 'ok' }
    for '""', 'true', '["claim-of-name"]', '"claim-of-\u0001"';
case 'CookieSessionUser: an array is no user, nor is true, nor ""', '/user/env.cgi', 'session=' . flask('{"name":["claim-of-name"],"profile":{"login":true}}'), { REMOTE_USER => undef, COOKIESESSION_USER => undef };
case 'CookieSessionUser: a name with a line break is no user', '/user/env.cgi', 'session=' . flask('{"name":"claim-a\nclaim-b"}'), { REMOTE_USER => undef, COOKIESESSION_USER => undef };
case 'CookieSessionUser: who logged in by Basic stays who he is', '/auth/env.cgi', $S, { REMOTE_USER => 'basic', AUTH_TYPE => 'Basic', SESSION__USER_ID => 7, COOKIESESSION_USER => 7 }, 'Authorization: Basic YmFzaWM6YmFzaWM=';
case "CookieSessionUser remote-user=on: $_->[1]", "/user/$_->[0]/env.cgi", $S, $_->[2] for
    ['remote',      'REMOTE_USER, whatever the AuthType',     { REMOTE_USER => 7, COOKIESESSION_USER => 7, AUTH_TYPE => undef }],
    ['remote/path', 'with a member of its own',               { REMOTE_USER => 'claim-of-anna', COOKIESESSION_USER => 'claim-of-anna' }],
    ['remote/over', 'an inner line without it ends it',       { REMOTE_USER => undef, COOKIESESSION_USER => 7 }],
    ['remote/off',  'an inner Off: neither variable',         { REMOTE_USER => undef, COOKIESESSION_USER => undef, COOKIESESSION_STATUS => 'ok', SESSION__USER_ID => 7 }],
    ['remote/no',   'remote-user=off alone keeps the member', { REMOTE_USER => undef, COOKIESESSION_USER => 7 }];
case 'CookieSessionUser remote-user=on: not without a session', '/user/remote/env.cgi', undef, { REMOTE_USER => undef, COOKIESESSION_USER => undef };
case 'CookieSessionUser remote-user=on: not of a forged one', '/user/remote/env.cgi', 'session=' . forge($flask, 2), { REMOTE_USER => undef, COOKIESESSION_USER => undef };
case 'CookieSessionUser remote-user=on: never over the user of another AuthType', '/user/remote-basic/env.cgi', $S, { REMOTE_USER => 'basic', AUTH_TYPE => 'Basic', COOKIESESSION_USER => 7 }, 'Authorization: Basic YmFzaWM6YmFzaWM=';
is(get('/user/remote-basic/env.cgi', $S)->{status}, 401, 'CookieSessionUser remote-user=on: nor in its place');
case 'a session alone is nobody\'s REMOTE_USER: WordPress takes an administrator from it', '/php/env.php', 'session=' . flask('{"_user_id":"wpadmin"}'), { REMOTE_USER => undef, REDIRECT_REMOTE_USER => undef, AUTH_TYPE => undef, COOKIESESSION_USER => 'wpadmin' };
case 'a client cannot set the variables', '/flask/env.cgi', undef, { COOKIESESSION_USER => undef, REMOTE_USER => undef }, 'COOKIESESSION_USER: EVIL', 'Cookiesession-User: EVIL', 'REMOTE_USER: EVIL';
case 'COOKIESESSION_VERSION is set where a source is configured', '/flask/env.cgi', $_, { COOKIESESSION_VERSION => $ENV{SC_VERSION} } for $S, undef;
case 'and nowhere else', '/flask/off/env.cgi', $S, { COOKIESESSION_VERSION => undef };
case 'CookieSessionEnv Off leaves the status and what is exported by name', '/env-off/env.cgi', $S,
    { SESSION_ROLE => undef, COOKIESESSION_JSON => undef, COOKIESESSION_STATUS => 'ok', VISITOR_ROLE => 'claim-of-editor' };
case 'CookieSessionEnv PREFIX', '/env-prefix/env.cgi', $S, { VISITOR_ROLE => 'claim-of-editor', SESSION_ROLE => undef, COOKIESESSION_STATUS => 'ok' };
case 'CookieSessionExport: a pointer, an element, and what is not there', '/export/env.cgi', $S,
    { VISITOR_LOGIN => 'claim-of-login', VISITOR_GROUP => 'a', VISITOR_NOTHING => undef };
case 'CookieSessionExport: the named one stands above a folded one', '/export/env.cgi', $S, { SESSION_USER_NAME => 'claim-of-editor' };
case 'CookieSessionExport: an inner scope adds, and replaces by name', '/export/inner/env.cgi', $S,
    { VISITOR_GROUP => 'a', VISITOR_ROLE => 'claim-of-editor', VISITOR_LOGIN => 'claim-of-anna' };
case 'CookieSessionEnvDelimiter', '/delimiter/env.cgi', $S, { SESSION_GROUPS => 'a; b' };
case 'CookieSession Off in an inner scope', '/flask/off/env.cgi', $S, { COOKIESESSION_STATUS => undef, SESSION_ROLE => undef };
case 'an inner list of sources replaces the outer one', '/flask/inner/env.cgi', $S, { COOKIESESSION_STATUS => 'absent' };
case 'a verified value stands above SetEnv, other variables stay', '/setenv/env.cgi', $S, { SESSION_ROLE => 'claim-of-editor', OTHER => 'kept' };
case 'RequestHeader sees the variables', '/header-env/env.cgi', $S, { HTTP_X_ROLE => 'claim-of-editor' };
is(get('/header-env/env.cgi', $S)->{headers}{'x-role-expr'}[0], 'claim-of-editor', 'expressions see the variables');

# Sources
case 'a header other than Authorization is taken as it is', '/header/env.cgi', undef, { COOKIESESSION_SOURCE => 'header:X-Session', SESSION_ROLE => 'claim-of-editor' }, "X-Session: $flask";
my $paseto = paseto('{"sub":"claim-of-sub","scope":["read","write"]}');
for my $scheme ('Bearer ', 'bearer ', 'BEARER    ') {
    case "Authorization with the scheme \"$scheme\"", '/header/env.cgi', undef,
        { COOKIESESSION_SOURCE => 'header:Authorization', SESSION_SUB => 'claim-of-sub', SESSION_SCOPE => 'read,write' }, "Authorization: $scheme$paseto";
}
case "Authorization without a token: $_", '/header/env.cgi', undef, { COOKIESESSION_STATUS => 'absent' }, "Authorization: $_"
    for 'Basic YmFzaWM6YmFzaWM=', 'Bearer', 'Bearer  ', 'Digest x', "Bearer\t";
case 'a token without the scheme is none', '/header/env.cgi', undef, { COOKIESESSION_STATUS => 'absent' }, "Authorization: $paseto";
case 'two Authorization lines are no token', '/header/env.cgi', undef, { COOKIESESSION_STATUS => qr/^(malformed|bad-signature)$/, SESSION_SUB => undef },
    "Authorization: Bearer $paseto", "Authorization: Bearer $paseto";
case 'PASETO v4.public', '/paseto/env.cgi', 'token=' . paseto('{"sub":"claim-of-sub"}', key => 'v4.secret.key'),
    { COOKIESESSION_KEY => 'v4pub', SESSION_SUB => 'claim-of-sub', COOKIESESSION_FORMAT => 'paseto' };
case 'PASETO: exp is the end, iat the beginning', '/paseto/env.cgi', 'token=' . paseto('{"iat":"2024-01-01T00:00:00Z","exp":"2099-01-01T00:00:00+00:00"}'),
    { COOKIESESSION_ISSUED => 1704067200, COOKIESESSION_EXPIRES => 4070908800 };
case 'PASETO: the footer is told', '/paseto/env.cgi', 'token=' . paseto('{"a":1}', options => ['footer={"x":"claim-of-footer"}']), { COOKIESESSION_FOOTER => '{"x":"claim-of-footer"}' };

# What a log format sees, once the request is over.
my @log = do { open my $log, '<', root() . '/logs/access_log' or die $!; <$log> };
ok((grep { /^\S+ status=ok note=ok user=- cookiesession_user=7$/ } @log), 'a log format sees variables and notes');
ok((grep { m{^/user/remote/env.cgi status=ok note=ok user=7 cookiesession_user=7$} } @log), 'and REMOTE_USER where it is asked for');

# Ways to run a handler.
case 'php-fpm', '/php/env.php', $S, { SESSION_ROLE => 'claim-of-editor', COOKIESESSION_STATUS => 'ok', REMOTE_USER => undef, COOKIESESSION_USER => 7 };
case 'php-fpm, a forged cookie', '/php/env.php', 'session=' . forge($flask, 2), { SESSION_ROLE => undef, COOKIESESSION_STATUS => 'bad-signature', REMOTE_USER => undef };
SKIP: {
    skip 'mod_php wants prefork', 2 if $ENV{SC_MPM} ne 'prefork' || $ENV{SC_PHP} eq 'none';
    case 'mod_php', '/modphp/env.php', $S, { SESSION_ROLE => 'claim-of-editor', COOKIESESSION_STATUS => 'ok', REMOTE_USER => undef, COOKIESESSION_USER => 7 };
    case 'mod_php, a forged cookie', '/modphp/env.php', 'session=' . forge($flask, 2), { SESSION_ROLE => undef, COOKIESESSION_STATUS => 'bad-signature' };
}

done_testing;
