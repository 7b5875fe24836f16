#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the XSRF guard costs, beside httpd without it and beside ModSecurity with its access to
# bodies: uploads of each kind of body to a handler that reads them, a worker's memory while
# one of 1 GB passes, the CPU of a small form, and pages that fields are put into. Each variant is
# an httpd of its own (event MPM, one worker process); rounds are interleaved.
#
#   bench/upload.sh
#
# It installs libapache2-mod-security2, which Debian then enables in its own httpd: a2dismod security2.
#
# BUILDDIR=DIR where the module was built (default: build/bench, built on demand)
# ROUNDS=9 LENGTH=3 (seconds of wrk) CONNECTIONS=8 SIZE=64 (MB an upload) UPLOADS=4 (a round)
set -u
TOP=$(cd "$(dirname "$0")/.." && pwd) || exit 1
. "$TOP/contrib/setup.sh"
ROUNDS=${ROUNDS:-9} LENGTH=${LENGTH:-3} CONNECTIONS=${CONNECTIONS:-8} SIZE=${SIZE:-64} UPLOADS=${UPLOADS:-4}
. "$TOP/bench/common.sh"

# --- variants ---

modules_of() {
    say sink proxy proxy_http sessioncookie
    [ "$1" != modsecurity ] || say unique_id security2
}

# The session is there with and without the guard. ModSecurity reads bodies and looks for one
# word in their fields; its limits are wide enough for the uploads.
config_of() {
    say 'CookieSessionKey main "file:'"$DIR"'/secret"
CookieSession cookie:session flask keys=main
<Location /sink>
SetHandler sink
</Location>
ProxyPass /proxied/ http://127.0.0.1:'"$(port_of unguarded)"'/
'
    case $1 in
        unguarded) ;;
        guarded) say 'XSRF On
XSRFKey main
XSRFSend inject' ;;
        modsecurity) say 'SecRuleEngine On
SecRequestBodyAccess On
SecRequestBodyLimit 1073741824
SecRequestBodyNoFilesLimit 1073741824
SecTmpDir "'"$DIR"'"
SecDataDir "'"$DIR"'"
SecRule REQUEST_HEADERS:Content-Type "application/json" "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON"
SecRule ARGS:a "@streq attack" "id:2,phase:2,deny,nolog"' ;;
    esac
}

build_sink

# --- bodies: the token is where a form has it, before what is large ---

COOKIE=$(say "$SESSION" | sealed --format flask --key "main=file:$DIR/secret")
VISITOR=YS12aXNpdG9yLW9mLW91cg
TOKEN=$("$BUILDDIR/sessioncookie" xsrf make --scheme signed --key "main=file:$DIR/secret" \
    --option visitor="$VISITOR" --option "source=cookie:session flask" --option user=1842)
say "$COOKIE; xsrf-visitor=$VISITOR" >"$DIR/cookies"

# random N: N bytes that no line and no escape breaks up.
random() { openssl enc -aes-128-ctr -K 0 -iv 0 -nosalt </dev/zero 2>/dev/null | head -c "$1"; }
letters() { random "$1" | base64 -w 0 | head -c "$1"; }

type_of() {
    case $1 in
        octet-stream) say application/octet-stream ;;
        multipart) say 'multipart/form-data; boundary=----bench0123456789' ;;
        urlencoded) say application/x-www-form-urlencoded ;;
        json) say application/json ;;
    esac
}

# body_of KIND BYTES: the body's first and last bytes, with so many between them.
body_of() {
    case $1 in
        octet-stream) random "$2" ;;
        multipart)
            printf -- '------bench0123456789\r\nContent-Disposition: form-data; name="xsrf-token"\r\n\r\n%s\r\n' "$TOKEN"
            printf -- '------bench0123456789\r\nContent-Disposition: form-data; name="file"; filename="x.bin"\r\nContent-Type: application/octet-stream\r\n\r\n'
            random "$2"
            printf -- '\r\n------bench0123456789--\r\n' ;;
        urlencoded) printf 'xsrf-token=%s&text=' "$TOKEN" && letters "$2" | tr '+/' '-_' ;;
        json) printf '{"xsrf-token":"%s","text":"' "$TOKEN" && letters "$2" && printf '"}' ;;
    esac
}

# --- measuring ---

# ModSecurity's parser of JSON needs more than ten minutes for one string of 64 MB.
variants_for() {
    say unguarded guarded
    [ "$1" = json ] || say modsecurity
}

# upload VARIANT KIND FILE N: N uploads over one connection, and the seconds of each.
upload() {
    curl -sS -m 120 -o "$DIR/answer" -w '%{http_code} %{time_total}\n' -H "Cookie: session=$COOKIE; xsrf-visitor=$VISITOR" -H 'Sec-Fetch-Site: same-origin' \
        -H "Content-Type: $(type_of "$2")" -H 'Expect:' ${HEADER:+-H "$HEADER"} --data-binary "@$3" \
        "http://127.0.0.1:$(port_of "$1")/sink?[1-$4]"
}

# rate_of VARIANT KIND: "VARIANT MB/s" of one round.
rate_of() {
    upload "$1" "$2" "$DIR/body" "$UPLOADS" |
        awk -v variant="$1" -v size="$SIZE" '$1 != 200 { exit 1 } { n++; s += $2 } END { if (n) print variant, n * size / s }'
}

# The handler must have got all of it, and the guard must refuse who has no token.
check_upload() {
    local bytes got
    bytes=$(wc -c <"$DIR/body")
    for variant in $(variants_for "$1"); do
        got=$(upload "$variant" "$1" "$DIR/body" 1)
        [[ $got = 200\ * ]] && [ "$(cat "$DIR/answer")" = "$bytes" ] ||
            die "$variant: $1 of $bytes bytes: $got, $(cat "$DIR/answer")"
    done
    say forged=1 >"$DIR/forged"
    got=$(HEADER='' upload guarded octet-stream "$DIR/forged" 1)
    [[ $got = 403\ * ]] || die "guarded: without a token: $got"
}

awk -f "$TOP/bench/page.awk" >"$DIR/www/page.html"
printf 'name=Anna&text=%s&xsrf-token=%s' "$(letters 200 | tr '+/' '-_')" "$TOKEN" >"$DIR/form"
share_files
machine
for variant in unguarded guarded modsecurity; do start_variant "$variant"; done

say ""
say "Uploads of $SIZE MB, $UPLOADS to a round, $ROUNDS rounds:"
for kind in octet-stream multipart urlencoded json; do
    HEADER=
    [ $kind != octet-stream ] || HEADER="X-XSRF-Token: $TOKEN" # no field in there
    body_of $kind $((SIZE * 1000000)) >"$DIR/body"
    check_upload $kind
    for _ in $(seq "$ROUNDS"); do
        for variant in $(variants_for $kind); do
            rate_of "$variant" $kind || die "$variant: an upload failed"
        done
    done >"$DIR/rounds"
    say ""
    say "$kind:"
    report "MB/s" <"$DIR/rounds"
done

# The highest of the worker's anonymous memory while an upload of 1 GB passes, over what it was
# after ones of 64 KB. curl reads the file as it goes (-T), with its length.
say ""
say "| 1 GB of | variant | worker before, KiB | highest, KiB | growth, KiB |"
say "| --- | --- | ---: | ---: | ---: |"
for kind in octet-stream multipart urlencoded json; do
    HEADER=
    [ $kind != octet-stream ] || HEADER="X-XSRF-Token: $TOKEN"
    body_of $kind 65536 >"$DIR/small"
    body_of $kind 1000000000 >"$DIR/body"
    for variant in unguarded guarded; do
        main=$(main_of "$variant")
        upload "$variant" $kind "$DIR/small" 64 >/dev/null
        before=$(memory_of "$main")
        curl -sS -o "$DIR/answer" -X POST -T "$DIR/body" -H "Cookie: session=$COOKIE; xsrf-visitor=$VISITOR" -H 'Sec-Fetch-Site: same-origin' -H 'Expect:' \
            -H "Content-Type: $(type_of $kind)" ${HEADER:+-H "$HEADER"} "http://127.0.0.1:$(port_of "$variant")/sink" &
        client=$! highest=$before samples=0
        while kill -0 $client 2>/dev/null; do
            now=$(memory_of "$main")
            [ "$now" -le "$highest" ] || highest=$now
            samples=$((samples + 1))
        done
        wait $client
        [ "$(cat "$DIR/answer")" = "$(wc -c <"$DIR/body")" ] || die "$variant: 1 GB of $kind: $(cat "$DIR/answer")"
        [ $samples -gt 5 ] || die "$variant: 1 GB of $kind passed too fast to be watched"
        say "| $kind | $variant | $before | $highest | $((highest - before)) |"
    done
done
rm "$DIR/body"

say ""
say "A POST of a form of $(wc -c <"$DIR/form") bytes, $ROUNDS rounds of $LENGTH s:"
export COOKIES=$DIR/cookies
for _ in $(seq "$ROUNDS"); do
    for variant in unguarded guarded modsecurity; do
        BODY=$(cat "$DIR/form") cpu_of $variant wrk_for $variant sink "$LENGTH"
    done
done >"$DIR/rounds"
report "CPU µs a request" <"$DIR/rounds"

# A page as WordPress writes it (bench/page.awk), from a back end and as a file.
for path in proxied/page.html page.html; do
    for variant in unguarded guarded; do
        curl -s -H "Cookie: session=$COOKIE; xsrf-visitor=$VISITOR" "http://127.0.0.1:$(port_of $variant)/$path" | grep -c 'name="xsrf-token"'
    done | paste -sd ' ' | grep -qx '0 2' || die "$path does not have two fields where it is guarded"
    say ""
    say "$path, $(wc -c <"$DIR/www/page.html") bytes with $(sed '/^<style/,/^<\/style/d; /^<script.*-js-extra/,/^<\/script/d' "$DIR/www/page.html" | grep -o '<[/a-z]' | wc -l) tags, two fields put into it:"
    for _ in $(seq "$ROUNDS"); do
        for variant in unguarded guarded; do cpu_of $variant wrk_for $variant $path "$LENGTH"; done
    done >"$DIR/rounds"
    report "CPU µs a request" <"$DIR/rounds"
done
