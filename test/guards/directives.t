#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# One directive = a row of the command table, a line of merge for its member, an entry in docs/directives.md with
# syntax, default, context and example, a line in conf/sessioncookie.conf, a case in t/config.t and elsewhere in t/.
# One variable = a row in the docs and a case.
use strict;
use warnings;
use FindBin;
use Test::More;

my $top = "$FindBin::Bin/../..";

sub slurp { my $all = ''; for (@_) { open my $in, '<', $_ or die "$_: $!"; local $/; $all .= <$in> } $all }

my $code = slurp(glob("$top/src/httpd/*.c"), glob("$top/src/httpd/*/*.c"));
my $docs = slurp("$top/docs/directives.md");
my $conf = slurp("$top/conf/sessioncookie.conf");
my $tests = slurp(glob("$top/t/*.t"), glob("$top/t/conf/*.conf"), "$top/t/conf/httpd.conf.in");

my $table = slurp("$top/src/httpd/directives.c");
my $records = slurp("$top/src/httpd/config.c");
my $messages = slurp("$top/t/config.t");
my @directives = $table =~ /\bAP_INIT_\w+\(\s*"(\w+)"/g;
cmp_ok(scalar @directives, '>=', 24, 'the command table is found');
is(scalar @directives, () = $code =~ /\bAP_INIT_\w+\(/g, 'every row of src/httpd/ is in it');
is(join(' ', grep { !/^(CookieSession|XSRF)/ } @directives), 'SetHandler', 'each name begins with CookieSession or XSRF, but for httpd\'s own');

# The member of a row, by its macro. Two rows of one member would overwrite each other.
my @members = $table =~ /\b((?:DIR|XSRF)\(\w+)(?=[,)])/g;
@members = grep { !/\(member$/ } @members;
cmp_ok(scalar @members, '>=', 10, 'the members of the rows are found');
my %times;
for (@members) {
    my ($macro, $member) = /(\w+)\((\w+)/;
    my ($merge) = $records =~ ($macro eq 'DIR' ? qr/^void \*msc_dir_merge(.*?)^}/ms : qr/^static const msc_xsrf_conf_t \*xsrf_merge(.*?)^}/ms);
    is(++$times{$_}, 1, "$member is the member of one row");
    like($merge // '', qr/^ +PICK\($member\);$/m, "$member has its line of merge");
}

for my $name (@directives) {
    my ($entry) = $docs =~ /^### \Q$name\E\n(.*?)(?=^###? |\z)/ms;
    ok(defined $entry, "$name has an entry in docs/directives.md") or next;
    like($entry, qr/^    Syntax:   $name /m, "$name: syntax");
    like($entry, qr/^    Default:  \S/m, "$name: default");
    like($entry, qr/^    Context:  (server|directory)/m, "$name: context");
    my ($examples) = $entry =~ /Context:[^\n]*\n(.*)/s;
    like($examples, qr/^    $name \S/m, "$name: example");
    like($docs, qr/^\| \[$name\]\(#\L$name\E\) \|/m, "$name: in the list at the top");
    like($conf, qr/^# *$name /m, "$name is in conf/sessioncookie.conf");
    like($tests, qr/\b$name\b/, "$name has a case in t/");
    like($messages, qr/\b$name\b/, "$name: t/config.t has its messages");
}
my %known = map { $_ => 1 } @directives;
is(join(' ', grep { !$known{$_} } $docs =~ /^#+ ((?:CookieSession|XSRF)\w*)$/mg), '', 'no entry is of a directive that is not there');
is(join(' ', grep { !$known{$_} } $conf =~ /^# *((?:CookieSession|XSRF)\w*) /mg), '', 'no line of the conf is either');
# The options of CookieSession, each in its entry.
my ($options) = slurp("$top/src/core/codec/options.c") =~ /^static const option_t \w+\[\] = \{\n(.*?)^\};/ms;
my @options = ($options // '') =~ /^\s*\{\s*"([a-z-]+)",/mg;
cmp_ok(scalar @options, '>=', 15, 'the options of CookieSession are found');
my ($source) = $docs =~ /^### CookieSession\n(.*?)(?=^###? |\z)/ms;
like($source, qr/`\Q$_\E=/, "CookieSession documents its option $_") for @options;

unlike($conf, qr/^(?!#|$)/m, 'all of the conf is commented out');

# A setter of its own notes which member it has set.
my @marked = $code =~ /\bMSC_MARK_SET\(conf, (\w+)\);/g;
cmp_ok(scalar @marked, '>=', 8, 'the setters that mark members are found');
like($records, qr/^ +PICK\($_\);$/m, "$_ has its line of merge") for @marked;

my %variables = map { $_ => 1 } $code =~ /"((?:COOKIESESSION|XSRF)_[A-Z]+)"/g;
cmp_ok(scalar keys %variables, '>=', 8, 'the variables are found in the code');
for my $name (sort keys %variables) {
    like($docs, qr/^\| `$name` \|/m, "$name is in docs/directives.md");
    like($tests, qr/\b$name\b/, "$name has a case in t/");
}

done_testing;
