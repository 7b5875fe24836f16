/* SPDX-License-Identifier: Apache-2.0 */
/* base64 in the three ways that the peers write and read it: strict base64url for PASETO
 * and PASERK, where a value has one text only; standard with padding; and CPython's
 * lenient reading, which takes several texts for one value and decides what a Flask
 * cookie is. */
#include "core/base/base64.h"

/* A digit's value plus one; 0: not a digit. */
#define COMMON                                                                           \
    ['A'] = 1, ['B'] = 2, ['C'] = 3, ['D'] = 4, ['E'] = 5, ['F'] = 6, ['G'] = 7,         \
    ['H'] = 8, ['I'] = 9, ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14,    \
    ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21,  \
    ['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28,  \
    ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35,  \
    ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,  \
    ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49,  \
    ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,  \
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62

static const unsigned char standard[256] = {COMMON, ['+'] = 63, ['/'] = 64};
static const unsigned char urlsafe[256] = {COMMON, ['-'] = 63, ['_'] = 64};
static const unsigned char either[256] = {
    COMMON, ['+'] = 63, ['/'] = 64, ['-'] = 63, ['_'] = 64};

/* Decodes whole groups of four digits up to the first that is not one; answers how many
 * bytes were read, and three quarters of that were written. */
static apr_size_t decode_quads(unsigned char *to, sc_bytes_t in,
                               const unsigned char *table)
{
    apr_size_t i;

    for (i = 0; i + 4 <= in.n; i += 4) {
        unsigned a = table[in.p[i]], b = table[in.p[i + 1]];
        unsigned c = table[in.p[i + 2]], d = table[in.p[i + 3]];
        unsigned bits = (a << 18) + (b << 12) + (c << 6) + d - 0x41041;

        if (!(a && b && c && d)) break;
        *to++ = (unsigned char)(bits >> 16);
        *to++ = (unsigned char)(bits >> 8);
        *to++ = (unsigned char)bits;
    }
    return i;
}

/* Room for n digits' worth of bytes and a NUL. */
static unsigned char *decode_room(apr_size_t n, apr_pool_t *p)
{
    return apr_palloc(p, n / 4 * 3 + 4);
}

static sc_bytes_t finished(unsigned char *start, unsigned char *end)
{
    *end = '\0';
    return sc_bytes(start, (apr_size_t)(end - start));
}

static sc_bytes_t encode_with(sc_bytes_t in, const char *digits, bool pad, apr_pool_t *p)
{
    unsigned char *to = apr_palloc(p, in.n / 3 * 4 + 5), *at = to;
    apr_size_t i;

    for (i = 0; i + 3 <= in.n; i += 3) {
        unsigned bits =
            (unsigned)in.p[i] << 16 | (unsigned)in.p[i + 1] << 8 | in.p[i + 2];

        *at++ = (unsigned char)digits[bits >> 18];
        *at++ = (unsigned char)digits[bits >> 12 & 63];
        *at++ = (unsigned char)digits[bits >> 6 & 63];
        *at++ = (unsigned char)digits[bits & 63];
    }
    if (i < in.n) {
        bool two = i + 2 == in.n;
        unsigned bits = (unsigned)in.p[i] << 16 | (two ? (unsigned)in.p[i + 1] << 8 : 0);

        *at++ = (unsigned char)digits[bits >> 18];
        *at++ = (unsigned char)digits[bits >> 12 & 63];
        if (two)
            *at++ = (unsigned char)digits[bits >> 6 & 63];
        else if (pad)
            *at++ = '=';
        if (pad) *at++ = '=';
    }
    return finished(to, at);
}

sc_bytes_t sc_base64url_encode(sc_bytes_t in, apr_pool_t *p)
{
    return encode_with(
        in, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", false, p);
}

sc_bytes_t sc_base64_encode(sc_bytes_t in, apr_pool_t *p)
{
    return encode_with(
        in, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", true, p);
}

/* No padding; bits that no byte uses must be zero, or one value would have several texts.
 */
static sc_status_t decode_strictly(sc_bytes_t *out, sc_bytes_t in,
                                   const unsigned char *table, apr_pool_t *p)
{
    unsigned char *to = decode_room(in.n, p), *at;
    apr_size_t i = decode_quads(to, in, table), left = in.n - i;
    unsigned a, b, c, bits;

    at = to + i / 4 * 3;
    if (left == 0) {
        *out = finished(to, at);
        return SC_OK;
    }
    if (left != 2 && left != 3) return SC_MALFORMED;
    a = table[in.p[i]];
    b = table[in.p[i + 1]];
    c = left == 3 ? table[in.p[i + 2]] : 1;
    if (!(a && b && c)) return SC_MALFORMED;
    bits = (a - 1) << 12 | (b - 1) << 6 | (c - 1);
    if (bits & (left == 2 ? 0x3FFu : 0x3u)) return SC_MALFORMED;
    *at++ = (unsigned char)(bits >> 10);
    if (left == 3) *at++ = (unsigned char)(bits >> 2);
    *out = finished(to, at);
    return SC_OK;
}

sc_status_t sc_base64url_decode(sc_bytes_t *out, sc_bytes_t in, apr_pool_t *p)
{
    return decode_strictly(out, in, urlsafe, p);
}

sc_status_t sc_base64_decode(sc_bytes_t *out, sc_bytes_t in, apr_pool_t *p)
{
    if (in.n % 4) return SC_MALFORMED;
    if (in.n && in.p[in.n - 1] == '=') in.n -= in.p[in.n - 2] == '=' ? 2 : 1;
    return decode_strictly(out, in, standard, p);
}

/* Python's reader (binascii.a2b_base64, not strict), byte by byte. */
typedef struct {
    unsigned char *at;
    unsigned carry; /* bits of the group that have no byte yet */
    int digits;     /* of the group, 0 to 3 */
    int pads;       /* "=" since the last digit */
} reader_t;

/* Takes one byte. True when padding has ended the text, whatever follows. */
static bool reader_take(reader_t *r, unsigned char byte, const unsigned char *table)
{
    unsigned value = table[byte];

    /* "=" ends the text only where it completes a group of two or three digits. */
    if (byte == '=') return r->digits >= 2 && r->digits + ++r->pads >= 4;
    if (value == 0) return false;
    r->pads = 0;
    r->carry = r->carry << 6 | (value - 1);
    if (r->digits > 0) *r->at++ = (unsigned char)(r->carry >> (6 - 2 * r->digits));
    r->digits = (r->digits + 1) % 4;
    return false;
}

sc_status_t sc_base64_decode_python(sc_bytes_t *out, sc_bytes_t in, int pad,
                                    apr_pool_t *p)
{
    const unsigned char *table = pad ? either : standard;
    unsigned char *to = decode_room(in.n, p);
    apr_size_t i = decode_quads(to, in, table);
    reader_t r = {to + i / 4 * 3, 0, 0, 0};
    apr_size_t supplied = pad ? -in.n & 3 : 0;
    bool ended = false;

    while (!ended && i < in.n)
        ended = reader_take(&r, in.p[i++], table);
    while (!ended && supplied-- > 0)
        ended = reader_take(&r, '=', table);
    if (!ended && r.digits != 0) return SC_MALFORMED;
    *out = finished(to, r.at);
    return SC_OK;
}
