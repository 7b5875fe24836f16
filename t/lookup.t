# SPDX-License-Identifier: Apache-2.0
# Sessions that are kept on a server, by the real Flask-Session with redis: lib/kept_flask.py.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use SC;
use Test::More;

my ($redis) = grep { -x } map { "$_/redis-server" } split /:/, "$ENV{PATH}:/usr/sbin:/sbin";
my $python = $ENV{PYTHON} // '/usr/bin/python3';
plan skip_all => 'redis-server is missing' if !$redis;
plan skip_all => 'built without redis' if `ldd $ENV{SC_MODULE}` !~ /hiredis/;
plan skip_all => 'python3-flask-session, python3-flask-login or python3-redis is missing'
    if system "$python -c 'import flask_session, flask_login, redis' 2>/dev/null";
exec $python, '-B', "$FindBin::Bin/lib/kept_flask.py", root(), $redis or die "python3: $!";
