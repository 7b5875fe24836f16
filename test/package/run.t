#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Debian's packages of the tree: built by dpkg-buildpackage in a copy, judged by lintian, blhc and hardening-check,
# installed, used as README.md says, and purged.
#
#   test/package/run.t DIR [ARCHIVE.tar.xz]
#
# DIR gets the packages. With an archive they are built again, in another folder, language and time zone, to the
# same bytes, and the archive becomes an rpm.
set -u
TOP=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
. "$TOP/contrib/setup.sh"
. "$TOP/examples/lib.sh"
DIR=${1:?DIR is missing}
archive=${2-}
mkdir -p "$DIR" && DIR=$(cd "$DIR" && pwd) || exit 1
count=0 failed=0 here=

# silent NAME COMMAND…: it succeeds and prints nothing.
silent() {
    local name=$1 said st
    shift
    said=$("$@" 2>&1)
    st=$?
    [ $st = 0 ] && [ -z "$said" ]
    ok $? "$name"
    [ -z "$said" ] || say "$said" | sed 's/^/# /' | head -n 40
}

# build IN [VARIABLE=VALUE…]: in IN/src, with its log in IN/build.log.
build() {
    local in=$1
    shift
    rm -rf "$in" && mkdir -p "$in/src" &&
        tar -C "$TOP" --exclude=./build --exclude=node_modules --exclude=./.git -cf - . | tar -C "$in/src" --no-same-owner -xf - &&
        (cd "$in/src" && env "$@" DEB_BUILD_OPTIONS="parallel=2 nocheck" dpkg-buildpackage -us -uc -b) >"$in/build.log" 2>&1
    ok $? "dpkg-buildpackage builds the packages${*:+ again}"
    tail -n 3 "$in/build.log" | sed 's/^/# /'
}

judge() {
    local package=libapache2-mod-sessioncookie content file
    silent "lintian has nothing to say" lintian --allow-root --pedantic --fail-on none "$DIR"/one/*.changes
    silent "all is compiled and linked hardened" blhc --all "$DIR/one/build.log"
    for file in usr/bin/sessioncookie usr/lib/apache2/modules/mod_sessioncookie.so; do
        silent "hardened: ${file##*/}" hardening-check --quiet --nocfprotection "$DIR/one/src/debian/$package/$file"
    done
    content=$(dpkg -c "$DIR/one/${package}"_*.deb | sed 's,.* \./,,')
    for file in usr/share/man/man1/sessioncookie.1.gz usr/share/man/man5/mod_sessioncookie.5.gz \
        usr/share/doc/$package/{README.md,CHANGES.md,directives.md,copyright,changelog.gz} \
        etc/apache2/mods-available/sessioncookie.{load,conf}; do
        grep -qxF "$file" <<<"$content"
        ok $? "the package has $file"
    done
    is "$(cd "$TOP/wordpress" && find sessioncookie -type f ! -name license.txt | sort)" \
        "$(dpkg -c "$DIR/one/wordpress-plugin-sessioncookie"_*.deb | sed -n 's,.* \./usr/share/wordpress/wp-content/plugins/\(.*[^/]\)$,\1,p' | sort)" \
        "the plugin's package has the plugin"
}

# In namespaces of their own (mounts, network, processes: what is started ends with it).
alone() { $SUDO ${SUDO:+-n} unshare --mount --net --pid --fork --kill-child --mount-proc -- "$@"; }

# The tests of debian/tests, or why they cannot be run here.
use() {
    local line st=0
    mkdir -p "$DIR/stage"
    alone "$TOP/test/package/inside.sh" "$DIR" >"$DIR/inside.log" 2>&1 || st=$?
    if [ $st = 77 ] || ! alone true 2>>"$DIR/inside.log"; then
        ok 0 "installed, used and purged # SKIP namespaces or overlays are not allowed here: $(tail -n 1 "$DIR/inside.log")"
        return
    fi
    while IFS= read -r line; do
        case $line in
            'ok '*) ok 0 "${line#ok }" ;;
            'not ok '*) ok 1 "${line#not ok }" ;;
            *) say "# $line" ;;
        esac
    done <"$DIR/inside.log"
    ok $st "all of it was done"
}

# The spec is meant for Fedora: its macros are given what Debian's httpd has.
rpm_builds() {
    local top=$DIR/rpm
    rm -rf "$top" && mkdir -p "$top/SOURCES" && cp "$archive" "$top/SOURCES" &&
        rpmbuild -bb --nodeps --nocheck --define "_topdir $top" --define "_smp_mflags -j2" --define "_httpd_apxs $(command -v apxs)" \
            --define "_httpd_moddir $(apxs -q LIBEXECDIR)" --define "_httpd_includedir $(apxs -q INCLUDEDIR)" \
            "$TOP/contrib/rpm/mod_sessioncookie.spec" >"$DIR/rpm.log" 2>&1
    ok $? "rpmbuild builds the packages and misses no file"
    tail -n 3 "$DIR/rpm.log" | sed 's/^/# /'
}

build "$DIR/one"
judge
use
is "$(rpmlint -r "$TOP/contrib/rpm/rpmlintrc" "$TOP/contrib/rpm/mod_sessioncookie.spec" | grep -oE '[0-9]+ errors, [0-9]+ warnings')" \
    "0 errors, 0 warnings" "rpmlint has nothing to say of the spec"
is "$(rpmspec -q --qf '%{NAME} ' "$TOP/contrib/rpm/mod_sessioncookie.spec")" "mod_sessioncookie mod_sessioncookie-devel " \
    "rpmspec reads it"
if [ -n "$archive" ]; then
    rpm_builds
    build "$DIR/another-folder/two" LC_ALL=C.UTF-8 TZ=Pacific/Kiritimati
    is "$(cd "$DIR/one" && sha256sum ./*.deb)" "$(cd "$DIR/another-folder/two" && sha256sum ./*.deb)" "the same bytes"
fi
say "1..$count"
[ $failed = 0 ]
