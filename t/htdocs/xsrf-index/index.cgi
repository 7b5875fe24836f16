#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Answers with the length and the hash of the body that it got, then with its environment. "?sink" reads
# it without a hash.
use strict;
use warnings;
use Digest::SHA;

my ($n, $sha, $got) = (0, Digest::SHA->new(256));
while ($got = read STDIN, my $piece, 65536) { $n += $got; $sha->add($piece) unless ($ENV{QUERY_STRING} // '') eq 'sink' }

print "Content-Type: text/plain\n\n";
printf "BODY_LENGTH=%d\nBODY_SHA256=%s\n", $n, $sha->hexdigest;
for my $name (sort keys %ENV) {
    my $value = $ENV{$name};
    $value =~ s/([\\\r\n])/sprintf '\\x%02x', ord $1/ge;
    print "$name=$value\n";
}
