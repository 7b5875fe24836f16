# SPDX-License-Identifier: Apache-2.0
# HTTP/2: cookies come in crumbs, streams share a connection but no session.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use SC;
use Test::More;

if ($ENV{SC_MPM} eq 'prefork') {
    plan tests => 1;
    SKIP: { skip 'mod_http2 needs a threaded MPM', 1 }
    exit 0;
}
plan skip_all => 'there is no curl with HTTP/2' unless `curl --version 2>/dev/null` =~ /HTTP2/;

# curl(PATH, [HEADER…], OPTION…): the head and the body of its answer.
sub curl {
    my ($path, $headers, @options) = @_;
    open my $pipe, '-|', 'curl', '-s', '--http2-prior-knowledge', '-D', '-', @options, (map { ('-H', $_) } @$headers),
        'http://127.0.0.1:' . port() . $path or die "curl: $!";
    local $/;
    my $answer = <$pipe>;
    close $pipe;
    return $answer;
}

# h2(PATH, HEADER…): { status, body, vary } of a request; the body has the head, too.
sub h2 {
    my ($path, @headers) = @_;
    my $answer = curl($path, \@headers, '-w', "\nHTTP=%{http_version} STATUS=%{http_code}\n");
    my ($status) = $answer =~ /STATUS=(\d+)/;
    my ($vary) = $answer =~ /^vary: (.*?)\r?$/mi;
    return { status => $status, body => $answer, vary => $vary };
}

my $good = flask($USER);
env_is 'a session over HTTP/2', h2('/flask/env.cgi', "Cookie: session=$good"), { SESSION_ROLE => 'claim-of-editor', SERVER_PROTOCOL => 'HTTP/2.0', HTTP => qr/^2 / };
env_is 'several cookies, in crumbs or not', h2('/flask/env.cgi', 'Cookie: a=1', "Cookie: session=$good", 'Cookie: b=2'), { SESSION_ROLE => 'claim-of-editor' };
env_is 'two of one name, in crumbs: the good one alone goes on', h2('/flask/env.cgi', 'Cookie: session=' . forge($good, 2), 'Cookie: a=1', "Cookie: session=$good"), { SESSION_ROLE => 'claim-of-editor', HTTP_COOKIE => "session=$good; a=1" };
env_is 'a forged one', h2('/flask/env.cgi', 'Cookie: session=' . forge($good, 0)), { COOKIESESSION_STATUS => 'bad-signature', SESSION_ROLE => undef };
my $public = paseto('{"sub":"claim-of-sub"}', key => 'budget1.key');
env_is 'what a forged public token costs is counted over HTTP/2', h2('/budget/one/env.cgi', map { "Cookie: token=$_" } (forge($public, 2)) x 5, $public), { COOKIESESSION_STATUS => 'too-large', SESSION_SUB => undef };
env_is 'an include over HTTP/2', h2('/ssi/page.shtml', "Cookie: session=$good"), { page => 'claim-of-editor', SESSION_ROLE => 'claim-of-editor' };
is(h2('/flask/env.cgi', "Cookie: session=$good")->{vary}, 'Cookie', 'Vary over HTTP/2');
is(h2('/files/none', "Cookie: session=$good")->{vary}, 'Cookie', 'Vary of a 404 over HTTP/2');

like(h2('/write/a/change.cgi?a=1', "Cookie: session=$good")->{body}, qr/^set-cookie: session=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax\r?$/mi, 'a session is written over HTTP/2');

# CookieSessionHeader: names come in lower case here, and a stream has a request of its own.
for my $path ('/header-out/env.cgi', '/proxied/header-out/env.cgi') {
    for (['x-user: EVIL'], ['x_user: EVIL'], ['x.user: EVIL', 'x-user: EVIL'], ['x-user: EVIL', 'te: trailers'], ['x-user;'], ['connection: x-user']) {
        my $shown = join ', ', @$_;
        my @seen = h2($path, "Cookie: session=$good", @$_)->{body} =~ /^HTTP_X_USER=(.*)$/mg;
        is("@seen", 'claim-of-editor', "$path over HTTP/2: $shown") if !grep { /^connection/ } @$_;
        isnt("@seen", 'EVIL', "$path over HTTP/2: $shown, with a session");
        unlike(h2($path, @$_)->{body}, qr/^HTTP_X_USER=/m, "$path over HTTP/2: $shown, without one");
    }
}
my $upgraded = do {
    local $/;
    open my $pipe, '-|', 'curl', '-s', '--http2', '-H', 'X-User: EVIL', '-H', 'X_User: EVIL', '-H', "Cookie: session=$good", 'http://127.0.0.1:' . port() . '/header-out/env.cgi' or die "curl: $!";
    <$pipe>;
};
is(join(' ', $upgraded =~ /^HTTP_X_USER=(.*)$/mg), 'claim-of-editor', 'an upgrade from HTTP/1.1 carries no header past it');
is(h2('/access/user/env.cgi')->{status}, 401, 'a guard over HTTP/2');
is(h2('/access/user/env.cgi', 'Cookie: session=' . forge($good, 2))->{status}, 401, 'a guard over HTTP/2: a forged cookie');
is(h2('/access/user/env.cgi', 'Cookie: a=1', "Cookie: session=$good")->{status}, 200, 'a guard over HTTP/2: let in');

# Endpoints: a body comes in frames, and its length need not be said.
{
    my $S = "Cookie: session=$good";
    for (
        ['from this site', 200, 'all=0', $S, 'Sec-Fetch-Site: same-origin'],
        ['from another', 403, 'all=0', $S, 'Sec-Fetch-Site: cross-site'],
        ['a cookie in crumbs, from nowhere', 403, 'all=0', 'Cookie: a=1', 'Cookie: b=2'],
        ['no cookie, from nowhere', 200, 'all=0'],
    ) {
        my ($what, $status, $data, @lines) = @$_;
        my $answer = curl('/logout/x', \@lines, '-d', $data);
        like($answer, qr/^HTTP\/2 $status /, "an endpoint over HTTP/2: $what");
        is(scalar(() = $answer =~ /^set-cookie: \w+=;/mg), $status == 200 ? 3 : 0, "an endpoint over HTTP/2: $what: cookies removed");
    }
}

# Hand-off.
my ($S, $own) = ("Cookie: session=$good", 'Origin: http://127.0.0.1:' . port());
sub code_of { my ($code) = shift =~ /^\{"code":"([\w-]{43})","expires_in":\d+\}$/m or return 'none'; return SC::noted($code) }
sub issued { return code_of(curl('/handoff/a/code', [$S, $own], '-d', '')) }
sub redeemed { my ($code) = @_; return curl('/handoff/a/code', [], '-d', "code=$code") }
{
    my $code = issued();
    isnt($code, 'none', 'an alias is issued over HTTP/2');
    my $forbidden = qr/^HTTP\/2 403 .*^\{"error":"forbidden"\}$/ms;
    like(curl('/handoff/a/code', ['Cookie: a=1', 'Cookie: b=2'], '-d', "code=$code"), $forbidden, 'not redeemed with cookies in crumbs, from nowhere');
    like(curl('/handoff/a/code', ['Sec-Fetch-Site: cross-site'], '-d', "code=$code"), $forbidden, "nor by another site's page");
    my $answer = redeemed($code);
    like($answer, qr/^HTTP\/2 200 .*^\{"status":"ok"\}$/ms, 'and redeemed');
    my ($cookie) = $answer =~ /^set-cookie: (session=[\w.-]+); Path=\/; HttpOnly; SameSite=Lax\r?$/m;
    SC::noted($cookie =~ s/^session=//r) if $cookie;
    env_is 'for the same session', h2('/handoff/a/env.cgi', 'Cookie: a=1', "Cookie: @{[$cookie // 'none']}"), { COOKIESESSION_STATUS => 'ok', COOKIESESSION_USER => '7' };
    like(redeemed($code), qr/^HTTP\/2 403 .*^\{"error":"invalid_grant"\}$/ms, 'once');
}
{
    my $page = curl('/handoff/page/alias.cgi', [$S]);
    my ($alias, $name) = $page =~ /^HANDOFF=([\w-]{43})\nCOOKIE=(sc-[\w-]{22})$/m;
    like($page, qr/^set-cookie: \Q$name=$alias\E; Path=\/; SameSite=Strict; Max-Age=30;/m, 'a page over HTTP/2 has an alias and its cookie');
    env_is 'which no handler sees, wherever it is among the crumbs', h2('/handoff/page/env.cgi', 'Cookie: a=1', "Cookie: $name=$alias", $S), { COOKIESESSION_USER => '7', HTTP_COOKIE => "a=1; session=$good" };
    like(curl('/handoff/page/code', [], '-d', 'code=' . SC::noted($alias)), qr/^HTTP\/2 200 /, 'and the client redeems it');
}

# Streams of one connection at once: one alias, two users.
SKIP: {
    skip 'there is no nghttp', 4 unless `nghttp --version 2>/dev/null` =~ /nghttp2/;
    my $file = root() . '/logs/http2-code';
    open my $out, '>', $file or die $!;
    print {$out} 'code=' . issued();
    close $out;
    my $all = `nghttp -v --no-content-length -m 20 -d $file -H 'Content-Type: application/x-www-form-urlencoded' http://127.0.0.1:@{[port()]}/handoff/a/code 2>/dev/null`;
    unlink $file;
    is(scalar(() = $all =~ /recv .*:status: 200/g), 1, 'of twenty streams that redeem an alias, whose body says no length, one gets it');
    is(scalar(() = $all =~ /recv .*:status: 403/g), 19, 'and the others are refused');
    my $bert = flask('{"role":"claim-of-bert"}');
    my $base = 'http://127.0.0.1:' . port();
    my $mixed = `nghttp -m 20 -H 'Cookie: session=$good' $base/flask/env.cgi $base/flask/env.cgi 2>/dev/null`;
    my @roles = $mixed =~ /^SESSION_ROLE=(.*)$/mg;
    is(scalar @roles, 40, 'forty streams on one connection are answered');
    is((grep { $_ ne 'claim-of-editor' } @roles), 0, 'each with its session');
}

done_testing;
