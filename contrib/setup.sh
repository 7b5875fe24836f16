# SPDX-License-Identifier: Apache-2.0
# What demo.sh, check.sh and the test runners share: which Debian packages each needs, how the missing ones are
# installed, how the tree is built outside itself, and who runs the servers. Sourced by bash.

# Compiles the module and the command.
BUILD_PACKAGES="gcc libc6-dev make autoconf automake libtool pkg-config apache2-dev
    libapr1-dev libaprutil1-dev libssl-dev libsodium-dev libjson-c-dev zlib1g-dev libhiredis-dev libmsgpack-dev
    go-md2man"
# Runs them: apache2-bin is httpd and its modules without a service.
DEMO_PACKAGES="apache2-bin php-fpm python3 python3-flask curl"
# Tests them: Apache::Test (libapache2-mod-perl2), the real peers, a browser, valgrind, sanitizers, libFuzzer,
# the guard of the C style, a WordPress.
CHECK_PACKAGES="perl libapache2-mod-perl2 libhttp-message-perl libwww-perl libapache2-mod-php php-cgi
    libxml2-utils valgrind clang clang-format libclang-rt-14-dev python3-flask-login python3-flaskext.wtf
    python3-django python3-starlette python3-nacl openssl chromium node-parse5 nghttp2-client man-db
    uwsgi-core uwsgi-plugin-python3 xz-utils redis-server redis-tools prometheus git
    python3-flask-session python3-redis libaprutil1-dbd-sqlite3 libaprutil1-dbd-mysql libaprutil1-dbd-pgsql
    python3-mysqldb python3-psycopg2 postgresql python3-msgpack
    wordpress mariadb-server php-mysql php-gd php-xml php-mbstring php-curl php-zip phpunit gettext"
# Packages them for Debian, and looks at what came out: test/package.
PACKAGE_PACKAGES="build-essential debhelper devscripts blhc lintian apache2 iproute2 rpm rpmlint"
# Measures them.
BENCH_PACKAGES="wrk nghttp2-client openssl libapache2-mod-security2"
# Loads them: make check-tsan and make soak, in which clocks jump.
LOAD_PACKAGES="wrk nghttp2-client redis-server redis-tools openssl libaprutil1-dbd-sqlite3 faketime"
# Reads them: the analysers of make lint.
LINT_PACKAGES="clang clang-tidy cppcheck shellcheck php-cli codespell"

# Empty for root; how to become root for everybody else. SUDO= in the environment decides.
if [ "$(id -u)" = 0 ]; then SUDO=${SUDO-}; else SUDO=${SUDO-sudo}; fi

# Debian has these folders in the PATH of root alone.
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

say() { printf '%s\n' "$*"; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# The packages of "$@" that are not installed.
missing_packages() {
    local package
    for package in "$@"; do
        case "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" in
            installed) ;;
            *) echo "$package" ;;
        esac
    done
}

apt_get() {
    $SUDO env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 \
        apt-get -q -y -o DPkg::Lock::Timeout=300 "$@" </dev/null
}

# Installs the packages of "$@" that are missing, without questions and without starting a service: the
# servers here are private ones. A service that runs already is left running.
install_packages() {
    local missing policy=/usr/sbin/policy-rc.d made_policy= log pause st=0
    command -v dpkg-query >/dev/null || {
        say "This is not Debian: install the equivalents of these packages yourself: $*"
        return 0
    }
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    # shellcheck disable=SC2086 # a list of words
    say "Installing with apt:" $missing
    [ -z "$SUDO" ] || $SUDO -n true 2>/dev/null || [ -t 0 ] ||
        die "these packages are missing and sudo wants a password: ${missing//$'\n'/ }"
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' | $SUDO tee $policy >/dev/null && $SUDO chmod 755 $policy
        made_policy=yes
    fi
    log=$(mktemp)
    # The package lists may be outdated and a mirror may be busy: fetch the lists and try again.
    for pause in 0 5 30 -; do
        st=0
        # shellcheck disable=SC2086
        apt_get install --no-install-recommends $missing >>"$log" 2>&1 || st=$?
        [ $st != 0 ] && [ $pause != - ] || break
        sleep $pause
        apt_get update >>"$log" 2>&1
    done
    [ -z "$made_policy" ] || $SUDO rm -f $policy
    [ $st = 0 ] || { tail -n 25 "$log" >&2; rm -f "$log"; die "apt-get could not install: ${missing//$'\n'/ }"; }
    rm -f "$log"
}

# Node for the PASETO peers and the browser: any that is in the PATH, else Debian's.
install_node() {
    command -v node >/dev/null || install_packages nodejs
    command -v npm >/dev/null || install_packages npm
}

# build_in DIR [configure option…]: builds $TOP in DIR, where an older build is updated.
build_in() {
    local dir=$1 log=$1/build.log
    shift
    mkdir -p "$dir" || return 1
    { [ -x "$TOP/configure" ] || "$TOP/autogen.sh"; } >"$log" 2>&1 &&
        (
            cd "$dir" &&
                { [ -f Makefile ] || "$TOP/configure" "$@"; } &&
                make -s -j2
        ) >>"$log" 2>&1 ||
        { tail -n 25 "$log" >&2; say "The build failed; its whole log is $log" >&2; return 1; }
}

# Who runs the servers and Apache::Test, which refuses root: the caller, or www-data where the caller is
# root. An array, so that $! after "${as_user[@]}" COMMAND & is the command's own pid. www-data may not be
# able to enter $TOP: what it runs or reads is copied to a run directory first.
if [ "$(id -u)" = 0 ]; then
    RUN_AS=www-data
    as_user=(setpriv --reuid="$RUN_AS" --regid="$RUN_AS" --clear-groups --inh-caps=-all --)
else
    RUN_AS=$(id -un)
    as_user=(env)
fi

# A directory that $RUN_AS owns and everybody may read.
make_run_dir() {
    local dir
    dir=$(mktemp -d "${TMPDIR:-/tmp}/$1.XXXXXX") && chmod 755 "$dir" || return 1
    [ "$(id -u)" != 0 ] || chown "$RUN_AS:$(id -gn "$RUN_AS")" "$dir"
    echo "$dir"
}

php_fpm() {
    local program
    for program in /usr/sbin/php-fpm[0-9]*; do [ ! -x "$program" ] || { echo "$program"; return 0; }; done
    command -v php-fpm
}

free_port() {
    /usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

port_is_free() {
    /usr/bin/python3 -c 'import socket, sys; s = socket.socket(); s.bind(("", int(sys.argv[1])))' "$1" 2>/dev/null
}

# Ends the processes "$@" that this script started, and waits until they are gone.
stop_all() {
    local pid
    for pid in "$@"; do kill -TERM "$pid" 2>/dev/null; done
    for pid in "$@"; do wait "$pid" 2>/dev/null; done
}

# wait_for URL PID…: until the URL answers; fails after a minute, or when a process has ended.
wait_for() {
    local url=$1 pid
    shift
    for _ in $(seq 600); do
        curl -fs -o /dev/null --max-time 5 "$url" && return 0
        for pid in "$@"; do kill -0 "$pid" 2>/dev/null || return 1; done
        sleep 0.1
    done
    return 1
}
