#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Each source file, script, configuration and document says its licence once, in a line of its own, and the texts
# of the licences are those of their authors, byte for byte. The WordPress plugin has WordPress' licence. Looks at the tree, not at git, so that an
# archive is checked as well.
use strict;
use warnings;
use FindBin;
use File::Find;
use Cwd qw(realpath);
use Digest::SHA;
use Test::More;

my $top = realpath("$FindBin::Bin/../..");
my $tag = 'SPDX-License-' . 'Identifier:'; # not as one word, so that this line is none

# What tools make, and others' libraries.
my $foreign = qr{^(?:\.git|node_modules|autom4te\.cache|build-aux|build.*|_build|_inst|__pycache__|man|made)$};
my $made = qr{^(?:configure~?|aclocal\.m4|config\.(?:status|log)|libtool|Makefile(?:\.in)?)$};
# Pages that tests serve byte for byte, and samples for parsers: data.
my $data = qr{^(?:t/htdocs/.*\.s?html|t/htdocs/xsrf/(?:inject|php)/form\.php|test/browser/www/.*\.html|test/wordpress/themes/.*\.html|test/fuzz/corpus/.*)$};
my $code = qr{\.(?:[ch]|sh|t|p[lmy]|mjs|js|php|cgi|html|css|lua|awk|svg|am|ac|spec|conf|conf\.in|md|po|pot)$};

sub contents {
    open my $in, '<:raw', $_[0] or die "$_[0]: $!";
    local $/;
    return <$in> // '';
}

my @files;
find(sub {
    if (-d && $_ ne '.' && /$foreign/) { $File::Find::prune = 1; return }
    (my $name = $File::Find::name) =~ s{^\Q$top\E/}{};
    return if -l || !-f || /$made/ || $name =~ $data;
    push @files, $name if /$code/ || (!/\./ || $name eq '.ci/run') && contents($_) =~ /^#!/;
}, $top);

cmp_ok(scalar @files, '>=', 250, 'source files are found');
cmp_ok(scalar(grep { /^src\/.*\.c$/ } @files), '>=', 60, 'those of src/ among them');

my (@without, @often, @other);
for my $name (sort @files) {
    my @lines = contents("$top/$name") =~ /^(.*\Q$tag\E.*)$/mg;
    push @without, $name if @lines == 0;
    push @often, $name if @lines > 1;
    my $licence = $name =~ m{^wordpress/} ? 'GPL-2.0-or-later' : 'Apache-2.0';
    push @other, "$name: $_" for grep { !/\Q$tag $licence\E(?: \*\/| -->|)\s*$/ } @lines;
}
is(join("\n", @without), '', 'each has its SPDX line');
is(join("\n", @often), '', 'and only one');
is(join("\n", @other), '', 'and all name the licence of their folder');
cmp_ok(scalar(grep { m{^wordpress/.*\.php$} } @files), '>=', 13, 'the plugin is among them');

# Debian's packages say the same, and whose it is as NOTICE has it.
my $copyright = contents("$top/debian/copyright");
is(join(' ', map { s/\s+$//r } $copyright =~ /^License: (.*)$/mg), 'Apache-2.0 GPL-2.0-or-later Apache-2.0 GPL-2.0-or-later', 'debian/copyright names these licences');
my ($holder) = contents("$top/NOTICE") =~ /^Copyright (.*)$/m;
is_deeply([$copyright =~ /^Copyright: (.*)$/mg], [$holder, $holder], 'and the holders that NOTICE names');

is(Digest::SHA->new(256)->addfile("$top/LICENSE", 'b')->hexdigest,
    'cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30',
    'LICENSE is the unchanged Apache License 2.0');

is(Digest::SHA->new(256)->addfile("$top/wordpress/sessioncookie/license.txt", 'b')->hexdigest,
    '8177f97513213526df2cf6184d8ff986c675afb514d4e68a404010521b880643',
    'and that of the plugin the unchanged GNU General Public License 2');

done_testing;
