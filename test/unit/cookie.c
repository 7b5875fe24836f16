/* SPDX-License-Identifier: Apache-2.0 */
/* The Cookie header: what werkzeug 3 reads and writes, stripping, and headers that are
 * long on purpose. */
#include "tap.h"
#include "core/http/cookie.h"
#include "core/http/cookie_strip.h"
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
        {"c=\"\\05\"", "05"},
        {"c=\"\\/54\"", "/54"},
        {"c=\"\\0:4\"", "0:4"},
        {"c=\"\\0/4\"", "0/4"},
        {"c=\"\\05:\"", "05:"},
        {"c=\"\\05/\"", "05/"},
        {";   c=1", "1"},
        {"d=1; ", NULL},
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
        {"c c=1; =c", "=c"},
        {"=c=1; a=2", "=c=1; a=2"},
        {"a=1, c=2", "a=1"},
        {"a=1,c=2, b=3; d=4", "a=1; d=4"},
        {"a=1 c=2; s =3; d=4", "a=1; d=4"},
        {"a=\"1 c=2\"; d=4", "a=\"1; d=4"},
        {"a=1,cc=2, xc=3 c", "a=1,cc=2, xc=3 c"},
        {"a=1,c\xc2\xa0=2", "a=1"},
        {" c=1; d=\" ; c=1\"", "d=\" "},
        {";;;", ""},
    };
    unsigned i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        ok(sc_bytes_eq(sc_cookie_strip(sc_bytes_str(cases[i].header), names, 2, pool),
                       sc_bytes_str(cases[i].want)),
           "%s leaves %s", cases[i].header, cases[i].want);
}

/* White space that Python's str.strip() or JavaScript's trim() takes from a name, in
 * UTF-8 and as latin-1 has it. */
static const char *const spaces[] = {
    "\t",           "\n",           "\v",           "\f",           "\r",
    "\x1c",         "\x1d",         "\x1e",         "\x1f",         " ",
    "\x85",         "\xa0",         "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80",
    "\xe1\xa0\x8e", "\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82", "\xe2\x80\x83",
    "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88",
    "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf",
    "\xe2\x81\x9f", "\xe3\x80\x80", "\xef\xbb\xbf",
};

static void white_space(void)
{
    static const char *const names[] = {"c"};

    for (unsigned i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++) {
        const char *w = spaces[i];
        const char *header =
            apr_pstrcat(pool, "a=1; c", w, "=2; ", w, "c=3; ", w, w, "c ", w, "=4; d=\";",
                        w, "c=5\"; c", w, "; xc", w, "=6; ", w, "cx=7; c\x80=8", NULL);
        const char *want =
            apr_pstrcat(pool, "a=1; d=\"; xc", w, "=6; ", w, "cx=7; c\x80=8", NULL);
        sc_bytes_t rest = sc_cookie_strip(sc_bytes_str(header), names, 1, pool);

        if (strspn(w, " \t\n\v\f\r")) /* is taken from the ends of a pair that stays */
            want = apr_pstrcat(pool, "a=1; d=\"; xc", w, "=6; cx=7; c\x80=8", NULL);
        ok(sc_bytes_eq(rest, sc_bytes_str(want)), "white space %u around a name", i);
        ok(sc_cookie_is_repeated(sc_bytes_str(apr_pstrcat(pool, "c=1; c", w, "=2", NULL)),
                                 "c", pool),
           "and it makes a second cookie of that name");
    }
}

/* Bytes that only look like the beginning of white space. */
static void no_white_space(void)
{
    static const char *const others[] = {"\x1b",         "\x20\x7f",     "\xc2",
                                         "\xc2\x86",     "\xe2",         "\xe2\x80",
                                         "\xe2\x81\x80", "\xe2\x80\x8b", "\xe2\x80\x7f",
                                         "\xe1\x9a\x81", "\xe3\x80"};
    static const char *const names[] = {"c"};

    for (unsigned i = 0; i < sizeof(others) / sizeof(*others); i++) {
        const char *header = apr_pstrcat(pool, "a=1; c", others[i], "=2", NULL);

        ok(sc_bytes_eq(sc_cookie_strip(sc_bytes_str(header), names, 1, pool),
                       sc_bytes_str(header)),
           "bytes %u are not white space after a name", i);
    }
}

static void keeping(void)
{
    static const struct {
        const char *header;
        const char *value;
        const char *want; /* NULL: the name is not repeated */
    } cases[] = {
        {"c=1; c=2", "2", "c=2"},
        {"a=1; c=1; b=2; c=2; d", "1", "c=1; a=1; b=2; d"},
        {"c=1; c=1", "1", "c=1"},
        {"c=1; a=\"x; c=2\"", "1", "c=1; a=\"x"},
        {"c=1; a=2, c=3", "1", "c=1; a=2"},
        {"c=1; c\xc2\xa0=2", "1", "c=1"},
        {"c\xc2\xa0=1; c=1", "1", "c=1"},
        {"c=\"a\\054b\"; c=2", "a,b", "c=\"a\\054b\""},
        {"c={\"a\": 1}; c=2", "{\"a\": 1}", "c={\"a\": 1}"},
        {"c=\"a; c=2\"; c=3", "a; c=2", "c=\"a\\073 c=2\""},
        {"c=2; b=1; c=3", "gone", "c=gone; b=1"},
        {"c=1", "1", NULL},
        {"c=1; cc=2; xc=3; d=c", "1", NULL},
        {"d=1", "1", NULL},
        {"c", "1", NULL},
        {"", "1", NULL},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        sc_bytes_t header = sc_bytes_str(cases[i].header);
        bool repeated = sc_cookie_is_repeated(header, "c", pool);

        ok(repeated == (cases[i].want != NULL), "%s %s", cases[i].header,
           repeated ? "may be read as several cookies" : "has at most one cookie");
        if (cases[i].want) {
            sc_bytes_t value = sc_bytes_str(cases[i].value);

            ok(sc_bytes_eq(sc_cookie_keep(header, "c", value, pool),
                           sc_bytes_str(cases[i].want)),
               "%s with one cookie is %s", cases[i].header, cases[i].want);
        }
    }
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
                   one * 200000 &&
               sc_cookie_is_repeated(sc_bytes(header, one * 200000), "c", pool) ==
                   (pieces[i][0] == 'c'),
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
    white_space();
    no_white_space();
    keeping();
    quoting();
    long_headers();
    apr_terminate();
    return done();
}
