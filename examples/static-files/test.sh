# SPDX-License-Identifier: Apache-2.0
# What static-files promises. Sourced by run.t.

example_files() {
    mkdir -p "$DIR/srv/files/drafts"
    echo "the report" >"$DIR/srv/files/report.txt"
    echo "the plan" >"$DIR/srv/files/drafts/plan.txt"
}

example_test() {
    local cookie old
    local -a click=(-H 'Sec-Fetch-Mode: navigate')
    cookie=$(cookie_of bob session)
    is "$(status /files/report.txt -H "Cookie: session=$cookie")" 200 "Flask's cookie lets in"
    is "$(status /files/report.txt -H "Cookie: session=${cookie/./.A}")" 401 "a changed one does not"
    is "$(status /files/report.txt -H "Cookie: session=${cookie%.*}")" 401 "one without its signature does not"
    is "$(status /files/report.txt -H "Cookie: other=$cookie")" 401 "nor one of another name"
    is "$(status /files/report.txt -H "Cookie: session=$(sealed '{"roles":["editor"]}')")" 401 "nor a session of nobody"
    old=$(sealed '{"user_id":"bob"}' --now $(($(date +%s) - 32 * 86400)))
    is "$(status /files/report.txt -H "Cookie: session=$old")" 401 "nor one of 32 days ago"
    old=$(sealed '{"user_id":"bob"}' --now $(($(date +%s) - 30 * 86400)))
    is "$(status /files/report.txt -H "Cookie: session=$old")" 200 "but one of 30 days ago"
    old=$(sealed '{"user_id":"bob"}' --now $(($(date +%s) + 3600)))
    is "$(status /files/report.txt -H "Cookie: session=$old")" 401 "one of the future does not"
    is "$(status /files/report.txt -H "Cookie: session=${cookie/./.A}" "${click[@]}")" 302 "who clicks with it is sent to log in"
    is "$(status /files/report.txt -H "Authorization: Bearer $cookie")" 401 "a header is no cookie"
    is "$(status /files/report.txt -H "Remote-User: bob" -H "X-User: bob")" 401 "and speaks for nobody"
    is "$(status /files/report.txt -X OPTIONS)" 401 "OPTIONS is guarded too"
    is "$(status /files/drafts/plan.txt)" 401 "a stranger at the drafts is asked to log in"
    is "$(status /files/drafts/plan.txt -H "Cookie: session=$(sealed '{"user_id":"bob","roles":"editors"}')")" 403 "a role is compared as a whole"
    is "$(location /files/drafts/ "${click[@]}")" "/app/login?next=/files/drafts/" "the way back has the folder"
    is "$(location //files/report.txt --path-as-is "${click[@]}")" "/app/login?next=/files/report.txt" "the way back is never another host"
    is "$(location /files//evil.test/ --path-as-is "${click[@]}")" "/app/login?next=/files/evil.test/" "nor is it with // inside"
    is "$(curl -s -o /dev/null -w '%{redirect_url}' -d name=bob -d password=coffee "$base/app/login?next=//evil.test/")" "$base/app/" "nor does the application go to one"
    is "$(status /app/login -d name=bob -d password=tea)" 403 "a wrong password is none"
    get -b bob -c bob -d '' "$base/app/logout" >/dev/null
    is "$(status /files/report.txt -b bob)" 401 "after the logout the files are closed"
}
