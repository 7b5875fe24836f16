# SPDX-License-Identifier: Apache-2.0
# What the page of a Django site's users promises. Sourced by run.t.

# "Put it into /srv/members"; the site's own directory.
example_files() {
    mkdir -p "$DIR/srv/members" "$DIR/srv/django"
    cp "$here/www/index.shtml" "$DIR/srv/members/"
    [ "$(id -u)" != 0 ] || chown "$RUN_AS" "$DIR/srv/django"
}

row() {
    /usr/bin/python3 -c 'import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute("SELECT session_data FROM django_session").fetchone()[0])' \
        "$DIR/srv/django/db.sqlite3"
}

example_test() {
    curl -s -c "$home/anna" -o /dev/null "$base/app/login"
    curl -s -b "$home/anna" -c "$home/anna" -d name=anna -d password=tea -d csrfmiddlewaretoken="$(cookie_of "$home/anna" csrftoken)" \
        -o /dev/null "$base/app/login"
    is "$(status /members/index.shtml -b "$home/anna")" 200 "Anna is let in"
    is "$(status /members/index.shtml -H "Cookie: sessionid=$(printf 'a%.0s' {1..32})")" 401 "who makes up an id is not"
    is "$(status /members/index.shtml -H "Cookie: sessionid=' OR 1=1 --")" 401 "nor who sends SQL"
    like "$("$build/sessioncookie" decode --value --format django --key "k=file:$DIR/etc/django-secret-key" \
        --option salt=django.contrib.sessions.SessionStore "$(row)")" '"_auth_user_id":"1"' "a row can be opened by hand"
}
