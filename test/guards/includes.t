#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The order of the folders, read from the includes and from the compiled objects: arrows go down only, no
# files include or call each other in a circle, and a header declares what its own .c file defines.
#
# A file is NAME.c together with NAME.h. NAME_private.h belongs to its folder: whoever includes it counts as
# including what it includes. The guard is first shown what it must refuse.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(basename dirname);
use File::Find qw(find);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use FindBin;
use Test::More;

my $top = abs_path("$FindBin::Bin/../..");
my $build = $ENV{BUILDDIR} // '.';

# The folders, lowest first; those of one row know nothing of each other. Files that lie in src/httpd itself have
# a place of their own.
my @core = (['base'], ['crypto'], ['revocation', 'http'], ['html'], ['document'], ['body', 'key'], ['serializer'], ['envelope'], ['codec'], ['handoff', 'xsrf']);
my @glue = (['config', 'request', 'sections', 'setter', 'startup'], ['count'], ['store'], ['session'], ['export'], ['access'], ['mod_session'], ['xsrf'], ['handoff'], ['endpoint'], ['directives']);
my %rank;
for my $i (0 .. $#core) { $rank{"src/core/$_"} = $i for @{$core[$i]} }
for my $i (0 .. $#glue) { $rank{"src/httpd/$_"} = 100 + $i for @{$glue[$i]} }
$rank{'mod_sessioncookie.c'} = 200;
# httpd's handle for a module: every file that logs or finds its configuration needs it (APLOG_USE_MODULE declares it).
my $handle = 'sessioncookie_module';

sub slurp { my ($file) = @_; open my $in, '<', $file or die "$file: $!"; local $/; return scalar <$in> }

sub layer { my ($file) = @_; return $file =~ m{^src/(core|httpd)/} ? $1 : $file =~ m{^(tools|include)/} ? $1 : 'module' }

# The folder that the order speaks of; for a file of src/httpd itself, its name.
sub place { my ($file) = @_; return $file =~ m{^(src/core/\w+)/} || $file =~ m{^(src/httpd/\w+)[/.]} ? $1 : $file }

sub unit { my ($file) = @_; return $file =~ s/\.[ch]$//r }

# Why one file may not lean on another; nothing where it may.
sub forbidden {
    my ($from, $to) = @_;
    my ($above, $below) = (layer($from), layer($to));
    return "$below is above core" if $above eq 'core' && $below ne 'core';
    return 'tools know the core alone' if $above eq 'tools' && $below !~ /^(?:core|tools)$/;
    return 'the installed header stands alone' if $above eq 'include';
    return 'nobody includes a tool' if $below eq 'tools' && $above ne 'tools';
    return if $above eq 'tools' || $below eq 'include' || ($below eq 'core' && $above ne 'core');
    my ($high, $low) = map { $rank{place($_)} } $from, $to;
    return 'no place in the order: ' . (defined $high ? place($to) : place($from)) if !defined $high || !defined $low;
    return if $high > $low || place($from) eq place($to) || ($high == $low && $high == 100);
    return place($from) . ' is ' . ($high < $low ? 'below ' : 'beside ') . place($to);
}

# Groups of names that reach each other (Tarjan), each with the arrows inside it.
sub circles {
    my ($to) = @_;
    my ($n, %index, %low, %on, @stack, @found) = (0);
    my $visit;
    $visit = sub {
        my ($v) = @_;
        $index{$v} = $low{$v} = $n++;
        push @stack, $v;
        $on{$v} = 1;
        for my $w (sort keys %{$to->{$v} // {}}) {
            if (!defined $index{$w}) { $visit->($w); $low{$v} = $low{$w} if $low{$w} < $low{$v} }
            elsif ($on{$w} && $index{$w} < $low{$v}) { $low{$v} = $index{$w} }
        }
        return if $low{$v} != $index{$v};
        my (%group, $w);
        do { $w = pop @stack; delete $on{$w}; $group{$w} = 1 } until $w eq $v;
        return if keys %group == 1;
        push @found, join ', ', map { my $a = $_; map { "$a -> $_" . ($to->{$a}{$_} =~ /\w/ ? " ($to->{$a}{$_})" : '') } grep { $group{$_} } sort keys %{$to->{$a}} } sort keys %group;
    };
    for (sort keys %$to) { $visit->($_) if !defined $index{$_} }
    return @found;
}

# What a header declares for another object to define: functions and extern variables.
sub declared {
    my ($text) = @_;
    $text =~ s{/\*.*?\*/|//[^\n]*}{ }gs;
    $text =~ s/^\s*#(?:[^\n\\]|\\.)*(?:\\\n(?:[^\n\\]|\\.)*)*$//gm;
    $text =~ s/"(?:[^"\\]|\\.)*"/""/g;
    $text =~ s/extern ""\s*\{//g;
    1 while $text =~ s/\{[^{}]*\}/;;/;
    $text =~ s/__attribute__\s*\(\((?:[^()]|\([^()]*\))*\)\)//g;
    my @names;
    for my $statement (split /;/, $text) {
        next if $statement =~ /^\s*(?:typedef|static)\b/;
        if ($statement =~ /^\s*(?:extern\s+)?(?:\w+[\s*]+)+?(\w+)\s*\(/) { push @names, $1 }
        elsif ($statement =~ /^\s*extern\b.*?(\w+)\s*(?:\[[^]]*\]\s*)*$/s) { push @names, $1 }
    }
    return @names;
}

# The objects of a build whose source is there: source (from the top) => [defined, undefined].
sub objects {
    my ($root, $from) = @_;
    my %found;
    return \%found if !-d $from;
    find({ no_chdir => 1, wanted => sub {
        return if !/\.o$/;
        my $dir = dirname(substr $_, length($from) + 1) =~ s{(?:^|/)\.libs$}{}r;
        my ($name) = basename($_) =~ /^(?:libsccore_la|mod_sessioncookie_la|sessioncookie)-(.*)\.o$/ or return;
        my $source = ($dir eq '' || $dir eq '.' ? '' : "$dir/") . "$name.c";
        return if !-f "$root/$source";
        my (@defined, @undefined);
        for (split /\n/, `nm '$_'`) {
            push @{$1 eq 'U' ? \@undefined : \@defined}, $2 if /\b([UTDBRVWC]) (\w+)$/;
        }
        $found{$source} = [\@defined, \@undefined];
    } }, $from);
    return \%found;
}

# Everything that is wrong with a tree, by rule; and how many files, includes and objects were looked at.
sub look {
    my ($root, $objects) = @_;
    my %wrong = map { $_ => [] } qw(arrow include circle header private declares call call-circle);
    my (@files, %includes, %text);
    for my $dir (grep { -d "$root/$_" } qw(src include tools)) {
        find({ no_chdir => 1, wanted => sub { push @files, substr $_, length($root) + 1 if /\.[ch]$/ } }, "$root/$dir");
    }
    push @files, 'mod_sessioncookie.c' if -f "$root/mod_sessioncookie.c";
    my %is_file = map { $_ => 1 } @files;
    my $lines = 0;
    for my $file (sort @files) {
        $text{$file} = slurp("$root/$file");
        for my $name ($text{$file} =~ /^\s*#\s*include\s*"([^"]+)"/gm) {
            my ($to) = grep { $is_file{$_} } dirname($file) . "/$name", "src/$name", "include/$name", $name;
            if (!$to) { push @{$wrong{include}}, "$file: \"$name\" is not there" if $name =~ m{^(?:core|httpd|\.\.?)/}; next }
            $lines++;
            $includes{$file}{$to} = 1;
            my $why = forbidden($file, $to);
            push @{$wrong{arrow}}, "$file includes $to: $why" if $why;
            push @{$wrong{private}}, "$file includes $to" if $to =~ /_private\.h$/ && dirname($file) ne dirname($to);
            push @{$wrong{private}}, "$file includes $to" if $to =~ /\.c$/;
        }
    }

    # Circles: the private headers of a folder are replaced by what they include.
    my %graph;
    for my $file (grep { !/_private\.h$/ } keys %includes) {
        my %seen;
        my @todo = keys %{$includes{$file}};
        while (defined(my $to = shift @todo)) {
            next if $seen{$to}++;
            if ($to =~ /_private\.h$/) { push @todo, keys %{$includes{$to} // {}}; next }
            $graph{unit($file)}{unit($to)} = '' if unit($to) ne unit($file);
        }
    }
    $wrong{circle} = [circles(\%graph)];

    my %where; # symbol => source
    for my $source (sort keys %$objects) { $where{$_} //= $source for @{$objects->{$source}[0]} }
    for my $header (grep { /\.h$/ && !/_private\.h$/ } sort @files) {
        my $source = unit($header) . '.c';
        my @names = declared($text{$header});
        if (!$is_file{$source}) {
            push @{$wrong{header}}, "$header declares " . join(', ', @names) . ", and there is no $source" if @names;
            next;
        }
        my $object = $objects->{$source} or next;
        my %own = map { $_ => 1 } @{$object->[0]}, $handle;
        for (grep { !$own{$_} } @names) { push @{$wrong{declares}}, "$header declares $_, which is defined in " . ($where{$_} // 'no file') }
    }

    my %calls;
    for my $source (sort keys %$objects) {
        for my $symbol (@{$objects->{$source}[1]}) {
            my $to = $where{$symbol};
            next if !$to || $to eq $source || $symbol eq $handle;
            my $why = forbidden($source, $to);
            push @{$wrong{call}}, "$source calls $symbol of $to: $why" if $why;
            $calls{unit($source)}{unit($to)} //= $symbol if layer($source) ne 'tools';
        }
    }
    $wrong{'call-circle'} = [circles(\%calls)];
    return (\%wrong, scalar @files, $lines, scalar keys %$objects);
}

# --- what the guard must see ---

my $cc = $ENV{CC} || 'cc';

# A tree of files, all .c of them compiled, and what is wrong with it under a rule.
sub planted {
    my ($rule, %content) = @_;
    my $root = tempdir(CLEANUP => 1);
    for my $file (keys %content) {
        make_path(dirname("$root/$file"), "$root/build/" . dirname($file));
        open my $out, '>', "$root/$file" or die "$file: $!";
        print $out $content{$file};
        close $out;
    }
    for my $file (grep { /\.c$/ } keys %content) {
        my $object = dirname($file) . '/libsccore_la-' . basename($file, '.c') . '.o';
        system("$cc -fPIC -I'$root/src' -c -o '$root/build/$object' '$root/$file'") == 0 or die "$cc does not compile $file";
    }
    my ($wrong, $files) = look($root, objects($root, "$root/build"));
    return $files if $rule eq 'files';
    return join '; ', map { @$_ } values %$wrong if $rule eq 'all';
    return join '; ', @{$wrong->{$rule}};
}

my %good = (
    'src/core/base/low.h' => "int low(void);\nextern const int low_table[2];\n",
    'src/core/base/low.c' => "#include \"core/base/low.h\"\nconst int low_table[2] = {1, 2};\nint low(void) { return 1; }\n",
    'src/core/key/plain.h' => "enum { PLAIN = 1 };\nstatic inline int plain(void) { return PLAIN; }\ntypedef int (*plain_f)(int);\n#define TWICE(x) \\\n    twice(x)\n",
    'src/core/key/key_private.h' => "#include \"core/key/high.h\"\nint other(void);\n",
    'src/core/key/other.c' => "#include \"core/key/key_private.h\"\nint other(void) { return 2; }\n",
    'src/core/key/high.h' => "/* not int comment(void); */\n#include \"core/key/plain.h\"\nint high(int (*how)(void),\n         int n) __attribute__((warn_unused_result));\n",
    'src/core/key/high.c' => "#include \"core/key/high.h\"\n#include \"core/base/low.h\"\nint high(int (*how)(void), int n) { return low() + how() + n; }\n",
    'src/httpd/config.h' => "int config;\n",
    'src/httpd/session/use.c' => "#include \"httpd/config.h\"\n#include \"core/key/high.h\"\nint use(void) { return 3; }\n",
    'tools/tool.c' => "#include \"core/key/high.h\"\nint main(void) { return 0; }\n",
);
is(planted('all', %good), '', 'a tree in order has nothing wrong') or BAIL_OUT('the guard refuses what is right');
is(planted('files'), 0, 'a tree without files would be seen');

like(planted('arrow', %good, 'src/core/base/up.c' => "#include \"core/key/high.h\"\n"), qr{^src/core/base/up\.c includes src/core/key/high\.h: .* is below }, 'an arrow that goes up would be seen');
like(planted('arrow', 'src/core/body/a.h' => '', 'src/core/key/b.c' => "#include \"core/body/a.h\"\n"), qr{ is beside }, 'so would one between folders of one rank');
like(planted('arrow', %good, 'src/core/key/up.c' => "#include \"httpd/config.h\"\n"), qr{^src/core/key/up\.c includes src/httpd/config\.h}, 'the core that includes the glue');
like(planted('arrow', %good, 'tools/up.c' => " # include \"httpd/config.h\"\n"), qr{^tools/up\.c includes src/httpd/config\.h}, 'a tool that includes the glue');
like(planted('arrow', %good, 'src/httpd/stray.h' => '', 'src/httpd/session/b.c' => "#include \"httpd/stray.h\"\n"), qr{no place in the order: src/httpd/stray}, 'a file that has no place in the order');
like(planted('include', 'src/core/base/a.c' => '', 'src/core/base/b.h' => "#include \"core/base/gone.h\"\n"), qr{"core/base/gone\.h" is not there}, 'an include of a file that is gone');
like(planted('circle', 'src/core/base/a.h' => "#include \"core/base/b.h\"\n", 'src/core/base/b.h' => '', 'src/core/base/b.c' => "#include \"core/base/c_private.h\"\n", 'src/core/base/c_private.h' => "#include \"core/base/a.h\"\n"),
    qr{src/core/base/a -> src/core/base/b, src/core/base/b -> src/core/base/a}, 'a circle of files, by way of a private header');
like(planted('private', %good, 'src/core/codec/c.c' => "#include \"core/key/key_private.h\"\n"), qr{^src/core/codec/c\.c includes }, "another folder's private header");
like(planted('header', 'src/core/base/lone.h' => "struct x {\n    int n;\n};\nint lone(struct x *x);\n"), qr{^src/core/base/lone\.h declares lone,}, 'a header that declares a function and has no .c file');
like(planted('declares', %good, 'src/core/base/low.h' => "int low(void);\nextern const int low_table[2];\nint more(void);\n", 'src/core/base/more.c' => "int more(void) { return 4; }\n"),
    qr{^src/core/base/low\.h declares more, which is defined in src/core/base/more\.c$}, 'a header that declares what another file defines');
like(planted('declares', %good, 'src/core/base/low.h' => "int low(void);\nextern const int low_table[2], gone_table[2];\n"), qr{declares gone_table, which is defined in no file}, 'or what no file defines');
like(planted('call', 'src/core/base/a.c' => "int k(void);\nint a(void) { return k(); }\n", 'src/core/key/k.c' => "int k(void) { return 1; }\n"), qr{^src/core/base/a\.c calls k of src/core/key/k\.c}, 'a call that goes up');
like(planted('call-circle', 'src/core/base/a.c' => "int b(void);\nint a(void) { return b(); }\n", 'src/core/base/b.c' => "int a(void);\nint b(void) { return a(); }\n"),
    qr{src/core/base/a -> src/core/base/b \(b\), src/core/base/b -> src/core/base/a \(a\)}, 'files that call each other');

# --- the tree ---

my $objects = objects($top, abs_path($build));
my ($wrong, $files, $lines) = look($top, $objects);

sub none { my ($rule, $sentence) = @_; ok(!@{$wrong->{$rule}}, $sentence) or diag(map { s/, (?=\S+ -> )/,\n    /gr . "\n" } @{$wrong->{$rule}}) }

cmp_ok($files, '>', 100, "the files are found ($files)");
cmp_ok($lines, '>', 200, "so are their includes ($lines)");
none('include', 'every file that is included is there');
none('arrow', 'includes go down only');
none('circle', 'no files include each other in a circle');
none('private', 'a private header is included in its own folder alone');
none('header', 'a header that declares functions lies beside its .c file');
SKIP: {
    skip "there are no objects in $build: build first, or set BUILDDIR", 4 if !%$objects;
    my @built = grep { m{^(?:src|tools)/.*\.c$} } keys %$objects;
    cmp_ok(scalar @built, '>', 90, 'the objects are found (' . @built . ')');
    none('declares', 'a header declares what its own .c file defines');
    none('call', 'calls go down only');
    none('call-circle', 'no files call each other in a circle');
}

done_testing;
