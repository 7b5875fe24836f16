# SPDX-License-Identifier: Apache-2.0
package SC;

# What the tests share: tokens made here without the code under test, requests down to the byte,
# and a case in one line.

use strict;
use warnings;
use Apache::Test ();
use Compress::Zlib qw(compress);
use Digest::SHA qw(hmac_sha1);
use Exporter 'import';
use File::Temp ();
use IO::Socket::INET;
use MIME::Base64 qw(encode_base64url);
use Test::More;

our @EXPORT = qw(flask flask_text forge paseto request get env_is case root logged port
    $NEW $OLD $USER);

our $NEW = 't-secret-new-0123456789abcdef';
our $OLD = 't-secret-old-0123456789abcdef';

# A session as Flask's would be, each type once. A value names itself, for the search of the log.
our $USER = '{"_user_id":"7","user_name":"claim-of-anna","role":"claim-of-editor",'
    . '"groups":["a","b"],"n":12345678901234567890123,"yes":true,"none":null,'
    . '"profile":{"login":"claim-of-login"},"t":{" t":[1,2]},"by-te":{" b":"AP8="}}';

sub port { Apache::Test::vars('port') }

# The directory that httpd runs in.
sub root { Apache::Test::vars('serverroot') }

# Every token is noted: zlog.t looks for each in the error log.
sub noted {
    my $token = shift;
    open my $out, '>>', root() . '/logs/tokens' or die "logs/tokens: $!";
    print {$out} "$token\n";
    close $out;
    return $token;
}

# itsdangerous over a payload that is text already: key HMAC(secret, salt), "." twice.
sub flask_text {
    my ($payload, %o) = @_;
    my $time = pack 'N', ($o{at} // time) + ($o{offset} // 0);
    my $text = $payload . '.' . encode_base64url($time);
    my $key = hmac_sha1($o{salt} // 'cookie-session', $o{secret} // $NEW);
    return noted($text . '.' . encode_base64url(hmac_sha1($text, $key)));
}

# Flask's session cookie of a JSON text; zip => 1 deflates it.
sub flask {
    my ($json, %o) = @_;
    my $payload = $o{zip} ? '.' . encode_base64url(compress($json)) : encode_base64url($json);
    return flask_text($payload, %o);
}

# The token with one character of one part (0 payload, 1 time, 2 MAC) changed.
sub forge {
    my ($token, $part) = @_;
    my @part = split /\./, $token, -1;
    my $at = int(length($part[$part]) / 2);
    substr($part[$part], $at, 1) =~ tr/A-Za-z0-9_-/B-ZAb-za1-90\-_/;
    return noted(join '.', @part);
}

# A PASETO by the command: it seals what the module opens.
sub paseto {
    my ($json, %o) = @_;
    my $key = root() . '/conf/keys/' . ($o{key} // 'v4.local.key');
    open my $pipe, '-|', $ENV{SC_COMMAND}, 'encode', '--format', $o{format} // 'paseto',
        '--key', "k=file:$key", (map { ('--option', $_) } @{$o{options} // []}), $json
        or die "$ENV{SC_COMMAND}: $!";
    my $token = <$pipe>;
    close $pipe or die "$ENV{SC_COMMAND} encode failed";
    chomp $token;
    return noted($token);
}

# request(METHOD, PATH, [header lines], body): { status, headers => {name => [values]}, body }
sub request {
    my ($method, $path, $lines, $body) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => port())
        or die "no connection: $!";
    my @lines = @{$lines // []};
    push @lines, 'Host: main.test' unless grep { /^host:/i } @lines;
    push @lines, 'Content-Length: ' . length $body if defined $body && !grep { /^transfer-encoding:/i } @lines;
    print {$socket} join "\r\n", "$method $path HTTP/1.1", @lines, 'Connection: close', '',
        $body // '';
    local $SIG{ALRM} = sub { die "no answer to $method $path within a minute\n" };
    alarm 60;
    my $answer = do { local $/; <$socket> } // '';
    alarm 0;
    my ($head, $content) = split /\r\n\r\n/, $answer, 2;
    my ($first, @head) = split /\r\n/, $head // '';
    my %headers;
    for (@head) { push @{$headers{lc $1}}, $2 if /^([^:]+):\s*(.*)$/ }
    noted($_) for @{$headers{'x-xsrf-token'} // []};
    my $chunked = join(',', @{$headers{'transfer-encoding'} // []}) =~ /chunked/i;
    return {
        status => ($first // '') =~ m{^HTTP/1\.[01] (\d+)} ? $1 : 0,
        headers => \%headers,
        body => $chunked ? unchunk($content) : $content // '',
    };
}

sub unchunk {
    my ($rest, $whole) = (shift // '', '');
    while ($rest =~ s/^([0-9a-fA-F]+)[^\r]*\r\n//) {
        my $n = hex $1 or last;
        $whole .= substr $rest, 0, $n, ''; # cut off, not copied: an answer may be large
        substr $rest, 0, 2, '';
    }
    return $whole;
}

# get(PATH, COOKIE HEADER or undef, further header lines…)
sub get {
    my ($path, $cookie, @lines) = @_;
    return request('GET', $path, [defined $cookie ? "Cookie: $cookie" : (), @lines]);
}

# The variables that a handler printed; a name that comes twice is an error of its own.
sub vars_of {
    my %env;
    for (split /\n/, shift) {
        next unless /^([A-Za-z0-9_]+)=(.*)$/;
        $env{$1} = exists $env{$1} ? "TWICE: $env{$1} | $2" : $2;
    }
    return \%env;
}

# Compares the variables that are named: undef is not set, a regex matches.
sub env_is {
    my ($sentence, $response, $want) = @_;
    my $env = vars_of($response->{body});
    my @wrong;
    for my $name (sort keys %$want) {
        my ($is, $should) = ($env->{$name}, $want->{$name});
        next if !defined $is && !defined $should;
        next if defined $is && ref $should && $is =~ $should;
        next if defined $is && defined $should && !ref $should && $is eq $should;
        push @wrong, "$name is " . ($is // 'not set') . ', not ' . ($should // 'unset');
    }
    push @wrong, "status $response->{status}" unless $response->{status} == 200;
    push @wrong, $response->{body} if @wrong && !%$env;
    ok(!@wrong, $sentence) or diag(join "\n", @wrong);
}

# case(SENTENCE, PATH, COOKIE, {VARIABLE => VALUE}, header lines…)
sub case {
    my ($sentence, $path, $cookie, $want, @lines) = @_;
    env_is($sentence, get($path, $cookie, @lines), $want);
}

# Lines of the error log since its size was $from, which is then set to the size of now.
sub logged {
    my $from = shift;
    open my $log, '<', root() . '/logs/error_log' or die "error_log: $!";
    seek $log, $$from // 0, 0;
    my @lines = <$log>;
    $$from = tell $log;
    return @lines;
}

1;
