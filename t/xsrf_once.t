# SPDX-License-Identifier: Apache-2.0
# XSRFOneTime: a flask-xsrf token is used up by its use.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Compress::Zlib qw(uncompress);
use MIME::Base64 qw(decode_base64url);
use Test::More;
use SC;
use XSRF;

my $first = flask('{"_user_id":"7","n":12345678901234567890123,"t":{" t":[1,2]}}');

# The session cookie that an answer sets, or undef.
sub cookie_of { my ($line) = grep { /^session=/ } @{$_[0]{headers}{'set-cookie'} // []}; return defined $line ? ($line =~ /^session=([^;]*)/)[0] : undef }
sub json_of { my ($z, $payload) = $_[0] =~ /^(\.?)([^.]*)/; my $json = decode_base64url($payload); return $z ? uncompress($json) : $json }
sub copy_in { return json_of($_[0]) =~ /"xsrf-token":"([^"]*)"/ ? $1 : undef }
sub page { return get("/xsrf/$_[0]/page.cgi?text/html", "session=$_[1]") }

sub post {
    my ($scope, $cookie, $token, $file) = @_;
    my $answer = exchange('POST', "/xsrf/$scope/" . ($file // 'body.cgi'), ["Cookie: session=$cookie; $VISITING", 'Origin: http://main.test', "X-XSRF-Token: $token"], 'a=1');
    $answer->{said} = "$answer->{status} " . ($answer->{headers}{'x-xsrf-status'}[0] // '');
    return $answer;
}

my $page = page('once', $first);
my $token = $page->{headers}{'x-xsrf-token'}[0];
my $cookie = cookie_of($page);
is(copy_in($cookie), $token, 'a page with a new token brings the session with its copy');
like(json_of($cookie), qr/^\{"_user_id":"7","n":12345678901234567890123,"t":\{" t":\[1,2\]\},"xsrf-token":"/, 'and all else as it was');

my $again = page('once', $cookie);
is($again->{headers}{'x-xsrf-token'}[0], $token, 'the next page has the same token');
is(cookie_of($again), undef, 'and needs no other cookie');
is(get('/xsrf/once/page.cgi?image/png', "session=$first")->{headers}{'set-cookie'}, undef, 'an image brings none');
is(cookie_of(get('/xsrf/once/page.cgi?text/html&status=404', "session=$first")), undef, 'nor does an error');

is(post('once', $first, $token)->{said}, '403 mismatch', 'an authentic token without its copy is refused');
is(post('once', $cookie, token('flask-xsrf', user => '7', offset => -5))->{said}, '403 mismatch', 'another authentic token is refused');
is(post('once', $cookie, token('flask-xsrf', user => '8'))->{said}, '403 bad-signature', 'another user\'s too');
is(cookie_of(post('once', $cookie, 'junk')), undef, 'a refused request uses nothing up');

my $used = post('once', $cookie, $token);
is($used->{said}, '200 ok', 'the token is good');
my $after = cookie_of($used);
is(copy_in($after), undef, 'and its copy is gone');
is(post('once', $after, $token)->{said}, '403 mismatch', 'it is not good again');
my $next = page('once', $after)->{headers}{'x-xsrf-token'}[0];
isnt($next, undef, 'the next page has a new one');

# A token that the page itself was given is good whatever the page's status.
{
    my $form = get('/xsrf/once-env/page.cgi?text/html&status=422', "session=$first");
    my ($given) = $form->{body} =~ /^XSRF_TOKEN=(.*)$/m;
    is(copy_in(cookie_of($form)), $given, 'a form with an error has the session with its copy');
    is(post('once-env', cookie_of($form), $given)->{said}, '200 ok', 'and is good');
}

# A token of old is replaced when half of its time is over.
for ([-1700, 'as it was'], [-1900, 'new']) {
    my $old = token('flask-xsrf', user => '7', offset => $_->[0]);
    my $seen = page('once', flask("{\"_user_id\":\"7\",\"xsrf-token\":\"$old\"}"))->{headers}{'x-xsrf-token'}[0];
    is($seen eq $old ? 'as it was' : 'new', $_->[1], "a copy of $_->[0] seconds: the page's token is $_->[1]");
}
for (['another user\'s', token('flask-xsrf', user => '8')], ['forged', token('flask-xsrf', user => '7', key => 'somebody-elses-key')], ['junk', '<script>']) {
    isnt(page('once', flask("{\"_user_id\":\"7\",\"xsrf-token\":\"$_->[1]\"}"))->{headers}{'x-xsrf-token'}[0], $_->[1], "a copy that is $_->[0] is not sent");
}

# A form shown again in the answer to a POST.
{
    my $shown = post('once-env', $cookie, $token, 'page.cgi?text/html');
    my ($new) = $shown->{body} =~ /^XSRF_TOKEN=(.*)$/m;
    is($shown->{said}, '200 ok', 'a form is shown again in the answer to a POST');
    is($shown->{headers}{'x-xsrf-token'}, undef, 'which sends no token');
    is(copy_in(cookie_of($shown)), $new, 'but what its page was given is in the session');
    is(post('once-env', cookie_of($shown), $new)->{said}, '200 ok', 'and is good');
}
is(post('once', $first, token('signed', user => '7'))->{said}, '200 ok', 'another scheme of the scope is not concerned');

# Report, and a session that cannot be written.
{
    my $report = post('once-report', $cookie, $token);
    is($report->{said}, '200 ok', 'Report says what On would');
    is(cookie_of($report), undef, 'and uses nothing up');
    my $from = -s root() . '/logs/error_log';
    is(post('once-read-only', $cookie, $token)->{said}, '500 error', 'a session that cannot be written is our fault');
    ok((grep { /:error\].*XSRFOneTime On: the session cannot be written/ } logged(\$from)), 'and the log says so');
}

# An internal redirect uses it once, and the body arrives.
{
    my ($type, $body) = body_with('form', 'xsrf-token', $token);
    my $answer = exchange('POST', '/xsrf-redirect/once', ["Cookie: session=$cookie", 'Origin: http://main.test', "Content-Type: $type"], $body);
    is("$answer->{status} " . $answer->{headers}{'x-xsrf-status'}[0], '200 ok', 'through an internal redirect');
    like($answer->{body}, qr/^BODY_SHA256=\Q${\sha256_hex($body)}\E$/m, 'with its body');
    is(copy_in(cookie_of($answer)), undef, 'it is used up');
}

done_testing;
