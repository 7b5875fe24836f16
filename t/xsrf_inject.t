# SPDX-License-Identifier: Apache-2.0
# XSRFSend inject: the hidden field in forms, and the pages that get none.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Compress::Zlib ();
use Test::More;
use SC;
use XSRF;

my $session = flask("{\"_user_id\":\"7\",\"csrf_token\":\"$CSRF\"}");
my $S = "session=$session; $VISITING";
my $FIELD = qr{<input type="hidden" name="([^"<>]+)" value="([^"<>]+)">};

my $plain = do { local $/; open my $in, '<', root() . '/htdocs/xsrf/inject/form.html' or die $!; <$in> };
my @describing = qw(content-length etag last-modified accept-ranges digest content-md5);

# The page with the fields taken out again: they stood behind the right tags, and nothing else differs.
sub is_injected {
    my ($sentence, $body, $page, $name) = @_;
    my @tokens;
    $name //= 'xsrf-token';
    ok($body =~ s/(<form class="here"[^>]*>|id='here'[^>]*>)$FIELD/push @tokens, [$2, $3]; $1/gie, "$sentence: there are fields");
    is($body, $page, "$sentence: behind the tags of our own forms, and nothing else has changed");
    is(scalar(grep { $_->[0] eq $name } @tokens), 2, "$sentence: two of them, named $name");
    return $tokens[0][1];
}

sub post_form {
    my ($path, $token, $name, $cookie) = @_;
    my ($type, $body) = body_with('form', $name // 'xsrf-token', $token);
    return exchange('POST', $path, ['Cookie: ' . ($cookie // $S), 'Origin: http://main.test', "Content-Type: $type"], $body)->{status};
}

for (
    ['a file',                  '/xsrf/inject/form.html'],
    ['a CGI',                   '/xsrf/inject/form.cgi'],
    ['a CGI with its length',   '/xsrf/inject/form.cgi?length=1'],
    ['a CGI byte by byte',      '/xsrf/inject/form.cgi?cut=1'],
    ['a CGI in small pieces',   '/xsrf/inject/form.cgi?cut=7'],
    ['php-fpm',                 '/xsrf/inject/form.php'],
    ['a back end',              '/xsrf/inject-proxied/form.html'],
    ['a CGI behind a proxy',    '/xsrf/inject-proxied/form.cgi?cut=50'],
    ['with utf-8',              '/xsrf/inject/form.cgi?type=text/html;%20charset=utf-8'],
    ['with latin-1 in quotes',  '/xsrf/inject/form.cgi?type=text/html;charset="ISO-8859-1"'],
    ['all ways at once',        '/xsrf/inject-all/form.html'],
) {
    my ($what, $path) = @$_;
    my $page = get($path, $S);
    is($page->{status}, 200, "$what: 200");
    my $token = is_injected($what, $page->{body}, $plain);
    is(join(',', grep { $page->{headers}{$_} && $_ ne 'content-length' } @describing), '', "$what: nothing describes the page as it was");
    is($page->{headers}{'content-length'}[0] // length $page->{body}, length $page->{body}, "$what: the length is right");
    is($page->{headers}{'cache-control'}[0], 'private', "$what: private");
    like(join(',', @{$page->{headers}{vary}}), qr/\bCookie\b/, "$what: varies");
    is(post_form('/xsrf/inject/body.cgi', $token), 200, "$what: the token is good");
    is(post_form('/xsrf/inject/body.cgi', $token, undef, 'session=' . flask('{"_user_id":"8"}') . "; $VISITING"), 403, "$what: for nobody else");
    is($page->{headers}{'x-xsrf-token'}[0], $path =~ /all/ ? $token : undef, "$what: the header, if it is asked for");
}
{
    my $page = get('/xsrf/inject/form.html', undef);
    my $token = is_injected('a visitor', $page->{body}, $plain);
    my ($visitor) = join("\n", @{$page->{headers}{'set-cookie'}}) =~ /^xsrf-visitor=([\w-]{22}); Path=\/; SameSite=Lax; HttpOnly$/m;
    is(post_form('/xsrf/inject/body.cgi', $token, undef, "xsrf-visitor=$visitor"), 200, 'a visitor: the token is good with the cookie that came with it');
    is(post_form('/xsrf/inject/body.cgi', $token, undef, 'a=1'), 403, 'a visitor: not without');
}
is_injected('flask-wtf', get('/xsrf/inject-wtf/form.html', $S)->{body}, $plain, 'csrf_token');
is(post_form('/xsrf/inject-wtf/body.cgi', is_injected('a name with brackets', get('/xsrf/inject-name/form.html', $S)->{body}, $plain, 'a[b]'), 'a[b]'), 403, 'a token of one scheme is none of another');
is(post_form('/xsrf/inject-name/body.cgi', is_injected('a name with brackets', get('/xsrf/inject-name/form.html', $S)->{body}, $plain, 'a[b]'), 'a[b]'), 200, 'a name with brackets is found, percent-encoded or not');

# Larger pages than are held back; forms that the cut of the pieces goes through.
for my $pad (8000 .. 8004, 65400 .. 65403, 300_000, 3_000_000) {
    my $page = get("/xsrf/inject/form.cgi?pad=$pad", $S)->{body};
    (my $want = $plain) =~ s/(?=<form class)/"<p>" . "x" x $pad . "\n"/e;
    is_injected("behind $pad bytes", $page, $want);
}

# A file whose places are known from the time before: what it holds now counts, and who asks.
{
    my $file = root() . '/htdocs/xsrf/inject/changing.html';
    my $fields = sub {
        my ($host, $form) = @_;
        open my $out, '>', $file or die $!;
        print {$out} '<p>', 'x' x 5000, "</p><form method=post action=http://$form.test/>", 'y' x $_[2], '</form>';
        close $out;
        my $body = request('GET', '/xsrf/inject/changing.html', ["Host: $host.test", "Cookie: $S"])->{body};
        my $n = ($body =~ s/$FIELD//g) || 0;
        my ($a, $b) = (-s $file, length $body);
        return $a == $b ? $n : "$b bytes instead of $a";
    };
    for my $size (100, 1000, 200_000) {
        my @got = map { $fields->(@$_, $size) } map { ($_, $_) } ['main', 'main'], ['main', 'evil'], ['evil', 'evil'], ['evil', 'main'], ['main', 'main'];
        is("@got", '1 1 0 0 1 1 0 0 1 1', "a file that changes between requests, $size bytes");
    }
    my ($socket, @bodies) = (connected());
    for my $form (('main', 'evil') x 20) {
        open my $out, '>', $file or die $!;
        print {$out} "<form method=post action=http://$form.test/></form>", '<p>' x 300;
        close $out;
        close $out;
        send_request($socket, 'GET', '/xsrf/inject/changing.html', ["Cookie: $S"]);
        push @bodies, read_answer($socket)->{body} =~ /xsrf-token/ ? 1 : 0;
    }
    is(join('', @bodies), '10' x 20, 'and so on one connection');
    unlink $file;
}

# A page of many forms passes through a piece at a time, however large the buckets are that it comes in.
# Memory of all of httpd's processes but the first, in KiB, without the files that they map.
sub memory_of_children {
    my $parent = do { open my $in, '<', Apache::Test::vars('t_pid_file') or die $!; <$in> + 0 };
    my $sum = 0;
    for my $file (glob '/proc/[0-9]*/status') {
        open my $in, '<', $file or next;
        my $status = do { local $/; <$in> } // '';
        $sum += $1 if $status =~ /^PPid:\t$parent$/m && $status =~ /^RssAnon:\s+(\d+)/m;
    }
    return $sum;
}

{
    my $FORMS = 64_000;
    my $file = root() . '/htdocs/xsrf/inject/many.html';
    my $many = join '', map { "<form method=post>$_</form>\n" } 1 .. $FORMS;
    my $is_filled = sub {
        my ($what, $body) = @_;
        my $n = ($body =~ s/(?<=<form method=post>)$FIELD//g) || 0;
        is($n, $FORMS, "$what: each of $FORMS forms has its field");
        ok($body eq $many, "$what: and nothing else has changed");
    };
    open my $out, '>', $file or die $!;
    print {$out} $many;
    close $out;

    # Before the other requests: what they free, httpd keeps for the next. The first field comes when
    # all of the page's buckets have been made, or only those of its first piece.
    SKIP: {
        skip 'sanitizers keep what is freed', 1 if $ENV{ASAN_OPTIONS};
        my $socket = connected();
        my $before = memory_of_children();
        my $got = '';
        print {$socket} "GET /xsrf/inject/many.html HTTP/1.1\r\nHost: main.test\r\nCookie: $S\r\nConnection: close\r\n\r\n";
        sysread($socket, $got, 4096, length $got) or last while $got !~ /$FIELD/;
        cmp_ok(memory_of_children() - $before, '<', 8192, 'a page of many forms, to a slow reader: httpd holds a piece of it (KiB)');
        close $socket; # in the middle: the filter after ours fails
    }
    for (
        ['a file',              '/xsrf/inject/many.html'],
        ['a CGI',               '/xsrf/inject/form.cgi?page=many.html'],
        ['a CGI, cut',          '/xsrf/inject/form.cgi?page=many.html&cut=70000'],
        ['a back end',          '/xsrf/inject-proxied/many.html'],
        ['a CGI behind a proxy', '/xsrf/inject-proxied/form.cgi?page=many.html'],
    ) {
        my ($what, $path) = @$_;
        $is_filled->("many forms, $what", get($path, $S)->{body});
    }
    for my $path ('/xsrf/inject-deflate/many.html', '/xsrf/inject-by-type/form.cgi?page=many.html') {
        my $page = get($path, $S, 'Accept-Encoding: gzip');
        is($page->{headers}{'content-encoding'}[0], 'gzip', "$path: packed");
        $is_filled->($path, Compress::Zlib::memGunzip($page->{body}));
    }
    SKIP: {
        skip 'there is no HTTP/2', 2 if $ENV{SC_MPM} eq 'prefork' || `curl --version 2>/dev/null` !~ /HTTP2/;
        open my $curl, '-|', 'curl', '-s', '--http2-prior-knowledge', '-H', 'Host: main.test', '-H', "Cookie: $S", 'http://127.0.0.1:' . port() . '/xsrf/inject/many.html' or die "curl: $!";
        local $/;
        $is_filled->('many forms over HTTP/2', scalar <$curl>);
    }
    # Two pages on one connection: the buckets of the first do not outlive it.
    my $socket = connected();
    for my $turn (1, 2) {
        send_request($socket, 'GET', '/xsrf/inject/many.html', ["Cookie: $S"]);
        $is_filled->("many forms, request $turn of a connection", read_answer($socket)->{body});
    }
    unlink $file;
}

# The length is known of a page that is passed on in one piece.
{
    my $file = root() . '/htdocs/xsrf/inject/length.html';
    for my $size (0, 1000, 60_000, 200_000) {
        open my $out, '>', $file or die "$file: $!";
        print {$out} '<p>', 'x' x $size, $plain;
        close $out;
        my $page = get('/xsrf/inject/length.html', $S);
        is($page->{headers}{'content-length'}[0], length $page->{body}, "a page with $size bytes before its forms has its length");
    }
    unlink $file;
}

# Compression
for my $scope (qw(inject-deflate inject-by-type)) {
    for my $file ('form.html', 'form.cgi') {
        my $page = get("/xsrf/$scope/$file", $S, 'Accept-Encoding: gzip');
        is($page->{headers}{'content-encoding'}[0], 'gzip', "$scope $file: packed");
        is_injected("$scope $file", Compress::Zlib::memGunzip($page->{body}), $plain);
    }
}

# SSI
{
    my $page = get('/xsrf/inject-ssi/page.shtml', $S)->{body};
    is(scalar(() = $page =~ /<form class="here"[^>]*>$FIELD/g), 2, 'SSI: in the page and in its include');
}

# Streaming: what is there is not held back by what is to come, which waits for a file.
{
    my $go = root() . '/logs/go';
    my $socket = connected();
    print {$socket} "GET /xsrf/inject/form.cgi?wait=1 HTTP/1.1\r\nHost: main.test\r\nCookie: $S\r\nConnection: close\r\n\r\n";
    my $got = '';
    sysread($socket, $got, 65536, length $got) or last while $got !~ /$FIELD/;
    ok($got =~ /$FIELD/ && $got !~ /The end\./, 'a slow page shows what it has, with the field') or diag($got);
    open my $out, '>', $go or die "$go: $!";
    1 while sysread $socket, $got, 65536, length $got;
    like($got, qr/The end\./, 'and goes on');
}

# HEAD, ranges, conditions
{
    my $head = request('HEAD', '/xsrf/inject/form.html', ["Cookie: $S"]);
    is(join(',', grep { $head->{headers}{$_} && $_ ne 'content-length' } @describing), '', 'HEAD: nothing describes the page as it was');
    is($head->{headers}{'content-length'}[0], get('/xsrf/inject/form.html', $S)->{headers}{'content-length'}[0], 'HEAD: the length is that of GET');
    is($head->{headers}{'cache-control'}[0], 'private', 'HEAD: private');
    my $page = get('/xsrf/inject/form.html', $S, 'Range: bytes=0-10');
    is($page->{status}, 200, 'a range of a page with fields is all of it');
    is_injected('in spite of a range', $page->{body}, $plain);
    is(get('/xsrf/inject/plain.txt', $S, 'Range: bytes=0-1')->{status}, 206, 'a range of another file is one');
}

# Pages without.
my $left = 0;
for (
    ['404',                   '/xsrf/inject/form.cgi?status=404'],
    ['201',                   '/xsrf/inject/form.cgi?status=201'],
    ['plain text',            '/xsrf/inject/form.cgi?type=text/plain'],
    ['XHTML',                 '/xsrf/inject/form.cgi?type=application/xhtml%2bxml'],
    ['JSON',                  '/xsrf/inject/form.cgi?type=application/json'],
    ['packed by the handler', '/xsrf/inject/form.cgi?encoding=x-test', 'the handler has compressed the page'],
    ['public',                '/xsrf/inject/form.cgi?cache=public', 'its Cache-Control lets shared caches keep it'],
    ['s-maxage',              '/xsrf/inject/form.cgi?cache=max-age=1,s-maxage=5', 'its Cache-Control lets shared caches keep it'],
    ['no-transform',          '/xsrf/inject/form.cgi?cache=private,no-transform', 'its Cache-Control says no-transform'],
    (map { [$_, "/xsrf/inject/form.cgi?type=text/html;charset=$_", 'its charset cannot be read'] } qw(utf-16 UTF-16LE utf-32 utf-7 iso-2022-jp)),
) {
    my ($what, $path, $why) = @$_;
    my $from = -s root() . '/logs/error_log';
    # A path of its own, for the log says it once a path.
    $path =~ s{/form}{'/left' . ++$left . '/form'}e;
    my ($page, undef) = map { get("$path&length=1", $S) } 1, 2;
    is($page->{body}, $plain, "no field: $what");
    is(join(',', grep { !$page->{headers}{$_} } qw(etag digest)), '', "and all headers: $what");
    my $said = $why ? quotemeta "$path: $why" =~ s/\?[^:]*//r : '';
    my @said = grep { /XSRF: no field/ && /:warn\].*XSRF: no field is put into the forms of $said/ } logged(\$from);
    is(scalar @said, $why ? 1 : 0, $why ? "the log warns, once for two requests: $why" : "the log says nothing: $what");
}
{
    my $from = -s root() . '/logs/error_log';
    my $page = get('/xsrf/inject-public/form.html', $S);
    is($page->{headers}{'cache-control'}[0], 'private', 'mod_headers makes a page with a token public: it is private');
    ok((grep { /:warn\].*sent as private, not public/ } logged(\$from)), 'and the log warns');
    is(get('/xsrf/inject-public/plain.txt', $S)->{headers}{'cache-control'}[0], 'public, max-age=60', 'what has no token stays public');
}
is(exchange('POST', '/xsrf/inject/form.cgi', ["Cookie: $S", 'Origin: http://main.test', 'X-XSRF-Token: ' . token('signed', user => '7')], '')->{body}, $plain, 'no field in the answer to a POST');

done_testing;
