#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What one request for a page that is hard on a reader of HTML (bench/pages.py) costs: httpd's CPU,
# without the guard and with XSRFSend inject, from a file and from a back end, and how much the worker's
# memory grows while the page passes. Each variant is an httpd of its own (event MPM, one worker process).
#
#   bench/pages.sh [PAGE…]
#
# BUILDDIR=DIR where the module was built (default: build/bench, built on demand)
# SIZE=20000000 (bytes of a page) ROUNDS=3
set -u
TOP=$(cd "$(dirname "$0")/.." && pwd) || exit 1
. "$TOP/contrib/setup.sh"
SIZE=${SIZE:-20000000} ROUNDS=${ROUNDS:-3}
. "$TOP/bench/common.sh"

modules_of() { say proxy proxy_http sessioncookie; }

config_of() {
    say 'CookieSessionKey main "file:'"$DIR"'/secret"
ProxyPass /proxied/ http://127.0.0.1:'"$(port_of unguarded)"'/'
    [ "$1" = unguarded ] || say 'XSRF On
XSRFKey main
XSRFSend inject'
}

# ask VARIANT PATH: "CPU-seconds growth-KiB fields" of one request; the page itself goes nowhere.
ask() {
    local main before ticks client highest now fields
    main=$(main_of "$1")
    before=$(memory_of "$main") highest=$before
    ticks=$(ticks_of "$main")
    curl -sS -m 300 "http://127.0.0.1:$(port_of "$1")/$2" | grep -o 'name="xsrf-token"' | wc -l >"$DIR/fields" &
    client=$!
    while kill -0 $client 2>/dev/null; do
        now=$(memory_of "$main")
        [ "$now" -le "$highest" ] || highest=$now
    done
    wait $client || die "$1: no answer for $2"
    fields=$(cat "$DIR/fields")
    awk -v ticks=$(($(ticks_of "$main") - ticks)) -v hertz="$HERTZ" -v grown=$((highest - before)) -v fields="$fields" \
        'BEGIN { print ticks / hertz, grown, fields }'
}

# median COLUMN: of the lines on standard input.
median() { cut -d' ' -f"$1" | sort -n | sed -n "$(((ROUNDS + 1) / 2))p"; }

share_files
machine
for variant in unguarded guarded; do start_variant "$variant"; done
[ $# -gt 0 ] || mapfile -t all < <("$TOP/bench/pages.py")
[ $# -gt 0 ] || set -- "${all[@]}"

say ""
say "One request for a page of $SIZE bytes, the median of $ROUNDS:"
say ""
say "| page | from | unguarded, s of CPU | guarded, s of CPU | fields | worker's growth, KiB |"
say "| --- | --- | ---: | ---: | ---: | ---: |"
for page; do
    "$TOP/bench/pages.py" "$page" "$SIZE" >"$DIR/www/page.html" || die "$page is not a page"
    chmod a+r "$DIR/www/page.html"
    for from in file 'back end'; do
        path=page.html
        [ "$from" = file ] || path=proxied/page.html
        for _ in $(seq "$ROUNDS"); do
            ask unguarded $path >>"$DIR/unguarded"
            ask guarded $path >>"$DIR/guarded"
        done
        say "| $page | $from | $(median 1 <"$DIR/unguarded") | $(median 1 <"$DIR/guarded") | $(median 3 <"$DIR/guarded") | $(median 2 <"$DIR/guarded") |"
        rm "$DIR/unguarded" "$DIR/guarded"
    done
done
