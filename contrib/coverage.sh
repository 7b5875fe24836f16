#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Which lines and branches of src/ the tests reach, measured by gcc and gcov: builds with counters in DIR, runs the
# unit tests, t/ and `make check-faults`, and prints what contrib/coverage.py finds. Fails when a test fails or less is reached than is wanted.
#
#   contrib/coverage.sh DIR                all of it: some ten minutes
#   contrib/coverage.sh DIR unit           the unit tests alone, then the figures
#   contrib/coverage.sh DIR t [FILE.t…]    t/ alone, or some of its files; what `unit` counted before is kept
#   contrib/coverage.sh DIR report         the figures alone
set -u
TOP=$(cd "$(dirname "$0")/.." && pwd) || exit 1
. "$TOP/contrib/setup.sh"
mkdir -p "${1:?DIR is missing}" && build=$(cd "$1" && pwd) || exit 1
what=${2-all}
shift $(($# < 2 ? $# : 2))
st=0

# The counters of a process are in memory until it ends. As several processes and users write them, each of the
# runs has its own folder; below it the paths are those of the build.
count_in() {
    rm -rf "$build/counts/$1" && mkdir -p "$build/counts/$1" && chmod 1777 "$build/counts/$1" || exit 1
    local strip=${build//[!\/]/}
    export GCOV_PREFIX=$build/counts/$1 GCOV_PREFIX_STRIP=${#strip}
}

if [ "$what" != report ]; then
    # httpd has threads: without atomic additions, counts are lost.
    build_in "$build" CFLAGS='-O0 --coverage -fprofile-update=atomic' LDFLAGS=--coverage || exit 1
fi
if [ "$what" = all ] || [ "$what" = unit ]; then
    count_in unit
    make -s -C "$build" check-local REPLAYS= TSAN_TESTS= SCRIPT_TESTS=test/cli/command.t || st=1
fi
if [ "$what" = all ] || [ "$what" = t ]; then
    # www-data must be able to write the counts, wherever the tree is: first into a folder of its own.
    count_in t
    GCOV_PREFIX=$(make_run_dir sessioncookie-coverage) || exit 1
    "$TOP/t/run.sh" "$build" --mpm event "$@" || st=1
    # Calls that fail.
    [ $# != 0 ] || make -s -C "$build" check-faults || st=1
    cp -r "$GCOV_PREFIX/." "$build/counts/t" && rm -rf "$GCOV_PREFIX"
fi
/usr/bin/python3 "$TOP/contrib/coverage.py" "$TOP" "$build" "$TOP/test/unreached.txt" || st=1
exit $st
