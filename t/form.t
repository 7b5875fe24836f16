# SPDX-License-Identifier: Apache-2.0
# mod_auth_form logs in at httpd, and the application shares the session.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use SC;
use Test::More;

my $KEYS = root() . '/conf/keys';

sub cookie { my ($line) = grep { /^session=/ } @{shift->{headers}{'set-cookie'} // []}; return $line }
sub value { my $line = shift // return; my ($value) = $line =~ /^session=([^;]*)/; return $value }
sub opened {
    my $token = shift // return '';
    open my $pipe, '-|', $ENV{SC_COMMAND}, 'decode', '--tagged', '--format', 'flask', '--key', "new=file:$KEYS/new.key", $token or die;
    my $line = <$pipe> // '';
    close $pipe;
    return $line =~ /"tagged":(\{.*\})\}$/ ? $1 : $line;
}
sub post { my ($path, $cookie, $form) = @_; request('POST', $path, [$cookie ? "Cookie: $cookie" : (), 'Content-Type: application/x-www-form-urlencoded'], $form) }
my $login = 'httpd_username=basic&httpd_password=basic';

my $response = post('/form/login', undef, $login);
like($response->{status}, qr/^30[12]$/, 'a login redirects');
my $token = value(cookie($response));
my $json = opened($token);
like($json, qr/"_user_id":"basic"/, "the application's user is there");
like($json, qr/^\{"t-user":"basic","t-pw":"v4\.local\.[\w-]+","_user_id":"basic"\}$/, 'the password is encrypted') or diag($json);
unlike($json, qr/"basic:|pw":"basic/, 'and nowhere in clear');

$response = get('/form/guarded/env.cgi', "session=$token");
env_is('the next request is let in', $response, { REMOTE_USER => 'basic', AUTH_TYPE => 'form', SESSION__USER_ID => 'basic' });
unlike($response->{body}, qr/=basic:|PW=basic/, 'a handler does not see the password');
is(cookie($response), undef, 'what was only read is not written');
env_is('AuthType CookieSession lets it in too', get('/form/session/env.cgi', "session=$token"), { REMOTE_USER => 'basic', AUTH_TYPE => 'CookieSession' });
is(get('/form/guarded/env.cgi')->{status}, 401, 'without a session: 401');
is(get('/form/guarded/env.cgi', 'session=' . forge($token, -1))->{status}, 401, 'a forged one');
my ($sealed) = $json =~ /"t-pw":"([^"]+)"/;
is(get('/form/guarded/env.cgi', 'session=' . flask(qq({"t-user":"other","t-pw":"$sealed","_user_id":"other"})))->{status}, 401, 'the password of another user');
is(get('/form/guarded/env.cgi', 'session=' . flask(qq({"u-user":"basic","u-pw":"$sealed","t-user":"basic","t-pw":"x","_user_id":"basic"})))->{status}, 401, 'a password that is none');
is(get('/form/guarded/env.cgi', 'session=' . flask(qq({"t-user":"basic","_user_id":"basic"})))->{status}, 401, 'no password');

# The other ways round: the application changed the session.
is(get('/form/guarded/env.cgi', 'session=' . flask(qq({"t-user":"basic","t-pw":"$sealed"})))->{status}, 401, 'logged out by the application');
is(get('/form/guarded/env.cgi', 'session=' . flask(qq({"t-user":"basic","t-pw":"$sealed","_user_id":"7"})))->{status}, 401, 'logged in as somebody else there');
env_is('the application added a member', get('/form/guarded/env.cgi', 'session=' . flask(qq({"cart":{" t":[1]},"t-user":"basic","t-pw":"$sealed","_user_id":"basic"}))), { REMOTE_USER => 'basic' });

$json = opened(value(cookie(post('/form/login', 'session=' . flask('{"cart":{" t":[1,2]},"_user_id":"7","n":12345678901234567890}'), $login))));
like($json, qr/^\{"cart":\{" t":\[1,2\]\},"_user_id":"basic","n":12345678901234567890,"t-user":"basic","t-pw":"v4\.local\./, 'a login keeps the rest of the session');
is(cookie(post('/form/login', undef, 'httpd_username=basic&httpd_password=wrong')), undef, 'a wrong password writes nothing');

# Logging out.
like(cookie(get('/form/logout', "session=$token")), qr/^session=; Path=\/; Max-Age=0;/, 'the logout removes the session');
$json = opened(value(cookie(get('/form/logout', 'session=' . flask(qq({"cart":1,"t-user":"basic","t-pw":"$sealed","_user_id":"basic"}))))));
is($json, '{"cart":1}', 'or what the login put there');
is(opened(value(cookie(get('/form/logout', 'session=' . flask(qq({"cart":1,"t-user":"basic","t-pw":"$sealed","_user_id":"7"})))))) || '{"cart":1,"_user_id":"7"}',
    '{"cart":1,"_user_id":"7"}', 'not a user that somebody else put there');

# Rotation: the password goes under the new key with the session.
my $old = value(cookie(post('/form/old/login', undef, $login)));
$response = get('/form/guarded/change.cgi?x=1', "session=$old");
is($response->{status}, 200, 'a login under the old key');
$token = value(cookie($response));
is(get('/form/new/guarded/env.cgi', "session=$token")->{status}, 200, 'is good without the old key once it was written');

# A site passphrase.
$json = opened(value(cookie(post('/form/site/login', undef, $login))));
like($json, qr/"t-site":"v4\.local\./, 'the hash of the site passphrase is encrypted too') or diag($json);

# A key that cannot keep a secret.
my $from = -s root() . '/logs/error_log';
$response = post('/form/public/login', undef, $login);
my $line = cookie($response) // '';
like($line, qr/^session=v4\.public\./, 'a signed token') or diag(explain $response);
ok((grep { /1 changed entries of the session are not written/ } SC::logged(\$from)), 'keeps no password, and the log says so');

done_testing;
