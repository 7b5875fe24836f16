# SPDX-License-Identifier: Apache-2.0
# What the configuration promises before any WordPress is there; test/wordpress has one. Sourced by run.t.

# In WordPress' place: php-fpm, and files that say who they think asks.
example_files() {
    mkdir -p "$DIR/www/wp-json/wp/v2"
    local page
    for page in wp-login.php wp-cron.php xmlrpc.php wp-json/wp/v2/posts.php; do
        echo '<?php echo ($_SERVER["COOKIESESSION_USER"] ?? "nobody") . " " . ($_SERVER["COOKIESESSION_LOGIN_URL"] ?? "") . " " . ($_SERVER["COOKIESESSION_LOGOUT_URL"] ?? "");' >"$DIR/www/$page"
    done
    mv "$DIR/www/wp-json/wp/v2/posts.php" "$DIR/www/wp-json/wp/v2/posts"
    start_php
}

example_test() {
    local anna
    anna=(-H "Cookie: session=$(sealed '{"user_id":"anna"}')")
    is "$(sed -n '/^```apache$/,/^```$/p' "$TOP/docs/wordpress.md" | sed '1d;$d')" "$(sed 1d "$here/httpd.conf")" "docs/wordpress.md says the same"
    is "$(get "${anna[@]}" "$base/wp-login.php")" "anna /app/login /session/logout" "WordPress is told who asks, and where to log in and out"
    is "$(get "${anna[@]}" -X POST "$base/wp-cron.php")" "nobody /app/login /session/logout" "an exempt request is nobody's"
    is "$(status /xmlrpc.php -d x=1)" 200 "XML-RPC passes"
    is "$(status /wp-json/wp/v2/posts "${anna[@]}" -d title=x -H 'Origin: https://elsewhere.example')" 403 "another site's request does not"
    is "$(status /session/logout -X POST -H 'Origin: https://elsewhere.example')" 403 "another site logs nobody out"
    get "${anna[@]}" -X POST -H 'Sec-Fetch-Site: same-origin' -D logout-headers -o /dev/null "$base/session/logout"
    like "$(cat logout-headers)" "HTTP/1.1 403" "without a token the endpoint does not, either"
}
