#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The module under load while everything around it goes wrong: graceful restarts with keys that come and go, workers
# and redis that are killed, full disks, a clock that jumps. Then, for as long again, load without restarts and kills,
# in which memory is watched. Speaks TAP; a server without the module goes through the same beside it, and says what
# httpd alone would have lost.
#
#   test/soak/run.sh BUILDDIR        (make soak)
#
# SOAK_SECONDS=600 how long
# SOAK_RESTARTS=N  how often httpd restarts, in the first half; one for every six seconds unless given
# SOAK_KEEP=1      keeps the directory with configuration, logs and what each client said
#
# Disks are full for real if tmpfs can be mounted (by root, in a mount namespace of its own); else the log of the
# virtual hosts is /dev/full, and the list of revocations is always writable. Not with sanitizers: libfaketime
# cannot be preloaded beside them.
set -u
TOP=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
. "$TOP/contrib/setup.sh"
build=$(cd "${1:?BUILDDIR is missing}" && pwd) || exit 1
SECONDS_IN_ALL=${SOAK_SECONDS:-600}
RESTARTS=${SOAK_RESTARTS:-$((SECONDS_IN_ALL / 6))}

# --- the servers ---
# Each is an httpd of its own: by itself; with the module and shared memory; with the module and redis.

SERVERS="alone shmcb redis"
WITH_MODULE="shmcb redis"
THREADS=16 WORKERS=2

config_of() {
    local name=$1 n=$2 module
    cat <<EOT
ServerRoot $DIR
ServerName 127.0.0.1:$(port_of "$name")
Listen 127.0.0.1:$(port_of "$name")
PidFile $DIR/$name.run/httpd.pid
DefaultRuntimeDir $DIR/$name.run
ErrorLog $DIR/$name.log
EOT
    for module in mpm_event authn_core authz_core authz_host authz_user mime dir headers http2 reflector socache_shmcb; do
        say "LoadModule ${module}_module $MODULES/mod_$module.so"
    done
    # More places than workers, for those that still end when a restart has begun others.
    cat <<EOT
ServerLimit 40
StartServers $WORKERS
ThreadsPerChild $THREADS
MaxRequestWorkers $((WORKERS * THREADS))
MinSpareThreads 1
MaxSpareThreads $((WORKERS * THREADS + THREADS))
MaxConnectionsPerChild 0
KeepAlive On
KeepAliveTimeout 3
MaxKeepAliveRequests 0
Timeout 30
LimitRequestFieldSize 65536
Protocols h2c http/1.1
TypesConfig /dev/null
AddType text/plain .txt
AddType text/html .html
DocumentRoot $DIR/www
<Directory $DIR/www>
    Require all granted
</Directory>
# What a request was for, as its client said; when it was; under which keys.
Header always set X-Asked "expr=%{req:X-Expect}"
Header always set X-Time "%t %D"
Header always set X-Generation $n
<Location "/guarded/">
    SetHandler reflector
</Location>
EOT
    [ "$name" = alone ] || directives_of "$name" "$n"
    # The log of what the requests have to say, on a disk that is full most of the time.
    cat <<EOT
<VirtualHost *:$(port_of "$name")>
    ServerName 127.0.0.1:$(port_of "$name")
    ErrorLog $(log_of "$name")
    LogLevel debug
</VirtualHost>
EOT
}

# Keys come a generation before they are used, and go a generation after: rotation.md.
directives_of() {
    local name=$1 n=$2 key
    say "LoadModule sessioncookie_module $DIR/mod_sessioncookie.so"
    for key in $((n - 1)) $n $((n + 1)) base; do say "CookieSessionKey k$key file:$DIR/keys/$key"; done
    case $name in
        shmcb) say "CookieSessionStore shmcb:4M
CookieSessionRevocation file:$DIR/state/shmcb.revoked" ;;
        redis) say "CookieSessionStore redis:$DIR/redis.sock timeout=200ms
CookieSessionRevocation file:$DIR/state/redis.revoked spread=1s" ;;
    esac
    cat <<EOT
CookieSessionKey bearer file:$DIR/keys/bearer
CookieSession cookie:session flask keys=k$n,k$((n - 1)),k$((n + 1)),kbase
CookieSession header:Authorization paseto keys=bearer version=4 purpose=local
XSRFKey k$n k$((n - 1)) k$((n + 1)) kbase
XSRFSend Off
Header always set X-Seen "%{COOKIESESSION_STATUS}e %{COOKIESESSION_USER}e"
<Location "/rekey/">
    CookieSession cookie:session flask keys=k$n,k$((n - 1)),k$((n + 1)),kbase rekey=on
</Location>
<Location "/form/">
    XSRF On
    XSRFSend header
</Location>
<Location "/guarded/">
    XSRF On
</Location>
<Location "/only-user-0/">
    AuthType CookieSession
    AuthName soak
    Require user user-0
</Location>
<Location "/code">
    SetHandler sessioncookie-handoff
    CookieSessionHandoff ttl=30s
</Location>
<Location "/logout">
    SetHandler sessioncookie-logout
</Location>
<Location "/revoke">
    SetHandler sessioncookie-revoke
    Require local
</Location>
EOT
}

# --- where all of it is ---

[ -e "$build/.libs/mod_sessioncookie.so" ] || die "$build has no module"
! nm -D "$build/.libs/mod_sessioncookie.so" 2>/dev/null | grep -q __asan_init || die "$build has sanitizers, which libfaketime does not work with"
# shellcheck disable=SC2086 # lists of words
install_packages $DEMO_PACKAGES $LOAD_PACKAGES
# Mounts are this script's own, and go with it.
if [ "$(id -u)" = 0 ] && [ -z "${SOAK_INSIDE-}" ] && unshare -m true 2>/dev/null; then
    SOAK_INSIDE=yes exec unshare -m "$0" "$@"
fi

FAKETIME=$(find /usr/lib /usr/local/lib -name libfaketimeMT.so.1 2>/dev/null | head -n 1)
[ -n "$FAKETIME" ] || die "there is no libfaketimeMT.so.1"
HTTPD=$(apxs -q SBINDIR)/$(apxs -q PROGNAME)
MODULES=$(apxs -q LIBEXECDIR)
DIR=$(make_run_dir sessioncookie-soak) || exit 1
pids=() has_disks=
finish() {
    trap - EXIT
    touch "$DIR/stop"
    # One that hangs would be waited for.
    for name in $SERVERS; do ended "$(main_of "$name")" || :; done 2>/dev/null
    stop_all "${pids[@]}"
    # What libfaketime leaves of a process.
    for name in $SERVERS; do rm -f "/dev/shm/faketime_shm_$(main_of "$name")" "/dev/shm/sem.faketime_sem_$(main_of "$name")"; done 2>/dev/null
    [ -z "$has_disks" ] || umount "$DIR/logs" "$DIR/state" 2>/dev/null
    if [ -n "${SOAK_KEEP-}" ]; then say "# kept: $DIR"; else rm -rf "$DIR"; fi
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

count=0 failed=0
ok() {
    local st=$1
    count=$((count + 1))
    if [ "$st" = 0 ]; then say "ok $count - $2"; else say "not ok $count - $2"; failed=$((failed + 1)); fi
}
port_of() { cat "$DIR/$1.port"; }
main_of() { cat "$DIR/$1.main"; }
workers_of() { cat "/proc/$1/task/$1/children"; }
log_of() { if [ -n "$has_disks" ]; then say "$DIR/logs/$1.log"; else say /dev/full; fi; }
sum_of() { awk -v name="$1" '$1 == name { n += $2 } END { print n + 0 }' "${@:2}"; }

mkdir -p "$DIR"/{keys,www/form,www/rekey,www/only-user-0,logs,state}
if [ -n "${SOAK_INSIDE-}" ] && mount -t tmpfs -o size=256k,mode=1777 tmpfs "$DIR/logs" && mount -t tmpfs -o size=8m,mode=1777 tmpfs "$DIR/state"; then
    has_disks=yes
fi 2>/dev/null
cp "$build/.libs/mod_sessioncookie.so" "$DIR"
for file in page.txt only-user-0/page.txt rekey/page.txt form/page.html; do say "a page" >"$DIR/www/$file"; done
for key in $(seq -1 $((RESTARTS + 9))) base; do head -c 24 /dev/urandom | base64 | tr -d '\n' >"$DIR/keys/$key"; done
"$build/sessioncookie" key new v4.local >"$DIR/keys/bearer" || die "no key for v4.local"
chmod 600 "$DIR"/keys/*
say 0 >"$DIR/generation"
began=$(($(date +%s) - 600))
say $began >"$DIR/began"

# What only the command seals: bearer tokens, and tokens of the guard.
stamp() { date -u -d "@$1" +%Y-%m-%dT%H:%M:%S+00:00; }
for i in $(seq 0 15); do
    printf 'bearer-%d ' "$i"
    "$build/sessioncookie" encode --format paseto --option version=4 --option purpose=local --key "k=file:$DIR/keys/bearer" \
        "{\"sub\":\"bearer-$i\",\"iat\":\"$(stamp $began)\",\"exp\":\"$(stamp $((began + 31 * 86400)))\"}"
done >"$DIR/bearers"
for i in $(seq 0 15); do
    visitor=$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=')
    printf 'user-%d %s ' "$i" "$visitor"
    "$build/sessioncookie" xsrf make --scheme signed --key "k=file:$DIR/keys/base" --now $began \
        --option visitor="$visitor" --option "source=cookie:session flask" --option user="user-$i"
done >"$DIR/forms"
session() { /usr/bin/python3 -c 'import sys; sys.path.insert(0, sys.argv[1]); import tokens; print(tokens.Keys(sys.argv[2]).known(sys.argv[3]))' "$TOP/test/soak" "$DIR" "$1"; }

# --- httpd, and its clock ---

# What may end a connection of any server.
event() { date "+%s $1" >>"$DIR/events"; }

# The clock is set for all servers at once: the file is replaced as a whole.
set_clock() {
    say "$1" >"$DIR/clock.new" && mv "$DIR/clock.new" "$DIR/clock"
    event "clock $1"
}

start_server() {
    local name=$1
    free_port >"$DIR/$name.port"
    mkdir "$DIR/$name.run"
    config_of "$name" 0 >"$DIR/$name.conf"
    : >"$DIR/$name.kill-times"
    [ "$(id -u)" != 0 ] || chown -R "$RUN_AS" "$DIR/$name.run" "$DIR/keys" "$DIR/state"
    "${as_user[@]}" env LD_PRELOAD="$FAKETIME" FAKETIME_TIMESTAMP_FILE="$DIR/clock" FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 \
        setsid setpriv --pdeathsig TERM "$HTTPD" -DFOREGROUND -f "$DIR/$name.conf" >"$DIR/$name.out" 2>&1 </dev/null &
    pids+=($!)
    say $! >"$DIR/$name.main"
    wait_for "http://127.0.0.1:$(port_of "$name")/page.txt" $! || die "the server $name did not start: $(cat "$DIR/$name.out" "$DIR/$name.log")"
}

generation_of() { curl -s --max-time 10 -o /dev/null -D - "http://127.0.0.1:$(port_of "$1")/page.txt" | sed -n 's/^X-Generation: //p' | tr -d '\r'; }

# restart N: all servers, gracefully, and until each answers with the new keys.
restart() {
    local n=$1 name patience
    for name in $SERVERS; do config_of "$name" "$n" >"$DIR/$name.conf"; done
    event restart
    for name in $SERVERS; do kill -USR1 "$(main_of "$name")" || return 1; done
    patience=$((SECONDS + 60))
    for name in $SERVERS; do
        until [ "$(generation_of "$name")" = "$n" ]; do
            [ $SECONDS -lt $patience ] || { say "$name did not restart for the ${n}th time" >>"$DIR/stuck"; return 1; }
            sleep 0.1
        done
        say "$name $(anonymous "$(main_of "$name")")" >>"$DIR/parents"
    done
    say "$n" >"$DIR/generation"
}

# ended PID: asks a process to end, and does not wait for it longer than a minute.
ended() {
    kill -TERM "$1"
    for _ in $(seq 60); do
        [ "$(state_of "$1")" != gone ] || return 0
        sleep 1
    done
    # shellcheck disable=SC2046 # a list of pids
    kill -KILL "$1" $(workers_of "$1")
    return 1
}

# --- what goes wrong ---

# The letters of all threads, each once.
state_of() { sed 's/.*) \(.\).*/\1/' "/proc/$1/task/"*/stat 2>/dev/null | sort -u | tr -d '\n' | grep -v Z || say gone; }

# kill_worker SERVER: one of its workers. libfaketime has a semaphore that all processes of a server share, and that
# is held for ever if its holder is killed: so the worker is stopped first, and let go again where the semaphore is not
# free.
kill_worker() {
    local main victims victim semaphore
    main=$(main_of "$1")
    semaphore=/dev/shm/sem.faketime_sem_$main
    read -ra victims <<<"$(workers_of "$main")"
    victim=${victims[RANDOM % ${#victims[@]}]}
    for _ in $(seq 100); do
        kill -STOP "$victim" || return
        while [ "$(state_of "$victim")" != T ] && [ "$(state_of "$victim")" != gone ]; do sleep 0.01; done
        [ "$(od -An -tu4 -N4 "$semaphore")" -eq 0 ] || break
        kill -CONT "$victim"
    done
    date +%s.%N >>"$DIR/$1.kill-times"
    kill -KILL "$victim" && say "$victim" >>"$DIR/$1.kills"
}

# Restarts as many as are asked for; every third time a worker of each server is killed.
trouble_with_httpd() {
    local n name
    for n in $(seq "$RESTARTS"); do
        restart "$n" || return
        [ $((n % 3)) = 0 ] || continue
        event kill
        for name in $SERVERS; do kill_worker "$name"; done
        sleep 0.5
    done
}

start_redis() {
    "${as_user[@]}" setpriv --pdeathsig TERM redis-server --port 0 --unixsocket "$DIR/redis.sock" --save '' --appendonly no \
        --dir "$DIR" >>"$DIR/redis.out" 2>&1 </dev/null &
    redis=$!
}

# It hangs, and it ends and comes back with nothing.
trouble_with_redis() {
    trap '{ kill -CONT $redis; kill $redis; } 2>/dev/null; exit' TERM
    start_redis
    while :; do
        sleep 10 & wait $!
        kill -STOP $redis; sleep 2; kill -CONT $redis; say hung >>"$DIR/redis.outages"
        sleep 10 & wait $!
        kill -TERM $redis; wait $redis; sleep 2; start_redis; say ended >>"$DIR/redis.outages"
    done
}

trouble_with_clock() {
    while :; do
        for offset in +15m -90m +40d -5m +3h +20d -2s; do
            sleep 9
            set_clock $offset
            sleep 3
            set_clock +0
        done
    done
}

# The log is emptied now and then, and is full soon after; the disk of the lists is full for some seconds.
trouble_with_disks() {
    local name
    while :; do
        sleep 11
        [ -n "$has_disks" ] || continue
        cat /dev/zero >"$DIR/state/filler" 2>/dev/null
        say full >>"$DIR/disks"
        sleep 3
        rm -f "$DIR/state/filler"
        [ "$(stat -f -c %a "$DIR/logs")" != 0 ] || say log >>"$DIR/disks"
        for name in $SERVERS; do : >"$DIR/logs/$name.log"; done
    done
}

# --- load ---

# unexplained BEGUN N LOST: how many of the lost answers are more than the connections that ended may have cost. Each of
# the events since then, or shortly before, may have ended all connections, with N requests on them.
unexplained() { awk -v from=$(($1 - 3)) -v n="$2" -v lost="$3" '$1 >= from { k++ } END { print (lost > n * k ? lost - n * k : 0) }' "$DIR/events"; }

# requests_of SERVER: wrk and h2load, one after the other, over and over.
requests_of() {
    local name=$1 port kind begun
    local -A cookie
    port=$(port_of "$name")
    cookie=([user]=$(session user-0) [other]=$(session user-1))
    cookie[forged]=${cookie[user]:0:40}AAAA${cookie[user]:44}
    [ "$name" != alone ] || export MODULE=0
    while [ ! -e "$DIR/stop" ]; do
        /usr/bin/python3 "$TOP/test/soak/tokens.py" "$DIR" "$(<"$DIR/generation")" >"$DIR/$name.requests"
        begun=$(date +%s)
        REQUESTS=$DIR/$name.requests PAUSE=5 wrk -t1 -c8 -d5s --timeout 30s -s "$TOP/test/soak/requests.lua" "http://127.0.0.1:$port/" >"$DIR/$name.wrk" 2>&1 ||
            cat "$DIR/$name.wrk" >>"$DIR/$name.wrk-failed"
        { cat "$DIR/$name.wrk"; say "unexplained $(unexplained "$begun" 8 "$(sum_of lost "$DIR/$name.wrk")")"; } >>"$DIR/$name.$HALF.wrk-all"
        for kind in user forged other; do
            begun=$(date +%s)
            timeout 60 h2load -D 1 -c 2 -m 8 --rps 100 -H "Cookie: session=${cookie[$kind]}" "http://127.0.0.1:$port/only-user-0/page.txt" >"$DIR/$name.h2load" 2>&1
            # Where the clock was right all the time, the user is always let in.
            [ $kind != user ] || ! awk -v from="$begun" '$2 == "clock" { now = $3; if ($1 >= from) k++ } END { exit !(k || now != "+0") }' "$DIR/events" ||
                kind=user-at-another-time
            awk -v kind=$kind '/^requests:/ { print "h2-asked", $8; print "h2-lost", $12 + $14 }
                /^status codes:/ { print "h2-" kind "-2xx", $3; print "h2-" kind "-refused", $7 + $9 }' "$DIR/$name.h2load" >"$DIR/$name.h2now"
            { cat "$DIR/$name.h2now"; say "unexplained $(unexplained "$begun" 16 "$(sum_of h2-lost "$DIR/$name.h2now")")"; } >>"$DIR/$name.$HALF.h2"
        done
    done
}

start_load() {
    local name
    rm -f "$DIR/stop"
    load=()
    for name in $SERVERS; do
        requests_of "$name" &
        load+=($!)
        /usr/bin/python3 "$TOP/test/soak/visitors.py" "$DIR" "$name" "$(port_of "$name")" >"$DIR/$name.$HALF.visitors" 2>"$DIR/$name.$HALF.visitors-failed" &
        load+=($!)
    done
    pids+=("${load[@]}")
}

stop_load() {
    touch "$DIR/stop"
    wait "${load[@]}"
}

# --- what httpd holds ---

anonymous() { awk '/^Anonymous:/ { print $2 }' "/proc/$1/smaps_rollup"; }

# The most of a worker's.
workers_anonymous() {
    local pid most=0 kb
    for pid in $(workers_of "$(main_of "$1")"); do
        kb=$(anonymous "$pid")
        [ "${kb:-0}" -le "$most" ] || most=$kb
    done
    say "$most"
}

# sockets_of PID, files_of PID: how many are open, and how many of anything else.
sockets_of() { find "/proc/$1/fd" -lname 'socket:*' 2>/dev/null | wc -l; }
files_of() { find "/proc/$1/fd" -type l ! -lname 'socket:*' 2>/dev/null | wc -l; }

# held SERVER: workers, files and sockets of the parent, the most files and the most sockets of a worker.
held() {
    local main pid n=0 files=0 sockets=0 now
    main=$(main_of "$1")
    for pid in $(workers_of "$main"); do
        n=$((n + 1))
        now=$(files_of "$pid") && [ "$now" -le "$files" ] || files=$now
        now=$(sockets_of "$pid") && [ "$now" -le "$sockets" ] || sockets=$now
    done
    say "$n $(files_of "$main") $(sockets_of "$main") $files $sockets"
}

median() { sort -n | awk '{ v[NR] = $1 } END { print NR ? v[int((NR + 1) / 2)] : 0 }'; }

# Without load, until the workers of before restarts have ended and connections are closed: nothing is left to wait
# for when what is held does not change for five seconds.
settle() {
    local name now before= same=0
    for _ in $(seq 90); do
        now=$(for name in $SERVERS; do held "$name"; done)
        if [ "$now" = "$before" ]; then same=$((same + 1)); else same=0; fi
        [ $same -lt 5 ] || break
        before=$now
        sleep 1
    done
    for name in $SERVERS; do held "$name" >"$DIR/$name.held-$1"; done
}

# --- the run ---

set_clock +0
: >"$DIR/stuck"
trouble_with_redis &
troubles=($!)
pids+=($!)
for _ in $(seq 100); do [ ! -S "$DIR/redis.sock" ] || break; sleep 0.1; done
for name in $SERVERS; do start_server "$name"; done
for name in $WITH_MODULE; do
    curl -fs -o /dev/null -d "user=ended" -d "before=$began" "http://127.0.0.1:$(port_of "$name")/revoke" || die "$name: a user cannot be revoked"
done
say "# $RESTARTS restarts, then $((SECONDS_IN_ALL / 2)) s without; $(if [ -n "$has_disks" ]; then say "disks are full for real"; else say "tmpfs cannot be mounted: /dev/full"; fi)"
say "# $("$HTTPD" -v | sed -n 's/^Server version: //p'), $WORKERS workers of $THREADS threads, load $(cut -d' ' -f1 /proc/loadavg) before"
settle first
for trouble in clock disks; do
    trouble_with_$trouble &
    troubles+=($!)
    pids+=($!)
done

HALF=restarts
half_began=$SECONDS
start_load
trouble_with_httpd
ok $? "httpd restarts gracefully $RESTARTS times"
while [ $((SECONDS - half_began)) -lt $((SECONDS_IN_ALL / 2)) ]; do sleep 1; done
stop_load
say "# restarts and kills took $((SECONDS - half_began)) s"
sed 's/^/# /' "$DIR/stuck"
settle half

HALF=quiet
half_began=$SECONDS
start_load
while [ $((SECONDS - half_began)) -lt $((SECONDS_IN_ALL / 2)) ]; do
    for name in $SERVERS; do say "$((SECONDS - half_began)) $(workers_anonymous "$name") $(anonymous "$(main_of "$name")")" >>"$DIR/$name.memory"; done
    sleep 2
done
stop_load
kill -TERM "${troubles[@]}" 2>/dev/null
set_clock +0
settle last

# --- findings ---

# What was found in one server's outputs of both halves: number of a word.
found() { sum_of "$2" "$DIR/$1".*.visitors "$DIR/$1".*.wrk-all "$DIR/$1".*.h2; }
found_done() { awk -v name="$2" '$1 == "done" && $2 == name { n += $3 } END { print n + 0 }' "$DIR/$1".*.visitors; }

for name in $SERVERS; do
    say "# --- $name"
    say "# wrk: $(sum_of asked "$DIR/$name".*.wrk-all) requests: $(awk '$1 ~ /^(ok|bad-signature|too-large|malformed|absent|revoked|form|form-forged|unasked)$/ { n[$1] += $2 }
        END { for (k in n) printf "%s %d  ", k, n[k] }' "$DIR/$name".*.wrk-all)"
    say "# h2load: $(awk '{ n[$1] += $2 } END { for (k in n) printf "%s %d  ", k, n[k] }' "$DIR/$name".*.h2)"
    say "# visitors: $(awk '$1 == "done" { n[$2] += $3 } END { for (k in n) printf "%s %d, ", k, n[k] }' "$DIR/$name".*.visitors)"
    cat "$DIR/$name".*.visitors-failed | sed 's/^/# /'
    [ ! -e "$DIR/$name.wrk-failed" ] || sed 's/^/# /' "$DIR/$name.wrk-failed"
done
say "# restarts $(<"$DIR/generation"), workers killed $(cat "$DIR"/*.kills 2>/dev/null | wc -l), redis hung $(grep -c hung "$DIR/redis.outages") times and ended $(grep -c ended "$DIR/redis.outages") times, clock set wrong $(grep 'clock' "$DIR/events" | grep -cv ' +0$') times, disk of the lists full $(grep -cs full "$DIR/disks") times, of the log $(grep -cs log "$DIR/disks") times it was looked at"

for name in $SERVERS; do
    [ -s "$DIR/$name.quiet.visitors" ] && [ "$(sum_of asked "$DIR/$name".*.wrk-all)" -gt 0 ] && ! grep -qs . "$DIR/$name".*.visitors-failed "$DIR/$name.wrk-failed"
    ok $? "$name: the clients came to their end"
done

for name in $SERVERS; do
    [ "$(sum_of wrong "$DIR/$name".*.wrk-all)" = 0 ]
    ok $? "$name: every response to wrk is the one that its token is worth"
    grep -h '^wrong: ' "$DIR/$name".*.wrk-all | head -n 10 | sed 's/^/# /'
    ! grep -qs '^wrong ' "$DIR/$name".*.visitors
    ok $? "$name: no visitor is taken for another, no alias is good twice, no ended session comes back, no form is changed"
    grep -h '^wrong ' "$DIR/$name".*.visitors | head -n 20 | sed 's/^/# /'
done
for name in $WITH_MODULE; do
    lacking=$(sed -n 's/^ended /user\t*\t/p' "$DIR/$name".*.visitors | sort | comm -23 - <("$build/sessioncookie" revoke list "$DIR/state/$name.revoked" 2>/dev/null | cut -f 1-3 | sort))
    [ -z "$lacking" ]
    ok $? "$name: the list has every user whose sessions an endpoint said to have ended"
    [ -z "$lacking" ] || head -n 5 <<<"$lacking" | sed 's/^/# /'
    [ "$(found "$name" h2-forged-2xx)" = 0 ] && [ "$(found "$name" h2-other-2xx)" = 0 ] &&
        [ "$(found "$name" h2-user-2xx)" -gt 0 ] && [ "$(found "$name" h2-user-refused)" = 0 ]
    ok $? "$name: over HTTP/2 the one user is let in and nobody else"
    [ "$(found_done "$name" aliases-redeemed)" -gt $(($(found_done "$name" aliases-issued) / 2)) ]
    ok $? "$name: most aliases are good once"
    [ "$(found_done "$name" sessions-revoked)" -gt 0 ] && [ "$(found_done "$name" sessions-logged-out)" -gt 0 ]
    ok $? "$name: sessions were revoked and logged out"
done

# Each restart, each kill and each jump of the clock may cost a client its connection, with the module as without. A
# request by a new connection is lost only with its worker.
for half in restarts quiet; do
    for name in $SERVERS; do
        beyond=$(($(sum_of unexplained "$DIR/$name.$half".{wrk-all,h2}) + $(sum_of lost-late "$DIR/$name.$half.visitors")))
        say "# $name, $half: without a whole answer: wrk $(sum_of lost "$DIR/$name.$half.wrk-all") of $(sum_of asked "$DIR/$name.$half.wrk-all"), h2load $(sum_of h2-lost "$DIR/$name.$half.h2") of $(sum_of h2-asked "$DIR/$name.$half.h2"), visitors $(sum_of lost "$DIR/$name.$half.visitors"); $beyond beyond what restarts, kills and the clock explain"
        sed -n 's/^example /#   /p' "$DIR/$name.$half.visitors"
        [ "$name" != alone ] || { alone=$beyond; continue; }
        [ $beyond -le $((alone + 5)) ]
        ok $? "$name, $half: no answer is lost that httpd alone would not lose"
    done
done

# part_of SERVER FIFTH: the median of a worker's memory in that fifth of the quiet half.
part_of() {
    local n
    n=$(wc -l <"$DIR/$1.memory")
    sed -n "$((n * ($2 - 1) / 5 + 1)),$((n * $2 / 5))p" "$DIR/$1.memory" | cut -d' ' -f2 | median
}

# Pools and the cache fill at first, so a worker's memory is compared from the middle of the quiet half on; the
# parent's from the middle of the restarts on. What httpd alone grows by is not the module's.
for name in $SERVERS; do
    middle=$(part_of "$name" 3) last=$(part_of "$name" 5)
    m=$(grep -c "^$name " "$DIR/parents")
    parent_middle=$(grep "^$name " "$DIR/parents" | cut -d' ' -f2 | sed -n "$((m / 3)),$((m / 2))p" | median)
    parent_last=$(grep "^$name " "$DIR/parents" | cut -d' ' -f2 | tail -n $((m / 6 + 1)) | median)
    say "# $name: a worker's anonymous memory $(part_of "$name" 1) KiB at 50 %, $middle KiB at 75 %, $last KiB at 100 %; the parent's $parent_middle KiB in the middle of the restarts, $parent_last KiB after them"
    grown=$((last > middle ? last - middle : 0)) parent_grown=$((parent_last > parent_middle ? parent_last - parent_middle : 0))
    [ "$name" != alone ] || { alone_grown=$grown alone_parent_grown=$parent_grown; continue; }
    [ "$middle" -gt 0 ] && [ $grown -le $((middle / 20 + 1024 + alone_grown)) ]
    ok $? "$name: a worker's memory does not grow"
    [ "$parent_middle" -gt 0 ] && [ $parent_grown -le $((1024 + alone_parent_grown)) ]
    ok $? "$name: the parent's memory does not grow from restart to restart"
done

# A worker keeps a connection to redis for each thread that has asked at the same time, and one for the list.
for name in $SERVERS; do
    say "# $name: workers, files and sockets of the parent, of a worker: $(<"$DIR/$name.held-first") at first, $(<"$DIR/$name.held-half") at 50 %, $(<"$DIR/$name.held-last") at 100 %"
    read -r -a first <"$DIR/$name.held-first"
    [ "$name" != redis ] || first[4]=$((first[4] + THREADS + 1))
    is_all=0
    for when in half last; do
        read -r -a now <"$DIR/$name.held-$when"
        [ "${now[0]}" = "${first[0]}" ] || is_all=1
        for i in 1 2 3 4; do [ "${now[i]}" -le "${first[i]}" ] || is_all=1; done
    done
    ok $is_all "$name: no worker, no open file is left when the load has stopped"
done

# Shared memory and semaphores: those of System V that the parent made, and files.
segments_of() { awk -v pid="$1" '$5 == pid' /proc/sysvipc/shm | wc -l; }
files_in_memory() { sed -n 's,.* \(/dev/shm/[^ ]*\).*,\1,p' "/proc/$1/maps" | grep -v faketime_ | sort -u; }
for name in $SERVERS; do
    main=$(main_of "$name")
    files_in_memory "$main" >"$DIR/$name.files"
    ended "$main"
    st=$?
    left=$(xargs -r ls -d 2>/dev/null <"$DIR/$name.files"; ls -A "$DIR/$name.run")
    [ $st = 0 ] && [ "$(segments_of "$main")" = 0 ] && [ -z "$left" ]
    ok $? "$name: httpd ends, and leaves no shared memory and no file of a mutex"
    [ -z "$left" ] || say "# $left"
    strange=$(grep 'exit signal' "$DIR/$name.log" | grep -vwF "$(cat "$DIR/$name.kills" 2>/dev/null)")
    strange+=$(grep -E ':(crit|alert|emerg)\]|still did not exit' "$DIR/$name.log")
    [ -z "$strange" ]
    ok $? "$name: no worker ended by a signal but those that were killed"
    [ -z "$strange" ] || head -n 10 <<<"$strange" | sed 's/^/# /'
    grep -E 'sessioncookie:(warn|error)\]' "$DIR/$name.log" | sed 's/^.*sessioncookie:\([a-z]*\)\] \[[^]]*\] /\1: /' | sort | uniq -c | sort -rn | head -n 8 | sed 's/^/# /'
done
say "1..$count"
[ $failed = 0 ]
