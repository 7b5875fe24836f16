#!/usr/bin/perl
# Answers with its environment, a variable a line. "?404" is the status it then says.
use strict;
use warnings;

# What is sent is read: mod_cgid may lose the answer of a script that leaves it.
if (($ENV{REQUEST_METHOD} // '') =~ /^P/) { 1 while read STDIN, my $body, 65536 }
print "Status: $1\n" if ($ENV{QUERY_STRING} // '') =~ /^([1-5]\d\d)$/;
print "Content-Type: text/plain\n\n";
for my $name (sort keys %ENV) {
    my $value = $ENV{$name};
    $value =~ s/([\\\r\n])/sprintf '\\x%02x', ord $1/ge;
    print "$name=$value\n";
}
