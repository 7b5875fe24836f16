#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the module makes a worker process grow by: when its cache of sessions is filled, and over
# millions of requests of which each brings another session than the one before. Memory is what is
# resident of the worker's anonymous memory.
#
#   bench/memory.sh
#
# BUILDDIR=DIR  where the module was built (default: build/bench, built on demand)
# REQUESTS=10000000  with ever other sessions, 0 for none; COOKIES=400000 in turn
# LENGTH=60 (seconds between two rows) CONNECTIONS=8
set -u
TOP=$(cd "$(dirname "$0")/.." && pwd) || exit 1
. "$TOP/contrib/setup.sh"
REQUESTS=${REQUESTS:-10000000} COOKIES=${COOKIES:-400000} LENGTH=${LENGTH:-60} CONNECTIONS=${CONNECTIONS:-8}
. "$TOP/bench/common.sh"
share_files

# cached remembers 512 sessions, uncached one: the same work otherwise.
modules_of() { say sessioncookie; }

config_of() {
    say "CookieSessionKey main \"file:$DIR/secret\""
    say "CookieSession cookie:session flask keys=main"
    case $1 in
        cached) say "CookieSessionCache 512" ;;
        uncached) say "CookieSessionCache 1" ;;
    esac
}

# load VARIANT COOKIES SECONDS: says how many requests were served.
load() {
    COOKIES=$DIR/$2.cookies wrk_for "$1" 1k.txt "$3" >"$DIR/wrk" || die "wrk failed"
    ! grep 'Non-2xx\|Socket errors' "$DIR/wrk" >&2 || die "requests failed"
    awk '/requests in/ { print $1 }' "$DIR/wrk"
}

memory() { memory_of "$(main_of "$1")"; }

# 512 sessions whose JSON has that many bytes, whose texts no zlib makes smaller.
sessions_of_bytes() {
    local i rest=$(($1 - ${#SESSION} - 11))
    for i in $(seq 1000 1511); do
        say "${SESSION/\"1842\"/\"$i\",\"notes\":\"$(head -c "$rest" /dev/urandom | base64 -w 0 | head -c "$rest")\"}"
    done | sealed --format flask --key "main=file:$DIR/secret"
}

# --- a full cache ---

machine
say ""
say "| 512 sessions of | resident, KiB | with a cache of one, KiB | a session, KiB |"
say "| ---: | ---: | ---: | ---: |"
for bytes in 300 1024 2048; do
    sessions_of_bytes $bytes >"$DIR/full.cookies"
    for variant in cached uncached; do
        start_variant "$variant"
        load "$variant" full 10 >/dev/null
        memory "$variant" >"$DIR/$variant.memory"
        stop_all "$(main_of "$variant")"
    done
    awk -v bytes=$bytes '{ a[NR] = $1 } END { printf "| %d bytes | %d | %d | %.1f |\n", bytes, a[1], a[2], (a[1] - a[2]) / 512 }' \
        "$DIR/cached.memory" "$DIR/uncached.memory"
done

# --- ever other sessions ---

[ "$REQUESTS" != 0 ] || exit 0
start_variant server
for ((i = 100000; i < 100000 + COOKIES; i++)); do say "${SESSION/1842/$i}"; done |
    sealed --format flask --key "main=file:$DIR/secret" >"$DIR/ever.cookies"
say ""
say "| minutes | requests | resident, KiB |"
say "| ---: | ---: | ---: |"
say "| 0 | 0 | $(memory server) |"
requests=0 rows=0
while [ $requests -lt "$REQUESTS" ]; do
    requests=$((requests + $(load server ever "$LENGTH")))
    rows=$((rows + 1))
    say "| $((rows * LENGTH / 60)) | $requests | $(memory server) |"
done
