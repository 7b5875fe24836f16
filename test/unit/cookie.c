/* SPDX-License-Identifier: Apache-2.0 */
/* The Cookie header: what werkzeug 3 reads and writes, stripping, and headers that are
 * long on purpose. */
#include "tap.h"
#include "core/http/cookie.h"
#include <apr_general.h>
#include <apr_strings.h>

static apr_pool_t *pool;

static void reading(void)
{
    static const struct {
        const char *header;
        const char *want; /* NULL: no such cookie */
    } cases[] = {
        {"c=1", "1"},
        {"d=2; c=1", "1"},
        {"c=\"abc\\\"; d=1", "abc\\"},
        {"$Version=1; c=1; $Path=/", "1"},
        {"c=\"abc; d=1", "\"abc"},
        {"c={\"a\": \"x;y\"}; d=1", "{\"a\": \"x"},
        {"c=\"a;b\"; d=1", "a;b"},
        {"c c=1; c=2", "2"},
        {"c=\"{\\\"key\\\": \\\"value\\\"\\054 \\\"x\\\": 1}.aOd3-w\"",
         "{\"key\": \"value\", \"x\": 1}.aOd3-w"},
        {"c=\\054", "\\054"},
        {"c=\"\\400\\54\"", "40054"},
        {"c=a,b", "a,b"},
        {"c", ""},
        {"c=", ""},
        {"c=\"\"", ""},
        {"C=1", NULL},
        {"xc=1", NULL},
        {"cx=1", NULL},
        {"=1; ; ;", NULL},
        {"d=\"c=1", NULL},
        {"d=\"; c=1\"", NULL},
        {"", NULL},
    };
    unsigned i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        sc_bytes_t value = {NULL, 0};
        apr_size_t at = 0;
        int found = sc_cookie_next(&value, &at, sc_bytes_str(cases[i].header), "c", pool);

        ok(cases[i].want ? found && sc_bytes_eq(value, sc_bytes_str(cases[i].want))
                         : !found,
           "%s is read as werkzeug reads it", cases[i].header);
    }
}

static void repeated(void)
{
    sc_bytes_t header = sc_bytes_str("c=1; d=x; c=\"2\"; c=3"), value;
    apr_size_t at = 0;
    char seen[8] = "";

    while (sc_cookie_next(&value, &at, header, "c", pool))
        strncat(seen, (const char *)value.p, value.n);
    is(seen, "123", "every cookie of one name is found, in order");
}

static void stripping(void)
{
    static const char *const names[] = {"c", "s"};
    static const struct {
        const char *header;
        const char *want;
    } cases[] = {
        {"c=1", ""},
        {"a=1; c=2; b=3", "a=1; b=3"},
        {"c=1; s=2; c=3", ""},
        {"a=\"x;y\"; c=\"1;2\"; b=\"\\\"\"", "a=\"x;y\"; b=\"\\\"\""},
        {"a=1;c=2;b=3", "a=1; b=3"},
        {" a=1 ; c=2", "a=1"},
        {"a; c; b", "a; b"},
        {"cc=1; C=2", "cc=1; C=2"},
        {"a=1;", "a=1"},
        {"d=\"; c=1\"; e=2", "d=\"; e=2"},
        {"d=\"x;c=1;y\"", "d=\"x;y\""},
        {"a=\"; c=0\"z; d=\"; c=1\"", "a=\"; d=\""},
        {"c=\"a;b;c\"", ""},
        {"c", ""},
        {"c =1; s\t=2", ""},
        {"c c=1; =c", "c c=1; =c"},
        {";;;", ""},
    };
    unsigned i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        ok(sc_bytes_eq(sc_cookie_strip(sc_bytes_str(cases[i].header), names, 2, pool),
                       sc_bytes_str(cases[i].want)),
           "%s leaves %s", cases[i].header, cases[i].want);
}

static void quoting(void)
{
    static const struct {
        const char *value;
        const char *want;
    } cases[] = {
        {"abc.DEF-_", "abc.DEF-_"},
        {"{}[]()<>@:", "{}[]()<>@:"},
        {"a=b==", "a=b=="},
        {"a b", "\"a b\""},
        {"a;b,c", "\"a\\073b\\054c\""},
        {"a\"\\", "\"a\\\"\\\\\""},
        {"\xc3\xa9\n\x7f", "\"\\303\\251\\012\\177\""},
        {"", ""},
    };
    unsigned char all[256];
    sc_bytes_t value, quoted;
    apr_size_t at = 0;
    unsigned i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        ok(sc_bytes_eq(sc_cookie_quote(sc_bytes_str(cases[i].value), pool),
                       sc_bytes_str(cases[i].want)),
           "a value is written as werkzeug 3 writes it: %s", cases[i].want);
    for (i = 0; i < 256; i++)
        all[i] = (unsigned char)i;
    quoted = sc_cookie_quote(sc_bytes(all, 256), pool);
    quoted = sc_bytes_str(apr_pstrcat(pool, "c=", (const char *)quoted.p, NULL));
    ok(sc_cookie_next(&value, &at, quoted, "c", pool) &&
           sc_bytes_eq(value, sc_bytes(all, 256)),
       "every byte comes back from quotes");
}

/* Were an unclosed quote looked for to the end by each cookie, this would not end. */
static void long_headers(void)
{
    static const char *const pieces[] = {"c=\"; ", "c=\"\\; ", "n=\\\"; ", "c; "};
    static const char *const names[] = {"n"};
    sc_bytes_t value;
    unsigned i, k, found;

    for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        apr_size_t one = strlen(pieces[i]), at = 0;
        char *header = apr_palloc(pool, one * 200000);

        for (k = 0; k < 200000; k++)
            memcpy(header + k * one, pieces[i], one);
        for (found = 0;
             sc_cookie_next(&value, &at, sc_bytes(header, one * 200000), "c", pool);)
            found++;
        ok(at == one * 200000 && found <= 200000, "200000 times %s is read to its end",
           pieces[i]);
        ok(sc_cookie_strip(sc_bytes(header, one * 200000), names, 1, pool).n <=
               one * 200000,
           "and stripped");
    }
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    reading();
    repeated();
    stripping();
    quoting();
    long_headers();
    apr_terminate();
    return done();
}
