# SPDX-License-Identifier: Apache-2.0
# Sessions that mod_session writes back: what is changed, what stays, which cookie goes out.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use SC;
use Test::More;

my $KEYS = root() . '/conf/keys';

# The Set-Cookie lines of a response, for one name.
sub cookies {
    my ($response, $name) = @_;
    return grep { /^\Q$name\E=/ } @{$response->{headers}{'set-cookie'} // []};
}

# The value of the one cookie of that name, unquoted; undef when there is none.
sub value_of {
    my ($response, $name) = @_;
    my @lines = cookies($response, $name);
    return if @lines != 1;
    my ($value) = $lines[0] =~ /^[^=]+=("(?:[^"\\]|\\.)*"|[^;]*)/;
    $value =~ s/\\([0-3][0-7][0-7]|.)/length $1 == 3 ? chr oct $1 : $1/ge if $value =~ s/^"(.*)"$/$1/s;
    return $value;
}

# A token as the command reads it: { status, key, issued, session => the JSON text }.
sub opened {
    my ($token, %o) = @_;
    my @keys = map { ('--key', "$_=file:$KEYS/" . ($_ eq 'v4' ? 'v4.local.key' : "$_.key")) } @{$o{keys} // ['new', 'old']};
    open my $pipe, '-|', $ENV{SC_COMMAND}, 'decode', '--tagged', '--format', $o{format} // 'flask',
        @keys, (map { ('--option', $_) } @{$o{options} // []}), $token or die "$ENV{SC_COMMAND}: $!";
    my $line = do { local $/; <$pipe> };
    close $pipe;
    # Not by a JSON parser: big numbers and lone surrogates are to stay what they are.
    my ($head, $text) = $line =~ /^(.*?)"session":.*"tagged":(\{.*\})\}$/ or return {text => $line};
    return {text => $text, $head =~ /"(\w+)":"?([^",]*)"?,/g};
}

sub change { my ($scope, $cookie, $query, @lines) = @_; return get("/write/$scope/change.cgi?$query", $cookie, @lines) }

my $from = -s root() . '/logs/error_log';
sub log_has { my ($regex, $sentence) = @_; my @lines = SC::logged(\$from); ok((grep { /$regex/ } @lines), $sentence) or diag(@lines) }
sub log_quiet {
    my $sentence = shift;
    my @lines = grep { /session/ && !/:(debug|trace\d|info)\]/ } SC::logged(\$from);
    is("@lines", '', $sentence);
}

# changed(SENTENCE, SCOPE, JSON before, QUERY, JSON after)
sub changed {
    my ($sentence, $scope, $before, $query, $after) = @_;
    my $response = change($scope, defined $before ? 'session=' . flask($before) : undef, $query);
    my $token = value_of($response, 'session');
    ok(defined $token, "$sentence: one cookie") or do { diag(join "\n", %{$response->{headers}}); return };
    my $answer = opened($token);
    is($answer->{text}, $after, $sentence) or diag(explain $answer);
}

sub aged_old { return 'session=' . flask('{"a":"1"}', secret => $OLD) }

# --- what is changed ---
changed 'a new entry is a string behind all others', 'a', '{"b":1,"a":"x"}', 'c=3', '{"b":1,"a":"x","c":"3"}';
changed 'a changed entry keeps its place', 'a', '{"b":"1","a":"x"}', 'b=2', '{"b":"2","a":"x"}';
changed 'a removed entry is gone', 'a', '{"b":1,"a":"x"}', 'b=', '{"a":"x"}';
changed 'no session: a new one', 'a', undef, 'user=anna', '{"user":"anna"}';
is(opened(value_of(change('a', 'session=' . forge(flask('{"user":"eve","x":"1"}'), 2), 'user=anna'), 'session'))->{text}, '{"user":"anna"}', 'a refused session: a new one');
changed 'a number stays a number', 'a', '{"n":1}', 'n=2.50', '{"n":2.50}';
changed 'a big number too', 'a', '{"n":1}', 'n=123456789012345678901234567890', '{"n":123456789012345678901234567890}';
changed 'a number that gets no number is a string', 'a', '{"n":1}', 'n=1x', '{"n":"1x"}';
changed 'NaN is no number that somebody means', 'a', '{"n":1}', 'n=NaN', '{"n":"NaN"}';
changed 'nor is a number with white space', 'a', '{"n":1}', 'n=%201', '{"n":" 1"}';
changed 'nor one with a leading zero', 'a', '{"n":1}', 'n=01', '{"n":"01"}';
changed 'so does its opposite', 'a', '{"t":false}', 't=true', '{"t":true}';
changed 'a truth stays one', 'a', '{"t":true}', 't=false', '{"t":false}';
changed 'a truth that gets a number is a string', 'a', '{"t":true}', 't=1', '{"t":"1"}';
changed 'a string that looks like a number stays a string', 'a', '{"s":"x"}', 's=12', '{"s":"12"}';
changed 'an array takes JSON', 'a', '{"g":["a","b"]}', 'g=%5b1,2%5d', '{"g":[1,2]}';
changed 'an array that gets other text is a string', 'a', '{"g":["a","b"]}', 'g=a,b,c', '{"g":"a,b,c"}';
changed 'an object takes JSON', 'a', '{"o":{"x":1}}', 'o=%7b%22y%22%3a2%7d', '{"o":{"y":2}}';
changed 'what looks like a type tag in it is none', 'a', '{"o":{"x":1}}', 'o=%7b%22%20m%22%3a%22%3cb%3e%22%7d', '{"o":{" di":{" m__":"<b>"}}}';
changed 'a string cannot become a tag', 'a', '{"o":"x"}', 'o=%7b%22%20m%22%3a%22%3cb%3e%22%7d', '{"o":"{\" m\":\"<b>\"}"}';
changed 'a new session of one entry that is named as a tag', 'a', undef, '%20m=x', '{" di":{" m__":"x"}}';
changed 'a null that gets a text is a string', 'a', '{"x":null,"y":1}', 'x=1', '{"x":"1","y":1}';
changed 'UTF-8', 'a', '{"u":"x"}', 'u=%c3%bc%f0%9f%98%80', '{"u":"\u00fc\ud83d\ude00"}';
changed 'white space and what separates', 'a', '{"u":"x"}', 'u=a%20b%26%3d%0a', '{"u":"a b&=\n"}';

# --- what stays ---
my $all = '{"z":12345678901234567890123,"a":1.50,"none":null,"t":{" t":[1,{" b":"AP8="}]},"by":{" b":"AP8="},"m":{" m":"<b>"},'
    . '"u":{" u":"12345678123456781234567812345678"},"d":{" d":"Tue, 14 Nov 2023 22:13:20 GMT"},"di":{" di":{" t__":1}},"nul":"a\u0000b",'
    . '"User":"one","user":"two","s":"\u00fc\ud800","e":1e5,"o":{"b":[],"a":{}},"":"empty name","a\u0000b":1,"true":true}';
changed 'every member that was not touched is as it was', 'a', $all, 'new=1', substr($all, 0, -1) . ',"new":"1"}';
changed 'of two names that differ in case the first is set, the other stays', 'a', '{"User":"one","user":"two","x":1}', 'user=three', '{"User":"three","user":"two","x":1}';
changed 'both are removed by a name', 'a', '{"User":"one","user":"two","x":1}', 'user=', '{"x":1}';
changed 'a name in another case is the member that there is', 'a', '{"User":"one"}', 'user=two', '{"User":"two"}';
changed 'removed and set under another case', 'a', '{"User":"one","x":1}', 'user=&user=two', '{"User":"two","x":1}';
changed 'a value that is no UTF-8 is not written', 'a', '{"a":"x"}', 'a=%ff&b=1', '{"a":"x","b":"1"}';
log_has qr/1 changed entries of the session are not written/, 'the log says so';

my $response = change('a', 'session=' . flask('{"a":"x"}'), 'a=x');
is_deeply([cookies($response, 'session')], [], 'what was set to what it is, is not changed');
for my $path ('/write/a/env.cgi', '/write/env/env.cgi', '/write/interval/env.cgi') {
    $response = get($path, 'session=' . flask('{"User":"one","user":"two"}'));
    is_deeply([cookies($response, 'session')], [], "$path only reads");
}
is_deeply([cookies(get('/write/maxage/env.cgi'), 'session')], [], 'no session, nothing changed: no cookie');
is_deeply([cookies(get('/write/maxage/env.cgi', 'session=' . forge(flask('{"a":1}'), 2)), 'session')], [], 'nor for a refused one');
is_deeply([cookies(change('exclude', undef, 'a=1'), 'session')], [], 'SessionExclude');

# --- which cookie ---
($response) = cookies(change('a', undef, 'a=1'), 'session');
like($response, qr/^session=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax$/, 'the default attributes');
($response) = cookies(change('attributes', undef, 'a=1'), 'session');
like($response, qr/^session=[\w.-]+; Path=\/write; Domain=main\.test; Max-Age=600; Expires=\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT; SameSite=Strict; Priority=High$/, 'CookieSessionAttributes');
($response) = cookies(change('none', undef, 'a=1'), 'session');
like($response, qr/; Path=\/; Secure; SameSite=None; Partitioned$/, 'SameSite=None and Partitioned');
($response) = cookies(change('host', undef, 'a=1'), '__Host-session');
like($response, qr/; Path=\/; Secure; HttpOnly; SameSite=Lax$/, '__Host- is always Secure');
($response) = cookies(request('GET', '/write/a/change.cgi?a=1', ['Host: tls.test']), 'session');
like($response, qr/; Path=\/; Secure; HttpOnly; SameSite=Lax$/, 'Secure where ServerName says https');
for (
    ['a proxy that mod_remoteip trusts says https',       1, 'X-Forwarded-For: 192.0.2.1', 'X-Forwarded-Proto: https'],
    ['it says http',                                      0, 'X-Forwarded-For: 192.0.2.1', 'X-Forwarded-Proto: http'],
    ['the last of a list is the word of the trusted one', 0, 'X-Forwarded-For: 192.0.2.1', 'X-Forwarded-Proto: https, http'],
    ['it says nothing',                                   0, 'X-Forwarded-For: 192.0.2.1'],
    ['the client itself says https',                      0, 'X-Forwarded-Proto: https'],
) {
    my ($what, $secure, @lines) = @$_;
    my ($line) = cookies(request('GET', '/write/a/change.cgi?a=1', ['Host: proxy.test', @lines]), 'session');
    like($line, $secure ? qr/; Path=\/; Secure; HttpOnly; SameSite=Lax$/ : qr/; Path=\/; HttpOnly; SameSite=Lax$/, "$what: " . ($secure ? 'Secure' : 'not Secure'));
}
($response) = cookies(change('maxage', undef, 'a=1'), 'session');
like($response, qr/; Max-Age=600; Expires=/, 'SessionMaxAge is Max-Age');
($response) = cookies(change('a', 'session=' . flask('{"_permanent":true}'), 'a=1'), 'session');
like($response, qr/; Max-Age=2678400; Expires=/, 'a permanent session of Flask is kept for max-age');

# --- removing ---
my $gone = qr/^session=; Path=\/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax$/;
like((cookies(change('a', 'session=' . flask('{"a":1,"b":2}'), 'a=&b='), 'session'))[0], $gone, 'an emptied session removes the cookie');
like((cookies(change('attributes', 'session=' . flask('{"a":1}'), 'a='), 'session'))[0],
    qr/^session=; Path=\/write; Domain=main\.test; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; SameSite=Strict/, 'with the same path and domain');
is_deeply([cookies(change('a', undef, 'a='), 'session')], [], 'where there is none, none is removed');
is_deeply([cookies(change('a', 'session=' . flask('{}'), 'a='), 'session')], [], 'nor is an empty one');

changed 'a member that is called as one of mod_auth_form, without its user', 'a', '{"t-site":"x","a":"1"}', 'a=2', '{"t-site":"x","a":"2"}';
changed 'a user without a password', 'a', '{"t-user":"anna","a":"1"}', 'a=2', '{"t-user":"anna","a":"2"}';
changed 'where a user is not a member', 'pointer', '{"t-user":"anna","t-pw":"x","a":"1"}', 'a=2', '{"t-user":"anna","t-pw":"x","a":"2"}';
is_deeply([cookies(change('maxage/none', 'remember_token=' . paseto('{"_user_id":"7"}', format => 'flask-login', key => 'new.key'), 'a=1'), 'remember_token')], [],
    'SessionMaxAge and a cookie that says nothing of its time');

# --- whose cookie wins ---
my @set = cookies(change('a', undef, 'a=1!Set-Cookie:%20session=mine'), 'session');
is_deeply(\@set, ['session=mine'], "a handler's own cookie wins");
@set = cookies(change('a', 'session=' . flask('{"b":1}'), 'a=1!Set-Cookie:%20session=mine%0aSet-Cookie:%20session=twice'), 'session');
is_deeply(\@set, ['session=mine', 'session=twice'], 'of all its lines');
@set = map { @{$_->{headers}{'set-cookie'} // []} } change('a', undef, 'a=1!Set-Cookie:%20session%20=mine');
is_deeply(\@set, ['session =mine'], 'with a blank before "="');
@set = cookies(change('a', undef, 'a=1!Set-Cookie:%20sessions=x%0aSet-Cookie:%20Session=y'), 'session');
is(scalar @set, 1, 'a cookie of another name does not');
is_deeply([cookies(change('a', 'session=' . flask('{"b":1}'), 'a=1!Status:%20304'), 'session')], [], 'none on 304');
is(change('a', undef, 'a=1!Status:%20404')->{status}, 404, 'an error');
is(scalar cookies(change('a', undef, 'a=1!Status:%20404'), 'session'), 1, 'that writes the session too');
is(scalar cookies(change('a', undef, 'a=1!Location:%20http://x/'), 'session'), 1, 'as does a redirect');
ok(!exists change('a', undef, 'a=1')->{headers}{'x-replace-session'}, 'SessionHeader is not sent');

# --- ways through httpd ---
is(opened(value_of(get('/write/proxied/change.cgi?a=1', 'session=' . flask('{"b":2}')), 'session'))->{text}, '{"b":2,"a":"1"}', 'a back end behind the proxy changes the session');
is_deeply([cookies(get('/write/proxied/change.cgi?a=1!Set-Cookie:%20session=own;%20Path=/x', 'session=' . flask('{"b":2}')), 'session')], ['session=own; Path=/x'], 'a cookie of the back end wins');
is_deeply([cookies(get('/php/cookie.php', 'session=' . flask('{"b":2}')), 'session')], ['session=php'], 'a cookie of PHP wins');
is(opened(value_of(change('a', 'session=' . flask('{"b":2}'), 'a=1!Location:%20/write/a/env.cgi'), 'session'))->{text}, '{"b":2,"a":"1"}', 'a CGI redirects inside httpd');
is(scalar cookies(get('/write/error/forbidden', aged_old()), 'session'), 0, 'an error document writes nothing by itself');
mkdir root() . '/logs/cache';
my $cached = '/write/cached/change.cgi?a=1!Cache-Control:%20max-age=60';
is(scalar cookies(get($cached), 'session'), 1, 'a page that may be cached: the first visitor gets a session');
$response = get($cached);
like("@{$response->{headers}{'x-cache'} // []}", qr/^HIT/, 'the second gets the page from the cache');
is_deeply([cookies($response, 'session')], [], 'without the session of the first');

# --- .htaccess ---
{
    my $dir = root() . '/htdocs/htaccess';
    my $use = sub { open my $out, '>', "$dir/.htaccess" or die "$dir: $!"; print {$out} "@_"; close $out };
    open my $out, '>', "$dir/change.cgi" or die $!;
    open my $in, '<', root() . '/cgi/change.cgi' or die $!;
    print {$out} <$in>;
    close $out;
    chmod 0755, "$dir/change.cgi";
    $use->("CookieSession cookie:session flask keys=new\nSession On\nSessionHeader X-Replace-Session\nCookieSessionAttributes Path=/htaccess\n");
    like((cookies(get('/htaccess/change.cgi?a=1', 'session=' . flask('{"b":2}')), 'session'))[0], qr/^session=[\w.-]+; Path=\/htaccess$/, 'written by a .htaccess file');
    SC::logged(\$from);
    $use->("CookieSession cookie:__Host-s flask keys=new\nSession On\nSessionHeader X-Replace-Session\nCookieSessionAttributes \"Path=/htaccess; Secure\"\n");
    is_deeply([cookies(get('/htaccess/change.cgi?a=1'), '__Host-s')], [], 'what no browser would keep is not sent');
    log_has qr/:error\].*cookie:__Host-s is not written: a __Host- cookie needs Path=/, 'an error in the log';
    unlink "$dir/.htaccess", "$dir/change.cgi";
}

# --- formats ---
my %format = (
    django => ['django', 'sessionid', ['new']], cm => ['cookie-manager', 'session', ['new'], 'max-age=1h'],
    its => ['itsdangerous', 'session', ['new'], 'timed=off'], werkzeug => ['werkzeug', 'session', ['new']],
    paseto => ['paseto', 'session', ['v4']], 'flask-paseto' => ['flask-paseto', 'session', ['new']]);
for my $scope (sort keys %format) {
    my ($format, $name, $keys, @options) = @{$format{$scope}};
    my $token = value_of(change($scope, undef, 'a=1&u=%c3%bc'), $name);
    my $answer = defined $token ? opened($token, format => $format, keys => $keys, options => \@options) : {};
    is($answer->{text}, '{"a":"1","u":"\u00fc"' . ($scope eq 'cm' ? ',"key_id":"new"' : '') . '}', "a new session: $format") or next;
    my @lines = cookies(get("/write/$scope/change.cgi?b=2&u=", "$name=" . ((cookies(change($scope, undef, 'a=1&u=%c3%bc'), $name))[0] =~ /=("[^"\\]*(?:\\.[^"\\]*)*"|[^;]*)/)[0]), $name);
    $token = value_of({headers => {'set-cookie' => \@lines}}, $name);
    is(opened($token, format => $format, keys => $keys, options => \@options)->{text},
        $scope eq 'cm' ? '{"a":"1","key_id":"new","b":"2"}' : '{"a":"1","b":"2"}', "and changed: $format");
}
SC::logged(\$from);
is_deeply([cookies(change('pickle', undef, 'a=1'), 'session')], [], 'a pickle is not written');
log_has qr/:warn\].*the session is not written.*unsupported \(cookie:session werkzeug\)/, 'with a warning';
is_deeply([cookies(change('paseto-public', undef, 'a=1'), 'session')], [], 'nor is what only a public key is for');
log_has qr/:warn\].*the session is not written.*unsupported/, 'with a warning';
is_deeply([cookies(change('off', 'session=' . flask('{"a":1}'), 'a=2'), 'session')], [], 'write=off');
log_has qr/:warn\].*the session was changed; it is not written/, 'with a warning';
is_deeply(change('header', undef, 'a=2', 'X-Session: ' . flask('{"a":1}'))->{headers}{'set-cookie'}, undef, 'a header is not written');
log_has qr/:warn\].*the session was changed; it is not written/, 'with a warning';
$response = change('several', undef, 'a=1');
is_deeply([map { scalar cookies($response, $_) } qw(first second third)], [0, 1, 0], 'a new session goes into the first source that is written');
$response = get('/write/several/change.cgi?a=1', 'third=' . value_of(change('django', undef, 'b=2'), 'sessionid'));
is_deeply([map { scalar cookies($response, $_) } qw(first second third)], [0, 0, 1], 'a changed one into its own');

# --- keys ---
my $now = time;
my $old = flask('{"a":"1"}', secret => $OLD, at => $now - 1000);
is(opened(value_of(change('a', "session=$old", 'b=2'), 'session'))->{key}, 'new', 'an old key: sealed with the new one when it is written');
is_deeply([cookies(get('/write/a/env.cgi', "session=$old"), 'session')], [], 'but not before');
my $answer = opened(value_of(get('/rekey/env.cgi', "session=$old"), 'session'));
is("$answer->{key} $answer->{issued} $answer->{text}", 'new ' . ($now - 1000) . ' {"a":"1"}', 'rekey=on: at once, no younger, and without mod_session');
is_deeply([cookies(get('/rekey/env.cgi', 'session=' . flask('{"a":"1"}')), 'session')], [], 'rekey=on: not what the new key opened');
is_deeply([cookies(get('/rekey/env.cgi', 'session=' . forge($old, 2)), 'session')], [], 'nor what none did');
$answer = opened(value_of(change('rekey', "session=$old", 'b=2'), 'session'));
is($answer->{text}, '{"a":"1","b":"2"}', 'rekey=on and a change: one cookie');
$response = get('/rekey/env.cgi', 'remember_token=' . do { open my $p, '-|', $ENV{SC_COMMAND}, 'encode', '--format', 'flask-login', '--key', "k=file:$KEYS/old.key", '{"_user_id":"7"}' or die; my $t = <$p>; chomp $t; $t });
like((cookies($response, 'remember_token'))[0], qr/^remember_token=7\|[0-9a-f]{128}; Path=\/; Max-Age=31536000;/, 'a remember-me cookie is kept for a year');
my $cm = do { open my $p, '-|', $ENV{SC_COMMAND}, 'encode', '--format', 'cookie-manager', '--key', "old=file:$KEYS/old.key", '{"a": "1"}' or die; my $t = <$p>; chomp $t; $t =~ s/"/\\"/g; $t =~ s/,/\\054/g; "\"$t\"" };
$answer = opened(value_of(change('cm', "session=$cm", 'b=2'), 'session') // '', format => 'cookie-manager', options => ['max-age=1h']);
is(($answer->{key} // '') . ($answer->{text} // ''), 'old{"a":"1","key_id":"old","b":"2"}', 'cookie-manager: the key that the session names');

$response = get('/rekey/file.txt', "session=$old");
is(scalar cookies($response, 'session'), 1, 'rekey=on: a file');
my ($etag) = @{$response->{headers}{etag}};
$response = get('/rekey/file.txt', "session=$old", "If-None-Match: $etag");
is("$response->{status} " . cookies($response, 'session'), '304 0', 'rekey=on: not with 304');
is(scalar cookies(get('/rekey/page.shtml', "session=$old"), 'session'), 1, 'rekey=on: once for a page with includes');
is(scalar cookies(get('/rekey/none', "session=$old"), 'session'), 1, 'rekey=on: an error page');
is(scalar cookies(request('HEAD', '/rekey/file.txt', ["Cookie: session=$old"]), 'session'), 1, 'rekey=on: HEAD');

# --- remember-me ---
my $remember = 'remember_token=' . do { open my $p, '-|', $ENV{SC_COMMAND}, 'encode', '--format', 'flask-login', '--key', "k=file:$KEYS/new.key", '{"_user_id":"7"}' or die; my $t = <$p>; chomp $t; $t };
$response = change('remember', $remember, 'a=1');
is(opened(value_of($response, 'session') // '')->{text}, '{"_user_id":"7","_fresh":false,"a":"1"}', 'a change to what a remember-me cookie opened begins a session');
is_deeply([cookies($response, 'remember_token')], [], 'and leaves that cookie alone');

# --- SessionMaxAge ---
sub aged { my ($age, $json) = @_; return 'session=' . flask($json // '{"a":"1"}', at => time - $age) }
$answer = opened(value_of(get('/write/maxage/env.cgi', aged(100)), 'session'));
cmp_ok($answer->{issued}, '>=', $now, 'SessionMaxAge: each request renews the session');
is($answer->{text}, '{"a":"1"}', 'and nothing else in it');
is_deeply([cookies(get('/write/interval/env.cgi', aged(30)), 'session')], [], 'SessionExpiryUpdateInterval: not within it');
is(scalar cookies(get('/write/interval/env.cgi', aged(90)), 'session'), 1, 'but after it');
like((cookies(get('/write/maxage/env.cgi', aged(700)), 'session'))[0], $gone, 'older than SessionMaxAge: removed');
is(opened(value_of(get('/write/maxage/change.cgi?b=2', aged(700)), 'session'))->{text}, '{"b":"2"}', 'and a new one begins empty');
for my $case (['flask-paseto', 'new', qr/^\{"a":"1","expiry":\d{16}\}$/], ['paseto', 'v4', qr/^\{"a":"1","exp":"[\dT:-]{19}\+00:00","iat":"[\dT:-]{19}\+00:00"\}$/]) {
    my ($format, $key, $want) = @$case;
    $response = get("/write/maxage/$format/change.cgi?a=1");
    $answer = opened(value_of($response, 'session'), format => $format, keys => [$key]);
    like($answer->{text}, $want, "SessionMaxAge in $format");
    my $token = value_of($response, 'session');
    is(scalar cookies(get("/write/maxage/$format/env.cgi", "session=$token"), 'session'), 1, 'it is renewed');
}
$answer = opened(value_of(get('/write/maxage/werkzeug/change.cgi?a=1'), 'session'), format => 'werkzeug', keys => ['new']);
cmp_ok(abs($answer->{expires} - time - 600), '<', 5, 'SessionMaxAge in werkzeug');
my $fp = paseto('{"a":"1"}', format => 'flask-paseto', key => 'new.key');
is(scalar cookies(get('/write/interval/flask-paseto/env.cgi', "session=$fp"), 'session'), 1, 'a session that does not say when it ends gets an end');
$fp = paseto('{"a":"1","expiry":' . ($now - 5) . '000000}', format => 'flask-paseto', key => 'new.key');
like((cookies(get('/write/maxage/flask-paseto/env.cgi', "session=$fp"), 'session'))[0], $gone, 'one that has ended is removed');
changed 'a member named expiry is not mod_session\'s', 'maxage', '{"expiry":"mine","a":"1"}', 'b=2', '{"expiry":"mine","a":"1","b":"2"}';

# --- too large ---
SC::logged(\$from);
my @letters = ('a' .. 'z', 'A' .. 'Z', 0 .. 9);
my $noise = join '', map { $letters[rand @letters] } 1 .. 4400;
is_deeply([cookies(change('a', 'session=' . flask('{"a":"1"}'), "n=$noise"), 'session')], [], 'more than a browser keeps is not sent');
log_has qr/:error\].*the session is not written, the old one stays: its cookie would have \d{4} bytes/, 'an error in the log';
is_deeply([cookies(change('small', 'session=' . flask('{"a":"1"}'), 'n=' . substr $noise, 0, 400), 'session')], [], 'nor more than max-bytes');
log_has qr/:error\].*the session is not written, the old one stays: too-large/, 'an error in the log';

# --- 4093 bytes to the byte ---
{
    my $fits = 0;
    for my $n (2960 .. 2990) {
        my ($line) = cookies(change('a', undef, 'n=' . substr($noise, 0, $n)), 'session');
        $fits = length $line if defined $line;
    }
    cmp_ok($fits, '<=', 4093, 'the longest line that is sent');
    cmp_ok($fits, '>', 0, 'there is one');
}

log_quiet 'no further complaints' if 0;
done_testing;
