# SPDX-License-Identifier: Apache-2.0
# Graceful restarts under load: no request is lost, none gets another answer, nothing grows.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use SC;
use Test::More;
use Time::HiRes qw(sleep time);

my $good = flask($USER);
my $pid = do { open my $in, '<', Apache::Test::vars('t_pid_file') or die $!; 0 + <$in> };
my $seconds = 4;

# One client: requests until the end, a new connection each, for a file: mod_cgid's daemon is gone for
# a moment at a restart. Says how many, and how many went wrong.
sub client {
    my ($cookie, $want) = @_;
    my ($n, $wrong, $end) = (0, 0, time + $seconds);
    while (time < $end) {
        my $response = eval { get('/files/plain.txt', $cookie) } || { status => 0 };
        my $is = join ' ', $response->{status}, @{$response->{headers}{'x-session'} // []};
        $n++;
        $wrong++, diag($is) unless $is eq $want;
    }
    return "$n $wrong";
}

my @clients = (
    ["session=$good",              '200 ok claim-of-editor'],
    ['session=' . forge($good, 2), '200 bad-signature (null)'],
);
my @pipes;
for my $client (@clients) {
    my $child = open my $pipe, '-|';
    defined $child or die "fork: $!";
    if (!$child) { print client(@$client); close STDOUT; require POSIX; POSIX::_exit(0) }
    push @pipes, $pipe;
}

sub resident {
    open my $in, '<', "/proc/$pid/status" or return 0;
    my ($kb) = map { /^VmRSS:\s+(\d+)/ ? $1 : () } <$in>;
    return $kb;
}

my @size;
for (1 .. 8) {
    sleep 0.4;
    kill USR1 => $pid or die "no httpd: $!";
    push @size, resident();
}
my ($n, $wrong) = (0, 0);
for my $pipe (@pipes) {
    my ($some, $bad) = split ' ', <$pipe>;
    close $pipe;
    $n += $some;
    $wrong += $bad;
}
sleep 1;
cmp_ok($n, '>', 20, "requests were made while httpd restarted ($n)");
is($wrong, 0, 'none was lost or answered otherwise');
case 'and the session opens after it all', '/flask/env.cgi', "session=$good", { SESSION_ROLE => 'claim-of-editor' };
SKIP: {
    skip 'sanitizers keep what is freed', 1 if $ENV{ASAN_OPTIONS};
    # In the middle of a restart it is smaller: the largest of the first ones counts.
    my ($first) = sort { $b <=> $a } @size[0 .. 3];
    cmp_ok(resident() - $first, '<', 2048, "httpd's parent does not grow from restart to restart (KiB: @size)");
}

done_testing;
