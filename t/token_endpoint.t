# SPDX-License-Identifier: Apache-2.0
# sessioncookie-token: who gets an access token, what it says, and who takes it. sessioncookie-keys: what verifies it.
# What all endpoints share is in t/endpoint.t.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use SC;
use Test::More;
use Time::Local qw(timegm);

port();
my $S = 'Cookie: session=' . flask($USER);
my $own = 'Origin: http://main.test';
my $basic = 'Authorization: Basic YmFzaWM6YmFzaWM=';
my $B = 'https://www.example';

sub key { return root() . "/conf/keys/token-$_[0].key" }
sub seconds { my ($y, $m, $d, $h, $i, $s) = ($_[0] // '') =~ /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)\+00:00$/ or return -1; return timegm($s, $i, $h, $d, $m - 1, $y) }

sub post { my ($path, @lines) = @_; return request('POST', "/token-endpoint/$path", [@lines], '') }

# What was answered, with the claims of the token; or nothing.
sub issued {
    my ($response, $key) = @_;
    return {} if $response->{status} != 200;
    my $answer = decode_json($response->{body});
    SC::noted($answer->{access_token});
    open my $pipe, '-|', $ENV{SC_COMMAND}, 'decode', '--format', 'paseto', '--key', 'k=file:' . key($key // 'v3.public'), $answer->{access_token} or die $!;
    my $opened = decode_json(join '', <$pipe>);
    close $pipe;
    return { %$answer, claims => $opened->{session} // {}, footer => $opened->{footer} };
}

# --- who gets one ---
my $answer = post('x', $own, $S);
is($answer->{status}, 200, 'a session') or diag($answer->{body});
is(join('', @{$answer->{headers}{'content-type'}}), 'application/json', 'JSON');
is(join('', @{$answer->{headers}{'cache-control'}}), 'no-store', 'not to be kept');
my $got = issued($answer);
my $first = $got->{access_token};
is_deeply([sort keys %$got], [sort qw(access_token token_type expires_in claims footer)], 'three members');
is_deeply([@$got{qw(token_type expires_in)}], ['Bearer', 900], 'a bearer token for a quarter of an hour');
like($got->{access_token}, qr/^v3\.public\./, 'of the version of the key');
like($got->{footer}, qr/^\{"kid":"k3\.pid\.[\w-]+"\}$/, 'that it names');
my %claims = %{$got->{claims}};
is_deeply({ map { $_ => $claims{$_} } qw(iss aud sub role) }, { iss => $B, aud => 'https://clients.example', sub => '7', role => 'claim-of-editor' }, 'what it says');
like($claims{jti}, qr/^[\w-]{22}$/, 'with an id');
is(seconds($claims{exp}) - seconds($claims{iat}), 900, 'ttl');
is(scalar keys %claims, 7, 'and nothing more');
isnt(issued(post('x', $own, $S))->{claims}{jti}, $claims{jti}, 'each has its own id');

is(issued(post('members/x', $own, $S))->{claims}{role}, 'claim-of-editor', 'AuthType CookieSession');
is(issued(post('remote/x', $own, $S))->{claims}{role}, 'claim-of-editor', 'remote-user=on');
is(issued(post('basic/x', $basic))->{claims}{sub}, 'basic', 'Basic');
is(issued(post('basic/x', $basic))->{expires_in}, 900, 'for as long');
my $both = issued(post('both/x', $own, $basic, $S));
is($both->{claims}{sub}, 'basic', 'Basic and a session: who has logged in to httpd');
is($both->{claims}{role}, undef, "and nothing of the session's, whose user is another");
my $short = issued(post('short/x', $own, $S));
is($short->{expires_in}, 10, 'ttl=10s');
is($short->{footer}, undef, 'footer=none');

# The session's own end.
for (['in a minute', 60], ['in ten seconds', 10]) {
    my ($what, $left) = @$_;
    my $end = time + $left;
    my $got = issued(post('x', $own, 'Cookie: session=' . flask($USER, offset => $left - 3600)));
    my $over = seconds($got->{claims}{exp}) - $end;
    ok($over >= 0 && $over <= 1, "a session that ends $what") or diag($over);
    is($got->{expires_in}, seconds($got->{claims}{exp}) - seconds($got->{claims}{iat}), "$what: expires_in says so");
}
my $capped = issued(post('both/x', $own, $basic, 'Cookie: session=' . flask($USER, offset => 60 - 3600)));
cmp_ok($capped->{expires_in}, '<=', 61, 'a session beside another login ends it, too');

# --- who does not ---
sub refused {
    my ($what, $response, $status, $word) = @_;
    is($response->{status}, $status, $what);
    is($response->{body}, qq({"error":"$word"}\n), "$what: the word") if $word;
    is(join('', @{$response->{headers}{'cache-control'} // []}), 'no-store', "$what: not to be kept");
    unlike($response->{body}, qr/v\d\.(public|local)\./, "$what: no token");
}
refused('nobody', post('x'), 401, 'login_required');
refused('nobody, from a page of this site', post('x', $own), 401, 'login_required');
refused('a forged session', post('x', $own, 'Cookie: session=' . forge(flask($USER), 2)), 401, 'login_required');
refused('a session that is over', post('x', $own, 'Cookie: session=' . flask($USER, offset => -3700)), 401, 'login_required');
refused('a session without a user', post('x', $own, 'Cookie: session=' . flask('{"role":"x"}')), 401, 'login_required');
refused('an empty user', post('x', $own, 'Cookie: session=' . flask('{"_user_id":""}')), 401, 'login_required');
refused('a user that is not text', post('x', $own, 'Cookie: session=' . flask('{"_user_id":"\ud800"}')), 400, 'invalid_request');
is(post('basic/x', $own, $S)->{status}, 401, 'a session where Basic is asked for');
is(post('basic/x', 'Authorization: Basic eDp4')->{status}, 401, 'a wrong password');
refused("a token's own cookie", post('x', $own, "Cookie: session=$first"), 401, 'login_required');
for (['another site', 'Origin: https://evil.test'], ['null', 'Origin: null'], ['the same host by http', 'Origin: https://main.test'], ['a cross-site fetch', 'Sec-Fetch-Site: cross-site']) {
    for my $path ('x', 'off/x') { refused("$_->[0], $path", post($path, $S, $_->[1]), 403, 'forbidden') }
    refused("$_->[0], with Basic", post('basic/x', $basic, $_->[1]), 403, 'forbidden');
}
refused('a cookie without an origin', post('x', $S), 403, 'forbidden');
for my $method (qw(GET HEAD PUT DELETE)) {
    my $response = request($method, '/token-endpoint/x', [$S, $own]);
    is($response->{status}, 405, "$method is not allowed");
    is(join('', @{$response->{headers}{allow} // []}), 'POST', "$method: Allow");
}
refused('a body of another type', request('POST', '/token-endpoint/x', [$own, $S, 'Content-Type: text/plain'], 'x=y'), 400, 'invalid_request');

# --- configured otherwise ---
my $at = -s root() . '/logs/error_log';
is(post("$_/x", $own, $S)->{status}, 500, "a scope with a line for something else: $_") for qw(back-end none keys-alone);
is(() = join('', SC::logged(\$at)) =~ /sessioncookie-token: no token for clients is configured here; add a line CookieSessionToken keys=ID audience=URI issuer=URI/g, 3, 'the log says what is missing');

# --- who takes it ---
case 'our own source', '/token-api/env.cgi', undef, { REMOTE_USER => '7', SESSION_ROLE => 'claim-of-editor', COOKIESESSION_STATUS => 'ok' }, "Authorization: Bearer $first";
is(request('GET', '/token-api/env.cgi', ['Authorization: Bearer ' . forge($first, 2)])->{status}, 401, 'not a forged one');
my $again = issued(post('again/x', 'Authorization: Bearer ' . $short->{access_token}));
cmp_ok($again->{expires_in} // 99, '<=', 10, 'a token that was got for a token ends with it');

# --- the keys ---
sub keys_of { return request('GET', "/token-keys/$_[0]", [@_[1 .. $#_]]) }
my $published = keys_of('x');
is($published->{status}, 200, 'keys, for everybody');
is(join('', @{$published->{headers}{'content-type'}}), 'application/json', 'keys: JSON');
is(join(', ', @{$published->{headers}{'cache-control'}}), 'public, max-age=300', 'keys: may be kept');
my $keys = join ' ', map { "--key k$_='file:" . key($_) . "'" } 'v4.public', 'old', 'v3.public', 'v2.public', 'v1.public';
is($published->{body}, `$ENV{SC_COMMAND} key list $keys`, 'all of them, as the command lists them');
is_deeply([map { "$_->{kid} $_->{paserk}" =~ /^(k\d\.pid)\.[\w-]+ (k\d\.public)\.[\w-]+$/ ? "$1 $2" : 'wrong' } @{decode_json($published->{body})->{keys}}],
    ['k4.pid k4.public', 'k4.pid k4.public', 'k3.pid k3.public', 'k2.pid k2.public', 'k1.pid k1.public'], 'each with its id');
ok(scalar(grep { qq({"kid":"$_->{kid}"}) eq $got->{footer} } @{decode_json($published->{body})->{keys}}), 'the one that the token names is there');
my ($etag) = @{$published->{headers}{etag}};
like($etag, qr/^"[0-9a-f]+"$/, 'keys: ETag');
my $same = keys_of('x', "If-None-Match: $etag");
is($same->{status}, 304, 'keys: not modified');
is(join(', ', @{$same->{headers}{'cache-control'} // []}), 'public, max-age=300', 'keys: 304 may be kept as long');
is(keys_of('x', 'If-None-Match: "x"')->{status}, 200, 'keys: modified');
is(request('HEAD', '/token-keys/x', [])->{status}, 200, 'keys: HEAD');
is(request('POST', '/token-keys/x', [], '')->{status}, 405, 'keys: POST is not allowed');
is_deeply([map { $_->{kid} =~ /^(k\d\.pid)/ } @{decode_json(keys_of('local/x')->{body})->{keys}}], ['k4.pid'], 'of a line with a local key the others');
isnt(keys_of('local/x')->{headers}{etag}[0], $etag, 'other keys, another ETag');
my $from = -s root() . '/logs/error_log';
is(keys_of("$_/x")->{status}, 500, "no key to publish: $_") for qw(secret none);
is(() = join('', SC::logged(\$from)) =~ /sessioncookie-keys: there is no public key to be published here; add a line CookieSessionToken/g, 2, 'keys: the log says so');

done_testing;
