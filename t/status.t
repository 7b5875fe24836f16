# SPDX-License-Identifier: Apache-2.0
# What is counted, and how it is shown: every status and verdict provoked and found under its name, sums that are
# exact whatever process counted, over a graceful restart too, and no byte of a client's in the labels.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use SC;
use Test::More;
use Time::HiRes qw(sleep);
use XSRF;

# The counters as Prometheus reads them: {"lookups_total{…}" => number}.
sub counters {
    my %counter;
    for (split /\n/, get('/counted?prometheus')->{body}) {
        $counter{$1} = $2 if /^sessioncookie_(.*\S) (\S+)$/;
    }
    return \%counter;
}

# counts(SENTENCE, CODE, {COUNTER => how many more}): what the requests of CODE add; nothing to the others of those metrics.
sub counts {
    my ($sentence, $code, $want) = @_;
    my $before = counters();
    $code->();
    my $after = counters();
    my %metric = map { (/^(\w+)/)[0] => 1 } keys %$want;
    my %more;
    for (grep { /^(\w+)/ && $metric{$1} } keys %$after) {
        my $more = $after->{$_} - ($before->{$_} // 0);
        $more{$_} = $more if $more;
    }
    is_deeply(\%more, $want, $sentence) or diag explain \%more;
}

my $secret = 'first-key-of-the-counters';
my $good = flask($USER, secret => $secret, salt => 'cookie-session');
$good = flask('{"a":1}', secret => $secret);

# --- lookups ---
my @lookups = (
    # status          path                cookie
    ['ok',            'flask',   'flask', $good],
    ['absent',        'flask',   'flask', undef],
    ['malformed',     'flask',   'flask', 'no-token'],
    ['bad-signature', 'flask',   'flask', forge($good, 2)],
    ['expired',       'flask',   'flask', flask('{"a":1}', secret => $secret, offset => -40 * 86400)],
    ['not-yet-valid', 'flask',   'flask', flask('{"a":1}', secret => $secret, offset => 1000)],
    ['too-large',     'flask',   'flask', flask('{"a":"' . 'x' x 600 . '"}', secret => $secret)],
    ['wrong-claim',   'paseto',  'paseto', paseto('{"aud":"there"}')],
    ['unsupported',   'paseto',  'paseto', 'v2.local.' . 'A' x 80],
    ['unknown-key',   'manager', 'cookie-manager', paseto('{"a":1}', format => 'cookie-manager', key => 'new.key')],
);
for (@lookups) {
    my ($status, $scope, $format, $token) = @$_;
    my $cookie = defined $token ? "counted=$token" : undef;
    counts("a lookup that is $status", sub { get("/count/$scope/plain.txt", $cookie) },
        { qq(lookups_total{source="cookie:counted",format="$format",status="$status"}) => 1 });
}
counts('of two sources, the first has none and the second has one', sub { get('/count/two/plain.txt', "counted-two=$good") }, {
    'lookups_total{source="cookie:counted-one",format="flask",status="absent"}' => 1,
    'lookups_total{source="cookie:counted-two",format="flask",status="ok"}' => 1,
});
counts('and the second is not looked into where the first is good', sub { get('/count/two/plain.txt', "counted-one=$good; counted-two=$good") },
    { 'lookups_total{source="cookie:counted-one",format="flask",status="ok"}' => 1 });
counts('two cookies of one name are one lookup', sub { get('/count/flask/plain.txt', 'counted=' . forge($good, 2) . "; counted=$good") },
    { 'lookups_total{source="cookie:counted",format="flask",status="ok"}' => 1 });
counts('three requests are three', sub { get('/count/flask/plain.txt', "counted=$good") for 1 .. 3 }, {
    'lookups_total{source="cookie:counted",format="flask",status="ok"}' => 3,
    'key_opened_total{key="count-first"}' => 3,
});

# --- keys ---
my $second = flask('{"a":1}', secret => 'second-key-of-the-counters');
my $third = flask('{"a":1}', secret => 'third-key-of-the-counters');
my $before = counters();
is($before->{'key_last_used_timestamp_seconds{key="count-second"}'}, 0, 'a key that was never used has no time');
counts('which key was good for it', sub { get('/count/flask/plain.txt', "counted=$second") }, { 'key_opened_total{key="count-second"}' => 1 });
cmp_ok(abs(counters()->{'key_last_used_timestamp_seconds{key="count-second"}'} - time), '<', 60, 'and when');
counts('quotes and backslashes of an id are escaped', sub { get('/count/flask/plain.txt', "counted=$third") },
    { 'key_opened_total{key="count \"third\" \\\\ key"}' => 1 });

# --- opened or remembered ---
my $other = flask('{"a":2}', secret => $secret);
$before = counters();
get('/count/flask/plain.txt', "counted=$other") for 1 .. 20;
my $after = counters();
is($after->{'sessions_total{how="opened"}'} + $after->{'sessions_total{how="remembered"}'}
    - $before->{'sessions_total{how="opened"}'} - $before->{'sessions_total{how="remembered"}'}, 20, 'each good session was opened or remembered');
is($after->{'open_duration_seconds_count'}, $after->{'open_duration_seconds_bucket{le="+Inf"}'}, 'each opening took some time');
cmp_ok($after->{'open_duration_seconds_count'}, '>=', $after->{'sessions_total{how="opened"}'}, 'refusals took some as well');

# --- the guard ---
my %key = (key => $secret);
my @verdicts = (
    ['safe',           'GET'],
    ['ok',             'POST', token => token('signed', %key)],
    ['absent',         'POST'],
    ['malformed',      'POST', token => 'no-token'],
    ['bad-signature',  'POST', token => token('signed', key => 'another')],
    ['expired',        'POST', token => token('signed', %key, offset => -7200)],
    ['mismatch',       'POST', token => token('signed', %key, visitor => 'YW5vdGhlciB2aXNpdG9yIQ')],
    ['foreign-origin', 'POST', lines => ['Origin: http://evil.test']],
    ['too-large',      'POST', lines => ['Content-Type: application/x-www-form-urlencoded'], body => 'a=' . 'x' x 2000],
);
for (@verdicts) {
    my ($verdict, $method, %o) = @$_;
    my @lines = ("Cookie: $VISITING", @{$o{lines} // []}, $o{token} ? "X-XSRF-Token: $o{token}" : ());
    counts("the guard's verdict $verdict", sub { request($method, '/count/guarded/plain.txt', \@lines, $o{body} // ($method eq 'POST' ? '' : undef)) },
        { qq(xsrf_verdicts_total{verdict="$verdict"}) => 1 });
}

# Whatever the policy.
my @others = (
    ['no-origin',   'by-origin'],
    ['no-cookie',   'if-sent'],
    ['exempt',      'by-origin',   'Host: exempted.test'],
    ['not-ambient', 'not-ambient', "X-Counted: $good"],
);
for (@others) {
    my ($verdict, $scope, @lines) = @$_;
    counts("the guard's verdict $verdict", sub { request('POST', "/count/$scope/plain.txt", \@lines, '') },
        { qq(xsrf_verdicts_total{verdict="$verdict"}) => 1 });
}

# --- tokens, aliases, revocations, the store ---
my $user = flask('{"_user_id":"counted"}', secret => $secret);
my @own = ("Cookie: counted=$user", 'Origin: http://main.test');
counts('a token for a back end', sub { get('/count/token/plain.txt', 'counted=' . flask('{"_user_id":"for a back end"}', secret => $secret)) },
    { 'tokens_minted_total{use="backend"}' => 1 });
counts('a token for a client', sub { is(request('POST', '/count/client/', \@own, '')->{status}, 200, 'a client gets one') },
    { 'tokens_minted_total{use="client"}' => 1 });
my $code;
counts('an alias that is issued', sub { ($code) = request('POST', '/count/handoff/', \@own, '')->{body} =~ /"code":"([^"]+)/ }, {
    'aliases_total{event="issued"}' => 1,
});
my @form = ('Content-Type: application/x-www-form-urlencoded');
counts('redeemed', sub { request('POST', '/count/handoff/', \@form, "code=$code") }, { 'aliases_total{event="redeemed"}' => 1 });
counts('refused', sub { request('POST', '/count/handoff/', \@form, "code=$code") }, { 'aliases_total{event="refused"}' => 1 });
$after = counters();
is($after->{store_errors_total}, 0, 'the store did not fail');
cmp_ok($after->{store_duration_seconds_count}, '>=', 3, 'it was asked');
my $in_force = $after->{revocations};
my @there = ('Host: counted.test', "Cookie: counted=$user", 'Origin: http://counted.test');
counts('a session that is ended', sub { is(request('POST', '/count/logout/', \@there, '')->{status}, 200, 'by a logout') }, { revocations_added_total => 1 });
for (1 .. 100) { last if counters()->{revocations} > $in_force; sleep 0.1 }
is(counters()->{revocations}, $in_force + 1, 'is an entry in force');
counts('and its lookup is revoked', sub { request('GET', '/count/flask/plain.txt', \@there) },
    { 'lookups_total{source="cookie:counted",format="flask",status="revoked"}' => 1 });

# --- labels ---
get('/count/flask/evil"}.txt?evil', 'counted=evil"}; evil=evil', 'X-Evil: evil');
unlike(get('/counted?prometheus')->{body}, qr/evil/, 'nothing of a request becomes a label');
unlike(get('/counted')->{body}, qr/evil/, 'nor is it on the page');

# --- forms of it ---
my $page = get('/counted');
like($page->{headers}{'content-type'}[0], qr{^text/html}, 'the page is HTML');
like($page->{headers}{'content-security-policy'}[0], qr/^default-src 'none'/, 'and loads nothing');
like($page->{body}, qr{<code>count &quot;third&quot; \\ key</code>}, 'its texts are escaped');
like($page->{body}, qr/<td>old: not used since counting began|<td>not used since counting began/, 'a key that was not used is said to be');
unlike($page->{body}, qr/\Q$secret\E|-key-of-the-counters/, 'it has no secret');
unlike($page->{body}, qr/<script|http-equiv/, 'nor does it do anything by itself');
like(get('/counted?refresh=10')->{body}, qr/<meta http-equiv=refresh content=10>/, 'it loads itself again where it is asked to');
unlike(get("/counted?refresh=$_")->{body}, qr/http-equiv/, "not by refresh=$_") for '0', '-1', '10000', 'x';
is($page->{headers}{'cache-control'}[0], 'no-store', 'it is not stored');
my $json = get('/counted?json');
like($json->{headers}{'content-type'}[0], qr{^application/json}, 'JSON is JSON');
my $all = eval { decode_json($json->{body}) } // {};
my ($flask) = grep { $_->{source} eq 'cookie:counted' && $_->{format} eq 'flask' } @{$all->{lookups_total} // []};
is($flask->{status}{'too-large'}, 1, 'it has the same numbers');
is(scalar @{$all->{refused_per_minute} // []}, 60, 'and the minutes of the last hour');
cmp_ok($all->{refused_per_minute}[59] + $all->{refused_per_minute}[58], '>=', 10, 'refusals were counted just now');
like(get('/counted?prometheus')->{headers}{'content-type'}[0], qr{^text/plain; version=0\.0\.4}, "the type is Prometheus'");
is(request('POST', '/counted', [], '')->{status}, 405, 'a POST is not for it');
is(request('HEAD', '/counted', [])->{status}, 200, 'a HEAD is');
like(get('/counted-mod-status')->{body}, qr/mod_sessioncookie.*cookie:counted/s, "mod_status' page has a table of it");
like(get('/counted-mod-status?auto')->{body}, qr/^SessionCookie-lookups_total-ok: \d+$/m, 'and ?auto has lines');
SKIP: {
    my $promtool = (grep { -x } map { "$_/promtool" } split /:/, $ENV{PATH})[0] or skip 'promtool is not installed', 1;
    open my $out, '>', root() . '/logs/metrics' or die $!;
    print {$out} get('/counted?prometheus')->{body};
    close $out;
    is(`$promtool check metrics <@{[root()]}/logs/metrics 2>&1`, '', 'promtool has nothing to say about the metrics');
}

# --- exact sums: many connections at once, and a graceful restart amid them ---
my $times = $ENV{SC_SLOW} || $ENV{ASAN_OPTIONS} ? 4000 : 100_000;
my $pid = do { open my $in, '<', Apache::Test::vars('t_pid_file') or die $!; 0 + <$in> };
my $url = 'http://status.test:' . port() . '/count/load/plain.txt';
my $load = flask('{"a":1}', secret => $secret);
# As often as asked for: h2load does not come back when httpd, short of threads, closes a connection.
sub load {
    my ($n) = @_;
    my $done = 0;
    while ($done < $n) {
        my $some = load_once($n - $done) or last;
        $done += $some;
    }
    return $done;
}
sub load_once {
    my ($n) = @_;
    my $connections = $n < 64 ? $n : 64;
    my $out = `h2load --h1 -n $n -c $connections --connect-to=127.0.0.1:@{[port()]} -H 'Cookie: load=$load' $url 2>&1`;
    my ($good) = $out =~ /status codes: (\d+) 2xx/ or diag $out;
    return $good // 0;
}
my $counter = 'lookups_total{source="cookie:load",format="flask",status="ok"}';
$before = counters()->{$counter} // 0;
my $answered = load($times);
is($answered, $times, "$times requests by 64 connections are answered");
is((counters()->{$counter} // 0) - $before, $answered, 'and counted, each once');
my $generation = counters()->{'counting_since_timestamp_seconds'};
kill USR1 => $pid or die "no httpd: $!";
$answered += load(2000) for 1 .. 3;
for (1 .. 100) { last if eval { get('/counted')->{status} == 200 }; sleep 0.1 }
is(counters()->{'counting_since_timestamp_seconds'}, $generation, 'a graceful restart goes on counting');
cmp_ok(counters()->{$counter} - $before, '>=', $answered, 'and loses nothing');

done_testing;
