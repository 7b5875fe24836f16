# SPDX-License-Identifier: Apache-2.0
# What bearer promises. Sourced by run.t.

example_files() {
    mkdir -p "$DIR/srv/api/admin"
    echo '{"temperature": 21}' >"$DIR/srv/api/status.json"
    echo '[]' >"$DIR/srv/api/admin/users.json"
}

# token JSON [KEY SOURCE [PURPOSE]]
token() {
    "$build/sessioncookie" encode --format paseto --key "k=${2-file:$home/issuer.key}" \
        --option version=4 --option "purpose=${3-public}" "$1"
}

# refused "why" TOKEN: 401, and the challenge says that the token was the reason.
refused() {
    is "$(status /api/status.json -H "Authorization: Bearer $2")" 401 "$1: 401"
    is "$(challenge -H "Authorization: Bearer $2")" 'Bearer realm="API", error="invalid_token"' "$1: invalid_token"
}

challenge() {
    curl -s -o /dev/null -D - "$@" "$base/api/status.json" | sed -n 's/^WWW-Authenticate: //p' | tr -d '\r'
}

example_test() {
    local good other aud='"aud":"https://api.example.org","scope":"status:read"'
    good=$(token "{$aud}")
    is "$(status /api/status.json -H "Authorization: Bearer $good")" 200 "a token lets in, its scope a string or a list"
    is "$(status /api/status.json -H "authorization: bearer $good")" 200 "the scheme's name has no case"
    is "$(status /api/admin/users.json -H "Authorization: Bearer $(token '{"aud":"https://api.example.org","scope":["status:read","admin"]}')")" 200 "the admin's scope opens the admin's folder"
    refused "an expired token" "$(token "{$aud,\"exp\":\"2020-01-01T00:00:00+00:00\"}")"
    refused "one that is not valid yet" "$(token "{$aud,\"nbf\":\"2099-01-01T00:00:00+00:00\"}")"
    refused "one for another audience" "$(token '{"aud":"https://other.example.org","scope":"status:read"}')"
    refused "one for no audience" "$(token '{"scope":"status:read"}')"
    refused "a changed signature" "${good%????}AAAA"
    refused "half a token" "${good:0:60}"
    other=$("$build/sessioncookie" key new v4.public)
    refused "another issuer's" "$(token "{$aud}" "text:$other")"
    # The public key is public: a verifier must not take it for the secret of a v4.local token.
    other=$(sed 's/^k4\.public\./k4.local./' "$DIR/etc/api-public-key")
    refused "a v4.local token under the public key" "$(token "{$aud}" "text:$other" local)"
    is "$(challenge)" 'Bearer realm="API"' "no token: a challenge without an error"
    is "$(challenge -H "Authorization: Basic cm9ib3Q6eA==")" 'Bearer realm="API"' "another scheme is no token"
    is "$(status /api/status.json -H "Cookie: session=$good; Authorization=$good")" 401 "a cookie is no header"
    is "$(status "/api/status.json?access_token=$good")" 401 "nor is the address"
    is "$(status /api/status.json -H "Authorization: Bearer $good" -H "Authorization: Bearer $good")" 401 "two tokens at once are refused"
}
