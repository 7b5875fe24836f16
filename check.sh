#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs every test on a fresh Debian machine: installs what is missing, builds outside the
# tree, tests, and ends with the line "N passed, N failed". Fails when anything failed.
#
#   ./check.sh            all parts
#   ./check.sh --quick    those that most mistakes fail: the build, what needs no server, t/ with the event MPM
#   ./check.sh PART…      some of them, by the names that it prints
#
# At the end it says what was not run, and why.
# CHECK_BUILD=DIR keeps the builds there (default: build/check, which the next run uses again).
set -u
TOP=$(cd "$(dirname "$0")" && pwd) || exit 1
. "$TOP/contrib/setup.sh"
BUILD=${CHECK_BUILD:-$TOP/build/check}
[ "${1-}" != --quick ] || set -- unit t-event-1 t-event-2
wanted=" $* "
passed=0 failed=0 skipped=0
summary=

# wants NAME…: whether one of these parts is to be run.
wants() {
    local name
    for name; do [ "$wanted" = "  " ] || [[ $wanted = *" $name "* ]] && return 0; done
    return 1
}

# part NAME COMMAND…: runs a command that speaks TAP, counts its lines, and takes the time. A part
# that fails without saying where, and one that tests nothing, is a failure as well. So is a file that
# skips all its tests: something is missing that this script should have installed. All that it says comes in one
# piece, since two parts run at the same time.
part() {
    local name=$1 log=$BUILD/$1.tap start=$SECONDS st good bad skip missing line told=
    shift
    wants "$name" || { printf ' %s' "$name" >>"$BUILD/left-out"; return 0; }
    say "== $name"
    "$@" >"$log" 2>&1 </dev/null
    st=$?
    good=$(grep -cE '^ok [0-9]+' "$log")
    bad=$(grep -E '^not ok [0-9]+' "$log" | grep -ciE -v '# *TODO')
    skip=$(grep -ciE '^ok [0-9]+.*# *SKIP' "$log")
    missing=$(grep -E '\.\. skipped: |^1\.\.0 # *SKIP' "$log") && { bad=$((bad + $(wc -l <<<"$missing"))); told+=$missing$'\n'; }
    [ "$bad" != 0 ] || [ $st = 0 ] || { bad=1; told+="$name exited with $st"$'\n'; }
    [ $((good + bad)) != 0 ] || { bad=1; told+="$name ran no test"$'\n'; }
    if [ "$bad" != 0 ]; then
        told+=$(grep -nE -A 6 '^not ok [0-9]+|^Bail out|ERROR: |runtime error: ' "$log" | head -n 60; tail -n 15 "$log")$'\n'
    fi
    printf -v line '%-22s %6d passed %4d failed %4d skipped %5d s' "$name" "$good" "$bad" "$skip" $((SECONDS - start))
    say "$told$line"
    say "$good $bad $skip $line" >"$BUILD/$name.result"
}

# A step without tests, without which there is nothing to test.
need() {
    local name=$1 start=$SECONDS
    shift
    say "== $name"
    "$@" || { say "$name failed"; say "0 passed, 1 failed"; exit 1; }
    printf -v line '%-22s %45d s' "$name" $((SECONDS - start))
    summary+=$line$'\n'
}

install_all() {
    local packages="$BUILD_PACKAGES $DEMO_PACKAGES $CHECK_PACKAGES"
    ! wants package || packages+=" $PACKAGE_PACKAGES"
    # shellcheck disable=SC2086 # a list of words
    install_packages $packages && install_node
}

# The libraries of npm, as the package-lock.json have them: the peers of test/interop, what drives the
# browser, and what reads PHP. Without them (no network, a proxy that npm does not trust) their tests fail, and
# all others still run.
install_peers() {
    local node
    for node in "$TOP/test/interop/node" "$TOP/test/browser" "$TOP/test/wordpress"; do
        [ "$node/node_modules/.package-lock.json" -nt "$node/package-lock.json" ] && continue
        NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS-/etc/ssl/certs/ca-certificates.crt} \
            npm ci --prefix "$node" --no-audit --no-fund --ignore-scripts --loglevel=error </dev/null ||
            say "npm ci --prefix $node failed: the tests that need its libraries will fail"
    done
}

make_check() { make -s -C "$BUILD/$1" -j2 check PROVE="prove -v" "${@:2}"; }

# Two seconds a target, the same inputs each time: that they build, and find nothing at once. make fuzz searches on.
fuzz_briefly() {
    if make -s -C "$BUILD/plain" -j2 fuzz FUZZ_SECONDS=2 FUZZ_OPTIONS="-seed=1 -runs=20000" 2>&1; then
        say "ok 1 - no fuzz target finds anything in two seconds"
    else
        say "not ok 1 - no fuzz target finds anything in two seconds"
    fi
}

# Another compiler, whose warnings are others. Not optimized: this takes half the time.
by_clang() {
    build_in "$BUILD/clang" --enable-werror CC=clang CFLAGS=-O0 &&
        make -s -C "$BUILD/clang" -j2 check-programs PROVE="prove -v"
}

# The module that is built without hiredis and libmsgpack-c: what it says of redis, and that httpd loads it.
without_redis() {
    local dir=$BUILD/without-redis said
    build_in "$dir" --without-redis --without-msgpack CFLAGS=-O0 || return 1
    said=$("$(apxs -q SBINDIR)/$(apxs -q PROGNAME)" -t -f /dev/null \
        -C "LoadModule mpm_event_module $(apxs -q LIBEXECDIR)/mod_mpm_event.so" \
        -C "LoadModule sessioncookie_module $dir/.libs/mod_sessioncookie.so" \
        -C "CookieSessionStore redis:127.0.0.1:6379" 2>&1)
    [[ $said = *'CookieSessionStore "redis:127.0.0.1:6379": this mod_sessioncookie was built without redis'* ]] || printf 'not '
    say "ok 1 - a module that was built without hiredis refuses redis and says why"
    say "$said" | sed 's/^/# /'
}

# The archive on its own: unpacked, built beside its read-only sources, tested, installed, uninstalled.
distcheck() {
    SC_NODE_MODULES=$TOP/test/interop/node/node_modules make -s -C "$BUILD/plain" -j2 distcheck PROVE="prove -v"
    local st=$? lacking
    if [ -e "$TOP/.git" ]; then
        lacking=$(comm -23 <(git -c safe.directory='*' -c core.quotePath=off -C "$TOP" ls-files | grep -v '^\.git' | sort) \
            <(tar -tf "$BUILD"/plain/*.tar.xz | sed 's,^[^/]*/,,' | sort))
        [ -z "$lacking" ] || { printf 'not '; st=1; }
        say "ok 1 - the archive has every file of the repository"
        # shellcheck disable=SC2086 # a list of words
        [ -z "$lacking" ] || say "# but not" $lacking
    fi
    rm -f "$BUILD"/plain/*.tar.xz
    return $st
}

# No sanitizer may go on after an error, and a leak is one.
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0:allocator_may_return_null=1
export UBSAN_OPTIONS=print_stacktrace=1

# What a reader might think was tested, and was not.
not_run() {
    local tap reasons
    say "Not run:"
    [ ! -e "$BUILD/left-out" ] || say "   $(<"$BUILD/left-out"): not asked for"
    for tap in "$BUILD"/*.tap; do
        reasons=$(sed -n 's/^ok [0-9]* .*# *SKIP[A-Za-z]* *//Ip' "$tap" | sort | uniq -c)
        [ -z "$reasons" ] || say "    $(basename "$tap" .tap): skipped"$'\n'"$reasons"
    done
    say "    32 bits (make check-32), the packages twice and the rpm (make check-package), threads in httpd (make check-tsan)," \
        "load while things break (make soak), long fuzzing (make fuzz, make fuzz-httpd), lines that no test reaches (make coverage)," \
        "figures (make bench): too long for every change"
}

mkdir -p "$BUILD" && rm -f "$BUILD"/*.tap "$BUILD"/*.result "$BUILD/left-out" || exit 1
need packages install_all
need npm install_peers
need build build_in "$BUILD/plain" --enable-werror
! wants sanitized t-sanitized t-cache-off t-cache-1 fuzz-httpd ||
    need build-sanitized build_in "$BUILD/asan" --enable-sanitizers

# Two lanes for two processors, about as long as each other. What runs make in a build is in the first one; the
# second one takes what is built, and waits for its servers most of the time.
builds() {
    part unit make_check plain
    part t-event-2 "$TOP/t/run.sh" "$BUILD/plain" --mpm event --half 2
    part faults make -s -C "$BUILD/plain" check-faults
    part valgrind make -s -C "$BUILD/plain" check-valgrind PROVE="prove -v"
    part sanitized make_check asan
    part clang by_clang
    part without-redis without_redis
    part fuzz fuzz_briefly
    part distcheck distcheck
    part browser "$TOP/test/browser/run.t" "$BUILD/plain"
    part wordpress "$TOP/test/wordpress/run.t" "$BUILD/plain"
    part wordpress-mod-php "$TOP/test/wordpress/run.t" "$BUILD/plain" --mod-php login
}
servers() {
    part t-event-1 "$TOP/t/run.sh" "$BUILD/plain" --mpm event --half 1
    part t-prefork "$TOP/t/run.sh" "$BUILD/plain" --mpm prefork
    part t-worker "$TOP/t/run.sh" "$BUILD/plain" --mpm worker
    part t-sanitized "$TOP/t/run.sh" "$BUILD/asan" --mpm event
    part t-cache-off "$TOP/t/run.sh" "$BUILD/asan" --mpm event --cache Off cache.t keepalive.t http2.t env.t scopes.t
    part t-cache-1 "$TOP/t/run.sh" "$BUILD/asan" --mpm event --cache 1 cache.t keepalive.t http2.t env.t scopes.t
    part fuzz-httpd "$TOP/test/fuzz/httpd.sh" "$BUILD/asan" --seconds 20 --seed 1
    part examples "$TOP/examples/run.t" "$BUILD/plain"
    part package "$TOP/test/package/run.t" "$BUILD/package"
    part demo env DEMO_PORT=0 DEMO_BUILD="$BUILD/plain" "$TOP/demo.sh" --once
}
# Process groups of their own, which end with this script.
set -m
builds &
lanes=(-$!)
servers &
lanes+=(-$!)
set +m
trap 'kill -TERM -- "${lanes[@]}" 2>/dev/null; wait; exit 130' INT TERM HUP
for lane in "${lanes[@]}"; do
    wait "${lane#-}" || { failed=$((failed + 1)); say "the parts were ended from outside"; }
done
trap - INT TERM HUP

while read -r good bad skip line; do
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + skip))
    summary+=$line$'\n'
done < <(cat "$BUILD"/*.result)

say ""
printf %s "$summary"
not_run
say "$SECONDS s in all, $skipped skipped"
say "$passed passed, $failed failed"
[ $failed = 0 ]
