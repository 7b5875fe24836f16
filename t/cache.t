# SPDX-License-Identifier: Apache-2.0
# Sessions that a process remembers: found again by whatever connection or stream they come, only by
# the source that verified them, only until they end, and not after a reload. All of this is as true
# without a cache (t/run.sh --cache Off) and with one that holds a single session (--cache 1).
use strict;
use warnings;
use File::Copy qw(copy);
use FindBin;
use IO::Socket::INET;
use lib "$FindBin::Bin/lib";
use SC;
use Test::More;
use Time::HiRes qw(sleep time);

my $ok = 'ok claim-of-editor';

# The X-Session header of a request on a connection of its own: status and role.
sub seen {
    my ($scope, $token, $host) = @_;
    my $response = get("/cache/$scope/plain.txt", "session=$token", 'Host: ' . ($host // 'main.test'));
    return join ' ', @{$response->{headers}{'x-session'} // ["status $response->{status}"]};
}

# Several times, as several processes may answer, and what was remembered last is asked for again.
sub is_always {
    my ($sentence, $want, @request) = @_;
    my %seen;
    $seen{seen(@request)}++ for 1 .. 6;
    is(join(' | ', sort keys %seen), $want, $sentence);
}

# One token, many sources: what one of them has verified is nothing to the others.
my $anna = flask($USER, offset => -100);
for my $round (1, 2) {
    is_always("round $round: a cookie by new connections", $ok, plain => $anna);
    is_always("round $round: another line with the same options", $ok, again => $anna);
    is_always("round $round: a shorter max-age", 'expired (null)', short => $anna);
    is_always("round $round: another salt", 'bad-signature (null)', salt => $anna);
    is_always("round $round: another key", 'bad-signature (null)', key => $anna);
    is_always("round $round: a smaller max-bytes", 'too-large (null)', small => $anna);
    is_always("round $round: another format", 'bad-signature (null)', format => $anna);
    is_always("round $round: the same place on another host, whose key has the same id", 'bad-signature (null)', plain => $anna, 'cache.test');
}
my $here = paseto('{"role":"claim-of-editor","aud":"here"}');
for my $round (1, 2) {
    is_always("round $round: a token for this audience", $ok, paseto => $here);
    is_always("round $round: another audience", 'wrong-claim (null)', audience => $here);
    is_always("round $round: another implicit assertion", 'bad-signature (null)', assertion => $here);
}

# Nearly the same token.
is_always('the token with one character changed', 'bad-signature (null)', plain => forge($anna, 2));
is_always('one byte more', 'bad-signature (null)', plain => "${anna}A");
is_always('one byte less', 'bad-signature (null)', plain => substr $anna, 0, -1);
is_always('and the good one after those', $ok, plain => $anna);

# One session of one source, in scopes with other directives: each has variables of its own, made anew
# or kept.
for my $round (1 .. 4) {
    my $S = "session=$anna";
    my %all = (SESSION_ROLE => 'claim-of-editor', SESSION_GROUPS => 'a,b', COOKIESESSION_USER => '7', COOKIESESSION_JSON => qr/^\{"_user_id":"7",/);
    case "round $round: the defaults", '/cache-env/env.cgi', $S, { %all, ROLE_OF_OUTER => undef };
    case "round $round: a prefix", '/cache-env/prefix/env.cgi', $S, { %all, SESSION_ROLE => undef, SESSION_GROUPS => undef, MINE_ROLE => 'claim-of-editor' };
    case "round $round: Off", '/cache-env/off/env.cgi', $S, { COOKIESESSION_STATUS => 'ok', SESSION_ROLE => undef, COOKIESESSION_JSON => undef };
    case "round $round: an export", '/cache-env/export/env.cgi', $S, { %all, ROLE_OF_OUTER => 'claim-of-editor', ROLE_OF_INNER => undef };
    case "round $round: an export more", '/cache-env/export/more/env.cgi', $S, { %all, ROLE_OF_OUTER => 'claim-of-editor', ROLE_OF_INNER => 'claim-of-editor' };
    case "round $round: a delimiter", '/cache-env/delimiter/env.cgi', $S, { %all, SESSION_GROUPS => 'a;b' };
    case "round $round: a user", '/cache-env/user/env.cgi', $S, { %all, COOKIESESSION_USER => 'claim-of-anna' };
    case "round $round: <If>, true", '/cache-env/if/env.cgi?semicolon', $S, { %all, SESSION_GROUPS => 'a;b' };
    case "round $round: <If>, false", '/cache-env/if/env.cgi', $S, \%all;
}
# .htaccess files: read for each request, so their variables are made for each request.
my $folder = root() . '/htdocs/htaccess/cache';
mkdir $folder;
copy(root() . '/cgi/env.cgi', "$folder/env.cgi") or die $!;
chmod 0755, "$folder/env.cgi";
for my $delimiter (';', '+', ';') {
    open my $out, '>', "$folder/.htaccess" or die $!;
    print {$out} "CookieSessionEnvDelimiter \"$delimiter\"\n";
    close $out;
    case "a .htaccess file says \"$delimiter\"", '/htaccess/cache/env.cgi', "session=$anna", { SESSION_GROUPS => "a${delimiter}b" } for 1 .. 3;
}

# Users in turn, more than one entry holds.
my @users = map { flask(qq({"role":"claim-of-$_"})) } 1 .. 40;
my @wrong = grep { seen(plain => $users[$_ % 40]) ne 'ok claim-of-' . ($_ % 40 + 1) } 0 .. 119;
is("@wrong", '', 'forty users in turn, each has its session');

# The end. A session that was found a moment ago is not found a second later.
my ($soon, $from) = (flask($USER, at => int(time) - 60 + 3), time);
is(seen(short => $soon), $ok, 'a session with three seconds to live');
my ($said, $last_good) = ('', 0);
while (time < $from + 30) {
    my $asked = time;
    $said = seen(short => $soon);
    $said eq $ok ? $last_good = $asked : last;
    sleep 0.1;
}
is($said, 'expired (null)', 'it ends, however often it is asked for');
cmp_ok($last_good, '<', int($from) + 5, 'in time');
is_always('and does not come back', 'expired (null)', short => $soon);

# A reload with another key.
sub rewrite_key {
    my $key = shift;
    my $file = root() . '/conf/keys/turned.key';
    open my $out, '>', $file or die "$file: $!";
    print {$out} $key;
    close $out;
    my $pid = do { open my $in, '<', Apache::Test::vars('t_pid_file') or die $!; 0 + <$in> };
    kill USR1 => $pid or die "no httpd: $!";
}
my ($first, $second) = ('the-key-before-the-reload-of-t-0123', 'the-key-after-the-reload-of-t-45678');
my $old = flask($USER, secret => $first);
my $new = flask($USER, secret => $second);
is_always('a session under the first key', $ok, turned => $old);
is_always('one under the second', 'bad-signature (null)', turned => $new);
rewrite_key($second);
my $until = time + 30;
sleep 0.2 while seen(turned => $new) ne $ok && time < $until;
sleep 1; # a process that still ends serves what it has accepted
is_always('after a graceful restart with the second key that one is good', $ok, turned => $new);
is_always('and the first is not remembered', 'bad-signature (null)', turned => $old);
is_always('the others are good still', $ok, plain => $anna);

# The log says what happens: a token that comes for the second time is kept, and found from then on. On
# one connection, which one process serves.
sub log_of {
    my @tokens = @_;
    my $from = -s root() . '/logs/error_log';
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => port(), Timeout => 30) or die $!;
    local ($/, $SIG{ALRM}) = ("\r\n\r\n", sub { die "no answer\n" });
    for my $token (@tokens) {
        print {$socket} "GET /cache/plain/plain.txt HTTP/1.1\r\nHost: main.test\r\nCookie: session=$token\r\n\r\n";
        alarm 30;
        my ($n) = (<$socket> // '') =~ /^Content-Length: (\d+)/mi or die "no answer\n";
        read $socket, my $body, $n;
        alarm 0;
    }
    local $/ = "\n";
    return join ', ', map { /\] session ((?:put into|found in) the cache: \S+ \S+)/ ? $1 : () } SC::logged(\$from);
}
my $size = do { open my $in, '<', root() . '/conf/cache-size.conf' or die $!; local $/; <$in> };
my $is_off = $size =~ /\bOff\b/;
my ($clara, $dora, $where) = (flask('{"role":"claim-of-clara"}'), flask('{"role":"claim-of-dora"}'), 'the cache: cookie:session flask');
is(log_of($clara), '', 'a token that comes for the first time is not kept');
is(log_of(($dora) x 4), $is_off ? '' : join(', ', "put into $where", ("found in $where") x 2), 'it is when it comes again, and found from then on');
is(log_of((forge($dora, 2)) x 4), '', 'a forged one is neither');

# HTTP/2: a hundred streams at once, of two users on two connections.
SKIP: {
    skip 'mod_http2 wants a threaded MPM', 2 if $ENV{SC_MPM} eq 'prefork';
    skip 'there is no nghttp', 2 unless `nghttp --version 2>/dev/null` =~ /nghttp2/;
    my $url = 'http://127.0.0.1:' . port() . '/cache/plain/plain.txt';
    my @pipes = map {
        open my $pipe, '-|', 'nghttp', '-nv', '-m', 100, '-H', "Cookie: session=$_", $url or die "nghttp: $!";
        $pipe
    } $anna, $users[6];
    for (['claim-of-editor', $pipes[0]], ['claim-of-7', $pipes[1]]) {
        my ($role, $pipe) = @$_;
        my %answers;
        /x-session: (.*)/ and $answers{$1}++ while <$pipe>;
        close $pipe;
        is(join(', ', map { "$answers{$_} x $_" } sort keys %answers), "100 x ok $role", "a hundred streams at once: $role");
    }
}

done_testing;
