#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How many one-time aliases httpd issues and redeems a second, through shared memory and through redis,
# and how many access tokens it gives (v4.public), beside the static requests that httpd alone answers
# in the same run; then with 16 requests for each
# alias at once, of which one may succeed (t/handoff.t has that alias by alias).
#
#   bench/endpoints.sh
#
# BUILDDIR=DIR where the module was built (default: build/bench, built on demand)
# ROUNDS=5 LENGTH=4 (seconds a round) CONNECTIONS=16; ALIASES=10000 redeemed by 16 connections each
set -u
TOP=$(cd "$(dirname "$0")/.." && pwd) || exit 1
. "$TOP/contrib/setup.sh"
BENCH_PACKAGES="$BENCH_PACKAGES redis-server"
ROUNDS=${ROUNDS:-5} LENGTH=${LENGTH:-4} CONNECTIONS=${CONNECTIONS:-16} ALIASES=${ALIASES:-10000}
. "$TOP/bench/common.sh"
"$BUILDDIR/sessioncookie" key new v4.secret >"$DIR/v4.key" || die "no key for v4.public"
share_files

modules_of() { case $1 in none) ;; *) say socache_shmcb sessioncookie ;; esac; }
config_of() {
    [ "$1" != none ] || return
    printf '%s\n' "CookieSessionKey main \"file:$DIR/secret\"" 'CookieSession cookie:session flask keys=main' \
        '<Location /code>' 'SetHandler sessioncookie-handoff' 'CookieSessionHandoff' '</Location>'
    case $1 in
        shmcb) say 'CookieSessionStore shmcb:8M' ;;
        token) printf '%s\n' "CookieSessionKey signing \"file:$DIR/v4.key\"" '<Location /token>' 'SetHandler sessioncookie-token' \
            'CookieSessionToken keys=signing audience=https://api.example issuer=https://www.example' '</Location>' ;;
        redis) say "CookieSessionStore redis:$DIR/redis.sock" ;;
    esac
}

"${as_user[@]}" setsid setpriv --pdeathsig TERM redis-server --port 0 --unixsocket "$DIR/redis.sock" \
    --save '' --appendonly no --dir "$DIR" >"$DIR/redis.out" 2>&1 </dev/null &
pids+=($!)
for _ in $(seq 100); do [ ! -S "$DIR/redis.sock" ] || break; sleep 0.1; done

SESSION=$(sealed --format flask --key "main=file:$DIR/secret" <<<"$SESSION")
export SESSION

# The median of the lines.
median() { sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

static_rate() { COOKIES=/dev/null wrk -t1 -c"$CONNECTIONS" -d"${LENGTH}s" "http://127.0.0.1:$(port_of none)/1k.txt" | awk '/^Requests\/sec/ { print $2 }'; }

# wrk_codes VARIANT SECONDS TIMES: its last line, and its rate.
wrk_codes() {
    local base
    base=http://127.0.0.1:$(port_of "$1")
    ORIGIN=$base TIMES=$3 wrk -t1 -c"$CONNECTIONS" -d"$2s" -s "$TOP/bench/handoff.lua" "$base/code"
}

pair_rate() {
    wrk_codes "$1" "$LENGTH" 1 | awk -v variant="$1" -v length_="$LENGTH" '
        /^issued/ { if ($8 || $6 || $4 < $2 - 16) { print variant ": " $0 >"/dev/stderr"; exit 1 } print $4 / length_ }'
}

# Each answer is another token: a signature.
token_rate() {
    local base
    base=http://127.0.0.1:$(port_of token)
    printf 'wrk.method = "POST"\nwrk.headers["Cookie"] = "session=%s"\nwrk.headers["Origin"] = "%s"\n' "$SESSION" "$base" >"$DIR/token.lua"
    wrk -t1 -c"$CONNECTIONS" -d"${LENGTH}s" -s "$DIR/token.lua" "$base/token" |
        awk '/Non-2xx|Socket errors/ { print >"/dev/stderr"; exit 1 } /^Requests\/sec/ { print $2 }'
}

machine
say "$ROUNDS rounds of $LENGTH s, $CONNECTIONS connections"
for variant in none shmcb redis token; do start_variant "$variant"; done
for _ in $(seq "$ROUNDS"); do
    static_rate >>"$DIR/none.rates"
    for variant in shmcb redis; do pair_rate "$variant" >>"$DIR/$variant.rates" || die "$variant: not every alias was good once"; done
    token_rate >>"$DIR/token.rates" || die "not every request got a token"
done
none=$(median <"$DIR/none.rates")
say ""
say "| variant | a second | of httpd's static requests |"
say "| --- | ---: | ---: |"
say "| static requests of httpd alone | $none | 1 |"
for variant in shmcb redis; do
    awk -v v="$variant" -v a="$(median <"$DIR/$variant.rates")" -v n="$none" 'BEGIN { printf "| issued and redeemed through %s | %.0f | %.2f |\n", v, a, a / n }'
done

awk -v a="$(median <"$DIR/token.rates")" -v n="$none" 'BEGIN { printf "| access tokens | %.0f | %.2f |\n", a, a / n }'

say ""
for variant in shmcb redis; do
    issued=0 redeemed=0
    while [ $issued -lt "$ALIASES" ]; do
        read -r _ i _ r _ _ _ other < <(wrk_codes "$variant" "$LENGTH" 16 | grep ^issued)
        [ "$other" = 0 ] || die "$variant: $other other answers"
        issued=$((issued + i)) redeemed=$((redeemed + r))
    done
    [ $redeemed -le $issued ] || die "$variant: of $issued aliases, $redeemed redemptions succeeded"
    say "$variant: of $issued aliases, each redeemed by up to 16 requests at once, $redeemed were good once"
done
