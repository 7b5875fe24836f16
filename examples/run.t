#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What README.md and examples/ tell people to paste and to type, pasted into a bare httpd and typed.
#
#   examples/run.t BUILDDIR [EXAMPLE…]
set -u
TOP=$(cd "$(dirname "$0")/.." && pwd) || exit 1
. "$TOP/contrib/setup.sh"
. "$TOP/examples/lib.sh"
build=$(cd "${1:?BUILDDIR is missing}" && pwd) || exit 1
shift

DIR=$(make_run_dir sessioncookie-examples) || exit 1
httpd=$(apxs -q SBINDIR)/$(apxs -q PROGNAME)
modules=$(apxs -q LIBEXECDIR)
pids=() count=0 failed=0 here=
finish() {
    trap - EXIT
    stop_all "${pids[@]}"
    rm -rf "$DIR"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP
# What the unprivileged user runs and serves is copied: the tree may lie where only root may look.
cp -r "$build/.libs/mod_sessioncookie.so" "$TOP/examples" "$DIR"
chmod -R a+rX "$DIR"

# The block of README.md, with a cookie of the real Flask.
readme() {
    local server= generation=0 base cookie
    local -a enabled=(sessioncookie) pids=()
    base=http://127.0.0.1:$(free_port)
    mkdir -p "$DIR/www/members" "$DIR/etc"
    echo members >"$DIR/www/members/page.html"
    echo hello >"$DIR/www/index.html"
    (umask 077; printf 'the secret key of an application' >"$DIR/etc/flask-secret-key")
    cookie=$(/usr/bin/python3 - "$DIR/etc/flask-secret-key" <<'EOT'
import sys
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
app = Flask("example")
app.secret_key = open(sys.argv[1], encoding="utf-8").read()
print(SecureCookieSessionInterface().get_signing_serializer(app).dumps({"user_id": "1842", "roles": ["editor"]}))
EOT
)
    paste_config "$(sed -n '/^```apache$/,/^```$/p' "$TOP/README.md" | sed '1d;$d')"
    seen() { get -o /dev/null -D - "$@" "$base/index.html" | sed -n 's/^X-Seen: //p' | tr -d '\r'; }
    is "$(seen -H "Cookie: session=$cookie")" "ok 1842" "README: Flask's own session cookie opens"
    is "$(seen)" "absent (null)" "README: no cookie, no user"
    is "$(seen -H "Cookie: session=${cookie/./.A}")" "bad-signature (null)" "README: a forged cookie is nobody's"
    is "$(status /members/page.html -H "Cookie: session=$cookie")" 200 "README: members are let in"
    is "$(status /members/page.html)" 401 "README: strangers are not"
    is "$(status /members/page.html -H "Cookie: session=${cookie/./.A}")" 401 "README: forgers are not"
    stop_all "${pids[@]}"
    pids=()
}

if [ $# = 0 ]; then
    readme
    set -- static-files proxied-user api bearer two-applications key-rotation auth-form xsrf logout handoff two-servers monitoring wordpress django flask-session
    for page in "$TOP"/examples/*/test.sh; do
        name=$(basename "$(dirname "$page")")
        [[ " $* " = *" $name "* ]]
        ok $? "examples/$name is among those that are run"
        grep -q "(examples/$name/)" "$TOP/README.md"
        ok $? "README.md names examples/$name"
    done
fi
for name; do example "$TOP/examples/$name"; done

say "1..$count"
[ $failed = 0 ]
