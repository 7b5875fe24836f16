#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A real WordPress behind a real httpd, beside a Flask application, with Chromium before them: what an
# administrator does goes through the guard, what others make his browser do does not, and who is
# logged in at the application is logged in at WordPress. Speaks TAP.
#
#   test/wordpress/run.t BUILDDIR [--policy both|origin|origin-if-sent] [--mod-php] [PART…]
#
# PART is one of those in wordpress.mjs; all, unless some are named. Everything is private: a copy of Debian's
# WordPress, a MariaDB, php-fpm and httpd on free ports and sockets below one directory. T_KEEP=1 keeps it.
# Screenshots go to BUILDDIR/wordpress. Wants what `npm ci --ignore-scripts` fetches here and in test/browser;
# skips with a reason where something is missing.
set -u
TOP=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
. "$TOP/contrib/setup.sh"
. "$TOP/test/servers.sh"
build=$(cd "${1:?BUILDDIR is missing}" && pwd) || exit 1
shift
here=$TOP/test/wordpress
POLICY=both MPM=event defines=()
while [ $# -gt 0 ]; do
    case $1 in
        --policy) POLICY=$2; shift 2 ;;
        --mod-php) MPM=prefork defines=(-DMOD_PHP); shift ;;
        *) break ;;
    esac
done

[ -d /usr/share/wordpress ] || skip "wordpress is not installed"
command -v mariadbd >/dev/null || skip "mariadb-server is not installed"
command -v phpunit >/dev/null || skip "phpunit is not installed"
CHROMIUM=${CHROMIUM:-$(command -v chromium)} || skip "chromium is not installed"
[ -d "$TOP/test/browser/node_modules/playwright-core" ] || skip "playwright-core is not installed (npm ci)"
[ -d "$here/node_modules/php-parser" ] || skip "php-parser is not installed (npm ci)"
HTTPD_MODULES=$(apxs -q LIBEXECDIR)
PHP_MODULE=$(find "$HTTPD_MODULES" -name 'libphp*.so' | sort | tail -n 1)

use_run_dir sessioncookie-wordpress
SITE_PORT=$(free_port) EVIL_PORT=$(free_port) OFF_PORT=$(free_port) PLAIN_PORT=$(free_port)
SITE=http://127.0.0.1:$SITE_PORT OFF=http://127.0.0.1:$OFF_PORT PLAIN=http://127.0.0.1:$PLAIN_PORT BUILD=$build
SECRET_KEY_FILE=$RUN/secret_key SHOTS=$build/wordpress
# Flask's own default is a cookie without SameSite, which browsers send along with another site's form for two minutes.
FLASK_SESSION_COOKIE_SAMESITE=null
export TOP BUILD RUN CHROMIUM SITE OFF PLAIN SITE_PORT EVIL_PORT OFF_PORT PLAIN_PORT HTTPD_MODULES PHP_MODULE MPM POLICY SECRET_KEY_FILE SHOTS FLASK_SESSION_COOKIE_SAMESITE
AS_USER="${as_user[*]}"
export AS_USER

# Some of its files are links into other packages.
cp -rL /usr/share/wordpress "$RUN/wp" && rm -f "$RUN/wp/.htaccess" "$RUN/wp/wp-config.php"
mkdir -p "$RUN/wp/wp-content/themes" "$RUN/data" "$RUN/tmp"
cp -r "$here/themes/." "$RUN/wp/wp-content/themes"
cp -r "$TOP/wordpress/sessioncookie" "$RUN/wp/wp-content/plugins"
cp "$here/wp-config.php" "$RUN/wp"
cp -r "$TOP/examples/xsrf/attacker" "$here/attack.html" "$here"/{app.py,httpd.conf,php-fpm.conf,install.php,inside.php,unit} \
    "$build/.libs/mod_sessioncookie.so" "$RUN"
mv "$RUN/attack.html" "$RUN/attacker"
# What docs/wordpress.md says to paste, with the paths and the policy of this run.
sed -e "s|/etc/apache2/flask-secret-key|$RUN/secret_key|" "$TOP/examples/wordpress/httpd.conf" >"$RUN/guard.conf"
# The others want no token, and origin-if-sent no exemption.
[ "$POLICY" = both ] || printf '<Location "/">\nXSRFPolicy %s\nXSRFSend Off\n</Location>\n' "$POLICY" >>"$RUN/guard.conf"
[ "$POLICY" != origin-if-sent ] || sed -i '/^XSRFExempt/d' "$RUN/guard.conf"
# A plugin in an archive, and an image of 3 MB.
python3 - "$RUN" <<'END'
import os, struct, sys, zipfile, zlib
with zipfile.ZipFile(sys.argv[1] + "/tea.zip", "w") as archive:
    archive.writestr("tea/tea.php", "<?php\n// Plugin Name: Tea\n// Version: 1.0\n")
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
rows = b"".join(b"\0" + os.urandom(3 * 1024) for _ in range(1024))
with open(sys.argv[1] + "/noise.png", "wb") as image:
    image.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1024, 1024, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))
END
chmod -R a+rX "$RUN"
[ "$(id -u)" != 0 ] || chown -R "$RUN_AS:" "$RUN"
make_secret "$SECRET_KEY_FILE"
as_user+=(env HOME="$RUN" TMPDIR="$RUN/tmp")
as() { "${as_user[@]}" "$@"; }

as mariadb-install-db --no-defaults --datadir="$RUN/data" --auth-root-authentication-method=normal --skip-test-db \
    >"$RUN/install-db.out" 2>&1 || trouble "the database could not be made"
start mariadb mariadbd --no-defaults --datadir="$RUN/data" --socket="$RUN/mysql.sock" --pid-file="$RUN/mysql.pid" --skip-networking \
    --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --innodb-buffer-pool-size=64M --skip-log-bin
start flask /usr/bin/python3 "$RUN/app.py" "$RUN/flask.sock"
start php-fpm "$(php_fpm)" --nodaemonize --fpm-config "$RUN/php-fpm.conf"
for _ in $(seq 600); do as mariadb-admin --no-defaults --socket="$RUN/mysql.sock" -u root ping >/dev/null 2>&1 && break; sleep 0.1; done
as mariadb --no-defaults --socket="$RUN/mysql.sock" -u root -e 'CREATE DATABASE wordpress CHARACTER SET utf8mb4' &&
    as php "$RUN/install.php" >"$RUN/install.out" 2>&1 || trouble "WordPress could not be installed"
start httpd "$(apxs -q SBINDIR)/$(apxs -q PROGNAME)" -DFOREGROUND "${defines[@]}" -f "$RUN/httpd.conf"
wait_for "$SITE/wp-login.php" "${pids[@]}" && wait_for "$SITE/app/" "${pids[@]}" || trouble "the servers did not start"
mkdir -p "$SHOTS"
node "$here/wordpress.mjs" "$@"
