/* SPDX-License-Identifier: Apache-2.0 */
/* base64 in the three ways that the peers write and read it: strict base64url for PASETO
 * and PASERK, where a value has one text only; standard with padding; and CPython's
 * lenient reading, which takes several texts for one value and decides what a Flask
 * cookie is. */
#include "core/base/base64.h"

/* A digit's value, and a bit that all digits have; 0: not a digit. */
#define DIGIT 64u
#define COMMON                                                                           \
    ['A'] = 64, ['B'] = 65, ['C'] = 66, ['D'] = 67, ['E'] = 68, ['F'] = 69, ['G'] = 70,  \
    ['H'] = 71, ['I'] = 72, ['J'] = 73, ['K'] = 74, ['L'] = 75, ['M'] = 76, ['N'] = 77,  \
    ['O'] = 78, ['P'] = 79, ['Q'] = 80, ['R'] = 81, ['S'] = 82, ['T'] = 83, ['U'] = 84,  \
    ['V'] = 85, ['W'] = 86, ['X'] = 87, ['Y'] = 88, ['Z'] = 89, ['a'] = 90, ['b'] = 91,  \
    ['c'] = 92, ['d'] = 93, ['e'] = 94, ['f'] = 95, ['g'] = 96, ['h'] = 97, ['i'] = 98,  \
    ['j'] = 99, ['k'] = 100, ['l'] = 101, ['m'] = 102, ['n'] = 103, ['o'] = 104,         \
    ['p'] = 105, ['q'] = 106, ['r'] = 107, ['s'] = 108, ['t'] = 109, ['u'] = 110,        \
    ['v'] = 111, ['w'] = 112, ['x'] = 113, ['y'] = 114, ['z'] = 115, ['0'] = 116,        \
    ['1'] = 117, ['2'] = 118, ['3'] = 119, ['4'] = 120, ['5'] = 121, ['6'] = 122,        \
    ['7'] = 123, ['8'] = 124, ['9'] = 125

static const unsigned char standard[256] = {COMMON, ['+'] = 126, ['/'] = 127};
static const unsigned char urlsafe[256] = {COMMON, ['-'] = 126, ['_'] = 127};
static const unsigned char either[256] = {
    COMMON, ['+'] = 126, ['/'] = 127, ['-'] = 126, ['_'] = 127};

/* Decodes whole groups of four digits up to the first that is not one; answers how many
 * bytes were read, and three quarters of that were written. */
static apr_size_t decode_quads(unsigned char *to, sc_bytes_t in,
                               const unsigned char *table)
{
    apr_size_t i;

    for (i = 0; i + 4 <= in.n; i += 4) {
        unsigned a = table[in.p[i]], b = table[in.p[i + 1]];
        unsigned c = table[in.p[i + 2]], d = table[in.p[i + 3]];
        unsigned bits = (a << 18) + (b << 12) + (c << 6) + d - DIGIT * 0x41041;

        if (!(a & b & c & d & DIGIT)) break;
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
    c = left == 3 ? table[in.p[i + 2]] : DIGIT;
    if (!(a && b && c)) return SC_MALFORMED;
    bits = (a - DIGIT) << 12 | (b - DIGIT) << 6 | (c - DIGIT);
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
    r->carry = r->carry << 6 | (value - DIGIT);
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
