# SPDX-License-Identifier: Apache-2.0
# Rotation, several tokens, and everything that is refused: the request goes on as anonymous, with a
# status of the table and one line in the log.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use SC;
use Test::More;

my $good = flask($USER);
my $old = flask($USER, secret => $OLD);
my $foreign = flask($USER, secret => 'nobody-here-has-this-secret');
my $F = '/flask/env.cgi';
my %anna = (COOKIESESSION_STATUS => 'ok', SESSION_USER_NAME => 'claim-of-anna');

case 'a token signed with a retired key still opens', $F, "session=$old", { %anna, COOKIESESSION_KEY => 'old' };

# Several cookies
case 'of two cookies of one name the second is good', $F, "session=$foreign; session=$good", \%anna;
case 'of two cookies of one name the first is good', $F, "session=$good; session=$foreign", \%anna;
case 'none is good: the status of the first', $F, "session=x; session=$foreign", { COOKIESESSION_STATUS => 'malformed', SESSION_USER_NAME => undef };
case 'the sixteenth cookie of a name is tried', $F, join('; ', ("session=$foreign") x 15, "session=$good"), \%anna;
case 'the seventeenth is not', $F, join('; ', ("session=$foreign") x 16, "session=$good"), { COOKIESESSION_STATUS => 'bad-signature' };
case 'empty cookies of the name do not count', $F, join('; ', ('session=') x 40, "session=$good"), \%anna;
case 'nor do malformed ones', $F, join('; ', ('session=no-token') x 900, "session=$good"), \%anna;
case 'a quoted value', $F, "session=\"$good\"", \%anna;
case 'names know case: Session is another cookie', $F, "Session=$good", { COOKIESESSION_STATUS => 'absent' };
case 'xsession is another cookie', $F, "xsession=$good; session2=$good", { COOKIESESSION_STATUS => 'absent' };
case 'a comma separates no cookies', $F, "a=1, session=$good", { COOKIESESSION_STATUS => 'absent' };
case 'other cookies around', $F, "a=\"x;y\"; session=$good; b", \%anna;
# httpd joins lines with a comma, which separates no cookies: what stands first in a second line is not found.
case 'two Cookie lines: the session in the first', $F, undef, \%anna, "Cookie: session=$good; z=1", 'Cookie: a=1';
case 'two Cookie lines: the session is not first in the second', $F, undef, \%anna, 'Cookie: a=1', "Cookie: b=2; session=$good";
case 'two Cookie lines: first in the second, and nothing is mistaken', $F, undef, { COOKIESESSION_STATUS => 'absent' }, 'Cookie: a=1', "Cookie: session=$good";
case 'two Cookie lines: a session glued to something is no session', $F, undef, { COOKIESESSION_STATUS => qr/^(malformed|bad-signature)$/ }, "Cookie: session=$good", 'Cookie: a=1';

# Several sources
case 'sources are tried in order: the first good one wins', '/several/env.cgi', "session=$good; token=" . paseto('{"sub":"claim-of-sub"}'), { COOKIESESSION_SOURCE => 'cookie:token' };
case 'a later source is good', '/several/env.cgi', "token=v4.local.AAAA; session=$good", { COOKIESESSION_SOURCE => 'cookie:session', %anna };
case 'none is good: the status and source of the first token found', '/several/env.cgi', 'session2=x; session=' . forge($good, 2), { COOKIESESSION_STATUS => 'bad-signature', COOKIESESSION_SOURCE => undef };
case 'a key of another source does not open', '/several/env.cgi', 'session2=' . $good, { COOKIESESSION_STATUS => 'bad-signature' };

# Refused, by its defect
my $bomb = '{"a":"' . ('x' x 4_000_000) . '"}';
my $deep = '{"a":' . ('[' x 1000) . (']' x 1000) . '}';
my $members = '{' . join(',', map { "\"m$_\":1" } 1 .. 1500) . '}';
for (
    ['changed payload',            forge($good, 0),                       'bad-signature'],
    ['changed time',               forge($good, 1),                       'bad-signature'],
    ['changed MAC',                forge($good, 2),                       'bad-signature'],
    ['truncated MAC',              substr($good, 0, -4),                  'bad-signature'],
    ['another key',                $foreign,                              'bad-signature'],
    ['another salt',               flask($USER, salt => 'itsdangerous'),  'bad-signature'],
    ['no MAC',                     $good =~ s/\.[^.]*$//r,                qr/^(malformed|bad-signature)$/],
    ['no dot at all',              'abcdef',                              'malformed'],
    ['dots alone',                 '...',                                 qr/^(malformed|bad-signature)$/],
    ['expired',                    flask($USER, offset => -3602),         'expired'],
    ['from the future',            flask($USER, offset => 3600),          'not-yet-valid'],
    ['deflated bomb',              flask($bomb, zip => 1),                'too-large'],
    ['unsigned bomb',              forge(flask($bomb, zip => 1), 2),      'bad-signature'],
    ['longer than 8 KiB',          flask('{"a":"' . ('x' x 9000) . '"}'), 'too-large'],
    ['1000 levels of nesting',     flask($deep, zip => 1),                'too-large'],
    ['1500 members',               flask($members, zip => 1),             'too-large'],
    ['payload that is no JSON',    flask('{"a":'),                        'malformed'],
    ['payload that is no object',  flask('"text"'),                       'malformed'],
    ['invalid UTF-8',              flask("{\"a\":\"\xff\xfe\"}"),         'malformed'],
    ['NUL behind the JSON',        flask("{\"a\":1}\0"),                  'malformed'],
    ['broken deflate stream',      SC::flask_text('.eJyrVkosLcmIz8nPS8'), 'malformed'],
    ['PASETO in a Flask cookie',   paseto('{"sub":"claim-of-sub"}'),      qr/^(malformed|bad-signature)$/],
) {
    my ($defect, $token, $status) = @$_;
    my $from = -s root() . '/logs/error_log';
    case "refused: $defect", $F, "session=$token",
        { COOKIESESSION_STATUS => $status, SESSION_A => undef, SESSION_USER_NAME => undef, COOKIESESSION_JSON => undef,
          COOKIESESSION_KEY => undef, COOKIESESSION_ISSUED => undef, COOKIESESSION_USER => undef, REMOTE_USER => undef };
    my @lines = grep { /sessioncookie/ } SC::logged(\$from);
    my @info = grep { /:info\].*session token refused: [a-z-]+ \(cookie:session flask\)$/ } @lines;
    is(@info . ' of ' . @lines, '1 of 1', "one line in the log: $defect") or diag(@lines);
}
case 'duplicate members: the last counts, as in Python', $F, 'session=' . flask('{"role":"claim-of-first","role":"claim-of-last"}'), { SESSION_ROLE => 'claim-of-last' };
case 'max-bytes of a source', '/small/env.cgi', 'session=' . flask('{"a":"' . ('x' x 200) . '"}'), { COOKIESESSION_STATUS => 'too-large' };
for (
    ['expired',       paseto('{"exp":"2020-01-01T00:00:00Z"}'),                              'expired'],
    ['not yet valid', paseto('{"nbf":"2099-01-01T00:00:00Z"}'),                              'not-yet-valid'],
    ['changed',       forge(paseto('{"sub":"claim-of-sub"}'), 2),                            'bad-signature'],
    ['v4.public body under v4.local', paseto('{"a":1}', key => 'v4.secret.key') =~ s/public/local/r, qr/^(malformed|bad-signature)$/],
    ['v3',            paseto('{"a":1}') =~ s/v4/v3/r,                                        qr/^(unsupported|malformed|bad-signature|unknown-key)$/],
    ['a Flask token', $good,                                                                  'malformed'],
) {
    my ($defect, $token, $status) = @$_;
    case "refused PASETO: $defect", '/paseto/env.cgi', "token=$token", { COOKIESESSION_STATUS => $status, SESSION_SUB => undef, COOKIESESSION_USER => undef, REMOTE_USER => undef };
}

# Much of it
my $many = join '; ', map { "c$_=" . ('v' x 40) } 1 .. 2000;
case '2000 cookies in 100 KB: the session behind them is found', $F, "$many; session=$good", \%anna;
case '2000 cookies of the name', $F, join('; ', ('session=' . 'v' x 40) x 2000), { COOKIESESSION_STATUS => 'malformed' };
case 'one cookie of 100 KB', $F, 'session=' . ('x' x 100_000), { COOKIESESSION_STATUS => 'too-large' };
case 'a cookie of quotes and backslashes', $F, 'session="' . ('\\' x 50_001), { COOKIESESSION_STATUS => qr/./, SESSION_A => undef };
case 'every byte that a header may hold', $F, 'session=' . join('', map { chr } 9, 32 .. 58, 60 .. 126, 128 .. 255), { COOKIESESSION_STATUS => qr/^(malformed|bad-signature)$/ };
case 'and after all that a session is still a session', $F, "session=$good", \%anna;

done_testing;
