#!/usr/bin/env bash
# What a request costs httpd with and without the module: wrk over keep-alive connections, a 1 KB
# file, event MPM with one worker process. Each variant is a server of its own; rounds are
# interleaved, so that a busy moment of the machine hits all of them. CPU is utime + stime of the
# httpd processes from /proc, so that wrk's own share does not count.
#
#   bench/server.sh [VARIANT…]     all of them without arguments; the first of a run is the base
#
# BUILDDIR=DIR where the module was built (default: build/bench, built on demand)
# ROUNDS=9 LENGTH=4 (seconds a round) CONNECTIONS=8; MEMORY=0 leaves the million requests out
set -u
TOP=$(cd "$(dirname "$0")/.." && pwd) || exit 1
. "$TOP/contrib/setup.sh"
ROUNDS=${ROUNDS:-9} LENGTH=${LENGTH:-4} CONNECTIONS=${CONNECTIONS:-8} MEMORY=${MEMORY:-1000000}
HERTZ=$(getconf CLK_TCK)

# shellcheck disable=SC2086 # lists of words
install_packages $BUILD_PACKAGES $DEMO_PACKAGES $BENCH_PACKAGES
if [ -z "${BUILDDIR-}" ]; then
    BUILDDIR=$TOP/build/bench
    build_in "$BUILDDIR" || exit 1
fi
HTTPD=$(apxs -q SBINDIR)/$(apxs -q PROGNAME)
MODULES=$(apxs -q LIBEXECDIR)
DIR=$(make_run_dir sessioncookie-bench) || exit 1
pids=()
finish() {
    trap - EXIT
    stop_all "${pids[@]}"
    rm -rf "$DIR"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

cp "$BUILDDIR/.libs/mod_sessioncookie.so" "$DIR"
printf 'a secret key of the benchmark, 40 bytes.' >"$DIR/secret"
"$BUILDDIR/sessioncookie" key new v4.local >"$DIR/v4.key" || die "no key for v4.local"
mkdir "$DIR/www"
echo "see X-Seen" >"$DIR/www/check.txt"
head -c 1024 /dev/zero | tr '\0' x >"$DIR/www/1k.txt"
chmod -R a+rX "$DIR"
chmod 600 "$DIR/secret" "$DIR/v4.key"
[ "$(id -u)" != 0 ] || chown "$RUN_AS" "$DIR/secret" "$DIR/v4.key"

# A session of 250 bytes as JSON, with what applications keep in one.
SESSION='{"_fresh":true,"_id":"4f1c2a8be0d94c6bb1f7d7a1c0e2f3a4b5c6d7e8f9a0b1c2d3e4f5a6b7c8d9e0","_user_id":"1842",'
SESSION+='"cart":[{"id":17,"n":2},{"id":23,"n":1}],"csrf_token":"9b1d5c3f7e2a4d6c8b0a1e3f5d7c9b2a4e6f8d0c","lang":"de","theme":"dark","roles":["reader","editor"]}'

# --- variants: config of the server, and the cookies of its requests ---
# X sends one cookie over and over, as a browser does; X-many sends another one each time, as a
# proxy in front may. guarded lets in by the session; session shows it to
# mod_session, and write renews its expiry on each request.

config_of() {
    case ${1%-many} in
        none) ;;
        loaded) say 'CookieSessionKey main "file:'"$DIR"'/secret"' ;;
        flask) say 'CookieSessionKey main "file:'"$DIR"'/secret"
CookieSession cookie:session flask keys=main' ;;
        v4.local) say 'CookieSessionKey main "file:'"$DIR"'/v4.key"
CookieSession cookie:session paseto keys=main version=4 purpose=local' ;;
        # SessionHeader lets a response set the session: that is how the server makes its cookie.
        guarded) say 'CookieSessionKey main "file:'"$DIR"'/secret"
CookieSession cookie:session flask keys=main
<Files 1k.txt>
AuthType CookieSession
AuthName bench
Require valid-user
</Files>' ;;
        write) say 'CookieSessionKey main "file:'"$DIR"'/secret"
CookieSession cookie:session flask keys=main write=on
Session On
SessionMaxAge 3600' ;;
        # The same session, read by mod_session and not written.
        session) say 'CookieSessionKey main "file:'"$DIR"'/secret"
CookieSession cookie:session flask keys=main write=on
Session On' ;;
        session_crypto_write)
            config_of session_crypto
            say 'SessionMaxAge 3600' ;;
        session_cookie) say 'Session On
SessionHeader X-Replace-Session
SessionCookieName session path=/
SessionEnv On' ;;
        session_crypto) say 'Session On
SessionHeader X-Replace-Session
SessionCookieName session path=/
SessionCryptoPassphrase "a passphrase of the benchmark, long enough"
SessionEnv On' ;;
        *) die "unknown variant $1" ;;
    esac
}

modules_of() {
    case ${1%-many} in
        none) ;;
        guarded) say authn_core authz_user sessioncookie ;;
        session_cookie) say session session_cookie ;;
        session_crypto*) say session session_cookie session_crypto ;;
        session | write) say session sessioncookie ;;
        *) say sessioncookie ;;
    esac
}

# One session, or 64 that differ.
sessions_of() {
    local i
    case $1 in
        *-many) for i in $(seq 10 73); do say "${SESSION/1842/18$i}"; done ;;
        *) say "$SESSION" ;;
    esac
}

sealed() { "$BUILDDIR/sessioncookie" encode "$@" --lines -; }

cookies_of() {
    case ${1%-many} in
        none | loaded | flask | guarded | session | write) sessions_of "$1" | sealed --format flask --key "main=file:$DIR/secret" ;;
        v4.local) sessions_of "$1" |
            sealed --format paseto --option version=4 --option purpose=local --key "main=file:$DIR/v4.key" ;;
        # What the server itself makes of a session that a handler sets.
        session_*)
            curl -s -o /dev/null -D - "http://127.0.0.1:$(port_of "$1")/login.asis" |
                sed -n 's/^Set-Cookie: session=\([^;]*\).*/\1/p' | tr -d '\r' | head -n 1 ;;
    esac
}

port_of() { cat "$DIR/$1.port"; }

write_config() {
    local variant=$1 port=$2 module path
    say "ServerRoot $DIR"
    say "ServerName 127.0.0.1:$port"
    say "Listen 127.0.0.1:$port"
    say "PidFile $DIR/$variant.pid"
    say "DefaultRuntimeDir $DIR"
    say "ErrorLog $DIR/$variant.log"
    for module in mpm_event authz_core mime asis headers $(modules_of "$variant"); do
        path=$MODULES/mod_$module.so
        [ "$module" != sessioncookie ] || path=$DIR/mod_sessioncookie.so
        say "LoadModule ${module}_module $path"
    done
    say "ServerLimit 1
StartServers 1
ThreadsPerChild 16
MaxRequestWorkers 16
MaxConnectionsPerChild 0
KeepAlive On
MaxKeepAliveRequests 0
TypesConfig /dev/null
AddType text/plain .txt
AddHandler send-as-is asis
DocumentRoot $DIR/www
<Directory $DIR/www>
Require all granted
</Directory>
<Files check.txt>
Header set X-Seen \"%{COOKIESESSION_STATUS}e %{HTTP_SESSION}e\"
</Files>"
    config_of "$variant"
}

start_variant() {
    local variant=$1 port
    port=$(free_port)
    say "$port" >"$DIR/$variant.port"
    write_config "$variant" "$port" >"$DIR/$variant.conf"
    "${as_user[@]}" setsid setpriv --pdeathsig TERM "$HTTPD" -DFOREGROUND -f "$DIR/$variant.conf" \
        >"$DIR/$variant.out" 2>&1 </dev/null &
    pids+=($!)
    say $! >"$DIR/$variant.main"
    wait_for "http://127.0.0.1:$port/check.txt" $! || {
        cat "$DIR/$variant.out" "$DIR/$variant.log" >&2
        die "the server for $variant did not start"
    }
}

# --- measuring ---

workers_of() { cat "/proc/$1/task/$1/children"; }

# Clock ticks that a server's processes have used: fields 14 and 15 of stat, counted behind the name.
ticks_of() {
    local main=$1 pid sum=0 stat
    for pid in $main $(workers_of "$main"); do
        stat=$(<"/proc/$pid/stat")
        # shellcheck disable=SC2086 # fields
        set -- ${stat##*) }
        sum=$((sum + ${12} + ${13}))
    done
    say $sum
}

# Anonymous memory of the worker, in KiB: what a leak would grow.
memory_of() {
    local pid
    for pid in $(workers_of "$1"); do awk '/^RssAnon:/ { print $2 }' "/proc/$pid/status"; done | head -n 1
}

load() {
    local variant=$1 seconds=$2
    COOKIES=$DIR/$variant.cookies wrk -t1 -c"$CONNECTIONS" -d"${seconds}s" -s "$TOP/bench/cookies.lua" \
        "http://127.0.0.1:$(port_of "$variant")/1k.txt"
}

# A line "VARIANT requests ticks" for one round.
measure() {
    local variant=$1 main before after out
    main=$(<"$DIR/$variant.main")
    before=$(ticks_of "$main")
    out=$(load "$variant" "$LENGTH")
    after=$(ticks_of "$main")
    ! grep -q 'Non-2xx\|Socket errors' <<<"$out" || die "$variant: $(grep 'Non-2xx\|Socket errors' <<<"$out")"
    say "$variant" "$(awk '/requests in/ { print $1 }' <<<"$out")" $((after - before))
}

# Each variant's request must do what its name says, or the figure is worth nothing.
check_variant() {
    local variant=$1 cookie seen expected
    cookies_of "$variant" >"$DIR/$variant.cookies"
    cookie=$(head -n 1 "$DIR/$variant.cookies")
    seen=$(curl -s -o /dev/null -D - -H "Cookie: session=$cookie" "http://127.0.0.1:$(port_of "$variant")/check.txt" |
        sed -n 's/^X-Seen: //p')
    case $variant in
        none | loaded) expected='(null) (null)' ;;
        session_*) expected='(null) *user=1842*' ;;
        *) expected='ok (null)' ;;
    esac
    # shellcheck disable=SC2053 # a pattern
    [[ ${seen%$'\r'} = $expected ]] || die "$variant: with this cookie httpd sees '$seen'"
    case $variant in
        *write) curl -s -o /dev/null -D - -H "Cookie: session=$cookie" "http://127.0.0.1:$(port_of "$variant")/1k.txt" |
            grep -q '^Set-Cookie: session=' || die "$variant: httpd writes no session" ;;
    esac
    say "  $variant: a cookie of ${#cookie} bytes"
}

report() {
    awk -v hertz="$HERTZ" -v base="$1" '
        function median(list, n,   i, j, t) {
            for (i = 2; i <= n; i++) for (j = i; j > 1 && list[j] < list[j-1]; j--) { t = list[j]; list[j] = list[j-1]; list[j-1] = t }
            return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
        }
        { n[$1]++; cost[$1, n[$1]] = $3 / hertz / $2 * 1e6; rate[$1, n[$1]] = $2; if (!($1 in seen)) { seen[$1]; order[++k] = $1 } }
        END {
            print "| variant | CPU µs a request | ratio to " base " | lowest and highest ratio | requests/s |"
            print "| --- | ---: | ---: | ---: | ---: |"
            for (v = 1; v <= k; v++) {
                name = order[v]
                for (i = 1; i <= n[name]; i++) { c[i] = cost[name, i]; r[i] = cost[name, i] / cost[base, i]; q[i] = rate[name, i] / '"$LENGTH"' }
                m = median(c, n[name]); x = median(r, n[name]); y = median(q, n[name])
                printf "| %s | %.1f | %.3f | %.3f to %.3f | %.0f |\n", name, m, x, r[1], r[n[name]], y
            }
        }' "$DIR/rounds"
}

[ $# != 0 ] || set -- none loaded flask flask-many v4.local v4.local-many guarded session write session_cookie session_crypto session_crypto_write
printf 'Content-Type: text/plain\nX-Replace-Session: user=1842&_id=4f1c2a8be0d94c6bb1f7d7a1c0e2f3a4b5c6d7e8f9a0b1c2d3e4f5a6b7c8d9e0&csrf_token=9b1d5c3f7e2a4d6c8b0a1e3f5d7c9b2a4e6f8d0c&lang=de&theme=dark&roles=reader+editor\n\nok\n' \
    >"$DIR/www/login.asis"

say "$(nproc) cores ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)), load $(cut -d' ' -f1 /proc/loadavg), $("$HTTPD" -v | sed -n 's/^Server version: //p'), $(wrk --version 2>&1 | head -n 1 | cut -d' ' -f1-2)"
say "$ROUNDS rounds of $LENGTH s a variant, $CONNECTIONS connections"
for variant; do start_variant "$variant"; done
for variant; do check_variant "$variant"; done
for variant; do load "$variant" 1 >/dev/null; done
: >"$DIR/rounds"
for round in $(seq "$ROUNDS"); do
    for variant; do measure "$variant" >>"$DIR/rounds"; done
done
report "$1"

# --- memory: the worker after a warm-up, after half a million more requests, and after a million ---
# What pools and malloc keep for later settles; a leak goes on growing.
[ "$MEMORY" = 0 ] && exit
say ""
say "| variant | requests | worker before, KiB | halfway, KiB | after, KiB |"
say "| --- | ---: | ---: | ---: | ---: |"
for variant; do
    case $variant in flask-many | v4.local-many) ;; *) continue ;; esac
    main=$(<"$DIR/$variant.main")
    load "$variant" 10 >/dev/null
    before=$(memory_of "$main")
    requests=0 halfway=
    while [ $requests -lt "$MEMORY" ]; do
        requests=$((requests + $(load "$variant" 5 | awk '/requests in/ { print $1 }')))
        [ -n "$halfway" ] || [ $requests -lt $((MEMORY / 2)) ] || halfway=$(memory_of "$main")
    done
    say "| $variant | $requests | $before | $halfway | $(memory_of "$main") |"
done
