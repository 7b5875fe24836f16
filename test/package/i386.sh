#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A 32-bit build, on a Debian of its own in DIR/root, which debootstrap makes: no warning, and the unit tests pass,
# also that of redis.
#
#   i386.sh DIR
set -u
TOP=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
. "$TOP/contrib/setup.sh"
DIR=${1:?DIR is missing}
[ "$(id -u)" = 0 ] || die "only root may make a Debian and enter it"
install_packages debootstrap
mkdir -p "$DIR" && DIR=$(cd "$DIR" && pwd) || exit 1
root=$DIR/root

if [ ! -e "$root/complete" ]; then
    # shellcheck disable=SC2086 # a list of words
    packages=$(echo ca-certificates perl redis-server $BUILD_PACKAGES | sed 's/ go-md2man//; s/ /,/g')
    rm -rf "$root"
    debootstrap --arch=i386 --variant=minbase --include="$packages" bookworm "$root" >"$DIR/debootstrap.log" 2>&1 ||
        { tail -n 20 "$DIR/debootstrap.log"; die "debootstrap failed; its whole log is $DIR/debootstrap.log"; }
    touch "$root/complete"
fi
rm -rf "$root/src" && mkdir -p "$root/src" "$root/build" || exit 1
tar -C "$TOP" --exclude=./build --exclude=node_modules --exclude=./.git -cf - . | tar -C "$root/src" --no-same-owner -xf - || exit 1
# /proc is mounted in there alone.
unshare --mount --pid --fork --kill-child chroot "$root" sh -ec '
    mount -t proc proc /proc
    cd /build
    [ -x ../src/configure ] || ../src/autogen.sh
    [ -e Makefile ] || ../src/configure --enable-werror
    make -s -j2
    make -s check-programs
    make -s unit_redis
    cd /src && /build/unit_redis'
