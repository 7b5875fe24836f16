#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A real browser before a real httpd, php-fpm and Flask: what the visitor's own pages send
# passes, what another site's pages make his browser send does not. Speaks TAP.
#
#   test/browser/run.t BUILDDIR
#
# Wants Debian's chromium (CHROMIUM=PATH: another) and playwright-core, which
# `npm ci --prefix test/browser --ignore-scripts` fetches; skips with a reason where one is missing.
set -u
TOP=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
. "$TOP/contrib/setup.sh"
. "$TOP/test/servers.sh"
build=$(cd "${1:?BUILDDIR is missing}" && pwd) || exit 1
here=$TOP/test/browser

CHROMIUM=${CHROMIUM:-$(command -v chromium)} || skip "chromium is not installed"
command -v node >/dev/null || skip "node is not installed"
[ -d "$here/node_modules/playwright-core" ] || skip "playwright-core is not installed (npm ci)"

use_run_dir sessioncookie-browser
SITE_PORT=$(free_port) TLS_PORT=$(free_port) EVIL_PORT=$(free_port) EVIL_TLS_PORT=$(free_port)
HTTPD_MODULES=$(apxs -q LIBEXECDIR)
# The demo's application and php-fpm as they are, but for the cookie: Flask's own default is
# one without SameSite, which browsers send along with another site's form for two minutes.
DEMO_DIR=$RUN SECRET_KEY_FILE=$RUN/secret_key FLASK_SESSION_COOKIE_SAMESITE=null
export RUN CHROMIUM SITE_PORT TLS_PORT EVIL_PORT EVIL_TLS_PORT HTTPD_MODULES
export DEMO_DIR SECRET_KEY_FILE FLASK_SESSION_COOKIE_SAMESITE

cp -r "$TOP/examples/xsrf/www" "$TOP/examples/xsrf/attacker" "$here/httpd.conf" "$TOP/examples/demo/app.py" \
    "$TOP/examples/demo/php-fpm.conf" "$build/.libs/mod_sessioncookie.so" "$RUN"
cp -r "$here/www/." "$TOP/examples/demo/www/style.css" "$RUN/www"
# Old pages, which a browser would think good for weeks.
find "$RUN/www" -type f -exec touch -d '2 years ago' {} +
chmod -R a+rX "$RUN"
make_secret "$SECRET_KEY_FILE"
"${as_user[@]}" sh -c 'umask 077; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=site.test \
        -keyout "$RUN/tls.key" -out "$RUN/tls.crt" 2>/dev/null && cat "$RUN/tls.key" "$RUN/tls.crt" >"$RUN/tls.pem"'

start flask /usr/bin/python3 "$RUN/app.py" "$RUN/flask.sock"
start php-fpm "$(php_fpm)" --nodaemonize --fpm-config "$RUN/php-fpm.conf"
start httpd "$(apxs -q SBINDIR)/$(apxs -q PROGNAME)" -DFOREGROUND -f "$RUN/httpd.conf"
site=http://127.0.0.1:$SITE_PORT
wait_for "$site/form.php" "${pids[@]}" && wait_for "$site/app/" "${pids[@]}" || trouble "the servers did not start"
node "$here/browse.mjs"
