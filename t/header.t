# SPDX-License-Identifier: Apache-2.0
# CookieSessionHeader: what a back end gets, and every way to slip one's own copy past it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use SC;
use Test::More;
use Uwsgi;

my $S = 'session=' . flask($USER);
my %ours = (HTTP_X_USER => 'claim-of-editor');

case 'the member is sent', '/header-out/env.cgi', $S, \%ours;
case 'to a proxied back end too', '/proxied/header-out/env.cgi', $S, \%ours;
case 'without a session there is none', '/header-out/env.cgi', undef, { HTTP_X_USER => undef };
case 'nor with a forged one', '/header-out/env.cgi', 'session=' . forge(flask($USER), 0), { HTTP_X_USER => undef };

# Header lines that a client sends; what no CGI and no back end may see is EVIL.
my @spoofs = (
    ['as it is',                     'X-User: EVIL'],
    ['lower case',                   'x-user: EVIL'],
    ['upper case',                   'X-USER: EVIL'],
    ['underscore',                   'X_User: EVIL'],
    ['underscores',                  'X_USER: EVIL'],
    ['dot',                          'X.User: EVIL'],
    ['plus',                         'X+User: EVIL'],
    ['tilde',                        'x~user: EVIL'],
    ['star',                         'X*User: EVIL'],
    ['bang',                         'X!User: EVIL'],
    ['twice',                        'X-User: EVIL', 'X-User: EVIL'],
    ['twice, in two spellings',      'X-User: EVIL', 'X_User: EVIL'],
    ['many spellings',               'x-user: EVIL', 'X_user: EVIL', 'x.USER: EVIL', 'X-USER: EVIL', 'x^user: EVIL'],
    ['empty, then not',              'X-User:', 'X-User: EVIL'],
    ['a list',                       'X-User: a, EVIL'],
    ['folded line',                  "X-User: a\r\n EVIL"],
    ['named in Connection',          'Connection: X-User', 'X-User: EVIL'],
    ['Connection, lower case',       'Connection: close, x-user', 'X-User: EVIL'],
    ['Connection, another spelling', 'Connection: X_User', 'X-User: EVIL'],
    ['two Connection lines',         'Connection: keep-alive', 'Connection: x-user', 'X_User: EVIL'],
    ['the second header',            'X-Odd: EVIL', 'X_Odd: EVIL'],
    ['both headers',                 'X-User: EVIL', 'X-Odd: EVIL'],
    ['between others',               'A: 1', 'X-User: EVIL', 'B: 2', 'x-user: EVIL', 'C: 3'],
    ['Proxy-Connection',             'Proxy-Connection: X-User', 'X-User: EVIL'],
    ['quoted',                       'X-User: "EVIL"'],
    ['white space before the colon', 'X-User : EVIL'],
);
# CGI has no variables for most of these names; uwsgi makes HTTP_X_USER of X_User as well, as many servers of back ends do.
my @paths = ('/header-out/env.cgi', '/proxied/header-out/env.cgi');
my $at = "127.0.0.1:$ENV{SC_BACKEND_PORT}";
push @paths, '/header-out/wsgi/' if start_uwsgi(sub { IO::Socket::INET->new($at) }, '--http-socket', $at);
for my $path (@paths) {
    for my $cookie (undef, $S) {
        my $who = defined $cookie ? 'with a session' : 'without';
        for (@spoofs) {
            my ($sentence, @lines) = @$_;
            my $response = get($path, $cookie, @lines);
            my @seen = $response->{body} =~ /^(HTTP_X(?!_FORWARDED_)[^=\n]*=.*)$/mg;
            my $want = defined $cookie && $response->{status} == 200 ? 'HTTP_X_USER=claim-of-editor' : '';
            ok($response->{status} == 200 || $response->{status} == 400, "$path: $sentence, $who: answered");
            is(join(' ', @seen), $want, "$path: $sentence, $who");
        }
    }
}
for (
    ['OPTIONS',                'OPTIONS', '/header-out/env.cgi'],
    ['HEAD is GET',            'POST',    '/header-out/env.cgi'],
    ['a scope without source', 'GET',     '/header-out/nosource/env.cgi'],
    ['an error page elsewhere', 'GET',    '/header-out/forbidden/x'],
) {
    my ($sentence, $method, $path) = @$_;
    my $response = request($method, $path, ['X-User: EVIL', 'x_user: EVIL', "Cookie: a=b"]);
    like($response->{body}, qr/^REQUEST_METHOD=/m, "$sentence: the handler ran");
    unlike($response->{body}, qr/EVIL/, $sentence);
}

# What is set is for the handlers of the scope: not for those of a redirect or of an include into another one.
for (
    ['an error page of another scope',   'missing/nothing',   ''],
    ['of one that sets headers itself',  'elsewhere/nothing', 'HTTP_X_OTHER=claim-of-anna'],
    ['an include',                       'page/off.shtml',    ''],
) {
    my ($sentence, $path, $other) = @$_;
    my $body = get("/header-out/$path", $S, 'X-User: EVIL', 'X-Other: EVIL')->{body};
    like($body, qr/^REQUEST_METHOD=/m, "$sentence: the handler ran");
    unlike($body, qr/X_USER/, "$sentence: has no header of the first one");
    like($body, qr/^$other$/m, "$sentence: but its own") if $other;
    unlike($body, qr/EVIL/, "$sentence: nor the client's") if $other;
}

# Values that are not sent as they are.
for (
    ['a line break',    '{"odd":"a\r\nX-Admin: 1"}'],
    ['a tab',           '{"odd":"a\tb"}'],
    ['NUL',             '{"odd":"a\u0000b"}'],
    ['DEL',             '{"odd":"a\u007fb"}'],
    ['space before',    '{"odd":" root"}'],
    ['space behind',    '{"odd":"root "}'],
    ['nothing',         '{"odd":""}'],
    ['null',            '{"odd":null}'],
) {
    my ($sentence, $json) = @$_;
    for my $path ('/header-out/env.cgi', '/proxied/header-out/env.cgi') {
        my $response = get($path, 'session=' . flask($json), 'X-Odd: EVIL');
        is($response->{status}, 200, "$path: $sentence: served");
        unlike($response->{body}, qr/^HTTP_X_(ODD|ADMIN)=/m, "$path: $sentence is not sent");
    }
}
case 'UTF-8 is sent', '/header-out/env.cgi', 'session=' . flask('{"odd":"\u00e9"}'), { HTTP_X_ODD => qr/^(\xc3\xa9|\\xc3\\xa9)$/ };
case 'an array joined', '/header-out/env.cgi', 'session=' . flask('{"odd":["a","b"]}'), { HTTP_X_ODD => 'a,b' };

done_testing;
