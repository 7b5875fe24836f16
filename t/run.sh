#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs t/ against httpd: copies the tests and the module to a directory of an unprivileged
# user (Apache::Test refuses root), starts php-fpm and httpd there, and speaks TAP.
#
#   t/run.sh BUILDDIR [--mpm prefork|worker|event] [--cache N|Off] [--first] [--half 1|2] [--faults] [TEST.t…]
#
# --cache sets CookieSessionCache. --half runs every other file, so that two processors share the work; zlog.t,
# which reads what the others made httpd log, comes last in both. --first loads the module before all others instead of after them.
# --faults runs test/faults/faults.t, for which `make check-faults` has linked a module of its own. A BUILDDIR configured with
# --enable-sanitizers is recognized: httpd is then started with libasan. T_KEEP=1 keeps the directory.
set -u
TOP=$(cd "$(dirname "$0")/.." && pwd) || exit 1
. "$TOP/contrib/setup.sh"

build=$(cd "${1:?BUILDDIR is missing}" && pwd) || exit 1
shift
mpm=event cache= half= faults= defines=() tests=()
while [ $# -gt 0 ]; do
    case "$1" in
        --mpm) mpm=$2; shift ;;
        --cache) cache=$2; shift ;;
        --first) defines=(-defines SC_FIRST) ;;
        --half) half=$2; shift ;;
        --faults) faults=yes tests+=(faults.t) ;;
        *) tests+=("$1") ;;
    esac
    shift
done

if [ -n "$half" ]; then
    every=("$TOP"/t/*.t) # zlog.t is the last
    for ((i = half - 1; i < ${#every[@]} - 1; i += 2)); do tests+=("${every[i]##*/}"); done
    tests+=(zlog.t)
fi

run=$(make_run_dir sessioncookie-t) || exit 1
fpm_pid=
finish() {
    trap - EXIT INT TERM
    [ -z "$fpm_pid" ] || stop_all "$fpm_pid"
    if [ -n "${T_KEEP-}" ]; then say "# kept: $run"; else rm -rf "$run"; fi
}
trap finish EXIT
trap 'exit 130' INT TERM

# Apache::Test takes the first port that is free at that moment, as would another run beside this one: each
# holds a hundred ports of its own, by a lock that ends with it.
for block in {100..299}; do
    exec {lock}>"${TMPDIR:-/tmp}/sessioncookie-ports.$UID.$block" && flock -n "$lock" && port_is_free "${block}00" && break
    exec {lock}>&-
done

cp -r "$TOP/t" "$run/t"
mkdir -p "$run"/t/htdocs/{errors,htaccess,rewrite,endpoint} # git keeps no empty folders
cp "$build/.libs/mod_sessioncookie.so" "$build/sessioncookie" "$run/"
say "${cache:+CookieSessionCache $cache}" >"$run/t/conf/cache-size.conf"
if [ -n "$faults" ]; then
    cp "$TOP/test/faults/faults.t" "$run/t/" && cp "$build/faults/.libs/mod_sessioncookie.so" "$run/faulty.so" || exit 1
    export SC_FAULTY=$run/faulty.so
fi
chmod 600 "$run"/t/conf/keys/*
[ "$(id -u)" != 0 ] || chown -R "$RUN_AS:$(id -gn "$RUN_AS")" "$run"

export HOME=$run APACHE_TEST_NO_STICKY_PREFERENCES=1
SC_MODULES=$(apxs -q LIBEXECDIR)
SC_PHP=$(find "$SC_MODULES" -name 'libphp*.so' -printf '%f\n' | sort | tail -n 1)
export SC_MODULES SC_PHP=${SC_PHP:-none} SC_MPM=$mpm SC_MODULE=$run/mod_sessioncookie.so
export SC_COMMAND=$run/sessioncookie SC_FPM_SOCKET=$run/php.sock
# npm's PASETO libraries, where they are: the tree may lie where only root may look.
cp -r "$TOP/test/interop/node" "$run/node"
export SC_NODE=$run/node
SC_BACKEND_PORT=$(free_port) # of a server that a test starts
export SC_BACKEND_PORT
SC_VERSION=$(sed -n 's/^AC_INIT(\[mod_sessioncookie\], \[\(.*\)\])$/\1/p' "$TOP/configure.ac")
export SC_VERSION
SC_HTTPD=$(apxs -q SBINDIR)/$(apxs -q PROGNAME)
export SC_HTTPD

# The sanitizers' runtime must be there before httpd's own libraries. httpd leaks at its exit
# what it never frees; the unit tests look for ours.
# Into httpd alone: curl hangs with it.
if nm -D "$SC_MODULE" 2>/dev/null | grep -q __asan_init; then
    export ASAN_OPTIONS=detect_leaks=0:abort_on_error=0:log_path=$run/asan
    export UBSAN_OPTIONS=print_stacktrace=1:log_path=$run/ubsan
    printf '#!/bin/sh\nLD_PRELOAD="%s %s" exec "%s" "$@"\n' "$(gcc -print-file-name=libasan.so)" \
        "$(gcc -print-file-name=libubsan.so)" "$SC_HTTPD" >"$run/httpd"
    chmod 755 "$run/httpd"
    SC_HTTPD=$run/httpd
else
    unset ASAN_OPTIONS UBSAN_OPTIONS # by these the tests know that they cannot count memory
fi

cat >"$run/php-fpm.conf" <<EOT
[global]
error_log = $run/php-fpm.log
[t]
listen = $SC_FPM_SOCKET
pm = static
pm.max_children = 2
clear_env = yes
EOT
if [ -n "$(php_fpm)" ]; then
    "${as_user[@]}" setsid setpriv --pdeathsig TERM "$(php_fpm)" --nodaemonize \
        --fpm-config "$run/php-fpm.conf" >/dev/null 2>&1 </dev/null &
    fpm_pid=$!
fi

: >"$run/empty.conf"
# httpd in a session of its own: at its end it signals its whole process group.
cd "$run/t" || exit 1
"${as_user[@]}" setsid --wait perl -I"$run/t/lib" TEST -verbose=1 \
    -apxs "$(command -v apxs)" -httpd "$SC_HTTPD" -port "${block}00" -servername 127.0.0.1 \
    -httpd_conf "$run/empty.conf" "${defines[@]}" "${tests[@]}" </dev/null
st=$?

reports=$(find "$run" -maxdepth 1 \( -name 'asan.*' -o -name 'ubsan.*' \))
if [ -n "$reports" ]; then
    # shellcheck disable=SC2086 # a list of files
    cat $reports
    say "not ok 1 - no sanitizer has anything to say"
    st=1
fi
if [ $st != 0 ] && [ -n "${T_KEEP-}" ]; then say "# logs: $run/t/logs"; fi
exit $st
