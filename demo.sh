#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A Flask login that PHP knows of, and forms that another site cannot send, on 127.0.0.1:8080.
# Installs what is missing, builds, starts httpd, php-fpm and a Flask application as an
# unprivileged user, and ends them with Ctrl-C.
#
#   ./demo.sh          stays in the foreground; look at it with a browser
#   ./demo.sh --once   walks through it as a visitor would, and says whether all is as promised
#
# DEMO_PORT=8090 takes another port, DEMO_PORT=0 a free one; the attacker's site gets a free one; DEMO_BUILD=DIR has or gets the build.
set -u
TOP=$(cd "$(dirname "$0")" && pwd) || exit 1
. "$TOP/contrib/setup.sh"
. "$TOP/examples/demo/visit.sh"

once=
case "${1-}" in
    '') ;;
    --once) once=yes ;;
    *) die "usage: ./demo.sh [--once]" ;;
esac

# shellcheck disable=SC2086 # lists of words
install_packages $BUILD_PACKAGES $DEMO_PACKAGES
build=${DEMO_BUILD:-$TOP/build/demo}
say "Building in $build"
build_in "$build" || exit 1

DEMO_PORT=${DEMO_PORT:-8080}
[ "$DEMO_PORT" != 0 ] || DEMO_PORT=$(free_port)
if (exec 3<>"/dev/tcp/127.0.0.1/$DEMO_PORT") 2>/dev/null; then
    die "port $DEMO_PORT is taken: give another one with DEMO_PORT=8081 ./demo.sh"
fi

# A private directory with all that the servers read and write, and no process that outlives us.
pids=()
finish() {
    trap - EXIT INT TERM HUP
    stop_all "${pids[@]}"
    rm -rf "$DEMO_DIR"
}
DEMO_DIR=$(make_run_dir sessioncookie-demo) || exit 1
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
HTTPD_MODULES=$(apxs -q LIBEXECDIR)
SECRET_KEY_FILE=$DEMO_DIR/secret_key
DEMO_OTHER_PORT=$(free_port)
export DEMO_DIR DEMO_PORT DEMO_OTHER_PORT HTTPD_MODULES SECRET_KEY_FILE

cp -r "$TOP/examples/demo/." "$TOP/examples/xsrf/attacker" "$build/.libs/mod_sessioncookie.so" "$DEMO_DIR"
cp -r "$TOP/examples/xsrf/www" "$DEMO_DIR/www/forms"
chmod -R a+rX "$DEMO_DIR"
"${as_user[@]}" sh -c 'umask 077; od -An -tx1 -N32 /dev/urandom | tr -d " \n" >"$SECRET_KEY_FILE"'

# start NAME COMMAND…: in a session of its own (httpd signals its whole process group when it
# ends), and gone with us even when we are killed.
start() {
    local name=$1
    shift
    "${as_user[@]}" setsid setpriv --pdeathsig TERM "$@" >"$DEMO_DIR/$name.out" 2>&1 </dev/null &
    pids+=($!)
}
start flask /usr/bin/python3 "$DEMO_DIR/app.py" "$DEMO_DIR/flask.sock"
start php-fpm "$(php_fpm)" --nodaemonize --fpm-config "$DEMO_DIR/php-fpm.conf"
start httpd "$(apxs -q SBINDIR)/$(apxs -q PROGNAME)" -DFOREGROUND -f "$DEMO_DIR/httpd.conf"

base=http://127.0.0.1:$DEMO_PORT other=http://127.0.0.1:$DEMO_OTHER_PORT
wait_for "$base/" "${pids[@]}" && wait_for "$base/app/" "${pids[@]}" || {
    tail -n 15 "$DEMO_DIR"/*.out "$DEMO_DIR"/*.log >&2
    die "the servers did not start"
}

if [ -n "$once" ]; then
    visit
    exit
fi
cat <<EOT

  $base/app/   the Flask application: log in with any name, fill the cart
  $base/       PHP: who is logged in, as httpd verified it, and what a forged cookie brings
  $base/?variables   the same as JSON
  $base/guard.php    three forms that only this site's pages can send
  $base/handoff.php  hands your session to curl, once; and the button that ends both
  $base/status       what httpd has counted
  $other/?$base/forms/   an attacker who tries

Try also: change a byte of the cookie in the browser's developer tools and load / again.
httpd's log with the reasons: $DEMO_DIR/error.log
Ctrl-C ends it all.
EOT
# Until a signal, or until one of the servers has ended.
wait -n
tail -n 15 "$DEMO_DIR"/*.out "$DEMO_DIR"/error.log >&2
die "a server has ended"
