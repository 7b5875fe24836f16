# SPDX-License-Identifier: Apache-2.0
# What a stranger's tokens may cost: four verifications with public keys in a client's request, over
# all its tokens, sources, subrequests and internal redirects.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use SC;
use Test::More;

my $n = 0;
sub made { my ($key, @footer) = @_; return paseto('{"sub":"claim-of-' . ++$n . '"}', key => "budget$key.key", options => \@footer) }
sub forged { return map { forge(made(@_), 2) } 1 .. shift }
sub named { my ($name, @tokens) = @_; return join '; ', map { "$name=$_" } @tokens }
sub status { return { COOKIESESSION_STATUS => $_[0], $_[0] eq 'ok' ? () : (SESSION_SUB => undef, COOKIESESSION_SOURCE => undef) } }

my $good = made(1);
my $flask = flask($USER);
case 'four forged tokens under one key', '/budget/one/env.cgi', named('token', forged(4, 1)), status('bad-signature');
case 'a fifth is one too many', '/budget/one/env.cgi', named('token', forged(5, 1)), status('too-large');
case 'so are sixteen', '/budget/one/env.cgi', named('token', forged(16, 1)), status('too-large');
case 'one token under four keys', '/budget/four/env.cgi', named('token', forged(1, 1)), status('bad-signature');
case 'two tokens under four keys', '/budget/four/env.cgi', named('token', forged(2, 1)), status('too-large');
case 'a good token after three forged ones', '/budget/one/env.cgi', named('token', forged(3, 1), $good), status('ok');
case 'not after four', '/budget/one/env.cgi', named('token', forged(4, 1), made(1)), status('too-large');
case 'a good token under the last of four keys', '/budget/four/env.cgi', named('token', made(4)), status('ok');
case 'the next request has four of its own', '/budget/one/env.cgi', named('token', $good), status('ok');

my $kid = 'footer={"kid":"budget4"}';
my $named = made(4, $kid);
case 'a token that names its key costs one', '/budget/four/env.cgi', named('token', (map { forge($_, 2) } ($named) x 3), made(4, $kid)), status('ok');
case 'a forged one, too', '/budget/four/env.cgi', named('token', (map { forge($_, 2) } ($named) x 4)), status('bad-signature');
case 'five of them are too many', '/budget/four/env.cgi', named('token', (map { forge($_, 2) } ($named) x 5)), status('too-large');
case 'malformed tokens cost nothing', '/budget/one/env.cgi', named('token', ('v4.public.AAAA') x 40, $good), status('ok');

# Other sources
my $local = paseto('{"sub":"claim-of-sub"}');
case 'a local token opens when nothing is left', '/budget/mixed/env.cgi', named('token', forged(6, 1), $local), { %{status('ok')}, SESSION_SUB => 'claim-of-sub' };
case 'a forged one leaves it at that', '/budget/mixed/env.cgi', named('token', forged(6, 1), forge($local, 2)), status('too-large');
case 'so does one in another source', '/budget/mixed/env.cgi', named('token', forged(6, 1)) . '; session=' . forge($flask, 2), status('too-large');
case 'a good one in another source opens', '/budget/mixed/env.cgi', named('token', forged(6, 1)) . "; session=$flask", { COOKIESESSION_STATUS => 'ok', COOKIESESSION_SOURCE => 'cookie:session' };
case 'sources share the four', '/budget/mixed/env.cgi', named('token', forged(4, 1)), status('too-large'), 'Authorization: Bearer ' . made(2);
case 'and three leave one', '/budget/mixed/env.cgi', named('token', forged(3, 1)), status('ok'), 'Authorization: Bearer ' . made(2);
{
    my $from = -s root() . '/logs/error_log';
    get('/budget/mixed/env.cgi', named('token', forged(5, 1)) . '; session=' . forge($flask, 2));
    my @lines = grep { /session token refused/ } SC::logged(\$from);
    is(scalar @lines, 1, 'the log has one line of it');
    like("@lines", qr/session token refused: too-large \(cookie:token paseto\)/, 'with the source that cost too much');
}

# Subrequests and internal redirects count on the request that the client sent.
sub redirected { return { %{get('/budget/four/nothing', named('token', $_[0]) . '; ' . named('other', $_[1]))}, status => 200 } } # to the page of the 404
env_is 'an internal redirect has no other four', redirected(forged(1, 1), made(4)), status('too-large');
env_is 'it has what is left', redirected(made(1), made(3)), status('ok');

SKIP: {
    skip 'there is no curl', 2 unless `curl --version 2>/dev/null` =~ /^curl/;
    my $cookie = named('token', made(4)) . '; ' . named('other', made(4));
    my $url = 'http://127.0.0.1:' . port() . '/budget/four/page.shtml';
    # One connection, and so one process, which remembers a session that comes for the second time.
    my @seen = `curl -s -H 'Cookie: $cookie' $url $url $url` =~ /^(?:page|COOKIESESSION_STATUS)=(.*)$/mg;
    is("@seen[0, 1]", 'ok too-large', 'a subrequest has no other four');
    is("@seen[4, 5]", 'ok ok', 'a token that is remembered costs nothing');
}

done_testing;
