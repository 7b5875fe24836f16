/* SPDX-License-Identifier: Apache-2.0 */
/* zlib streams: what Python's zlib.decompress takes is taken, within the bound; the
 * streams here were made by Python 3.11.2 with zlib 1.2.13. */
#include "tap.h"
#include "core/base/zip.h"
#include <apr_general.h>
#include <stdlib.h>

static apr_pool_t *pool;

#define STREAM(text) text, sizeof(text) - 1

static const char user[] = "{\"user_id\":42}";

static const struct {
    const char *stream;
    size_t n;
    apr_size_t limit;
    sc_status_t status;
    const char *value;
    const char *name;
} cases[] = {
    {STREAM("\x78\x9c\xab\x56\x2a\x2d\x4e\x2d\x8a\xcf\x4c\x51\xb2\x32\x31\xaa\x05\x00\x26"
            "\x21\x04\xc8"),
     64, SC_OK, user, "Python's stream inflates"},
    {STREAM("\x78\x9c\xab\x56\x2a\x2d\x4e\x2d\x8a\xcf\x4c\x51\xb2\x32\x31\xaa\x05\x00\x26"
            "\x21\x04\xc8"),
     14, SC_OK, user, "a document of just the limit is not too large"},
    {STREAM("\x78\x9c\xab\x56\x2a\x2d\x4e\x2d\x8a\xcf\x4c\x51\xb2\x32\x31\xaa\x05\x00\x26"
            "\x21\x04\xc8"),
     13, SC_TOO_LARGE, NULL, "one byte more is"},
    {STREAM("\x78\x9c\xab\x56\x2a\x2d\x4e\x2d\x8a\xcf\x4c\x51\xb2\x32\x31\xaa\x05\x00\x26"
            "\x21\x04\xc8"),
     0, SC_TOO_LARGE, NULL, "nothing but an empty document fits a limit of 0"},
    {STREAM("\x78\x9c\x03\x00\x00\x00\x00\x01"), 0, SC_OK, "",
     "an empty document inflates"},
    {STREAM("\x78\x01\x01\x0e\x00\xf1\xff\x7b\x22\x75\x73\x65\x72\x5f\x69\x64\x22\x3a\x34"
            "\x32\x7d\x26\x21\x04\xc8"),
     64, SC_OK, user, "a stored block inflates"},
    {STREAM("\x18\x95\xab\x56\x2a\x2d\x4e\x2d\x8a\xcf\x4c\x51\xb2\x32\x31\xaa\x05\x00\x26"
            "\x21\x04\xc8"),
     64, SC_OK, user, "a stream with a smaller window inflates"},
    {STREAM("\x78\x9c\xab\x56\x2a\x2d\x4e\x2d\x8a\xcf\x4c\x51\xb2\x32\x31\xaa\x05\x00\x26"
            "\x21\x04\xc8junk"),
     64, SC_OK, user, "bytes behind the stream are ignored, as zlib.decompress does"},
    {STREAM(""), 64, SC_MALFORMED, NULL, "nothing is no stream"},
    {STREAM("\x78"), 64, SC_MALFORMED, NULL, "nor is half a header"},
    {STREAM("{\"user_id\":42}"), 64, SC_MALFORMED, NULL, "nor JSON"},
    {STREAM("\x78\x9c\xab\x56\x2a\x2d\x4e\x2d\x8a\xcf\x4c\x51\xb2\x32\x31\xaa\x05\x00\x26"
            "\x21\x04\xc9"),
     64, SC_MALFORMED, NULL, "a wrong checksum is refused"},
    {STREAM("\x78\x9c\xab\x56\x2a\x2d\x4e\x2d\x8a\xcf\x4c\x51\xb2\x32\x31\xaa\x05\x00\x26"
            "\x21\x04"),
     64, SC_MALFORMED, NULL, "a cut checksum is refused"},
    {STREAM("\x78\x9c\xaa\x56\x2a\x2d\x4e\x2d\x8a\xcf\x4c\x51\xb2\x32\x31\xaa\x05\x00\x00"
            "\x00\xff\xff"),
     64, SC_MALFORMED, NULL, "a stream without a last block is refused"},
    {STREAM("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\x56\x2a\x2d\x4e\x2d\x8a\xcf\x4c"
            "\x51\xb2\x32\x31\xaa\x05\x00\xad\x3c\x00\x50\x0e\x00\x00\x00"),
     64, SC_MALFORMED, NULL, "gzip is refused"},
    {STREAM("\xab\x56\x2a\x2d\x4e\x2d\x8a\xcf\x4c\x51\xb2\x32\x31\xaa\x05\x00"), 64,
     SC_MALFORMED, NULL, "a deflate stream without its frame is refused"},
    {STREAM("\x78\xbb\x18\xf5\x03\xe5\xab\x46\x30\x4d\x8c\x6a\x01\x26\x21\x04\xc8"), 64,
     SC_MALFORMED, NULL, "a stream that asks for a dictionary is refused"},
};

static void test_cases(void)
{
    unsigned i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        unsigned char *copy = malloc(cases[i].n ? cases[i].n : 1);
        sc_bytes_t got = {NULL, 77};
        sc_status_t st;
        int good;

        memcpy(copy, cases[i].stream, cases[i].n);
        st = sc_zip_inflate(&got, sc_bytes(copy, cases[i].n), cases[i].limit, pool);
        good = st ? got.n == 77
                  : cases[i].value && sc_bytes_eq(got, sc_bytes_str(cases[i].value)) &&
                        got.p[got.n] == '\0';
        ok(st == cases[i].status && good, "%s", cases[i].name);
        free(copy);
    }
}

/* A session of Flask-Login's, and what zlib.compress makes of it. */
static void test_python(void)
{
    static const char json[] =
        "{\"_fresh\":true,\"_id\":"
        "\"a4abd4448c49562d828115d13a1fccea927f52b4d5459297f8b43e"
        "42da89238bc13626e43dcb38ddb082488927ec904fb42057443983e88585179d50551afe62\","
        "\"_user_id\":\"42\"}";
    static const char python[] =
        "\x78\x9c\x25\xce\x31\x0e\xc3\x20\x0c\x05\xd0\xbb\x30\x77\x00\xfb\x1b\xec\x5c\x26"
        "\x02\x6c\xd4\xae\x49\x33\x55\xbd\x7b\x23\x75\x7e\xcb\xfb\xa4\x7d\x1d\x71\x3e\xd3"
        "\xf6\x3e\xae\x78\xa4\xfd\xe5\x69\x4b\x1d\x7d\x38\x00\x9d\x30\xa9\xe4\x4a\x5a\x8a"
        "\x78\xe1\x5e\xd6\x9c\xd1\x8d\xda\x12\x1a\x70\x81\x18\x59\x5b\x3a\xc0\x01\xf2\xae"
        "\x46\xac\x63\x16\xae\x54\x03\xec\x73\xb0\xba\x8f\xac\x04\xbd\xad\xc5\xb4\x8c\x35"
        "\x40\x59\x1a\xc0\xa6\x1c\xaa\xa2\x52\x9a\xb9\x64\x91\xd2\x57\x54\x4a\x77\xe4\x3a"
        "\xe3\xf8\x6f\x40\xe9\xfb\x03\x96\x32\x2d\xe2";
    sc_bytes_t got = {0}, in = sc_bytes(json, sizeof(json) - 1);

    ok(sc_zip_inflate(&got, sc_bytes(python, sizeof(python) - 1), 65536, pool) == SC_OK &&
           sc_bytes_eq(got, in),
       "a session that Python deflated inflates");
    ok(sc_zip_deflate(&got, in, pool) == SC_OK && got.n == sizeof(python) - 1,
       "and deflates to as many bytes");
}

/* n bytes of text that deflates (`spread` low) or does not (high). */
static sc_bytes_t text_of(apr_size_t n, unsigned spread)
{
    unsigned char *to = apr_palloc(pool, n + 1);
    unsigned state = (unsigned)n + spread;
    apr_size_t i;

    for (i = 0; i < n; i++) {
        state = state * 1103515245u + 12345u;
        to[i] = (unsigned char)((state >> 16) % spread);
    }
    return sc_bytes(to, n);
}

static void test_round(void)
{
    static const apr_size_t around[] = {0,    250,   762,   1786, 3834,
                                        7930, 16122, 32506, 65536};
    static const unsigned spreads[] = {1, 3, 20, 256};
    int wrong = 0, tried = 0;
    unsigned i, j, k;

    for (i = 0; i < sizeof(around) / sizeof(*around); i++)
        for (j = 0; j < sizeof(spreads) / sizeof(*spreads); j++)
            for (k = 0; k < 5; k++) {
                sc_bytes_t in = text_of(around[i] + k, spreads[j]), zipped, back;

                tried++;
                if (sc_zip_deflate(&zipped, in, pool) ||
                    sc_zip_inflate(&back, zipped, in.n, pool) || !sc_bytes_eq(back, in))
                    wrong++;
                apr_pool_clear(pool);
            }
    ok(tried == 180 && wrong == 0,
       "what is deflated inflates, on both sides of each window's size");
}

/* 16 MiB of nothing in 16 KB of stream, as a signed bomb would be. */
static void test_bomb(void)
{
    apr_size_t n = 16 << 20;
    unsigned char *zeroes = calloc(1, n);
    sc_bytes_t bomb = {0}, got = {NULL, 77};
    apr_size_t cut, good = 0;

    ok(sc_zip_deflate(&bomb, sc_bytes(zeroes, n), pool) == SC_OK && bomb.n < 20000,
       "16 MiB deflate to %d bytes", (int)bomb.n);
    free(zeroes);
    ok(sc_zip_inflate(&got, bomb, 65536, pool) == SC_TOO_LARGE && got.n == 77,
       "and are given up past the limit");
    ok(sc_zip_inflate(&got, bomb, n, pool) == SC_OK && got.n == n,
       "where the limit allows it they inflate");
    ok(sc_zip_deflate(&bomb, text_of(1000, 20), pool) == SC_OK, "a text is deflated");
    for (cut = 0; cut < bomb.n; cut++)
        good += sc_zip_inflate(&got, sc_bytes(bomb.p, cut), 65536, pool) != SC_MALFORMED;
    ok(good == 0, "no cut of it inflates");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    test_cases();
    test_python();
    test_round();
    test_bomb();
    apr_pool_destroy(pool);
    apr_terminate();
    return done();
}
