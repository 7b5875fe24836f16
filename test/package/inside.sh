#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the packages of DIR/one, runs the tests of debian/tests, of which the last one purges them, and looks
# for what is left. run.t starts it in namespaces of its own; /etc, /usr and /var are written to overlays
# here, so that nothing of the machine changes. A line for each: ok WHAT, or not ok WHAT and why.
#
#   inside.sh DIR      exits with 77 where a mount is forbidden
set -u
dir=$1 stage=$1/stage
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" LC_ALL=C.UTF-8

# did WHAT LOG: reports the command before it.
did() {
    if [ "$?" = 0 ]; then echo "ok $1"; else echo "not ok $1"; cat "$2"; fi
}

mount -t tmpfs tmpfs "$stage" && mkdir "$stage/lower" && mount --rbind / "$stage/lower" || exit 77
for folder in etc usr var; do
    mkdir -p "$stage/$folder/upper" "$stage/$folder/work" &&
        mount -t overlay overlay -o "lowerdir=/$folder,upperdir=$stage/$folder/upper,workdir=$stage/$folder/work" "/$folder" || exit 77
done
mount -t tmpfs tmpfs /run && mkdir /run/lock && ip link set lo up || exit 77

dpkg -i "$dir"/one/libapache2-mod-sessioncookie{,-dev}_*.deb >"$dir/dpkg.log" 2>&1
did "dpkg installs the packages" "$dir/dpkg.log"
a2query -m sessioncookie >"$dir/a2query.log" 2>&1
did "which enables the module" "$dir/a2query.log"
cd "$dir/one/src" || exit 1
while read -r test; do
    "debian/tests/$test" >"$dir/$test.log" 2>&1 </dev/null
    did "debian/tests/$test" "$dir/$test.log"
done < <(sed -n 's/^Tests: //p' debian/tests/control)

# What was added, changed or removed. Logs, caches and dpkg's own records may be, and a2dismod leaves
# enabled what a module depended on.
cd "$stage" || exit 1
find {etc,usr,var}/upper ! -type d | while IFS= read -r file; do
    name=${file/upper\//}
    [ ! -c "$file" ] && cmp -s "$file" "lower/$name" || [ -L "$file" ] && [ "$(readlink "$file")" = "$(readlink "lower/$name")" ] || echo "$name"
done | grep -vE '^var/(log|cache|lib/dpkg)/|/socache_shmcb(\.load)?$' >"$dir/left.log"
[ ! -s "$dir/left.log" ]
did "nothing is left after the purge" "$dir/left.log"
grep sessioncookie /var/lib/dpkg/status >"$dir/left.log"
[ $? = 1 ]
did "dpkg knows the packages no more" "$dir/left.log"
