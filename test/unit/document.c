/* SPDX-License-Identifier: Apache-2.0 */
/* Documents are read as Python reads and written as Python writes, within bounds. */
#include "core/document/document.h"
#include "bytes.h"
#include "core/document/number.h"
#include "core/document/read.h"
#include "tap.h"
#include <apr_strings.h>
#include <stdlib.h>

static const sc_limits_t limits = {8192, 65536, 32, 1024};

static int writes(const sc_doc_t *doc, sc_face_t face, const char *want, apr_pool_t *p)
{
    return bytes_are(sc_doc_write(doc, face, SC_COMPACT, p), want);
}

static apr_status_t free_copy(void *copy)
{
    free(copy);
    return APR_SUCCESS;
}

/* Reads from a block of its own, so that valgrind and ASan see a byte read too far. */
static sc_status_t parse(sc_doc_t **doc, sc_bytes_t json, int tagged, apr_pool_t *p)
{
    unsigned char *copy = malloc(json.n ? json.n : 1);
    sc_status_t st;

    if (json.n) memcpy(copy, json.p, json.n);
    st = sc_doc_parse(doc, sc_bytes(copy, json.n), tagged, &limits, p);
    apr_pool_cleanup_register(p, copy, free_copy, apr_pool_cleanup_null);
    return st;
}

/* --- what Python said (test/vectors/document.txt) --- */

/* Undoes %NN in place. */
static sc_bytes_t unshow(char *text)
{
    char *to = text, *from = text, hex[3] = "";

    while (*from) {
        if (*from != '%') {
            *to++ = *from++;
            continue;
        }
        memcpy(hex, from + 1, 2);
        *to++ = (char)strtol(hex, NULL, 16);
        from += 3;
    }
    return sc_bytes(text, (apr_size_t)(to - text));
}

static int split(char *field[6], char *line)
{
    int n = 0;

    line[strcspn(line, "\n")] = '\0';
    while (n < 6 && line) {
        field[n++] = line;
        line = strchr(line, '\t');
        if (line) *line++ = '\0';
    }
    return n;
}

static int vector_holds(char *line, apr_pool_t *p)
{
    char *field[6];
    int n = split(field, line);
    sc_status_t st;
    sc_doc_t *doc;

    if (n < 4) return 0;
    st = parse(&doc, unshow(field[2]), strcmp(field[1], "tagged") == 0, p);
    if (strcmp(field[0], "bad") == 0) return st == SC_MALFORMED;
    return st == SC_OK && n == 6 && writes(doc, SC_TAGGED, field[3], p) &&
           bytes_are(sc_doc_write(doc, SC_TAGGED, SC_SPACED, p), field[4]) &&
           writes(doc, SC_PLAIN, field[5], p);
}

static void test_vectors(apr_pool_t *p)
{
    static char line[65536];
    FILE *f = fopen(SRCDIR "/test/vectors/document.txt", "r");
    int number = 0, good = 0, bad = 0;

    while (f && fgets(line, sizeof line, f)) {
        number++;
        good += strncmp(line, "ok\t", 3) == 0;
        bad += strncmp(line, "bad\t", 4) == 0;
        if (*line != '#')
            ok(vector_holds(line, p), "document.txt, line %d: as Python says", number);
    }
    if (f) fclose(f);
    ok(good > 200 && bad > 100, "document.txt has %d documents, %d refusals", good, bad);
}

/* --- bounds --- */

/* n times `open`, then `middle`, then n times `close`. */
static sc_bytes_t nest(const char *open, int n, const char *middle, const char *close,
                       apr_pool_t *p)
{
    apr_size_t a = strlen(open), m = strlen(middle), z = strlen(close);
    char *text = apr_palloc(p, (a + z) * (apr_size_t)n + m + 1), *at = text;
    int i;

    for (i = 0; i < n; i++, at += a)
        memcpy(at, open, a);
    memcpy(at, middle, m);
    at += m;
    for (i = 0; i < n; i++, at += z)
        memcpy(at, close, z);
    return sc_bytes(text, (apr_size_t)(at - text));
}

static sc_status_t bounded(sc_bytes_t json, int tagged, int depth, int members,
                           apr_pool_t *p)
{
    sc_limits_t l = {0, 0, depth, members};
    sc_doc_t *doc = NULL;
    sc_status_t st = sc_doc_parse(&doc, json, tagged, &l, p);

    return st || doc ? st : SC_ERROR;
}

static void test_limits(apr_pool_t *p)
{
    sc_bytes_t three = sc_bytes_str("{\"a\":[{}]}");
    sc_bytes_t four = sc_bytes_str("{\"a\":[1,2],\"b\":3}");
    sc_bytes_t thrice = sc_bytes_str("{\"a\":1,\"a\":2,\"a\":3}");

    ok(bounded(three, 0, 3, 9, p) == SC_OK, "three levels pass a limit of three");
    ok(bounded(three, 0, 2, 9, p) == SC_TOO_LARGE,
       "and are too large for a limit of two");
    ok(bounded(sc_bytes_str("{}"), 0, 0, 9, p) == SC_TOO_LARGE,
       "no level: nothing passes");
    ok(bounded(four, 0, 9, 4, p) == SC_OK, "members and elements are counted together");
    ok(bounded(four, 0, 9, 3, p) == SC_TOO_LARGE, "four of them are too many for three");
    ok(bounded(thrice, 0, 9, 2, p) == SC_TOO_LARGE,
       "a member written thrice counts thrice");
    ok(bounded(nest("{\"a\":", 512, "1", "}", p), 0, 1 << 30, 1 << 30, p) == SC_OK,
       "512 levels pass when the option allows them");
    ok(bounded(nest("{\"a\":", 513, "1", "}", p), 0, 1 << 30, 1 << 30, p) == SC_TOO_LARGE,
       "513 levels never pass");
    ok(bounded(nest("{\"a\":[", 100000, "", "", p), 0, 1 << 30, 1 << 30, p) ==
           SC_TOO_LARGE,
       "200000 open brackets are refused, not recursed into");
    ok(bounded(nest("{\" di\":{\"a__\":", 256, "1", "}}", p), 1, 512, 9999, p) == SC_OK,
       "tags are resolved as deep as documents go");
    ok(bounded(nest("{\" t\":[", 256, "1", "]}", p), 1, 512, 9999, p) == SC_MALFORMED,
       "a tuple of tuples is not a session, however deep");
}

/* --- numbers --- */

static sc_status_t parse_digits(const char *before, int n, apr_pool_t *p)
{
    sc_bytes_t parts[2] = {sc_bytes_str(before), nest("7", n, "}", "", p)};
    sc_doc_t *doc;

    return parse(&doc, sc_bytes_join(parts, 2, p), 0, p);
}

static void test_numbers(apr_pool_t *p)
{
    static const char kept[] =
        "{\"a\":-0,\"b\":1E400,\"c\":-1.50E+07,\"d\":0.10,\"e\":1e5,"
        "\"f\":-123456789012345678901234567890,\"g\":0e0}";
    sc_doc_t *doc;

    ok(parse(&doc, sc_bytes_str(kept), 0, p) == SC_OK && writes(doc, SC_TAGGED, kept, p),
       "numbers that json-c would round or saturate keep their text");
    ok(parse_digits("{\"n\":", 4300, p) == SC_OK, "an integer of 4300 digits is read");
    ok(parse_digits("{\"n\":-", 4300, p) == SC_OK, "a negative one, too");
    ok(parse_digits("{\"n\":", 4301, p) == SC_MALFORMED,
       "4301 digits are refused, as in Python");
    ok(parse_digits("{\"n\":-", 4301, p) == SC_MALFORMED, "with a sign, too");
    ok(parse_digits("{\"n\":1.", 4301, p) == SC_OK, "a fraction may be longer");
}

static int int_of(apr_int64_t *n, const char *json, apr_pool_t *p)
{
    sc_value_t *v;

    return sc_value_parse(&v, sc_bytes_str(json), &limits, p) == SC_OK &&
           sc_value_int(n, v);
}

static void test_int(apr_pool_t *p)
{
    static const char *const none[] = {"1.0",
                                       "9223372036854775808",
                                       "-9223372036854775809",
                                       "\"1\"",
                                       "true",
                                       "NaN",
                                       "1e3",
                                       "null",
                                       "[1]",
                                       "Infinity"};
    apr_int64_t n = 7;
    apr_size_t i;

    for (i = 0; i < sizeof none / sizeof *none; i++)
        ok(!int_of(&n, none[i], p) && n == 7, "%s is not an integer that fits", none[i]);
    ok(int_of(&n, "9223372036854775807", p) && n == APR_INT64_MAX, "the greatest fits");
    ok(int_of(&n, "-9223372036854775808", p) && n == APR_INT64_MIN, "the least fits");
    ok(int_of(&n, "-0", p) && n == 0, "-0 is 0");
    ok(int_of(&n, "-999999999999999999", p) && n == -999999999999999999, "18 digits fit");
}

static void test_value_parse(apr_pool_t *p)
{
    static const char *const good[] = {
        "\"x\"", "1",  "-1.5e3", "true",    "null",
        "[]",    "{}", "NaN",    "[1,[2]]", "12345678901234567890"};
    static const char *const bad[] = {"",    " ",       "x",    "\"",    "\"x",
                                      "[",   "1 2",     "nul",  "-",     "{]",
                                      "tru", "Infinit", "\"\\", "\"\\u", "\"\\ud800\\u"};
    sc_value_t *v, *untouched = (sc_value_t *)p;
    apr_size_t i;

    for (i = 0; i < sizeof good / sizeof *good; i++)
        ok(sc_value_parse(&v, sc_bytes_str(good[i]), &limits, p) == SC_OK &&
               bytes_are(sc_value_write(v, SC_COMPACT, p), good[i]),
           "%s is a value", good[i]);
    for (i = 0; i < sizeof bad / sizeof *bad; i++) {
        v = untouched;
        ok(sc_value_parse(&v, sc_bytes_str(bad[i]), &limits, p) == SC_MALFORMED &&
               v == untouched,
           "\"%s\" is not a value, and nothing is written", bad[i]);
    }
    ok(sc_value_parse(&v, sc_bytes("{\"a\":1}", 6), &limits, p) == SC_MALFORMED,
       "nothing is read past the given length");
}

/* --- properties --- */

static int note_cut(sc_bytes_t json, int tagged, apr_pool_t *p)
{
    apr_size_t i;
    sc_doc_t *doc;

    for (i = 0; i < json.n; i++)
        if (parse(&doc, sc_bytes(json.p, i), tagged, p) != SC_MALFORMED) return 0;
    return 1;
}

/* Whatever one changed byte makes of a document: when it reads, it is written and read
 * again to the same bytes on both faces. */
static int survives_flips(sc_bytes_t json, apr_pool_t *p)
{
    unsigned char *copy = apr_pmemdup(p, json.p, json.n);
    sc_bytes_t once, twice;
    apr_pool_t *inner;
    apr_size_t i;
    int bit, same = 1;
    sc_doc_t *doc;

    apr_pool_create(&inner, p);
    for (i = 0; i < json.n * 8 && same; i++) {
        bit = 1 << (i % 8);
        copy[i / 8] = (unsigned char)(copy[i / 8] ^ bit);
        if (parse(&doc, sc_bytes(copy, json.n), 1, inner) == SC_OK) {
            once = sc_doc_write(doc, SC_TAGGED, SC_SPACED, inner);
            same = parse(&doc, once, 1, inner) == SC_OK;
            twice = same ? sc_doc_write(doc, SC_TAGGED, SC_SPACED, inner) : once;
            same = same && sc_bytes_eq(once, twice);
        }
        copy[i / 8] = (unsigned char)(copy[i / 8] ^ bit);
        apr_pool_clear(inner);
    }
    apr_pool_destroy(inner);
    return same;
}

static void test_properties(apr_pool_t *p)
{
    sc_bytes_t json = sc_bytes_str(
        "{\"_fresh\":true,\"n\":[-1.5e3,12345678901234567890,0],\"t\":{\" t\":[{\" "
        "b\":\"YWI=\"},"
        "{\" u\":\"00112233445566778899aabbccddeeff\"},{\" d\":\"Wed, 21 Oct 2015 "
        "07:28:00 GMT\"},"
        "{\" di\":{\" "
        "m__\":null}}]},\"\\ud83d\\ude00\\u0000\":\"\xC3\xBC\\n\xF0\x9F\x98\x80\"}");

    ok(note_cut(json, 1, p), "a document cut anywhere is malformed");
    ok(survives_flips(json, p),
       "with any bit flipped it is refused, or read and written stably");
}

static int is_shared(void *baton, sc_bytes_t name, const sc_value_t *value)
{
    const sc_value_t *other;

    char z[8] = "";

    memcpy(z, name.p, name.n);
    return sc_doc_find(&other, baton, z) && value && other == value;
}

/* Threads read and copy one document: json-c's counts of references are not atomic. */
static void test_copies(apr_pool_t *p)
{
    sc_bytes_t json = sc_bytes_str(
        "{\"s\":\"x\",\"a\":[1,true,null,{\"b\":2.50}],\"t\":{\" t\":[\"y\"]},"
        "\"big\":123456789012345678901234567890,\"\\u0000\":\"nul\"}");
    sc_doc_t *doc, *copy;

    if (!ok(!sc_doc_parse(&doc, json, 1, &limits, p), "a document to be copied")) return;
    copy = sc_doc_dup(doc, p);
    ok(sc_bytes_eq(sc_doc_write(copy, SC_TAGGED, SC_COMPACT, p), json) &&
           sc_bytes_eq(sc_doc_write(copy, SC_PLAIN, SC_COMPACT, p),
                       sc_doc_write(doc, SC_PLAIN, SC_COMPACT, p)),
       "the copy of a document is equal on both faces");
    ok(!sc_doc_each(copy, SC_PLAIN, is_shared, doc) &&
           !sc_doc_each(copy, SC_TAGGED, is_shared, doc),
       "and shares no value with it");
}

/* A document that came as it would be written keeps that text: it must be what the values
 * are written as, which a copy's are. */
static void test_own_text(apr_pool_t *p)
{
    static const char *const texts[] = {
        "{\"a\":[1,-2.50,NaN,null],\"b\":{\"c\":true}}",
        "{}",
        "{\"a\": 1}",
        "{\"a\":1}\n",
        "{\"a\":1,\"b\":2,\"a\":3}",
        "{\"a\":\"\\u0041\"}",
        "{\"\\u0000\":\"a\\/b\"}",
        "{\"a\":\"twelve bytes\x7f\"}",
        "{\"name of \xc3\xa9t\xc3\xa9\":\"\xf0\x9f\x8d\xaa\"}",
        "{\" t\":[1]}",
        "{\"a\":{\" u\":\"no id\"}}",
        "{\"a\":{\" b\":\"YWJj\"},\"b\":-0}"};
    apr_size_t i, n = sizeof(texts) / sizeof(*texts);
    int differ = 0, tagged;
    sc_doc_t *doc, *copy;

    for (i = 0; i < 2 * n; i++) {
        tagged = i >= n;
        if (parse(&doc, sc_bytes_str(texts[i % n]), tagged, p)) continue;
        copy = sc_doc_dup(doc, p);
        for (sc_face_t face = SC_PLAIN; face <= SC_TAGGED; face++)
            differ += !sc_bytes_eq(sc_doc_write(doc, face, SC_COMPACT, p),
                                   sc_doc_write(copy, face, SC_COMPACT, p));
    }
    ok(differ == 0, "a document is written as its copy is, whatever it was read from");
    if (!ok(!parse(&doc, sc_bytes_str("{\"a\":1}"), 0, p), "a document to be changed"))
        return;
    sc_doc_put(doc, sc_bytes_str("a"), sc_value_make_int(2));
    ok(writes(doc, SC_PLAIN, "{\"a\":2}", p), "it is written as it was changed");
    sc_doc_remove(doc, sc_bytes_str("a"));
    ok(writes(doc, SC_PLAIN, "{}", p), "and without the member that was removed");
}

/* Contents of Flask's tags that Flask does not write. */
static void test_odd_tags(apr_pool_t *p)
{
#define HEX  "00112233445566778899aabbccddeeff"
#define UUID "\"00112233-4455-6677-8899-aabbccddeeff\""
    static const struct {
        const char *tagged, *plain; /* NULL: malformed */
    } cases[] = {
        {"{\" m\":[1]}", NULL},
        {"{\" m\":{\"x\":1}}", NULL},
        {"{\" m\":1.5}", "\"1.5\""},
        {"{\" d\":\"a\\u0000b\"}", "null"},
        {"{\" d\":7}", NULL},
        {"{\" d\":\"Sat, 29 Feb 2020 07:28:00 GMT\"}",
         "\"Sat, 29 Feb 2020 07:28:00 GMT\""},
        {"{\" d\":\"Tue, 29 Feb 2000 07:28:00 GMT\"}",
         "\"Tue, 29 Feb 2000 07:28:00 GMT\""},
        {"{\" d\":\"Mon, 29 Feb 2100 07:28:00 GMT\"}", "null"},
        {"{\" d\":\"Thu, 30 Feb 2020 07:28:00 GMT\"}", "null"},
        {"{\" d\":\"Wed, 00 Oct 2015 07:28:00 GMT\"}", "null"},
        {"{\" d\":\"Wed, 21 Foo 2015 07:28:00 GMT\"}", "null"},
        {"{\" d\":\"Wed, 21 Oct 2015 07:60:00 GMT\"}", "null"},
        {"{\" d\":\"yesterday\"}", "null"},
        {"{\" u\":\"" HEX "\"}", UUID},
        {"{\" u\":\"{{" HEX "}\"}", UUID},
        {"{\" u\":\"}urn:uuid:" HEX "{}\"}", UUID},
        {"{\" u\":\"{}{}\"}", NULL},
        {"{\" u\":\"\"}", NULL},
        {"{\" u\":\"" HEX "0\"}", NULL},
        {"{\" u\":\"0011223344556677889-aabbccddeegg\"}", NULL},
        {"{\" u\":\"" HEX HEX HEX HEX "-\"}", NULL},
        {"{\" di\":{\"x\":1}}", "{\"\":1}"},
        {"{\" di\":{\"\":1}}", "{\"\":1}"},
        {"{\" di\":{\"\\u20ac\":1}}", "{\"\":1}"},
        {"{\" di\":{\"a\\u20ac\\u20ac\":1}}", "{\"a\":1}"},
        {"{\" di\":{}}", NULL},
        {"{\" di\":7}", NULL},
        {"{\" b\":\"\\u00e9\"}", NULL},
        {"{\" b\":\"Y\"}", NULL},
        {"{\" b\":\"YR==\"}", "\"YQ==\""},
        {"{\" t\":\"12\"}", NULL},
        {"{\" x\":1}", "{\" x\":1}"},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *json = apr_pstrcat(p, "{\"v\":", cases[i].tagged, "}", NULL);
        sc_doc_t *doc;
        sc_status_t st = sc_doc_parse(&doc, sc_bytes_str(json), true, &limits, p);

        if (!cases[i].plain)
            ok(st == SC_MALFORMED, "%s is refused", cases[i].tagged);
        else
            ok(!st && writes(doc, SC_PLAIN,
                             apr_pstrcat(p, "{\"v\":", cases[i].plain, "}", NULL), p),
               "%s is %s", cases[i].tagged, cases[i].plain);
    }
}

int main(void)
{
    apr_pool_t *p;

    apr_initialize();
    apr_pool_create(&p, NULL);
    test_vectors(p);
    test_limits(p);
    test_numbers(p);
    test_int(p);
    test_value_parse(p);
    test_properties(p);
    test_copies(p);
    test_own_text(p);
    test_odd_tags(p);
    apr_pool_destroy(p);
    apr_terminate();
    return done();
}
