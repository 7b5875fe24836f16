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

# h2(PATH, HEADER…): { status, body } of one request, or of each when PATH is a list.
sub h2 {
    my ($path, @headers) = @_;
    my $base = 'http://127.0.0.1:' . port();
    open my $pipe, '-|', 'curl', '-s', '--http2-prior-knowledge', '-w', "\nHTTP=%{http_version} STATUS=%{http_code}\n",
        '-D', '-', (map { ('-H', $_) } @headers), "$base$path" or die "curl: $!";
    local $/;
    my $answer = <$pipe>;
    close $pipe;
    my %h;
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
        open my $pipe, '-|', 'curl', '-s', '--http2-prior-knowledge', '-D', '-', '-d', $data, (map { ('-H', $_) } @lines),
            'http://127.0.0.1:' . port() . '/logout/x' or die "curl: $!";
        my $answer = do { local $/; <$pipe> };
        close $pipe;
        like($answer, qr/^HTTP\/2 $status /, "an endpoint over HTTP/2: $what");
        is(scalar(() = $answer =~ /^set-cookie: \w+=;/mg), $status == 200 ? 3 : 0, "an endpoint over HTTP/2: $what: cookies removed");
    }
}

# Two users at once on one connection.
SKIP: {
    skip 'there is no nghttp', 2 unless `nghttp --version 2>/dev/null` =~ /nghttp2/;
    my $bert = flask('{"role":"claim-of-bert"}');
    my $base = 'http://127.0.0.1:' . port();
    my $mixed = `nghttp -m 20 -H 'Cookie: session=$good' $base/flask/env.cgi $base/flask/env.cgi 2>/dev/null`;
    my @roles = $mixed =~ /^SESSION_ROLE=(.*)$/mg;
    is(scalar @roles, 40, 'forty streams on one connection are answered');
    is((grep { $_ ne 'claim-of-editor' } @roles), 0, 'each with its session');
}

done_testing;
