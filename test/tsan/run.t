#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# httpd, with the event and the worker MPM, and the store in shared memory and in redis, under the loads of drive.py, while
# ThreadSanitizer watches this module (httpd and APR are as they are). Then the same once with a race that was planted,
# which must be found.
#
#   test/tsan/run.t BUILDDIR [MPM-STORE… | planted]     event-shmcb, event-redis, worker-shmcb, worker-redis
#
# A BUILDDIR configured with --enable-sanitizers is recognized: then AddressSanitizer and UBSan watch, and nothing is
# planted. SECONDS_EACH=20 a run; T_KEEP=1 keeps the directory.
set -u
TOP=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
. "$TOP/contrib/setup.sh"
. "$TOP/examples/lib.sh" # ok, is
# shellcheck disable=SC2086 # lists of words
install_packages $BUILD_PACKAGES $DEMO_PACKAGES $LOAD_PACKAGES
build=$(cd "${1:?BUILDDIR is missing}" && pwd) || exit 1
shift
SECONDS_EACH=${SECONDS_EACH:-20}
HTTPD=$(apxs -q SBINDIR)/$(apxs -q PROGNAME)
MODULES=$(apxs -q LIBEXECDIR)
count=0 failed=0 here=
ROOT=$(make_run_dir sessioncookie-tsan) || exit 1
pids=()
finish() {
    trap - EXIT
    stop_all "${pids[@]}"
    if [ -n "${T_KEEP-}" ]; then say "# kept: $ROOT"; else rm -rf "$ROOT"; fi
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

# What is preloaded into httpd alone, and what it is told. Without a log_path the reports of httpd's children are lost.
if nm -D "$build/.libs/mod_sessioncookie.so" | grep -q __asan_init; then
    watcher='AddressSanitizer with UBSan' module=$build/.libs/mod_sessioncookie.so planted= ours=.
    preload="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)"
else
    watcher=ThreadSanitizer module=$build/tsan/mod_sessioncookie.so planted=planted ours=mod_sessioncookie
    preload="$(gcc -print-file-name=libtsan.so) $ROOT/apr_atomic.so"
    cp "$build/tsan/apr_atomic.so" "$ROOT"
fi

prepare() {
    mkdir "$DIR" "$DIR/www" || exit 1
    cp "$1" "$DIR/mod_sessioncookie.so"
    cp "$build/sessioncookie" "$TOP"/test/tsan/{httpd.conf,drive.py,wrk.lua} "$DIR"
    printf 'a secret key of the threads, of 40 bytes' >"$DIR/main.key"
    "$DIR/sessioncookie" key new v4.secret >"$DIR/signing.key" && "$DIR/sessioncookie" key new v3.secret >"$DIR/client.key" || exit 1
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -keyout "$DIR/tls.key" -out "$DIR/tls.pem" 2>/dev/null &&
        cat "$DIR/tls.key" >>"$DIR/tls.pem" || exit 1
    : >"$DIR/generation.conf"
    say ready >"$DIR/www/file.txt"
    cp "$DIR/www/file.txt" "$DIR/www/index.html"
    say '<p>code=<!--#echo var="COOKIESESSION_HANDOFF" -->; token=<!--#echo var="XSRF_TOKEN" --></p>' >"$DIR/www/page.shtml"
    say '<form method="post" action="/guarded/echo"><input name="a"></form>' >"$DIR/www/form.html"
    /usr/bin/python3 - "$DIR" <<'EOT' || exit 1
import sqlite3, subprocess, sys
DIR = sys.argv[1]
users = [f'u{i}' for i in range(24)]
tokens = subprocess.run([f'{DIR}/sessioncookie', 'encode', '--format', 'flask', '--key', f'main=file:{DIR}/main.key', '--lines', '-'],
                        input=''.join(f'{{"_user_id":"{user}"}}\n' for user in users), capture_output=True, text=True, check=True).stdout.split()
db = sqlite3.connect(f'{DIR}/kept.sqlite3')
db.execute('CREATE TABLE kept (id TEXT PRIMARY KEY, token TEXT)')
db.executemany('INSERT INTO kept VALUES (?, ?)', [(f'id-of-{user}-in-the-table', token) for user, token in zip(users, tokens)])
db.commit()
with open(f'{DIR}/stored', 'w') as file:
    file.writelines(f'SET session:id-of-{user}-in-redis \'{{"_user_id":"{user}"}}\' EX 600\n' for user in users)
EOT
    chmod -R a+rX "$DIR" && chmod 600 "$DIR"/*.key
    [ "$(id -u)" != 0 ] || chown -R "$RUN_AS:" "$DIR"
}

start_redis() {
    "${as_user[@]}" setsid setpriv --pdeathsig TERM redis-server --port 0 --unixsocket "$DIR/redis.sock" \
        --save '' --appendonly no --dir "$DIR" >"$DIR/redis.out" 2>&1 </dev/null &
    pids+=($!)
    for _ in $(seq 100); do [ ! -S "$DIR/redis.sock" ] || break; sleep 0.1; done
    redis-cli -s "$DIR/redis.sock" <"$DIR/stored" | sort | uniq -c | sed 's/^/# redis: /'
}

# start_httpd MPM STORE: without randomized addresses, which could be where ThreadSanitizer has its own memory. Exit codes
# are httpd's own.
start_httpd() {
    port=$(free_port) tls_port=$(free_port)
    "${as_user[@]}" setsid setpriv --pdeathsig TERM setarch -R env LD_PRELOAD="$preload" \
        TSAN_OPTIONS="log_path=$DIR/report exitcode=0 history_size=7 die_after_fork=0 report_thread_leaks=0" \
        ASAN_OPTIONS="log_path=$DIR/report detect_leaks=0 abort_on_error=0" UBSAN_OPTIONS="log_path=$DIR/report print_stacktrace=1" \
        "$HTTPD" -DFOREGROUND -f "$DIR/httpd.conf" -D "${2^^}" -C "Define DIR $DIR" -C "Define MODULES $MODULES" \
        -C "Define MPM $1" -C "Define PORT $port" -C "Define TLS_PORT $tls_port" >"$DIR/out" 2>&1 </dev/null &
    server=$!
    pids+=("$server")
    wait_for "http://127.0.0.1:$port/file.txt" "$server" || { tail -n 30 "$DIR/out" "$DIR/error.log" | sed 's/^/# /'; return 1; }
}

# reports PATTERN: the files of those reports that have it; each report gets a file of its own.
reports() {
    local report
    rm -rf "$DIR/split" && mkdir "$DIR/split"
    for report in "$DIR"/report.*; do
        [ ! -e "$report" ] || awk -v to="$DIR/split/${report##*.}" '/^(WARNING: |==[0-9]+==ERROR|.*: runtime error:)/ { n++ } n { print >(to "." n) }' "$report"
    done
    grep -rlE -- "$1" "$DIR/split" | sort
}

# run MPM STORE MODULE: drive.py's lines and the reports are in $DIR then.
run() {
    DIR=$ROOT/$here
    prepare "$3"
    [ "$2" = shmcb ] || start_redis
    start_httpd "$1" "$2"
    ok $? "httpd starts with $watcher"
    "${as_user[@]}" /usr/bin/python3 -B "$DIR/drive.py" "$DIR" "$port" "$tls_port" "$server" "$SECONDS_EACH" >"$DIR/said" 2>&1
    ok $? "the load comes to its end"
    stop_all "$server"
}

judge() {
    local line found
    while IFS= read -r line; do
        case $line in
            'ok - '*) ok 0 "${line#ok - }" ;;
            'not ok - '*) ok 1 "${line#not ok - }" ;;
            *) say "# $line" ;;
        esac
    done <"$DIR/said"
    is "$(grep -E 'exit signal|:(emerg|alert|crit)\]' "$DIR/error.log" | head -n 5)" "" "no process of httpd crashed"
    grep 'sessioncookie:error' "$DIR/error.log" | head -n 5 | sed 's/^/# /'
    mapfile -t found < <(reports "$ours")
    is "${#found[@]}" 0 "$watcher finds nothing in this module"
    [ "${#found[@]}" = 0 ] || head -n 60 "${found[@]:0:8}" | sed 's/^/# /'
    say "# $(reports . | wc -l) reports in all"
}

[ $# != 0 ] || set -- event-shmcb event-redis worker-shmcb worker-redis $planted
for here; do
    if [ "$here" = planted ]; then
        SECONDS_EACH=5 run event shmcb "$build/tsan/planted.so"
        [ "$(reports 'data race' | xargs -r grep -l 'session/cache\.c' | wc -l)" != 0 ]
        ok $? "the race that was planted in the cache is found"
    else
        run "${here%-*}" "${here#*-}" "$module"
        judge
    fi
done
say "1..$count"
[ $failed = 0 ]
