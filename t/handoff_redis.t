# SPDX-License-Identifier: Apache-2.0
# Aliases on a redis server, which two httpd servers share: each is redeemed once whatever becomes of redis, and who
# reads all of redis has nothing.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use MIME::Base64 qw(decode_base64url encode_base64url);
use POSIX ();
use Race;
use SC;
use Test::More;
use Time::HiRes qw(sleep);

my ($server) = grep { -x } map { "$_/redis-server" } split /:/, "$ENV{PATH}:/usr/sbin:/sbin";
plan skip_all => 'redis-server is missing' if !$server;
plan skip_all => 'built without redis' if `ldd $ENV{SC_MODULE}` !~ /hiredis/;

my $dir = root() . '/logs';
my $socket = "$dir/redis.sock";
my %pid;
my $PARENT = $$;

END { if ($$ == $PARENT) { my $status = $?; kill CONT => $pid{redis} if $pid{redis}; kill TERM => values %pid; waitpid $_, 0 for values %pid; $? = $status } }

# A server in a session of its own: httpd signals its whole process group when it ends.
sub start {
    my ($name, @command) = @_;
    $pid{$name} = fork // die $!;
    return if $pid{$name};
    POSIX::setsid();
    open STDOUT, '>>', "$dir/$name.out" or POSIX::_exit(1);
    open STDERR, '>&', \*STDOUT or POSIX::_exit(1);
    exec @command or POSIX::_exit(1);
}

sub wait_for {
    my ($what, $is_there) = @_;
    my $patience = 300;
    sleep 0.1 while !$is_there->() && $patience--;
    die "$what does not answer\n" if $patience < 0;
}

sub redis_answers { my $redis = IO::Socket::UNIX->new(Peer => $socket) or return 0; print {$redis} "PING\r\n"; return (readline($redis) // '') =~ /PONG/ }

sub start_redis {
    start('redis', $server, '--port', 0, '--unixsocket', $socket, '--save', '', '--appendonly', 'yes', '--dir', $dir, '--loglevel', 'warning');
    wait_for('redis', \&redis_answers);
}

sub free_port { my $listening = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1') or die $!; return $listening->sockport }

sub start_httpd {
    my ($name) = @_;
    my $port = free_port();
    open my $out, '>', "$dir/$name.conf" or die $!;
    print {$out} <<"EOT";
ServerName main.test
Listen 127.0.0.1:$port
ErrorLog logs/error_log
PidFile logs/$name.pid
DefaultRuntimeDir logs
LogLevel info sessioncookie:trace8
TypesConfig /dev/null
ServerRoot "${\root()}"
Include conf/modules.conf
<IfModule !prefork.c>
    ScriptSock $name.sock
    StartServers 1
    ThreadsPerChild 8
    MaxRequestWorkers 24
</IfModule>
MaxKeepAliveRequests 0
KeepAliveTimeout 60
CookieSessionKey new file:conf/keys/new.key
CookieSessionStore redis:$socket timeout=500ms
<Location "/handoff/a/">
    CookieSession cookie:session flask keys=new
    CookieSessionHandoff ttl=10min
</Location>
<Location "/handoff/a/code">
    SetHandler sessioncookie-handoff
</Location>
EOT
    close $out;
    start($name, $ENV{SC_HTTPD}, '-DFOREGROUND', '-d', root(), '-f', "$dir/$name.conf");
    wait_for($name, sub { connected($port) });
    return $port;
}

start_redis();
my ($one, $two) = map { start_httpd($_) } 'one', 'two';
my $anna = flask($USER);

sub redeem { my ($port, $code) = @_; my ($status) = ask(connected($port), "code=$code"); return $status // 'no answer' }

# Whether every process asks redis again, as far as so many requests tell.
sub recovered { return !grep { my ($status) = ask(connected($_), '', "Cookie: session=$_[0]", 'Origin: http://main.test'); ($status // 0) != 201 } ($_[1], $_[2]) x 16 }

# --- two servers ---

{
    my ($code) = codes($one, $anna, 1);
    is(redeem($two, $code), 200, 'what one server issued another one redeems');
    is(redeem($one, $code), 403, 'once');
    my $is = race([$one, $two], 16, [codes($one, $anna, 250), codes($two, $anna, 250)]);
    is(scalar(grep { ($is->{$_}{200} // 0) == 1 && ($is->{$_}{403} // 0) == 15 } 0 .. 499), 500, 'of 16 clients at once at two servers, one redeems each of 500 aliases')
        or diag(map { join ' ', "$_:", %{$is->{$_}}, "\n" } (grep { ($is->{$_}{200} // 0) != 1 } 0 .. 499)[0 .. 5]);
}

# --- who reads redis ---

sub redis { my $redis = IO::Socket::UNIX->new(Peer => $socket) or die $!; print {$redis} map { $_ . "\r\n" } @_, 'QUIT'; local $/; return scalar <$redis> }

{
    my @codes = codes($one, $anna, 20);
    my ($keys) = redis('KEYS *');
    my @names = $keys =~ /^(sessioncookie:\S+)\r$/mg;
    is(scalar @names, 20, 'redis has a value for each alias');
    my $all = join "\n", $keys, map { redis("GET $_") } @names;
    open my $in, '<:raw', glob("$dir/appendonlydir/*.incr.aof") || "$dir/appendonly.aof" or die $!;
    $all .= do { local $/; <$in> };
    cmp_ok(length $all, '>', 20 * length $USER, 'and all of it is read, with what redis wrote to its file');
    my @plain = ($anna, $USER, 'claim-of', '_user_id', 'cookie:session', 'main.test', 'flask', @codes, map { decode_base64url($_) } @codes);
    is(scalar(grep { index($all, $_) >= 0 } @plain), 0, 'no alias is in it, no token, no name, no value');
    my %tried;
    for my $name (@names) {
        my ($tail) = $name =~ /([^:]+)$/;
        my ($value) = redis("GET $name") =~ /^\$\d+\r\n(.*)\r\n\+OK/s;
        $tried{redeem($one, $_)}++ for map { s/([^A-Za-z0-9_-])/sprintf '%%%02X', ord $1/ger } $name, $tail, encode_base64url(substr $value, 0, 32), encode_base64url(substr $value, -32), encode_base64url(substr $value, 9, 32);
    }
    is(join(' ', sort keys %tried), '403', 'and nothing that is in it can be redeemed');
    is(redeem($one, $_), 200, 'the alias itself can') for $codes[0];
    # Who can write there has no more: a value of one alias under the name of another.
    my ($from) = $keys =~ /^(sessioncookie:\S+)\r$/m;
    my @left = redis('KEYS *') =~ /^(sessioncookie:\S+)\r$/mg;
    redis("RENAME $left[0] $left[1]");
    my @status = map { redeem($one, $_) } @codes[1 .. 19];
    is(scalar(grep { $_ == 200 } @status), 17, 'a value that was moved is not one');
}

# --- redis is stopped ---

sub none_twice { my ($sentence, $is, $n) = @_; my @wrong = grep { ($is->{$_}{200} // 0) > 1 } 0 .. $n - 1; is(scalar @wrong, 0, "$sentence: none is redeemed twice") }

sub clean {
    my ($sentence, $is) = @_;
    my %status = map { $_ => 1 } map { keys %$_ } values %$is;
    delete @status{200, 403, 503};
    is(join(' ', sort keys %status), '', "$sentence: every answer is a success, a refusal or a clean error");
}

{
    my ($code) = codes($one, $anna, 1);
    kill STOP => $pid{redis};
    my ($status, $body) = ask(connected($one), "code=$code");
    is("$status $body", qq(503 {"error":"unavailable"}\n), 'while redis hangs, nothing is redeemed');
    ($status, $body) = ask(connected($one), '', "Cookie: session=$anna", 'Origin: http://main.test');
    is("$status $body", qq(503 {"error":"unavailable"}\n), 'and nothing is issued');
    kill CONT => $pid{redis};
    wait_for('redis', sub { recovered($anna, $one, $two) });
    pass('afterwards all goes on');
}
{
    my @codes = codes($one, $anna, 300);
    my $is = race([$one, $two], 8, \@codes, sub { for (1 .. 3) { kill STOP => $pid{redis}; sleep 0.8; kill CONT => $pid{redis}; sleep 1.2 } });
    none_twice('while redis hangs and goes on', $is, 300);
    clean('while redis hangs and goes on', $is);
    cmp_ok(scalar(grep { $is->{$_}{200} } 0 .. 299), '>', 0, 'and some are redeemed');
}
{
    wait_for('redis', sub { recovered($anna, $one, $two) });
    my @codes = codes($one, $anna, 300);
    my $is = race([$one, $two], 8, \@codes, sub { sleep 0.2; kill TERM => $pid{redis}; waitpid $pid{redis}, 0; sleep 0.5; start_redis() });
    none_twice('while redis ends and comes back with its file', $is, 300);
    clean('while redis ends and comes back with its file', $is);
    wait_for('redis', sub { recovered($anna, $one, $two) });
    my ($code) = codes($one, $anna, 1);
    is(redeem($one, $code), 200, 'afterwards all goes on');
}

done_testing;
