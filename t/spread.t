# SPDX-License-Identifier: Apache-2.0
# Two servers of their own that tell each other, by a redis server, which sessions have been ended:
# whatever becomes of redis and of them, what one of them has ended is ended.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use IO::Socket::UNIX;
use SC;
use Test::More;
use Time::HiRes qw(sleep);

port(); # reads the configuration, and spoils $_
plan skip_all => 'on Debian: apt-get install redis-server' if !grep { -x "$_/redis-server" } split /:/, $ENV{PATH};
my $logs = root() . '/logs';
my $socket = "$logs/spread.sock";

sub slurp { my ($file) = @_; open my $in, '<', $file or return ''; local $/; return <$in> // '' }

sub wait_for {
    my ($sentence, $is) = @_;
    for (1 .. 600) { return 1 if $is->(); sleep 0.05 }
    diag("waited in vain: $sentence");
    return 0;
}

# --- redis ---

my $redis = 0;

sub start_redis {
    $redis = fork // die $!;
    if (!$redis) {
        open STDOUT, '>>', "$logs/spread-redis.log";
        open STDERR, '>&', \*STDOUT;
        exec 'redis-server', '--port', '0', '--unixsocket', $socket, '--save', '', '--appendonly', 'no', '--dir', $logs or die $!;
    }
    wait_for('redis answers', sub { (eval { ask_redis('PING') } // '') =~ /PONG/ }) or BAIL_OUT('no redis');
}

sub stop_redis { kill 'TERM', $redis; waitpid $redis, 0; $redis = 0 }

sub ask_redis {
    my $to = IO::Socket::UNIX->new(Peer => $socket) or die "redis: $!";
    print {$to} '*' . @_ . "\r\n", map { '$' . length($_) . "\r\n$_\r\n" } @_;
    return scalar <$to>;
}

sub length_of_stream { my ($n) = ask_redis('XLEN', 'sessioncookie:1:revoked') =~ /:(\d+)/; return $n }

# --- httpd ---

my %server; # name => [port, pid]

sub free_port { my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0, Listen => 1) or die $!; return $s->sockport }

sub start {
    my ($name) = @_;
    my $port = $server{$name}[0] //= free_port();
    mkdir "$logs/spread-$name";
    open my $out, '>', "$logs/spread-$name.conf" or die $!;
    print {$out} <<"EOT";
ServerName t
Listen 127.0.0.1:$port
PidFile $logs/spread-$name/pid
DefaultRuntimeDir $logs/spread-$name
ErrorLog $logs/spread-$name/log
LogLevel info sessioncookie:trace8
TypesConfig /dev/null
Include conf/modules.conf
DocumentRoot htdocs/files
CookieSessionKey new file:conf/keys/new.key
CookieSessionStore redis:$socket
CookieSessionRevocation file:$logs/spread-$name/revoked spread=1s
<Location />
    CookieSession cookie:session flask keys=new
    Header always set X-Session "%{COOKIESESSION_STATUS}e"
</Location>
EOT
    close $out;
    my $child = fork // die $!;
    if (!$child) { exec 'setsid', $ENV{SC_HTTPD}, '-d', root(), '-f', "$logs/spread-$name.conf", '-DFOREGROUND' or die $! }
    $server{$name}[1] = $child;
    wait_for("$name listens", sub { IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) }) or BAIL_OUT("no server $name");
}

# By its own pid: it ends its process group.
sub stop {
    my ($name) = @_;
    my ($pid) = slurp("$logs/spread-$name/pid") =~ /(\d+)/ or return;
    kill 'TERM', $pid;
    waitpid $server{$name}[1], 0;
    $server{$name}[1] = 0;
}

END { local $?; for (keys %server) { stop($_) if $server{$_}[1] } stop_redis() if $redis }

sub status_of {
    my ($name, $token) = @_;
    my $to = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $server{$name}[0]) or return 'no connection';
    print {$to} "GET /plain.txt HTTP/1.1\r\nHost: t\r\nCookie: session=$token\r\nConnection: close\r\n\r\n";
    local $/;
    return (<$to> // '') =~ /^X-Session: (\S+)/m ? $1 : 'no status';
}

sub list { my ($name) = @_; return "$logs/spread-$name/revoked" }
sub revoke { my ($name, @words) = @_; system(qq("$ENV{SC_COMMAND}" revoke add @{[list($name)]} @words >/dev/null)) == 0 or die "revoke @words" }
sub is_soon { my ($sentence, $want, $name, $token) = @_; ok(wait_for($sentence, sub { status_of($name, $token) eq $want }), $sentence) }
sub lines_of { my ($name) = @_; return slurp(list($name)) =~ tr/\n// }
sub until_of { my ($name, $user) = @_; my @all = slurp(list($name)) =~ /^user\t\*\t$user\t(\d+)$/mg; return (sort { $a <=> $b } @all)[-1] // 0 }
sub session_of { my ($user, %o) = @_; return flask(qq({"_user_id":"$user"}), offset => -5, %o) }

start_redis();
start($_) for 'a', 'b';
my %token = map { $_ => session_of($_) } qw(anna bert carl dora emil fred);
is(join(' ', map { status_of('a', $token{$_}), status_of('b', $token{$_}) } sort keys %token), join(' ', ('ok') x 12), 'two servers, six users');

revoke('a', 'user', "'*'", 'anna');
is_soon('what is ended here is ended here', 'revoked', 'a', $token{anna});
is_soon('and on the other server', 'revoked', 'b', $token{anna});
is(status_of('b', $token{bert}), 'ok', 'nobody else');
like(slurp(list('b')), qr/^user\t\*\tanna\t\d+$/m, 'which has it in a file of its own');
revoke('b', 'user', "'*'", 'bert', 'ban');
is_soon('the other way round', 'revoked', 'a', $token{bert});
my $now = time;
revoke('b', 'user', "'*'", 'past', $now - 1000);
wait_for('an earlier time', sub { until_of('a', 'past') });
is(until_of('a', 'past'), $now - 1000, 'an entry of an earlier time is taken as it stands');
wait_for('the next second', sub { time > until_of('b', 'anna') });
my $again = session_of('anna', offset => 0);
is(status_of($_, $again), 'ok', "who logs in again is in, at $_") for 'a', 'b';

# Nothing goes round for ever.
my ($stream, @lines) = (length_of_stream(), map { lines_of($_) } 'a', 'b');
for (['a', 'b', 'gus'], ['b', 'a', 'hal'], ['a', 'b', 'ida']) {
    my ($from, $to, $user) = @$_;
    revoke($from, 'user', "'*'", $user);
    wait_for("$user at $to", sub { until_of($to, $user) });
}
is(join(' ', length_of_stream(), map { lines_of($_) } 'a', 'b'), join(' ', map { $_ + 3 } $stream, @lines), 'three more there and back, and no more than they');

# Whoever can write to redis can only end sessions.
ask_redis('XADD', 'sessioncookie:1:revoked', '*', 'e', $_) for 'junk', "user\t*\tcarl\t1\nuser\t*\tcarl\tban", "user\t*\tbert\t0", "now\tnow\tkey\tnew\tban", '', "user\t*\tdora";
ask_redis('XADD', 'sessioncookie:1:revoked', '*', 'other', 'x');
ask_redis('XADD', 'sessioncookie:1:revoked', '*', 'e', "key\tthe end\tban");
ok(wait_for('the end of the garbage', sub { slurp(list('a')) =~ /the end/ && slurp(list('b')) =~ /the end/ }), 'garbage in the stream is passed over');
is(status_of('a', $token{$_}), 'ok', "it ends nobody: $_") for 'carl', 'dora';
is(status_of('a', $token{bert}), 'revoked', 'and lets nobody in');

# Without redis each goes on with what it knows.
stop_redis();
revoke('a', 'user', "'*'", 'carl');
is_soon('redis is away: ended here', 'revoked', 'a', $token{carl});
is(status_of('b', $token{carl}), 'ok', 'the other server cannot know, and answers');
is(status_of('b', $token{anna}), 'revoked', 'it knows what it knew');
wait_for('a later second', sub { time > until_of('a', 'carl') + 1 });
my $renewed = session_of('carl', offset => 0);
is(status_of('b', $renewed), 'ok', 'where the application has renewed a session');
start_redis();
is_soon('redis is back, empty: they catch up', 'revoked', 'b', $token{carl});
is(status_of('b', $renewed), 'revoked', 'so that the renewed one is ended too');
ok(wait_for('the stream', sub { length_of_stream() >= 5 }), 'and write all that they know');
ok(!ask_redis('FLUSHALL') || wait_for('the stream', sub { length_of_stream() >= 5 }), 'again, after FLUSHALL');

# A server that begins with nothing, and one that was away.
stop('b');
unlink list('b');
revoke('a', 'user', "'*'", 'emil');
start('b');
is_soon("a server with an empty file learns all: $_", 'revoked', 'b', $token{$_}) for qw(anna bert carl emil);
is(status_of('b', $token{dora}), 'ok', 'and no more');
stop('a');
revoke('a', 'user', "'*'", 'fred');
start('a');
is_soon('what was added while a server was stopped', 'revoked', 'b', $token{fred});
# A list that cannot be written, and one that has gone: what the others say comes later.
my $late = session_of('late');
chmod 0, list('b');
revoke('a', 'user', "'*'", 'late');
ok(wait_for('b says so', sub { slurp("$logs/spread-b/log") =~ /entries of other servers could not be exchanged, since the file cannot be read or written/ }), 'a list that cannot be written is said');
is(status_of('b', $token{anna}), 'revoked', 'what was in it holds');
chmod 0600, list('b');
is_soon('it is taken over when it can be', 'revoked', 'b', $late);
my $gone = session_of('gone');
rename list('b'), list('b') . '.away';
revoke('a', 'user', "'*'", 'gone');
is(status_of('b', $token{anna}), 'revoked', 'a list that has gone holds');
rename list('b') . '.away', list('b');
is_soon('and goes on when it is back', 'revoked', 'b', $gone);

is((grep { slurp("$logs/spread-$_/log") =~ /exit signal|AH00052/ } 'a', 'b'), 0, 'no child crashed');

done_testing;
