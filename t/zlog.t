# SPDX-License-Identifier: Apache-2.0
# Last: nothing that any test sent or that any key holds is in a log, at any of our levels.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use SC;
use Test::More;

sub slurp { local (@ARGV, $/) = @_; <> }

my $log = slurp(root() . '/logs/error_log');
my @tokens = do { local @ARGV = (root() . '/logs/tokens'); my @all = <>; chomp @all; @all };

cmp_ok(scalar @tokens, '>', 0, 'tokens were sent (' . @tokens . ')');
cmp_ok(scalar(() = $log =~ /session token refused/g), '>', 0, 'and the log has lines about some');

# Pieces of at least 16 characters: what a truncated or split message would show.
my %seen;
my @found = grep { length $_ >= 16 && !$seen{$_}++ && index($log, substr $_, 0, 16) >= 0 } map { split /\./ } @tokens;
is(scalar @found, 0, 'no part of a token is in the error log') or diag(@found);

my @secrets = ($NEW, $OLD, 'the-key-of-this-virtual-host', 'another-application-has-this-one',
    map { s/^k4\.\w+\.//r } map { split /\n/, slurp($_) } grep { -r && -s } glob(root() . '/conf/keys/v4*.key'));
is((grep { index($log, $_) >= 0 } @secrets), 0, 'no secret is in the error log');
is(() = $log =~ /claim-/g, 0, 'no value of a session is in the error log');
is(() = $log =~ /Assertion|AddressSanitizer|runtime error|exit signal/g, 0, 'no child crashed');

done_testing;
