# SPDX-License-Identifier: Apache-2.0
# CookieSessionToken for back ends: what a token says and for how long, who can read it, when another one
# is minted, and every way to slip one's own past it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use MIME::Base64 qw(decode_base64url);
use SC;
use Test::More;
use Time::HiRes ();
use Time::Local qw(timegm);

port();
my $S = 'session=' . flask($USER);
my %role = (role => 'claim-of-editor', login => 'claim-of-login');

sub key { return root() . "/conf/keys/token-$_[0].key" }

# A token has a whole session in it: zlog.t looks for it.
sub seen {
    my ($response, $variable) = @_;
    my ($token) = $response->{body} =~ /^\Q$variable\E=(.*)$/m;
    return SC::noted($token // return);
}

# What the command says of a token: the status and the claims.
sub opened {
    my ($token, $key, @options) = @_;
    open my $pipe, '-|', $ENV{SC_COMMAND}, 'decode', '--format', 'paseto', '--key', 'k=file:' . key($key), @options, $token or die $!;
    my $answer = decode_json(join '', <$pipe>);
    close $pipe;
    return $answer;
}

sub claims { return opened(@_)->{session} // {} }

sub seconds { my ($y, $m, $d, $h, $i, $s) = $_[0] =~ /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)\+00:00$/ or return -1; return timegm($s, $i, $h, $d, $m - 1, $y) }

sub life { my $claims = shift; return seconds($claims->{exp}) - seconds($claims->{iat}) }

sub footer { my @part = split /\./, shift; return @part == 4 ? decode_base64url($part[3]) : undef }

sub id_of {
    my ($key, $what) = @_;
    open my $pipe, '-|', "$ENV{SC_COMMAND} " . ($what eq 'pid' ? "key public 'file:" . key($key) . "' | $ENV{SC_COMMAND} key id -" : "key id 'file:" . key($key) . "'") or die $!;
    chomp(my $id = <$pipe>);
    return $id;
}

# --- every version and purpose, and npm's libraries ---
my ($to, $from);
my $node = -d "$ENV{SC_NODE}/node_modules/paseto-ts" && !system 'node --version >/dev/null 2>&1';
if ($node) {
    require IPC::Open2;
    my $pid = IPC::Open2::open2($from, $to, 'sh', '-c', 'cd "$SC_NODE" && exec node peer.mjs');
    sub ask { print {$to} encode_question(@_), "\n"; $to->flush; return decode_json(scalar <$from>) }
    sub encode_question { return JSON::PP->new->encode({@_}) }
}
for my $version (1 .. 4) {
    for my $purpose (qw(public local)) {
        my $kind = "v$version.$purpose";
        my $before = time;
        my $token = seen(get("/token/v$version-$purpose/env.cgi", $S), 'VISITOR_TOKEN') // '';
        like($token, qr/^\Q$kind\E\./, "$kind is minted by a key of its kind");
        my $key = "v$version.$purpose";
        my $claims = claims($token, $key);
        my ($iat, $exp) = map { seconds($_ // '') } @$claims{qw(iat exp)};
        ok($iat >= $before && $iat <= time, "$kind: it is of now");
        is($exp - $iat, 60, "$kind: for a minute");
        delete @$claims{qw(iat exp)};
        is_deeply($claims, { iss => 'https://www.example', aud => 'https://api.example', sub => '7', %role }, "$kind: its claims, and no others");
        is(footer($token), '{"kid":"' . id_of($key, $purpose eq 'public' ? 'pid' : 'lid') . '"}', "$kind: kid is the id of the half that is published");
        # npm knows no v2.local and v4.local, paseto-ts v4 alone. paseto 3 counts AES-CTR blocks in 16 bits: interop/paseto_npm.py.
        SKIP: {
            my @libs = $version == 4 && $purpose eq 'local' ? 'paseto-ts' : $kind eq 'v2.local' ? () : ('paseto4', $purpose eq 'public' ? 'paseto3' : (), $version == 4 ? 'paseto-ts' : ());
            skip "npm's libraries are not there", scalar @libs if !$node;
            chomp(my $half = $purpose eq 'public' ? `$ENV{SC_COMMAND} key public file:${\ key($key)}` : do { open my $in, '<', key($key) or die $!; <$in> });
            for my $lib (@libs) {
                # paseto 3 has k1.public without the 24 bytes that say RSA.
                my $given = $lib eq 'paseto3' && $version == 1 ? 'k1.public.' . MIME::Base64::encode_base64url(substr decode_base64url(substr $half, 10), 24) : $half;
                my $answer = ask(op => 'open', lib => $lib, version => $version, purpose => $purpose, key => $given, token => $token);
                is($answer->{claims}{sub} // $answer->{error}, '7', "$kind: $lib verifies it");
            }
        }
    }
}
if ($node) { close $to; close $from }

# --- the header, and what a client sends of that name ---
my @spoofs = (['as it is', 'X-Visitor-Token: EVIL'], ['lower case', 'x-visitor-token: EVIL'], ['underscores', 'X_Visitor_Token: EVIL'], ['dots', 'X.Visitor.Token: EVIL'],
    ['one of each', 'X_Visitor-Token: EVIL', 'x!visitor~token: EVIL'], ['twice', 'X-Visitor-Token: EVIL', 'X-Visitor-Token: EVIL'], ['empty, then not', 'X-Visitor-Token:', 'X-Visitor-Token: EVIL'],
    ['named in Connection', 'Connection: X-Visitor-Token', 'X-Visitor-Token: EVIL'], ['Connection, in another spelling', 'Connection: close, x_visitor_token'],
    ['beside the member', 'X-User: EVIL', 'X-Visitor-Token: EVIL'], ['nothing', ()]);
for my $path ('/token/header/env.cgi', '/proxied/token/header/env.cgi') {
    for (@spoofs) {
        my ($what, @lines) = @$_;
        my $with = get($path, $S, @lines);
        my @tokens = $with->{body} =~ /^HTTP_X.VISITOR.TOKEN=(.*)$/mg;
        is(scalar @tokens, 1, "$path: $what, with a session: one header");
        SC::noted($_) for @tokens;
        my $claims = claims($tokens[0] // '', 'v4.public');
        is($claims->{sub} // '', '7', "$path: $what, with a session: ours");
        is(life($claims), 90, "$path: $what: ttl") if !@lines;
        for (['without a session', undef], ['with a forged one', 'session=' . forge(flask($USER), 2)]) {
            my $response = get($path, $_->[1], @lines);
            is($response->{status}, 200, "$path: $what, $_->[0]: served");
            unlike($response->{body}, qr/EVIL|^HTTP_X.VISITOR/m, "$path: $what, $_->[0]: none");
        }
    }
}
case 'the member beside it', '/token/header/env.cgi', $S, { HTTP_X_USER => 'claim-of-editor', VISITOR_TOKEN => qr/^v4\.public\./ };
my $both = get('/token/header/env.cgi', $S);
is(seen($both, 'VISITOR_TOKEN'), seen($both, 'HTTP_X_VISITOR_TOKEN'), 'header and variable have the same token');
is_deeply($both->{headers}{vary}, ['Cookie'], 'Vary');
unlike(get('/token/header/nosource/env.cgi', $S, 'X-Visitor-Token: EVIL')->{body}, qr/EVIL|VISITOR/, 'a scope without sources removes it');
my $off = get('/token/header/off/env.cgi', $S);
unlike($off->{body}, qr/VISITOR/, 'Off in an inner scope: none');
like($off->{body}, qr/^HTTP_X_USER=claim-of-editor$/m, 'and the session is there');
my $inner = get('/token/header/other/env.cgi', $S);
is(claims(seen($inner, 'HTTP_X_VISITOR_TOKEN'), 'v4.public')->{aud}, 'https://other.example', 'an inner line replaces the outer one');
unlike($inner->{body}, qr/^VISITOR_TOKEN/m, 'and its variable');
is(life(claims(seen($inner, 'HTTP_X_VISITOR_TOKEN'), 'v4.public')), 60, 'and its ttl');
unlike(get('/token/nobody/env.cgi', $S, 'X-Visitor-Token: EVIL')->{body}, qr/VISITOR/, 'a session without a user: none');
unlike(get('/token/header/env.cgi', 'session=' . flask('{"role":"x"}'))->{body}, qr/VISITOR/, 'a session without the member: none');
unlike(get('/token/keys-alone/env.cgi', $S)->{body}, qr/TOKEN/, 'keys= alone mints nothing');
is(claims(seen(get('/token/v4-public/env.cgi', 'session=' . flask('{"_user_id":9}')), 'VISITOR_TOKEN'), 'v4.public')->{sub}, '9', 'a user that is a number is text; what else is chosen is left out');

# A token is for its own scope: not for the scope of a redirect or of an include.
my $W = '/token/header/front';
my $away = get("$W/go-off", $S);
like($away->{body}, qr/^HTTP_X_USER=claim-of-editor$/m, 'a redirect into a scope that mints none');
unlike($away->{body}, qr/VISITOR/, 'has none, under any name');
my $within = get("$W/go-in", $S);
is(claims(seen($within, 'HTTP_X_VISITOR_TOKEN') // '', 'v4.public')->{sub}, '7', 'a redirect within the scope');
is(() = $within->{body} =~ /VISITOR_TOKEN=v4/g, 2, 'has the header and the variable, and no copies');
my $including = get("$W/header.shtml", $S, 'X-Visitor-Token: EVIL')->{body};
is(() = $including =~ /^(?:HTTP_X_)?VISITOR_TOKEN=v4/mg, 4, 'an include and its page have theirs, and the include of a scope that mints none has none') or diag($including);
unlike($including, qr/EVIL/, "nor the client's");

# Trailers, after the body.
my $chunked = request('POST', '/token/header/env.cgi', ["Cookie: $S", 'Transfer-Encoding: chunked'], "3\r\na=b\r\n0\r\nX-Visitor-Token: EVIL\r\nX_User: EVIL\r\n\r\n");
unlike($chunked->{body}, qr/EVIL/, 'a trailer');
like($chunked->{body}, qr/^HTTP_X_VISITOR_TOKEN=v4/m, 'and ours stays');

# --- keys ---
is(footer(seen(get('/token/no-footer/env.cgi', $S), 'VISITOR_TOKEN')), undef, 'footer=none');
my $rotated = seen(get('/token/rotated/env.cgi', $S), 'VISITOR_TOKEN');
is(footer($rotated), '{"kid":"' . id_of('old', 'pid') . '"}', 'the first key signs, and is named');
is(opened($rotated, 'old')->{status}, 'ok', 'its half verifies');
is(opened($rotated, 'v4.public')->{status}, 'unknown-key', "and the other's does not");

# --- until when ---
# The session has so many seconds left; they may pass while the request is under way.
for (['a session that ends during the life of the token', 20], ['one that is about to end', 5]) {
    my ($what, $left) = @$_;
    my $end = time + $left;
    my $claims = claims(seen(get('/token/v4-public/env.cgi', 'session=' . flask($USER, offset => $left - 3600)), 'VISITOR_TOKEN'), 'v4.public');
    my $over = seconds($claims->{exp} // '') - $end;
    ok($over >= 0 && $over <= 1, "$what: its end is the session's") or diag($over);
}
unlike(get('/token/v4-public/env.cgi', 'session=' . flask($USER, offset => -3601))->{body}, qr/VISITOR/, 'a session that is over: none');

# --- once for half of its life ---
# A session that has come before is remembered, and so is its token, by each process. Prefork has one thread in each: whether two
# requests meet the same one is not known.
sub short { return seen(get('/token/short/env.cgi', shift), 'HTTP_X_VISITOR_TOKEN') }
SKIP: {
    skip 'processes share no memory, and a session may be seen by each', 5 if $ENV{SC_MPM} eq 'prefork' || `cat ${\ root()}/conf/cache-size.conf` =~ /Off/;
    my $mine = 'session=' . flask('{"_user_id":"once"}');
    my (%times, $kept, $since, $oldest, $last);
    my $start = time;
    # By the clock of before the request a token is never older than httpd saw it. iat has no fraction: 3 s, and half of one.
    while (time < $start + 60) {
        my $now = Time::HiRes::time();
        my $token = short($mine);
        my $iat = seconds(claims($token, 'v4.public')->{iat});
        $oldest = $now - $iat if !defined $oldest || $now - $iat > $oldest;
        ($kept, $since) = ($token, $iat) if $times{$token}++ && $now - $iat >= 2 && !defined $kept;
        $last = $token;
        last if defined $kept && $iat >= $since + 6;
        select undef, undef, undef, 0.1;
    }
    ok(defined $kept, 'the same token two seconds later');
    isnt($last, $kept, 'another one later');
    cmp_ok($oldest, '<=', 3.6, 'none is older than half of its life');
    my $other = seen(get('/token/short/login/env.cgi', 'session=' . flask($USER)), 'HTTP_X_VISITOR_TOKEN');
    is(claims($other, 'v4.public')->{sub}, 'claim-of-login', 'another scope, another user');
    my $bert = seen(get('/token/short/env.cgi', 'session=' . flask('{"_user_id":"bert"}')), 'HTTP_X_VISITOR_TOKEN');
    is(claims($bert, 'v4.public')->{sub}, 'bert', 'another session, another token');
}

# --- Authorization ---
my $api = 'Authorization: Bearer ' . paseto('{"sub":"api"}');
my $basic = 'Authorization: Basic YmFzaWM6YmFzaWM=';
sub bearer { my $response = shift; my ($value) = $response->{body} =~ /^HTTP_AUTHORIZATION=(.*)$/m; return undef if !defined $value; return $value =~ /^Bearer (v4\.public\..*)/ ? claims(SC::noted($1), 'v4.public')->{sub} // 'another' : "raw $value" }
for my $path ('/token/bearer/env.cgi', '/proxied/token/bearer/env.cgi') {
    is(bearer(get($path, $S)), '7', "$path: it stands after Bearer");
    is(bearer(get($path, undef, $api)), 'api', "$path: the client's token is read by a source, and replaced");
    for (['a forged one', 'Authorization: Bearer EVIL'], ['another scheme', 'Authorization: Digest EVIL'], ['in lower case', 'authorization: EVIL'], ['twice', 'Authorization: EVIL', 'Authorization: EVIL'], ['in capitals', 'AUTHORIZATION: EVIL']) {
        my ($what, @lines) = @$_;
        is(bearer(get($path, undef, @lines)), undef, "$path: $what, without a session: none");
        unlike(get($path, undef, @lines)->{body}, qr/EVIL/, "$path: $what: nor a copy of it");
        is(bearer(get($path, $S, @lines)), '7', "$path: $what, with a session: ours");
    }
    is(bearer(get($path, $S, 'Connection: Authorization')), '7', "$path: named in Connection");
}
# mod_auth_basic reads the client's, in this request and in those that come from it.
for my $path ('/token/bearer/basic/env.cgi', '/proxied/token/bearer/basic/env.cgi') {
    is(get($path, $S)->{status}, 401, "$path: Basic asks for a password");
    is(bearer(get($path, $S, $basic)), '7', "$path: and takes it; the back end gets the session's token");
    is(bearer(get($path, undef, $basic)), undef, "$path: without a session, nothing");
}
my $F = '/token/bearer/basic/front';
for (['an internal redirect', "$F/go"], ['an error page', "$F/missing"]) {
    my ($what, $path) = @$_;
    my $response = get($path, $S, $basic);
    is(bearer($response), '7', "$what is authenticated by what the client sent") or diag($response->{status}, $response->{body});
    unlike($response->{body}, qr/YmFzaWM6YmFzaWM/, "$what: which its handler does not see");
    unlike(get($path, undef, 'Authorization: Basic RVZJTA==')->{body}, qr/RVZJTA/, "$what: nor a wrong one");
}
my $out = get("$F/go-out", $S, $basic);
like($out->{body}, qr/^HTTP_AUTHORIZATION=Basic YmFzaWM6YmFzaWM=$/m, "a redirect out of the scope: the client's own") or diag($out->{status});
unlike($out->{body}, qr/v4\.public/, 'and no token');
my $page = get("$F/page.shtml", $S, $basic);
my @included = $page->{body} =~ /^HTTP_AUTHORIZATION=(\w+)/mg;
is("@included", 'Bearer Basic', 'subrequests: each as its scope has it') or diag($page->{body});
my $trailer = request('POST', '/token/bearer/env.cgi', ["Cookie: $S", 'Transfer-Encoding: chunked'], "3\r\na=b\r\n0\r\nAuthorization: EVIL\r\n\r\n");
unlike($trailer->{body}, qr/EVIL/, 'Authorization in a trailer');

# --- HTTP/2 ---
SKIP: {
    skip 'no HTTP/2 here', 3 if $ENV{SC_MPM} eq 'prefork' || `curl --version 2>/dev/null` !~ /HTTP2/;
    my $base = 'http://127.0.0.1:' . port();
    my $body = `curl -s --http2-prior-knowledge -H 'x-visitor-token: EVIL' -H 'x_visitor_token: EVIL' -H 'Cookie: $S' $base/token/header/env.cgi`;
    is(claims(seen({ body => $body }, 'HTTP_X_VISITOR_TOKEN') // '', 'v4.public')->{sub}, '7', 'over HTTP/2');
    unlike($body, qr/EVIL/, "and the client's is gone");
    unlike(`curl -s --http2-prior-knowledge -H 'x-visitor-token: EVIL' $base/token/header/env.cgi`, qr/EVIL|VISITOR/, 'without a session over HTTP/2: none');
}

# --- .htaccess ---
my $folder = root() . '/htdocs/htaccess/token';
mkdir $folder or die "$folder: $!";
open my $htaccess, '>', "$folder/.htaccess" or die $!;
print {$htaccess} "CookieSessionToken header:X-Visitor-Token keys=t4s audience=https://api.example\n";
close $htaccess;
my $at = -s root() . '/logs/error_log';
is(get('/htaccess/token/x', $S)->{status}, 500, 'refused in .htaccess');
like(join('', SC::logged(\$at)), qr/CookieSessionToken not allowed here/, 'and the log says so');

done_testing;
