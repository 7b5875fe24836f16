# SPDX-License-Identifier: Apache-2.0
# Several cookies of one name: httpd reads the one that the application reads, and where one of them
# is good, the application sees no other. With the real Flask, which reads the first, and the real
# Django, which reads the last.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use SC;
use XSRF;

my $python = $ENV{PYTHON} // '/usr/bin/python3';
plan skip_all => 'on Debian: apt-get install python3-flaskext.wtf python3-django' if system "$python -c 'import flask_wtf, django' 2>/dev/null";

port(); # reads the configuration, and spoils $_
my $pid = fork // die $!;
if (!$pid) { exec $python, '-B', "$FindBin::Bin/lib/xsrf_apps.py", $ENV{SC_BACKEND_PORT}, root() . '/conf/keys/new.key' or die $! }
END { if ($pid) { local $?; kill 'TERM', $pid; waitpid $pid, 0 } }
for (1 .. 100) { last if IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $ENV{SC_BACKEND_PORT}); select undef, undef, undef, 0.1 }

# The session cookie's value of a user, made by the application.
sub login {
    my ($app, $user, $name) = @_;
    my ($line) = @{get("/open/$app/in?user=$user")->{headers}{'set-cookie'} // []};
    return ($line // '') =~ /^$name=("[^"]*"|[^;]*)/ ? SC::noted($1) : die "$app: no cookie $name\n";
}

# Whom the application sees behind httpd, and whom httpd sees.
sub both {
    my ($app, $cookie, @lines) = @_;
    my $answer = get("/twice/$app/who", $cookie, @lines);
    return "$answer->{body} " . (join ',', grep { $_ ne '(null)' } @{$answer->{headers}{'x-user'} // []});
}

for (['flask', 'session', 0], ['django', 'sessionid', 1]) {
    my ($app, $n, $last) = @$_;
    my ($m, $v, $other) = map { login($app, $_, $n) } qw(mallory victim third);
    my $stale = substr($v, 0, -3) . 'AAA';
    is(get("/open/$app/who", "$n=$m; $n=$v")->{body}, $last ? 'victim' : 'mallory', "$app reads the " . ($last ? 'last' : 'first') . ' of two');
    is(both($app, "$n=$m; $n=$v"), $last ? 'victim victim' : 'mallory mallory', "$app and httpd agree on two good cookies");
    is(both($app, "$n=$v; a=1; $n=$m"), $last ? 'mallory mallory' : 'victim victim', "$app and httpd: the other way round");
    for my $bad ($stale, 'x', '', '""', '"', '"x', 'a.b.c', 'a:b:c', '"a;b"', substr($v, 0, 20)) {
        is(both($app, "$n=$bad; $n=$v"), 'victim victim', "$app: of several the good one: $n=" . substr($bad, 0, 5) . '… before it');
        is(both($app, "a=1; $n=$v; $n=$bad; b=2"), 'victim victim', "$app: …after it") if $bad ne '"' && $bad ne '"x';
        is(both($app, "$n=$bad; $n=$v; $n=$bad"), 'victim victim', "$app: …around it") if $bad ne '"' && $bad ne '"x';
    }
    is(both($app, "$n=\"$v\"; $n=$stale"), 'victim victim', "$app: in quotes") if $v !~ /"/;
    for my $space ("\xc2\xa0", "\xe2\x80\x83", "\xe3\x80\x80", "\x20", "\t") {
        my $shown = join ' ', map { sprintf '%02x', ord } split //, $space;
        my $seen = both($app, "$n$space=$m; $n=$v; $n$space=$m");
        like($seen, qr/^(\w+) \1$/, "$app: names that only it trims ($shown): both see the same");
        $seen = both($app, "$n=$v; a=\"; $n$space=$m\"");
        like($seen, qr/^(\w+) \1$/, "$app: in another one's quotes ($shown)");
    }
    is(both($app, "$n=$stale; $n=x"), 'nobody ', "$app: none of them is good");
    is(both($app, join '; ', ("$n=$stale") x 15, "$n=$v"), 'victim victim', "$app: the sixteenth") if !$last;
}

# What handlers see.
my ($good, $second) = (flask($USER), flask('{"_user_id":"8"}'));
my $bad = forge($good, 2);
for (
    ["a=1; session=$bad; b=2; session=$good; c=\"x;y\"", "session=$good; a=1; b=2; c=\"x;y\"", 'the good one and all other cookies'],
    ["session=$good; session=$second",                   "session=$good",                      'the first of two good ones'],
    ["session=$good; a=1; session=$good",                "session=$good; a=1",                 'the same one twice'],
    ["a=1; session=$good;b=2",                           "a=1; session=$good;b=2",             'a header with one stays byte for byte'],
    ["xsession=1; session=$good; session2=2",            "xsession=1; session=$good; session2=2", 'likewise with names that look alike'],
    ["session=$bad; a=1; session=x",                     "session=$bad; a=1; session=x",       'likewise where none is good'],
) {
    my ($sent, $seen, $sentence) = @$_;
    case "CGI: $sentence", '/twice/cgi/env.cgi', $sent, { HTTP_COOKIE => $seen };
    case "PHP: $sentence", '/php/env.php', $sent, { HTTP_COOKIE => $seen };
    case "mod_php: $sentence", '/modphp/env.php', $sent, { HTTP_COOKIE => $seen } if $ENV{SC_MPM} eq 'prefork' && $ENV{SC_PHP} ne 'none';
    case "no source: $sentence", '/twice/none/env.cgi', $sent, { HTTP_COOKIE => $sent };
    env_is "an include: $sentence", get('/ssi/page.shtml', $sent), { HTTP_COOKIE => $seen };
}
case 'several sources: only the name of the one that opened', '/twice/both/env.cgi', "remember=x; remember=y; session=$bad; session=$good",
    { HTTP_COOKIE => "session=$good; remember=x; remember=y" };
case 'a session from a header leaves cookies alone', '/twice/bearer/env.cgi', "session=$good; session=$second",
    { HTTP_COOKIE => "session=$good; session=$second" }, "X-Session: $good";
case 'Strip takes all', '/strip/env.cgi', "session=$bad; a=1; session=$good", { HTTP_COOKIE => 'a=1', SESSION__USER_ID => 7 };
my $old = flask('{"_user_id":"9"}', secret => $OLD);
case 'a redirect into the scope of another key: its own cookie', '/twice/from/nothing', "session=$good; session=$old; a=1",
    { HTTP_COOKIE => "session=$old; a=1", SESSION__USER_ID => 9 };

# Django's csrftoken: the last counts.
{
    my $jar = get('/peers/django/form');
    my ($mine) = map { /^csrftoken=([^;]*)/ ? $1 : () } @{$jar->{headers}{'set-cookie'} // []};
    my ($value) = $jar->{body} =~ /value="([^"]*)"/;
    my $other = 'x' x 64;
    for (["csrftoken=$other; csrftoken=$mine", '200 ok'], ["csrftoken=$mine; csrftoken=$other", '403 mismatch']) {
        my ($cookie, $want) = @$_;
        my @lines = ("Cookie: $cookie", 'Origin: http://main.test', 'Content-Type: application/x-www-form-urlencoded');
        my $answer = exchange('POST', '/peers/django/post', \@lines, "text=hello&csrfmiddlewaretoken=$value");
        is("$answer->{status} $answer->{headers}{'x-xsrf-status'}[0]", $want, 'csrftoken twice: httpd reads the last');
        my $open = exchange('POST', '/open/django/post', \@lines, "text=hello&csrfmiddlewaretoken=$value");
        is($open->{status}, substr($want, 0, 3), 'as Django does');
    }
}

done_testing;
