# SPDX-License-Identifier: Apache-2.0
# One-time aliases of sessions: issued, redeemed once, by whom they are meant for, and nobody else.
use strict;
use warnings;
use Compress::Zlib qw(uncompress);
use Digest::SHA qw(sha256);
use FindBin;
use lib "$FindBin::Bin/lib";
use MIME::Base64 qw(decode_base64url encode_base64url);
use Race;
use SC;
use Test::More;
use Time::HiRes qw(sleep time);

my $own = 'Origin: http://main.test';
my $FORM = 'Content-Type: application/x-www-form-urlencoded';
my $log_at = -s root() . '/logs/error_log';

sub header_of { my ($answer, $name) = @_; return join ' | ', @{$answer->{headers}{$name} // []} }

# post(PATH, FIELDS, header lines…): a program that has no cookie.
sub post { my ($path, $fields, @lines) = @_; return request('POST', $path, [@lines, $FORM], $fields) }

# issue(SCOPE, TOKEN, FIELDS, header lines…): the answer for a browser with that session.
sub issue {
    my ($scope, $token, $fields, @lines) = @_;
    @lines = $own unless grep { /^Origin:/ } @lines;
    return post("/handoff/$scope/code", $fields // '', "Cookie: session=$token", @lines);
}

# The code of an answer. zlog.t looks for each in the log.
sub code_of {
    my $answer = shift;
    my ($code) = $answer->{body} =~ /^\{"code":"([A-Za-z0-9_-]{43})","expires_in":\d+\}\n\z/ or return 'none';
    return SC::noted($code);
}

sub code { return code_of(issue(@_)) }

# What a redeemed answer sets, as a browser sends it again.
sub cookie_of { my $answer = shift; my ($pair) = header_of($answer, 'set-cookie') =~ /^([^;]+)/; SC::noted($pair =~ s/^[^=]+=//r) if $pair; return $pair }

# A Flask cookie's time, and its JSON.
sub stamp_of { return (split /\./, shift // '..')[-2] }

sub text_of {
    my ($zip, $payload) = shift =~ /^session=(\.?)([^.]+)/ or return 'none';
    my $text = decode_base64url($payload);
    return $zip ? uncompress($text) : $text;
}

sub word_is {
    my ($sentence, $answer, $status, $word) = @_;
    my $body = $word eq 'ok' ? qq({"status":"ok"}\n) : qq({"error":"$word"}\n);
    ok($answer->{status} == $status && $answer->{body} eq $body, $sentence) or diag("$answer->{status} $answer->{body}");
    ok(!$answer->{headers}{'set-cookie'}, "and no cookie: $sentence") if $word ne 'ok';
    return $answer;
}

# The reason stands in the log, and not in the answer.
sub refused {
    my ($sentence, $answer, $why) = @_;
    word_is($sentence, $answer, 403, 'invalid_grant');
    my $patience = 50;
    my $said = join '', logged(\$log_at);
    while ($said !~ /hand-off refused: \Q$why\E/ && $patience--) { sleep 0.1; $said .= join '', logged(\$log_at) }
    like($said, qr/hand-off refused: \Q$why\E/, "the log says: $why");
}

sub redeem { my ($scope, $code, @more) = @_; return post("/handoff/$scope/code", "code=$code", @more) }

my $anna = flask($USER);
my $bert = flask('{"_user_id":"8","role":"claim-of-bert"}');
my $visitor = flask('{"cart":[1]}');

# --- as it is meant ---

{
    my $answer = issue('a', $anna);
    is($answer->{status}, 201, 'a session is issued an alias');
    like($answer->{body}, qr/^\{"code":"[A-Za-z0-9_-]{43}","expires_in":(?:30|29)\}\n\z/, 'that is good for 30 seconds');
    is(header_of($answer, 'cache-control'), 'no-store', 'which nobody is to keep');
    my $code = code_of($answer);
    my $answered = word_is('curl with nothing but the code redeems it', redeem('a', $code), 200, 'ok');
    like(header_of($answered, 'set-cookie'), qr{^session=[^;]+; Path=/; HttpOnly; SameSite=Lax$}, 'for a cookie');
    is(header_of($answered, 'cache-control'), 'no-store', 'which nobody is to keep either');
    my $cookie = cookie_of($answered);
    case 'of the same session', '/handoff/a/env.cgi', $cookie, {
        COOKIESESSION_STATUS => 'ok', COOKIESESSION_USER => '7', SESSION_ROLE => 'claim-of-editor', SESSION_N => '12345678901234567890123', SESSION_T => '1,2',
    };
    is(text_of($cookie), $USER, 'byte for byte: types, tags, order, large numbers');
    is(stamp_of($cookie), stamp_of($anna), 'with its time of issue');
    refused('and a second time nobody', redeem('a', $code), 'there is no such code, or it has been used');
    isnt(code('a', $anna), code('a', $anna), 'each alias is another one');
}
{
    my $json = request('POST', '/handoff/a/code', ['Content-Type: application/json'], '{"code":"' . code('a', $anna) . '"}');
    word_is('a code in JSON', $json, 200, 'ok');
    my $next = post('/handoff/a/code', 'code=' . code('a', $anna) . '&next=%2Fapp%2F%3Fa%3Db');
    is("$next->{status} " . header_of($next, 'location'), '303 /app/?a=b', 'next= is where the browser goes');
    ok(cookie_of($next), 'with its cookie');
    my $code = code('a', $anna);
    for my $to ('https://evil.test/', '//evil.test', '/\evil.test', 'javascript:alert(1)', '/%0d%0aX: y', '') {
        word_is("next=$to is refused", post('/handoff/a/code', "code=$code&next=$to"), 400, 'invalid_request');
    }
    word_is('which does not use the code up', redeem('a', $code), 200, 'ok');
}
{
    my $old = flask($USER, offset => -20 * 86400, secret => $OLD);
    my $cookie = cookie_of(redeem('a', code('a', $old)));
    case 'an old session, under an old key, keeps its time', '/handoff/a/env.cgi', $cookie,
        { COOKIESESSION_STATUS => 'ok', COOKIESESSION_KEY => 'new', COOKIESESSION_ISSUED => qr/^\d+$/ };
    is(stamp_of($cookie), stamp_of($old), 'to the second');
    my $again = cookie_of(redeem('a', code('a', $cookie =~ s/^session=//r)));
    is(stamp_of($again), stamp_of($old), 'and so does one that is handed on');
    my $permanent = flask('{"_permanent":true,"_user_id":"7"}', offset => -30 * 86400);
    my ($age) = header_of(redeem('a', code('a', $permanent)), 'set-cookie') =~ /Max-Age=(\d+)/;
    ok($age && $age <= 86400 && $age > 86400 - 60, 'the cookie of a permanent session is kept no longer than the first') or diag($age // 'none');
}

# --- issue ---

word_is('nobody has nothing to lend', post('/handoff/a/code', ''), 401, 'login_required');
word_is('a forged session is nobody', issue('a', forge($anna, 2)), 401, 'login_required');
word_is('so is an expired one', issue('a', flask($USER, offset => -32 * 86400)), 401, 'login_required');
word_is('where the directive is missing', request('POST', '/handoff-none/code', ["Cookie: session=$anna", $own], ''), 503, 'unavailable');
like(join('', logged(\$log_at)), qr/sessioncookie-handoff needs a line CookieSessionHandoff in its scope/, 'the log says which one');
for my $method (qw(GET HEAD PUT DELETE OPTIONS)) {
    my $answer = request($method, '/handoff/a/code', ["Cookie: session=$anna", $own]);
    is("$answer->{status} " . header_of($answer, 'allow'), '405 POST', "$method is not allowed");
}
word_is('a code in the query, which logs and Referer have', request('POST', '/handoff/a/code?code=' . 'A' x 43, [$own]), 400, 'invalid_request');
word_is('any other query', request('POST', '/handoff/a/code?a=b', ["Cookie: session=$anna", $own]), 400, 'invalid_request');
word_is('a body of a megabyte', post('/handoff/a/code', 'code=' . 'A' x 1_000_000), 413, 'too_large');
word_is('JSON of a thousand levels', request('POST', '/handoff/a/code', ['Content-Type: application/json'], '{"code":' . '[' x 1000 . ']' x 1000 . '}'), 400, 'invalid_request');
word_is('two codes', post('/handoff/a/code', 'code=a&code=b'), 400, 'invalid_request');
{
    my $soon = flask($USER, offset => 10 - 3600);
    my ($left) = issue('brief', $soon)->{body} =~ /"expires_in":(\d+)/;
    ok(defined $left && $left <= 10, 'an alias is good no longer than its session') or diag($left // 'none');
}
{
    my $token = paseto('{"_user_id":"7","exp":"2999-01-01T00:00:00Z"}');
    my $answer = post('/handoff/header/code', '', "Authorization: Bearer $token");
    is($answer->{status}, 201, 'a session in a header needs no Origin');
    my $cookie = cookie_of(redeem('header', code_of($answer)));
    ok($cookie && $cookie =~ /^session=/, 'and is redeemed as the cookie of the first source that can be written');
    $cookie = cookie_of(redeem('pair', code_of(post('/handoff/pair/code', '', 'Cookie: token=' . paseto('{"_user_id":"7","exp":"2999-01-01T00:00:00Z"}', key => 'v4.secret.key'), 'Origin: http://main.test'))));
    ok($cookie && $cookie =~ /^token=v4\.public\./, 'one that is signed with a pair of keys is redeemed as it was') or diag($cookie // 'none');
    $token = paseto('{"_user_id":"7"}');
    word_is('one that says neither when it was issued nor when it ends is not lent', post('/handoff/header/code', '', "Authorization: Bearer $token"), 403, 'invalid_grant');
    like(join('', logged(\$log_at)), qr/no alias of the session is issued: it says neither/, 'and the log says so');
}

# --- members= ---

{
    my $cookie = cookie_of(redeem('part', code('part', $anna)));
    is(text_of($cookie), '{"_user_id":"7","t":{" t":[1,2]}}', 'members= hands over what it names, with its types');
}

# --- challenge and verifier ---

my $verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'; # RFC 7636, appendix B
my $challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
is(encode_base64url(sha256($verifier)), $challenge, 'the example of RFC 7636');
word_is('the verifier of a challenge', redeem('a', code('a', $anna, "code_challenge=$challenge&code_challenge_method=S256") . "&code_verifier=$verifier"), 200, 'ok');
{
    my $code = code('a', $anna, "code_challenge=$challenge");
    refused('a wrong verifier', redeem('a', "$code&code_verifier=" . $verifier =~ tr/a-z/b-za/r), 'the verifier is wrong');
    refused('uses the alias up', redeem('a', "$code&code_verifier=$verifier"), 'there is no such code');
}
refused('no verifier', redeem('a', code('a', $anna, "code_challenge=$challenge")), 'the verifier is wrong');
refused('the challenge itself', redeem('a', code('a', $anna, "code_challenge=$challenge") . "&code_verifier=$challenge"), 'the verifier is wrong');
refused('a verifier for a code that has no challenge: somebody else put it there', redeem('a', code('a', $anna) . "&code_verifier=$verifier"), 'a verifier came with a code that has no challenge');
for (['plain', "code_challenge=$challenge&code_challenge_method=plain"], ['a short one', 'code_challenge=abc'], ['another spelling', "code_challenge=$challenge%3D"],
     ['an empty one', 'code_challenge='], ['a method alone', 'code_challenge_method=S256']) {
    word_is("a challenge that is none: $_->[0]", issue('a', $anna, $_->[1]), 400, 'invalid_request');
}
word_is('challenge=required: no alias without one', issue('bound', $anna), 400, 'invalid_request');
word_is('and one with one', redeem('bound', code('bound', $anna, "code_challenge=$challenge") . "&code_verifier=$verifier"), 200, 'ok');
refused('nor is one redeemed that was issued elsewhere without', redeem('bound', code('a', $anna)), 'it was issued without a code_challenge');

# --- where it may be redeemed ---

my $other_source = 'it was issued for another source or server, and no realm= is in common';
refused('another source', redeem('other', code('a', $anna)), $other_source);
refused('the same cookie under another key', redeem('key', code('a', $anna)), $other_source);
refused('another realm', redeem('toys', code('shop', $anna)), 'it was issued in another realm');
refused('a realm, for a session without one', redeem('paseto', code('a', $anna)), $other_source);
refused('no realm, for a session with one', redeem('other', code('shop', $anna)), $other_source);
refused('another server', redeem('a', code('a', $anna), 'Host: second.test'), $other_source);
word_is('another server of the same realm', redeem('shop', code('shop', $anna), 'Host: second.test'), 200, 'ok');
refused('another server than the one that issued it', redeem('a', code_of(post('/handoff/a/code', '', "Cookie: session=$anna", 'Host: handoff.test', 'Origin: http://handoff.test'))), $other_source);
for my $host ('handoff.test', 'www.handoff.test', 'HANDOFF.TEST', 'x.handoff.test:80') {
    my $code = code_of(post('/handoff/a/code', '', "Cookie: session=$anna", 'Host: handoff.test', 'Origin: http://handoff.test'));
    word_is("the same server by another name: $host", redeem('a', $code, "Host: $host"), 200, 'ok');
}
refused('a Host header that no server has is the first server', redeem('a', code_of(post('/handoff/a/code', '', "Cookie: session=$anna", 'Host: handoff.test', 'Origin: http://handoff.test')), 'Host: unknown.test'), $other_source);
refused('where no source may be written', redeem('read', code('a', $anna)), 'no source in scope may be written');

# --- from one format to another ---

{
    my $old = flask($USER, offset => -86400);
    my $issued = time - 86400;
    my $ends = $issued + 31 * 86400;
    my $near = sub { my ($is, $want) = @_; return defined $is && abs($is - $want) < 60 };
    my %want = (paseto => [$issued, $ends], django => [$issued, $issued + 14 * 86400], werkzeug => [undef, $ends], long => [$ends - 9000 * 3600, $ends]);
    for my $scope (sort keys %want) {
        my $cookie = cookie_of(redeem($scope, code('shop', $old)));
        my $env = SC::vars_of(get("/handoff/$scope/env.cgi", $cookie)->{body});
        is($env->{SESSION_N}, '12345678901234567890123', "$scope: the session, with a large number");
        is($env->{COOKIESESSION_USER}, '7', "$scope: the user");
        ok($near->($env->{COOKIESESSION_EXPIRES}, $want{$scope}[1]), "$scope: it ends when the first one does, or before") or diag($env->{COOKIESESSION_EXPIRES});
        my $is = $env->{COOKIESESSION_ISSUED};
        ok(defined $want{$scope}[0] ? $near->($is, $want{$scope}[0]) : !defined $is, "$scope: it is as old") or diag($is // 'unset');
    }
    my $cookie = cookie_of(redeem('paseto', code('shop', $old)));
    my ($token) = $cookie =~ /^token=(.*)/;
    my $back = code_of(post('/handoff/paseto/code', '', "Cookie: token=$token", $own));
    is(stamp_of(cookie_of(redeem('shop', $back))), stamp_of($old), 'from Flask to PASETO and back, with the same time');
}

# --- whose browser it is ---

refused("a browser that shows another user's session", redeem('a', code('a', $anna), "Cookie: session=$bert", $own), "the browser shows another user's session");
word_is('the same user', redeem('a', code('a', $anna), "Cookie: session=" . flask('{"_user_id":"7"}'), $own), 200, 'ok');
word_is('a session without a user', redeem('a', code('a', $anna), "Cookie: session=$visitor", $own), 200, 'ok');
refused('a session without a user, over one with', redeem('a', code('a', $visitor), "Cookie: session=$anna", $own), "the browser shows another user's session");
word_is('a session that is not good', redeem('a', code('a', $anna), 'Cookie: session=' . forge($bert, 2), $own), 200, 'ok');
refused('any session, where CookieSessionUser is Off', redeem('nobody', code('nobody', $anna), "Cookie: session=$anna", $own), 'the browser shows a session already');

# --- other sites ---

sub forbidden { my ($sentence, @request) = @_; return word_is($sentence, redeem(@request), 403, 'forbidden') }

{
    my $code = code('a', $anna);
    forbidden("another site's page", 'a', $code, 'Origin: https://evil.test');
    forbidden('a page of nowhere', 'a', $code, 'Origin: null');
    forbidden('by Sec-Fetch-Site', 'a', $code, 'Sec-Fetch-Site: cross-site');
    forbidden('by Referer', 'a', $code, 'Referer: https://evil.test/');
    forbidden('another scheme', 'a', $code, 'Origin: https://main.test');
    forbidden('a cookie, and nobody says where it comes from', 'a', $code, 'Cookie: x=y');
    forbidden('a trusted origin of another scope', 'a', $code, 'Origin: https://partner.test');
    word_is('none of which used it up', redeem('a', $code, $own), 200, 'ok');
    word_is('a trusted origin', redeem('trusted', code('trusted', $anna), 'Origin: https://partner.test'), 200, 'ok');
    word_is('nor does another site get one', issue('a', $anna, '', 'Origin: https://evil.test'), 403, 'forbidden');
    word_is('nor who sends a cookie and no Origin', post('/handoff/a/code', '', "Cookie: session=$anna"), 403, 'forbidden');
    my $exempt = post('/handoff/guarded/exempt/code', 'code=' . code('a', $anna), "Cookie: session=$bert", $own);
    refused('on an exempt path nobody can tell whose browser it is', $exempt, 'the path is in XSRFExempt');
}

# --- guessing, replay, time ---

for my $guess ('', 'A', 'A' x 42, 'A' x 44, 'A' x 42 . '=', 'A' x 42 . 'B', '%01' x 43, '../' x 14, 'A' x 15000) {
    refused('not a code: ' . substr($guess, 0, 50), redeem('a', $guess), 'the code is not one');
}
word_is('a code with NUL', redeem('a', '%00' x 43), 400, 'invalid_request');
refused('a guess', redeem('a', 'A' x 43), 'there is no such code, or it has been used');
{
    my $code = code('short', $anna);
    my $patience = 100;
    my $soon = flask('{"_user_id":"9"}', offset => 3 - 3600);
    my $ending = code('brief', $soon);
    sleep 1.2;
    refused('an alias dies', redeem('short', $code), 'there is no such code, or it has been used');
    while (post('/handoff/brief/code', '', "Cookie: session=$soon", $own)->{status} == 201 && $patience--) { sleep 0.1 }
    refused('with its session, too', redeem('brief', $ending), 'there is no such code, or it has been used');
}

# --- revocation ---

{
    my $host = 'Host: revoking.test';
    my $revoke = sub { return request('POST', '/handoff/a/code', [$host, "Cookie: session=$_[0]", 'Origin: http://revoking.test'], '') };
    my @ended = (
        ['its user', sub { "user\tcookie:session\t7\t$_[0]" }],
        ['its key', sub { "key\tnew\t$_[0]" }],
    );
    my $list = root() . '/logs/handoff-revoked';
    for my $case (@ended) {
        my ($what, $line) = @$case;
        my $code = code_of($revoke->($anna));
        open my $out, '>>', $list or die $!;
        print {$out} $line->(int time), "\n";
        close $out;
        my $patience = 100;
        sleep 0.1 while $revoke->($anna)->{status} != 401 && $patience--;
        is($revoke->($anna)->{status}, 401, "a session is ended by $what");
        refused('and an alias that was issued before', redeem('a', $code, $host), 'the session has been revoked');
        open $out, '>', "$list.new" or die $!;
        close $out;
        rename "$list.new", $list or die $!;
        $patience = 100;
        sleep 0.1 while $revoke->($anna)->{status} != 201 && $patience--;
    }
}

# --- pages ---

sub page { my ($path, @lines) = @_; my $answer = get($path, "session=$anna", @lines); return ($answer, { $answer->{body} =~ /^(\w+)=(.*)$/mg }) }

{
    my ($answer, $is) = page('/handoff/page/alias.cgi');
    SC::noted($is->{HANDOFF});
    like($is->{HANDOFF}, qr/^[A-Za-z0-9_-]{43}$/, 'a page has an alias in its environment');
    like($is->{COOKIE}, qr/^sc-[A-Za-z0-9_-]{22}$/, 'and the random name of a cookie');
    is(header_of($answer, 'set-cookie') =~ s/Expires=[^;]+/Expires=…/r, "$is->{COOKIE}=$is->{HANDOFF}; Path=/; SameSite=Strict; Max-Age=30; Expires=…", 'which has the alias, and which scripts can read');
    is(header_of($answer, 'x-handoff-note'), $is->{COOKIE}, 'the rest of httpd knows the name by a note');
    is(header_of($answer, 'cache-control'), 'no-store', 'nobody keeps the page');
    word_is('the client posts the value and gets the session', redeem('page', $is->{HANDOFF}), 200, 'ok');
    refused('and the alias is gone', redeem('page', $is->{HANDOFF}), 'there is no such code');
    my (undef, $again) = page('/handoff/page/alias.cgi');
    isnt($again->{COOKIE}, $is->{COOKIE}, 'the next page has another name');
}
{
    my $answer = get('/handoff/page/env.cgi', "session=$anna");
    env_is('a handler has both by their names', $answer, { COOKIESESSION_HANDOFF => qr/^[A-Za-z0-9_-]{43}$/, COOKIESESSION_HANDOFF_COOKIE => qr/^sc-/ });
    env_is('and nobody has neither', get('/handoff/page/env.cgi'), { COOKIESESSION_HANDOFF => undef, COOKIESESSION_HANDOFF_COOKIE => undef });
    SC::noted($1) if $answer->{body} =~ /^COOKIESESSION_HANDOFF=(.*)/m;
}
{
    my $answer = get('/handoff/files/ssi/page.shtml', "session=$anna");
    is(join(' ', $answer->{status}, header_of($answer, 'cache-control')), '200 no-store', 'nor a page that includes parts');
}
{
    my ($answer, $is) = page('/handoff/page-env/alias.cgi');
    ok($is->{HANDOFF} && !$is->{COOKIE} && !$answer->{headers}{'set-cookie'}, 'env alone sets no cookie');
    SC::noted($is->{HANDOFF});
    ($answer, $is) = page('/handoff/page-cookie/alias.cgi');
    ok(!$is->{HANDOFF} && $is->{COOKIE} && header_of($answer, 'set-cookie') =~ /^\Q$is->{COOKIE}\E=([^;]{43});/, 'cookie alone tells the name');
    word_is('and the value is an alias', redeem('page', SC::noted($1)), 200, 'ok');
    ($answer, $is) = page('/handoff/page-off/alias.cgi');
    ok(!$is->{HANDOFF} && !$is->{COOKIE} && !$answer->{headers}{'set-cookie'}, 'Off turns it off further inside');
    ($answer, $is) = page('/handoff/page-public/alias.cgi');
    SC::noted($is->{HANDOFF});
    is(header_of($answer, 'cache-control') . header_of($answer, 'cdn-cache-control'), 'no-store', 'whatever Header says of it');
    ($answer, $is) = page('/handoff/page-env/alias.cgi?etag=1', 'If-None-Match: "alias"');
    SC::noted($is->{HANDOFF});
    ok($answer->{status} == 200 && !$answer->{headers}{etag} && !$answer->{headers}{'last-modified'}, 'there is no 304 for it');
}
for (['JSON', '?type=application/json'], ['an image', '?type=image/png'], ['an error', '?status=404'], ['a redirect', '?status=302'], ['an answer of another kind', '?status=201']) {
    my ($what, $query) = @$_;
    my ($answer, $is) = page("/handoff/page/alias.cgi$query");
    ok(!$answer->{headers}{'set-cookie'}, "no cookie with $what");
    isnt(header_of($answer, 'cache-control'), 'no-store', "which caches may keep: $what");
    my $refused = redeem('page', SC::noted($is->{HANDOFF} // 'none'));
    is($refused->{status}, 403, "what $what was told is not an alias");
}
{
    my $answer = get('/handoff/page/alias.cgi');
    like($answer->{body}, qr/^HANDOFF=\nCOOKIE=\n/, 'nobody has no alias');
    ok(!$answer->{headers}{'set-cookie'}, 'and no cookie');
    $answer = request('POST', '/handoff/page/alias.cgi', ["Cookie: session=$anna", $own], '');
    ok($answer->{body} =~ /^HANDOFF=\nCOOKIE=\n/ && !$answer->{headers}{'set-cookie'}, 'nor has a POST');
    $answer = request('HEAD', '/handoff/page/alias.cgi', ["Cookie: session=$anna"]);
    ok(!$answer->{headers}{'set-cookie'}, 'nor a HEAD');
    $answer = get('/handoff/files/index.html', "session=$anna");
    ok(!$answer->{headers}{'set-cookie'}, 'nor a plain file, which could not tell its name');
}
{
    my @names = map { 'sc-' . 'A' x 20 . $_ . 'A' } 1 .. 6;
    my $value = 'B' x 42 . 'A';
    my $jar = sub { join '; ', "session=$anna", map { "$_=$value" } @names[0 .. $_[0] - 1] };
    my $set = sub { my $answer = get('/handoff/page/alias.cgi', $jar->($_[0])); my @set = @{$answer->{headers}{'set-cookie'}}; return join ' ', map { /^([^=]+)=([^;]*)/ ? ($2 eq '' ? "-$1" : '+') : $_ } @set };
    is($set->(3), '+', 'a fourth cookie');
    is($set->(4), "-$names[0] +", 'a fifth one replaces the first');
    is($set->(6), "-$names[0] -$names[1] -$names[2] +", 'a browser has at most four');
    my $seen = sub { my ($path, $cookie) = @_; my ($is) = get($path, $cookie)->{body} =~ /^(?:SEEN|HTTP_COOKIE)=(.*)$/m; return $is };
    is($seen->('/handoff/page/alias.cgi', $jar->(2) . '; other=1'), "session=$anna; other=1", 'no handler sees them');
    is($seen->('/flask/env.cgi', $jar->(2) . '; other=1'), "session=$anna; other=1", 'on any path');
    is($seen->('/nosession/env.cgi', "$names[0]=$value"), undef, 'not even where there is no source');
    is($seen->('/flask/env.cgi', "sc-theme=dark; $names[0]=short; x$names[1]=$value"), "sc-theme=dark; $names[0]=short; x$names[1]=$value", 'others that look like them stay');
}

# --- .htaccess ---

for my $line ('CookieSessionHandoff realm=shop', 'CookieSessionHandoffSend env') {
    my $folder = root() . '/htdocs/htaccess/handoff';
    mkdir $folder;
    open my $out, '>', "$folder/.htaccess" or die $!;
    print {$out} "$line\n";
    close $out;
    is(get('/htaccess/handoff/x', "session=$anna")->{status}, 500, "not in .htaccess: $line");
    unlink "$folder/.htaccess";
    rmdir $folder;
}

# --- a thousand aliases of one session ---

{
    my $first = code('a', $bert);
    my @codes = map { code('a', $anna) } 1 .. 1000;
    is((grep { $_ eq 'none' } @codes), 0, 'a session may have a thousand aliases');
    my %seen = map { $_ => 1 } @codes;
    is(scalar keys %seen, 1000, 'each another');
    is(redeem('a', $codes[$_])->{status}, 200, "number $_ is good") for 0, 500, 999;
    word_is("and so is somebody else's, issued before them", redeem('a', $first), 200, 'ok');
}

# --- single use ---

$Race::PATH = '/handoff/race/code'; # where aliases live for longer than a slow machine takes
{
    my $is = race([port()], 16, [codes(port(), $anna, 500)]);
    is(scalar(grep { ($is->{$_}{200} // 0) == 1 } 0 .. 499), 500, 'of 16 clients at once, one redeems each of 500 aliases');
    is(scalar(grep { ($is->{$_}{403} // 0) == 15 } 0 .. 499), 500, 'and the others are refused');
}
{
    my $pid = do { open my $in, '<', Apache::Test::vars('t_pid_file') or die $!; 0 + <$in> };
    my $is = race([port()], 8, [codes(port(), $anna, 300)], sub { for (1 .. 4) { kill USR1 => $pid or die $!; sleep 0.5 } });
    is(scalar(grep { ($is->{$_}{200} // 0) > 1 } 0 .. 299), 0, 'while httpd restarts gracefully none is redeemed twice');
    cmp_ok(scalar(grep { ($is->{$_}{200} // 0) == 1 } 0 .. 299), '>', 0, 'and some are redeemed');
    my @lost = grep { !$is->{$_}{200} && !$is->{$_}{0} } 0 .. 299;
    is(scalar @lost, 0, 'none is lost by it') or diag(scalar @lost);
}

# --- the logs ---

{
    my ($access, $tokens) = map { local (@ARGV, $/) = root() . "/logs/$_"; <> } 'access_log', 'tokens';
    is((grep { index($access, $_) >= 0 } grep { length == 43 } split /\n/, $tokens), 0, 'no alias is in the access log');
}

done_testing;
