#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Every C file stands as clang-format writes it with the tree's .clang-format. The guard is first shown a file
# that does not, and fails when it finds no file.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Find qw(find);
use File::Temp qw(tempdir);
use FindBin;
use Test::More;

my $top = abs_path("$FindBin::Bin/../..");

# Each major version breaks some lines elsewhere: the tree is held to that of Debian 12.
my ($program) = grep { `$_ --version 2>/dev/null` =~ /version 14\./ } $ENV{CLANG_FORMAT} // (), 'clang-format-14', 'clang-format';
plan skip_all => 'there is no clang-format 14: on Debian 12, apt-get install clang-format' if !$program;

sub files {
    my (@places) = @_;
    my @found;
    find({ no_chdir => 1, wanted => sub {
        $File::Find::prune = 1 if /\/node_modules$/;
        push @found, $_ if /\.[ch]$/;
    } }, grep { -e } @places);
    return sort @found;
}

# The files that clang-format would change; dies when there is none to look at.
sub changed {
    my @files = files(@_) or die "there is no C file in @_\n";
    my $told = join ' ', map { "'$_'" } @files;
    my $says = `$program --style='file:$top/.clang-format' --dry-run -Werror $told 2>&1`;
    my %changed = map { $_ => 1 } $says =~ /^(\S+\.[ch]):\d+:/mg;
    return sort keys %changed if %changed || $? == 0;
    die "$program: $says";
}

my $planted = tempdir(CLEANUP => 1);
ok(!eval { changed($planted); 1 }, 'a tree without C files would be seen');
for (['good.c', "int good(void)\n{\n    return 1;\n}\n"], ['bad.c', "int bad(void) {\n  return 1; }\n"]) {
    open my $out, '>', "$planted/$_->[0]" or die $!;
    print $out $_->[1];
    close $out;
}
is(join(' ', changed($planted)), "$planted/bad.c", 'a file in another style would be seen, and that one alone');

my @places = map { "$top/$_" } qw(src include tools test bench mod_sessioncookie.c);
my $n = () = files(@places);
cmp_ok($n, '>', 150, "the tree's C files are found ($n)");
is(join(' ', map { s{^\Q$top\E/}{}r } changed(@places)), '', 'clang-format would change none: else run clang-format -i on it');

done_testing;
