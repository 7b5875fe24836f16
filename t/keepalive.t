# SPDX-License-Identifier: Apache-2.0
# Requests of one connection: what was opened for one of them is not opened for the next, unless
# all is the same.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use SC;
use Test::More;

my $socket;

sub connected { $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => port()) or die $! }

sub send_get {
    my ($cookie, $path) = @_;
    print {$socket} join "\r\n", 'GET ' . ($path // '/files/plain.txt') . ' HTTP/1.1', 'Host: main.test',
        defined $cookie ? "Cookie: $cookie" : (), '', '';
}

# The X-Session header of the next answer: status and role.
sub answer {
    local ($/, $SIG{ALRM}) = ("\r\n\r\n", sub { die "no answer\n" });
    alarm 30;
    my $head = <$socket> // '';
    my ($n) = $head =~ /^Content-Length: (\d+)/mi;
    read $socket, my $body, $n // 0;
    alarm 0;
    return $head =~ /^X-Session: (.*?)\r$/m ? $1 : "no answer: $head";
}

sub is_answer {
    my ($sentence, $want, @request) = @_;
    send_get(@request);
    is(answer(), $want, $sentence);
}

my $anna = flask($USER);
my $bert = flask('{"role":"claim-of-bert"}');
my ($A, $B) = ("session=$anna", "session=$bert");
my ($ok_a, $ok_b) = ('ok claim-of-editor', 'ok claim-of-bert');

connected();
is_answer('the first request of a connection', $ok_a, $A);
is_answer('the same token again', $ok_a, $A);
is_answer('another user on the same connection', $ok_b, $B);
is_answer('and the first one again', $ok_a, $A);
is_answer('no cookie is nobody', 'absent (null)', undef);
is_answer('the same token with one character changed', 'bad-signature (null)', 'session=' . forge($anna, 2));
is_answer('the token with something behind it', 'bad-signature (null)', "${A}A");
is_answer('the token cut short', 'bad-signature (null)', 'session=' . substr($anna, 0, -1));
is_answer('and the good one after those', $ok_a, $A);
is_answer('a bad cookie before the good one', $ok_a, "session=x; $A");
is_answer('another scope with another source looks for itself', 'absent (null)', $A, '/keepalive-other/plain.txt');
is_answer('the same cookie under a key that does not open it', 'bad-signature (null)', "other=$anna", '/keepalive-other/plain.txt');
is_answer('a subrequest-free answer is still the first scope\'s', $ok_a, $A);

# Time goes on.
connected();
my $soon = flask($USER, offset => 5 - 31 * 86400);
is_answer('a token with five seconds to live', $ok_a, "session=$soon");
is_answer('again', $ok_a, "session=$soon");
my ($said, $patience) = ($ok_a, 300);
while ($said eq $ok_a && $patience--) {
    select undef, undef, undef, 0.2;
    send_get("session=$soon");
    $said = answer();
}
is($said, 'expired (null)', 'it expires while the connection stays');
is_answer('and does not come back', 'expired (null)', "session=$soon");

# Pipelined: several requests are alive at once.
connected();
send_get($_) for $A, $B, $A, undef, $B, $B, $A;
is(join(' | ', map { answer() } 1 .. 7), join(' | ', $ok_a, $ok_b, $ok_a, 'absent (null)', $ok_b, $ok_b, $ok_a), 'pipelined requests have a session each');
connected();
send_get($_) for ($A, $B) x 40;
my @answers = map { answer() } 1 .. 80;
is((grep { $answers[$_] ne ($_ % 2 ? $ok_b : $ok_a) } 0 .. 79), 0, 'eighty of them too');

# What a connection keeps does not grow with its requests. Anonymous memory of httpd's processes, in KiB.
sub memory {
    my ($main) = do { open my $in, '<', root() . '/logs/httpd.pid' or die $!; <$in> =~ /(\d+)/ };
    my $sum = 0;
    for my $pid (map { split } do { open my $in, '<', "/proc/$main/task/$main/children" or die $!; <$in> }) {
        open my $in, '<', "/proc/$pid/status" or next;
        /^RssAnon:\s+(\d+)/ and $sum += $1 while <$in>;
    }
    return $sum;
}

SKIP: {
    skip 'sanitizers keep what is freed', 3 if $ENV{ASAN_OPTIONS};
    my $many = 'session=' . flask('{' . join(',', map { "\"\\u0000m$_\":$_" } 1 .. 1000) . ',"role":"claim-of-many"}', zip => 1);
    my $rounds = sub {
        my @wrong = grep { send_get($many); answer() ne 'ok claim-of-many' } 1 .. shift;
        return scalar @wrong;
    };
    connected();
    is($rounds->(500), 0, 'a thousand members with NUL in their names');
    my $before = memory();
    is($rounds->(2000), 0, 'two thousand requests more');
    my $grown = memory() - $before;
    cmp_ok($grown, '<', 8192, "grow the connection by nothing ($grown KiB)");
}

done_testing;
