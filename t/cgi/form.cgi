#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The page with forms (page=FILE: another one beside it), as the query says: type=, cache=, status=, encoding=, pad=BYTES of text before the
# forms, cut=N bytes a write (0: all at once), wait=1: behind the first form, until logs/go is there.
use strict;
use warnings;
use FindBin;
use Time::HiRes qw(sleep);

1 while read STDIN, my $body, 65536; # mod_cgid loses the answer of a script that leaves its body
my %q = map { /^([^=]+)=(.*)/ ? ($1, $2) : () } split /&/, $ENV{QUERY_STRING} // '';
s/%([0-9a-fA-F]{2})/chr hex $1/ge for values %q;
open my $in, '<', "$FindBin::Bin/../htdocs/xsrf/inject/" . ($q{page} // 'form.html') or die $!;
my $page = do { local $/; <$in> };
$page =~ s/(?=<form class)/"<p>" . "x" x $q{pad} . "\n"/e if $q{pad};
$| = 1;
print "Status: $q{status}\n" if $q{status};
print "Cache-Control: $q{cache}\n" if $q{cache};
print "Content-Encoding: $q{encoding}\n" if $q{encoding};
print "Content-Length: ", length $page, "\n", "Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\nDigest: sha-256=x\nETag: \"cgi\"\n" if $q{length};
print 'Content-Type: ', $q{type} // 'text/html', "\n\n";
exit if $ENV{REQUEST_METHOD} eq 'HEAD';
if ($q{wait}) {
    my ($first, $rest) = $page =~ /^(.*?<form class[^>]*>)(.*)$/s;
    print $first;
    my $patience = 200;
    sleep 0.1 while !-e "$FindBin::Bin/../logs/go" && $patience--;
    $page = $rest;
}
my $n = $q{cut} || length $page;
syswrite STDOUT, $_ for unpack "(a$n)*", $page;
