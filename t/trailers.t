# SPDX-License-Identifier: Apache-2.0
# With MergeTrailers On a client's trailers become headers when the body has been read: never one that
# this module owns, has removed or has verified, whatever handler builds its environment from them.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use SC;
use Uwsgi;

port(); # reads the configuration, and spoils $_
my $good = flask($USER);
my $S = "session=$good";
my @EVIL = ('X-User: EVIL', 'x-user: EVIL', 'X_User: EVIL', 'x.USER: EVIL');
my @COOKIE = ('Cookie: session=EVIL; evil=1', 'cookie: evil=1');

# uwsgi speaks its own protocol and scgi.
my ($uwsgi, $scgi) = map { root() . "/logs/$_.sock" } 'uwsgi', 'scgi';
my $has_uwsgi = start_uwsgi(sub { -S $scgi }, '--socket', $uwsgi, '--scgi-socket', $scgi);

sub post {
    my ($path, $cookie, $trailers, @lines) = @_;
    return request('POST', $path, ['Host: trailers.test', 'Transfer-Encoding: chunked', 'Content-Type: application/x-www-form-urlencoded',
        defined $cookie ? "Cookie: $cookie" : (), @lines], "3\r\na=b\r\n0\r\n" . join('', map { "$_\r\n" } @$trailers) . "\r\n");
}

my @paths = (
    ['mod_proxy_fcgi',  '/trailers/php/env.php'],
    ['mod_proxy_fcgi, body read before', '/trailers/read/php/env.php'],
    ['mod_cgi or mod_cgid', '/trailers/cgi/env.cgi'],
    ['mod_cgi, body read before', '/trailers/read/env.cgi'],
    ['with an input filter', '/trailers/filtered/env.cgi'],
    ['mod_proxy_http',  '/trailers/http/env.cgi'],
);
push @paths, ['mod_php', '/trailers/modphp/env.php'] if $ENV{SC_MPM} eq 'prefork' && $ENV{SC_PHP} ne 'none';
for (@paths) {
    my ($handler, $path) = @$_;
    for my $line (@EVIL) {
        env_is "$handler: $line, without a session", post($path, undef, [$line]), { HTTP_X_USER => undef };
        env_is "$handler: $line, with a session", post($path, $S, [$line]), { HTTP_X_USER => 'claim-of-editor' };
    }
    my $session = 'X-Session: ' . flask('{"role":"EVIL"}');
    env_is "$handler: all of them, and others", post($path, $S, [@EVIL, 'X-Fine: yes', @COOKIE, $session, 'Connection: X-User', 'Host: evil.test']),
        { HTTP_X_USER => 'claim-of-editor', HTTP_COOKIE => $S, HTTP_X_SESSION => undef, HTTP_HOST => qr/^(?:trailers\.test|127\.0\.0\.1)/ };
    env_is "$handler: a Cookie where there was none", post($path, undef, \@COOKIE), { HTTP_COOKIE => undef };
    env_is "$handler: Connection does not take ours away", post($path, $S, ['Connection: X-User']), { HTTP_X_USER => 'claim-of-editor' };
}
# These two take no chunked body, so that trailers reach them by HTTP/2 alone, below.
my @others = $has_uwsgi ? ('/trailers/uwsgi/', '/trailers/scgi/') : ();
for (@others) {
    is(post($_, $S, [$EVIL[0]])->{status}, 411, "$_ over HTTP/1.1: a chunked body is refused");
    my $answer = request('POST', $_, ['Host: trailers.test', "Cookie: $S", $EVIL[0]], 'a=b');
    env_is "$_: without trailers", $answer, { HTTP_X_USER => 'claim-of-editor', HTTP_COOKIE => $S };
}

# Other trailers are merged as the administrator said.
env_is 'other trailers are merged', post('/trailers/php/env.php', $S, ['X-Fine: yes', $EVIL[0], 'X-Fine-Too: yes']), { HTTP_X_FINE => 'yes', HTTP_X_FINE_TOO => 'yes', HTTP_X_USER => 'claim-of-editor' };
env_is 'likewise alone', post('/trailers/php/env.php', $S, ['X-Fine: yes']), { HTTP_X_FINE => 'yes', HTTP_COOKIE => $S };
env_is 'no trailers', post('/trailers/php/env.php', $S, []), { HTTP_X_USER => 'claim-of-editor', HTTP_COOKIE => $S };

# What was taken out of the Cookie header does not come back.
for my $path ('/trailers/strip/php/env.php', '/trailers/strip/env.cgi') {
    env_is "Strip, $path", post($path, "$S; a=1", ["Cookie: $S"]), { HTTP_COOKIE => 'a=1', HTTP_X_USER => 'claim-of-editor' };
    env_is "Strip, $path: nothing is left", post($path, $S, ["Cookie: $S"]), { HTTP_COOKIE => undef };
}
env_is 'one of several cookies', post('/trailers/php/env.php', "session=x; $S", ["Cookie: session=x"]), { HTTP_COOKIE => $S };

# Redirects and error pages.
for my $cookie (undef, $S) {
    my $answer = post('/trailers/error/env.php', $cookie, [@EVIL, @COOKIE]);
    is($answer->{status}, 403, 'an error page');
    $answer->{status} = 200;
    env_is 'an error page sees none', $answer, { HTTP_X_USER => defined $cookie ? 'claim-of-editor' : undef, HTTP_COOKIE => $cookie };
    env_is 'a front controller', post('/trailers/late/nothing', $cookie, [@EVIL, @COOKIE, 'X-Other: EVIL']),
        { HTTP_X_USER => defined $cookie ? 'claim-of-editor' : undef, HTTP_COOKIE => $cookie };
}
env_is 'without a source the header is removed as well', post('/trailers/outside/env.cgi', undef, ['X-Other: EVIL']), { HTTP_X_OTHER => undef };

# Expect: 100-continue: the body comes after the headers were looked through.
{
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => port()) or die $!;
    print {$socket} join "\r\n", 'POST /trailers/php/env.php HTTP/1.1', 'Host: trailers.test', 'Transfer-Encoding: chunked', 'Expect: 100-continue', "Cookie: $S", 'Connection: close', '', '';
    my $line = <$socket>;
    like($line, qr/^HTTP\/1\.1 100 /, 'Expect: 100-continue');
    print {$socket} "3\r\na=b\r\n0\r\n$EVIL[0]\r\nCookie: evil=1\r\n\r\n";
    my $answer = do { local $/; <$socket> };
    is(join('|', $answer =~ /^HTTP_(?:X_USER|COOKIE)=(.*)$/mg), "$S|claim-of-editor", 'and trailers after it');
}
# Keep-alive: the next request has headers of its own.
{
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => port()) or die $!;
    my $head = join "\r\n", 'Host: trailers.test', 'Transfer-Encoding: chunked';
    print {$socket} "POST /trailers/php/env.php HTTP/1.1\r\n$head\r\n\r\n3\r\na=b\r\n0\r\n$EVIL[0]\r\n\r\nGET /trailers/php/env.php HTTP/1.1\r\nHost: trailers.test\r\nX-User: EVIL\r\nConnection: close\r\n\r\n";
    my $answer = do { local $/; <$socket> };
    is(scalar(() = $answer =~ /^REQUEST_METHOD=/mg), 2, 'two requests on one connection');
    unlike($answer, qr/EVIL/, 'neither has the header');
}

SKIP: {
    skip 'mod_http2 wants a threaded MPM', 1 if $ENV{SC_MPM} eq 'prefork';
    skip 'there is no nghttp', 1 unless `nghttp --version 2>/dev/null` =~ /nghttp2/;
    my $body = root() . '/logs/body';
    open my $out, '>', $body or die $!;
    print {$out} 'a=b';
    close $out;
    for my $path (@others, map { $_->[1] } grep { $_->[1] !~ /modphp/ } @paths) {
        for my $cookie (undef, $S) {
            my @cookie = defined $cookie ? ('-H', "cookie: $cookie") : ();
            my $get = sub {
                open my $pipe, '-|', 'nghttp', '-d', $body, '-H', ':authority: trailers.test', @cookie, @_, 'http://127.0.0.1:' . port() . $path or die $!;
                local $/;
                return scalar(<$pipe>) // '';
            };
            my $text = $get->(map { ('--trailer', $_) } 'x-user: EVIL', 'x_user: EVIL', 'x.user: EVIL', 'cookie: evil=1', 'x-fine: yes');
            is(join('|', $text =~ /^HTTP_X_USER=(.*)$/mg), defined $cookie ? 'claim-of-editor' : '', "HTTP/2: $path" . (defined $cookie ? '' : ', without a session'));
            is(join('|', $text =~ /^HTTP_COOKIE=(.*)$/mg), $cookie // '', "HTTP/2: $path: nor a cookie");
            like($text, qr/^HTTP_X_FINE=yes$/m, 'HTTP/2: other trailers are merged') if $path =~ /php/;
            unlike($get->('-H', 'content-length: 3', '--trailer', 'x-user: EVIL'), qr/EVIL/, "HTTP/2: $path: with its length");
        }
    }
}

done_testing;
