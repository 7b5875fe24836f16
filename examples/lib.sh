# SPDX-License-Identifier: Apache-2.0
# What run.t needs to run an example as its README has it. Sourced by bash.
#
# A README's blocks are worked off in their order: sh is done by root (prepares files, starts
# applications), apache is pasted into httpd's configuration, console is typed, and its output compared.
# Paths and ports are replaced, nothing else.

ok() {
    local st=$1
    shift
    count=$((count + 1))
    if [ "$st" = 0 ]; then say "ok $count - ${here:+${here##*/}: }$*"; else
        say "not ok $count - ${here:+${here##*/}: }$*"
        failed=$((failed + 1))
    fi
}

is() {
    local got=$1 expected=$2
    [ "$got" = "$expected" ]
    ok $? "$3"
    [ "$got" = "$expected" ] || say "# '$got' instead of '$expected'"
}

like() { grep -qF -- "$2" <<<"$1"; ok $? "$3" || say "# $1"; }
unlike() { ! grep -qF -- "$2" <<<"$1"; ok $? "$3" || say "# $1"; }

get() { curl -s --max-time 20 "$@"; }
status() { local page=$1; shift; get -o /dev/null -w '%{http_code}' "$@" "$base$page"; }
location() { local page=$1; shift; get -o /dev/null -D - "$@" "$base$page" | sed -n 's/^Location: //p' | tr -d '\r'; }

# The value of a cookie in a jar that curl wrote.
cookie_of() { awk -v name="$2" '$6 == name { print $7 }' "$1"; }

# sealed JSON [argument of the command…]: a Flask session; under the example's key unless told otherwise.
sealed() {
    local json=$1
    shift
    [[ " $* " = *" --key "* ]] || set -- "$@" --key "k=file:$DIR/etc/flask-secret-key"
    "$build/sessioncookie" encode --format flask "$@" "$json"
}

# Where an example's paths and ports are in this run.
declare -A ports=()
placed() {
    local text=$1 port
    for port in "${!ports[@]}"; do
        text=${text//127.0.0.1:$port/127.0.0.1:${ports[$port]}}
        text=${text//.py $port/.py ${ports[$port]}}
    done
    text=${text//\/etc\/apache2\//$DIR/etc/}
    text=${text//\/srv\//$DIR/srv/}
    text=${text//\/var\/lib\//$DIR/lib/}
    text=${text//http:\/\/localhost/$base}
    text=${text//examples\//$DIR/examples/}
    say "$text"
}

# What Debian's apache2 has enabled, as far as an example could lean on it, and what the README enables.
base_config() {
    local module
    say "ServerRoot $DIR
ServerName $base
Listen ${base#http://}
PidFile $DIR/httpd.pid
DefaultRuntimeDir $DIR
ErrorLog $DIR/error.log
LogLevel warn sessioncookie:info
DocumentRoot $DIR/www
StartServers 1
TypesConfig /dev/null
AddType text/html .html
AddType text/plain .txt
AddType application/json .json"
    for module in mpm_event authn_core authn_file authz_core authz_user authz_host alias dir mime env setenvif headers "$@"; do
        case $module in
            sessioncookie) say "LoadModule sessioncookie_module $DIR/mod_sessioncookie.so" ;;
            proxy_http) say "LoadModule proxy_module $modules/mod_proxy.so"
                say "LoadModule proxy_http_module $modules/mod_proxy_http.so" ;;
            *) say "LoadModule ${module}_module $modules/mod_$module.so" ;;
        esac
    done
    say "<Directory />
Require all denied
</Directory>
<Directory $DIR/www>
Require all granted
</Directory>
Header always set X-Generation $generation
Header always set X-Seen \"%{COOKIESESSION_STATUS}e %{SESSION_USER_ID}e\""
    [ ! -e "$DIR/extra.conf" ] || cat "$DIR/extra.conf"
}

generation_seen() { get -o /dev/null -D - "$base/index.html" | sed -n 's/^X-Generation: //p' | tr -d '\r'; }

# paste CONFIG: into the server, which is started, or reloaded when it runs.
paste_config() {
    local i
    generation=$((generation + 1))
    { base_config "${enabled[@]}"; placed "$1"; } >"$DIR/httpd.conf"
    [ "$(id -u)" != 0 ] || chown -R "$RUN_AS" "$DIR/etc"
    "${as_user[@]}" "$httpd" -t -f "$DIR/httpd.conf" >"$DIR/syntax" 2>&1
    ok $? "httpd takes the configuration: $(tail -n 1 "$DIR/syntax")"
    if [ -z "$server" ]; then
        "${as_user[@]}" setsid setpriv --pdeathsig TERM "$httpd" -DFOREGROUND -f "$DIR/httpd.conf" >"$DIR/out" 2>&1 </dev/null &
        server=$!
        pids+=("$server")
        wait_for "$base/index.html" "$server" || die "httpd did not start: $(cat "$DIR/out" "$DIR/error.log")"
    else
        kill -USR1 "$server"
        for i in $(seq 100); do [ "$(generation_seen)" != "$generation" ] || break; sleep 0.1; done
        is "$(generation_seen)" "$generation" "httpd has reloaded"
    fi
}

# php-fpm as demo.sh has it, for all .php of the configuration that is pasted next.
start_php() {
    sed "s|\${DEMO_DIR}|$DIR|" "$TOP/examples/demo/php-fpm.conf" >"$DIR/php-fpm.conf"
    "${as_user[@]}" setsid setpriv --pdeathsig TERM "$(php_fpm)" --nodaemonize --fpm-config "$DIR/php-fpm.conf" >"$DIR/php.out" 2>&1 </dev/null &
    pids+=($!)
    cat >"$DIR/extra.conf" <<EOT
LoadModule proxy_module $modules/mod_proxy.so
LoadModule proxy_fcgi_module $modules/mod_proxy_fcgi.so
<FilesMatch "\.php$">
SetHandler "proxy:unix:$DIR/php.sock|fcgi://localhost"
</FilesMatch>
EOT
}

# An application on its port, instead of the one that was there.
declare -A apps
start_app() {
    local line=$1 port=${1##* }
    [ -z "${apps[$port]-}" ] || stop_all "${apps[$port]}"
    [ "$(id -u)" != 0 ] || chown -R "$RUN_AS" "$DIR/etc"
    # shellcheck disable=SC2086 # words: VARIABLE=VALUE… python3 FILE PORT
    "${as_user[@]}" env ${line/python3/setsid setpriv --pdeathsig TERM /usr/bin/python3} >"$DIR/app-$port.out" 2>&1 </dev/null &
    apps[$port]=$!
    pids+=($!)
    for _ in $(seq 100); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return 0
        sleep 0.1
    done
    die "the application did not start: $(cat "$DIR/app-$port.out")"
}

# The lines of a sh block: modules, applications, and all else, which is done.
run_sh() {
    local line
    while IFS= read -r line; do
        case $line in
            'sudo a2enmod '*) read -ra enabled <<<"${line#sudo a2enmod }" ;;
            'chown www-data: '*) [ "$(id -u)" != 0 ] || chown "$RUN_AS:" "${line##* }" ;; # who httpd is here
            *.py\ *) start_app "$line"; changed=yes ;;
            *) (cd "$home" && PATH=$build:$PATH bash -c "$line"); ok $? "done: $line" ;;
        esac
    done <<<"$(placed "$1")"
}

# "$ command" and what it prints, up to the next; … in it stands for anything.
run_console() {
    local text line command= expected=
    text=$(placed "$1")
    while IFS= read -r line; do
        if [[ $line = '$ '* ]]; then
            [ -z "$command" ] || typed "$command" "$expected"
            command=${line#'$ '} expected=
        else
            expected+=${expected:+$'\n'}$line
        fi
    done <<<"$text"
    [ -z "$command" ] || typed "$command" "$expected"
}

typed() {
    local got
    got=$(cd "$home" && PATH=$build:$PATH bash -c "$1" 2>&1 | tr -d '\r')
    is "$got" "$2" "\$ ${1//$base/http://localhost}"
}

# The README's blocks, each as LANGUAGE, a newline, and its text, with NUL between them.
blocks() {
    awk '/^```$/ && inside { printf "%c", 0; inside = 0; next }
        /^```[a-z]+$/ && !inside { inside = 1; print substr($0, 4); next }
        inside' "$1"
}

# example DIRECTORY
example() {
    here=$1
    local block server= generation=0 home changed console=0 files
    local -a enabled=() pids=() parts=()
    home=$DIR/home
    rm -rf "${DIR:?}"/{etc,srv,www,home,extra.conf,error.log}
    mkdir -p "$DIR"/{etc,srv,www,home}
    echo hello >"$DIR/www/index.html"
    chmod a+rX "$DIR"/{srv,www}
    [ "$(id -u)" != 0 ] || chown "$RUN_AS" "$DIR"/{etc,home}
    ports=([5000]=$(free_port) [5001]=$(free_port)) apps=()
    base=http://127.0.0.1:$(free_port)
    example_files() { :; }
    example_step() { :; }
    example_started() { paste_config "$(<"$here/httpd.conf")"; }
    # shellcheck source=/dev/null
    . "$here/test.sh"
    cd "$home" || exit 1
    example_files
    mapfile -d '' -t parts < <(blocks "$here/README.md")
    for block in "${parts[@]}"; do
        changed=
        case $block in
            sh$'\n'*) run_sh "${block#*$'\n'}" ;;
            apache$'\n'*) paste_config "${block#*$'\n'}"; changed=yes ;;
            console$'\n'*)
                [ -n "$server" ] || example_started
                run_console "${block#*$'\n'}"
                console=$((console + 1)) ;;
            *) die "$here/README.md: a block that nobody knows: ${block%%$'\n'*}" ;;
        esac
        [ -z "$changed" ] || [ -z "$server" ] || example_step
    done
    [ "$console" != 0 ]
    ok $? "the README says what to try"
    example_test
    # What the guard or the hand-off refuses is logged, and is no fault of the example's.
    is "$(grep -E 'sessioncookie:(warn|error)\]|:(crit|alert|emerg)\]|exit signal' "$DIR/error.log" | grep -vE '\] (XSRF:|hand-off) refused')" "" \
        "httpd has nothing to complain of"
    cd / && stop_all "${pids[@]}"
    pids=()
}
