# SPDX-License-Identifier: Apache-2.0
# The body reaches the handler as it was sent, whatever the guard has read of it, and a connection goes on.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Compress::Zlib ();
use Digest::SHA ();
use Test::More;
use SC;
use XSRF;

$SIG{PIPE} = 'IGNORE';
my $session = flask("{\"_user_id\":\"7\",\"csrf_token\":\"$CSRF\"}");
my @OURS = ("Cookie: session=$session; $VISITING", 'Origin: http://main.test');
my $token = token('signed', user => '7');

sub random { open my $in, '<:raw', '/dev/urandom' or die $!; read $in, my $bytes, $_[0]; return $bytes }

# A body of this kind, its token near the front or about `at` bytes into it, and `n` random bytes behind it.
my %type = (form => 'application/x-www-form-urlencoded', multipart => "multipart/form-data; boundary=$BOUNDARY", json => 'application/json', octets => 'application/octet-stream');
sub body_of {
    my ($kind, $n, $at) = @_;
    my $before = 'x' x ($at // 0);
    if ($kind eq 'form') { return "before=$before&xsrf-token=$token&rest=" . unpack 'H*', random(int $n / 2) }
    if ($kind eq 'json') { return qq({"before":"$before","xsrf-token":"$token","rest":") . unpack('H*', random(int $n / 2)) . '"}' }
    if ($kind eq 'octets') { return random($n) }
    return "--$BOUNDARY\r\nContent-Disposition: form-data; name=\"before\"\r\n\r\n$before\r\n--$BOUNDARY\r\nContent-Disposition: form-data; name=\"xsrf-token\"\r\n\r\n$token\r\n"
        . "--$BOUNDARY\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n" . random($n) . "\r\n--$BOUNDARY--\r\n";
}

# The same connection's requests: in pieces of `piece` bytes, the first `slow` of them one by one.
sub upload {
    my ($path, $kind, $body, %o) = @_;
    my $socket = $o{socket} // connected();
    my $chunked = $o{chunked};
    my @lines = (@OURS, "Content-Type: $type{$kind}", $kind eq 'octets' ? "X-XSRF-Token: $token" : (), $o{close} // 1 ? 'Connection: close' : (), @{$o{lines} // []});
    binmode $socket;
    syswrite $socket, join "\r\n", ($o{method} // 'POST') . " $path HTTP/1.1", (grep({ /^Host:/ } @lines) ? () : 'Host: main.test'), @lines, $chunked ? 'Transfer-Encoding: chunked' : 'Content-Length: ' . length $body, '', '';
    my ($at, $n, $end) = (0, length $body, $o{stop} // length $body);
    while ($at < $end) {
        my $piece = $at < ($o{slow} // 0) ? 1 : $o{piece} // 65536;
        $piece = $end - $at if $piece > $end - $at;
        my $bytes = substr $body, $at, $piece;
        $bytes = sprintf("%x\r\n", length $bytes) . "$bytes\r\n" if $chunked;
        defined syswrite $socket, $bytes or last;
        $at += $piece;
    }
    return $socket if defined $o{stop};
    syswrite $socket, "0\r\n\r\n" if $chunked;
    return read_answer($socket);
}

sub arrived {
    my ($sentence, $answer, $body) = @_;
    my $want = sprintf "BODY_LENGTH=%d\nBODY_SHA256=%s\n", length $body, Digest::SHA::sha256_hex($body);
    ok($answer->{status} == 200 && index($answer->{body}, $want) == 0, $sentence)
        or diag("$answer->{status}, wanted $want", substr $answer->{body}, 0, 500);
}

# --- a back end that says what it got ---

sub back_end {
    my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $ENV{SC_BACKEND_PORT}, Listen => 16, ReuseAddr => 1) or die "back end: $!";
    my $pid = fork // die $!;
    if ($pid) { close $listen; return $pid }
    while (my $client = $listen->accept) {
        binmode $client;
        {
            local $/ = "\r\n\r\n";
            my $head = <$client> // next;
            my ($sha, $n) = (Digest::SHA->new(256), 0);
            my $take = sub { my $left = shift; while ($left > 0) { my $got = read $client, my $piece, $left < 65536 ? $left : 65536; $got or return; $sha->add($piece); $n += $got; $left -= $got } };
            $/ = "\n";
            if ($head =~ /^Transfer-Encoding:.*chunked/mi) {
                while (defined(my $line = <$client>)) { my $size = hex(($line =~ /^([0-9a-fA-F]+)/)[0] // 0) or last; $take->($size); <$client> }
                <$client>;
            }
            else { $take->(($head =~ /^Content-Length: *(\d+)/mi)[0] // 0) }
            my $said = sprintf "BODY_LENGTH=%d\nBODY_SHA256=%s\n%s", $n, $sha->hexdigest, $head =~ s/\r//gr;
            print {$client} "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: ", length $said, "\r\n\r\n$said";
        }
    }
    exit 0;
}
my $back_end = back_end();
END { if ($back_end) { local $?; kill 'TERM', $back_end; waitpid $back_end, 0 } }

my @handlers = (['CGI', '/xsrf/signed/body.cgi'], ['php-fpm', '/xsrf/php/body.php'], ['a back end', '/xsrf/proxied/x']);
push @handlers, ['mod_php', '/xsrf/modphp/body.php'] if $ENV{SC_MPM} eq 'prefork' && $ENV{SC_PHP} ne 'none';

for my $handler (@handlers) {
    my ($name, $path) = @$handler;
    for my $kind (qw(form multipart json octets)) {
        for my $chunked (0, 1) {
            my $how = $chunked ? 'chunked' : 'with its length';
            for my $at (0, 20, 7900, 8191, 60_000) {
                next if $kind eq 'octets' && $at;
                my $body = body_of($kind, 5000, $at);
                arrived("$name: $kind, $how, the token $at bytes in", upload($path, $kind, $body, chunked => $chunked), $body);
            }
            my $body = body_of($kind, 3000, 500);
            arrived("$name: $kind, $how, in single bytes", upload($path, $kind, $body, chunked => $chunked, slow => 1e9), $body);
            $body = body_of($kind, 1_000_000);
            arrived("$name: $kind, $how, 1 MB, the front of it in single bytes", upload($path, $kind, $body, chunked => $chunked, slow => 1500, piece => 10_007), $body);
        }
    }
    for ([7_000_000, 'multipart', 0], [33_000_000, 'multipart', 1], [100_000_000, 'multipart', 0], [100_000_000, 'octets', 1]) {
        my ($n, $kind, $chunked) = @$_;
        my $body = body_of($kind, $n, 3000);
        arrived("$name: $n bytes of $kind" . ($chunked ? ', chunked' : ''), upload($path, $kind, $body, chunked => $chunked), $body);
    }
    my $body = body_of('form', 100_000);
    arrived("$name: Expect: 100-continue", upload($path, 'form', $body, lines => ['Expect: 100-continue']), $body);
    arrived("$name: an empty body with the token in a header", upload($path, 'octets', ''), '');
}
{
    my $body = body_of('multipart', 3_000_000);
    my $answer = upload('/xsrf/proxied/x', 'multipart', $body);
    like($answer->{body}, qr/^Content-Length: ${\length $body}$/m, 'mod_proxy streams a body with its length');
    unlike($answer->{body}, qr/^Transfer-Encoding/mi, 'and not in chunks');
}

# HTTP/2
SKIP: {
    my $with = $ENV{SC_MPM} ne 'prefork' && `curl --version 2>/dev/null` =~ /HTTP2/;
    skip 'HTTP/2 wants a threaded MPM and curl', 6 unless $with;
    my $file = root() . '/logs/upload.bin';
    for (['form', 10, 0], ['form', 20_000, 60_000], ['multipart', 1_000_000, 0], ['multipart', 100_000_000, 8190], ['json', 40_000, 100], ['octets', 5_000_000, 0]) {
        my ($kind, $n, $at) = @$_;
        my $body = body_of($kind, $n, $at);
        open my $out, '>:raw', $file or die $!;
        print {$out} $body;
        close $out;
        my @headers = map { ('-H', $_) } @OURS, 'Host: main.test', "Content-Type: $type{$kind}", $kind eq 'octets' ? "X-XSRF-Token: $token" : ();
        open my $pipe, '-|', 'curl', '-s', '--http2-prior-knowledge', '-w', '%{http_version} %{http_code}', '--data-binary', "\@$file", @headers, 'http://127.0.0.1:' . port() . '/xsrf/signed/body.cgi' or die $!;
        my $said = do { local $/; <$pipe> };
        close $pipe;
        my ($status) = $said =~ /2 (\d+)$/;
        arrived("HTTP/2: $kind, $n bytes behind a token $at bytes in", { status => $status // 0, body => $said }, $body);
    }
    unlink $file;
}

# --- connections that go on ---

sub next_request {
    my ($sentence, $socket) = @_;
    my $body = body_of('form', 100);
    arrived($sentence, upload('/xsrf/signed/body.cgi', 'form', $body, socket => $socket), $body);
}
for my $chunked (0, 1) {
    my $how = $chunked ? 'chunked' : 'with its length';
    for my $n (10, 5000, 300_000) {
        my $socket = connected();
        my $answer = upload('/xsrf/signed/body.cgi', 'form', 'a=' . 'x' x $n, socket => $socket, close => 0, chunked => $chunked, lines => ['Sec-Fetch-Site: cross-site']);
        is($answer->{status}, 403, "$n bytes, $how, of another site are refused unread");
        next_request('and the connection goes on', $socket);
        $socket = connected();
        $answer = upload('/xsrf/signed/body.cgi', 'multipart', body_of('multipart', $n, 100) =~ s/\Q$token\E/2.junk/r, socket => $socket, close => 0, chunked => $chunked);
        is($answer->{status}, 403, "$n bytes, $how, with a bad token are refused when half read");
        next_request('and the connection goes on', $socket);
        $socket = connected();
        my $body = body_of('multipart', $n, 100);
        arrived("$n bytes, $how, that are good", upload('/xsrf/signed/body.cgi', 'multipart', $body, socket => $socket, close => 0, chunked => $chunked), $body);
        next_request('leave the connection where the next request begins', $socket);
        # A handler that reads nothing of it.
        $socket = connected();
        is(upload('/xsrf/files/page.html', 'multipart', $body, socket => $socket, close => 0, chunked => $chunked)->{status}, 200, 'a handler that reads nothing');
        next_request("$n bytes, $how, that the handler does not read: the connection goes on", $socket);
    }
    my $socket = connected();
    my $answer = upload('/xsrf/limit/body.cgi', 'form', 'a=' . 'x' x 3000, socket => $socket, close => 0, chunked => $chunked);
    is($answer->{status}, 413, "413, $how");
    is($answer->{headers}{connection}[0], 'close', 'closes the connection, as httpd always does, and says so');
    sysread $socket, my $rest, 10;
    is($rest, '', 'and nothing follows it');
}
{
    # Two requests in one write: not a byte of the second is the first one's.
    my ($socket, $body) = (connected(), body_of('form', 500));
    my $one = sub { join("\r\n", 'POST /xsrf/signed/body.cgi HTTP/1.1', 'Host: main.test', @OURS, "Content-Type: $type{form}", 'Content-Length: ' . length $body, $_[0], '', '') . $body };
    syswrite $socket, $one->('X-N: 1') . $one->('X-N: 2') . $one->('Connection: close');
    arrived("pipelined: request $_", read_answer($socket), $body) for 1 .. 3;
}

# --- clients that go, or come slowly ---
{
    my $from = -s root() . '/logs/error_log';
    for my $kind (qw(form multipart json)) {
        for my $chunked (0, 1) {
            for my $stop (5, 200, 70_000) {
                my $body = body_of($kind, 200_000, 100);
                close upload($_, $kind, $body, chunked => $chunked, stop => $stop) for '/xsrf/signed/body.cgi', '/xsrf/proxied/x', '/xsrf/php/body.php';
            }
        }
    }
    sleep 1;
    next_request('after clients that left half way', undef);
    is((grep { /exit signal|Segmentation|core dump/ } logged(\$from)), 0, 'no child has died of them');
    my $socket = connected();
    my $body = body_of('form', 50, 10);
    syswrite $socket, join "\r\n", 'POST /xsrf/signed/body.cgi HTTP/1.1', 'Host: main.test', @OURS, "Content-Type: $type{form}", 'Content-Length: ' . length $body, 'Connection: close', '', '';
    for (unpack '(a40)*', $body) { select undef, undef, undef, 0.3; syswrite $socket, $_ }
    arrived('a slow client', read_answer($socket), $body);
}

# --- internal redirects ---

for my $kind (qw(form multipart json)) {
    my $body = body_of($kind, 20_000, 9000);
    arrived("mod_rewrite in a directory, to another guarded scope: $kind", upload('/xsrf-redirect/signed', $kind, $body), $body);
    arrived("to one without a guard: $kind", upload('/xsrf-redirect/off', $kind, $body), $body);
    arrived("an index file that is guarded alone: $kind", upload('/xsrf-index/', $kind, $body), $body);
    arrived("FallbackResource: $kind", upload('/xsrf-index/there/is/none', $kind, $body), $body);
    arrived("KeptBodySize: $kind", upload('/xsrf/kept/body.cgi', $kind, $body), $body);
}
for my $path ('/xsrf-redirect/signed', '/xsrf-redirect/off', '/xsrf-index/', '/xsrf-index/index.cgi', '/xsrf-index/there/is/none') {
    for (['a=1', 403, 'absent'], ["xsrf-token=1.junk", 403, 'malformed']) {
        my $answer = upload($path, 'form', $_->[0]);
        is("$answer->{status} " . ($answer->{headers}{'x-xsrf-status'}[0] // $_->[2]), "$_->[1] $_->[2]", "$path: $_->[0] is refused");
    }
}
is(upload('/xsrf-redirect/limit', 'form', body_of('form', 10, 3000))->{status}, 200, 'what one scope has read the next one need not read again');

# --- other filters of the body ---
{
    my $plain = body_of('form', 30_000);
    my $packed = Compress::Zlib::memGzip($plain);
    arrived('mod_deflate unpacks behind the guard, with the token in a header', upload('/xsrf/inflate/body.cgi', 'form', $packed, lines => ['Content-Encoding: gzip', "X-XSRF-Token: $token"]), $plain);
    is(upload('/xsrf/inflate/body.cgi', 'form', $packed, lines => ['Content-Encoding: gzip'])->{headers}{'x-xsrf-status'}[0], 'absent', 'a token that is packed is not seen');
    arrived('mod_deflate with nothing to unpack', upload('/xsrf/inflate/body.cgi', 'form', $plain), $plain);
}

# --- mod_auth_form: a login form is guarded as well ---
{
    my $page = get('/xsrf/signed/page.cgi?text/html', undef);
    my ($visitor) = join("\n", @{$page->{headers}{'set-cookie'}}) =~ /^(xsrf-visitor=[^;]*)/m;
    my $mine = $page->{headers}{'x-xsrf-token'}[0];
    my $login = 'httpd_username=basic&httpd_password=basic';
    my $post = sub { my ($path, $form, @lines) = @_; exchange('POST', $path, ['Content-Type: application/x-www-form-urlencoded', 'Origin: http://main.test', @lines], $form) };
    for my $path ('/xsrf/login', '/xsrf/inline/body.cgi') {
        is($post->($path, $login)->{status}, 403, "$path: a login without a token is refused");
        is($post->($path, "$login&xsrf-token=$mine")->{status}, 403, "$path: with another visitor's token");
        is($post->($path, "$login&xsrf-token=$mine", "Cookie: $visitor", 'Sec-Fetch-Site: cross-site')->{status}, 403, "$path: from another site");
        my $answer = $post->($path, "$login&xsrf-token=$mine", "Cookie: $visitor");
        like($answer->{status}, qr/^(?:30[12]|200)$/, "$path: with his own he is in");
        ok((grep { /^session=/ } @{$answer->{headers}{'set-cookie'} // []}), "$path: and has a session");
    }
}

# --- a proxy that mod_remoteip trusts says what the client sees ---
for (
    ['https by the proxy',                   200, 'https://proxy.test',       'X-Forwarded-For: 192.0.2.1', 'X-Forwarded-Proto: https'],
    ['http by the proxy',                    403, 'https://proxy.test',       'X-Forwarded-For: 192.0.2.1', 'X-Forwarded-Proto: http'],
    ['no word of the proxy',                 403, 'https://proxy.test',       'X-Forwarded-For: 192.0.2.1'],
    ['another host by the proxy',            200, 'https://www.example.test', 'X-Forwarded-For: 192.0.2.1', 'X-Forwarded-Proto: https', 'X-Forwarded-Host: www.example.test'],
    ['with its port',                        200, 'https://www.example.test:8443', 'X-Forwarded-For: 192.0.2.1', 'X-Forwarded-Proto: https', 'X-Forwarded-Host: www.example.test:8443'],
    ['the last of a list is the proxy\'s',   403, 'https://evil.test',        'X-Forwarded-For: 192.0.2.1', 'X-Forwarded-Proto: https', 'X-Forwarded-Host: evil.test, www.example.test'],
    ['a client without a proxy',             403, 'https://proxy.test',       'X-Forwarded-Proto: https'],
) {
    my ($what, $status, $origin, @lines) = @$_;
    is(exchange('POST', '/xsrf/signed/body.cgi', ['Host: proxy.test', "Cookie: session=$session; $VISITING; __Host-$VISITING", "Origin: $origin", "X-XSRF-Token: $token", @lines], '')->{status}, $status, "mod_remoteip: $what: $status");
}
{
    my $page = request('GET', '/xsrf/signed/page.cgi?text/html', ['Host: proxy.test', 'X-Forwarded-For: 192.0.2.1', 'X-Forwarded-Proto: https']);
    like(join("\n", @{$page->{headers}{'set-cookie'}}), qr/^__Host-xsrf-visitor=[\w-]{22}; Path=\/; SameSite=Lax; Secure; HttpOnly$/m, 'a visitor who sees https gets a __Host- cookie');
    like(join("\n", @{$page->{headers}{'set-cookie'}}), qr/^XSRF-TOKEN=\S+; Path=\/; SameSite=Lax; Secure$/m, 'and a Secure one for scripts');
}

# --- memory ---
SKIP: {
    skip 'memory is not counted under sanitizers', 3 if $ENV{ASAN_OPTIONS};
    open my $in, '<', root() . '/logs/httpd.pid' or skip 'no pid file', 3;
    chomp(my $parent = <$in>);
    my @children = map { m{^/proc/(\d+)/stat$} && slurp($_) =~ /^\d+ \(.*\) \S (\d+)/ && $1 == $parent ? m{(\d+)} : () } glob '/proc/[0-9]*/stat';
    my $peak = sub { my %hwm; for (@children) { $hwm{$_} = $1 if slurp("/proc/$_/status") =~ /^VmHWM:\s+(\d+)/m } \%hwm };
    my $send = sub {
        my ($megabytes) = @_;
        my ($socket, $block) = (connected(), random(1 << 20));
        my ($head, $tail) = split /\0SPLIT\0/, body_of('multipart', 0, 100) =~ s/(filename="x"\r\n\r\n)/$1\0SPLIT\0/r;
        my $n = length($head) + length($tail) + $megabytes * length $block;
        syswrite $socket, join("\r\n", 'POST /xsrf/signed/body.cgi?sink HTTP/1.1', 'Host: main.test', @OURS, "Content-Type: $type{multipart}", "Content-Length: $n", 'Connection: close', '', '') . $head;
        for (1 .. $megabytes) { my $at = 0; while ($at < length $block) { $at += syswrite($socket, $block, length($block) - $at, $at) // last } }
        syswrite $socket, $tail;
        my $answer = read_answer($socket);
        return $answer->{status} == 200 && $answer->{body} =~ /^BODY_LENGTH=$n$/m;
    };
    ok($send->(16) && @children, '16 MB arrive') for 1 .. 4;
    # Peaks count from here: "5" sets them back to what is in use (proc(5), clear_refs).
    for (@children) { open my $out, '>', "/proc/$_/clear_refs" or next; print {$out} 5 }
    my $before = $peak->();
    ok($send->(1024), '1 GB arrives');
    my $after = $peak->();
    my ($grown) = sort { $b <=> $a } map { $after->{$_} - $before->{$_} } keys %$before;
    cmp_ok($grown, '<', 1024, "and no worker grows by 1 MB: $grown KB");
}
sub slurp { open my $in, '<', $_[0] or return ''; local $/; return <$in> // '' }

done_testing;
