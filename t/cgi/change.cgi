#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# A handler that changes mod_session's session: the query string is what it sets ("a=1&b=" sets a
# and removes b). In the query, "!" begins lines of the response instead, "%0A" between them.
use strict;
use warnings;

1 while read STDIN, my $body, 65536; # mod_cgid loses the answer of a script that leaves its body
my $query = $ENV{QUERY_STRING} // '';
my ($change, $lines) = split /!/, $query, 2;
for (split /%0[aA]/, $lines // '') {
    s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
    print "$_\r\n";
}
print "X-Replace-Session: $change\r\n" if defined $change && length $change;
print "Content-Type: text/plain\r\n\r\nchanged\n";
