#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The manual pages, as a terminal of 80 columns shows them: man has nothing to warn of, no line is wider
# (man --warnings says nothing about tables that are), and no Markdown or HTML is left over.
use strict;
use warnings;
use FindBin;
use Test::More;

binmode Test::More->builder->failure_output, ':encoding(UTF-8)';
my $top = "$FindBin::Bin/../..";
my %pages = ('sessioncookie.1' => 'decode', 'mod_sessioncookie.5' => 'CookieSessionKey');
my $columns = 80;

# Those of this build, else those that came with the archive.
sub find_page {
    my ($name) = @_;
    my ($file) = grep { -f } map { "$_/man/$name" } $ENV{BUILDDIR} // "$top/build", $top;
    return $file;
}

# What man writes to a terminal, and what it complains of.
sub rendered {
    my ($file) = @_;
    my $complaints = "/tmp/man-guard-$$";
    open my $in, '-|', "LC_ALL=C.UTF-8 MANWIDTH=$columns MANROFFOPT= MANPAGER=cat man --warnings -l '$file' 2>$complaints"
        or die "man: $!";
    binmode $in, ':encoding(UTF-8)';
    my @lines = <$in>;
    chomp @lines;
    my $status = close($in) ? 0 : $? >> 8 || 1;
    open my $err, '<', $complaints or die "$complaints: $!";
    my $said = do { local $/; <$err> } // '';
    unlink $complaints;
    return ($status, $said, @lines);
}

sub found { grep { -x "$_/$_[0]" } split /:/, $ENV{PATH} }
if (!found('go-md2man') && !grep { find_page($_) } keys %pages) {
    plan skip_all => 'go-md2man is missing, so there are no manual pages';
}
plan skip_all => 'man is missing: apt-get install man-db' if !found('man');

for my $name (sort keys %pages) {
    my $file = find_page($name);
    ok($file, "$name is made") or next;
    my ($status, $said, @lines) = rendered($file);
    is($status, 0, "$name: man renders it");
    is($said, '', "$name: without a warning");
    cmp_ok(scalar @lines, '>', 100, "$name: there is something to read");
    my $text = join "\n", @lines;
    ok($text =~ /^NAME\n +\w+ - \S/m, "$name: whatis finds a name and a description");
    ok($text =~ /^ *\Q$pages{$name}\E$/m, "$name: and its contents");
    is(join("\n", grep { length > $columns } @lines), '', "$name: no line is wider than $columns columns");
    is(join("\n", grep { /<!--|-->|\]\(|\x{27e8}|^ *\|.*\| *$|```/ } @lines), '', "$name: no markup is left over");
}

done_testing;
