#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Every document: relative links and their anchors lead somewhere, and no line of prose is so long that a
# terminal folds it again and again. Code, and rows of tables, are as long as they need to be.
use strict;
use warnings;
use FindBin;
use File::Find;
use File::Basename qw(dirname);
use Cwd qw(realpath);
use Test::More;

my $top = realpath("$FindBin::Bin/../..");
my $columns = 200;

my %documents;
find({
    wanted => sub {
        $File::Find::prune = 1 if m{^(?:\.git|node_modules|build.*|autom4te\.cache)$} && -d;
        $documents{realpath($_)} = 1 if /\.md$/ && -f;
    },
    no_chdir => 0,
}, $top);
cmp_ok(scalar keys %documents, '>=', 15, 'the documents are found');

sub lines_of {
    my ($file) = @_;
    open my $in, '<:encoding(UTF-8)', $file or die "$file: $!";
    chomp(my @lines = <$in>);
    return @lines;
}

# A document's lines without its code: neither what is fenced nor what is indented.
sub prose_of {
    my @prose;
    my $fenced = 0;
    for (lines_of($_[0])) {
        if (/^\s*```/) { $fenced = !$fenced; next }
        push @prose, $_ if !$fenced && !/^    /;
    }
    return @prose;
}

# The anchors that a heading gets where Markdown is shown as HTML.
sub anchors_of {
    my %anchors;
    for (prose_of($_[0])) {
        my ($heading) = /^#+ (.*)/ or next;
        $heading =~ s/\[([^]]*)\]\([^)]*\)/$1/g;
        $heading = lc $heading;
        $heading =~ s/[^\w\- ]//g;
        $heading =~ tr/ /-/;
        $anchors{$heading} = 1;
    }
    return \%anchors;
}

my ($links, $anchored, $checked) = (0, 0, 0);
for my $file (sort keys %documents) {
    (my $name = $file) =~ s{^\Q$top\E/}{};
    my (@broken, @long);
    for (prose_of($file)) {
        $checked++;
        push @long, substr($_, 0, 60) if !/^\|/ && length > $columns;
        (my $text = $_) =~ s/`[^`]*`//g;
        while ($text =~ /\]\(([^)\s]+)\)/g) {
            my $link = $1;
            next if $link =~ /^[a-z]+:/;
            $links++;
            my ($path, $anchor) = $link =~ /^([^#]*)(?:#(.*))?$/;
            my $target = $path eq '' ? $file : dirname($file) . "/$path";
            if (!-e $target) { push @broken, $link; next }
            next if !defined $anchor;
            $anchored++;
            push @broken, $link if !anchors_of($target)->{$anchor};
        }
    }
    is(join("\n", @broken), '', "$name: its links lead somewhere");
    is(join("\n", @long), '', "$name: no line of prose is longer than $columns columns");
}
# SECURITY.md: each test that a row names is in the file that it names.
my ($named, @missing) = (0);
for (grep { /^\|/ } lines_of("$top/SECURITY.md")) {
    while (/(\S+\/\S+): `((?:[^`])+)`/g) {
        my ($file, $name) = ($1, $2);
        $name =~ s/\\\|/|/g;
        $named++;
        push @missing, "$file: $name" if !-f "$top/$file" || index(join("\n", lines_of("$top/$file")), $name) < 0;
    }
}
is(join("\n", @missing), '', 'SECURITY.md: the tests of its table are there');
cmp_ok($named, '>=', 50, "tests are named there ($named)");
cmp_ok($links, '>=', 50, 'links are found');
cmp_ok($anchored, '>=', 20, 'anchors are found');
cmp_ok($checked, '>=', 500, 'lines are found');

# A statement for a database is one that has been tested with it.
my @statements = map { /^ +statement = (["'])(SELECT .*)\1$/ ? $2 : () } lines_of("$top/t/lib/kept_django.py");
my $directives = join "\n", lines_of("$top/docs/directives.md");
cmp_ok(scalar @statements, '>=', 3, 'statements that are tested');
is(scalar(() = $directives =~ /^ +DBDPrepareSQL /mg), scalar @statements, 'as many are in docs/directives.md');
ok(index($directives, qq{DBDPrepareSQL "$_" django}) >= 0, "docs/directives.md: $_") for @statements;

done_testing;
