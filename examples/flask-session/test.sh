# SPDX-License-Identifier: Apache-2.0
# What the page of Flask-Session promises. Sourced by run.t.

# redis, which an application with Flask-Session has; and the files.
example_files() {
    mkdir -p "$DIR/srv/reports"
    echo 'It rained.' >"$DIR/srv/reports/may.txt"
    ports[6379]=$(free_port)
    "${as_user[@]}" setsid setpriv --pdeathsig TERM redis-server --bind 127.0.0.1 --port "${ports[6379]}" --save '' --dir "$home" \
        >"$DIR/redis.out" 2>&1 </dev/null &
    pids+=($!)
    for _ in $(seq 100); do
        (exec 3<>"/dev/tcp/127.0.0.1/${ports[6379]}") 2>/dev/null && return 0
        sleep 0.1
    done
    die "redis did not start: $(cat "$DIR/redis.out")"
}

example_test() {
    local id
    curl -s -c "$home/anna" -d name=anna -d password=tea -o /dev/null "$base/app/login"
    id=$(cookie_of "$home/anna" session)
    is "$(status /reports/may.txt -b "$home/anna")" 200 "Anna is let in"
    is "$(status /reports/may.txt -H "Cookie: session=$(printf 'a%.0s' {1..36})")" 401 "who makes up an id is not"
    like "$(redis-cli -p "${ports[6379]}" --raw GET "session:$id" | "$build/sessioncookie" decode --value --format flask-session -)" \
        '"user_id":"anna"' "a value can be opened by hand"
}
