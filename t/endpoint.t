# SPDX-License-Identifier: Apache-2.0
# What all endpoints share, seen at sessioncookie-logout: methods, bodies, where a request comes from, and answers of
# fixed words. The handler has no name of a test's own in what it answers.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use SC;
use Test::More;

my $cookie = 'Cookie: session=' . flask($USER);
my $own = 'Origin: http://main.test';
my $FORM = 'Content-Type: application/x-www-form-urlencoded';
my $JSON = 'Content-Type: application/json';

my %status_of = (
    ok => 200, invalid_request => 400, login_required => 401, forbidden => 403, method_not_allowed => 405, too_large => 413,
);

# said(SENTENCE, WORD, METHOD, PATH, [header lines], body): the answer is the word's, whole, and not to be kept.
sub said {
    my ($sentence, $word, @request) = @_;
    my $answer = request(@request);
    my $header = sub { join ' | ', @{$answer->{headers}{$_[0]} // []} };
    my $body = $word eq 'ok' ? qq({"status":"ok"}\n) : qq({"error":"$word"}\n);
    my @wrong;
    for (
        ['status', $answer->{status}, $status_of{$word}],
        ['body', $answer->{body}, $request[0] eq 'HEAD' ? '' : $body],
        ['Content-Type', $header->('content-type'), 'application/json'],
        ['Cache-Control', $header->('cache-control'), 'no-store'],
        ['X-Content-Type-Options', $header->('x-content-type-options'), 'nosniff'],
    ) {
        my ($what, $is, $want) = @$_;
        push @wrong, "$what is '$is', not '$want'" if $is ne $want;
    }
    ok(!@wrong, $sentence) or diag(join "\n", @wrong);
    return $answer;
}

# post(SENTENCE, WORD, [header lines], body, PATH)
sub post { my ($sentence, $word, $lines, $body, $path) = @_; return said($sentence, $word, 'POST', $path // '/endpoint/x', [$own, $cookie, @$lines], $body) }

# --- methods ---

for my $method (qw(PUT DELETE PATCH OPTIONS PROPFIND MKCOL PURGE post get Post GETX), 'X' x 60) {
    my $answer = said("$method is not allowed", 'method_not_allowed', $method, '/endpoint/x', [$own, $cookie]);
    is(join('', @{$answer->{headers}{allow} // []}), 'GET, HEAD, POST', "$method: Allow");
}
{
    my $answer = said('GET is not allowed where there is no XSRFKey', 'method_not_allowed', 'GET', '/endpoint/x', [$cookie]);
    is(join('', @{$answer->{headers}{allow} // []}), 'POST', 'and Allow says so');
    said('nor is HEAD', 'method_not_allowed', 'HEAD', '/endpoint/x', [$cookie]);
    said('a method that is not allowed, with a long body', 'method_not_allowed', 'PUT', '/endpoint/x', [$own, $cookie, $FORM], 'a' x 1_000_000);
}

# --- bodies ---

post 'no body', 'ok', [];
post 'an empty body', 'ok', [$FORM], '';
post 'an empty body of any type', 'ok', ['Content-Type: text/plain'], '';
post 'a form', 'ok', [$FORM], 'all=0&b=%C3%A9';
post 'a form with a parameter of its type', 'ok', ["$FORM; charset=UTF-8"], 'all=0';
post 'JSON', 'ok', [$JSON], '{"all":0,"b":"\u00e9"}';
post 'a chunked form', 'ok', [$FORM, 'Transfer-Encoding: chunked'], "3\r\nall\r\n2\r\n=0\r\n0\r\n\r\n";
post 'a chunked form with a trailer', 'ok', [$FORM, 'Transfer-Encoding: chunked'], "5\r\nall=0\r\n0\r\nX-User: x\r\n\r\n";

post 'no type', 'invalid_request', [], 'all=0';
post 'another type', 'invalid_request', ['Content-Type: text/plain'], 'all=0';
post 'a multipart body', 'invalid_request', ['Content-Type: multipart/form-data; boundary=x'], "--x\r\nContent-Disposition: form-data; name=\"all\"\r\n\r\n0\r\n--x--\r\n";
post 'two types', 'invalid_request', ['Content-Type: text/plain', $JSON], '{"all":0}';
post 'a form that is called JSON', 'invalid_request', [$JSON], 'all=0';
post 'a name twice', 'invalid_request', [$FORM], 'all=0&all=0';
post 'a name twice in JSON', 'invalid_request', [$JSON], '{"all":0,"all":0}';
post 'a malformed escape', 'invalid_request', [$FORM], 'x=%zz';
post 'a NUL', 'invalid_request', [$FORM], 'x=%00';
post 'a NUL as it is', 'invalid_request', [$FORM], "x=\0";
post 'a NUL in JSON', 'invalid_request', [$JSON], '{"x":"\u0000"}';
post 'bytes that are not UTF-8', 'invalid_request', [$FORM], 'x=%FF';
post 'a list', 'invalid_request', [$JSON], '{"all":["0"]}';
post 'an object', 'invalid_request', [$JSON], '{"all":{}}';
post 'null', 'invalid_request', [$JSON], '{"all":null}';
post 'JSON that is not an object', 'invalid_request', [$JSON], '[]';
post 'JSON of 1,000 levels', 'invalid_request', [$JSON], '{"all":' . '[' x 1000 . ']' x 1000 . '}';
post 'JSON of 5,000 levels of objects', 'too_large', [$JSON], '{"a":' x 5000 . '0' . '}' x 5000;
post 'JSON that ends early', 'invalid_request', [$JSON], '{"all":"0';
post '65 fields', 'invalid_request', [$FORM], join '&', map { "f$_=1" } 1 .. 65;
post 'a body as long as allowed', 'ok', [$FORM], 'x=' . 'a' x (16384 - 2);
post 'one byte more', 'too_large', [$FORM], 'x=' . 'a' x (16384 - 1);
post 'a body of 1 MB', 'too_large', [$FORM], 'x=' . 'a' x 1_000_000;
post 'JSON of 1 MB', 'too_large', [$JSON], '{"x":"' . 'a' x 1_000_000 . '"}';
post 'a chunked body as long as allowed', 'ok', [$FORM, 'Transfer-Encoding: chunked'], "4000\r\nx=" . 'a' x (16384 - 2) . "\r\n0\r\n\r\n";
post 'a chunked body that is longer', 'too_large', [$FORM, 'Transfer-Encoding: chunked'], ("1000\r\n" . 'a' x 4096 . "\r\n") x 5 . "0\r\n\r\n";
post 'a chunked body of 1 MB', 'too_large', [$FORM, 'Transfer-Encoding: chunked'], "f4240\r\n" . 'a' x 1_000_000 . "\r\n0\r\n\r\n";
# What httpd refuses itself, it says in its own words.
for (
    ['a malformed chunk', 400, '/endpoint/x', ['Transfer-Encoding: chunked'], "zz\r\nall=0\r\n0\r\n\r\n"],
    ['a body longer than LimitRequestBody', 413, '/endpoint/small/x', [], 'x=' . 'a' x 200],
) {
    my ($what, $status, $path, $lines, $body) = @$_;
    my $answer = request('POST', $path, [$own, $cookie, $FORM, @$lines], $body);
    is($answer->{status}, $status, $what);
    is($answer->{headers}{'set-cookie'}, undef, "$what: nothing is removed");
}
is(request('POST', '/endpoint/x', [$own, $cookie, $FORM, 'Content-Length: 99999999999999999999'])->{status}, 400, 'httpd itself refuses a length that is not a number');

# --- where it comes from: at least origin-if-sent, whatever XSRF says ---

my @origins = (
    # name                          without a cookie  with one     headers
    ['nothing',                     'ok',             'forbidden'],
    ['own Origin',                  'ok',             'ok',        $own],
    ['own Referer',                 'ok',             'ok',        'Referer: http://main.test/x'],
    ['same-origin',                 'ok',             'ok',        'Sec-Fetch-Site: same-origin'],
    ['the visitor herself',         'ok',             'ok',        'Sec-Fetch-Site: none'],
    ['same-site',                   'forbidden',      'forbidden', 'Sec-Fetch-Site: same-site'],
    ['cross-site',                  'forbidden',      'forbidden', 'Sec-Fetch-Site: cross-site'],
    ['an unknown site',             'forbidden',      'forbidden', 'Sec-Fetch-Site: same-planet'],
    ['foreign Origin',              'forbidden',      'forbidden', 'Origin: http://evil.test'],
    ['Origin: null',                'forbidden',      'forbidden', 'Origin: null'],
    ['an empty Origin',             'forbidden',      'forbidden', 'Origin:'],
    ['foreign Referer',             'forbidden',      'forbidden', 'Referer: http://evil.test/'],
    ['an empty Referer',            'forbidden',      'forbidden', 'Referer:'],
    ['an empty Sec-Fetch-Site',     'forbidden',      'forbidden', 'Sec-Fetch-Site:'],
);
for my $path ('/endpoint/x', '/endpoint/off/x', '/endpoint/report/x') {
    for (@origins) {
        my ($name, $without, $with, @lines) = @$_;
        said("$path: $name", $without, 'POST', $path, \@lines);
        my $answer = said("$path: $name, with a cookie", $with, 'POST', $path, [$cookie, @lines]);
        is($answer->{headers}{'set-cookie'}, undef, "$path: $name, with a cookie: nothing is removed") if $with ne 'ok';
        said("$path: $name, with a cookie of another name", $with, 'POST', $path, ['Cookie: a=1', @lines]);
        said("$path: $name, with an empty Cookie header", $with, 'POST', $path, ['Cookie:', @lines]);
    }
}
said 'a trusted origin', 'ok', 'POST', '/endpoint/trusted/x', [$cookie, 'Origin: https://trusted.test'];
said 'one that is trusted elsewhere', 'forbidden', 'POST', '/endpoint/x', [$cookie, 'Origin: https://trusted.test'];
{
    my $from;
    logged(\$from);
    said 'a refusal', 'forbidden', 'POST', '/endpoint/x?a=b', [$cookie, 'Origin: https://evil.test'];
    my @lines = logged(\$from);
    is(scalar(grep { m{:warn\].*XSRF: refused POST /endpoint/x: foreign-origin \(policy origin-if-sent\)$} } @lines), 1, 'is logged, with its policy');
    is(join('', @{request('POST', '/endpoint/x', [$cookie])->{headers}{'x-xsrf-status'} // []}), 'no-origin', 'and is the verdict of the request');
}

# --- under XSRF On ---

{
    my $answer = request('POST', '/endpoint/guarded/x', [$own, $cookie, $FORM], 'all=0');
    is($answer->{status}, 403, 'the scope\'s own guard asks for a token');
    is(join('', @{$answer->{headers}{'cache-control'} // []}), 'no-store', 'its refusal is not kept either');
    is($answer->{headers}{'set-cookie'} && grep({ /^session=/ } @{$answer->{headers}{'set-cookie'}}) || 0, 0, 'and removes nothing');
    said 'an exempt path, from this site', 'ok', 'POST', '/endpoint/guarded/exempt', [$own, $cookie, $FORM], 'all=0';
    said 'an exempt path, from another', 'forbidden', 'POST', '/endpoint/guarded/exempt', [$cookie, 'Origin: http://evil.test'];
    said 'an exempt path, from nowhere, with a cookie', 'forbidden', 'POST', '/endpoint/guarded/exempt', [$cookie];
    said 'an exempt path, from nowhere, without', 'ok', 'POST', '/endpoint/guarded/exempt', [];
}
is(join('', @{request('POST', '/endpoint/members/x', [$own])->{headers}{'cache-control'} // []}), 'no-store', 'a refusal by Require is not kept either');

# --- connections ---

{
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => port()) or die $!;
    my $head = "Host: main.test\r\n$own\r\n$cookie\r\n$FORM\r\n";
    print {$socket} "PUT /endpoint/x HTTP/1.1\r\n${head}Content-Length: 5\r\n\r\nx=%zz", "POST /endpoint/x HTTP/1.1\r\n${head}Content-Length: 5\r\nConnection: close\r\n\r\nall=0";
    my $answers = do { local $/; <$socket> };
    like($answers, qr/^HTTP\/1\.1 405 .*^HTTP\/1\.1 200 /ms, 'the request after one that was refused for its method is served');
}
{
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => port()) or die $!;
    print {$socket} "POST /endpoint/x HTTP/1.0\r\n\r\n";
    my $answer = do { local $/; <$socket> };
    like($answer, qr/^HTTP\/1\.1 200 .*\{"status":"ok"\}\n$/s, 'HTTP/1.0 without a Host, a cookie or an origin');
    $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => port()) or die $!;
    print {$socket} "POST /endpoint/x HTTP/1.0\r\nOrigin: http://\r\n\r\n";
    $answer = do { local $/; <$socket> };
    like($answer, qr/^HTTP\/1\.1 403 /, 'the same with an Origin');
}

done_testing;
