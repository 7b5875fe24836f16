# SPDX-License-Identifier: Apache-2.0
package Race;

# Aliases of sessions, and many clients that redeem the same ones at once: /handoff/a/code of whatever server.

use strict;
use warnings;
use Exporter 'import';
use IO::Socket::INET;
use POSIX ();
use SC;
use Time::HiRes qw(sleep);

our @EXPORT = qw(ask codes connected race);

our $PATH = '/handoff/a/code';

# A connection that is kept, or nothing.
sub connected { my $port = shift; return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Timeout => 60) }

# ask(SOCKET, BODY, header lines…): the status and the body of the answer, and whether the connection ends with it.
# Nothing where the connection has ended before it.
sub ask {
    my ($socket, $body, @lines) = @_;
    local $SIG{PIPE} = 'IGNORE';
    return if !$socket;
    print {$socket} join "\r\n", "POST $PATH HTTP/1.1", 'Host: main.test', @lines, 'Content-Type: application/x-www-form-urlencoded', 'Content-Length: ' . length $body, '', $body;
    local $/ = "\r\n\r\n";
    my $head = <$socket> // return;
    my ($status) = $head =~ m{^HTTP/1\.1 (\d+)} or return;
    my ($n) = $head =~ /^Content-Length: (\d+)/mi;
    my $got = '';
    while (length $got < ($n // 0)) { read $socket, $got, $n - length $got, length $got or return }
    return ($status, $got, $head =~ /^Connection: close/mi ? 1 : 0);
}

# codes(PORT, TOKEN, N): as many aliases of that session.
sub codes {
    my ($port, $token, $n) = @_;
    my $socket = connected($port) or die "no connection: $!";
    my ($patience, @codes) = 100;
    while (@codes < $n) {
        my ($status, $body, $closed) = ask($socket, '', "Cookie: session=$token", 'Origin: http://main.test');
        my ($code) = ($body // '') =~ /^\{"code":"([A-Za-z0-9_-]{43})"/;
        push @codes, SC::noted($code) if $code;
        $socket = connected($port) if $closed || !$status;
        next if $code;
        # Each process waits a second before it asks a store that has failed.
        die 'no code: ' . ($body // 'no answer') if !$patience--;
        sleep 0.1;
    }
    return @codes;
}

# One client: the status of each code.
sub try_all {
    my ($port, $codes, $out) = @_;
    my $socket = connected($port);
    for my $i (0 .. $#$codes) {
        my ($status, undef, $closed) = ask($socket, "code=$codes->[$i]");
        # httpd may end a connection that is kept; then a request on it was not read.
        ($status, undef, $closed) = ask($socket = connected($port), "code=$codes->[$i]") if !$status;
        print {$out} "$i ", $status // 0, "\n";
        $socket = connected($port) if !$status || $closed;
    }
}

# race([PORTS], CLIENTS, [CODES], sub { … }): each client tries all codes, at the port that is its turn, while the
# sub runs. Answers a hash: index of the code => { status => how many times }.
sub race {
    my ($ports, $clients, $codes, $meanwhile) = @_;
    my (@from, @go, @pids);
    for my $client (1 .. $clients) {
        pipe my $out, my $in or die $!;
        pipe my $wait, my $go or die $!;
        my $pid = fork // die $!;
        if (!$pid) {
            close $_ for @go, $go, $out;
            readline $wait;
            try_all($ports->[$client % @$ports], $codes, $in);
            close $in;
            POSIX::_exit(0);
        }
        close $_ for $in, $wait;
        push @from, $out;
        push @go, $go;
        push @pids, $pid;
    }
    sleep 0.3;
    close $_ for splice @go;
    $meanwhile->() if $meanwhile;
    my %is;
    for my $from (@from) {
        while (<$from>) { my ($i, $status) = split; $is{$i}{$status}++ }
    }
    waitpid $_, 0 for @pids;
    return \%is;
}

1;
