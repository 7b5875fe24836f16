# SPDX-License-Identifier: Apache-2.0
# What key-rotation promises. Sourced by run.t.

example_files() {
    # A page that says who httpd takes the visitor for.
    echo '<!--#echo var="SESSION_USER_ID" -->, key <!--#echo var="COOKIESESSION_KEY" -->' >"$DIR/www/who.html"
    say "LoadModule include_module $modules/mod_include.so
<Files who.html>
SetOutputFilter INCLUDES
</Files>
<Directory $DIR/www>
Options +Includes
</Directory>" >"$DIR/extra.conf"
    steps=0
}

# After each change of httpd or the application: a cookie of every age is still somebody's.
example_step() {
    local i
    steps=$((steps + 1))
    [ "$(curl -s -o /dev/null -w '%{http_code}' "$base/app/")" = 200 ] || return 0 # not all there yet
    for i in $(seq "$steps"); do
        [ -e "visitor$i" ] || continue
        is "$(get -c "visitor$i" -b "visitor$i" "$base/app/")" "logged in as anna" "change $steps: who logged in at change $i still is, at Flask"
        is "$(get -c "visitor$i" -b "visitor$i" "$base/who.html" | cut -d, -f1)" "anna" "change $steps: and at httpd"
    done
    get -c "visitor$steps" -d name=anna -d password=tea "$base/app/login" >/dev/null
    is "$(get -c "visitor$steps" -b "visitor$steps" "$base/who.html" | cut -d, -f1)" "anna" "change $steps: a new login is seen by httpd"
}

example_test() {
    local old new
    old="$(sealed '{"user_id":"anna"}' --key "k=file:$DIR/etc/secret-old")"
    new="$(sealed '{"user_id":"anna"}' --key "k=file:$DIR/etc/secret-new")"
    is "$(get "$base/who.html" -H "Cookie: session=$new")" "anna, key new" "the new key opens"
    is "$(get "$base/who.html" -H "Cookie: session=$old")" "(none), key (none)" "the retired key is nobody's at httpd"
    is "$(get "$base/app/" -H "Cookie: session=$old")" "logged in as nobody" "nor at Flask"
    is "$(get -o /dev/null -D - "$base/who.html" -H "Cookie: session=$old" | grep -i '^Set-Cookie')" "" "and gets no new cookie"
    [ "$steps" -ge 6 ]
    ok $? "$steps changes were looked at"
}
