#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# contrib/release.sh: a copy of the tree that is ready is ready, and each way not to be is found.
set -u
TOP=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
DIR=$(mktemp -d) || exit 1
trap 'rm -rf "$DIR"' EXIT
trap 'exit 130' INT TERM HUP
count=0 failed=0
ok() {
    count=$((count + 1))
    [ "$1" = 0 ] && { echo "ok $count - $2"; return; }
    echo "not ok $count - $2"
    sed 's/^/# /' "$DIR/said"
    failed=1
}
git() { command git -c user.name=Test -c user.email=test@example.org -c commit.gpgsign=false -c tag.gpgsign=false -c init.defaultBranch=main "$@"; }
ready() { contrib/release.sh >"$DIR/said" 2>&1; }
# refuses SENTENCE WHAT: it is not ready, and this is said. Then the tree is as it was.
refuses() {
    ready && echo "it was found ready" >>"$DIR/said"
    [ "$(grep -cF -- "$1" "$DIR/said")" != 0 ] && ! grep -q '^next:\|it was found ready' "$DIR/said"
    ok $? "$2"
    git reset -q --hard base && git clean -qfd
    git tag -l | grep -v '^base$' | while read -r tag; do git tag -d "$tag"; done >/dev/null
}
commit() { git commit -qam "$1"; }

version=$(sed -n 's/^AC_INIT(\[mod_sessioncookie\], \[\(.*\)\])$/\1/p' "$TOP/configure.ac")
mkdir "$DIR/tree" && tar -C "$TOP" -cf - configure.ac CHANGES.md README.md SECURITY.md CONTRIBUTING.md mod_sessioncookie.c \
    include src tools conf docs examples contrib debian/changelog test/guards/version.t | tar -C "$DIR/tree" --no-same-owner -xf - && cd "$DIR/tree" || exit 1
sed -i "0,/^## .*/s//## $version, 2026-11-30/; s/There is no release yet/Formerly there was none/" CHANGES.md
sed -i '1s/) [^;]*;/) unstable;/; 0,/>  .*/s//>  Mon, 30 Nov 2026 12:00:00 +0000/' debian/changelog
sed -i '/^%changelog/{n;s/\* ... ... .. ..../* Mon Nov 30 2026/}' contrib/rpm/mod_sessioncookie.spec
git init -q . && git add -A && git commit -qm "Ready" && git tag base || exit 1

ready && grep -q "^next: git tag -a v$version " "$DIR/said"
ok $? "a tree that is ready, and the tag that is to be made"
git tag -a "v$version" -m Released
ready && ! grep -q '^next:' "$DIR/said"
ok $? "and one that has its tag"
git tag -d "v$version" >/dev/null

echo >>README.md
refuses "not committed:" "an uncommitted change"
touch forgotten.c
refuses "forgotten.c" "a file that is not in git"
sed -i "s/^AC_INIT.*/AC_INIT([mod_sessioncookie], [99.0.0])/" configure.ac && commit other
refuses "versions disagree" "a version that the packages do not have"
sed -i 's/^## .*/## Unreleased/' CHANGES.md && commit unreleased
refuses "write \"## $version, " "changes without a day"
echo 'There is no release yet.' >>CHANGES.md && commit none
refuses "says that there is no release" "a document that denies it"
sed -i 's/30 Nov/29 Nov/; s/Mon, /Sun, /' debian/changelog && commit day
refuses "debian/changelog has the day 2026-11-29" "another day in debian/changelog"
sed -i 's/Mon Nov 30 2026/Sun Nov 29 2026/' contrib/rpm/mod_sessioncookie.spec && commit day
refuses "has the day Sun Nov 29 2026" "another day in the spec"
git tag -a "v$version" -m Released && echo >>README.md && commit more
refuses "raise the version" "a version that was released from another commit"
git tag "v$version"
refuses "has no message" "a tag without a message"
git tag -a v99.1.0 -m Later
refuses "later than $version" "a tag of a later version"
echo "1..$count"
exit $failed
