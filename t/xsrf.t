# SPDX-License-Identifier: Apache-2.0
# The guard against cross-site requests: tables of requests with the verdict that docs/directives.md promises for
# each. A verdict is the status word that the access log shows, and stands for one HTTP status.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use SC;
use XSRF;

srand 5; # the same random bytes in every run
my $session = flask("{\"_user_id\":\"7\",\"csrf_token\":\"$CSRF\"}");
my $COOKIE = "Cookie: session=$session; csrftoken=$CSRFTOKEN; xsrf-visitor=$VISITOR";

# The HTTP status of each verdict.
my %status_of = (
    'ok'             => 200,
    'safe'           => 200, # the method changes nothing
    'no-cookie'      => 200, # origin-if-sent: it speaks for nobody
    'not-ambient'    => 200,
    'absent'         => 403,
    'malformed'      => 403,
    'bad-signature'  => 403,
    'expired'        => 403,
    'mismatch'       => 403,
    'foreign-origin' => 403,
    'no-origin'      => 403,
);

# Where a request says that it comes from, and the verdict on a POST under XSRFPolicy both, with a good token and
# without one, and under XSRFPolicy origin. (XSRFPolicy token does not ask.)
my @origins = (
    # name                            both, with token  both, without     origin            headers
    ['nothing',                       'ok',             'absent',         'no-origin'],
    ['same-origin',                   'ok',             'absent',         'ok',             'Sec-Fetch-Site: same-origin'],
    ['the visitor herself',           'ok',             'absent',         'ok',             'Sec-Fetch-Site: none'],
    ['same-site',                     'foreign-origin', 'foreign-origin', 'foreign-origin', 'Sec-Fetch-Site: same-site'],
    ['cross-site',                    'foreign-origin', 'foreign-origin', 'foreign-origin', 'Sec-Fetch-Site: cross-site'],
    ['cross-site, a navigation',      'foreign-origin', 'foreign-origin', 'foreign-origin', 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate'],
    ['cross-site, own Origin',        'foreign-origin', 'foreign-origin', 'foreign-origin', 'Sec-Fetch-Site: cross-site', 'Origin: http://main.test'],
    ['cross-site, trusted Origin',    'ok',             'absent',         'ok',             'Sec-Fetch-Site: cross-site', 'Origin: https://trusted.test'],
    ['same-site, trusted Origin',     'ok',             'absent',         'ok',             'Sec-Fetch-Site: same-site', 'Origin: http://trusted.test:8080'],
    ['own Origin',                    'ok',             'absent',         'ok',             'Origin: http://main.test'],
    ['own Origin with its port',      'ok',             'absent',         'ok',             'Origin: http://main.test:80'],
    ['own Origin in capitals',        'ok',             'absent',         'ok',             'Origin: HTTP://MAIN.test'],
    ['another scheme',                'foreign-origin', 'foreign-origin', 'foreign-origin', 'Origin: https://main.test'],
    ['another port',                  'foreign-origin', 'foreign-origin', 'foreign-origin', 'Origin: http://main.test:81'],
    ['a subdomain',                   'foreign-origin', 'foreign-origin', 'foreign-origin', 'Origin: http://a.main.test'],
    ['a name that begins alike',      'foreign-origin', 'foreign-origin', 'foreign-origin', 'Origin: http://main.test.evil.test'],
    ['a name that ends alike',        'foreign-origin', 'foreign-origin', 'foreign-origin', 'Origin: http://evil-main.test'],
    ['a user before a foreign host',  'foreign-origin', 'foreign-origin', 'foreign-origin', 'Origin: http://main.test@evil.test'],
    ['a path behind the own Origin',  'foreign-origin', 'foreign-origin', 'foreign-origin', 'Origin: http://main.test/x'],
    ['null',                          'foreign-origin', 'foreign-origin', 'foreign-origin', 'Origin: null'],
    ['an empty Origin',               'foreign-origin', 'foreign-origin', 'foreign-origin', 'Origin:'],
    ['two Origins',                   'foreign-origin', 'foreign-origin', 'foreign-origin', 'Origin: http://main.test', 'Origin: http://evil.test'],
    ['foreign Origin, own Referer',   'foreign-origin', 'foreign-origin', 'foreign-origin', 'Origin: http://evil.test', 'Referer: http://main.test/'],
    ['trusted Origin',                'ok',             'absent',         'ok',             'Origin: https://trusted.test'],
    ['trusted name, other scheme',    'foreign-origin', 'foreign-origin', 'foreign-origin', 'Origin: http://trusted.test'],
    ['own Referer',                   'ok',             'absent',         'ok',             'Referer: http://main.test/a?b'],
    ['foreign Referer',               'foreign-origin', 'foreign-origin', 'foreign-origin', 'Referer: http://evil.test/?http://main.test/'],
    ['a Referer that is not a URL',  'foreign-origin', 'foreign-origin', 'foreign-origin', 'Referer: main.test'],
    ['an empty Referer',              'foreign-origin', 'foreign-origin', 'foreign-origin', 'Referer:'],
    ['an empty Sec-Fetch-Site',       'ok',             'absent',         'no-origin',      'Sec-Fetch-Site:'],
    ['same-origin, foreign Origin',   'ok',             'absent',         'ok',             'Sec-Fetch-Site: same-origin', 'Origin: http://evil.test'],
    ['an unknown site, nothing else', 'ok',             'absent',         'no-origin',      'Sec-Fetch-Site: same-planet'],
    ['two sites',                     'foreign-origin', 'foreign-origin', 'foreign-origin', 'Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: cross-site', 'Origin: http://evil.test'],
);
my %headers_of = map { my ($name, undef, undef, undef, @headers) = @$_; $name => \@headers } @origins;

# Each method, from this site and from another one, with a good token and without; and where XSRFMethods is
# "POST PURGE", without a token, from this site and from Origin: null. What no browser sends, and lower case, is
# guarded as well.
my @methods = (
    # method       this site, token  without   cross-site, token  without           XSRFMethods, this site  null
    ['GET',        'safe',           'safe',   'safe',            'safe',           'safe',                 'safe'],
    ['HEAD',       'safe',           'safe',   'safe',            'safe',           'safe',                 'safe'],
    ['OPTIONS',    'safe',           'safe',   'safe',            'safe',           'safe',                 'safe'],
    ['POST',       'ok',             'absent', 'foreign-origin',  'foreign-origin', 'absent',               'foreign-origin'],
    ['PUT',        'ok',             'absent', 'foreign-origin',  'foreign-origin', 'safe',                 'safe'],
    ['PATCH',      'ok',             'absent', 'foreign-origin',  'foreign-origin', 'safe',                 'safe'],
    ['DELETE',     'ok',             'absent', 'foreign-origin',  'foreign-origin', 'safe',                 'safe'],
    ['PROPFIND',   'ok',             'absent', 'foreign-origin',  'foreign-origin', 'safe',                 'safe'],
    ['MKCOL',      'ok',             'absent', 'foreign-origin',  'foreign-origin', 'safe',                 'safe'],
    ['PURGE',      'ok',             'absent', 'foreign-origin',  'foreign-origin', 'absent',               'foreign-origin'],
    ['post',       'ok',             'absent', 'foreign-origin',  'foreign-origin', 'safe',                 'safe'],
    ['get',        'ok',             'absent', 'foreign-origin',  'foreign-origin', 'safe',                 'safe'],
);

# Tokens in a body that is read for one, and the verdict under each scheme ('-': not tried). flask-xsrf mixes the user
# into its only MAC; django has neither a key nor a time.
my @tokens = (
    # state        signed           flask-xsrf       flask-wtf        django
    ['good',       'ok',            'ok',            'ok',            'ok'],
    ['retired',    'ok',            '-',             '-',             '-'],
    ['forged',     'bad-signature', 'bad-signature', 'bad-signature', 'ok'],
    ['expired',    'expired',       'expired',       'expired',       'ok'],
    ['others',     'mismatch',      'bad-signature', 'mismatch',      'mismatch'],
    ['junk',       'malformed',     'malformed',     'malformed',     'malformed'],
    ['empty',      'absent',        '-',             '-',             '-'],
    ['none',       'absent',        'absent',        'absent',        'absent'],
);

# Bodies: is a token looked for in it? Where it is not, every verdict is `absent`.
my @bodies = (['form', 1], ['multipart', 1], ['behind-file', 1], ['json', 1], ['plain', 0], ['octets', 0], ['untyped', 0]);

# How the tokens of the table differ from a good one.
my %made = (
    good    => [],
    retired => [key => $OLD],
    forged  => [key => 'somebody-elses-key-0123'],
    expired => [offset => -3700],
    others  => [user => '8', visitor => 'YW5vdGhlciB2aXNpdG9yLg', secret => 'another-sessions'],
    visitor => [user => undef],
);

sub token_of {
    my ($scheme, $state) = @_;
    return undef if $state eq 'none';
    return '' if $state eq 'empty';
    return 'junk' if $state eq 'junk';
    my @o = @{$made{$state}};
    my %o = ($scheme eq 'signed' ? (user => '7') : $scheme eq 'flask-xsrf' ? (user => '7') : $scheme eq 'flask-wtf' ? (secret => $CSRF) : (secret => $CSRFTOKEN), @o);
    $o{secret} = 'x' x 32 if $scheme eq 'django' && $state eq 'others';
    return token($scheme, %o);
}

my $rows = 0;

# One request, and the verdict that it gets.
sub row {
    my ($verdict, %q) = @_;
    my $token = token_of($q{scheme}, $q{state});
    my @lines = (@{$q{cookie} // [$COOKIE]}, @{$headers_of{$q{origin}}});
    my ($type, $body) = body_with($q{kind}, $q{field} // 'csrf_token', $q{place} eq 'body' ? $token : undef);
    push @lines, ($q{header} // 'X-CSRF-Token') . ": $token" if $q{place} eq 'header' && defined $token;
    ($type, $body) = (undef, undef) if $q{method} =~ /^(?:GET|HEAD|OPTIONS)$/;
    push @lines, "Content-Type: $type" if defined $type;
    my $path = "/xsrf/$q{path}/body.cgi" . (($q{place} eq 'query' && defined $token) ? "?csrf_token=$token" : '');
    my $answer = exchange($q{method}, $path, \@lines, $body, $q{framing});
    my $status = $status_of{$verdict} or die "no status is known for $verdict";
    my $said = $answer->{headers}{'x-xsrf-status'}[0] // 'nothing';
    my $sentence = join ' · ', $status, $verdict, $q{path}, $q{method}, "from $q{origin}", "$q{scheme} $q{state}", "in $q{place}", $q{kind}, $q{framing};
    my $as_is = $status != 200 || $q{method} eq 'HEAD' || !defined $body
        || $answer->{body} =~ /^BODY_LENGTH=\Q${\length $body}\E\nBODY_SHA256=\Q${\sha256_hex($body)}\E\n/;
    $rows++;
    ok($answer->{status} == $status && $said eq $verdict && $as_is, $sentence)
        or diag("$answer->{status} $said" . ($as_is ? '' : ', and the body is another:') . "\n" . substr $answer->{body}, 0, 600);
}

my %plain = (path => 'signed', scheme => 'signed', origin => 'own Origin', place => 'header', state => 'good', kind => 'form', framing => 'length', method => 'POST');

for (@origins) {
    my ($origin, $with, $without, $by_origin) = @$_;
    row($with,      %plain, path => 'both',   origin => $origin);
    row($without,   %plain, path => 'both',   origin => $origin, state => 'none');
    row($by_origin, %plain, path => 'origin', origin => $origin, state => $_) for qw(good none);
    # Without a cookie: only what says nothing at all passes.
    my $by_word = $origin eq 'nothing' ? 'no-cookie' : $by_origin;
    my %if_sent = (%plain, path => 'origin-if-sent', origin => $origin, state => 'none');
    row($by_origin, %if_sent);
    row($by_origin, %if_sent, cookie => [$_]) for 'Cookie: a=b', 'Cookie: session=', 'Cookie:';
    row($by_word,   %if_sent, cookie => []);
    row($by_word,   %if_sent, cookie => ['Authorization: Basic YmFzaWM6YmFzaWM=']);
    row('ok',       %plain, path => 'token',  origin => $origin);
    row('absent',   %plain, path => 'token',  origin => $origin, state => 'none');
}
for (@methods) {
    my ($method, @verdicts) = @$_;
    for my $case (['signed', 'own Origin', 'good'], ['signed', 'own Origin', 'none'], ['signed', 'cross-site', 'good'],
        ['signed', 'cross-site', 'none'], ['methods', 'own Origin', 'none'], ['methods', 'null', 'none']) {
        my ($path, $origin, $state) = @$case;
        row(shift @verdicts, %plain, path => $path, method => $method, origin => $origin, state => $state);
    }
}
# Each scheme, body and token, in one piece and in single bytes.
my @framings = qw(length length-bytes chunked chunked-bytes);
my @schemes = (['signed', 'xsrf-token'], ['flask-xsrf', 'csrf_token'], ['flask-wtf', 'csrf_token'], ['django', 'csrfmiddlewaretoken']);
for my $column (1 .. @schemes) {
    my ($scheme, $field) = @{$schemes[$column - 1]};
    my %scheme = (%plain, path => $scheme, scheme => $scheme);
    my $turn = 0;
    for my $body (@bodies) {
        my ($kind, $read) = @$body;
        for my $token (grep { $_->[$column] ne '-' } @tokens) {
            row($read ? $token->[$column] : 'absent', %scheme, kind => $kind, state => $token->[0], place => 'body', field => $field, framing => $framings[$turn++ % 4]);
        }
    }
    for my $framing (@framings) {
        row('absent', %scheme, kind => $_, place => 'body', state => 'none', framing => $framing) for qw(form multipart json);
        row('ok', %scheme, kind => 'multipart', place => 'body', framing => $framing);
        row('ok', %scheme, kind => 'octets', place => 'header', framing => $framing);
    }
    row('ok', %scheme, place => 'header', header => $_, method => 'PUT') for qw(X-XSRF-Token X-CSRF-Token X-CSRFToken x-csrf-token);
    row('ok', %scheme, path => 'all', place => 'body', kind => $_) for qw(form multipart json);
    row('expired', %scheme, path => 'all', place => 'body', state => 'expired') unless $scheme eq 'django';
}
row('ok', %plain, state => 'visitor');
row('absent', %plain, place => 'query', state => 'none');
row('not-ambient', %plain, path => 'origin-if-sent', origin => 'nothing', state => 'none', cookie => ['Cookie: a=b', 'Authorization: Bearer ' . paseto('{"sub":"7"}')]);
# As old programs speak: HTTP/1.0, with no Host that an origin could equal.
for (['no-cookie'], ['no-origin', 'Cookie: a=b'], ['foreign-origin', 'Origin: null'], ['foreign-origin', 'Origin: http://main.test'], ['no-origin', 'Sec-Fetch-Site:']) {
    my ($verdict, @lines) = @$_;
    my $socket = connected();
    print {$socket} join("\r\n", 'POST /xsrf/origin-if-sent/body.cgi HTTP/1.0', @lines, 'Content-Length: 0', '', '');
    my $answer = do { local $/; <$socket> };
    my $status = $status_of{$verdict};
    like($answer, qr{^HTTP/1\.1 $status .*^X-XSRF-Status: \Q$verdict\E\r$}ms, "HTTP/1.0: $verdict, @lines");
}
cmp_ok($rows, '>=', 300, "$rows rows");

done_testing;
