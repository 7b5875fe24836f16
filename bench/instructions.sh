#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How many instructions httpd executes for a request, by variant and by function: httpd with one
# worker thread under valgrind's callgrind. Instructions do not scatter as times do, so that a
# change of 1 % is seen on a busy machine; they do not see caches, system calls and locks, which
# bench/server.sh does.
#
#   bench/instructions.sh [VARIANT…]     all of them without arguments
#
# BUILDDIR=DIR  where the module was built (default: build/bench, built on demand)
# BESIDE=DIR    another build, for a column beside the first
# REQUESTS=500  counted after WARMUP=200; FUNCTIONS=12 lines a variant, 0 for none
set -u
TOP=$(cd "$(dirname "$0")/.." && pwd) || exit 1
. "$TOP/contrib/setup.sh"
BENCH_PACKAGES="$BENCH_PACKAGES valgrind libaprutil1-dbd-sqlite3"
. "$TOP/bench/common.sh"
REQUESTS=${REQUESTS:-500} WARMUP=${WARMUP:-200} FUNCTIONS=${FUNCTIONS:-12} BESIDE=${BESIDE-}
[ -z "$BESIDE" ] || cp "$BESIDE/.libs/mod_sessioncookie.so" "$DIR/beside.so"
"$BUILDDIR/sessioncookie" key new v3.secret >"$DIR/v3.key" || die "no key for v3.public"
"$BUILDDIR/sessioncookie" key new v4.secret >"$DIR/v4.key" || die "no key for v4.public"
awk -f "$TOP/bench/page.awk" >"$DIR/www/page.html"
printf '<?php print isset($_SERVER["SERVER_NAME"]) ? "good" : "bad";' >"$DIR/www/page.php"
build_sink
share_files

# --- variants: the server's directives and its requests ---
# flask sends one cookie with every request, flask-new another one with each, flask-many 64 in
# turn; lookup is the same session, kept in a database and known by its id; token is flask with a token that is minted for back ends; bearer opens a connection for each
# request, with the same v3.public token. KIND-post sends a small form to a handler that reads it,
# KIND-h2 speaks HTTP/2, KIND-php asks a page of php-fpm.
# setenv-php has the variables of flask-php from SetEnv instead: what any module pays for them.
# KIND-page asks for the page of bench/page.awk, into which fields and the script are put.
# A variant none… is httpd alone with the same requests: the base of those after it.
source_lines() {
    say "CookieSessionKey main \"file:$DIR/secret\""
    say "CookieSession cookie:session flask keys=main"
}

config_of() {
    local name
    case $1 in
        *-post) printf "%s\n" "<Location /sink>" "SetHandler sink" "</Location>" ;;
        *-php) printf "%s\n" "<FilesMatch \"[.]php$\">" "SetHandler \"proxy:unix:$DIR/php.sock|fcgi://localhost\"" "</FilesMatch>" ;;
        *-h2) say "Protocols h2c http/1.1" ;;
    esac
    case $1 in
        none*) ;;
        setenv-*)
            for name in STATUS VERSION USER JSON FORMAT SOURCE KEY ISSUED; do say "SetEnv COOKIESESSION_$name \"text of $name\""; done
            for name in _FRESH _ID _USER_ID CART CSRF_TOKEN LANG THEME ROLES; do say "SetEnv SESSION_$name \"text of $name\""; done
            ;;
        loaded) say "CookieSessionKey main \"file:$DIR/secret\"" ;;
        flask-revoked)
            source_lines
            say "CookieSessionRevocation \"file:$DIR/revoked\""
            ;;
        flask | flask-*) source_lines ;;
        lookup)
            printf "%s\n" "DBDriver sqlite3" "DBDParams \"$DIR/sessions.sqlite3\"" \
                "DBDPrepareSQL \"SELECT data FROM sessions WHERE id = %s\" sessions" \
                "CookieSession cookie:session flask-session lookup=dbd:sessions recheck=1h"
            ;;
        token)
            source_lines
            printf "%s\n" "CookieSessionKey signing \"file:$DIR/v4.key\"" \
                "CookieSessionToken header:X-Visitor-Token keys=signing audience=https://api.example ttl=1d"
            ;;
        guarded)
            source_lines
            printf "%s\n" "<Files 1k.txt>" "AuthType CookieSession" "AuthName bench" "Require valid-user" "</Files>"
            ;;
        write)
            source_lines
            printf "%s\n" "Session On" "SessionMaxAge 3600"
            ;;
        bearer)
            say "CookieSessionKey main \"file:$DIR/v3.key\""
            say "CookieSession header:Authorization paseto version=3 purpose=public keys=main"
            ;;
        guard-post)
            source_lines
            printf "%s\n" "XSRF On" "XSRFKey main" "XSRFPolicy origin"
            ;;
        send-page | inject-page | script-page)
            source_lines
            printf "%s\n" "AddType text/html .html" "XSRF On" "XSRFKey main"
            case $1 in
                send-page) say "XSRFSend cookie" ;;
                inject-page) say "XSRFSend cookie inject" ;;
                script-page) say "XSRFSend inject script" ;;
            esac
            ;;
        *) die "unknown variant $1" ;;
    esac
}

modules_of() {
    case $1 in
        *-post) say sink ;;
        *-php) say proxy proxy_fcgi ;;
        *-h2) say http2 ;;
        guarded) say authn_core authz_user ;;
        write) say session ;;
        lookup) say dbd ;;
    esac
    case $1 in
        none*) ;;
        setenv-*) say env ;;
        *) say sessioncookie ;;
    esac
}

# What its requests send: a cookie, or a bearer token, a line.
cookies_of() {
    local i n=1
    case $1 in
        flask-new) n=$((WARMUP + REQUESTS)) ;;
        flask-many) n=64 ;;
        lookup)
            say an-id-that-has-as-many-characters-as-usual
            return
            ;;
        *bearer)
            say '{"sub":"1842","roles":["reader","editor"]}' |
                sealed --format paseto --option version=3 --option purpose=public --key "main=file:$DIR/v3.key"
            return
            ;;
    esac
    for ((i = 0; i < n; i++)); do say "${SESSION/1842/$((10000 + i))}"; done |
        sealed --format flask --key "main=file:$DIR/secret"
}

list_revoked() {
    seq -f "user	cookie:session	user-%.0f	1700000000" 100000 >"$DIR/revoked"
    chmod a+rw "$DIR/revoked"
}

keep_session() {
    /usr/bin/python3 - "$DIR/sessions.sqlite3" "$(cookies_of lookup)" "$SESSION" <<'EOT'
import sqlite3
import sys

with sqlite3.connect(sys.argv[1]) as database:
    database.execute("CREATE TABLE sessions (id TEXT PRIMARY KEY, data TEXT)")
    database.execute("INSERT INTO sessions VALUES (?, ?)", sys.argv[2:])
EOT
    chmod a+r "$DIR/sessions.sqlite3"
}

# --- measuring ---

# HTTP/2 by h2load: one connection, a stream after the other.
send_requests() {
    local variant=$1 port=$2 requests=$3
    case $variant in
        *-h2)
            wait_for "http://127.0.0.1:$port/ready.txt" &&
                h2load -n "$requests" -c 1 -m 1 -H "Cookie: session=$(<"$DIR/$variant.cookies")" \
                    "http://127.0.0.1:$port/1k.txt" >"$DIR/h2load" &&
                grep -q "$requests succeeded.* 0 failed" "$DIR/h2load"
            ;;
        *) /usr/bin/python3 "$TOP/bench/requests.py" "$variant" "$port" "$requests" "$DIR/$variant.cookies" ;;
    esac
}

# run VARIANT REQUESTS OUT: a server of its own serves so many requests and ends; what it executed
# is in OUT, a line a function and "TOTAL n".
run() {
    local variant=$1 requests=$2 out=$3 port main
    port=$(free_port)
    write_config "$variant" "$port" |
        sed 's/^ThreadsPerChild .*/ThreadsPerChild 1/; s/^MaxRequestWorkers .*/MaxRequestWorkers 1/' >"$DIR/$variant.conf"
    chmod a+r "$DIR/$variant".*
    rm -f "$DIR/callgrind.out"
    "${as_user[@]}" setsid setpriv --pdeathsig TERM valgrind --tool=callgrind \
        --callgrind-out-file="$DIR/callgrind.out" --log-file="$DIR/valgrind.log" \
        "$HTTPD" -X -f "$DIR/$variant.conf" >"$DIR/$variant.out" 2>&1 </dev/null &
    main=$!
    send_requests "$variant" "$port" "$requests" >"$DIR/$variant.said" 2>&1 || {
        cat "$DIR/$variant.said" >&2
        cat "$DIR/$variant.out" "$DIR/$variant.log" >&2
        kill "$main"
        die "$variant: the requests failed"
    }
    kill -TERM "$main"
    wait "$main" 2>/dev/null
    # A line is "N (P%) FILE:FUNCTION [OBJECT]"; static functions of several files share a name.
    callgrind_annotate --auto=no --threshold=100 "$DIR/callgrind.out" 2>/dev/null | awk '
        /PROGRAM TOTALS/ { gsub(",", "", $1); print "TOTAL", $1 }
        /^ *[0-9,]+ \([ 0-9.]+%\)/ && !/PROGRAM TOTALS/ {
            n = $1; gsub(",", "", n)
            sub(/^ *[0-9,]+ \([ 0-9.]+%\) */, ""); sub(/^[^ ]*:/, ""); sub(/ \[.*\//, " ["); gsub(/ /, "_")
            sum[$0] += n
        }
        END { for (name in sum) print name, sum[name] }' >"$out"
    grep -q '^TOTAL [1-9]' "$out" || die "$variant: callgrind counted nothing"
}

# count VARIANT MODULE: instructions a request, and its functions into VARIANT.functions. What a
# server executes for its start, its end and the warm-up is taken off by a second run.
count() {
    local variant=$1
    cp "$2" "$DIR/mod_sessioncookie.so"
    cookies_of "$variant" >"$DIR/$variant.cookies"
    run "$variant" "$WARMUP" "$DIR/before" && run "$variant" $((WARMUP + REQUESTS)) "$DIR/after" || exit 1
    awk -v requests="$REQUESTS" 'NR == FNR { before[$1] = $2; next }
        { printf "%d %s\n", ($2 - before[$1]) / requests, $1 }' "$DIR/before" "$DIR/after" |
        sort -rn >"$DIR/$variant.functions"
    sed -n 's/ TOTAL$//p' "$DIR/$variant.functions"
}

[ $# != 0 ] || set -- none loaded flask lookup flask-many flask-new token guarded write \
    flask-revoked none-bearer bearer none-h2 flask-h2 none-post flask-post guard-post none-php setenv-php flask-php \
    none-page send-page inject-page script-page
case " $* " in *-php\ *) start_php ;; esac
case " $* " in *-revoked\ *) list_revoked ;; esac
case " $* " in *\ lookup\ *) keep_session ;; esac
say "Instructions a request, $REQUESTS requests after $WARMUP, $("$HTTPD" -v | sed -n 's/^Server version: //p')"
cp "$DIR/mod_sessioncookie.so" "$DIR/first.so"
base=
say "| variant | instructions | above none |${BESIDE:+ beside | ratio |}"
say "| --- | ---: | ---: |${BESIDE:+ ---: | ---: |}"
for variant; do
    n=$(count "$variant" "$DIR/first.so") || exit 1
    case $variant in none*) base=$n ;; esac
    row="| $variant | $n | $((n - ${base:=$n})) |"
    if [ -n "$BESIDE" ]; then
        cp "$DIR/$variant.functions" "$DIR/functions"
        other=$(count "$variant" "$DIR/beside.so") || exit 1
        row+=" $other | $(awk -v a="$n" -v b="$other" 'BEGIN { printf "%.3f", a / b }') |"
        mv "$DIR/functions" "$DIR/$variant.functions"
    fi
    say "$row"
done
[ "$FUNCTIONS" != 0 ] || exit 0
for variant; do
    printf "\n%s\n" "$variant, by function:"
    grep -v ' TOTAL$' "$DIR/$variant.functions" | head -n "$FUNCTIONS" | awk '{ printf "%9d  %s\n", $1, $2 }'
done
