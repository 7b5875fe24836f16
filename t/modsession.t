# SPDX-License-Identifier: Apache-2.0
# The mod_session provider: Session On with SessionEnv gives the verified session.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use SC;
use Test::More;

my $good = flask($USER);
my $M = '/modsession/env.cgi';

sub has { my $entry = quotemeta shift; qr/(?:^|&)$entry(?:&|$)/ }

case 'strings', $M, "session=$good", { HTTP_SESSION => has('user_name=claim-of-anna') };
case 'numbers', $M, "session=$good", { HTTP_SESSION => has('n=12345678901234567890123') };
case 'arrays are joined', $M, "session=$good", { HTTP_SESSION => has('groups=a%2cb') };
case 'names and values are escaped', $M, 'session=' . flask('{"a&b":"c=d e"}'), { HTTP_SESSION => 'a%26b=c%3dd+e' };
case 'null is no entry', $M, "session=$good", { HTTP_SESSION => qr/^(?!.*none)/ };
case 'User and user both survive', $M, 'session=' . flask('{"User":"claim-one","user":"claim-two"}'), { HTTP_SESSION => 'User=claim-one&user=claim-two' };
case 'a value with NUL is no entry', $M, 'session=' . flask('{"a":"claim\u0000","b":"1"}'), { HTTP_SESSION => 'b=1' };
case 'an empty session', $M, 'session=' . flask('{}'), { HTTP_SESSION => qr/^$/ };
case 'a refused token is an empty session', $M, 'session=' . forge($good, 2), { HTTP_SESSION => qr/^$/, COOKIESESSION_STATUS => 'bad-signature' };
case 'no token is an empty session', $M, undef, { HTTP_SESSION => qr/^$/, COOKIESESSION_STATUS => 'absent' };
case 'the variables are there as ever', $M, "session=$good", { SESSION_ROLE => 'claim-of-editor', COOKIESESSION_STATUS => 'ok' };
case 'a client cannot send the session itself', $M, undef, { HTTP_SESSION => qr/^$/ }, 'Session: user_name=claim-of-intruder';
case 'where no source is configured mod_session_cookie goes on as ever', '/modsession-cookie/env.cgi', 'httpdsession=user=claim-of-httpd', { HTTP_SESSION => 'user=claim-of-httpd' };
case 'where both are configured ours is meant', '/modsession-both/env.cgi', "session=$good; httpdsession=user=claim-of-httpd", { HTTP_SESSION => has('user_name=claim-of-anna') };
is(get($M, "session=$good")->{headers}{'set-cookie'}, undef, 'a session that was read only is not written');

my $from = -s root() . '/logs/error_log';
case 'a session that a subrequest loads too', '/modsession/page.shtml', "session=$good", { COOKIESESSION_STATUS => 'ok' } for 1;
my @lines = grep { /session/ && !/:(debug|trace\d|info)\]/ } SC::logged(\$from);
is("@lines", '', 'mod_session has nothing to complain about');

done_testing;
