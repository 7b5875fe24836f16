# SPDX-License-Identifier: Apache-2.0
# sessioncookie-logout: which cookies go, who may end a session, where the browser is sent, and what ends with it where
# sessions can be revoked. sessioncookie-revoke: who ends the sessions of others.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use MIME::Base64 qw(encode_base64);
use SC;
use Test::More;
use Time::HiRes qw(sleep);
use XSRF qw(token $VISITING);

srand 6;
my $good = flask($USER);
my $cookie = "Cookie: session=$good";
my $own = 'Origin: http://main.test';
my $FORM = 'Content-Type: application/x-www-form-urlencoded';

sub set_cookies { return @{$_[0]{headers}{'set-cookie'} // []} }
sub removals { return grep { /^[^=]+=;/ } set_cookies($_[0]) } # mod_session may write the session of a refused request
sub is_ok { my ($answer, $sentence) = @_; is("$answer->{status} $answer->{body}", qq(200 {"status":"ok"}\n), $sentence) }
sub is_refused { my ($answer, $status, $word, $sentence) = @_; is("$answer->{status} $answer->{body}", qq($status {"error":"$word"}\n), $sentence) }
sub logout { my ($path, $lines, $body) = @_; return request('POST', $path, [$own, @$lines, defined $body ? $FORM : ()], $body) }

# --- which cookies ---

# removed(SENTENCE, PATH, [header lines], NAME and attributes of each Set-Cookie…)
my $then = 'Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT';
sub removed {
    my ($sentence, $path, $lines, @want) = @_;
    my $answer = logout($path, $lines);
    is_ok($answer, "$sentence: the answer");
    is(join("\n", sort(set_cookies($answer))), join("\n", sort map { s/; /=; /r =~ s/THEN/$then/r } @want), $sentence);
    return $answer;
}
my @all = map { "$_; Path=/; THEN; HttpOnly; SameSite=Lax" } qw(session remember_token readonly);
removed 'every cookie of the scope, once a name', '/logout/x', [$cookie], @all;
removed 'likewise without a session', '/logout/x', [], @all;
removed 'likewise with a forged one', '/logout/x', ['Cookie: session=' . forge($good, 2)], @all;
removed 'likewise with an expired one', '/logout/x', ['Cookie: session=' . flask($USER, offset => -40 * 86400)], @all;
removed 'a session that rekey=on and mod_session would write is not written', '/logout/x', ['Cookie: session=' . flask($USER, secret => $OLD)], @all;
removed 'a session that mod_session has put its end into', '/logout/x', ['Cookie: session=' . flask('{"_user_id":"7","expiry":' . (time + 5) . '000000}')], @all;
removed 'a remember-me cookie', '/logout/x', ['Cookie: remember_token=7|' . 'a' x 128], @all;
removed 'a read-only one', '/logout/x', ['Cookie: readonly=' . paseto('{"sub":"claim-of-sub"}')], @all;
removed 'cookies that are stripped', '/logout/strip/x', [$cookie], @all;
removed 'with a path', '/logout/path/x', [$cookie], map { my $n = $_; map { "$n; Path=$_; THEN" } '/', '/app' } qw(session remember_token readonly);
removed 'with a domain', '/logout/domain/x', [$cookie], map { my $n = $_; map { "$n; Path=/$_; THEN" } '', '; Domain=main.test' } qw(session remember_token readonly);
removed 'with both, and what else a browser compares', '/logout/attributes/x', [$cookie],
    map { my $n = $_; map { my $p = $_; map { "$n; Path=$p$_; THEN; Secure; SameSite=None; Partitioned" } '', '; Domain=main.test' } '/', '/app' } qw(session remember_token readonly);
removed 'cookies with prefixes', '/logout/prefixes/x', [], '__Host-session; Path=/; THEN; Secure',
    map { my $p = $_; map { "__Secure-session; Path=$p$_; THEN; Secure" } '', '; Domain=main.test' } '/', '/app';
{
    my $answer = removed 'the guard\'s own cookies stay', '/logout/x', ["$cookie; $VISITING; XSRF-TOKEN=x; csrftoken=y"], @all;
    is(join('', @{$answer->{headers}{vary} // []}), 'Cookie,X-Session', 'Vary');
    is($answer->{headers}{'cache-control'}[0], 'no-store', 'not to be kept');
}
is(logout('/logout/nothing/x', [$cookie])->{status}, 500, 'without a source there is nothing to remove');
ok((grep { /sessioncookie-logout: no source is configured here/ } do { my $from = 0; logged(\$from) }), 'and the log says so');

# --- from other sites ---

for my $foreign ('Origin: http://evil.test', 'Origin: null', 'Sec-Fetch-Site: cross-site', 'Referer: http://evil.test/', '') {
    my $answer = request('POST', '/logout/x', [$cookie, $foreign || ()]);
    is_refused($answer, 403, 'forbidden', 'a forced logout is refused: ' . ($foreign || 'no word of where it comes from'));
    is(join('', removals($answer)), '', 'and removes nothing');
}

# --- by a link ---

{
    my $link = sub { my ($token, $path, @lines) = @_; return get(($path // '/logout/x') . "?$token", "session=$good; $VISITING", @lines) };
    my $token = token('signed', user => 7);
    my $answer = $link->("xsrf-token=$token");
    is_ok($answer, 'a link with a token');
    is(scalar(set_cookies($answer)), 3, 'removes the cookies');
    is_ok($link->("xsrf-token=$token", undef, 'Sec-Fetch-Site: cross-site'), 'whoever shows it to the visitor');
    is_ok($link->("csrf_token=$token"), 'under another name of XSRFField');
    is_ok($link->("my.token=$token", '/logout/field/x'), 'under a name of the scope');
    is_ok($link->("xsrf-token=$token", '/logout/on/x'), 'under XSRF On');
    is(request('HEAD', "/logout/x?xsrf-token=$token", ["Cookie: session=$good; $VISITING"])->{status}, 200, 'HEAD does the same');
    is($link->("xsrf-token=$token&next=/")->{headers}{location}[0], '/', 'and goes on to a page');
    for (
        ['no token', ''],
        ['an empty one', 'xsrf-token='],
        ['a forged one', 'xsrf-token=' . token('signed', user => 7, key => 'another key of someone')],
        ['one of another user', 'xsrf-token=' . token('signed', user => 8)],
        ['one of another visitor', 'xsrf-token=' . token('signed', user => 7, visitor => 'c29tZWJvZHkgZWxzZS4')],
        ['an old one', 'xsrf-token=' . token('signed', user => 7, offset => -7200)],
        ['the session itself', "xsrf-token=$good"],
        ['a name of another scope', "my.token=$token"],
        ['the default name where there is another', "xsrf-token=$token", '/logout/field/x'],
    ) {
        my ($what, $query, $path) = @$_;
        $answer = $link->($query, $path);
        is_refused($answer, 403, 'forbidden', "a link with $what");
        is(join('', removals($answer)), '', "a link with $what removes nothing");
    }
    is_refused($link->("xsrf-token=$token", undef, 'Sec-Purpose: prefetch'), 403, 'forbidden', 'a browser that fetches the link in advance');
    is_refused($link->("xsrf-token=$token&xsrf-token=$token"), 400, 'invalid_request', 'a token that comes twice');
    is_refused($link->("xsrf-token=$token&next=//evil.test"), 400, 'invalid_request', 'a link that leads elsewhere');
}

# --- where the browser is sent ---

for my $next ('/', '/app/?a=b&c=d', '/a#b', '/caf%C3%A9', "/caf\xc3\xa9", '/a//b') {
    my $answer = logout('/logout/x', [$cookie], 'next=' . $next =~ s/([^A-Za-z0-9])/sprintf '%%%02X', ord $1/ger);
    is($answer->{status}, 303, "next=$next");
    is(join(' ', @{$answer->{headers}{location} // []}), $next, "next=$next: Location");
    is(scalar(set_cookies($answer)), 3, "next=$next: the cookies are removed");
}
for my $next ('', 'app', '//evil.test', '/\evil.test', '\\\\evil.test', '///evil.test', 'http://evil.test/', 'http://main.test/', 'https:evil.test', 'javascript:alert(1)',
    "/\r\nSet-Cookie: a=b", "/\n", "/\t/evil.test", "\t//evil.test", '/ /evil.test', ' /', "/\x7f", "/\x01", '?a', '#a', '.', '@evil.test') {
    my $shown = $next =~ s/([^!-~])/sprintf '%%%02X', ord $1/ger;
    my $answer = logout('/logout/x', [$cookie], 'next=' . $next =~ s/([^A-Za-z0-9])/sprintf '%%%02X', ord $1/ger);
    is_refused($answer, 400, 'invalid_request', "next=$shown is not a path on this host");
    is(join('', @{$answer->{headers}{location} // []}, removals($answer)), '', "next=$shown: no Location, and nothing is done");
}

# --- what handlers are told ---

case 'the addresses, without a session', '/urls/env.cgi', undef, { COOKIESESSION_LOGIN_URL => '/in', COOKIESESSION_LOGOUT_URL => '/out?a=b', COOKIESESSION_STATUS => undef };
case 'with one, of an inner scope', '/urls/session/env.cgi', "session=$good", { COOKIESESSION_LOGIN_URL => '/in', COOKIESESSION_LOGOUT_URL => '/out2', COOKIESESSION_STATUS => 'ok' };
case 'none where none is configured', '/flask/env.cgi', "session=$good", { COOKIESESSION_LOGIN_URL => undef, COOKIESESSION_LOGOUT_URL => undef };

# --- where sessions can be revoked ---

my @host = ('Host: ended.test', 'Origin: http://ended.test');
my $n = 0;
# A session of a user, different from all others.
sub session_of { my ($user, %o) = @_; $n++; return flask(qq({"_user_id":"$user","n":$n}), %o) }
sub state_of { my $token = shift; return get('/x/env.cgi', undef, "Cookie: session=$token", @host)->{body} =~ /^COOKIESESSION_STATUS=(.*)$/m ? $1 : 'none' }
# Until a session is in this state, or long enough.
sub becomes {
    my ($token, $state, $sentence) = @_;
    my $is;
    for (1 .. 200) {
        $is = state_of(ref $token ? $token->() : $token);
        last if $is eq $state;
        sleep 0.1;
    }
    is($is, $state, $sentence);
}
sub post { my ($path, $lines, $body) = @_; return request('POST', $path, [@host, @$lines, $FORM], $body // '') }

{
    my ($mine, $phone, $other) = (session_of('anna'), session_of('anna'), session_of('otto'));
    is(state_of($_), 'ok', 'a session is good') for $mine, $phone, $other;
    my $answer = post('/logout', ["Cookie: session=$mine"]);
    is_ok($answer, 'a logout');
    is(scalar(grep { /^session=;/ } set_cookies($answer)), 1, 'removes the cookie');
    becomes $mine, 'revoked', 'and a copy of it is good no more';
    is(state_of($phone), 'ok', 'the user\'s other session is');
    is_ok(post('/logout', ["Cookie: session=$mine"]), 'once more');

    is_refused(post('/logout', ["Cookie: session=$phone"], 'all=2'), 400, 'invalid_request', 'all=2');
    is_refused(request('POST', '/logout', ['Host: ended.test', 'Origin: http://evil.test', "Cookie: session=$phone"]), 403, 'forbidden', 'from another site');
    is_ok(post('/logout', ["Cookie: session=$phone"], 'all=0'), 'all=0');
    becomes $phone, 'revoked', 'is one session';
    my @devices = map { session_of('anna') } 1 .. 3;
    becomes sub { $devices[1] = session_of('anna') }, 'ok', 'the user logs in again';
    is_ok(post('/logout', ["Cookie: session=$devices[0]"], 'all=1'), 'all=1');
    becomes $_, 'revoked', 'ends each session of the user' for @devices;
    is(state_of($other), 'ok', 'and none of another user');
    becomes sub { session_of('anna') }, 'ok', 'who logs in again is in';
    is_ok(post('/logout', ['X-Session: ' . session_of('otto')], 'all=1'), 'all=1 in a session of another source');
    is(state_of($other), 'ok', 'is about the user of that source');
    is_ok(post('/logout', [], 'all=1'), 'all=1 without a session');
    is_ok(request('POST', '/logout-exempt', ['Host: ended.test', "Cookie: session=$other", @host[1 .. 1], $FORM], 'all=1'), 'all=1 on an exempt path');
    is(state_of($other), 'ok', 'where there is no session, ends none');
    my $nobody = flask('{"n":"nobody"}');
    is_ok(post('/logout', ["Cookie: session=$nobody"], 'all=1'), 'all=1 in a session without a user');
    becomes $nobody, 'revoked', 'ends this session';
}
{
    my $answer = request('POST', '/logout', ['Host: off.test', 'Origin: http://off.test', $cookie, $FORM], 'all=1');
    is_refused($answer, 503, 'unavailable', 'all=1 where nothing can be revoked');
    is(scalar(set_cookies($answer)), 1, 'removes the cookie nevertheless');
    ok((grep { /copies of the session stay good, although all=1 asks for their end: CookieSessionRevocation is Off/ } do { my $from = 0; logged(\$from) }), 'and the log says why');
}

# --- sessioncookie-revoke ---

my $basic = 'Authorization: Basic ' . encode_base64('basic:basic', '');
sub revoke { my ($body, @lines) = @_; return post('/revoke', [$basic, @lines], $body) }
{
    my ($anna, $otto) = (session_of('per%20cent'), session_of('otto'));
    is(post('/revoke', [], 'user=otto')->{status}, 401, 'nobody ends the sessions of others');
    is(post('/revoke', ["Cookie: session=$anna"], 'user=otto')->{status}, 401, 'nor does whoever has a session');
    is_refused(request('POST', '/revoke', ['Host: ended.test', 'Origin: http://evil.test', $basic, $FORM], 'user=otto'), 403, 'forbidden', 'nor another site');
    is_refused(request('POST', '/revoke', ['Host: ended.test', 'Cookie: a=b', $basic, $FORM], 'user=otto'), 403, 'forbidden', 'nor who has a cookie and does not say where it comes from');
    is(request('GET', '/revoke?user=otto', ['Host: ended.test', $basic])->{status}, 405, 'a link does not');
    is(state_of($otto), 'ok', 'the session is good');

    is_refused(revoke('user=nobody&next=//evil.test/'), 400, 'invalid_request', 'no redirection to another site');
    is_ok(revoke('user=per%2520cent'), 'who is let in ends all sessions of a user');
    becomes $anna, 'revoked', 'they are revoked';
    is(state_of($otto), 'ok', 'and nobody else\'s');
    is_ok(revoke('user=otto&source=header:X-Session'), 'those of a source');
    is(state_of($otto), 'ok', 'are not those of another');
    is_ok(revoke('user=otto&source=cookie:session&before=' . (time - 3600)), 'those before a time');
    is(state_of($otto), 'ok', 'are not those after it');
    is_ok(request('POST', '/revoke', ['Host: ended.test', $basic, 'Content-Type: application/json'], '{"user":"otto","source":"cookie:session","before":' . time . '}'), 'a program sends JSON, and no Origin');
    becomes $otto, 'revoked', 'the session is revoked';

    for (
        ['no user', ''], ['an empty user', 'user='], ['a field too few', 'source=*'],
        ['a source that cannot be', 'user=a&source=session'], ['a source with a tab', 'user=a&source=cookie:a%09b'],
        ['a source with a line', 'user=a&source=cookie:a%0auser'], ['an empty source', 'user=a&source='], ['a source without a name', 'user=a&source=cookie:'],
        ['a time that is none', 'user=a&before=soon'], ['an empty time', 'user=a&before='], ['a negative time', 'user=a&before=-1'], ['a time with a sign', 'user=a&before=+1'],
        ['a time with a fraction', 'user=a&before=1.5'], ['a time too late', 'user=a&before=999999999999'], ['a time too long', 'user=a&before=1000000000000000000000'],
        ['ban', 'user=a&before=ban'], ['two users', 'user=a&user=b'], ['a user with a NUL', 'user=a%00b'], ['a user of 5,000 bytes', 'user=' . 'a' x 5000],
    ) {
        my ($what, $body) = @$_;
        is_refused(revoke($body), 400, 'invalid_request', "revoke: $what");
    }
    is_refused(revoke('user=' . 'a' x 1_000_000), 413, 'too_large', 'revoke: a user of 1 MB');

    # A name forges no line: every line of the file is one that was asked for.
    is_ok(revoke($_), "revoke: $_") for 'user=x%0auser%09*%09root%09ban', 'user=x%09y', 'user=%0d%0akey%09new%09ban', 'user=%C3%A9%20%25';
    open my $file, '<', root() . '/logs/ended' or die "ended: $!";
    my @lines = grep { !/^#/ } <$file>;
    is((grep { !/^(?:user\t(?:\*|cookie:session|header:X-Session)\t[!-~]+\t\d+|session\t[0-9a-f]{64}\t\d+)\n\z/ } @lines), 0, 'every line of the file is an entry') or diag(@lines);
    is((grep { /^key|\tban$|\troot\t/ } @lines), 0, 'and none was forged');
}

# In .htaccess, which others write.
for (
    ['logout', "CookieSession cookie:session flask keys=new\nSetHandler sessioncookie-logout", 200],
    ['revoke', "SetHandler sessioncookie-revoke\nRequire expr \"true\"", 500],
    ['rewrite', "RewriteEngine On\nRewriteRule . - [H=sessioncookie-revoke]", 401],
    ['typo', 'SetHandler sessioncookie-logoff', 500],
) {
    my ($what, $text, $status) = @$_;
    my $dir = root() . "/htdocs/endpoint/$what";
    mkdir root() . '/htdocs/endpoint';
    mkdir $dir or die "$dir: $!";
    open my $out, '>', "$dir/.htaccess" or die "$dir: $!";
    print {$out} "$text\n";
    close $out;
    is(logout("/endpoint-files/$what/x", [$cookie], 'user=7')->{status}, $status, ".htaccess: $what");
}
ok((grep { /SetHandler sessioncookie-revoke cannot stand in \.htaccess/ } do { my $from = 0; logged(\$from) }), 'and the log says why');

# Where it is not behind a Require, or cannot write.
is_refused(request('POST', '/files/x.revoke', [$own, $FORM], 'user=7'), 401, 'login_required', 'by AddHandler, without a Require') if -e root() . '/htdocs/files/plain.txt';
is_refused(request('POST', '/revoke', ['Host: off.test', 'Origin: http://off.test', $FORM], 'user=7'), 503, 'unavailable', 'where CookieSessionRevocation is Off');
{
    my $path = root() . '/logs/ended';
    rename $path, "$path.away" or die "$path: $!";
    mkdir $path or die "$path: $!";
    my $token = session_of('otto');
    is_refused(revoke('user=erna'), 503, 'unavailable', 'a file that cannot be written');
    my $answer = post('/logout', ['Cookie: session=' . session_of('erna')]);
    is_refused($answer, 503, 'unavailable', 'the same at a logout');
    is(scalar(grep { /^session=;/ } set_cookies($answer)), 1, 'which removes the cookie nevertheless');
    rmdir $path or die "$path: $!";
    rename "$path.away", $path or die "$path: $!";
    is_ok(revoke('user=erna'), 'and again, when it can');
}

done_testing;
