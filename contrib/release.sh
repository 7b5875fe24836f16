#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Whether the tree is ready to be released as the version of configure.ac: nothing is uncommitted, CHANGES.md and
# the changelogs of both packages have an entry with a date for it, no document says that there is no release, and
# no tag disagrees. Changes nothing and sends nothing anywhere; says what is left to do by hand.
# "make release" runs it, then tests, then makes the archive.
set -u
cd "$(dirname "$0")/.." || exit 1
failed=0
wrong() { printf '%s\n' "$*"; failed=1; }

version=$(sed -n 's/^AC_INIT(\[mod_sessioncookie\], \[\(.*\)\])$/\1/p' configure.ac)
tag=v$version

changed=$(git status --porcelain) || wrong "this is not a git repository"
[ -z "$changed" ] || wrong "not committed:"$'\n'"$changed"

test/guards/version.t >/dev/null 2>&1 || wrong "versions disagree: test/guards/version.t says which"

head=$(sed -n 's/^## //p' CHANGES.md | head -n 1)
day=${head#"$version", }
[[ $day =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}$ ]] ||
    wrong "CHANGES.md begins with \"## $head\": write \"## $version, $(date -u +%Y-%m-%d)\""
! grep -n 'There is no release yet' CHANGES.md || wrong "CHANGES.md says that there is no release"
if [[ $day = ????-??-?? ]]; then
    debian=$(date -u -d "$(dpkg-parsechangelog -S Date 2>/dev/null || sed -n 's/^ -- .*>  //p' debian/changelog | head -n 1)" +%F)
    [ "$debian" = "$day" ] || wrong "debian/changelog has the day $debian, CHANGES.md $day"
    rpm=$(sed -n '/^%changelog/{n;s/^\* \(... ... .. ....\) .*/\1/p}' contrib/rpm/mod_sessioncookie.spec)
    [ "$(date -u -d "$rpm" +%F)" = "$day" ] || wrong "the spec's %changelog has the day $rpm, CHANGES.md $day"
fi

# A version is released once. Its tag is annotated and names this commit; no tag is of a later version.
if git rev-parse -q --verify "refs/tags/$tag" >/dev/null; then
    [ "$(git cat-file -t "$tag")" = tag ] || wrong "the tag $tag has no message: make it by git tag -a"
    [ "$(git rev-parse "$tag^{commit}")" = "$(git rev-parse HEAD)" ] ||
        wrong "the tag $tag names another commit: $version was released, so raise the version in configure.ac"
fi
latest=$(git tag --list 'v[0-9]*' | cut -c2- | sort -V | tail -n 1)
[ "$(printf '%s\n' "${latest:-0}" "$version" | sort -V | tail -n 1)" = "$version" ] ||
    wrong "there is a tag v$latest, which is later than $version"

[ $failed = 0 ] || exit 1
git rev-parse -q --verify "refs/tags/$tag" >/dev/null ||
    echo "next: git tag -a $tag -m 'mod_sessioncookie $version'"
