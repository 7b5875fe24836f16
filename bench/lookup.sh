#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sessions that are kept in MariaDB: new ones at half the rate of static requests with a signed cookie, which is measured in
# the same run, beside signed ones at that rate; how often the database is asked for each; and a flood of ids that are made up, while a known visitor goes on.
#
#   bench/lookup.sh
#
# BUILDDIR=DIR where the module was built (default: build/bench, built on demand)
# ROUNDS=5 LENGTH=4 (seconds a round) CONNECTIONS=16
set -u
TOP=$(cd "$(dirname "$0")/.." && pwd) || exit 1
. "$TOP/contrib/setup.sh"
BENCH_PACKAGES="$BENCH_PACKAGES mariadb-server libaprutil1-dbd-mysql"
ROUNDS=${ROUNDS:-5} LENGTH=${LENGTH:-4} CONNECTIONS=${CONNECTIONS:-16}
. "$TOP/bench/common.sh"
share_files

SOCKET=$DIR/mariadb.sock
modules_of() {
    say authn_core authz_user sessioncookie
    [ "$1" != lookup ] || say dbd
}

config_of() {
    say "CookieSessionKey main \"file:$DIR/secret\""
    case $1 in
        signed) say 'CookieSession cookie:session flask keys=main' ;;
        lookup) printf '%s\n' 'DBDriver mysql' "DBDParams \"sock=$SOCKET user=httpd dbname=site fldsz=65536\"" \
            'DBDPrepareSQL "SELECT data FROM sessions WHERE id = BINARY %s" sessions' \
            'CookieSession cookie:session flask-session lookup=dbd:sessions' ;;
    esac
    printf '%s\n' '<Files 1k.txt>' 'AuthType CookieSession' 'AuthName bench' 'Require valid-user' '</Files>'
}

sql() { mariadb --no-defaults --socket="$SOCKET" -u root -N -e "$*"; }
asked() { sql "SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'" | cut -f 2; }

start_database() {
    "${as_user[@]}" mariadb-install-db --no-defaults --datadir="$DIR/data" --auth-root-authentication-method=normal --skip-test-db >"$DIR/install.out" 2>&1 ||
        die "the database could not be made: $(tail -n 3 "$DIR/install.out")"
    "${as_user[@]}" setsid setpriv --pdeathsig TERM mariadbd --no-defaults --datadir="$DIR/data" --socket="$SOCKET" --skip-networking \
        --innodb-flush-log-at-trx-commit=0 --innodb-buffer-pool-size=256M >"$DIR/mariadb.out" 2>&1 </dev/null &
    pids+=($!)
    for _ in $(seq 600); do sql 'SELECT 1' >/dev/null 2>&1 && break; sleep 0.1; done
    sql "CREATE DATABASE site CHARACTER SET utf8mb4; CREATE USER httpd@localhost WITH MAX_STATEMENT_TIME 1; USE site;
        CREATE TABLE sessions (id VARCHAR(40) PRIMARY KEY, data LONGTEXT); GRANT SELECT ON sessions TO httpd@localhost;
        INSERT INTO sessions SELECT concat('session-', lpad(seq, 8, '0')), '$SESSION' FROM seq_1_to_500000" || die "no table"
}

# load VARIANT SECONDS [VARIABLE=VALUE…]: the last line of lookup.lua.
load() {
    local port seconds=$2
    port=$(port_of "$1")
    shift 2
    env "$@" wrk -t1 -c"$CONNECTIONS" -d"${seconds}s" -s "$TOP/bench/lookup.lua" "http://127.0.0.1:$port/1k.txt" | sed -n '/^answers /p; /Socket errors/p' >"$DIR/wrk"
    ! grep 'Socket errors' "$DIR/wrk" >&2 || die "the requests failed"
    grep '^answers ' "$DIR/wrk"
}

start_database
start_variant signed
start_variant lookup
SIGNED=$(sealed --format flask --key "main=file:$DIR/secret" <<<"$SESSION")
machine
load signed 1 COOKIE="$SIGNED" >/dev/null
from=1
say "| round | signed, as fast as it goes | signed at half of that: 99 % | new sessions: a second | 50 % | 99 % | 99.9 % | all | not 200 | questions a session |"
say "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
for round in $(seq "$ROUNDS"); do
    read -r _ _ _ signed _ refused _ <<<"$(load signed "$LENGTH" COOKIE="$SIGNED")"
    [ "$refused" = 0 ] || die "signed: $refused requests were refused"
    read -r _ _ _ _ _ _ _ _ beside _ < <(load signed "$LENGTH" COOKIE="$SIGNED" RATE=$((signed / 2)))
    before=$(asked)
    read -r _ n _ rate _ refused _ half most nearly all _ < <(load lookup "$LENGTH" IDS=new FROM=$from RATE=$((signed / 2)))
    # What was on its way when wrk stopped has been asked for as well.
    say "| $round | $signed | $beside ms | $rate | $half ms | $most ms | $nearly ms | $all ms | $refused | $(awk -v q=$(($(asked) - before)) -v n="$n" -v c="$CONNECTIONS" 'BEGIN { printf "%.3f", q / (n + c) }') |"
    from=$((from + n + 1000))
done

say
say "A known visitor while made-up ids come as fast as they are answered:"
before=$(asked)
load lookup $((LENGTH + 1)) IDS=made-up FROM=$$ >"$DIR/flood" &
flood=$!
port=$(port_of lookup)
COOKIE=session-00499999 wrk -t1 -c1 -d"${LENGTH}s" -s "$TOP/bench/lookup.lua" "http://127.0.0.1:$port/1k.txt" | sed -n 's/^answers/visitor: answers/p'
wait $flood
sed 's/^/flood: /' "$DIR/flood"
say "questions: $(($(asked) - before)); sessions opened for the visitor: one for each recheck= (2 s)"
