# SPDX-License-Identifier: Apache-2.0
package Uwsgi;

# A WSGI application that answers with its environment, by the real uwsgi.

use strict;
use warnings;
use Exporter 'import';
use FindBin;
use SC;

our @EXPORT = qw(start_uwsgi);

my $pid;

# start_uwsgi(READY, OPTION…): with sockets as the options say, until READY is true or it takes too long. False
# where there is no uwsgi. It ends with the test.
sub start_uwsgi {
    my ($ready, @options) = @_;
    return 0 unless -x '/usr/bin/uwsgi_python3' || grep { -x "$_/uwsgi" } split /:/, $ENV{PATH};
    $pid = fork // die $!;
    if (!$pid) {
        open STDOUT, '>', root() . '/logs/uwsgi.log';
        open STDERR, '>&', \*STDOUT;
        exec 'uwsgi', '--plugin', 'python3', @options, '--wsgi-file', "$FindBin::Bin/lib/headers.wsgi", '--die-on-term', '--master' or die "uwsgi: $!";
    }
    for (1 .. 100) { last if $ready->(); select undef, undef, undef, 0.1 }
    return 1;
}

END { if ($pid) { local $?; kill 'TERM', $pid; waitpid $pid, 0 } }

1;
