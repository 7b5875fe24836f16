# SPDX-License-Identifier: Apache-2.0
# Sessions that are kept on a server, by the real Django with sqlite3, MariaDB and PostgreSQL: lib/kept_django.py.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use SC;
use Test::More;

my $python = $ENV{PYTHON} // '/usr/bin/python3';
plan skip_all => 'python3-django is missing' if system "$python -c 'import django' 2>/dev/null";
plan skip_all => 'the driver of sqlite3 is missing (libaprutil1-dbd-sqlite3)' if !glob '/usr/lib/*/apr-util-1/apr_dbd_sqlite3.so';
exec $python, '-B', "$FindBin::Bin/lib/kept_django.py", root() or die "python3: $!";
