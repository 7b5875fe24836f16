#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# A row of the tables (src/core/codec/format.c, src/core/xsrf/xsrf.c) says all that the rest
# of the program asks of a format or a scheme. So nobody else may ask which one it is: neither
# by the address of a row, an envelope, a coding or a serializer, nor by its name. The guard
# first shows that it would see such a comparison, and fails when it finds nothing to check.

use strict;
use warnings;
use File::Find;
use File::Temp 'tempdir';

my $kinds = qr/envelope|serializer|coding|xsrf_scheme/;
my $tables = qr{core/(?:codec/format|xsrf/xsrf)\.c$};
my ($count, $failed) = (0, 0);

sub ok {
    my ($good, $sentence) = @_;
    $count++;
    $failed = 1 unless $good;
    print $good ? '' : 'not ', "ok $count - $sentence\n";
    return $good;
}

# path => text without comments, of the C files under the given folders
sub read_tree {
    my %text;
    find({ no_chdir => 1, wanted => sub {
        return unless /\.[ch]$/ && -f;
        open my $in, '<', $_ or die "$_: $!";
        local $/;
        my $text = <$in>;
        $text =~ s{/\*.*?\*/}{$& =~ s/[^\n]//gr}gse;
        $text{$_} = $text;
    } }, grep { -d } @_);
    return \%text;
}

# object => the file without its suffix that defines it; names of rows
sub definitions {
    my ($files) = @_;
    my (%objects, %names);
    for my $path (keys %$files) {
        my $text = $files->{$path};
        while ($text =~ /^const sc_(?:$kinds)_t (sc_\w+) =(.*?)^\}?;|^const sc_(?:$kinds)_t (sc_\w+) =(.*?);$/gms) {
            my ($object, $body) = ($1 // $3, $2 // $4);
            $objects{$object} = $path =~ s/\.[ch]$//r;
            $names{$1} = 1 if $body =~ /\.name = "([^"]+)"/;
        }
        next unless $path =~ $tables;
        $names{$1} = 1 while $text =~ /\{\.name = "([^"]+)"/g;
    }
    return (\%objects, \%names);
}

# What a file does that only a definition or a table may do: "path:line: what".
sub offences {
    my ($files, $objects, $names) = @_;
    my @found;
    my $object = join '|', map { quotemeta } sort keys %$objects;
    my $name = join '|', map { quotemeta } sort keys %$names;
    for my $path (sort keys %$files) {
        next if $path =~ $tables;
        my ($text, $stem) = ($files->{$path}, $path =~ s/\.[ch]$//r);
        my $at = sub { $path . ':' . (1 + (substr($text, 0, $_[0]) =~ tr/\n//)) };
        while ($text =~ /\b($object)\b/g) {
            my ($what, $start) = ($1, $-[0]);
            next if $objects->{$what} eq $stem;
            # the default of a directive
            next if substr($text, 0, $start) =~ /\.\w+ = \{&\z/;
            push @found, $at->($start) . ": names $what";
        }
        while ($text =~ /\bstr\w*cmp\([^;{]*?"($name)"/g) {
            push @found, $at->($-[0]) . ": compares with \"$1\"";
        }
        while ($text =~ /\bsc_(?:format|xsrf_scheme)_find\("/g) {
            push @found, $at->($-[0]) . ': looks for a row of its own choice';
        }
        while ($text =~ /\b(envelope|serializer|coding)\s*[!=]=(?!\s*NULL\b)/g) {
            push @found, $at->($-[0]) . ": compares a $1";
        }
    }
    return @found;
}

# Of a planted file: whether it is refused.
sub refuses {
    my ($sentence, $code, $objects, $names) = @_;
    my $tree = tempdir(CLEANUP => 1);
    open my $out, '>', "$tree/planted.c" or die $!;
    print $out $code;
    close $out;
    my @found = offences(read_tree($tree), $objects, $names);
    return ok(@found == 1, $sentence);
}

my $files = read_tree('src', 'tools');
my ($objects, $names) = definitions($files);
my @object_kinds = map { my $kind = $_; scalar grep { /^sc_${kind}_/ } keys %$objects }
    qw(envelope serializer coding xsrf);

ok(scalar(keys %$files) > 50, 'there are files to check');
ok(!grep({ $_ < 2 } @object_kinds), "there are envelopes, serializers, codings and schemes (@object_kinds)");
ok($names->{flask} && $names->{django} && $names->{signed} && $names->{tagged},
   'formats, schemes and serializers have names');
refuses('an envelope by its address would be seen',
        "int f(x_t *x) { return x->e == &sc_envelope_django; }\n", $objects, $names);
refuses('so would a serializer, on another line',
        "int f(x_t *x) { return x->e ==\n  &sc_serializer_tagged; }\n", $objects, $names);
refuses('so would a scheme', "const void *f(void) { return &sc_xsrf_signed; }\n", $objects, $names);
refuses('a format by its name would be seen',
        "int f(x_t *x) { return !strcmp(x->format->name,\n \"paseto\"); }\n", $objects, $names);
refuses('so would two serializers',
        "int f(x_t *x) { return x->serializer != x->other; }\n", $objects, $names);
refuses('so would a row that is looked for by a name of its own',
        "int f(x_t *x) { return x->format == sc_format_find(\"flask\"); }\n", $objects, $names);
ok(!offences({ 'a.c' => "/* */ if (f->coding == NULL || !strcmp(f->name, name)) return sc_format_find(name);\n"
      . "static const conf_t defaults = {.schemes = {&sc_xsrf_signed}};\n" },
             $objects, $names), 'what names nobody passes, and so does the default of a directive');

my @found = offences($files, $objects, $names);
print "# $_\n" for @found;
ok(!@found, 'only the tables and the definitions know one format or scheme from another');

print "1..$count\n";
exit $failed;
