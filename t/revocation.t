# SPDX-License-Identifier: Apache-2.0
# Sessions that a list ends: by user, by key, one by one; whoever answers the request, with whatever
# else was sent, and however often an application renews its cookie.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha512_hex sha256_hex);
use FindBin;
use lib "$FindBin::Bin/lib";
use SC;
use Test::More;
use Time::HiRes qw(sleep);

port(); # reads the configuration, and spoils $_
my $list = root() . '/logs/revoked';
my @HERE = ('Host: revoked.test');
my ($log, $probes) = (-s root() . '/logs/error_log', 0);

sub run_revoke {
    open my $pipe, '-|', $ENV{SC_COMMAND}, 'revoke', @_ or die "$ENV{SC_COMMAND}: $!";
    local $/;
    my $said = <$pipe>;
    close $pipe or die "revoke @_ failed";
    return $said;
}

sub wait_for {
    my ($sentence, $is) = @_;
    for (1 .. 400) { return 1 if $is->(); sleep 0.05 }
    diag("waited in vain: $sentence");
    return 0;
}

# What a server says of a session of its own.
sub status_of {
    my ($path, $cookie, @lines) = @_;
    my $response = get("/revoked/$path/plain.txt", $cookie, @lines ? @lines : @HERE);
    return join ' ', @{$response->{headers}{'x-session'} // ["status $response->{status}"]};
}

# Until all that stands in the file is in force: the last line is.
sub in_force {
    my $user = 'probe-' . ++$probes;
    my $token = flask(qq({"_user_id":"$user"}));
    run_revoke('add', $list, 'user', '*', $user, @_);
    wait_for("$user is revoked", sub { status_of('x', "session=$token") eq 'revoked' }) or BAIL_OUT('the list is not read');
}

sub revoke { run_revoke('add', $list, @_); in_force() }

my $now = time;

# --- a user ---

ok(-e $list && -z $list, 'a list that was not there was made');
is((stat $list)[2] & 0777, 0600, 'for its owner alone');
my $anna = flask('{"_user_id":"7","role":"claim-of-editor"}', offset => -100);
my $later = flask('{"_user_id":"7","role":"claim-of-editor"}', offset => -10);
my $bert = flask('{"_user_id":"8","role":"claim-of-bert"}', offset => -100);
for my $round (1 .. 4) { is(status_of('x', "session=$anna"), 'ok', "round $round: a session") }
revoke('user', 'cookie:session', '7', $now - 50);
case 'it is revoked', '/revoked/x/env.cgi', "session=$anna",
    { COOKIESESSION_STATUS => 'revoked', SESSION_ROLE => undef, COOKIESESSION_USER => undef, COOKIESESSION_JSON => undef, HTTP_COOKIE => undef }, @HERE;
for my $round (1 .. 8) { is(status_of('x', "session=$anna"), 'revoked', "by every process, round $round") }
is(status_of('x', "session=$later"), 'ok', 'the user who has logged in since is in') for 1 .. 3;
is(status_of('x', "session=$bert"), 'ok', 'so is another user');
is(status_of('x', "session=$anna", 'Host: main.test'), 'ok', 'a server without a list asks none');
is(status_of('x', "session=$anna", 'Host: elsewhere.test'), 'ok', 'one with another list asks that one');
is(status_of('role', "session=$anna"), 'revoked', 'a CookieSessionUser of a directory changes nothing');
is(status_of('x', "session=$anna", 'Host: again.test'), 'ok', 'the server with another CookieSessionUser knows other users');
revoke('user', '*', 'claim-of-editor', 'ban');
is(status_of('x', "session=$later", 'Host: again.test'), 'revoked', 'by its name for them, from any source');
is(status_of('role', "session=$later"), 'ok', 'which is not the name that a directory chooses');
like(join('', logged(\$log)), qr/session token refused: revoked \(cookie:session flask\)/, 'the log says so');
my $edge = flask('{"_user_id":"edge"}', at => $now - 20);
my $after = flask('{"_user_id":"edge"}', at => $now - 19);
revoke('user', 'cookie:session', 'edge', $now - 20);
is(status_of('x', "session=$edge"), 'revoked', 'issued in the same second');
is(status_of('x', "session=$after"), 'ok', 'and in the next');
my $odd = flask('{"_user_id":"a\tb\r\nuser\t*\t8\tban%09"}', offset => -10);
revoke('user', '*', "a\tb\r\nuser\t*\t8\tban%09");
is(status_of('x', "session=$odd"), 'revoked', 'a name with tabs and line ends');
is(status_of('x', "session=$bert"), 'ok', 'which forges no line');
my $number = flask('{"_user_id":12345678901234567890123}', offset => -10);
revoke('user', 'cookie:session', '12345678901234567890123');
is(status_of('x', "session=$number"), 'revoked', 'a number is its digits');
revoke('user', 'cookie:sessio', '8');
revoke('user', 'cookie:session ', '8');
is(status_of('x', "session=$bert"), 'ok', 'another source is another user');

# --- a session, a key ---

my $json = '{"_user_id":"9","n":1}';
my ($one, $again, $other) = (flask($json, offset => -60), flask($json, offset => -59, zip => 1), flask('{"_user_id":"9","n":2}', offset => -60));
revoke('session', sha256_hex("cookie:session\0$json"));
is(status_of('x', "session=$one"), 'revoked', 'one session');
is(status_of('x', "session=$again"), 'revoked', 'signed again, in other bytes');
is(status_of('x', "session=$other"), 'ok', 'the user has another one');

my $old = flask('{"_user_id":"10"}', secret => $OLD, offset => -100);
case 'a session of an old key', '/revoked/two/env.cgi', "session=$old", { COOKIESESSION_STATUS => 'ok', COOKIESESSION_KEY => 'old' }, @HERE;
revoke('key', 'old', $now - 50);
case 'is ended with the key', '/revoked/two/env.cgi', "session=$old", { COOKIESESSION_STATUS => qr/^(revoked|bad-signature)$/, SESSION__USER_ID => undef }, @HERE;
case 'but not one that was issued later', '/revoked/two/env.cgi', 'session=' . flask('{"_user_id":"10"}', secret => $OLD), { COOKIESESSION_STATUS => 'ok' }, @HERE;
is(status_of('x', "session=$bert"), 'ok', 'nor one of another key');

# --- without an issue time ---

my $untimed = paseto('{"sub":"u1"}');
sub remember { my $user = shift; return SC::noted("$user|" . hmac_sha512_hex($user, $NEW)) }
sub untimed_is { my ($sentence, $cookie, $want) = @_; case $sentence, '/revoked/untimed/env.cgi', $cookie, { COOKIESESSION_STATUS => $want }, @HERE }
untimed_is('a token that does not say its time', "token=$untimed", 'ok');
run_revoke('add', $list, 'user', '*', $_) for 'u1', 'r1';
revoke('session', sha256_hex("cookie:remember\0" . '{"_user_id":"r1","_fresh":false}'));
untimed_is('a time says nothing of it', "token=$untimed", 'ok');
untimed_is('nor of a remember-me cookie, whose contents are the user', 'remember=' . remember('r1'), 'ok');
run_revoke('add', $list, 'user', '*', $_, 'ban') for 'u1', 'r1';
in_force();
untimed_is('a ban does', "token=$untimed", 'revoked');
untimed_is('of the other too', 'remember=' . remember('r1'), 'revoked');
my $third = paseto('{"sub":"u3","x":1}');
revoke('session', sha256_hex("cookie:token\0" . '{"sub":"u3","x":1}'));
untimed_is('by itself it is ended by any time', "token=$third", 'revoked');

# --- no way around it ---

sub cookie_is {
    my ($sentence, $path, $cookie, $want, @lines) = @_;
    case $sentence, "/revoked/$path/env.cgi", $cookie, { HTTP_COOKIE => $want }, @HERE, @lines;
}
my $expired = flask('{"_user_id":"8"}', offset => -7200);
cookie_is('a good cookie goes on', 'x', "a=1; session=$bert; b=2", "a=1; session=$bert; b=2");
cookie_is('a revoked one does not', 'x', "a=1; session=$anna; b=2", 'a=1; b=2');
cookie_is('nor an expired one', 'x', "session=$expired", undef);
cookie_is('nor a forged one', 'x', 'session=' . forge($bert, 2) . '; b=2', 'b=2');
cookie_is('nor what is no token', 'x', 'b=2; session=x', 'b=2');
cookie_is('nor in quotes', 'x', "session=\"$anna\"; b=2", 'b=2');
cookie_is('of two the good one', 'x', "session=$anna; session=$bert", "session=$bert");
cookie_is('in the other order', 'x', "session=$bert; b=2; session=$anna", "session=$bert; b=2");
cookie_is('after an internal rewrite', 'go', "session=$anna; b=2", 'b=2');
cookie_is('the good one after it', 'go', "session=$bert", "session=$bert");
cookie_is('with CookieSessionStrip none', 'strip', "session=$bert; b=2", 'b=2');
{
    my $response = get('/revoked/denied/x', "session=$anna; b=2", @HERE);
    is($response->{status}, 403, 'a request that is denied');
    like($response->{body}, qr/^HTTP_COOKIE=b=2$/m, 'its error page sees no revoked cookie');
}
case 'without a list cookies pass', '/revoked/x/env.cgi', "session=$expired", { HTTP_COOKIE => "session=$expired" };
# Sources that were not asked, since an earlier one was good.
cookie_is('a second source: its good cookie goes on', 'two', "session=$bert; remember=" . remember('8'), "session=$bert; remember=" . remember('8'));
cookie_is('a revoked one does not', 'two', "session=$bert; remember=" . remember('r1'), "session=$bert");
cookie_is('nor a forged one', 'two', "remember=8|00; session=$bert", "session=$bert");
my $fresh = flask('{"_user_id":"10"}', secret => $OLD);
cookie_is('one name in two sources', 'two', "session=$anna; session=$fresh", "session=$fresh");
for (['a revoked header', "X-Token: $odd", undef], ['a good one', "X-Token: $bert", $bert], ['one that was refused otherwise', 'X-Token: other', 'other']) {
    my ($what, $line, $want) = @$_;
    case $what, '/revoked/two/env.cgi', undef, { HTTP_X_TOKEN => $want }, @HERE, $line;
    case "$what, beside a good cookie", '/revoked/two/env.cgi', "session=$bert", { HTTP_X_TOKEN => $want }, @HERE, $line;
}

# --- a real Flask that renews ---

my $python = $ENV{PYTHON} // '/usr/bin/python3';
my $flask = 0;
if (!system "$python -c 'import flask' 2>/dev/null") {
    $flask = fork // die $!;
    if (!$flask) {
        open STDOUT, '>', root() . '/logs/renewing.log';
        open STDERR, '>&', \*STDOUT;
        exec $python, '-B', "$FindBin::Bin/lib/renewing.py", $ENV{SC_BACKEND_PORT}, root() . '/conf/keys/new.key', root() . '/logs' or die $!;
    }
    wait_for('Flask listens', sub { IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $ENV{SC_BACKEND_PORT}) });
}
END { if ($flask) { local $?; kill 'TERM', $flask; waitpid $flask, 0 } }

sub set_cookie { my ($response) = @_; my ($value) = map { /^session=([^;]*)/ ? $1 : () } @{$response->{headers}{'set-cookie'} // []}; return $value }
sub login { my ($user) = @_; return SC::noted(set_cookie(get("/unseen/flask/login?user=$user")) // die 'no login') }

# A request that waits in Flask: does something meanwhile, and has the answer.
sub meanwhile {
    my ($name, $query, $cookie, $do) = @_;
    my $file = root() . "/logs/$name";
    my $child = open my $pipe, '-|';
    defined $child or die "fork: $!";
    if (!$child) {
        my $response = get("/revoked/flask/slow?name=$name$query", $cookie, @HERE);
        print join '|', $response->{body}, @{$response->{headers}{'set-cookie'} // []};
        close STDOUT;
        require POSIX;
        POSIX::_exit(0);
    }
    wait_for("Flask was asked for $name", sub { -e "$file.asked" });
    $do->();
    open my $out, '>', "$file.answer" or die $!;
    close $out;
    my $answer = <$pipe>;
    close $pipe;
    return $answer;
}

SKIP: {
    skip 'on Debian: apt-get install python3-flask', 1 if !$flask;
    my $cookie = login('carol');
    my $response = get('/revoked/flask/who', "session=$cookie", @HERE);
    is($response->{body}, 'carol', 'Flask knows a user');
    ok(set_cookie($response), 'and renews her cookie');

    # Many requests, each with the cookie that the last one brought, while she is revoked.
    run_revoke('add', $list, 'user', '*', 'carol');
    my ($renewed, $n) = ($cookie, 0);
    wait_for('she is out', sub {
        my $answer = get('/revoked/flask/who', "session=$renewed", @HERE);
        $renewed = SC::noted(set_cookie($answer)) if set_cookie($answer);
        $n++;
        return $answer->{body} eq 'nobody';
    });
    is(get('/revoked/flask/who', "session=$renewed", @HERE)->{body}, 'nobody', "a cookie that Flask went on renewing is out ($n requests)");
    my ($until) = map { /^user\t\*\tcarol\t(\d+)/ ? $1 : () } split /^/, run_revoke('list', $list);
    wait_for('the next second', sub { time > $until });
    my $login = get('/revoked/flask/login?user=carol', "session=$renewed", @HERE);
    ok(set_cookie($login), 'with the old cookie she may log in again');
    is(get('/revoked/flask/who', 'session=' . SC::noted(set_cookie($login)), @HERE)->{body}, 'carol', 'and is in');

    my $dave = login('dave');
    is(meanwhile('still', '', "session=$dave", sub { }) =~ /^dave\|session=\w/, 1, 'a slow request is renewed');
    my $answer = meanwhile('ended', '', "session=$dave", sub { revoke('user', '*', 'dave') });
    is($answer, 'dave', 'one whose session is ended while it runs is not');
    like(join('', logged(\$log)), qr/the session was ended while its request ran/, 'the log says so');
    my $erin = login('erin');
    $answer = meanwhile('out', '&out=1', "session=$erin", sub { revoke('user', '*', 'erin') });
    like($answer, qr/^nobody\|session=;.*Max-Age=0/, 'but a cookie may be deleted');
}

# --- mod_session's cookie and HTTP/2 are elsewhere; the file ---

my @before = logged(\$log);
open my $out, '>>', $list or die $!;
print {$out} "junk of claim-of-somebody\n\n# a comment\nuser\t*\n";
close $out;
in_force();
like(join('', grep { /not entries/ } logged(\$log)), qr/2 lines are not entries and are skipped, the first is line \d+$/m, 'bad lines are counted in the log');
rename $list, "$list.away" or die $!;
ok(wait_for('the log says that it is gone', sub { grep { /cannot be read; what was read before stays in force/ } logged(\$log) }), 'a file that is gone is said in the log');
is(status_of('x', "session=$anna"), 'revoked', 'and what it said holds');
sleep 1.5;
is((grep { /cannot be read/ } logged(\$log)), 0, 'it is said once');

# A graceful restart knows no less, and makes no empty list.
my $pid = do { open my $in, '<', Apache::Test::vars('t_pid_file') or die $!; 0 + <$in> };
sub reload {
    my $from = -s root() . '/logs/error_log';
    kill USR1 => $pid or die "no httpd: $!";
    wait_for('a graceful restart', sub { my $at = $from; grep { /resuming normal operations/ } logged(\$at) });
}
reload();
ok(!-e $list, 'a graceful restart does not begin an empty list');
is(status_of('x', "session=$anna"), 'revoked', 'nor forget the one that is gone') for 1 .. 3;
rename "$list.away", $list or die $!;
in_force();
is(status_of('x', "session=$anna"), 'revoked', 'it is back');
reload();
is(status_of('x', "session=$anna"), 'revoked', 'revoked after another restart') for 1 .. 3;
is(status_of('x', "session=$bert"), 'ok', 'nobody else');

# Compacted under the eyes of httpd.
like(run_revoke('compact', $list), qr/^\d+ entries, [1-9]\d* superseded/, 'compact');
in_force();
is(status_of('x', "session=$anna"), 'revoked', 'revoked after it');
is(status_of('x', "session=$later"), 'ok', 'and no more than before');

# Eight clients on their connections, of which each is refused when one of them is.
my @socket;
sub ask {
    my ($i, $token) = @_;
    local ($/, $SIG{ALRM}) = ("\r\n\r\n", sub { die "no answer\n" });
    local $SIG{PIPE} = 'IGNORE';
    alarm 30;
    for (1 .. 5) {
        # httpd closes a connection that is idle for too long.
        $socket[$i] //= IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => port()) or die $!;
        print {$socket[$i]} "GET /revoked/x/plain.txt HTTP/1.1\r\nHost: revoked.test\r\nCookie: session=$token\r\n\r\n";
        my $head = readline $socket[$i];
        if (!defined $head) { undef $socket[$i]; next }
        my ($n) = $head =~ /^Content-Length: (\d+)/mi;
        read $socket[$i], my $body, $n // 0;
        alarm 0;
        return $head =~ /^X-Session: (.*?)\r$/m ? $1 : "no answer: $head";
    }
    return 'no answer';
}
my $frank = flask('{"_user_id":"frank"}', offset => -10);
is(join(' ', map { ask($_, $frank) } 0 .. 7, 0 .. 7), join(' ', ('ok') x 16), 'eight connections in one session');
run_revoke('add', $list, 'user', 'cookie:session', 'frank');
wait_for('one is refused', sub { ask(0, $frank) eq 'revoked' });
is(join(' ', map { ask($_, $frank) } 0 .. 7), join(' ', ('revoked') x 8), 'none is in when one is out');

if ($ENV{SC_MPM} ne 'prefork' && `curl --version 2>/dev/null` =~ /HTTP2/) {
    my $url = 'http://127.0.0.1:' . port() . '/revoked/x/plain.txt';
    my @seen = map { `curl -s -o /dev/null -D - --http2-prior-knowledge -H 'Host: revoked.test' -H 'Cookie: session=$_' $url` =~ /^x-session: (\S+)/mi } $bert, $anna;
    is("@seen", 'ok revoked', 'over HTTP/2');
}

done_testing;
