# SPDX-License-Identifier: Apache-2.0
# What two-servers promises. Sourced by run.t.

second=

example_files() {
    mkdir -p "$DIR/srv/members" "$DIR/lib"
    echo members >"$DIR/srv/members/page.html"
    ports[8081]=$(free_port)
}

start_redis() {
    "${as_user[@]}" setsid setpriv --pdeathsig TERM redis-server --port "${ports[5001]}" --bind 127.0.0.1 \
        --requirepass "$(cat "$DIR/etc/redis-password")" --save '' --appendonly no --dir "$DIR/lib" >"$DIR/redis.out" 2>&1 </dev/null &
    redis=$!
    pids+=("$redis")
    for _ in $(seq 100); do ! (exec 3<>"/dev/tcp/127.0.0.1/${ports[5001]}") 2>/dev/null || return; sleep 0.1; done
    die "redis did not start: $(cat "$DIR/redis.out")"
}

# The second server, with the same configuration and a list of its own.
start_second() {
    sed "s|^Listen .*|Listen 127.0.0.1:${ports[8081]}|; s|$DIR/httpd.pid|$DIR/second.pid|; s|$DIR/error.log|$DIR/second.log|
        s|$DIR/lib/sessioncookie/revoked|$DIR/lib/sessioncookie/revoked-too|; s|^DefaultRuntimeDir .*|DefaultRuntimeDir $DIR/lib|" \
        "$DIR/httpd.conf" >"$DIR/second.conf"
    "${as_user[@]}" setsid setpriv --pdeathsig TERM "$httpd" -DFOREGROUND -f "$DIR/second.conf" >"$DIR/second.out" 2>&1 </dev/null &
    pids+=($!)
    second=http://127.0.0.1:${ports[8081]}
    wait_for "$second/index.html" $! || die "the second httpd did not start: $(cat "$DIR/second.out" "$DIR/second.log")"
}

# Before the README's requests: redis has to be there when httpd starts.
example_started() {
    [ "$(id -u)" != 0 ] || chown "$RUN_AS" "$DIR/lib"
    start_redis
    paste_config "$(<"$here/httpd.conf")"
    start_second
}

# until STATUS JAR SERVER: when the server answers so, or 30 seconds later.
until_status() {
    local i seen
    for ((i = 0; i < 150; i++)); do
        seen=$(get -o /dev/null -w '%{http_code}' -b "$2" "$3/members/page.html")
        [ "$seen" != "$1" ] || break
        sleep 0.2
    done
    say "$seen"
}

example_test() {
    is "$(until_status 401 stolen "$second")" 401 "a stolen cookie is refused on the second server"
    is "$(until_status 401 jar "$second")" 401 "so is the session that was handed over to it"
    get -c browser -d name=bob -d password=coffee -o /dev/null "$base/app/login"
    is "$(get -b browser "$second/members/page.html")" members "Bob's is good"
    stop_all "$redis"
    is "$(get -b browser -H "Origin: $base" -d all=1 "$base/logout")" '{"status":"ok"}' "without redis a logout is a logout"
    is "$(until_status 401 browser "$base")" 401 "on the server where it happened"
    start_redis
    is "$(until_status 401 browser "$second")" 401 "and on the other one when redis is back, which had forgotten all"
    is "$(until_status 401 stolen "$second")" 401 "Anna's stolen cookie stays refused"
    unlike "$(cat "$DIR/error.log" "$DIR/second.log")" "$(cat code)" "no log has a code"
    # redis was away, and httpd said so.
    sed -i '/redis/d' "$DIR/error.log"
}
