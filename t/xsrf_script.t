# SPDX-License-Identifier: Apache-2.0
# XSRFSend script: where the script is served, which pages load it, what a refusal tells it, and renewed tokens.
# What it does in a browser is test/browser/script.mjs'.
use strict;
use warnings;
use Compress::Zlib;
use File::Copy qw(copy);
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use SC;
use XSRF;

my $S = 'session=' . flask('{"_user_id":"7"}') . "; $VISITING";
my @HERE = ("Cookie: $S", 'Host: script.test', 'Origin: http://script.test');
my $PATH = '/.well-known/xsrf.js';

sub of { my ($path, @headers) = @_; return request('GET', $path, ['Host: script.test', "Cookie: $S", @headers]) }
sub header { my ($answer, $name) = @_; return join ', ', @{$answer->{headers}{$name} // []} }
sub sent { my ($answer, $name) = @_; return join '', map { /^\Q$name\E=([^;]*)/ ? $1 : () } @{$answer->{headers}{'set-cookie'} // []} }
sub fresh { return 'X-XSRF-Token: ' . token('signed', user => '7', offset => -($_[0] // 0)) }
sub post { my ($path, @headers) = @_; return exchange('POST', $path, [@HERE, @headers], 'a=1') }

# --- the script ---

my $script = of($PATH);
my ($tag) = header($script, 'etag') =~ /^"([\w-]{11})"$/;
is($script->{status}, 200, 'the script is served, whatever RewriteRule, ProxyPass and Require say of its path');
ok($tag, 'with a validator') or diag(header($script, 'etag'));
like($script->{body}, qr/^\(function\(\)\{.*\}\(\)\);$/s, 'it is one function');
cmp_ok(length $script->{body}, '<', 3072, 'of less than 3 KB');
unlike($script->{body}, qr/[^ -~]/, 'in ASCII, on one line');
unlike($script->{body}, qr/`|=>|\b(?:let|const|class|async|await|yield)\b|\.\.\./, 'without what came after ES5');
is(header($script, 'content-type'), 'text/javascript; charset=utf-8', 'its type');
is(header($script, 'x-content-type-options'), 'nosniff', 'which is not guessed');
is(header($script, $_), '', "it is the same for everybody: no $_") for qw(set-cookie vary x-xsrf-token);
is(header($script, 'cache-control'), 'no-cache', 'without a version it is asked for again');
is(header(of("$PATH?v=$tag"), 'cache-control'), 'public, max-age=31536000, immutable', 'with its version it is kept');
is(header(of("$PATH?v=$_"), 'cache-control'), 'no-cache', "with another it is not: $_") for 'x', "${tag}x", '', substr $tag, 1;
is(of("$PATH?v=$tag", "If-None-Match: \"$tag\"")->{status}, 304, 'not modified');
is(of("$PATH?v=$tag", 'If-None-Match: "x"')->{status}, 200, 'no 304 for another');
{
    my $head = request('HEAD', $PATH, ['Host: script.test']);
    is("$head->{status} " . header($head, 'content-length'), '200 ' . length $script->{body}, 'HEAD');
    for my $method (qw(POST PUT DELETE PATCH)) {
        my $answer = exchange($method, $PATH, ['Host: script.test', 'Origin: http://evil.test'], 'a=1');
        like("$answer->{status} " . header($answer, 'allow'), qr/^405 (?=.*GET)/, "$method is not allowed");
    }
    is(exchange('GET', $PATH, ['Host: script.test'], 'a=1')->{body}, $script->{body}, 'a GET with a body');
}
for (
    ['main.test', $PATH, 404], ['inherits.test', $PATH, 404], ['guarded.test', $PATH, 404], ['script-own.test', $PATH, 404],
    ['script-own.test', '/static/guard.js', 200], ['script-asked.test', $PATH, 200], ['script.test', '/static/guard.js', 404],
    ['script.test', "$PATH/", 403], ['script.test', '/.well-known/xsrf%2ejs', 403], ['script.test', '//.well-known/xsrf.js', 200],
    ['script.test', 'http://script.test/.well-known/xsrf.js', 200],
) {
    my ($host, $path, $status) = @$_;
    is(request('GET', $path, ["Host: $host"])->{status}, $status, "$host $path: $status");
}
SKIP: {
    skip 'there is no HTTP/2', 1 if $ENV{SC_MPM} eq 'prefork' || `curl --version 2>/dev/null` !~ /HTTP2/;
    open my $curl, '-|', 'curl', '-s', '--http2-prior-knowledge', '-H', 'Host: script.test', 'http://127.0.0.1:' . port() . $PATH or die "curl: $!";
    is(do { local $/; <$curl> }, $script->{body}, 'over HTTP/2');
}

# --- the pages ---

my $plain = do { open my $in, '<', root() . '/htdocs/xsrf/inject/form.html' or die $!; local $/; <$in> };
my $ELEMENT = "<script src=\"$PATH?v=$tag\" data-xsrf=\"XSRF-TOKEN X-XSRF-Token xsrf-token\"></script>";
my $FIELD = qr/<input type="hidden" name="xsrf-token" value="2\.[\w-]{96}">/;

# The page without what was put into it: (page, scripts, fields). This page has no <head>: its first place is after its title.
sub parts {
    my ($body) = @_;
    my $scripts = () = $body =~ m{</title>\Q$ELEMENT\E};
    $body =~ s/\Q$ELEMENT\E//;
    my $fields = $body =~ s/$FIELD//g || 0;
    return $body eq $plain ? "$scripts $fields" : $body;
}
for (
    ['a file', '/page/form.html', '1 2'], ['a CGI', '/page/form.cgi', '1 2'], ['a CGI in pieces', '/page/form.cgi?cut=3', '1 2'], ['a back end', '/back/form.html', '1 2'],
    ['script alone', '/alone/form.html', '1 0'], ['script alone, in pieces', '/alone/form.cgi?cut=1', '1 0'], ['inject alone', '/inject/form.cgi', '0 2'],
    ['header and cookie', '/header/form.cgi', '0 0'], ['nothing', '/nothing/form.html', '0 0'], ['no guard', '/unguarded/form.cgi', '0 0'],
    ['404', '/page/form.cgi?status=404', '0 0'], ['plain text', '/page/form.cgi?type=text/plain', '0 0'], ['XHTML', '/page/form.cgi?type=application/xhtml%2bxml', '0 0'],
    ['a page that the handler has packed', '/page/form.cgi?encoding=x-test', '0 0'], ['a public page', '/alone/form.cgi?cache=public', '0 0'],
    ['no-transform', '/page/form.cgi?cache=private,no-transform', '0 0'],
) {
    my ($what, $path, $want) = @$_;
    is(parts(of($path)->{body}), $want, "script and fields of $what");
}
{
    my $page = of('/packed/form.html', 'Accept-Encoding: gzip');
    is(header($page, 'content-encoding') . ' ' . parts(Compress::Zlib::memGunzip($page->{body})), 'gzip 1 2', 'a page that httpd packs');
    $page = of('/alone/form.html');
    is(join('|', map { header($page, $_) ? $_ : () } qw(etag last-modified accept-ranges content-md5)), '', 'nothing describes the page as it was');
    is(header($page, 'content-length'), length $page->{body}, 'its length is that of the page');
    like(sent($page, 'XSRF-TOKEN'), qr/^2\.[\w-]{96}$/, 'script implies the cookie');
    is(header($page, 'x-xsrf-token'), '', 'and not the header');
    is(header($page, 'cache-control'), 'private', 'the page is the visitor\'s own');
    is(of('/alone/form.html', 'If-Modified-Since: ' . header(of('/nothing/form.html'), 'last-modified'), 'Accept: text/html')->{status}, 200, 'a page of before comes whole');
    is(header(request('HEAD', '/alone/form.html', ['Host: script.test', "Cookie: $S"]), 'content-length'), length $page->{body}, 'HEAD has the length of GET');
    like(of('/names/form.html')->{body}, qr/<script src="\Q$PATH?v=$tag\E" data-xsrf="SHOP&amp;TOKEN X-Mine a\[b\]"><\/script>/, 'the names are the scope\'s');
    like(request('GET', '/page/form.html', ['Host: script-own.test'])->{body}, qr/<script src="\/static\/guard\.js\?v=$tag" data/, 'XSRFScript');
    my $post = exchange('POST', '/page/form.cgi', [@HERE, fresh()], '');
    is("$post->{status} " . parts($post->{body}), '200 0 0', 'no script in the answer to a POST');
}
{
    my $from = -s root() . '/logs/error_log';
    of('/alone/warned/form.cgi?encoding=x-test') for 1, 2;
    is(scalar(grep { m{:warn\].*XSRF: the script is not put into /alone/warned/form\.cgi: the handler has compressed the page} } logged(\$from)), 1, 'the log warns, once');
}

# --- .htaccess ---

{
    my $dir = root() . '/htdocs/htaccess/script';
    mkdir $dir;
    copy(root() . '/htdocs/xsrf/inject/form.html', "$dir/form.html");
    open my $out, '>', "$dir/.htaccess" or die $!;
    print {$out} "XSRF On\nXSRFKey new\nXSRFSend script\n";
    close $out;
    my $from = -s root() . '/logs/error_log';
    is(request('GET', '/htaccess/script/form.html', ['Host: main.test'])->{status}, 500, '.htaccess: not where the server has no script');
    ok((grep { /XSRFSend "script" in \.htaccess needs the script to be served; add to the server or the <VirtualHost>, for example: XSRFScript/ } logged(\$from)), 'and the log says what to add');
    is(parts(request('GET', '/htaccess/script/form.html', ['Host: script-asked.test'])->{body}), '1 0', '.htaccess: where it has one');
}

# --- refusals ---

my %same = ('sec-fetch-site' => 'Sec-Fetch-Site: same-origin');
my $late = fresh(3700);
for (
    ['no token',                []],
    ['a token that is too old', [$late]],
    ['another user\'s',         ['X-XSRF-Token: ' . token('signed', user => '8')]],
    ['what is no token',        ['X-XSRF-Token: x']],
    ['the browser says same-origin', ['Sec-Fetch-Site: same-origin']],
    ['to a page of its own',    [], '/errors/body.cgi'],
    ['to a text',               [], '/text/body.cgi'],
    ['where the header is sent, too', [], '/header/body.cgi'],
) {
    my ($what, $headers, $path) = @$_;
    my $answer = post($path // '/page/body.cgi', @$headers);
    is("$answer->{status} " . header($answer, 'x-xsrf-refused'), '403 1', "refused for its token: $what");
    my $new = sent($answer, 'XSRF-TOKEN');
    is(post('/page/body.cgi', "X-XSRF-Token: $new")->{status}, 200, "and the new one is good: $what");
    is(header($answer, 'x-xsrf-token'), ($path // '') =~ /header/ ? $new : '', "in the header as well where it is sent: $what");
    is(header($answer, 'cache-control'), 'private', "and nobody else's: $what");
    like(header($answer, 'vary'), qr/\bCookie\b/, "Vary: $what");
}
{
    my $answer = exchange('POST', '/page/body.cgi', ['Host: script.test', 'Origin: http://script.test'], 'a=1');
    like(sent($answer, 'xsrf-visitor'), qr/^[\w-]{22}$/, 'a new visitor gets his cookie with it');
    is(exchange('POST', '/page/body.cgi', ['Host: script.test', 'Origin: http://script.test', 'Cookie: xsrf-visitor=' . sent($answer, 'xsrf-visitor'), 'X-XSRF-Token: ' . sent($answer, 'XSRF-TOKEN')], 'a=1')->{status}, 200, 'and is served then');
}
for (
    ['from another site',             '403', ['Cookie: ' . $S, 'Host: script.test', 'Origin: http://evil.test', $late]],
    ['that the browser calls cross-site', '403', [@HERE, 'Sec-Fetch-Site: cross-site', $late]],
    ['of the same site',              '403', [@HERE, 'Sec-Fetch-Site: same-site', $late]],
    ['of nobody knows where',         '403', ["Cookie: $S", 'Host: script.test', $late]],
    ['that only Referer names',       '403', ["Cookie: $S", 'Host: script.test', 'Referer: http://script.test/', $late]],
    ['of a sandbox',                  '403', ["Cookie: $S", 'Host: script.test', 'Origin: null', $late]],
    ['by the visitor herself',        '403', ["Cookie: $S", 'Host: script.test', 'Sec-Fetch-Site: none', $late]],
    ['where nothing is sent',         '403', [@HERE, $late], '/nothing/body.cgi'],
    ['where only fields are',         '403', [@HERE, $late], '/inject/body.cgi'],
    ['in Report',                     '200', [@HERE, $late], '/report/body.cgi'],
    ['of a malformed body',           '400', [@HERE, 'Content-Type: application/json']],
    ['that is a good one',            '200', [@HERE, fresh()]],
    ['that is a good one, and the handler says so', '200', [@HERE, fresh()], '/forged/body.cgi'],
    ['of none, and a handler says so', '200', [@HERE], '/unguarded/body.cgi'],
) {
    my ($what, $status, $headers, $path) = @$_;
    my $answer = exchange('POST', $path // '/page/body.cgi', $headers, 'a=1');
    is("$answer->{status} " . header($answer, 'x-xsrf-refused'), "$status ", "a request $what says nothing of a refusal");
    is(sent($answer, 'XSRF-TOKEN'), '', "and brings no token: $what");
}
is(header(of('/forged/form.cgi'), 'x-xsrf-refused'), '', 'a page cannot say it either');
is(header(of('/forged/none'), 'x-xsrf-refused'), '', 'nor an error');
is(header(of('/forged/form.cgi?status=404'), 'x-xsrf-refused'), '', 'nor a handler\'s own');

# --- renewal ---

for (
    ['young',                     '/minute/body.cgi',  10, 0],
    ['past half of its life',     '/minute/body.cgi',  40, 1],
    ['of a longer life',          '/page/body.cgi',    40, 0],
    ['of an hour',                '/page/body.cgi',    1900, 1],
    ['of any age',                '/any-age/body.cgi', 1e6, 0],
    ['old, with a page',          '/minute/form.cgi',  40, 1],
    ['old, with a 302',           '/minute/page.cgi?text/html&status=302', 40, 1],
    ['old, with an error of the handler', '/minute/page.cgi?text/html&status=500', 40, 1],
    ['old, with what is public',  '/minute/public/page.cgi?text/html', 40, 0],
    ['old, and a handler that forges', '/minute/forged/body.cgi', 40, 1],
) {
    my ($what, $path, $age, $renewed) = @$_;
    my $answer = post($path, fresh($age));
    my $new = sent($answer, 'XSRF-TOKEN');
    is($new ? 1 : 0, $renewed, "a token that is $what is " . ($renewed ? 'renewed' : 'not renewed'));
    is(header($answer, 'x-xsrf-refused'), '', "and not refused: $what");
    next if !$renewed;
    is(post($path =~ s/\?.*//r, "X-XSRF-Token: $new")->{headers}{'x-xsrf-status'}[0], 'ok', "the new one is good: $what");
    is(header($answer, 'cache-control'), 'private', "the answer is the visitor's own: $what");
}

# --- JSON ---

my $JSON = '{"code":"xsrf","message":"The request did not come from a page of this site, or the page is too old. Go back, reload the page and try again.","data":{"status":403}}';
for (
    ['Accept',                   ['Accept: application/json, */*;q=0.1']],
    ['X-Requested-With',         ['X-Requested-With: XMLHttpRequest']],
    ['a JSON body',              ['Content-Type: application/json; charset=utf-8']],
    ['from another site',        ['Accept: application/json', 'Sec-Fetch-Site: cross-site']],
    ['where nothing is sent',    ['Accept: application/json'], '/nothing/body.cgi'],
    ['where there is no script', ['Accept: application/json', 'Host: guarded.test'], '/body.cgi'],
) {
    my ($what, $headers, $path) = @$_;
    my @lines = grep { my ($name) = /^(\w+):/; !grep { $name && /^$name:/ } @$headers } @HERE;
    my $answer = exchange('POST', $path // '/page/body.cgi', [@lines, @$headers], '{}');
    is("$answer->{status} " . header($answer, 'content-type') . " $answer->{body}", "403 application/json $JSON", "the refusal is JSON: $what");
}
is(post('/endpoint', 'Accept: application/json')->{body}, '{"error":"forbidden"}', 'an endpoint keeps its own word');
for (
    ['who asks for a page',      ['Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'], '/page/body.cgi', qr/<p>.*\n?.* Go\s+back, reload the page and try again\./s],
    ['who asks for anything',    ['Accept: */*'], '/page/body.cgi', qr/reload the page and try again\./],
    ['where a text is configured', ['Accept: application/json'], '/text/body.cgi', qr/^A text of the administrator's\.$/],
    ['where a page is configured', ['Accept: application/json'], '/errors/body.cgi', qr/^REDIRECT_STATUS=403$/m],
) {
    my ($what, $headers, $path, $body) = @$_;
    my $answer = post($path, @$headers);
    is($answer->{status}, 403, "refused, $what");
    unlike(header($answer, 'content-type'), qr/json/, "not JSON: $what");
    like($answer->{body}, $body, "but what is configured: $what");
}

done_testing;
