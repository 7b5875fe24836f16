# SPDX-License-Identifier: Apache-2.0
# What proxied-user promises. Sourced by run.t.

# spoof "what it is" HEADER…: the service gets ours and nothing else.
spoof() {
    local name=$1 line
    local -a lines=()
    shift
    for line; do lines+=(-H "$line"); done
    is "$(get -b anna "${lines[@]}" "$base/wiki/headers" | grep -iE '^X.(User|Roles)|EVIL' | tr '\n' ' ')" "X-User: anna X-Roles: editor " "a spoofed header: $name"
}

example_test() {
    spoof "as it is" "X-User: EVIL"
    spoof "lower case" "x-user: EVIL"
    spoof "underscore" "X_User: EVIL"
    spoof "dot" "X.User: EVIL"
    spoof "twice" "X-User: EVIL" "X-User: EVIL"
    spoof "both headers" "X-User: EVIL" "X-Roles: EVIL"
    spoof "named in Connection" "Connection: close, X-User, X-Roles"
    spoof "empty" "X-User;"
    is "$(get -b anna "$base/wiki/headers" | grep -i '^Cookie')" "" "the service never sees the cookie"
    is "$(get "$base/wiki/headers" -H "Cookie: other=1; session=$(cookie_of anna session)" | grep -i '^Cookie')" \
        "Cookie: other=1" "but other cookies"
    is "$(get -b anna --http2 -H 'X_User: EVIL' "$base/wiki/")" "hello anna, roles: editor" "an offer of HTTP/2 changes nothing"
    is "$(status /wiki/ -H "Cookie: session=$(sealed '{"user_id":"anna"}' --key "x=text:0123456789abcdef")")" 401 "a session under another key is none"
    is "$(get "$base/wiki/" -H "Cookie: session=$(sealed '{"user_id":"anna\r\nX-Admin: 1"}')" -o /dev/null -w '%{http_code}')" 401 "a name with a line break is no user's"
    is "$(get "$base/wiki/" -H "Cookie: session=$(sealed '{"user_id":"anna","roles":["a\nX-Admin: 1"]}')")" \
        "hello anna, roles: none" "a role with a line break is not sent"
    is "$(status /wiki/ -b anna -X OPTIONS)/$(status /wiki/ -X OPTIONS)" 200/401 "OPTIONS is guarded as well"
}
