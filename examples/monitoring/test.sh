# SPDX-License-Identifier: Apache-2.0
# What monitoring promises. Sourced by run.t.

example_files() {
    mkdir -p "$DIR/srv/members"
    echo members >"$DIR/srv/members/page.html"
    (umask 077
    echo 'the key of this year' >"$DIR/etc/flask-secret-key"
    echo 'the key of last year' >"$DIR/etc/flask-secret-key-2025")
}

page='/sessioncookie-status'
metric() { get "$base$page?prometheus" | sed -n "s/^sessioncookie_$1 //p"; }

example_test() {
    local old out i value
    old=$(sealed '{"_user_id":"7"}' --key "k=file:$DIR/etc/flask-secret-key-2025")
    is "$(status /members/page.html -H "Cookie: session=$old")" 200 "a session of last year's key is good"
    is "$(status /members/page.html -H "Cookie: session=${old}x")" 401 "a forged one is not"
    is "$(status /members/page.html -X POST -H "Cookie: session=$old" -H "Origin: http://attacker.example")" 403 "nor is another site's form"
    is "$(metric 'key_opened_total{key="flask-2025"}')" 2 "sessions of last year's key are counted"
    is "$(metric 'lookups_total{source="cookie:session",format="flask",status="bad-signature"}')" 1 "so are forged tokens"
    is "$(metric 'xsrf_verdicts_total{verdict="foreign-origin"}')" 1 "and forged requests"
    is "$(get "$base$page" | grep -c '<title>mod_sessioncookie</title>')" 1 "the page is for people"
    is "$(get "$base$page?json" | /usr/bin/python3 -c 'import json, sys; print(json.load(sys.stdin)["sessions_total"][0]["how"]["opened"])')" 2 "the same as JSON"
    is "$(get "$base$page?prometheus" | promtool check metrics 2>&1)" '' "promtool has nothing to say about the metrics"
    (cd "$here" && promtool check config prometheus.yml) >"$DIR/promtool.out" 2>&1
    ok $? "promtool accepts prometheus.yml and alerts.yml" || cat "$DIR/promtool.out"
    # Debian's Prometheus itself.
    mkdir -p "$DIR/prometheus"
    sed "s/127.0.0.1:80/${base#http://}/; s/15s/1s/" "$here/prometheus.yml" >"$DIR/prometheus/prometheus.yml"
    cp "$here/alerts.yml" "$DIR/prometheus"
    out=127.0.0.1:$(free_port)
    setsid prometheus --config.file="$DIR/prometheus/prometheus.yml" --storage.tsdb.path="$DIR/prometheus/data" \
        --web.listen-address="$out" >"$DIR/prometheus.out" 2>&1 </dev/null &
    pids+=($!)
    for ((i = 0; i < 300; i++)); do
        value=$(get "http://$out/api/v1/query?query=sessioncookie_key_opened_total" 2>/dev/null)
        [[ $value != *flask-2025* ]] || break
        sleep 0.2
    done
    like "$value" '"key":"flask-2025"' "Prometheus scrapes it"
    is "$(get "http://$out/api/v1/rules" | /usr/bin/python3 -c 'import json, sys; print(len(json.load(sys.stdin)["data"]["groups"][0]["rules"]))')" 4 "and has the rules"
}
