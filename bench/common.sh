# SPDX-License-Identifier: Apache-2.0
# What the benches share: the packages, the build, the servers that the variants are, what /proc
# tells of them, and the table. Sourced by bash, after contrib/setup.sh; who sources it has
# modules_of VARIANT and config_of VARIANT, which say what its server has beyond the common.
HERTZ=$(getconf CLK_TCK)

# shellcheck disable=SC2086 # lists of words
install_packages $BUILD_PACKAGES $DEMO_PACKAGES $BENCH_PACKAGES
if [ -z "${BUILDDIR-}" ]; then
    BUILDDIR=$TOP/build/bench
    build_in "$BUILDDIR" || exit 1
fi
HTTPD=$(apxs -q SBINDIR)/$(apxs -q PROGNAME)
MODULES=$(apxs -q LIBEXECDIR)
DIR=$(make_run_dir sessioncookie-bench) || exit 1
pids=()
finish() {
    trap - EXIT
    stop_all "${pids[@]}"
    rm -rf "$DIR"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

cp "$BUILDDIR/.libs/mod_sessioncookie.so" "$DIR"
printf 'a secret key of the benchmark, 40 bytes.' >"$DIR/secret"
chmod 600 "$DIR/secret"
mkdir "$DIR/www"
head -c 1024 /dev/zero | tr '\0' x >"$DIR/www/1k.txt"
say ready >"$DIR/www/ready.txt"

# A session of 250 bytes as JSON, with what applications keep in one.
SESSION='{"_fresh":true,"_id":"4f1c2a8be0d94c6bb1f7d7a1c0e2f3a4b5c6d7e8f9a0b1c2d3e4f5a6b7c8d9e0","_user_id":"1842",'
SESSION+='"cart":[{"id":17,"n":2},{"id":23,"n":1}],"csrf_token":"9b1d5c3f7e2a4d6c8b0a1e3f5d7c9b2a4e6f8d0c","lang":"de","theme":"dark","roles":["reader","editor"]}'

sealed() { "$BUILDDIR/sessioncookie" encode "$@" --lines -; }

# The handler of bench/sink.c as a module. In a folder of its own: apxs writes beside the source.
build_sink() {
    cp "$TOP/bench/sink.c" "$DIR/mod_sink.c"
    (cd "$DIR" && apxs -c mod_sink.c) >"$DIR/build.log" 2>&1 && cp "$DIR/.libs/mod_sink.so" "$DIR" ||
        { cat "$DIR/build.log" >&2; die "bench/sink.c does not build"; }
}

# php-fpm on $DIR/php.sock.
start_php() {
    printf '%s\n' '[global]' "error_log = $DIR/php-fpm.log" '[bench]' "listen = $DIR/php.sock" \
        'pm = static' 'pm.max_children = 2' >"$DIR/php-fpm.conf"
    "${as_user[@]}" setsid setpriv --pdeathsig TERM "$(php_fpm)" --nodaemonize \
        --fpm-config "$DIR/php-fpm.conf" >/dev/null 2>&1 </dev/null &
    pids+=($!)
}

# --- a server for each variant ---

port_of() { cat "$DIR/$1.port"; }
main_of() { cat "$DIR/$1.main"; }

write_config() {
    local variant=$1 port=$2 module path
    say "ServerRoot $DIR"
    say "ServerName 127.0.0.1:$port"
    say "Listen 127.0.0.1:$port"
    say "PidFile $DIR/$variant.pid"
    say "DefaultRuntimeDir $DIR"
    say "ErrorLog $DIR/$variant.log"
    for module in mpm_event authz_core mime $(modules_of "$variant"); do
        path=$MODULES/mod_$module.so
        [ ! -e "$DIR/mod_$module.so" ] || path=$DIR/mod_$module.so
        say "LoadModule ${module}_module $path"
    done
    say "ServerLimit 1
StartServers 1
ThreadsPerChild 32
MaxRequestWorkers 32
MaxConnectionsPerChild 0
KeepAlive On
MaxKeepAliveRequests 0
TypesConfig /dev/null
AddType text/plain .txt
AddType text/html .html
DocumentRoot $DIR/www
<Directory $DIR/www>
Require all granted
</Directory>"
    config_of "$variant"
}

# Files of the servers, for who runs them.
share_files() {
    chmod -R a+rX "$DIR"
    chmod 600 "$DIR"/secret "$DIR"/*.key 2>/dev/null
    [ "$(id -u)" != 0 ] || chown -R "$RUN_AS" "$DIR"
}

start_variant() {
    local variant=$1 port
    port=$(free_port)
    say "$port" >"$DIR/$variant.port"
    write_config "$variant" "$port" >"$DIR/$variant.conf"
    "${as_user[@]}" setsid setpriv --pdeathsig TERM "$HTTPD" -DFOREGROUND -f "$DIR/$variant.conf" \
        >"$DIR/$variant.out" 2>&1 </dev/null &
    pids+=($!)
    say $! >"$DIR/$variant.main"
    wait_for "$(scheme_of "$variant")://127.0.0.1:$port/ready.txt" $! || {
        cat "$DIR/$variant.out" "$DIR/$variant.log" >&2
        die "the server for $variant did not start"
    }
}

# --- measuring ---

machine() {
    say "$(nproc) cores ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)), load $(cut -d' ' -f1 /proc/loadavg), $("$HTTPD" -v | sed -n 's/^Server version: //p'), $(wrk --version 2>&1 | head -n 1 | cut -d' ' -f1-2)"
}

workers_of() { cat "/proc/$1/task/$1/children"; }

# Clock ticks that a server's processes have used: fields 14 and 15 of stat, counted after the name.
ticks_of() {
    local main=$1 pid sum=0 stat
    for pid in $main $(workers_of "$main"); do
        stat=$(<"/proc/$pid/stat")
        # shellcheck disable=SC2086 # fields
        set -- ${stat##*) }
        sum=$((sum + ${12} + ${13}))
    done
    say $sum
}

# Anonymous memory of the worker, in KiB: what a leak would grow.
memory_of() {
    local pid
    for pid in $(workers_of "$1"); do awk '/^RssAnon:/ { print $2 }' "/proc/$pid/status"; done | head -n 1
}

scheme_of() { case $1 in *-tls | *-h2) say https ;; *) say http ;; esac; }

# wrk_for VARIANT PATH SECONDS: with COOKIES and BODY, see requests.lua.
wrk_for() {
    wrk -t1 -c"$CONNECTIONS" -d"$3s" -s "$TOP/bench/requests.lua" "$(scheme_of "$1")://127.0.0.1:$(port_of "$1")/$2"
}

# cpu_of VARIANT COMMAND…: runs wrk, and says "VARIANT µs-a-request": the CPU that httpd used.
cpu_of() {
    local variant=$1 main before after out
    shift
    main=$(main_of "$variant")
    before=$(ticks_of "$main")
    out=$("$@")
    after=$(ticks_of "$main")
    ! grep -q 'Non-2xx\|Socket errors' <<<"$out" || die "$variant: $(grep 'Non-2xx\|Socket errors' <<<"$out")"
    awk -v variant="$variant" -v ticks=$((after - before)) -v hertz="$HERTZ" \
        '/requests in/ { print variant, ticks / hertz / $1 * 1e6 }' <<<"$out"
}

# report UNIT <ROUNDS: a table of the lines "VARIANT value", a round after the other. The base of a
# variant is the last one before it whose name begins with none, or the first; a ratio is the median of
# the rounds' ratios.
report() {
    awk -v unit="$1" '
        function sort(list, n,   i, j, t) {
            for (i = 2; i <= n; i++) for (j = i; j > 1 && list[j] < list[j-1]; j--) { t = list[j]; list[j] = list[j-1]; list[j-1] = t }
        }
        function median(list, n) { return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2 }
        { if (!($1 in n)) order[++k] = $1; value[$1, ++n[$1]] = $2 }
        END {
            print "| variant | " unit " | ratio | lowest and highest |"
            base = order[1]
            print "| --- | ---: | ---: | ---: |"
            for (v = 1; v <= k; v++) {
                name = order[v]
                if (name ~ /^none/) base = name
                for (i = 1; i <= n[name]; i++) { c[i] = value[name, i]; r[i] = c[i] / value[base, i] }
                sort(c, n[name]); sort(r, n[name])
                printf "| %s | %.1f | %.3f | %.3f to %.3f |\n", name, median(c, n[name]), median(r, n[name]), r[1], r[n[name]]
            }
        }'
}
