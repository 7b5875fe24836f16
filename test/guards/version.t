#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The version stands in configure.ac. Where a format wants it again (the packages, the list of changes) it is the
# same, and nowhere else is it written out.
use strict;
use warnings;
use FindBin;
use File::Find;
use Test::More;

my $top = "$FindBin::Bin/../..";

sub contents {
    open my $in, '<:raw', "$top/$_[0]" or die "$_[0]: $!";
    local $/;
    return <$in>;
}

my ($version) = contents('configure.ac') =~ /^AC_INIT\(\[mod_sessioncookie\], \[(\d+\.\d+\.\d+)\]\)$/m;
ok($version, 'configure.ac has a version of three numbers') or BAIL_OUT('no version');

my ($debian, $suite) = contents('debian/changelog') =~ /\A\S+ \(([^)]+)\) (\S+);/;
is($debian, $version, 'debian/changelog begins with it');
my $spec = contents('contrib/rpm/mod_sessioncookie.spec');
is(($spec =~ /^Version:\s+(\S+)$/m)[0], $version, 'the spec has it');
is(($spec =~ /^%changelog\n\* .* - (\S+)-1$/m)[0], $version, 'and so does the head of its changes');

# What is next has no date yet, and Debian's list says so as well.
my ($head) = contents('CHANGES.md') =~ /^## (.*)$/m;
if ($head eq 'Unreleased') { is($suite, 'UNRELEASED', 'CHANGES.md and debian/changelog: not yet released') }
else {
    is(($head =~ /^(\S+), \d{4}-\d\d-\d\d$/)[0], $version, 'CHANGES.md begins with it, and a day');
    isnt($suite, 'UNRELEASED', 'debian/changelog says that it is released');
}

my (@files, @found);
find({no_chdir => 1, wanted => sub { push @files, $File::Find::name if -f && /\.(?:[ch]|md|conf|awk|sh|pl|svg)$/ }},
    map { "$top/$_" } qw(mod_sessioncookie.c include src tools conf docs examples contrib README.md SECURITY.md CONTRIBUTING.md));
cmp_ok(scalar @files, '>', 200, 'sources and documents are found');
for my $file (@files) {
    (my $name = $file) =~ s{^\Q$top\E/}{};
    push @found, $name if contents($name) =~ /(?<![\d.])\Q$version\E(?![\d.])/;
}
is(join(' ', @found), '', 'no other file has the version');
done_testing;
