/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the core's readers of codings from outside, so that a script can hold them against
 * another implementation: a question a line, an answer a line, bytes in hex.
 *
 *     b64 HEX      base64.b64decode        b64pad HEX   urlsafe_b64decode, padding
 * supplied zlib HEX     zlib.decompress, at most LIMIT bytes deflate HEX  zlib.compress
 *     cookie HEX   every value of the cookie "c" in a header, a space between them
 *     strip HEX    the header without the cookie "c"
 *     quote HEX    a cookie's value as it is written
 *     script HEX   the same with <script id=OURS></script>
 *     inject HEX   a page of https://example.org with <input type=hidden name=TOK
 *                  value=VALUE> wherever a field belongs, whole or in pieces of 7 bytes
 *
 * The answer is "=" and bytes in hex, or a status. */
#include "core/base/base64.h"
#include "core/http/cookie.h"
#include "core/http/cookie_strip.h"
#include "core/html/forms.h"
#include "core/base/zip.h"
#include <apr_general.h>
#include <stdio.h>
#include <stdlib.h>

#define LIMIT 65536

/* An answer that is a run of bytes. */
static void say(sc_bytes_t bytes)
{
    apr_size_t i;

    putchar('=');
    for (i = 0; i < bytes.n; i++)
        printf("%02x", bytes.p[i]);
}

static void answer(sc_status_t st, sc_bytes_t bytes)
{
    if (st)
        printf("%s", sc_status_name(st));
    else
        say(bytes);
}

static void say_cookies(sc_bytes_t header, apr_pool_t *p)
{
    sc_bytes_t value;
    apr_size_t at = 0;
    int n = 0;

    while (sc_cookie_next(&value, &at, header, "c", p)) {
        if (n++) putchar(' ');
        say(value);
    }
    if (!n) printf("%s", sc_status_name(SC_ABSENT));
}

static void say_injected(sc_bytes_t html, int wanted, apr_pool_t *p)
{
    sc_bytes_t parts[3] = {sc_bytes_str("")}, rest;
    sc_bytes_t piece =
        wanted == SC_INJECT_SCRIPT
            ? sc_bytes_str("<script id=OURS></script>")
            : sc_inject_field(sc_bytes_str("TOK"), sc_bytes_str("VALUE"), p);
    sc_origin_t page;
    sc_inject_t *in = sc_inject_make(&page, wanted, p);
    apr_size_t n, step = html.n % 2 ? 7 : html.n;
    int found;

    if (!sc_origin_parse(&page, sc_bytes_str("https://example.org"), p)) abort();
    while (html.n) {
        rest = sc_bytes(html.p, html.n < step ? html.n : step);
        found = sc_inject_next(&n, in, rest);
        parts[1] = sc_bytes(html.p, n);
        parts[2] = found ? piece : sc_bytes_str("");
        parts[0] = sc_bytes_join(parts, 3, p);
        html = sc_bytes_from(html, n);
    }
    say(parts[0]);
}

static int ask(const char *what, sc_bytes_t in, apr_pool_t *p)
{
    static const char *const names[] = {"c"};
    sc_bytes_t out = {NULL, 0};

    if (!strcmp(what, "b64"))
        answer(sc_base64_decode_python(&out, in, 0, p), out);
    else if (!strcmp(what, "b64pad"))
        answer(sc_base64_decode_python(&out, in, 1, p), out);
    else if (!strcmp(what, "zlib"))
        answer(sc_zip_inflate(&out, in, LIMIT, p), out);
    else if (!strcmp(what, "deflate"))
        answer(sc_zip_deflate(&out, in, p), out);
    else if (!strcmp(what, "quote"))
        say(sc_cookie_quote(in, p));
    else if (!strcmp(what, "strip"))
        say(sc_cookie_strip(in, names, 1, p));
    else if (!strcmp(what, "inject"))
        say_injected(in, SC_INJECT_FIELDS, p);
    else if (!strcmp(what, "script"))
        say_injected(in, SC_INJECT_SCRIPT, p);
    else if (!strcmp(what, "cookie"))
        say_cookies(in, p);
    else
        return 0;
    putchar('\n');
    return 1;
}

static int digit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* The bytes that the hex stands for, in a block of their own length: valgrind sees one
 * byte too far. */
static sc_bytes_t unhex(const char *hex)
{
    apr_size_t i, n = strspn(hex, "0123456789abcdef") / 2;
    unsigned char *to = malloc(n ? n : 1);

    for (i = 0; to && i < n; i++)
        to[i] = (unsigned char)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
    return sc_bytes(to, to ? n : 0);
}

int main(void)
{
    char *line = NULL, *space;
    size_t room = 0;
    apr_pool_t *p;
    int good = 1;

    if (apr_initialize() || apr_pool_create(&p, NULL)) return 2;
    while (good && getline(&line, &room, stdin) > 0) {
        sc_bytes_t in;

        space = strchr(line, ' ');
        if (!space) return 2;
        *space = '\0';
        in = unhex(space + 1);
        good = ask(line, in, p);
        free((void *)in.p);
        apr_pool_clear(p);
    }
    free(line);
    apr_terminate();
    return good ? 0 : 2;
}
