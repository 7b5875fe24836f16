# SPDX-License-Identifier: Apache-2.0
# A response for which a token was made is its visitor's own, whatever its status and type: no cache gives it to another,
# it is not fresh for longer than its token, and the visitor's cookie comes with it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use HTTP::Date;
use Test::More;
use SC;
use XSRF;

mkdir root() . '/logs/cache';
my @files = glob(root() . '/htdocs/personal/*.{html,json,css}');
utime 1e9, 1e9, @files; # a cache keeps what has not changed for long
plan skip_all => 'php-fpm is missing' unless get('/personal-env/page.php')->{status} == 200;

sub header { return join ', ', @{$_[0]{headers}{$_[1]} // []} }
sub visitor_in { return header($_[0], 'set-cookie') =~ /\b(xsrf-visitor=[\w-]{22});/ ? $1 : '' }
sub token_in { return $_[0]{body} =~ /value="([^"]+)"/ ? $1 : 'none' }
sub encoded { return $_[0] =~ s/([^\w.-])/sprintf '%%%02X', ord $1/ger }
sub php { my ($scope, $type, $status, @headers) = @_; return "/$scope/page.php?status=$status&type=" . encoded($type) . join '', map { '&header[]=' . encoded($_) } @headers }

# Whether a token is good together with the visitor's cookie of its response.
sub posted {
    my ($page) = @_;
    return exchange('POST', '/personal/body.cgi', ['Cookie: ' . visitor_in($page), 'Origin: http://main.test', 'X-XSRF-Token: ' . token_in($page)], 'a=1')->{status};
}

# Two visitors without cookies ask for the same: each gets a token and a cookie of his own, none from the cache.
my @later = ('Expires: ' . time2str(time + 9e6));
for (
    ['a page',                            php('personal-env', 'text/html', 200)],
    ['a page with max-age',               php('personal-env', 'text/html', 200, 'Cache-Control: max-age=600')],
    ['a page with Expires',               php('personal-env', 'text/html', 200, @later)],
    ['a public page',                     php('personal-env', 'text/html', 200, 'Cache-Control: public, max-age=600')],
    ['a page with s-maxage',              php('personal-env', 'text/html', 200, 'Cache-Control: s-maxage=600')],
    ['two lines of Cache-Control',        php('personal-env', 'text/html', 200, 'Cache-Control: private', 'Cache-Control: public, s-maxage=600')],
    ['private="Name"',                    php('personal-env', 'text/html', 200, 'Cache-Control: private="Set-Cookie", max-age=600')],
    ['a 401',                             php('personal-env', 'text/html', 401, 'Cache-Control: max-age=600')],
    ['a 404 with max-age',                php('personal-env', 'text/html', 404, 'Cache-Control: max-age=600')],
    ['a 410',                             php('personal-env', 'text/html', 410, 'Cache-Control: max-age=600')],
    ['a 422',                             php('personal-env', 'text/html', 422, 'Cache-Control: public, max-age=600')],
    ['a 500',                             php('personal-env', 'text/html', 500, 'Cache-Control: max-age=600')],
    ['a script',                          php('personal-env', 'text/javascript', 200, 'Cache-Control: max-age=600')],
    ['JSON',                              php('personal-env', 'application/json', 200, 'Cache-Control: public, max-age=600')],
    ['an image',                          php('personal-env', 'image/svg+xml', 200, 'Cache-Control: max-age=600')],
    ['no type that is known',             php('personal-env', 'x/y', 203, 'Cache-Control: max-age=600')],
    ['public by mod_headers',             php('personal-public', 'text/html', 200)],
    ['fresh by mod_expires',              php('personal-expires', 'text/html', 200)],
    ['packed by mod_deflate',             php('personal-deflate', 'text/html', 200, 'Cache-Control: public, max-age=600')],
    ['an error page by PHP',              '/personal-error/none'],
) {
    my ($what, $path) = @$_;
    my @page = map { get($path) } 1 .. 2;
    my $page = $page[1];
    isnt(token_in($page), 'none', "$what: there is a token");
    isnt(token_in($page[0]), token_in($page), "$what: two visitors have two tokens");
    unlike(header($page, 'x-cache'), qr/^HIT/, "$what: none comes from the cache");
    isnt(visitor_in($page), '', "$what: a new visitor gets his cookie");
    is(posted($page), 200, "$what: his form passes");
    like(header($page, 'cache-control'), qr/(?:^|, )(?:private|no-store)(?:,|$)/, "$what: private");
    unlike(header($page, 'cache-control'), qr/public|s-maxage|private=/, "$what: and nothing else");
    like(header($page, 'vary'), qr/\bCookie\b/, "$what: varies");
    my ($age) = header($page, 'cache-control') =~ /max-age=(\d+)/;
    cmp_ok($age // 0, '<=', 3600, "$what: not fresh for longer than its token");
    cmp_ok(str2time(header($page, 'expires')) // 0, '<=', time + 3601, "$what: nor by Expires");
    is(header($page, 'etag') . header($page, 'last-modified'), header($page, 'content-type') =~ m{^text/html} ? '' : '"of-php"', "$what: a validator only where the page is not HTML");
}
# Two visitors of pages that others make: no token is made, so that the cache keeps them.
for (
    ['a public page without env',  php('personal', 'text/html', 200, 'Cache-Control: public, max-age=600')],
    ['a 404 without env',          php('personal', 'text/html', 404, 'Cache-Control: max-age=600')],
    ['a script without env',       php('personal', 'text/javascript', 200, 'Cache-Control: max-age=600')],
    ['a style, env',               '/personal-env/style.css'],
    ['an HTML file, env',          '/personal-env/page.html'],
    ['out of scope',               php('personal-elsewhere', 'text/html', 200, 'Cache-Control: max-age=600')],
) {
    my ($what, $path) = @$_;
    my @page = map { get($path) } 1 .. 2;
    like(header($page[1], 'x-cache'), qr/^HIT/, "no token, so it is kept: $what");
    is(visitor_in($page[1]) . header($page[1], 'x-xsrf-token'), '', "and there is none: $what");
}
is(token_in(get('/personal/page.php')), 'none', 'XSRFSend env is asked for');

# Headers that certain caches obey
{
    my @targeted = qw(CDN-Cache-Control Surrogate-Control Cloudflare-CDN-Cache-Control Vercel-CDN-Cache-Control
        Netlify-CDN-Cache-Control Akamai-Cache-Control Edge-Control X-Accel-Expires X-LiteSpeed-Cache-Control);
    my @lines = map { "$_: max-age=600" } @targeted;
    my ($with, $without) = map { get(php($_, 'text/html', 200, 'Cache-Control: public', @lines)) } 'personal-env', 'personal';
    is(join(' ', grep { $with->{headers}{lc $_} } @targeted), '', 'a page with a token says nothing to certain caches');
    is(join(' ', grep { $without->{headers}{lc $_} } @targeted[0, 1, 2, 3]), "@targeted[0, 1, 2, 3]", 'one without says what its handler said');
    is(header(get(php('personal-public', 'text/html', 404)), 'cdn-cache-control'), '', 'nor by mod_headers, always');
}
for (
    ['Cache-Control: max-age=60',                            'max-age=60, private'],
    ['Cache-Control: max-age=244470151',                     'max-age=3600, private'],
    ['Cache-Control: no-store, max-age=1',                   'no-store, max-age=1'],
    ['Cache-Control: max-age=9, stale-while-revalidate=9e9, immutable', 'max-age=9, private'],
    ['Expires: ' . time2str(time + 9e6),                     'private, max-age=3600'],
    ['Expires: 0',                                           'private'],
    ['Last-Modified: Mon, 01 Jan 2001 00:00:00 GMT',         'private, max-age=3600', 'application/json'],
    ['Last-Modified: ' . time2str(time - 60),                'private', 'application/json'],
) {
    my ($line, $want, $type) = @$_;
    is(header(get(php('personal-env', $type // 'text/html', 200, $line)), 'cache-control'), $want, "Cache-Control: $line");
}
like(header(get('/personal-expiresonly/page.html'), 'cache-control'), qr/^max-age=3600, private$/, 'a file whose token is in header and cookie, fresh for years by mod_expires');
like(header(get('/personal-expiresonly/style.css'), 'cache-control'), qr/^max-age=2\d{8}$/, 'what has no token stays fresh');

# Validators: gone where the token is in the page, kept elsewhere.
for (
    ['inject',                      '/personal-inject/page.html',  ''],
    ['env, HTML',                   '/personal-env/page.php',      ''],
    ['env, JSON',                   php('personal-env', 'application/json', 200), 1],
    ['env, a file',                 '/personal-env/page.html',     1],
    ['header and cookie, HTML',     '/personal/page.html',         1],
    ['header and cookie, JSON',     '/personal/data.json',         1],
) {
    my ($what, $path, $want) = @$_;
    is(header(get($path, $VISITING), 'etag') ne '', !!$want, "a validator or none: $what");
}
{
    for my $path ('/personal/page.html', '/personal/data.json') {
        my $page = get($path);
        my $etag = header($page, 'etag');
        my ($token) = header($page, 'set-cookie') =~ /(XSRF-TOKEN=[^;]+)/;
        my @browser = ("If-None-Match: $etag", 'Accept: text/html,*/*;q=0.8');
        my $same = get($path, visitor_in($page) . "; $token", @browser);
        is($same->{status}, 304, "$path: 304 for a browser with a good token");
        is(header($same, 'set-cookie'), '', "$path: which brings none");
        is(get($path, undef, "If-None-Match: $etag")->{status}, 304, "$path: 304 for a client that is no browser");
        is(get($path, undef, 'If-Match: "x"')->{status}, 412, "$path: If-Match is obeyed");
        is(get($path, undef, "If-Match: $etag")->{status}, 200, "$path: likewise");
        my $whole = get($path, visitor_in($page), @browser);
        is($whole->{status}, $path =~ /html/ ? 200 : 304, "$path: a browser whose token is gone gets a page whole");
        my $old = token('signed', visitor => visitor_in($page) =~ s/.*=//r, offset => -2000);
        is(get($path, visitor_in($page) . "; XSRF-TOKEN=$old", @browser)->{status}, $path =~ /html/ ? 200 : 304, "$path: and so does one whose token is past half its life");
    }
}

# Error pages, HEAD, ranges, 304 and 204 of a handler, an include, HTTP/2
{
    is(header(get('/personal-error/forbidden/x'), 'set-cookie'), '', 'an error page that is a file has no token');
    my $head = request('HEAD', php('personal-env', 'text/html', 200, 'Cache-Control: public, max-age=600'), []);
    like(header($head, 'cache-control') . visitor_in($head), qr/^privatexsrf-visitor=/, 'HEAD as GET');
    for my $status (204, 304) {
        my $answer = get(php('personal-env', 'text/html', $status, 'Cache-Control: public, max-age=600'), undef, 'If-None-Match: "x"');
        is("$answer->{status} " . header($answer, 'cache-control') . ' ' . (visitor_in($answer) ? 1 : 0), "$status private 1", "a $status of the handler is personal");
    }
    my $range = get('/personal/data.json', undef, 'Range: bytes=0-1');
    like("$range->{status} " . header($range, 'cache-control'), qr/^206 private\b/, 'a range of a response with a token is personal');
    my $post = exchange('POST', php('personal-env', 'text/html', 422, 'Cache-Control: public'), ["Cookie: $VISITING", 'Origin: http://main.test', 'X-XSRF-Token: ' . token('signed')], '');
    is("$post->{status} " . header($post, 'cache-control'), '422 private', 'a form that is shown again after a POST');
    my @page = map { get('/personal-part/page.shtml') } 1 .. 3;
    my %part;
    for (@page) { $part{$_}++ for $_->{body} =~ /value="([^"]+)"/g }
    is(join(' ', sort values %part), '1 1 1', 'a part with a form is not kept for another visitor\'s page');
    is(join(' ', map { $_->{body} =~ m{</title>(\S+) } && token_in($_) eq $1 ? 1 : 0 } @page), '1 1 1', 'it has the token of its page');
}
SKIP: {
    skip 'no HTTP/2', 2 if $ENV{SC_MPM} eq 'prefork';
    for my $path (php('personal-env', 'text/html', 404, 'Cache-Control: max-age=600'), '/personal-error/none') {
        my $url = 'http://127.0.0.1:' . port() . $path;
        my $said = qx(curl -s -g -i --http2-prior-knowledge -H 'Host: main.test' '$url');
        ok($said =~ m{^HTTP/2 404}m && $said =~ /^cache-control: .*private/mi && $said =~ /^set-cookie: xsrf-visitor=/mi, "HTTP/2: $path") or diag($said);
    }
}

done_testing;
