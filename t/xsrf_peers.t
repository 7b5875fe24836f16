# SPDX-License-Identifier: Apache-2.0
# Flask-WTF, Django and PHP on one host: a form of each may be posted to the others, and what the
# applications refuse is refused before it reaches them.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use SC;
use XSRF;

my $python = $ENV{PYTHON} // '/usr/bin/python3';
plan skip_all => 'on Debian: apt-get install python3-flaskext.wtf python3-django' if system "$python -c 'import flask_wtf, django' 2>/dev/null";

my $pid = fork // die $!;
if (!$pid) { exec $python, '-B', "$FindBin::Bin/lib/xsrf_apps.py", $ENV{SC_BACKEND_PORT}, root() . '/conf/keys/new.key' or die $! }
END { if ($pid) { local $?; kill 'TERM', $pid; waitpid $pid, 0 } }
for (1 .. 100) { last if IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $ENV{SC_BACKEND_PORT}); select undef, undef, undef, 0.1 }

my %jar;
sub browse {
    my ($method, $path, $body) = @_;
    my @lines = ('Origin: http://main.test', %jar ? 'Cookie: ' . join '; ', map { "$_=$jar{$_}" } sort keys %jar : ());
    push @lines, 'Content-Type: application/x-www-form-urlencoded' if defined $body;
    my $answer = exchange($method, $path, \@lines, $body);
    for (@{$answer->{headers}{'set-cookie'} // []}) { $jar{$1} = $2 if /^([^=]+)=([^;]*)/ }
    return $answer;
}

# The hidden field of a page's form: (name, value).
sub field_of {
    my ($path) = @_;
    my $page = browse('GET', $path);
    my ($input) = $page->{body} =~ /(<input type="hidden"[^>]*>)/ or diag("$path: $page->{status} $page->{body}");
    return (map { $input =~ /$_="([^"]*)"/ } qw(name value));
}

sub post { my ($path, $name, $value) = @_; return browse('POST', $path, 'text=hello&' . "$name=" . $value =~ s/([^A-Za-z0-9._-])/sprintf '%%%02X', ord $1/ger) }

my @pages = (
    ["Flask-WTF's form",                 '/peers/flask/form'],
    ["Django's form",                    '/peers/django/form'],
    ["PHP's form, with Flask-WTF's token", '/peers/php/form.php'],
    ["PHP's form, with Django's token",  '/peers/django-php/form.php'],
);
browse('GET', '/peers/flask/form');
for my $page (@pages) {
    my ($name, $value) = field_of($page->[1]);
    ok($value, "$page->[0]: a token, in the field $name");
    my $wtf = $name eq 'csrf_token';
    my $app = $wtf ? 'flask' : 'django';
    my $answer = post("/peers/$app/post", $name, $value);
    is("$answer->{status} $answer->{body}", "200 $app took hello", "$page->[0], posted to the real " . ($wtf ? 'Flask-WTF' : 'Django'));
    for my $php ('/peers/php/body.php', '/peers/django-php/body.php') {
        $answer = post($php, $name, $value);
        like($answer->{body}, qr/^XSRF_STATUS=ok$/m, "$page->[0], posted to PHP: $php");
    }
    # What the application itself would refuse does not reach it.
    # One letter: another in each half of Django's would cancel out now and then. No last one, whose
    # lowest bits are nothing.
    my $forged = $value;
    substr($forged, -20, 1) =~ tr/A-Za-z0-9_-/B-ZAb-za1-90\-_/;
    is(post("/open/$app/post", $name, $forged)->{status}, $wtf ? 400 : 403, "$page->[0]: a forged token is refused by the application");
    $answer = post("/peers/$app/post", $name, $forged);
    is("$answer->{status} " . ($answer->{headers}{'x-xsrf-status'}[0] ne 'ok'), '403 1', "$page->[0]: and by httpd before it");
    my %mine = %jar;
    delete @jar{qw(session csrftoken)};
    browse('GET', "/peers/$app/form");
    is(post("/open/$app/post", $name, $value)->{status}, $wtf ? 400 : 403, "$page->[0]: another visitor's token is refused by the application");
    is(post("/peers/$app/post", $name, $value)->{headers}{'x-xsrf-status'}[0], 'mismatch', "$page->[0]: and by httpd, which knows whose it is");
    is(post('/peers/php/body.php', $name, $value)->{status}, 403, "$page->[0]: by PHP's httpd, too");
    %jar = %mine;
}
{
    my $answer = exchange('POST', '/peers/php/body.php', ["Cookie: session=$jar{session}; xsrf-visitor=$VISITOR", 'Origin: http://main.test', 'X-XSRF-Token: ' . token('signed', user => '7')], '');
    is($answer->{status}, 200, 'a signed token is taken beside the applications\'');
}

done_testing;
