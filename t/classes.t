# SPDX-License-Identifier: Apache-2.0
# Classes of faults that other modules of this kind had, where no other file tries them: headers that are there and hold
# nothing, a cookie without a name, chunks of a cookie that are counted by the client.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use SC;
use Test::More;

my $good = flask($USER);
my $log = 0;
logged(\$log);

# --- NULL on malformed input: mod_session (CVE-2021-26690), OIDCStripCookies (CVE-2023-28625) ---
for my $path ('/strip/env.cgi', '/modsession/env.cgi', '/modsession-cookie/env.cgi', '/several/env.cgi') {
    for my $cookie ('', '=', ';', '; ; ', '=;=', 'session', 'session=', 'session==', 'session=;', '=session=x', ',', '"', 'session="', 'httpdsession', 'httpdsession==&=&', 'httpdsession=&&=', "\t") {
        my $response = request('GET', $path, ["Cookie: $cookie"]);
        is($response->{status}, 200, "$path: answers to \"Cookie: $cookie\"");
    }
}
is(request('GET', '/strip/env.cgi', ['Cookie:', "Cookie: session=$good", 'Cookie: ='])->{status}, 200, 'an empty line, a session and an empty name');

# --- a cookie without a name (CVE-2023-23934) ---
case 'a cookie without a name is not one of the name that its value begins with', '/flask/env.cgi', "=session=$good", { SESSION_USER_NAME => undef };
case 'nor does it hide one', '/flask/env.cgi', "=session=x; session=$good", { SESSION_USER_NAME => qr/./ };

# --- overflow of a cookie over several: the client says how many (CVE-2024-24814) ---
for my $count ('99999999', '-1', '2', '18446744073709551616') {
    my ($one, $two) = (substr($good, 0, 20), substr($good, 20));
    case "chunks are not joined, whatever their number ($count)", '/flask/env.cgi',
        "session_chunks=$count; session_0=$one; session_1=$two; session=$one; session=$two", { SESSION_USER_NAME => undef };
}

# --- no child fell ---
unlike(join('', logged(\$log)), qr/exit signal|Segmentation|AddressSanitizer|runtime error/, 'no child crashed on any of it');

done_testing;
