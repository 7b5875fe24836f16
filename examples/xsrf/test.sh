# SPDX-License-Identifier: Apache-2.0
# What xsrf promises without a browser; test/browser has the rest. Sourced by run.t.

# "Where PHP runs already": php-fpm.
example_files() {
    start_php
    echo 'AddType text/css .css' >>"$DIR/extra.conf"
}

# sent [argument of curl…]: the status of a POST.
sent() { get -o /dev/null -w '%{http_code}' "$@" "$base/forms/post.php"; }
field() { sed -n 's/.*name="xsrf-token" value="\([^"]*\)".*/\1/p'; }

example_test() {
    local stranger ann bob page token
    stranger=(-b jar)
    ann=(-H "Cookie: session=$(sealed '{"user_id":"<Ann>"}'); xsrf-visitor=QW5uJ3MtYnJvd3Nlci0tLQ")
    bob=(-H "Cookie: session=$(sealed '{"user_id":"Bob"}'); xsrf-visitor=Qm9iJ3MtYnJvd3Nlci0tLQ")
    planted=(-H "Cookie: session=$(sealed '{"user_id":"<Ann>"}'); xsrf-visitor=Qm9iJ3MtYnJvd3Nlci0tLQ")

    for page in form.php upload.php old/form.html; do
        token=$(get "${ann[@]}" "$base/forms/$page" | field)
        like "$(get "${ann[@]}" --data-urlencode 'text=<b>tea</b>' -d "xsrf-token=$token" "$base/forms/post.php")" \
            '<b>&lt;Ann&gt;</b> posted: &lt;b&gt;tea&lt;/b&gt;' "$page: its field lets Ann post, escaped"
        is "$(sent "${bob[@]}" -d text=tea -d "xsrf-token=$token")" 403 "$page: but not Bob"
        is "$(sent "${planted[@]}" -d text=tea -d "xsrf-token=$token")" 403 "$page: nor Bob with Ann's session cookie"
        is "$(sent -d text=tea -d "xsrf-token=$token")" 403 "$page: nor a stranger"
        is "$(sent "${ann[@]}" -d text=tea -d "xsrf-token=${token/./.A}")" 403 "$page: nor Ann with another token"
        is "$(sent "${ann[@]}" -d text=tea -d "xsrf-token=$token" -H 'Sec-Fetch-Site: cross-site')" 403 "$page: nor for another site"
        is "$(sent "${ann[@]}" -d text=tea -d "xsrf-token=$token" -H 'Origin: null')" 403 "$page: nor for a sandbox"
        is "$(get "${stranger[@]}" "$base/forms/$page" | grep -c 'type="hidden"')" 1 "$page: has one field"
    done
    token=$(get "${ann[@]}" "$base/forms/form.php" | field)
    like "$(get "${ann[@]}" -F "xsrf-token=$token" -F text=look -F "file=@$DIR/php-fpm.conf" "$base/forms/post.php")" \
        "posted: look with php-fpm.conf, $(stat -c %s "$DIR/php-fpm.conf") bytes" "an upload arrives whole"
    is "$(get "${ann[@]}" -H 'Content-Type: application/json' -H "X-XSRF-Token: $token" -d '{"text":"tea"}' "$base/forms/post.php")" \
        '{"who":"<Ann>","text":"tea"}' "JSON, with the header"
    is "$(sent "${ann[@]}" -X GET)" 405 "a GET changes nothing"
    is "$(sent "${ann[@]}" -X DELETE)" 403 "every other method is guarded"
    like "$(get "${ann[@]}" -d text=tea "$base/forms/post.php")" "Go back, reload the page and try again" "a refusal says what to do"
    like "$(<"$DIR/error.log")" "XSRF: refused POST /forms/post.php: foreign-origin (policy both)" "the log says what was refused, and why"
}
