# SPDX-License-Identifier: Apache-2.0
# What handoff promises. Sourced by run.t.

example_files() {
    mkdir -p "$DIR/srv/terminal"
    cp "$DIR/examples/handoff/www/index.shtml" "$DIR/srv/terminal/"
}

# The code of a page that was asked for with this cookie jar.
code_for() { get -b "$1" "$base/terminal/" | sed -n 's/.*code=\([A-Za-z0-9_-]*\).*/\1/p'; }

example_test() {
    local code
    is "$(get "$base/terminal/" | grep -c code=)" 0 "nobody has no code"
    is "$(status /terminal/)" 401 "and not even the page"
    get -c bob -d name=bob -d password=coffee "$base/app/login" >/dev/null
    code=$(code_for browser)
    is "${#code}" 43 "Anna's page has a code"
    is "$(get -H 'Origin: http://evil.test' -d "code=$code" "$base/handoff")" '{"error":"forbidden"}' "another site's page cannot redeem it"
    is "$(get -b bob -H "Origin: $base" -d "code=$code" "$base/handoff")" '{"error":"invalid_grant"}' "nor make Bob's browser Anna's"
    is "$(get -d "code=$code" "$base/handoff")" '{"error":"invalid_grant"}' "which has used it up"
    code=$(code_for browser)
    is "$(get -b browser -H "Origin: $base" -d "code=$code" "$base/handoff")" '{"status":"ok"}' "her own browser may redeem it"
    is "$(get -d "code=${code%?}_" "$base/handoff")" '{"error":"invalid_grant"}' "a guess is not a code"
    is "$(get -d '' "$base/handoff")" '{"error":"login_required"}' "nobody gets no code"
    unlike "$(cat "$DIR/error.log")" "$code" "the log has no code"
}
