# SPDX-License-Identifier: Apache-2.0
# ./demo.sh --once: a visitor's way through the demo, a step a TAP line, what came back beneath it.
# Sourced; needs $base (the address), $other (the attacker's) and $DEMO_DIR.

# One request with the visitor's cookies (or those given); the answer goes into $answer.
ask() {
    answer=$(curl -s -i --max-time 10 -b "$jar" -c "$jar" "$@")
}

ask_with_cookie() {
    local cookie=$1
    shift
    answer=$(curl -s -i --max-time 10 -H "Cookie: session=$cookie" "$@")
}

# The hidden field of the answer: what httpd put into the page's form, or PHP wrote.
token() { sed -n 's/.*name="xsrf-token" value="\([^"]*\)".*/\1/p' <<<"$answer" | head -n 1; }

# step "what is promised" PATTERN…: every pattern is in the answer (or, after !, is not).
step() {
    local name=$1 pattern good=yes
    shift
    for pattern in "$@"; do
        case $pattern in
            !*) ! grep -qF -- "${pattern#!}" <<<"$answer" || good= ;;
            *) grep -qF -- "$pattern" <<<"$answer" || good= ;;
        esac
        [ -n "$good" ] || { name="$name (failed at: $pattern)"; break; }
    done
    steps=$((steps + 1))
    if [ -n "$good" ]; then say "ok $steps - $name"; else
        say "not ok $steps - $name"
        failures=$((failures + 1))
    fi
    grep -aE '^HTTP/|^ *"|^Set-Cookie:|^Location:|class="who|^\[' <<<"$answer" |
        tr -d '\r' | cut -c 1-150 | sed 's/^/#    /'
}

# The visitor's session cookie, and the same with one character of its payload or signature changed.
cookie_of_jar() { awk '$6 == "session" { print $7 }' "$jar"; }
changed() {
    local cookie=$1 at=$2
    case ${cookie:at:1} in A) printf '%sB%s' "${cookie:0:at}" "${cookie:at+1}" ;;
        *) printf '%sA%s' "${cookie:0:at}" "${cookie:at+1}" ;; esac
}

# The three forms, then what the attacker's page would have this visitor's browser send: with his
# cookies, which browsers do send to another port of the same host.
forms() {
    local posted='<b>Zoë &amp; &lt;b&gt;Co</b> posted: tea' mine
    ask "$base/guard.php"
    step "one page shows the three forms" "HTTP/1.1 200" "/forms/form.php" "/forms/script.html" "/forms/old/form.html" "$other/?$base/forms/"
    ask "$base/forms/form.php"
    mine=$(token)
    ask -d text=tea --data-urlencode "xsrf-token=$mine" "$base/forms/post.php"
    step "PHP's own form passes" "HTTP/1.1 200" "$posted"
    ask "$base/forms/script.html"
    ask -H "X-XSRF-Token: $(awk '$6 == "XSRF-TOKEN" { print $7 }' "$jar")" --json '{"text":"tea"}' "$base/forms/post.php"
    step "a script that returns the cookie passes" "HTTP/1.1 200" '"text":"tea"'
    ask "$base/forms/old/form.html"
    ask -d text=tea --data-urlencode "xsrf-token=$(token)" "$base/forms/post.php"
    step "an old form passes with the field that httpd put into it" "HTTP/1.1 200" "$posted"
    ask -d text=tea "$base/forms/post.php"
    step "without a token nothing passes" "HTTP/1.1 403" "!posted"

    ask "$other/?$base/forms/"
    step "another site makes the visitor's browser send the same" "HTTP/1.1 200" "in your name"
    ask -H "Origin: $other" -d text=mine "$base/forms/post.php"
    step "its form is refused" "HTTP/1.1 403" "Go back, reload the page and try again" "!posted"
    ask -H "Origin: $other" -H "Sec-Fetch-Site: same-site" -d text=mine --data-urlencode "xsrf-token=$mine" "$base/forms/post.php"
    step "even with a token that is good" "HTTP/1.1 403" "!posted"
    ask -H "Origin: null" -F text=mine "$base/forms/post.php"
    step "so is an upload from a sandbox" "HTTP/1.1 403" "!posted"
    ask -H "Origin: $other" -X OPTIONS -H "Access-Control-Request-Method: POST" -H "Access-Control-Request-Headers: x-xsrf-token" "$base/forms/post.php"
    step "a script may not even ask" "!Access-Control-Allow"
    ask "$base/forms/post.php?text=mine"
    step "a picture's GET writes nothing" "HTTP/1.1 405" "!posted"
    ask -H "Origin: $other" -d text=mine "$base/open/post.php"
    step "without the guard it would have worked" "HTTP/1.1 200" "posted: mine"
    ask -H "Origin: $other" -d "name=attacker" "$base/app/login"
    step "nor can it log the visitor in as somebody else" "HTTP/1.1 403" "!Set-Cookie: session"
    answer=$(grep -a "XSRF: refused" "$DEMO_DIR/error.log" | head -n 3)
    step "httpd's log says why, and no token" "foreign-origin" "absent" "!${mine:10:20}"
}

# A page's session goes to a program that has nothing but a code, and "log out everywhere" ends both.
hand_over() {
    local jar=$DEMO_DIR/visitor.cookies code
    ask "$base/app/"
    ask --data-urlencode "name=Zoë" --data-urlencode "xsrf-token=$(token)" "$base/app/login"
    ask "$base/handoff.php"
    code=$(sed -n 's/.*code=\([A-Za-z0-9_-]\{43\}\).*/\1/p' <<<"$answer" | head -n 1)
    step "a page has a code for a program" "HTTP/1.1 200" "curl" "code=" "Cache-Control: no-store"
    jar=$DEMO_DIR/program.cookies
    ask -d "code=$code" "$base/handoff"
    step "the program redeems it" "HTTP/1.1 200" '{"status":"ok"}' "Set-Cookie: session="
    ask "$base/?variables"
    step "and is the same user, without a login" '"COOKIESESSION_STATUS": "ok"' '"SESSION_USER_ID": "Zo\u00eb"'
    jar=$DEMO_DIR/second.cookies
    ask -d "code=$code" "$base/handoff"
    step "a second time the code is worth nothing" "HTTP/1.1 403" '{"error":"invalid_grant"}'
    jar=$DEMO_DIR/visitor.cookies
    ask -H "Origin: $other" -d all=1 "$base/logout"
    step "another site cannot log the visitor out" "HTTP/1.1 403" "!Set-Cookie: session"
    ask -H "Origin: $base" -d all=1 "$base/logout"
    step "\"log out everywhere\" removes the cookie" "HTTP/1.1 200" "Set-Cookie: session=;"
    jar=$DEMO_DIR/program.cookies
    ask "$base/?variables"
    step "and ends the program's session as well" '"COOKIESESSION_STATUS": "revoked"' "!SESSION_USER"
    ask "$base/status"
    step "the status page has counted it all" "HTTP/1.1 200" "</i>revoked " "</i>redeemed 1<"
}

visit() {
    local jar=$DEMO_DIR/visitor.cookies answer steps=0 failures=0 cookie
    local somebody='class="who somebody"' nobody='class="who nobody"'

    ask "$base/"
    step "a stranger: PHP shows nobody" "HTTP/1.1 200" "$nobody" "absent" "!SESSION_USER_ID"
    ask "$base/?variables"
    step "a stranger's variables name nobody" '"COOKIESESSION_STATUS": "absent"' "!SESSION_USER" "!REMOTE_USER"
    ask "$base/app/"
    step "Flask asks for a name" "HTTP/1.1 200" "<h1>Log in</h1>"
    ask --data-urlencode "name=Zoë & <b>Co" --data-urlencode "xsrf-token=$(token)" "$base/app/login"
    step "logging in at Flask sets its session cookie" "HTTP/1.1 303" "Set-Cookie: session="
    ask "$base/app/"
    ask --data-urlencode "item=tea" --data-urlencode "xsrf-token=$(token)" "$base/app/cart"
    ask "$base/app/"
    ask --data-urlencode "item=a 5\" spoon" --data-urlencode "xsrf-token=$(token)" "$base/app/cart"
    step "Flask changes the session" "HTTP/1.1 303" "Set-Cookie: session="
    ask "$base/"
    step "PHP shows the user, escaped" "$somebody" "PHP knows you, Zoë &amp; &lt;b&gt;Co" "!<b>Co"
    step "beside it, the page with a forged cookie shows nobody" "$nobody" "bad-signature"
    ask "$base/?variables"
    step "PHP has the members in \$_SERVER" '"COOKIESESSION_STATUS": "ok"' '"SESSION_USER_ID": "Zo\u00eb & <b>Co"' \
        '"SESSION_ROLES": "reader,editor"' '"SESSION_CART": "tea,a 5\" spoon"' '"SESSION_VISITS": "1"' '"COOKIESESSION_KEY": "flask"'
    step "and a Vary header says that the page depends on the cookie" "Vary: Cookie"

    cookie=$(cookie_of_jar)
    ask_with_cookie "$(changed "$cookie" 8)" "$base/"
    step "one byte of the payload changed: nobody" "HTTP/1.1 200" "$nobody" "bad-signature" "!$somebody" "!Zoë"
    ask_with_cookie "$(changed "$cookie" $((${#cookie} - 5)))" "$base/?variables"
    step "one byte of the signature changed: nothing" '"COOKIESESSION_STATUS": "bad-signature"' "!SESSION_USER" "!COOKIESESSION_JSON"
    ask_with_cookie "${cookie%.*}" "$base/?variables"
    step "the signature cut off: nothing" '"COOKIESESSION_STATUS": ' "!SESSION_USER" "!COOKIESESSION_JSON" '!"ok"'
    ask -H "SESSION_USER_ID: admin" -H "Remote-User: admin" "$base/?variables"
    step "a header cannot speak for the session" '"SESSION_USER_ID": "Zo\u00eb & <b>Co"' "!admin"
    answer=$(grep -a bad-signature "$DEMO_DIR/error.log" | head -n 3)
    step "httpd's log has the reason, and no byte of the cookie" "bad-signature" "!${cookie:12:20}" "!${cookie: -12}"

    forms

    ask "$base/app/"
    ask --data-urlencode "xsrf-token=$(token)" "$base/app/logout"
    step "logging out at Flask removes the cookie" "HTTP/1.1 303" "Set-Cookie: session=;"
    ask "$base/"
    step "after that PHP shows nobody" "$nobody" "absent" "!$somebody" "!Zoë"

    hand_over

    say "1..$steps"
    [ $failures = 0 ]
}
