#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# A page of the type that the query says, then &status=, &cache=, &cookie=; its text is the environment.
use strict;
use warnings;

my $query = $ENV{QUERY_STRING} // '';
my ($type) = $query =~ /^([^&]*)/;
my ($status, $cache) = map { $query =~ /&$_=([^&]*)/ ? $1 : undef } qw(status cache);
1 while read STDIN, my $body, 65536; # mod_cgid does not like a script that goes before its body has come
print "Status: $status\n" if $status;
print "Location: http://main.test/elsewhere\n" if ($status // '') eq '302';
print "Cache-Control: $cache\n" if defined $cache;
print "Set-Cookie: XSRF-TOKEN=of-the-application; Path=/\n" if $query =~ /&cookie=/;
print "Content-Type: $type\n\n";
exit if ($status // '') eq '204';
for my $name (sort keys %ENV) {
    my $value = $ENV{$name};
    $value =~ s/([\\\r\n])/sprintf '\\x%02x', ord $1/ge;
    print "$name=$value\n";
}
