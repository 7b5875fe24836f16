# SPDX-License-Identifier: Apache-2.0
# What api promises. Sourced by run.t.

# direct TOKEN: the service's own answer, as somebody inside the network gets it.
direct() { get -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $1" "http://127.0.0.1:${ports[5001]}/api/me"; }

# The token that the service has got.
token_seen() { get -b anna "$base/api/seen" | sed -n 's/^Authorization: Bearer //p'; }

# minted SIGNING-KEY [NAME=VALUE…]: a token like httpd's.
minted() {
    local key=$1 kid
    kid=$("$build/sessioncookie" key public "$key" | "$build/sessioncookie" key id -)
    shift
    "$build/sessioncookie" encode --format paseto --key "k=$key" --option "footer={\"kid\":\"$kid\"}" \
        "$(/usr/bin/python3 -c 'import json, sys
claims = {"iss": "https://www.example", "aud": "https://api.example", "sub": "anna", "roles": [], "exp": "2099-01-01T00:00:00+00:00"}
print(json.dumps({**claims, **dict(pair.split("=", 1) for pair in sys.argv[1:])}))' "$@")"
}

# keys_are LIST: in both lines of the configuration.
keys_are() {
    local config
    config=$(<"$here/httpd.conf")
    config=${config//keys=signing/keys=$1}
    paste_config "CookieSessionKey next file:/etc/apache2/next-key
$config"
}

# A visitor who never stops asking, from here on.
visit() {
    while [ -e "$DIR/home/visiting" ]; do
        get -o /dev/null -w '%{http_code} ' -b anna "$base/api/me"
    done >"$DIR/home/visits-$1"
}

kids_seen() { get "$base/api-keys" | grep -o '"kid"' | wc -l; }

example_test() {
    local token signing=file:$DIR/etc/signing-key kid1 kid2 visitors=()
    token=$(token_seen)
    is "$(direct "$token")" 200 "who has a token is believed while it lasts"
    is "$(get -b anna "$base/api/seen" | grep -i '^Cookie')" "" "the service never sees the cookie"
    is "$(direct "$(minted "$signing")")" 200 "one that is made like httpd's"
    is "$(direct "$(minted "$signing" "exp=2020-01-01T00:00:00+00:00")")" 401 "not one that is too old"
    is "$(direct "$(minted "$signing" "aud=https://other.example")")" 401 "not one for another service"
    is "$(direct "$(minted "$signing" "iss=https://other.example")")" 401 "not one of another issuer"
    is "$(direct "$(minted "text:$("$build/sessioncookie" key new v4.public)")")" 401 "not one of another key"
    is "$(direct "${token%????}AAAA")/$(direct "${token:0:80}")/$(direct "")" 401/401/401 "not one that is changed, cut or empty"
    is "$(direct "${token/v4.public/v4.local}")" 401 "not one of another purpose"
    is "$(status /api/me -H "Authorization: Bearer $token")" 401 "and httpd takes none for a session"

    # The rotation, with two visitors who never stop.
    (umask 077; "$build/sessioncookie" key new v4.public >"$DIR/etc/next-key")
    kid1=$("$build/sessioncookie" key public "$signing" | "$build/sessioncookie" key id -)
    kid2=$("$build/sessioncookie" key public "file:$DIR/etc/next-key" | "$build/sessioncookie" key id -)
    : >"$DIR/home/visiting"
    visit 1 &
    visitors+=($!)
    visit 2 &
    visitors+=($!)
    keys_are signing,next
    is "$(kids_seen)" 2 "both keys are published"
    like "$(token_seen | cut -d. -f4 | base64 -d 2>/dev/null)" "$kid1" "the old one signs"
    # What the README waits for.
    for _ in $(seq 100); do [ "$(direct "$(minted "file:$DIR/etc/next-key")")" != 200 ] || break; sleep 0.1; done
    is "$(direct "$(minted "file:$DIR/etc/next-key")")" 200 "the service has the new one"
    keys_are next,signing
    like "$(token_seen | cut -d. -f4 | base64 -d 2>/dev/null)" "$kid2" "the new one signs"
    is "$(direct "$token")" 200 "a token of before is good"
    keys_are next
    is "$(kids_seen)" 1 "the old key is gone"
    sleep 0.5
    rm "$DIR/home/visiting"
    wait "${visitors[@]}"
    is "$(cat "$DIR"/home/visits-* | tr ' ' '\n' | grep -v '^200$' | grep -c .)" 0 "no visit was refused"
    [ "$(wc -w <"$DIR/home/visits-1")" -ge 20 ]
    ok $? "of $(cat "$DIR"/home/visits-* | wc -w)"
}
