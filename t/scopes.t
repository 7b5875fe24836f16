# SPDX-License-Identifier: Apache-2.0
# Where a directive holds: virtual hosts, .htaccess files, subrequests, internal redirects.
use strict;
use warnings;
use File::Copy qw(copy);
use FindBin;
use lib "$FindBin::Bin/lib";
use SC;
use Test::More;

my $good = flask($USER);
my $S = "session=$good";
my %editor = (SESSION_ROLE => 'claim-of-editor', COOKIESESSION_STATUS => 'ok');

# Virtual hosts
case 'a virtual host inherits the keys', '/v/env.cgi', 'session=' . flask($USER, secret => $OLD), { %editor, COOKIESESSION_KEY => 'old' }, 'Host: inherits.test';
case 'a virtual host replaces a key by its id', '/v/env.cgi', 'session=' . flask($USER, secret => 'the-key-of-this-virtual-host'), \%editor, 'Host: replaces.test';
case 'and does not open with the one that it replaced', '/v/env.cgi', $S, { COOKIESESSION_STATUS => 'bad-signature' }, 'Host: replaces.test';
case 'a source resolves its keys in the server that it stands in', '/flask/env.cgi', $S, \%editor, 'Host: replaces.test';
case 'the other virtual host has no source of its own', '/v/env.cgi', $S, { COOKIESESSION_STATUS => undef }, 'Host: main.test';

# What is to be said of a line is said in the main error log, once a start, wherever the line stands.
{
    my $start = 0;
    my $pid = do { open my $in, '<', Apache::Test::vars('t_pid_file') or die $!; 0 + <$in> };
    # Other tests have servers of their own that write to the same log.
    my @lines = grep { /\[pid $pid[:\]]/ } SC::logged(\$start);
    my $starts = grep { /resuming normal operations/ } @lines;
    my $main = grep { /:warn\] .*CookieSessionKey other at .*httpd\.conf:\d+: .*text:/ } @lines;
    my $host = grep { /:warn\] .*CookieSessionKey new at .*vhosts\.conf:\d+: .*text:/ } @lines;
    cmp_ok($starts, '>=', 1, 'the log has the start');
    is($main, $starts, 'a warning about a line of the server is said once a start');
    is($host, $starts, 'so is one about a line of a virtual host');
}

# .htaccess: text => what a request then sees
my $n = 0;
for (
    ['a source',                         'CookieSession cookie:session flask keys=new',                         { %editor }],
    ['a key of the server that it is in', 'CookieSession cookie:session flask keys=new',                        { COOKIESESSION_STATUS => 'bad-signature' }, 'Host: replaces.test'],
    ['options',                          "CookieSession cookie:session flask keys=new max-age=1h max-bytes=10", { COOKIESESSION_STATUS => 'too-large' }],
    ['two sources',                      "CookieSession cookie:token paseto keys=v4\nCookieSession cookie:session flask keys=old,new", { %editor }],
    ['Off',                              'CookieSession Off',                                                   { COOKIESESSION_STATUS => undef }],
    ['a prefix',                         "CookieSession cookie:session flask keys=new\nCookieSessionEnv VISITOR_",  { VISITOR_ROLE => 'claim-of-editor' }],
    ['an export',                        "CookieSession cookie:session flask keys=new\nCookieSessionExport role VISITOR_ROLE", { VISITOR_ROLE => 'claim-of-editor' }],
    ['a user',                           "CookieSession cookie:session flask keys=new\nCookieSessionUser role", { COOKIESESSION_USER => 'claim-of-editor' }],
    ['a delimiter',                      "CookieSession cookie:session flask keys=new\nCookieSessionEnvDelimiter :", { SESSION_GROUPS => 'a:b' }],
    ['strip',                            "CookieSession cookie:session flask keys=new\nCookieSessionStrip On",  { HTTP_COOKIE => undef, %editor }],
    ['an unknown key',                   'CookieSession cookie:session flask keys=nokey',                       500, qr/keys=nokey is not the id of a key/],
    ['an unknown format',                'CookieSession cookie:session flusk keys=new',                         500, qr/unknown format "flusk"/],
    ['a bad option',                     'CookieSession cookie:session flask keys=new max-age=soon',            500, qr/CookieSession .*max-age.*soon/],
    ['a look-up',                        'CookieSession cookie:session flask-session lookup=redis:session:',    500, qr/lookup= cannot be used in a \.htaccess file; put the line into a <Directory> section/],
    ['a forbidden prefix',               'CookieSessionEnv HTTP_',                                              500, qr/CookieSessionEnv HTTP_: HTTP_ carries/],
    ['a forbidden name',                 'CookieSessionExport role LD_PRELOAD',                                 500, qr/CookieSessionExport role LD_PRELOAD/],
    ['a limit',                          "<Limit GET>\nXSRF Off\n</Limit>",                                     500, qr/XSRF cannot occur within <Limit>/],
    ['a key',                            'CookieSessionKey k text:a-secret-in-htaccess',                        500, qr/not allowed here/],
) {
    my ($what, $text, $want, @rest) = @$_;
    my $dir = root() . '/htdocs/htaccess/d' . ++$n;
    mkdir $dir or die "$dir: $!";
    copy(root() . '/cgi/env.cgi', "$dir/env.cgi") && chmod 0755, "$dir/env.cgi" or die "$dir: $!";
    open my $out, '>', "$dir/.htaccess" or die "$dir: $!";
    print {$out} "$text\n";
    close $out;
    if (ref $want) {
        case ".htaccess: $what", "/htaccess/d$n/env.cgi", $S, $want, @rest;
        next;
    }
    my $from = -s root() . '/logs/error_log';
    is(get("/htaccess/d$n/env.cgi", $S)->{status}, $want, ".htaccess: $what is an error");
    my @lines = grep { /alert/ } SC::logged(\$from);
    like("@lines", $rest[0], ".htaccess: $what is named in the log");
}

# Requests within a request
case 'DirectoryIndex', '/dirindex/', $S, { %editor, INDEX_ROLE => 'claim-of-editor', COOKIESESSION_USER => 7 };
case 'DirectoryIndex with a forged cookie', '/dirindex/', 'session=' . forge($good, 2), { SESSION_ROLE => undef, INDEX_ROLE => undef, COOKIESESSION_STATUS => 'bad-signature' };
case 'MultiViews', '/dirindex/index', $S, { %editor, INDEX_ROLE => 'claim-of-editor' };
case 'an internal redirect within a directory: its own variables, no stale ones', '/rewrite/go', $S,
    { %editor, COOKIESESSION_SOURCE => 'cookie:session', REDIRECT_COOKIESESSION_STATUS => 'ok' };
case 'a rewrite before any scope', '/redirect/env.cgi', $S, \%editor;

my $errors = get('/errors/nothing', $S);
is($errors->{status}, 404, 'ErrorDocument answers with its status');
$errors->{status} = 200;
env_is 'ErrorDocument sees the session', $errors, { %editor, REDIRECT_STATUS => 404 };
my $forbidden = get('/errors/forbidden', $S);
is($forbidden->{status}, 403, 'ErrorDocument for what is forbidden');
$forbidden->{status} = 200;
env_is 'an ErrorDocument without a source sees no session of its own', $forbidden, { SESSION_ROLE => undef, COOKIESESSION_STATUS => undef };

# SSI
env_is 'an include has the session of its page', get('/ssi/page.shtml', $S), { page => 'claim-of-editor', same => qr/^/, %editor };
env_is 'an include into a scope without a source has none of its page', get('/ssi/off.shtml', $S), { page => 'claim-of-editor', SESSION_ROLE => undef, COOKIESESSION_STATUS => undef, COOKIESESSION_JSON => undef };
env_is 'an include into a scope of another source has that one\'s', get('/ssi/other.shtml', $S), { page => 'claim-of-editor', SESSION_ROLE => undef, COOKIESESSION_STATUS => 'absent', COOKIESESSION_USER => undef, REMOTE_USER => undef };
env_is 'an include that strips leaves its page the cookie', get('/ssi/strip.shtml', $S), { HTTP_COOKIE => undef, after => $S };

# Once
{
    my $from = -s root() . '/logs/error_log';
    get('/ssi/page.shtml', 'session=' . forge($good, 2));
    my @lines = grep { /session token refused/ } SC::logged(\$from);
    is(scalar @lines, 1, 'a page and its include look the session up once');
    get('/errors/nothing', 'session=' . forge($good, 2));
    @lines = grep { /session token refused/ } SC::logged(\$from);
    is(scalar @lines, 1, 'a request and its ErrorDocument look the session up once');
    get('/dirindex/', 'session=' . forge($good, 2));
    @lines = grep { /session token refused/ } SC::logged(\$from);
    is(scalar @lines, 1, 'a directory and its index look the session up once');
}

done_testing;
