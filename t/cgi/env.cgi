#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Answers with its environment, a variable a line. "?404" is the status it then says.
use strict;
use warnings;

# What is sent is read, also as the page of a refused POST, which httpd makes a GET: mod_cgid loses
# the answer of a script that leaves a body unread.
1 while read STDIN, my $body, 65536;
print "Status: $1\n" if ($ENV{QUERY_STRING} // '') =~ /^([1-5]\d\d)$/;
print "Content-Type: text/plain\n\n";
for my $name (sort keys %ENV) {
    my $value = $ENV{$name};
    $value =~ s/([\\\r\n])/sprintf '\\x%02x', ord $1/ge;
    print "$name=$value\n";
}
