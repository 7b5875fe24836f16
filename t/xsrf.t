# SPDX-License-Identifier: Apache-2.0
# The guard against cross-site requests: a table of requests, each checked against what is expected
# by the rules of docs/directives.md, which expected() below has on its own.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use SC;
use XSRF;

srand 5; # the bytes differ from run to run no more than the time does
my $session = flask("{\"_user_id\":\"7\",\"csrf_token\":\"$CSRF\"}");
my $COOKIE = "Cookie: session=$session; csrftoken=$CSRFTOKEN; xsrf-visitor=$VISITOR";

# What a request says of where it comes from, and what that makes it.
my @origins = (
    ['nothing',                      'unknown'],
    ['same-origin',                  'own',     'Sec-Fetch-Site: same-origin'],
    ['the visitor herself',          'own',     'Sec-Fetch-Site: none'],
    ['same-site',                    'foreign', 'Sec-Fetch-Site: same-site'],
    ['cross-site',                   'foreign', 'Sec-Fetch-Site: cross-site'],
    ['cross-site and no word else',  'foreign', 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate'],
    ['cross-site, own Origin',       'foreign', 'Sec-Fetch-Site: cross-site', 'Origin: http://main.test'],
    ['cross-site, trusted Origin',   'own',     'Sec-Fetch-Site: cross-site', 'Origin: https://trusted.test'],
    ['same-site, trusted Origin',    'own',     'Sec-Fetch-Site: same-site', 'Origin: http://trusted.test:8080'],
    ['own Origin',                   'own',     'Origin: http://main.test'],
    ['own Origin with its port',     'own',     'Origin: http://main.test:80'],
    ['own Origin in capitals',       'own',     'Origin: HTTP://MAIN.test'],
    ['another scheme',               'foreign', 'Origin: https://main.test'],
    ['another port',                 'foreign', 'Origin: http://main.test:81'],
    ['a subdomain',                  'foreign', 'Origin: http://a.main.test'],
    ['a name that begins alike',     'foreign', 'Origin: http://main.test.evil.test'],
    ['a name that ends alike',       'foreign', 'Origin: http://evil-main.test'],
    ['a user before a foreign host', 'foreign', 'Origin: http://main.test@evil.test'],
    ['a path behind the own Origin', 'foreign', 'Origin: http://main.test/x'],
    ['null',                         'foreign', 'Origin: null'],
    ['an empty Origin',              'foreign', 'Origin:'],
    ['two Origins',                  'foreign', 'Origin: http://main.test', 'Origin: http://evil.test'],
    ['foreign Origin, own Referer',  'foreign', 'Origin: http://evil.test', 'Referer: http://main.test/'],
    ['trusted Origin',               'own',     'Origin: https://trusted.test'],
    ['trusted name, other scheme',   'foreign', 'Origin: http://trusted.test'],
    ['own Referer',                  'own',     'Referer: http://main.test/a?b'],
    ['foreign Referer',              'foreign', 'Referer: http://evil.test/?http://main.test/'],
    ['a Referer that is no URL',     'foreign', 'Referer: main.test'],
    ['same-origin, foreign Origin',  'own',     'Sec-Fetch-Site: same-origin', 'Origin: http://evil.test'],
    ['an unheard-of site, no more',  'unknown', 'Sec-Fetch-Site: same-planet'],
    ['two sites',                    'foreign', 'Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: cross-site', 'Origin: http://evil.test'],
);
my %side = map { $_->[0] => $_->[1] } @origins;
my %says = map { my ($name, undef, @lines) = @$_; $name => \@lines } @origins;

# Tokens: name, what a check says of them, how they are made.
my %state = (
    good    => ['ok'],
    retired => ['ok', key => $OLD],
    forged  => ['bad-signature', key => 'somebody-elses-key-0123'],
    expired => ['expired', offset => -3700],
    others  => ['mismatch', user => '8', visitor => 'YW5vdGhlciB2aXNpdG9yLg', secret => 'another-sessions'],
    visitor => ['ok', user => undef],
    junk    => ['malformed'],
    empty   => ['absent'],
);

sub token_of {
    my ($scheme, $state) = @_;
    return undef if $state eq 'none';
    return '' if $state eq 'empty';
    return 'junk' if $state eq 'junk';
    my (undef, @o) = @{$state{$state}};
    my %o = ($scheme eq 'signed' ? (user => '7') : $scheme eq 'flask-xsrf' ? (user => '7') : $scheme eq 'flask-wtf' ? (secret => $CSRF) : (secret => $CSRFTOKEN), @o);
    delete $o{visitor} if $o{user};
    $o{visitor} = $VISITOR if $scheme eq 'signed' && !defined $o{user};
    $o{secret} = 'x' x 32 if $scheme eq 'django' && $state eq 'others';
    return token($scheme, %o);
}

# The decision as documented: (status, word).
sub expected {
    my %q = @_;
    my %safe = map { $_ => 1 } qw(GET HEAD OPTIONS TRACE CONNECT);
    return (200, 'safe') if $q{methods} ? !grep({ $_ eq $q{method} } @{$q{methods}}) : $safe{$q{method}};
    my $policy = $q{policy} // 'both';
    if ($policy ne 'token') {
        my $side = $side{$q{origin}};
        return (403, 'foreign-origin') if $side eq 'foreign';
        return (403, 'no-origin') if $side eq 'unknown' && $policy eq 'origin';
    }
    return (200, 'ok') if $policy eq 'origin';
    my $seen = $q{place} eq 'header' || $q{kind} =~ /^(form|multipart|behind-file|json)$/;
    return (403, 'absent') if !$seen || $q{state} eq 'none';
    my $word = $state{$q{state}}[0];
    # Of a scheme that mixes the user into its only MAC, or has no key and no time.
    $word = 'bad-signature' if $q{scheme} eq 'flask-xsrf' && $q{state} eq 'others';
    if ($q{scheme} eq 'django') { $word = { forged => 'ok', expired => 'ok', retired => 'ok' }->{$q{state}} // $word }
    return ($word eq 'ok' ? 200 : 403, $word);
}

my ($rows, $wrong) = (0, 0);

sub row {
    my %q = @_;
    my $token = token_of($q{scheme}, $q{state});
    my @lines = ($COOKIE, @{$says{$q{origin}}});
    my ($type, $body) = body_with($q{kind}, $q{field} // 'csrf_token', $q{place} eq 'body' ? $token : undef);
    push @lines, ($q{header} // 'X-CSRF-Token') . ": $token" if $q{place} eq 'header' && defined $token;
    ($type, $body) = (undef, undef) if $q{method} =~ /^(?:GET|HEAD|OPTIONS)$/;
    push @lines, "Content-Type: $type" if defined $type;
    my $path = "/xsrf/$q{path}/body.cgi" . (($q{place} eq 'query' && defined $token) ? "?csrf_token=$token" : '');
    my $answer = exchange($q{method}, $path, \@lines, $body, $q{framing});
    my ($status, $word) = expected(%q);
    my $said = $answer->{headers}{'x-xsrf-status'}[0] // 'nothing';
    my $sentence = join ' · ', $status, $word, $q{path}, $q{method}, "from $q{origin}", "$q{scheme} $q{state}", "in $q{place}", $q{kind}, $q{framing};
    my $as_is = $status != 200 || $q{method} eq 'HEAD' || !defined $body
        || $answer->{body} =~ /^BODY_LENGTH=\Q${\length $body}\E\nBODY_SHA256=\Q${\sha256_hex($body)}\E\n/;
    $rows++;
    ok($answer->{status} == $status && $said eq $word && $as_is, $sentence)
        or diag("$answer->{status} $said" . ($as_is ? '' : ', and the body is another:') . "\n" . substr $answer->{body}, 0, 600);
}

my %plain = (path => 'signed', scheme => 'signed', origin => 'own Origin', place => 'header', state => 'good', kind => 'form', framing => 'length', method => 'POST');

# Each origin under each policy, with a token and without.
for my $policy (qw(both origin token)) {
    for my $origin (@origins) {
        row(%plain, path => $policy, policy => $policy, origin => $origin->[0], state => $_) for qw(good none);
    }
}
# Each method: what no browser sends, and lower case, is guarded as well.
for my $method (qw(GET HEAD OPTIONS POST PUT PATCH DELETE PROPFIND MKCOL PURGE post get)) {
    for my $state (qw(good none)) {
        row(%plain, method => $method, origin => $_, state => $state) for 'own Origin', 'cross-site';
    }
    row(%plain, path => 'methods', methods => [qw(POST PURGE)], method => $method, origin => $_, state => 'none') for 'own Origin', 'null';
}
# Each scheme, place, state and body, in one piece and in single bytes.
my @framings = qw(length length-bytes chunked chunked-bytes);
my %field = (signed => 'xsrf-token', 'flask-xsrf' => 'csrf_token', 'flask-wtf' => 'csrf_token', django => 'csrfmiddlewaretoken');
for my $scheme (qw(signed flask-xsrf flask-wtf django)) {
    my $turn = 0;
    for my $kind (qw(form multipart behind-file json plain octets untyped)) {
        for my $state (qw(good retired forged expired others junk empty none)) {
            next if $state =~ /^(?:retired|empty)$/ && $scheme ne 'signed';
            row(%plain, path => $scheme, scheme => $scheme, kind => $kind, state => $state, place => 'body', field => $field{$scheme}, framing => $framings[$turn++ % 4]);
        }
    }
    for my $framing (@framings) {
        row(%plain, path => $scheme, scheme => $scheme, kind => $_, place => 'body', state => 'none', framing => $framing) for qw(form multipart json);
        row(%plain, path => $scheme, scheme => $scheme, kind => 'multipart', place => 'body', framing => $framing);
        row(%plain, path => $scheme, scheme => $scheme, kind => 'octets', place => 'header', framing => $framing);
    }
    row(%plain, path => $scheme, scheme => $scheme, place => 'header', header => $_, method => 'PUT') for qw(X-XSRF-Token X-CSRF-Token X-CSRFToken x-csrf-token);
    row(%plain, path => 'all', scheme => $scheme, place => 'body', kind => $_, state => 'good') for qw(form multipart json);
    row(%plain, path => 'all', scheme => $scheme, place => 'body', state => 'expired') unless $scheme eq 'django';
}
row(%plain, state => 'visitor');
row(%plain, place => 'query', state => 'none');
cmp_ok($rows, '>=', 300, "$rows rows");

done_testing;
