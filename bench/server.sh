#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
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

. "$TOP/bench/common.sh"

"$BUILDDIR/sessioncookie" key new v4.local >"$DIR/v4.key" || die "no key for v4.local"
"$BUILDDIR/sessioncookie" key new v3.secret >"$DIR/v3.key" || die "no key for v3.public"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$DIR/tls.key" -out "$DIR/cert.pem" 2>/dev/null || die "no certificate"
export CURL_CA_BUNDLE=$DIR/cert.pem
echo "see X-Seen" >"$DIR/www/check.txt"
printf 'Content-Type: text/plain\nX-Replace-Session: user=1842&_id=4f1c2a8be0d94c6bb1f7d7a1c0e2f3a4b5c6d7e8f9a0b1c2d3e4f5a6b7c8d9e0&csrf_token=9b1d5c3f7e2a4d6c8b0a1e3f5d7c9b2a4e6f8d0c&lang=de&theme=dark&roles=reader+editor\n\nok\n' \
    >"$DIR/www/login.asis"
share_files

# --- variants: config of the server, and the cookies of its requests ---
# none… is httpd alone with the same requests, the base of those after it.
# X sends one cookie over and over, as a browser does; X-many sends another one each time, as a
# proxy in front may; X-tls comes over TLS, X-h2 over TLS and HTTP/2 (ten streams at once), bearer by a
# new connection each time. members is a session of a thousand members, guarded lets in by the session; session shows it to
# mod_session, and write renews its expiry on each request.

config_of() {
    case $1 in
        *-tls | *-h2)
            printf '%s\n' "SSLEngine on" "SSLCertificateFile $DIR/cert.pem" "SSLCertificateKeyFile $DIR/tls.key" \
                "SSLSessionCache none" "Protocols h2 http/1.1"
            ;;
    esac
    say 'AddHandler send-as-is asis
<Files check.txt>
Header set X-Seen "%{COOKIESESSION_STATUS}e %{HTTP_SESSION}e"
</Files>'
    directives_of "$1"
}

directives_of() {
    case ${1%-many} in
        none*) ;;
        loaded) say 'CookieSessionKey main "file:'"$DIR"'/secret"' ;;
        flask | flask-* | members) say 'CookieSessionKey main "file:'"$DIR"'/secret"
CookieSession cookie:session flask keys=main' ;;
        bearer) say 'CookieSessionKey main "file:'"$DIR"'/v3.key"
CookieSession header:Authorization paseto keys=main version=3 purpose=public' ;;
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
            directives_of session_crypto
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
    say asis headers
    case $1 in *-tls | *-h2) say socache_shmcb ssl http2 ;; esac
    case ${1%-many} in
        none*) ;;
        guarded) say authn_core authz_user sessioncookie ;;
        session_cookie) say session session_cookie ;;
        session_crypto*) say session session_cookie session_crypto ;;
        session | write) say session sessioncookie ;;
        *) say sessioncookie ;;
    esac
}

# One session, or 64 that differ; as many of 1 KB as are remembered; far more than that; or one with
# a thousand members.
sessions_of() {
    local i
    # shellcheck disable=SC2046,SC2183 # a list of numbers; printf repeats the format for each two
    case $1 in
        members) say "{\"_user_id\":\"1842\"$(printf ',"m%d":%d' $(seq 1000 1999 | sed 'p'))}" ;;
        flask-kb-many) for i in $(seq 1000 1511); do say "${SESSION/\"1842\"/\"$i\",\"notes\":\"$(head -c 570 /dev/urandom | base64 -w 0)\"}"; done ;;
        flask-ever-many) for i in $(seq 10000 29999); do say "${SESSION/1842/$i}"; done ;;
        *-many) for i in $(seq 10 73); do say "${SESSION/1842/18$i}"; done ;;
        *) say "$SESSION" ;;
    esac
}

cookies_of() {
    case ${1%-many} in
        *bearer) say '{"sub":"1842","roles":["reader","editor"]}' |
            sealed --format paseto --option version=3 --option purpose=public --key "main=file:$DIR/v3.key" ;;
        none | none-* | loaded | flask | flask-* | members | guarded | session | write) sessions_of "$1" | sealed --format flask --key "main=file:$DIR/secret" ;;
        v4.local) sessions_of "$1" |
            sealed --format paseto --option version=4 --option purpose=local --key "main=file:$DIR/v4.key" ;;
        # What the server itself makes of a session that a handler sets.
        session_*)
            curl -s -o /dev/null -D - "http://127.0.0.1:$(port_of "$1")/login.asis" |
                sed -n 's/^Set-Cookie: session=\([^;]*\).*/\1/p' | tr -d '\r' | head -n 1 ;;
    esac
}

# --- measuring ---

load() {
    case $1 in
        *-h2) h2load -D "$2" -c "$CONNECTIONS" -m 10 -H "Cookie: session=$(<"$DIR/$1.cookies")" \
            "https://127.0.0.1:$(port_of "$1")/1k.txt" |
            sed -n 's/^requests:.* \([0-9]*\) succeeded, 0 failed.*/\1 requests in/p' ;;
        *bearer) BEARER=1 COOKIES=$DIR/$1.cookies wrk_for "$1" 1k.txt "$2" ;;
        *) COOKIES=$DIR/$1.cookies wrk_for "$1" 1k.txt "$2" ;;
    esac
}

# Each variant's request must do what its name says, or the figure is worth nothing.
check_variant() {
    local variant=$1 cookie sent seen expected
    cookies_of "$variant" >"$DIR/$variant.cookies"
    cookie=$(head -n 1 "$DIR/$variant.cookies")
    sent="Cookie: session=$cookie"
    case $variant in *bearer) sent="Authorization: Bearer $cookie" ;; esac
    seen=$(curl -s -o /dev/null -D - -H "$sent" "$(scheme_of "$variant")://127.0.0.1:$(port_of "$variant")/check.txt" |
        sed -n 's/^X-Seen: //Ip')
    case $variant in
        none* | loaded) expected='(null) (null)' ;;
        session_*) expected='(null) *user=1842*' ;;
        *) expected='ok (null)' ;;
    esac
    # shellcheck disable=SC2053 # a pattern
    [[ ${seen%$'\r'} = $expected ]] || die "$variant: with this cookie httpd sees '$seen'"
    case $variant in
        *write) curl -s -o /dev/null -D - -H "Cookie: session=$cookie" "http://127.0.0.1:$(port_of "$variant")/1k.txt" |
            grep -q '^Set-Cookie: session=' || die "$variant: httpd writes no session" ;;
    esac
    say "  $variant: a token of ${#cookie} bytes"
}

[ $# != 0 ] || set -- none loaded flask flask-many flask-kb-many flask-ever-many members v4.local v4.local-many guarded session write \
    session_cookie session_crypto session_crypto_write none-tls flask-tls none-h2 flask-h2 none-bearer bearer

machine
say "$ROUNDS rounds of $LENGTH s a variant, $CONNECTIONS connections"
for variant; do start_variant "$variant"; done
for variant; do memory_of "$(main_of "$variant")" >"$DIR/$variant.empty"; done
for variant; do check_variant "$variant"; done
for variant; do load "$variant" 1 >/dev/null; done
for _ in $(seq "$ROUNDS"); do
    for variant; do cpu_of "$variant" load "$variant" "$LENGTH"; done
done >"$DIR/rounds"
report "CPU µs a request" <"$DIR/rounds"

# --- memory: the worker after a warm-up, after half a million more requests, and after a million ---
# What pools and malloc keep for later settles; a leak goes on growing. flask-kb-many fills the cache,
# flask-ever-many brings another session with every request.
[ "$MEMORY" = 0 ] && exit
say ""
say "| variant | requests | worker at first, KiB | before, KiB | halfway, KiB | after, KiB |"
say "| --- | ---: | ---: | ---: | ---: | ---: |"
for variant; do
    case $variant in *-many) ;; *) continue ;; esac
    main=$(main_of "$variant")
    load "$variant" 10 >/dev/null
    before=$(memory_of "$main")
    requests=0 halfway=
    while [ $requests -lt "$MEMORY" ]; do
        requests=$((requests + $(load "$variant" 5 | awk '/requests in/ { print $1 }')))
        [ -n "$halfway" ] || [ $requests -lt $((MEMORY / 2)) ] || halfway=$(memory_of "$main")
    done
    say "| $variant | $requests | $(<"$DIR/$variant.empty") | $before | $halfway | $(memory_of "$main") |"
done
