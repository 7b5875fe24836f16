# SPDX-License-Identifier: Apache-2.0
# httpd with a module in which one call fails (faults.c): at each call of a request, of a set of requests, and at
# each place in the code that a start calls from. What it answers then is right, or a refusal; it says why it does
# not start; it never crashes.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use IO::Socket::UNIX;
use MIME::Base64 qw(decode_base64url);
use POSIX ();
use SC;
use Test::More;
use Time::HiRes qw(sleep);

port(); # reads the configuration, and spoils $_
my $dir = root() . '/logs/faults';
mkdir $dir;
my $LISTEN = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0, Listen => 1, ReuseAddr => 1)->sockport;
my $list = "$dir/revoked";
my $ENDED = 'the-secret-of-a-key-that-was-ended';
my ($redis) = grep { -x } map { "$_/redis-server" } split /:/, "$ENV{PATH}:/usr/sbin";
my $socket = "$dir/redis.sock";

{
    no warnings 'redefine';
    *SC::port = sub { $LISTEN }; # where request() asks
}

sub slurp { my ($file) = @_; open my $in, '<', $file or return ''; local $/; return <$in> // '' }
sub spurt { my ($file, $text) = @_; open my $out, '>', $file or die "$file: $!"; print {$out} $text; close $out or die $! }

# --- what fails: the file of faults.c ---

my ($OFF, $ONCE, $FROM_THEN_ON, $ONCE_A_PLACE) = (0 .. 3);
my $control = "$dir/control";
spurt($control, "\0" x 8192);
open my $faults, '+<', $control or die $!;
binmode $faults;

sub poke { my ($at, $bytes) = @_; sysseek $faults, $at, 0; syswrite $faults, $bytes }
sub arm { my ($mode, $left) = @_; poke(4, pack 'l l l a48', $left, 0, 0, ''); poke(64, "\0" x 8128) if $mode == $ONCE_A_PLACE; poke(0, pack 'l', $mode) }

# What failed, or undef.
sub disarm {
    poke(0, pack 'l', $OFF);
    sysseek $faults, 4, 0;
    sysread $faults, my $said, 60;
    my (undef, undef, $fired, $name) = unpack 'l l l Z48', $said;
    return $fired ? $name : undef;
}

# --- httpd ---

system(qq("$ENV{SC_COMMAND}" key new v4.public >"$dir/mint.key" && chmod 600 "$dir/mint.key")) == 0 or die 'no key';

my ($child, $redis_pid) = (0, 0);

sub server {
    return <<"EOT";
ServerName main.test
Listen 127.0.0.1:$LISTEN
PidFile $dir/pid
DefaultRuntimeDir $dir
ErrorLog $dir/log
LogLevel notice sessioncookie:info
TypesConfig /dev/null
AddType text/html .html
Include conf/modules.conf
StartServers 1
MinSpareThreads 1
MaxSpareThreads 8
ThreadsPerChild 4
MaxRequestWorkers 8
ServerLimit 2
Timeout 10
DocumentRoot $dir/htdocs
EOT
}

sub conf {
    my ($more) = @_;
    return server() . <<"EOT";
CookieSessionKey new file:conf/keys/new.key
CookieSessionKey old file:conf/keys/old.key
CookieSessionKey v4 file:conf/keys/v4.local.key
CookieSessionKey ended text:$ENDED
CookieSessionKey mint file:$dir/mint.key
CookieSessionKey pub file:conf/keys/v4.public.key
CookieSessionRevocation file:$list
$more
Header always set X-Session "%{COOKIESESSION_STATUS}e %{SESSION_ROLE}e"
Header echo "^X-(User|Token)\$"
<LocationMatch "^/(flask|guarded|kept|rekey|api|handoff|logout|page|form)/">
    CookieSession cookie:session flask keys=new,old,ended
    CookieSessionHeader X-User user_name
</LocationMatch>
<LocationMatch "^/paseto/">
    CookieSession cookie:session paseto keys=v4,pub
    CookieSessionHeader X-User user_name
</LocationMatch>
<Location /several/>
    CookieSession cookie:session flask keys=new
    CookieSession header:Authorization paseto keys=v4
    CookieSession cookie:dj django keys=old
    CookieSession cookie:dj flask keys=old
</Location>
<Location /protect/>
    CookieSession cookie:session flask keys=new protect=on
</Location>
<Location /flask/role/>
    AuthType CookieSession
    Require session role claim-of-editor
</Location>
<LocationMatch "^/(guarded|page)/">
    XSRF On
    XSRFKey new
    XSRFSend header cookie inject script env
    XSRFPolicy token
</LocationMatch>
<Location /guarded/once/>
    CookieSession cookie:session flask keys=new
    XSRFScheme flask-xsrf
    XSRFOneTime On
</Location>
<Location /guarded/django/>
    XSRFScheme django
</Location>
<Location /kept/>
    Session On
    SessionMaxAge 600
</Location>
<Location /rekey/>
    CookieSession cookie:session flask keys=new,old rekey=on
</Location>
<Location /form/>
    Session On
    AuthName t
    AuthFormProvider file
    AuthUserFile conf/htpasswd
    AuthType form
    SetHandler form-login-handler
    AuthFormLoginSuccessLocation /flask/a.txt
</Location>
<Location /flask/token/>
    CookieSessionToken header:X-Token keys=mint audience=https://b.test
</Location>
<LocationMatch "^/api/(token|keys)">
    CookieSessionToken keys=mint audience=https://a.test issuer=https://i.test
</LocationMatch>
<Location /api/token>
    SetHandler sessioncookie-token
</Location>
<Location /api/keys>
    SetHandler sessioncookie-keys
</Location>
<Location /api/status>
    SetHandler sessioncookie-status
</Location>
<Location /api/revoke>
    Require method POST
    SetHandler sessioncookie-revoke
</Location>
<Location /logout/>
    SetHandler sessioncookie-logout
</Location>
<Location /handoff/code>
    CookieSessionHandoff
    SetHandler sessioncookie-handoff
</Location>
<Location /handoff/page/>
    CookieSessionHandoff
    CookieSessionHandoffSend env cookie
</Location>
<LocationMatch "^/(page|handoff/page)/">
    Options +Includes
    SetOutputFilter INCLUDES
    Header set Cache-Control "max-age=60"
    Header always set Cache-Control "must-revalidate"
</LocationMatch>
EOT
}

# It listens some time before it serves.
sub is_up { return (eval { get('/flask/a.txt')->{status} } // 0) == 200 }

# True: it serves. False: it has ended, with its status in $?.
sub start {
    unlink "$dir/pid";
    $child = fork // die $!;
    if (!$child) {
        POSIX::setsid();
        open STDOUT, '>', "$dir/out";
        open STDERR, '>&', \*STDOUT;
        @ENV{'SC_FAULTS', 'SC_MODULE'} = ($control, $ENV{SC_FAULTY});
        exec $ENV{SC_HTTPD}, '-d', root(), '-f', "$dir/conf", '-DFOREGROUND' or POSIX::_exit(127);
    }
    for (1 .. 2000) {
        if (waitpid($child, POSIX::WNOHANG()) == $child) { $child = 0; return 0 }
        return 1 if is_up();
        sleep 0.02;
    }
    BAIL_OUT('httpd neither serves nor ends');
}

sub stop {
    return if !$child;
    kill TERM => $child;
    waitpid $child, 0;
    $child = 0;
}

my $PARENT = $$;
END { if ($$ == $PARENT) { my $st = $?; stop(); if ($redis_pid) { kill TERM => $redis_pid; waitpid $redis_pid, 0 } $? = $st } }

# --- tokens, each another one: what was verified before is remembered ---

my $n = 0;
sub session { my (%o) = @_; $n++; my $user = $o{user} // 7; return qq({"_user_id":"$user","user_name":"anna","role":"claim-of-editor","n":$n,"pad":") . 'x' x 200 . '"}' }
sub fresh { my (%o) = @_; return flask(session(%o), %o) }
sub form { return 'Content-Type: application/x-www-form-urlencoded' }
sub cookies { my ($answer) = @_; return grep { !/^[^=]+=;/ } @{$answer->{headers}{'set-cookie'} // []} }
sub cookie_of { my ($answer, $name) = @_; my ($value) = map { /^\Q$name\E=([^;]+)/ ? $1 : () } @{$answer->{headers}{'set-cookie'} // []}; return $value }
# An answer that is an error after all has it twice.
sub said { my ($answer) = @_; my %said = map { ($_ => 1) } @{$answer->{headers}{'x-session'} // []}; return join ' ', sort keys %said }
sub spoofed { my ($answer) = @_; return grep { /evil/ } map { @{$answer->{headers}{$_} // []} } 'x-user', 'x-token' }

# --- judges: undef, or what is wrong with an answer ---

# Whoever it was for, or nobody; never half of it.
sub user_or_nobody {
    my ($answer) = @_;
    return 'a spoofed header' if spoofed($answer);
    return undef if said($answer) eq 'ok claim-of-editor';
    return said($answer) =~ /^ok|claim-of/ ? 'half a session: ' . said($answer) : undef;
}
sub nobody { my ($answer) = @_; return said($answer) =~ /^ok|claim-of/ ? 'is taken for somebody: ' . said($answer) : spoofed($answer) ? 'a spoofed header' : undef }
sub refused { my ($answer) = @_; return nobody($answer) // ($answer->{status} =~ /^[23]|405/ ? "is let in: $answer->{status}" : undef) }
# httpd's file server answers a POST that has passed the guard with 405.
sub not_through { my ($answer) = @_; return $answer->{status} =~ /^[23]|405/ ? "the guard let it pass: $answer->{status}" : undef }
sub anything { return undef }
sub json { my ($answer) = @_; return $answer->{status} == 200 && $answer->{body} !~ /\}\s*$/ ? "half of an answer: $answer->{body}" : undef }
# What is sent as a session can be read again.
sub readable {
    my ($answer) = @_;
    my $token = cookie_of($answer, 'session') // return user_or_nobody($answer);
    my $again = said(get('/flask/a.txt', "session=$token"));
    return $again eq 'ok claim-of-editor' ? undef : "the new cookie is not good: $again";
}

# --- requests ---

my %guarded; # [token of the guard, the cookies that go with it]
sub learn {
    my ($path, $cookie) = @_;
    my $answer = get($path, $cookie, 'Accept: text/html');
    my ($token) = @{$answer->{headers}{'x-xsrf-token'} // []};
    my %jar = map { /^([^=]+)=([^;]*)/ ? ($1 => $2) : () } cookies($answer);
    $jar{session} //= $1 if defined $cookie && $cookie =~ /session=([^;]+)/;
    return ($token, join '; ', map { "$_=$jar{$_}" } sort keys %jar);
}

sub post { my ($path, $cookie, $body, @lines) = @_; return request('POST', $path, [defined $cookie ? "Cookie: $cookie" : (), form(), 'Origin: http://main.test', @lines], $body) }
sub evil { return 'X-User: evil' }
sub issue { my ($cookie) = @_; my $answer = post('/handoff/code', $cookie, ''); return $answer->{body} =~ /"code":"([^"]+)"/ ? $1 : die "no code: $answer->{status} $answer->{body}" }
sub ended { my $token = fresh(); my $answer = post('/logout/', "session=$token", ''); $answer->{status} == 200 or die "logout: $answer->{status}"; return $token }

# name, what to make before (nothing fails), the request (it fails), the judge of (answer, what was made).
my @cases = (
    ['a good session',           sub { fresh() }, sub { get('/flask/a.txt', "session=$_[0]", evil()) }, \&user_or_nobody],
    ['a compressed one',         sub { fresh(zip => 1) }, sub { get('/flask/a.txt', "session=$_[0]") }, \&user_or_nobody],
    ['one that comes again',     sub { my $t = fresh(); get('/flask/a.txt', "session=$t"); $t }, sub { get('/flask/a.txt', "session=$_[0]") }, \&user_or_nobody],
    ['one that is remembered',   sub { my $t = fresh(); get('/flask/a.txt', "session=$t") for 1, 2; $t }, sub { get('/flask/a.txt', "session=$_[0]") }, \&user_or_nobody],
    ['a forged one',             sub { forge(fresh(), 2) }, sub { get('/flask/a.txt', "session=$_[0]", evil()) }, \&nobody],
    ['a changed one',            sub { forge(fresh(), 0) }, sub { get('/flask/a.txt', "session=$_[0]") }, \&nobody],
    ['one of another key',       sub { fresh(secret => 'somebody-elses-0123456789') }, sub { get('/flask/role/a.txt', "session=$_[0]") }, \&refused],
    ['an expired one',           sub { fresh(offset => -40 * 86400) }, sub { get('/flask/role/a.txt', "session=$_[0]") }, \&refused],
    ['a role',                   sub { fresh() }, sub { get('/flask/role/a.txt', "session=$_[0]") }, \&user_or_nobody],
    ['a PASETO',                 sub { paseto(session()) }, sub { get('/paseto/a.txt', "session=$_[0]", evil()) }, \&user_or_nobody],
    ['a signed PASETO',          sub { paseto(session(), key => 'v4.secret.key') }, sub { get('/paseto/a.txt', "session=$_[0]") }, \&user_or_nobody],
    ['a forged PASETO',          sub { my $t = paseto(session()); $t =~ s/.{3}$/AAA/; $t }, sub { get('/paseto/a.txt', "session=$_[0]") }, \&nobody],
    ['a forged signed PASETO',   sub { my $t = paseto(session(), key => 'v4.secret.key'); $t =~ s/.{3}$/AAA/; $t }, sub { get('/paseto/a.txt', "session=$_[0]") }, \&nobody],
    ['several sources',          sub { [forge(fresh(), 2), paseto(session())] }, sub { get('/several/a.txt', "session=$_[0][0]", "Authorization: Bearer $_[0][1]") }, \&user_or_nobody],
    ['others beside it',         sub { fresh() }, sub { get('/several/a.txt', "session=$_[0]; dj=junk; dj=x.y.z") }, \&user_or_nobody],
    ['a session of elsewhere',   sub { fresh() }, sub { get('/protect/a.txt', "session=$_[0]") }, \&nobody],
    ['a user who was ended',     sub { fresh(user => 13) }, sub { get('/flask/role/a.txt', "session=$_[0]") }, \&refused],
    ['a key that was ended',     sub { fresh(secret => $ENDED) }, sub { get('/flask/role/a.txt', "session=$_[0]") }, \&refused],
    ['a session that was ended', \&ended, sub { get('/flask/role/a.txt', "session=$_[0]") }, \&refused],
    ['once more',                sub { my $t = ended(); get('/flask/role/a.txt', "session=$t") for 1, 2; $t }, sub { get('/flask/role/a.txt', "session=$_[0]") }, \&refused],
    ['its alias',                sub { my $t = fresh(); my $code = issue("session=$t"); post('/logout/', "session=$t", ''); $code }, sub { post('/handoff/code', undef, "code=$_[0]") }, sub { cookie_of($_[0], 'session') ? 'a session that was ended is handed over' : undef }],

    ['a post with a token',      sub { $guarded{good} //= [learn('/guarded/a.html', 'session=' . fresh())] }, sub { post('/guarded/a.html', $_[0][1], "a=1&csrf_token=$_[0][0]") }, \&anything],
    ['one in chunks',            sub { $guarded{good} }, sub { post('/guarded/a.html', $_[0][1], sprintf("4\r\na=1&\r\n%x\r\ncsrf_token=%s\r\n0\r\n\r\n", 11 + length $_[0][0], $_[0][0]), 'Transfer-Encoding: chunked') }, \&anything],
    ['a post without a token',   sub { $guarded{good} }, sub { post('/guarded/a.html', $_[0][1], 'a=1&b=' . 'x' x 9000) }, \&not_through],
    ['with another one\'s',      sub { $guarded{other} //= [learn('/guarded/a.html', 'session=' . fresh())] }, sub { post('/guarded/a.html', $guarded{good}[1], "a=1&csrf_token=$_[0][0]") }, \&not_through],
    ['with a forged one',        sub { $guarded{good} }, sub { post('/guarded/a.html', $_[0][1], '', 'X-XSRF-Token: ' . reverse $_[0][0]) }, \&not_through],
    ['a one-time token again',   sub { my $at = [learn('/guarded/once/a.html', 'session=' . fresh())]; my $used = post('/guarded/once/a.html', $at->[1], '', "X-XSRF-Token: $at->[0]"); my $now = cookie_of($used, 'session') // die "not used up: $used->{status}"; [$at->[0], "session=$now"] },
                                 sub { post('/guarded/once/a.html', $_[0][1], '', "X-XSRF-Token: $_[0][0]") }, \&not_through],
    ['a one-time token',         sub { [learn('/guarded/once/a.html', 'session=' . fresh())] }, sub { post('/guarded/once/a.html', $_[0][1], '', "X-XSRF-Token: $_[0][0]") }, sub { $_[0]{status} == 405 && !cookie_of($_[0], 'session') ? 'it passes and is not used up' : undef }],
    ['Django\'s token',          sub { $guarded{django} //= [learn('/guarded/django/a.html', 'session=' . fresh())] }, sub { post('/guarded/django/a.html', $_[0][1], '', "X-XSRF-Token: $_[0][0]") }, \&anything],
    ['another Django\'s token',  sub { $guarded{django} }, sub { post('/guarded/django/a.html', 'csrftoken=' . 'a' x 32, '', "X-XSRF-Token: $_[0][0]") }, \&not_through],
    ['a page with forms',        sub { fresh() }, sub { get('/page/a.html', "session=$_[0]", 'Accept: text/html') }, sub { $_[0]{body} =~ /type="hidden"/ && "@{$_[0]{headers}{'cache-control'} // []}" !~ /private/ ? 'a page with a token may be kept' : undef }],
    ['one of a new visitor',     sub { undef }, sub { get('/guarded/django/a.html', undef, 'Accept: text/html') }, \&anything],
    ['the script',               sub { undef }, sub { get('/.well-known/xsrf.js') }, \&anything],

    ['a session that is kept',   sub { fresh() }, sub { get('/kept/a.txt', "session=$_[0]") }, \&readable],
    ['a compressed one',         sub { fresh(zip => 1) }, sub { get('/kept/a.txt', "session=$_[0]") }, \&readable],
    ['a new key',                sub { $n++; flask(session(user => 8), secret => $OLD) }, sub { get('/rekey/a.txt', "session=$_[0]") }, \&readable],
    ['a login',                  sub { undef }, sub { post('/form/', undef, 'httpd_username=basic&httpd_password=basic') },
        sub { my $t = cookie_of($_[0], 'session') // return undef; my ($p, $zip) = $t =~ /^(\.)?/ ? (substr($t, length($1 // '')), $1) : (); my $json = decode_base64url((split /\./, $p)[0]); $json = Compress::Zlib::uncompress($json) if $zip; $json =~ /pw":"(?!v4\.local\.)/ ? 'a password in clear' : undef }],

    ['a token for a back end',   sub { fresh() }, sub { get('/flask/token/a.txt', "session=$_[0]", evil(), 'X-Token: evil') }, sub { my ($t) = @{$_[0]{headers}{'x-token'} // []}; user_or_nobody($_[0]) // (defined $t && $t !~ /^v4\.public\.[\w-]+\.[\w-]+$/ ? "not a token: $t" : undef) }],
    ['none for nobody',          sub { forge(fresh(), 2) }, sub { get('/flask/token/a.txt', "session=$_[0]", evil(), 'X-Token: evil') }, sub { nobody($_[0]) // ($_[0]{headers}{'x-token'} ? 'a token of nobody' : undef) }],
    ['a token for a client',     sub { fresh() }, sub { post('/api/token', "session=$_[0]", '') }, \&json],
    ['none for a stranger',      sub { forge(fresh(), 2) }, sub { post('/api/token', "session=$_[0]", '') }, sub { $_[0]{body} =~ /access_token/ ? 'a token of nobody' : undef }],
    ['the keys',                 sub { undef }, sub { get('/api/keys') }, \&json],
    ['the counters',             sub { undef }, sub { get('/api/status?json') }, \&json],
    ['for Prometheus',           sub { undef }, sub { get('/api/status?prometheus') }, \&anything],
    ['as a page',                sub { undef }, sub { get('/api/status') }, \&anything],

    ['a logout',                 sub { fresh() }, sub { post('/logout/', "session=$_[0]", 'a=1') }, sub { $_[0]{status} == 200 && said(get('/flask/a.txt', "session=$_[1]")) =~ /^ok/ ? 'it says ok, and the session goes on' : undef }],
    ['of all',                   sub { fresh(user => 'u' . ++$n) }, sub { post('/logout/', "session=$_[0]", 'all=1') }, sub { $_[0]{status} == 200 && said(get('/flask/a.txt', "session=$_[1]")) =~ /^ok/ ? 'it says ok, and the session goes on' : undef }],
    ['a revocation',             sub { 'r' . ++$n }, sub { post('/api/revoke', undef, "user=$_[0]") }, sub { $_[0]{status} == 200 && said(get('/flask/a.txt', 'session=' . fresh(user => $_[1]))) =~ /^ok/ ? 'it says ok, and the user goes on' : undef }],

    ['an alias',                 sub { fresh() }, sub { post('/handoff/code', "session=$_[0]", '') }, sub { my ($code) = $_[0]{body} =~ /"code":"([^"]+)"/ or return undef; cookie_of(post('/handoff/code', undef, "code=$code"), 'session') ? undef : 'an alias of nothing' }],
    ['of a page',                sub { fresh() }, sub { get('/handoff/page/a.html', "session=$_[0]") }, sub { $_[0]{body} =~ /alias/ && "@{$_[0]{headers}{'cache-control'} // []}" !~ /no-store/ ? 'a page with an alias may be kept' : undef }],
    ['in another\'s browser',     sub { [issue('session=' . fresh()), fresh(user => 8)] }, sub { post('/handoff/code', "session=$_[0][1]", "code=$_[0][0]") }, sub { cookie_of($_[0], 'session') ? 'a visitor becomes somebody else' : undef }],
    ['it is redeemed once',      sub { issue('session=' . fresh()) }, sub { post('/handoff/code', undef, "code=$_[0]") },
        sub { my ($answer, $code) = @_; my $again = post('/handoff/code', undef, "code=$code"); return 'twice' if cookie_of($answer, 'session') && cookie_of($again, 'session'); return $answer->{status} == 200 && !cookie_of($answer, 'session') ? 'it says ok, and there is no cookie' : undef }],
);

# Runs one with each of its calls failing once, then with all calls from each on.
sub try {
    my ($name, $make, $send, $judge, $before, @modes) = @_;
    my (@wrong, %seen);
    for my $mode (@modes) {
        for (my $i = 1;; $i++) {
            $before->() if $before;
            my $made = $make->();
            arm($mode, $i);
            my $answer = eval { $send->($made) } // { status => 0, headers => {}, body => $@ };
            my $failed = disarm() // last;
            $seen{$failed} = 1;
            my $wrong = $judge->($answer, $made) // ($answer->{body} =~ /no answer to/ ? 'no answer' : undef);
            push @wrong, "call $i, $failed" . ($mode == $FROM_THEN_ON ? ' and all that follow' : '') . ": $wrong" if defined $wrong;
            $i > 3000 and die "$name: no end\n";
        }
    }
    ok(!@wrong, "$name; failing: " . join ' ', sort keys %seen) or diag(join "\n", @wrong);
}

sub crashes { return join '', grep { /exit signal|Segmentation|AH0005[12]|stack smashing|ERROR: AddressSanitizer/ } map { slurp($_) =~ /^(.*)$/mg } "$dir/log", "$dir/out" }

mkdir "$dir/htdocs";
for my $folder (qw(flask flask/role flask/token paseto several protect guarded guarded/once guarded/django stored kept rekey page handoff handoff/page)) {
    mkdir "$dir/htdocs/$folder";
    spurt("$dir/htdocs/$folder/a.txt", "text\n");
    spurt("$dir/htdocs/$folder/a.html", qq(<html><head></head><body><form method="post"><input name="a"></form>) . qq(<!--#echo var="COOKIESESSION_HANDOFF_COOKIE" -->\n) x ($folder =~ /page/) . qq(<!--#include virtual="a.txt" -->) . "</body></html>\n");
}

sub begin { my ($more) = @_; spurt("$dir/conf", conf($more)); spurt($list, "user\t*\t13\tban\nkey\tended\tban\n"); arm($OFF, 0); start() or BAIL_OUT('httpd does not start: ' . slurp("$dir/out") . slurp("$dir/log")) }

# --- requests ---

begin('');
try(@$_[0 .. 3], undef, $ONCE, $FROM_THEN_ON) for @cases;
is(said(get('/flask/a.txt', 'session=' . fresh())), 'ok claim-of-editor', 'httpd serves as before');

# Restarts whose configuration is good, and too much for what was made at the start, or no good.
sub restart { my ($conf, $want) = @_; spurt("$dir/conf", $conf); kill USR1 => $child; for (1 .. 1000) { return 1 if slurp("$dir/log") =~ $want; sleep 0.02 } return 0 }
ok(restart(conf(join '', map { "CookieSessionKey many$_ text:a-secret-of-some-length-$_\n" } 1 .. 3000), qr/there is no room to count key_opened_total of many\d+; stop and start httpd/), 'counters for which there is no room');
is(said(get('/flask/a.txt', 'session=' . fresh())), 'ok claim-of-editor', 'are not counted, and httpd serves');
is(crashes(), '', 'no process crashed');
stop();

# --- redis, which nobody asks for a second after a failure ---

sub start_redis {
    $redis_pid = fork // die $!;
    if (!$redis_pid) {
        open STDOUT, '>', '/dev/null';
        exec $redis, '--port', 0, '--unixsocket', $socket, '--save', '', '--dir', $dir or POSIX::_exit(127);
    }
    for (1 .. 500) { return if (eval { ask_redis('PING') } // '') =~ /PONG/; sleep 0.02 }
    BAIL_OUT('no redis');
}
sub ask_redis { my $to = IO::Socket::UNIX->new(Peer => $socket) or die "redis: $!"; print {$to} '*' . @_ . "\r\n", map { '$' . length($_) . "\r\n$_\r\n" } @_; return scalar <$to> }
sub patiently { my ($do) = @_; for (1 .. 200) { my $made = eval { $do->() }; return $made if defined $made; sleep 0.05 } die "redis is not asked again\n" }

# A session as Flask-Session keeps it, in MessagePack, under another id each time.
sub stored { my $id = 'an-id-of-thirty-two-characters-' . ++$n; ask_redis('SET', "session:$id", "\x81\xa4role\xafclaim-of-editor"); return $id }
sub asked { my $id = stored(); return said(get('/stored/a.txt', "sid=$id")) =~ /^ok/ ? $id : undef }

SKIP: {
    skip 'redis-server is missing', 3 if !$redis;
    start_redis();
    begin(<<"EOT");
CookieSessionStore redis:$socket timeout=1s
<Location /stored/>
    CookieSession cookie:sid flask-session lookup=redis:session:
</Location>
EOT
    try('a session in redis', sub { patiently(\&asked); stored() }, sub { get('/stored/a.txt', "sid=$_[0]") }, \&user_or_nobody, undef, $ONCE_A_PLACE);
    try('one that is not there', sub { patiently(\&asked); 'no-session-of-this-id-' . ++$n }, sub { get('/stored/a.txt', "sid=$_[0]") }, \&nobody, undef, $ONCE_A_PLACE);
    try('an alias in redis', sub { patiently(sub { issue('session=' . fresh()) }) }, sub { post('/handoff/code', undef, "code=$_[0]") },
        sub { cookie_of($_[0], 'session') && cookie_of(post('/handoff/code', undef, "code=$_[1]"), 'session') ? 'it is redeemed twice' : undef }, undef, $ONCE_A_PLACE);
    is(crashes(), '', 'no process crashed');
    stop();
    kill TERM => $redis_pid;
    waitpid $redis_pid, 0;
    $redis_pid = 0;
}

# --- starts ---

# What a server that has started does wrong, or undef.
sub misled {
    return user_or_nobody(get('/flask/a.txt', 'session=' . fresh(), evil())) // nobody(get('/flask/a.txt', 'session=' . forge(fresh(), 2), evil()))
        // nobody(get('/flask/a.txt', 'session=' . fresh(user => 13))) // nobody(get('/flask/a.txt', 'session=' . fresh(secret => $ENDED)))
        // not_through(post('/guarded/a.html', 'session=' . fresh(), 'a=1')) // json(get('/api/status?json'));
}

# Starts once for each place from which something is called that can fail.
sub starts {
    my ($name, $conf, $misled) = @_;
    my (@wrong, %seen);
    spurt("$dir/conf", $conf);
    for (my $i = 1;; $i++) {
        spurt("$dir/log", '');
        arm($ONCE_A_PLACE, $i);
        my $serves = start();
        my ($status, $failed) = ($?, disarm());
        my $wrong = $serves ? $misled->() : $status & 127 ? "it was killed by $status" : undef;
        stop();
        my $said = slurp("$dir/out") . slurp("$dir/log");
        $wrong //= 'it crashed: ' . crashes() if crashes();
        $wrong //= 'it does not say why it does not start' if !$serves && $said !~ /(CookieSession|sessioncookie|XSRF)/;
        last if !defined $failed;
        $seen{$failed} = 1;
        push @wrong, "place $i, $failed: $wrong" if defined $wrong;
    }
    ok(!@wrong, "$name; failing: " . join ' ', sort keys %seen) or diag(join "\n", @wrong);
}

starts('a start', conf(''), \&misled);
starts('with redis', server() . <<"EOT", \&anything) if $redis;
CookieSessionStore redis:$socket
CookieSessionRevocation file:$list spread=1s
<Location /flask/>
    CookieSession cookie:sid flask-session lookup=redis:session:
</Location>
EOT

done_testing;
