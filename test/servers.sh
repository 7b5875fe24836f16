# SPDX-License-Identifier: Apache-2.0
# What the tests with real servers and a browser share: a folder below which the servers write, and servers that end
# with the test. Sourced by bash, after contrib/setup.sh.

skip() { printf '1..0 # SKIP %s\n' "$*"; exit 0; }

# use_run_dir NAME: makes the folder RUN; it goes when the script ends, unless T_KEEP=1 keeps it, and the servers go with it.
use_run_dir() {
    RUN=$(make_run_dir "$1") || exit 1
    pids=()
    trap finish EXIT
    trap 'exit 130' INT TERM HUP
}
finish() {
    trap - EXIT
    stop_all "${pids[@]}"
    if [ -n "${T_KEEP-}" ]; then say "# kept: $RUN"; else rm -rf "$RUN"; fi
}

# start NAME COMMAND…: a server of the unprivileged user, in a session of its own; what it says goes to RUN/NAME.out.
start() {
    local name=$1
    shift
    "${as_user[@]}" setsid setpriv --pdeathsig TERM "$@" >"$RUN/$name.out" 2>&1 </dev/null &
    pids+=($!)
}

# trouble SENTENCE: ends the test with what the servers said last.
trouble() { tail -n 15 "$RUN"/*.out "$RUN"/*.log | sed 's/^/# /'; die "$*"; }

# A secret that the unprivileged user alone can read.
make_secret() { "${as_user[@]}" sh -c 'umask 077; od -An -tx1 -N32 /dev/urandom | tr -d " \n" >"$1"' - "$1"; }
