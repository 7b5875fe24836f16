# SPDX-License-Identifier: Apache-2.0
# What auth-form promises. Sourced by run.t.

example_files() {
    mkdir -p "$DIR/srv/files"
    echo "the report" >"$DIR/srv/files/report.txt"
    cp "$here/login.html" "$DIR/srv"
}

login() { get -o /dev/null -w '%{http_code}' -d httpd_username=carol -d httpd_password=milk "$base/login" "$@"; }

example_test() {
    local cookie cleared
    is "$(login -c carol)" 302 "a login redirects"
    cookie=$(cookie_of carol session)
    unlike "$("$build/sessioncookie" decode --format flask --unverified "$cookie" 2>/dev/null)" "milk" "the password is not readable in the cookie"
    is "$(status /files/report.txt -H "Cookie: session=$cookie")" 200 "the cookie lets in"
    is "$(status /files/report.txt -H "Cookie: session=${cookie/./.A}")" 401 "a changed one does not"
    is "$(status /files/report.txt -H "Cookie: session=$(sealed '{"user_id":"carol"}' --key "x=text:0123456789abcdef")")" 401 "nor one under another key"
    is "$(status /files/report.txt -H "Cookie: session=$(sealed '{"staff-user":"carol","staff-pw":"milk"}')")" 401 "nor entries of mod_auth_form without the application's user"
    is "$(status /files/report.txt)" 401 "nor none"
    is "$(location /files/report.txt -H 'Sec-Fetch-Mode: navigate')" "/login.html?next=/files/report.txt" "who clicks is sent to the form"
    is "$(get "$base/login.html" | grep -c httpd_password)" 1 "which is open to all"

    # Out at the application: out at httpd.
    get -b carol -c carol -d '' "$base/app/logout" >/dev/null
    is "$(status /files/report.txt -b carol)" 401 "logged out at the application: out here"
    # What the application keeps in the session survives a login and a logout at httpd.
    login -H "Cookie: session=$(sealed '{"cart":["tea"],"n":12345678901234567890}')" -c carol >/dev/null
    cleared=$("$build/sessioncookie" decode --format flask --key "k=file:$DIR/etc/flask-secret-key" "$(cookie_of carol session)")
    like "$cleared" '"session":{"cart":["tea"],"n":12345678901234567890,' "a login keeps what the application put into the session"
    like "$cleared" '"user_id":"carol"' "and adds its user"
    get -b carol -c carol "$base/logout" >/dev/null
    cleared=$("$build/sessioncookie" decode --format flask --key "k=file:$DIR/etc/flask-secret-key" "$(cookie_of carol session)")
    like "$cleared" '"session":{"cart":["tea"],"n":12345678901234567890}' "and a logout leaves it as it was"
    is "$(status /files/report.txt -b carol)" 401 "without the user"
}
