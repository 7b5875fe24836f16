#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What src/README.md promises of the layers, checked. Each guard is first shown something
# that it must refuse, and fails when it finds nothing to look at.

BUILDDIR=${BUILDDIR:-.}
count=0 failed=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

ok() { # ok SENTENCE, after the command whose status counts
    if [ $? -eq 0 ]; then verdict=ok; else verdict='not ok' failed=1; fi
    count=$((count + 1))
    echo "$verdict $count - $1"
}

# Include lines of the C files under the given folders that name one of a list of headers.
includes() { # includes REGEX FOLDER…
    regex=$1
    shift
    find "$@" -name '*.[ch]' -exec grep -HE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($regex)" {} + 2>/dev/null
}

# Only files matching a pattern include them, and some do.
only_in() { # only_in FILES-REGEX HEADERS-REGEX FOLDER…
    files=$1
    shift
    found=$(includes "$@")
    [ -n "$found" ] || { echo "# nothing includes $1"; return 1; }
    ! echo "$found" | grep -vE "^($files):" | sed 's/^/# /' | grep .
}

none_in() { # none_in HEADERS-REGEX FOLDER
    [ -n "$(find "$2" -name '*.c')" ] || { echo "# no C file in $2"; return 1; }
    ! includes "$1" "$2" | sed 's/^/# /' | grep .
}

# Names in the data sections of the objects under a folder; what the loader makes read-only
# (.data.rel.ro) is constant.
mutable_data() { # mutable_data FOLDER
    objects=$(find "$1" -name '*.o')
    [ -n "$objects" ] || { echo "# no object in $1"; return 0; }
    # shellcheck disable=SC2086 # a list of files
    nm -f sysv $objects | awk -F'|' '{ gsub(/ /, "", $1); gsub(/ /, "", $3) }
        $3 ~ /^[bBdDsSgGcC]$/ && $7 !~ /^\.data\.rel\.ro/ && $1 !~ /^(__|_)?(asan|odr_asan|ubsan)/ { print "# " $1 " in " $7 }' | grep .
}

httpd='httpd\.h|http_|ap_|util_|mod_|scoreboard\.h|mpm|\.\./httpd|src/httpd'

mkdir "$work/core" "$work/empty"
printf '#include <stdio.h>\n# include "http_config.h"\n' >"$work/core/bad.c"
! none_in "$httpd" "$work/core" >/dev/null
ok "a core file that includes httpd would be seen"
! none_in "$httpd" "$work/empty" >/dev/null
ok "a core without files would be seen"
none_in "$httpd" src/core
ok "no file of the core includes a header of httpd or of the glue"

deps=$(find "$BUILDDIR/src/core" -path "*/.deps/*" -name '*.P*o' 2>/dev/null)
# shellcheck disable=SC2086 # a list of files
[ -n "$deps" ] && ! grep -lE '/httpd\.h|/src/httpd/' $deps | sed 's/^/# /' | grep .
ok "nor does the compiler see one when it builds the core"

printf '#include <openssl/evp.h>\n' >"$work/core/crypto.c"
only_in "$work/core/crypto[a-z0-9_]*\.[ch]" 'openssl/|sodium' "$work/core" >/dev/null
ok "a crypto file may include OpenSSL"
printf '#include <sodium.h>\n' >"$work/core/other.c"
! only_in "$work/core/crypto[a-z0-9_]*\.[ch]" 'openssl/|sodium' "$work/core" >/dev/null
ok "another that includes libsodium would be seen"
! only_in 'x' 'openssl/|sodium' "$work/empty" >/dev/null
ok "crypto that is used nowhere would be seen"
only_in "src/core/crypto/[a-z0-9_]*\.[ch]" 'openssl/|sodium' src include mod_sessioncookie.c
ok "only src/core/crypto includes OpenSSL and libsodium"
only_in "src/core/document/[a-z0-9_]*\.[ch]" 'json-c|json\.h|json_' src include mod_sessioncookie.c
ok "only src/core/document includes json-c"
only_in 'src/core/base/zip\.c' 'zlib\.h' src include mod_sessioncookie.c
ok "only src/core/base/zip.c includes zlib"

printf 'static int n; int f(void); int f(void) { return n++; }\n' >"$work/core/state.c"
${CC:-cc} -fPIC -c -o "$work/core/state.o" "$work/core/state.c" && mutable_data "$work/core" >/dev/null
ok "a mutable static variable would be seen"
mutable_data "$work/empty" >/dev/null
ok "a core without objects would be seen"
! mutable_data "$BUILDDIR/src/core"
ok "the core has no mutable static data"

echo "1..$count"
exit $failed
