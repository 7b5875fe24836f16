# SPDX-License-Identifier: Apache-2.0
package XSRF;

# What the tests of the guard share: tokens of each scheme, made here without the code under test,
# bodies that hold them, and requests whose body goes out in pieces.

use strict;
use warnings;
use Digest::SHA qw(hmac_sha1 hmac_sha256 hmac_sha256_hex sha1 sha256_hex);
use Exporter 'import';
use IO::Socket::INET;
use MIME::Base64 qw(encode_base64 encode_base64url);
use SC;

our @EXPORT = qw(token body_with exchange send_request read_answer connected $VISITOR $SOURCE $VISITING $CSRF $CSRFTOKEN $BOUNDARY sha256_hex);

our $VISITOR = 'dGhlIHZpc2l0b3IgYW5uYQ';          # 16 bytes in base64url
our $VISITING = "xsrf-visitor=$VISITOR";            # the cookie of token()'s visitor
our $SOURCE = 'cookie:session flask';               # where token()'s sessions come from
our $CSRF = '8d3bc1f0c7e4a9';                       # the session's csrf_token
our $CSRFTOKEN = 'abcdefghijklmnopqrstuvwxyzABCDEF'; # Django's cookie
our $BOUNDARY = '----t0123456789';

# The text of a `signed` token: src/core/xsrf/signed.c says of what it is made. It is $VISITOR's, and with a user or
# session that of $SOURCE, unless said otherwise.
sub signed {
    my %o = (visitor => $VISITOR, @_);
    $o{source} //= defined $o{user} || defined $o{session} ? $SOURCE : '';
    my ($mac, $tag) = map { hmac_sha256("mod_sessioncookie xsrf signed 2: $_", $o{key}) } qw(mac tag);
    my $head = pack('Q>', $o{at}) . join '', map { chr int rand 256 } 1 .. 16;
    my %letter = (user => 'u', session => 's', ip => 'i', visitor => 'v', source => 'o', action => 'a');
    my $parts = join '', map { length($o{$_} // '') ? $letter{$_} . pack('Q>', length $o{$_}) . $o{$_} : () } qw(visitor source user session ip action);
    my $body = $head . substr hmac_sha256($head . $parts, $tag), 0, 16;
    return '2.' . encode_base64url($body . hmac_sha256("2.$body", $mac));
}

sub flask_xsrf {
    my %o = @_;
    my $text = encode_base64(hmac_sha256_hex("$o{user}|$o{at}", $o{key}) . "|$o{at}", '');
    return $text =~ tr{+/}{-_}r;
}

sub flask_wtf {
    my %o = @_;
    my $text = encode_base64url('"' . $o{secret} . '"') . '.' . encode_base64url(pack 'N', $o{at});
    return "$text." . encode_base64url(hmac_sha1($text, sha1('wtf-csrf-tokensigner' . $o{key})));
}

sub django {
    my %o = @_;
    my @letters = ('a' .. 'z', 'A' .. 'Z', 0 .. 9);
    my %index = map { $letters[$_] => $_ } 0 .. $#letters;
    my @mask = map { int rand 62 } 1 .. 32;
    my @secret = map { $index{$_} } split //, $o{secret};
    return join '', @letters[@mask], map { $letters[($secret[$_] + $mask[$_]) % 62] } 0 .. 31;
}

# token(SCHEME, key =>, at =>, offset =>, user =>, visitor =>, …)
sub token {
    my ($scheme, %o) = @_;
    $o{key} //= $NEW;
    $o{at} = ($o{at} // time) + ($o{offset} // 0);
    my %make = (signed => \&signed, 'flask-xsrf' => \&flask_xsrf, 'flask-wtf' => \&flask_wtf, django => \&django);
    my $token = $make{$scheme}->(%o);
    open my $out, '>>', root() . '/logs/tokens' or die $!; # zlog.t looks for each in the log
    print {$out} "$token\n";
    return $token;
}

sub urlencoded { my $t = shift; $t =~ s/([^A-Za-z0-9._-])/sprintf '%%%02X', ord $1/ge; return $t }

sub part {
    my ($name, $value, $more) = @_;
    return "--$BOUNDARY\r\nContent-Disposition: form-data; name=\"$name\"" . ($more // '') . "\r\n\r\n$value\r\n";
}

# body_with(KIND, FIELD, TOKEN or undef): (Content-Type, body)
sub body_with {
    my ($kind, $field, $token) = @_;
    my $file = join '', map { chr int rand 256 } 1 .. 3000;
    my $has = defined $token;
    if ($kind eq 'form') { return ('application/x-www-form-urlencoded', 'a=1&b=%C3%A4+x' . ($has ? "&$field=" . urlencoded($token) : '') . '&c=3') }
    if ($kind eq 'multipart') { return ("multipart/form-data; boundary=$BOUNDARY", part('a', 1) . ($has ? part($field, $token) : '') . part('f', $file, "; filename=\"x.bin\"\r\nContent-Type: application/octet-stream") . "--$BOUNDARY--\r\n") }
    if ($kind eq 'behind-file') { return ("multipart/form-data; boundary=\"$BOUNDARY\"", part('f', $file, '; filename="x.bin"') . ($has ? part($field, $token) : '') . "--$BOUNDARY--\r\n") }
    if ($kind eq 'json') { return ('application/json', '{"a":[1,{"b":null}],' . ($has ? "\"$field\":\"$token\"," : '') . '"c":"\u00e4"}') }
    if ($kind eq 'plain') { return ('text/plain', "a=1\r\n" . ($has ? "$field=$token\r\n" : '')) }
    if ($kind eq 'octets') { return ('application/octet-stream', $file . ($has ? "&$field=$token&" : '')) }
    return (undef, 'no type' . ($has ? "&$field=$token" : ''));
}

sub connected { return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $_[0] // port(), Timeout => 20) || die "no connection: $!" }

# The body as it goes out: 'length', 'length-bytes', 'chunked', 'chunked-bytes'.
sub pieces {
    my ($framing, $body) = @_;
    my @pieces = $framing =~ /bytes/ ? split(//, $body) : length $body > 40 ? unpack('a17 a*', $body) : ($body);
    return @pieces if $framing =~ /^length/;
    return (map { sprintf("%x\r\n%s\r\n", length, $_) } grep { length } @pieces), "0\r\n\r\n";
}

sub send_request {
    my ($socket, $method, $path, $lines, $body, $framing) = @_;
    my @lines = @$lines;
    unshift @lines, 'Host: main.test' unless grep { /^host:/i } @lines;
    push @lines, $framing =~ /^chunked/ ? 'Transfer-Encoding: chunked' : 'Content-Length: ' . length $body if defined $body;
    local $SIG{PIPE} = 'IGNORE';
    $socket->autoflush(1);
    binmode $socket;
    print {$socket} join "\r\n", "$method $path HTTP/1.1", @lines, '', '';
    return unless defined $body;
    for (pieces($framing, $body)) { syswrite $socket, $_ or last }
}

# One answer off a connection that goes on: { status, headers, body }, status 0 at its end.
sub read_answer {
    my ($socket, $method) = @_;
    local $SIG{ALRM} = sub { die "no answer within a minute\n" };
    alarm 60;
    my $head;
    do {
        local $/ = "\r\n\r\n";
        $head = <$socket> // '';
    } while ($head =~ m{^HTTP/1\.1 100 });
    my ($first, @head) = split /\r\n/, $head;
    my %headers;
    for (@head) { push @{$headers{lc $1}}, $2 if /^([^:]+):\s*(.*)$/ }
    my $status = ($first // '') =~ m{^HTTP/1\.[01] (\d+)} ? $1 : 0;
    my $body = '';
    local $/ = "\n";
    if ($status && ($method // '') ne 'HEAD' && $status != 204 && $status != 304) {
        if (($headers{'transfer-encoding'}[0] // '') =~ /chunked/) {
            while (defined(my $line = <$socket>)) {
                my $n = hex(($line =~ /^([0-9a-fA-F]+)/)[0] // 0);
                read $socket, my $piece, $n + 2;
                $n or last;
                $body .= substr $piece, 0, $n;
            }
        }
        elsif (defined $headers{'content-length'}) { read $socket, $body, $headers{'content-length'}[0] }
        else { local $/; $body = <$socket> // '' }
    }
    alarm 0;
    return { status => $status, headers => \%headers, body => $body };
}

# exchange(METHOD, PATH, [lines], body, framing): one request on a connection of its own.
sub exchange {
    my ($method, $path, $lines, $body, $framing) = @_;
    my $socket = connected();
    send_request($socket, $method, $path, [@$lines, 'Connection: close'], $body, $framing // 'length');
    return read_answer($socket, $method);
}

1;
