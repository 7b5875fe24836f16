# SPDX-License-Identifier: Apache-2.0
# How a token reaches pages, and that what was sent is what is asked for.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use HTTP::Date;
use Test::More;
use SC;
use XSRF;

my $session = flask("{\"_user_id\":\"7\",\"csrf_token\":\"$CSRF\"}");
my $S = "session=$session; $VISITING";

# The cookies that an answer sets: name => [value, attributes].
sub cookies {
    my %set;
    for (@{$_[0]{headers}{'set-cookie'} // []}) { $set{$1} = [$2, $3] if /^([^=]+)=([^;]*);\s*(.*)$/ }
    return \%set;
}

sub post_with {
    my ($path, $cookie, $token) = @_;
    return exchange('POST', $path, [defined $cookie ? "Cookie: $cookie" : (), 'Origin: http://main.test', "X-XSRF-Token: $token"], 'a=1')->{status};
}

# A page, and what it says to whom. The page is a CGI's that says what the query names.
sub page { my ($scope, $cookie, $query) = @_; return get("/xsrf/$scope/page.cgi?" . ($query // 'text/html'), $cookie) }
sub env_of { my %env = map { /^(\w+)=(.*)$/ ? ($1, $2) : () } split /\n/, $_[0]{body}; return \%env }

for my $type ('text/html', 'text/html;charset=utf-8', 'application/json', 'TEXT/HTML', 'application/xhtml+xml') {
    my $page = page('env', "session=$session", $type);
    my ($env, $set) = (env_of($page), cookies($page));
    my $token = $page->{headers}{'x-xsrf-token'}[0] // '';
    like($token, qr/^2\.[\w-]{96}$/, "$type: a token in the header");
    is($set->{'XSRF-TOKEN'}[0], $token, "$type: the same in the cookie");
    is($env->{XSRF_TOKEN}, $token, "$type: the same in XSRF_TOKEN");
    is($env->{XSRF_FIELD}, 'xsrf-token', "$type: XSRF_FIELD");
    is($set->{'XSRF-TOKEN'}[1], 'Path=/; SameSite=Lax', "$type: which scripts may read");
    my $visitor = 'xsrf-visitor=' . ($set->{'xsrf-visitor'}[0] // '');
    is(post_with('/xsrf/signed/body.cgi', "session=$session; $visitor", $token), 200, "$type: it is good");
    is(post_with('/xsrf/signed/body.cgi', "session=$session", $token), 403, "$type: but not without the visitor's cookie");
    is(post_with('/xsrf/signed/body.cgi', $visitor, $token), 403, "$type: nor without the session");
    is(post_with('/xsrf/signed/body.cgi', "$visitor; session=" . flask('{"_user_id":"8"}'), $token), 403, "$type: nor for another user");
    is(join(',', @{$page->{headers}{vary}}), 'Cookie,Authorization', "$type: varies");
    is($page->{headers}{'cache-control'}[0], 'private', "$type: no shared cache may keep it");
}
{
    my %seen;
    $seen{page('signed', $S)->{headers}{'x-xsrf-token'}[0]}++ for 1 .. 20;
    is(scalar keys %seen, 20, 'no two tokens are alike');
}

# A visitor without a session.
{
    my $page = page('signed', undef);
    my ($set, $token) = (cookies($page), $page->{headers}{'x-xsrf-token'}[0]);
    my ($visitor, $attributes) = @{$set->{'xsrf-visitor'}};
    like($visitor, qr/^[\w-]{22}$/, 'a visitor gets a cookie of his own');
    is($attributes, 'Path=/; SameSite=Lax; HttpOnly', 'which scripts do not see');
    is(post_with('/xsrf/signed/body.cgi', "xsrf-visitor=$visitor", $token), 200, 'his token is good with it');
    is(post_with('/xsrf/signed/body.cgi', undef, $token), 403, 'not without it');
    is(post_with('/xsrf/signed/body.cgi', "xsrf-visitor=$VISITOR", $token), 403, 'not with another\'s');
    is(post_with('/xsrf/signed/body.cgi', "session=$session; xsrf-visitor=$visitor", $token), 200, 'and still good after a login');
    my $again = page('signed', "xsrf-visitor=$visitor");
    is(cookies($again)->{'xsrf-visitor'}, undef, 'the cookie is set once');
    is(post_with('/xsrf/signed/body.cgi', "xsrf-visitor=$visitor", $again->{headers}{'x-xsrf-token'}[0]), 200, 'the next token is tied to it, too');
    like(cookies(page('signed', "xsrf-visitor=$_"))->{'xsrf-visitor'}[0] // '', qr/^[\w-]{22}$/, "a cookie that is none of ours is replaced: '$_'")
        for '', 'x', 'x' x 21, 'x' x 23, 'x' x 21 . '.', '<' x 22;
    my $nobody = flask('{"a":1}');
    like(cookies(page('signed', "session=$nobody"))->{'xsrf-visitor'}[0] // '', qr/^[\w-]{22}$/, 'a session without a user is a visitor\'s');
}

# Where there is none.
for (
    ['an image',            'image/png'],
    ['a style',             'text/css'],
    ['a script',            'text/javascript'],
    ['plain text',          'text/plain'],
    ['a type that begins alike', 'text/html5'],
    ['404',                 'text/html&status=404'],
    ['500',                 'text/html&status=500'],
    ['302',                 'text/html&status=302'],
    ['206',                 'text/html&status=206'],
    ['204',                 'text/html&status=204'],
    ['public',              'text/html&cache=public'],
    ['public among others', 'text/html&cache=max-age=60,public'],
    ['PUBLIC',              'text/html&cache=PUBLIC'],
    ['s-maxage',            'text/html&cache=s-maxage=60'],
    ['public by mod_headers', 'text/html', 'signed/public'],
) {
    my ($what, $query, $scope) = @$_;
    my $page = page($scope // 'signed', undef, $query);
    is(join('|', map { @{$page->{headers}{$_} // []} } qw(x-xsrf-token set-cookie)), '', "no token: $what");
    isnt($page->{headers}{'cache-control'}[0] // '', 'private', "and not marked private: $what");
}
is(exchange('POST', '/xsrf/signed/page.cgi?text/html', ["Cookie: $S", 'Origin: http://main.test', 'X-XSRF-Token: ' . page('signed', $S)->{headers}{'x-xsrf-token'}[0]], '')->{headers}{'x-xsrf-token'}, undef, 'no token with the answer to a POST');
ok(request('HEAD', '/xsrf/signed/page.cgi?text/html', ["Cookie: $S"])->{headers}{'x-xsrf-token'}, 'HEAD as GET');
# A 304 has no token. So a page with one in it has no validator, and a browser that kept the page from before, or has no
# token for the page's scripts, gets it whole.
for my $file ('/xsrf/files/page.html', '/xsrf/inject-name/form.html') {
    my $page = get($file, $S);
    is(join('|', map { $page->{headers}{$_} ? $_ : () } qw(etag last-modified)), $file =~ /inject/ ? '' : 'etag|last-modified', "$file: a page with a token in it has no validator");
    for ('If-None-Match: *', 'If-Modified-Since: ' . time2str(time)) {
        $page = get($file, $S, $_, 'Accept: text/html,application/xhtml+xml,*/*;q=0.8');
        is($page->{status}, 200, "$file: and is sent whole to who has an old one: $_");
        like(join('|', map { @{$page->{headers}{$_} // []} } 'set-cookie') . $page->{body}, qr/2\.[\w-]{96}/, "$file: with a token");
    }
}
{
    my $page = get('/xsrf/nothing-sent/files/page.html', $S);
    ok($page->{headers}{etag}[0], 'a page without a token keeps its validator');
    my $same = get('/xsrf/nothing-sent/files/page.html', $S, "If-None-Match: $page->{headers}{etag}[0]");
    is($same->{status}, 304, 'and 304 says that it has not changed');
    my $text = get('/xsrf/inject-name/plain.txt', $S);
    is(get('/xsrf/inject-name/plain.txt', $S, "If-None-Match: $text->{headers}{etag}[0]")->{status}, 304, 'as of what is no page');
}
for (['private', 'private'], ['no-store', 'no-store'], ['max-age=60', 'max-age=60, private'], ['no-cache', 'no-cache, private'], ['PRIVATE', 'PRIVATE']) {
    my $page = page('signed', $S, "text/html&cache=$_->[0]");
    ok($page->{headers}{'x-xsrf-token'}, "a token: Cache-Control: $_->[0]");
    is(join(', ', @{$page->{headers}{'cache-control'}}), $_->[1], "it is then: $_->[1]");
}

# XSRFSend
for (['nothing-sent', '', '', ''], ['env-only', '', '', 1], ['off', '', '', '']) {
    my ($scope, @want) = @$_;
    my $page = page($scope, $S);
    is(join(',', map { $_ ? 1 : '' } $page->{headers}{'x-xsrf-token'}, cookies($page)->{'XSRF-TOKEN'}, env_of($page)->{XSRF_TOKEN}), join(',', @want), "XSRFSend: $scope");
}
{
    my $page = page('env-only', undef);
    my $set = cookies($page)->{'xsrf-visitor'};
    ok($set, 'a token in the environment alone brings the visitor\'s cookie');
    is(post_with('/xsrf/env-only/body.cgi', "xsrf-visitor=$set->[0]", env_of($page)->{XSRF_TOKEN}), 200, 'and is good with it');
}
is(cookies(page('signed', $S, 'text/html&cookie=1'))->{'XSRF-TOKEN'}[0], 'of-the-application', 'a cookie that the application sets itself stays');

# Every scheme's own token comes back.
for (['flask-xsrf', $S, 'xsrf-token'], ['flask-wtf', $S, 'csrf_token'], ['django', "csrftoken=$CSRFTOKEN", 'csrfmiddlewaretoken'], ['django', undef, 'csrfmiddlewaretoken']) {
    my ($scheme, $cookie, $field) = @$_;
    my $page = page($scheme, $cookie);
    my $token = $page->{headers}{'x-xsrf-token'}[0];
    $cookie //= 'csrftoken=' . cookies($page)->{csrftoken}[0];
    ok($token, "$scheme: a token is issued");
    is(env_of($page)->{XSRF_FIELD}, $field, "$scheme: for the field $field");
    is(post_with("/xsrf/$scheme/body.cgi", $cookie, $token), 200, "$scheme: and is good");
    is(post_with("/xsrf/$scheme/body.cgi", undef, $token), 403, "$scheme: but not without the cookie");
}
is(page('flask-wtf', 'session=' . flask('{"a":1}'))->{headers}{'x-xsrf-token'}, undef, 'flask-wtf: a session without csrf_token has none');
is(page('flask-xsrf', undef)->{headers}{'x-xsrf-token'}, undef, 'flask-xsrf: nor has a visitor without a user');

# XSRFBind
{
    my $other = 'session=' . flask('{"_user_id":"7","csrf_token":"changed"}');
    for my $scope (qw(bind-session bind-all)) {
        my $token = page($scope, $S)->{headers}{'x-xsrf-token'}[0];
        is(post_with("/xsrf/$scope/body.cgi", $S, $token), 200, "$scope: good in the same session");
        is(post_with("/xsrf/$scope/body.cgi", $other, $token), 403, "$scope: not in one with other content");
        is(post_with('/xsrf/signed/body.cgi', $S, $token), 403, "$scope: nor where tokens are tied to the user");
    }
}

# Report, and the rest of the scopes.
{
    my $from = -s root() . '/logs/error_log';
    my $answer = exchange('POST', '/xsrf/report/body.cgi', ['Origin: http://evil.test'], 'a=1');
    is($answer->{status}, 200, 'Report lets pass');
    is($answer->{headers}{'x-xsrf-status'}[0], 'foreign-origin', 'says what it is');
    ok((grep { /:warn\].*XSRF: would refuse POST \/xsrf\/report\/body\.cgi: foreign-origin \(policy both\)/ } logged(\$from)), 'and logs it');
    exchange('POST', '/xsrf/signed/body.cgi', ['Origin: http://evil.test'], 'a=1');
    ok((grep { /:warn\].*XSRF: refused POST \/xsrf\/signed\/body\.cgi: foreign-origin \(policy both\)/ } logged(\$from)), 'as On does');
}
is(exchange('POST', '/xsrf/off/body.cgi', [], 'a=1')->{headers}{'x-xsrf-status'}[0], '(null)', 'Off has no verdict');
{
    my $bearer = 'Authorization: Bearer ' . paseto('{"sub":"9"}');
    my $answer = exchange('POST', '/xsrf/signed/body.cgi', [$bearer, 'Origin: http://evil.test'], 'a=1');
    is("$answer->{status} $answer->{headers}{'x-xsrf-status'}[0]", '200 not-ambient', 'a session from Authorization is nobody else\'s doing');
    $answer = exchange('POST', '/xsrf/signed/body.cgi', [$bearer, "Cookie: $S", 'Origin: http://evil.test'], 'a=1');
    is($answer->{status}, 403, 'where the cookie comes first it is');
}
for (
    ['/xsrf/exempt/body.cgi', 200], ['/xsrf/exempt/bod%79.cgi', 200], ['/xsrf/exempt/body.cgi?x', 200], ['/xsrf/exempt/body.cgi?/../;//', 200], ['http://main.test/xsrf/exempt/body.cgi', 200],
    ['/xsrf/exempt/body%2ecgi', 403], ['/xsrf/exempt//body.cgi', 403], ['//xsrf/exempt/body.cgi', 403], ['/xsrf/exempt/./body.cgi', 403], ['http://main.test//xsrf/exempt/body.cgi', 403],
    ['/xsrf/exempt/body.cgi/x', 403], ['/xsrf/exempt/body.cgi/', 403], ['/xsrf/exempt/body.cgi;x', 403], ['/xsrf/Exempt/body.cgi', 403], ['/xsrf/exempt/../signed/body.cgi', 403],
    ['/xsrf/exempt/body.cgi/../../signed/body.cgi', 403], ['/xsrf/exempt/body.cgi%2f..%2f..%2fsigned%2fbody.cgi', 404], ['/xsrf/signed/../exempt/body.cgi', 403], ['/xsrf/signed/body.cgi?/xsrf/exempt/body.cgi', 403],
) {
    is(exchange('POST', $_->[0], ['Origin: http://evil.test'], 'a=1')->{status}, $_->[1], "XSRFExempt: $_->[0] is $_->[1]");
}
is(exchange('POST', '/xsrf/minute/body.cgi', ["Cookie: $S", 'Origin: http://main.test', 'X-XSRF-Token: ' . token('signed', user => '7', offset => -70)], '')->{status}, 403, 'XSRFTimeout: too old');
is(exchange('POST', '/xsrf/any-age/body.cgi', ["Cookie: $S", 'Origin: http://main.test', 'X-XSRF-Token: ' . token('signed', user => '7', offset => -9e6)], '')->{status}, 200, 'XSRFTimeout off: any age');
is(exchange('POST', '/xsrf/any-age/body.cgi', ["Cookie: $S", 'Origin: http://main.test', 'X-XSRF-Token: ' . token('signed', user => '7', offset => 300)], '')->{headers}{'x-xsrf-status'}[0], 'not-yet-valid', 'but not from the future');
for (['X-My-Token', 200], ['X-XSRF-Token', 403]) {
    is(exchange('POST', '/xsrf/names/body.cgi', ["Cookie: $S", 'Origin: http://main.test', "$_->[0]: " . token('signed', user => '7')], '')->{status}, $_->[1], "XSRFHeader: $_->[0]");
}
is(exchange('POST', '/xsrf/signed/body.cgi', ["Cookie: $S", 'Origin: http://main.test', map { 'X-XSRF-Token: ' . token('signed', user => '7') } 1 .. 2], '')->{status}, 403, 'a header twice is no token');
for (['my.token', 200], ['xsrf-token', 403]) {
    my ($type, $body) = body_with('form', $_->[0], token('signed', user => '7'));
    is(exchange('POST', '/xsrf/names/body.cgi', ["Cookie: $S", 'Origin: http://main.test', "Content-Type: $type"], $body)->{status}, $_->[1], "XSRFField: $_->[0]");
}
# XSRFBodyLimit 1K
for my $framing (qw(length length-bytes chunked chunked-bytes)) {
    for ([900, 200], [1025, 413], [9000, 413]) {
        my ($before, $status) = @$_;
        my $token = token('signed', user => '7');
        my $body = 'a=' . 'x' x ($before - 3 - length "xsrf-token=$token&") . "&xsrf-token=$token&";
        $body .= 'b=' . 'y' x 5000 if $status == 200;
        my $answer = exchange('POST', '/xsrf/limit/body.cgi', ["Cookie: $S", 'Origin: http://main.test', 'Content-Type: application/x-www-form-urlencoded'], $body, $framing);
        is($answer->{status}, $status, "XSRFBodyLimit 1K: a token that ends behind $before bytes, $framing: $status");
        is($answer->{headers}{'x-xsrf-status'}[0], $status == 413 ? 'too-large' : 'ok', "and its word, $framing");
    }
}
# 400
for (
    ['multipart/form-data', 'x', 'no boundary'],
    ["multipart/form-data; boundary=$BOUNDARY", "--$BOUNDARY\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx", 'no end'],
    ['application/json', '{"a":', 'half a JSON'],
    ['application/json', 'a=1', 'no JSON at all'],
) {
    my $answer = exchange('POST', '/xsrf/signed/body.cgi', ["Cookie: $S", 'Origin: http://main.test', "Content-Type: $_->[0]"], $_->[1]);
    is("$answer->{status} $answer->{headers}{'x-xsrf-status'}[0]", '400 malformed', "400: $_->[0], $_->[2]");
}
# Clients that name no host, or none that is one.
for (['HTTP/1.0 without Host', "POST /xsrf/signed/body.cgi HTTP/1.0\r\nOrigin: http://main.test\r\n"], ['HTTP/1.0 and Origin null', "POST /xsrf/signed/body.cgi HTTP/1.0\r\nOrigin: null\r\n"]) {
    my $socket = connected();
    print {$socket} "$_->[1]Content-Length: 0\r\n\r\n";
    is(read_answer($socket)->{status}, 403, $_->[0]);
}
is(exchange('POST', '/xsrf/signed/body.cgi', ['Host: evil.test', "Cookie: $S", 'Origin: http://main.test', 'X-XSRF-Token: ' . token('signed', user => '7')], '')->{status}, 403, 'another Host is another origin');
is(exchange('POST', '/xsrf/signed/body.cgi', ["X-Forwarded-Host: evil.test", "X-Forwarded-Proto: https", "Cookie: $S", 'Origin: https://evil.test', 'X-XSRF-Token: ' . token('signed', user => '7')], '')->{status}, 403, 'X-Forwarded-… of a client that no mod_remoteip trusts says nothing');

# The page of a refusal.
{
    my $answer = exchange('POST', '/xsrf/signed/body.cgi', [], 'a=1');
    like($answer->{body}, qr/The request did not come from a page of this site, or the page is too old\./, 'a refusal says what to do');
    my $page = exchange('POST', '/xsrf/errors/body.cgi', ['Origin: http://evil.test'], 'a=1');
    is($page->{status}, 403, 'ErrorDocument: 403 stays');
    like($page->{body}, qr/^REDIRECT_XSRF_STATUS=foreign-origin$/m, 'and its page is shown, and told why');
}

done_testing;
