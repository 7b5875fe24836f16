#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a stranger's tokens cost: requests over 16 streams of one HTTP/2 connection, each with forged
# v3.public tokens for a source with four such keys. Verifying one of them with one key is the most
# expensive thing that a token can ask for. Each variant is an httpd of its own (event MPM, one
# worker process); rounds are interleaved.
#
#   bench/streams.sh [VARIANT…]
#
# BUILDDIR=DIR where the module was built (default: build/bench, built on demand)
# ROUNDS=9 REQUESTS=640 (a round)
set -u
TOP=$(cd "$(dirname "$0")/.." && pwd) || exit 1
. "$TOP/contrib/setup.sh"
ROUNDS=${ROUNDS:-9} REQUESTS=${REQUESTS:-640}
. "$TOP/bench/common.sh"

modules_of() { say http2 headers sessioncookie; }

config_of() {
    say 'Protocols h2c http/1.1
Header set X-Seen "%{COOKIESESSION_STATUS}e"'
    for i in 1 2 3 4; do say "CookieSessionKey $i \"file:$DIR/$i.key\""; done
    say 'CookieSession cookie:session paseto keys=1,2,3,4 version=3 purpose=public write=off'
}

# cookies_of VARIANT: none; a good token under the last key; or forged ones, all of them other tokens.
cookies_of() {
    local i n=0
    case $1 in
        none) ;;
        good) token 4 0 ;;
        forged-*) n=${1#forged-} ;;
        *) die "unknown variant $1" ;;
    esac
    for i in $(seq "$n"); do token 5 "$i"; done | paste -sd ';' | sed 's/;/; /g'
}

token() { say "session=$(say "{\"sub\":\"$2\"}" | sealed --format paseto --key "k=file:$DIR/$1.key")"; }

for i in 1 2 3 4 5; do "$BUILDDIR/sessioncookie" key new v3.public >"$DIR/$i.key" || exit 1; done
share_files

# load VARIANT N: N requests over 16 streams, then the line that cpu_of counts by.
load() {
    local cookie
    cookie=$(cat "$DIR/$1.cookie")
    h2load -n "$2" -c 1 -m 16 ${cookie:+-H "cookie: $cookie"} "http://127.0.0.1:$(port_of "$1")/1k.txt" |
        sed -n 's/^requests: .* \([0-9]*\) succeeded, .*/\1 requests in/p'
}

check_variant() {
    local seen expected
    cookies_of "$1" | grep . >"$DIR/$1.cookie"
    seen=$(curl -s --http2-prior-knowledge -o /dev/null -D - -H "Cookie: $(cat "$DIR/$1.cookie")" "http://127.0.0.1:$(port_of "$1")/1k.txt" |
        sed -n 's/^x-seen: //p')
    case $1 in
        none) expected=absent ;;
        good) expected=ok ;;
        forged-1) expected=bad-signature ;;
        *) expected=too-large ;;
    esac
    [ "${seen%$'\r'}" = "$expected" ] || die "$1: httpd sees '$seen'"
    [ "$(load "$1" 16)" = '16 requests in' ] || die "$1: h2load has no answers"
}

[ $# != 0 ] || set -- none good forged-1 forged-16

machine
say "$ROUNDS rounds of $REQUESTS requests a variant, 16 streams of one connection"
for variant; do start_variant "$variant"; done
for variant; do check_variant "$variant"; done
for _ in $(seq "$ROUNDS"); do
    for variant; do cpu_of "$variant" load "$variant" "$REQUESTS"; done
done >"$DIR/rounds"
report "CPU µs a request" <"$DIR/rounds"
