# SPDX-License-Identifier: Apache-2.0
# The real Flask, Flask-Login and Django on the other side of the cookie: lib/peers.py.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use SC;

exec $ENV{PYTHON} // '/usr/bin/python3', '-B', "$FindBin::Bin/lib/peers.py", port(), root() . '/conf/keys/new.key'
    or die "python3: $!";
