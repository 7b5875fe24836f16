# SPDX-License-Identifier: Apache-2.0
# What logout promises. Sourced by run.t.

# "On a server that runs PHP": php-fpm.
example_files() {
    start_php
}

link_of() { get "$@" "$base/site/page.php" | sed -n 's/.*href="\(.*\)".*/\1/p' | sed 's/&amp;/\&/'; }

example_test() {
    local bob anna link
    bob=(-H "Cookie: session=$(sealed '{"user_id":"<Bob>"}'); xsrf-visitor=Qm9iJ3MtYnJvd3Nlci0tLQ")
    anna=(-H "Cookie: session=$(sealed '{"user_id":"anna"}'); xsrf-visitor=QW5uJ3MtYnJvd3Nlci0tLQ")
    like "$(get "${bob[@]}" "$base/site/page.php")" 'Hello &lt;Bob&gt;' "the user's name is escaped"
    is "$(link_of)" /app/login "a stranger is shown the way in"
    link=$(link_of "${bob[@]}")
    like "$(get -D - "${bob[@]}" "$base$link")" 'Set-Cookie: session=; Path=/' "Bob's link logs Bob out"
    is "$(status "$link" "${anna[@]}")" 403 "but not Anna, wherever she clicks on it"
    is "$(status "$link")" 403 "nor a stranger"
    is "$(status /logout "${bob[@]}")" 403 "a link without a token logs nobody out"
    is "$(status "${link/next=/next=%2F}" "${bob[@]}")" 400 "a link leads to no other site"
    like "$(get "$base/site/static.html")" 'action="/logout"' "the static page has its form"
    is "$(status /logout -d next=//elsewhere.example/ -H "Origin: $base" "${bob[@]}")" 400 "nor does a form"
    is "$(status /logout -d '' "${bob[@]}")" 403 "nobody is logged out by who does not say where he comes from"
    is "$(status /logout -d '' -H 'Origin: null' "${bob[@]}")" 403 "nor by a sandbox"
    is "$(get -d '' "$base/logout")" '{"status":"ok"}' "who has no session has logged out already"
}
