#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fuzzes a whole httpd with requests.py, as an unprivileged user, in a directory of its own.
#
#   test/fuzz/httpd.sh BUILDDIR [--requests N] [--seconds N] [--seed N] [--replay FILE…]
#
# A BUILDDIR that was configured with --enable-sanitizers is recognized, and the only one that finds much.
# The directory is kept if something was found, or with T_KEEP=1.
set -u
TOP=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
. "$TOP/contrib/setup.sh"
build=$(cd "${1:?BUILDDIR is missing}" && pwd) || exit 1
shift

dir=$(make_run_dir sessioncookie-fuzz) || exit 1
cp "$build/.libs/mod_sessioncookie.so" "$build/sessioncookie" "$TOP"/test/fuzz/{httpd.conf,requests.py} "$dir/"
mkdir "$dir/www"
printf '<html><head></head><body>user=[<!--#echo var="COOKIESESSION_USER" -->]</body></html>\n' >"$dir/www/who.shtml"
printf "%s\n" '<html><head></head><body><form method=post action="/forms/x"><p>x</form></body></html>' \
    >"$dir/www/page.html"
echo plain >"$dir/www/plain.txt"
for key in v4.local:v4.local v4.secret:v4.secret v4.secret:v4.out; do
    "$build/sessioncookie" key new "${key%:*}" >"$dir/${key#*:}.key" || die "no key for ${key%:*}"
done
chmod 600 "$dir"/*.key
[ "$(id -u)" != 0 ] || chown -R "$RUN_AS:$(id -gn "$RUN_AS")" "$dir"

FUZZ_MODULES=$(apxs -q LIBEXECDIR)
httpd=$(apxs -q SBINDIR)/$(apxs -q PROGNAME)
export FUZZ_MODULES
# The sanitizers' runtime must be there before httpd's own libraries.
if nm -D "$dir/mod_sessioncookie.so" 2>/dev/null | grep -q __asan_init; then
    export ASAN_OPTIONS=detect_leaks=0:log_path=$dir/asan UBSAN_OPTIONS=print_stacktrace=1:log_path=$dir/ubsan
    printf '#!/bin/sh\nLD_PRELOAD="%s %s" exec "%s" "$@"\n' "$(gcc -print-file-name=libasan.so)" \
        "$(gcc -print-file-name=libubsan.so)" "$httpd" >"$dir/httpd"
    chmod 755 "$dir/httpd"
    httpd=$dir/httpd
fi

"${as_user[@]}" /usr/bin/python3 "$dir/requests.py" "$dir" "$httpd" "$@"
st=$?
if [ $st != 0 ] || [ -n "${T_KEEP-}" ]; then
    cat "$dir"/asan.* "$dir"/ubsan.* 2>/dev/null
    tail -n 5 "$dir/error_log"
    say "# kept: $dir"
else
    rm -rf "$dir"
fi
exit $st
