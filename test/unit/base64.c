/* SPDX-License-Identifier: Apache-2.0 */
/* base64: the strict reader takes one text for a value, the lenient one what CPython
 * takes (test/vectors/base64.txt). */
#include "tap.h"
#include "core/base/base64.h"
#include <apr_general.h>
#include <stdlib.h>

static apr_pool_t *pool;

/* Undoes hex in place; a block of its own, so that a sanitizer sees one byte too far. */
static sc_bytes_t unhex(const char *hex)
{
    apr_size_t i, n = strlen(hex) / 2;
    unsigned char *to = malloc(n ? n : 1);
    char two[3] = "";

    for (i = 0; i < n; i++) {
        memcpy(two, hex + 2 * i, 2);
        to[i] = (unsigned char)strtol(two, NULL, 16);
    }
    return sc_bytes(to, n);
}

/* --- what CPython said --- */

static int reads_as(sc_bytes_t in, int pad, const char *want)
{
    sc_bytes_t got = {NULL, 77}, value;
    sc_status_t st = sc_base64_decode_python(&got, in, pad, pool);
    int same;

    if (*want == '-') return st == SC_MALFORMED && got.n == 77;
    value = unhex(want);
    same = st == SC_OK && sc_bytes_eq(got, value) && got.p[got.n] == '\0';
    free((void *)value.p);
    return same;
}

static int line_holds(char *line)
{
    char *padded, *plain;
    sc_bytes_t in;
    int good;

    line[strcspn(line, "\n")] = '\0';
    padded = strchr(line, '\t');
    plain = padded ? strchr(padded + 1, '\t') : NULL;
    if (!plain) return 0;
    *padded++ = *plain++ = '\0';
    in = unhex(line);
    good = reads_as(in, 1, padded) && reads_as(in, 0, plain);
    free((void *)in.p);
    return good;
}

static void test_python(void)
{
    FILE *f = fopen(SRCDIR "/test/vectors/base64.txt", "r");
    char line[1024];
    int number = 0, tried = 0, refused = 0, wrong = 0;

    while (f && fgets(line, sizeof line, f)) {
        number++;
        if (*line == '#') continue;
        tried++;
        refused += strstr(line, "\t-") != NULL;
        if (line_holds(line)) continue;
        wrong++;
        printf("# base64.txt, line %d\n", number);
    }
    if (f) fclose(f);
    ok(tried > 2000 && refused > 1000, "base64.txt has %d texts, CPython refuses %d",
       tried, refused);
    ok(wrong == 0, "each is read as CPython reads it");
}

/* --- the strict reader --- */

static const struct {
    const char *text, *value; /* value NULL: refused */
    const char *name;
} strict[] = {
    {"", "", "an empty text is an empty value"},
    {"Zg", "f", "one byte takes two digits (RFC 4648 10)"},
    {"Zm8", "fo", "two take three"},
    {"Zm9v", "foo", "three take four"},
    {"Zm9vYmFy", "foobar", "six take eight"},
    {"-_-_", "\xfb\xff\xbf", "- and _ are digits"},
    {"Zg==", NULL, "padding"},
    {"Zm8=", NULL, "one sign of padding"},
    {"=", NULL, "padding alone"},
    {"Zh", NULL, "two digits with a bit that no byte uses"},
    {"Zm9", NULL, "three digits with a bit that no byte uses"},
    {"Z", NULL, "one digit"},
    {"Zm9vY", NULL, "a whole group and one digit"},
    {"+/+/", NULL, "the digits + and /"},
    {"Zm9v+/", NULL, "the digits + and / after a whole group"},
    {"Zm 9v", NULL, "a space"},
    {"Zm9v\n", NULL, "a newline at the end"},
    {"Zm9v\nYg", NULL, "a newline between groups"},
    {"Zm9v.", NULL, "a dot"},
    {"Zm9\xc3", NULL, "a byte that is not ASCII"},
    {"Zm9vZ\x80", NULL, "one in the last group"},
};

static void test_strict(void)
{
    unsigned i;

    for (i = 0; i < sizeof(strict) / sizeof(*strict); i++) {
        sc_bytes_t got = {NULL, 77};
        sc_status_t st = sc_base64url_decode(&got, sc_bytes_str(strict[i].text), pool);

        if (strict[i].value)
            ok(st == SC_OK && sc_bytes_eq(got, sc_bytes_str(strict[i].value)), "%s",
               strict[i].name);
        else
            ok(st == SC_MALFORMED && got.n == 77, "refused: %s", strict[i].name);
    }
    ok(sc_base64url_decode(&(sc_bytes_t){0}, sc_bytes("Zg\0v", 4), pool) == SC_MALFORMED,
       "refused: a NUL byte");
}

/* Standard base64 with padding, strictly. */
static void test_strict_padded(void)
{
    static const char *const good[] = {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "+/+/"};
    static const char *const bad[] = {
        "Zg", "Zm8", "Zg=",  "Zg===", "Zm9v=", "Zm9v====", "Zh==",   "Zm9=",    "=",
        "==", "===", "====", "Z===",  "-_-_",  "Zm 9v",    "Zm9v\n", "Zg==Zg=="};
    sc_bytes_t value, got;
    unsigned i;

    for (i = 0; i < sizeof(good) / sizeof(*good); i++)
        ok(sc_base64_decode(&value, sc_bytes_str(good[i]), pool) == SC_OK &&
               sc_bytes_eq(sc_base64_encode(value, pool), sc_bytes_str(good[i])),
           "'%s' is the one text of its value", good[i]);
    for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        got = sc_bytes(NULL, 77);
        ok(sc_base64_decode(&got, sc_bytes_str(bad[i]), pool) == SC_MALFORMED &&
               got.n == 77,
           "refused in standard base64: text %u", i);
    }
}

/* Every text of two or three digits is either refused or what its value is written as. */
static void test_canonical(void)
{
    char text[3];
    int a, b, c, good = 0, other = 0;
    sc_bytes_t value;

    for (a = 0; a < 256; a++)
        for (b = 0; b < 256; b++)
            for (c = 'A' - 1; c < 'j'; c++) { /* A - 1: two digits only */
                apr_size_t n = c < 'A' ? 2 : 3;

                text[0] = (char)a;
                text[1] = (char)b;
                text[2] = (char)c;
                if (sc_base64url_decode(&value, sc_bytes(text, n), pool)) continue;
                good++;
                other +=
                    !sc_bytes_eq(sc_base64url_encode(value, pool), sc_bytes(text, n));
                if (good % 256 == 0) apr_pool_clear(pool);
            }
    ok(other == 0 && good == 64 * 4 + 64 * 64 * 9,
       "a value has one strict text (%d tried)", good);
}

/* --- writing --- */

static void test_write(void)
{
    unsigned char all[256];
    sc_bytes_t back, padded, url;
    unsigned n, bad = 0;

    for (n = 0; n < 256; n++)
        all[n] = (unsigned char)(n * 167);
    for (n = 0; n <= 256; n++) {
        url = sc_base64url_encode(sc_bytes(all, n), pool);
        padded = sc_base64_encode(sc_bytes(all, n), pool);
        bad += url.n != (n * 4 + 2) / 3 || padded.n != (n + 2) / 3 * 4;
        bad += url.p[url.n] != '\0' || padded.p[padded.n] != '\0';
        bad +=
            sc_base64url_decode(&back, url, pool) || !sc_bytes_eq(back, sc_bytes(all, n));
        bad +=
            sc_base64_decode(&back, padded, pool) || !sc_bytes_eq(back, sc_bytes(all, n));
        bad += sc_base64_decode_python(&back, padded, 0, pool) ||
               !sc_bytes_eq(back, sc_bytes(all, n));
        bad += sc_base64_decode_python(&back, url, 1, pool) ||
               !sc_bytes_eq(back, sc_bytes(all, n));
    }
    ok(bad == 0, "what is written reads as it was, at lengths 0 to 256");
    ok(sc_bytes_eq(sc_base64_encode(sc_bytes("\xfb\xff\xbf\xfe", 4), pool),
                   sc_bytes_str("+/+//g==")),
       "standard base64 has + and / and padding");
    ok(sc_bytes_eq(sc_base64url_encode(sc_bytes("\xfb\xff\xbf\xfe", 4), pool),
                   sc_bytes_str("-_-__g")),
       "base64url has - and _ and none");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    test_python();
    test_strict();
    test_strict_padded();
    test_canonical();
    test_write();
    apr_pool_destroy(pool);
    apr_terminate();
    return done();
}
