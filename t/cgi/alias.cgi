#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# A page that is told of an alias of its session: the query says type= and status=; "sub=1" includes another
# page, "etag=1" has a validator.
use strict;
use warnings;

1 while read STDIN, my $body, 65536; # mod_cgid loses the answer of a script that leaves its body
my %q = map { /^([^=]+)=(.*)/ ? ($1, $2) : () } split /&/, $ENV{QUERY_STRING} // '';
print "Status: $q{status}\n" if $q{status};
print "ETag: \"alias\"\nLast-Modified: Sun, 01 Jan 2023 00:00:00 GMT\n" if $q{etag};
print 'Content-Type: ', $q{type} // 'text/html', "\n\n";
print "HANDOFF=", $ENV{COOKIESESSION_HANDOFF} // '', "\nCOOKIE=", $ENV{COOKIESESSION_HANDOFF_COOKIE} // '', "\nSEEN=", $ENV{HTTP_COOKIE} // '', "\n";
