/* SPDX-License-Identifier: Apache-2.0 */
/* The Cookie header: any bytes are read to their end; what is stripped is not found any
 * more, with quotes or without; what is written is read back. */
#include "fuzz.h"
#include "core/http/cookie.h"
#include "core/http/cookie_strip.h"

static const char *const names[] = {"c", "s"};

/* How many cookies of one name there are, and that their values fit into the header. */
static int found(sc_bytes_t header, const char *name, apr_pool_t *p)
{
    apr_size_t at = 0, bytes = 0;
    sc_bytes_t value;
    int n = 0;

    while (sc_cookie_next(&value, &at, header, name, p)) {
        bytes += value.n + strlen(name);
        n++;
    }
    must(at >= header.n && bytes <= header.n);
    return n;
}

/* As a reader does that knows no quotes: PHP, Django. */
static int found_plainly(sc_bytes_t header, char name)
{
    apr_size_t i = 0;
    int n = 0;

    while (i < header.n) {
        while (i < header.n && strchr(" \t\n\v\f\r", header.p[i]) && header.p[i])
            i++;
        if (i + 1 < header.n && header.p[i] == name && header.p[i + 1] == '=') n++;
        while (i < header.n && header.p[i++] != ';')
            ;
    }
    return n;
}

static void strip(sc_bytes_t header, apr_pool_t *p)
{
    sc_bytes_t rest = sc_cookie_strip(header, names, 2, p);

    must(rest.n <= header.n * 2 && rest.p[rest.n] == '\0');
    must(!found(rest, "c", p) && !found(rest, "s", p));
    must(!found_plainly(rest, 'c') && !found_plainly(rest, 's'));
}

static void quote(sc_bytes_t value, apr_pool_t *p)
{
    sc_bytes_t parts[] = {sc_bytes_str("a=1; c="), sc_cookie_quote(value, p),
                          sc_bytes_str("; b=2")};
    sc_bytes_t header = sc_bytes_join(parts, 3, p), again;
    apr_size_t at = 0;

    must(sc_cookie_next(&again, &at, header, "c", p) && sc_bytes_eq(again, value));
    must(found(header, "b", p) == 1 && found(header, "c", p) == 1);
}

void fuzz_start(apr_pool_t *p)
{
    (void)p;
}

void fuzz_try(sc_bytes_t bytes, apr_pool_t *p)
{
    (void)found(bytes, "c", p);
    (void)found(bytes, "", p);
    strip(bytes, p);
    quote(bytes, p);
}
