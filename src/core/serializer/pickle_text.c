/* SPDX-License-Identifier: Apache-2.0 */
/* The strings of a pickle: quoted, escaped, UTF-8 with surrogates. Takes what Python's
 * pickler writes, in any version, and not all that the codecs would take besides. */
#include "core/serializer/pickle_text.h"
#include <stdbool.h>
#include "core/base/chars.h"
#include "core/base/utf8.h"

enum { KEPT = -1, REFUSED = -2 };

/* Reads n hex digits at in.p[i], if they are there. */
static bool read_hex(apr_uint32_t *number, sc_bytes_t in, apr_size_t i, apr_size_t n)
{
    apr_uint32_t sum = 0;

    if (in.n - i < n) return false;
    for (; n; n--, i++) {
        int digit = sc_hex_value(in.p[i]);

        if (digit < 0) return false;
        sum = sum << 4 | (apr_uint32_t)digit;
    }
    *number = sum;
    return true;
}

/* One escape of a Python str, after its backslash; *i is moved past it. The byte, or
 * KEPT: Python keeps the backslash, or REFUSED: Python does not take it. */
static int python_unescape(sc_bytes_t in, apr_size_t *i)
{
    static const char FROM[] = "\\'\"abfnrtv", TO[] = "\\'\"\a\b\f\n\r\t\v";
    unsigned char c = in.p[(*i)++];
    const char *simple = c ? strchr(FROM, c) : NULL;
    apr_uint32_t number;
    int n;

    if (simple) return (unsigned char)TO[simple - FROM];
    if (c == 'x') {
        if (!read_hex(&number, in, *i, 2)) return REFUSED;
        *i += 2;
        return (int)number;
    }
    if (c < '0' || c > '7') {
        (*i)--;
        return KEPT;
    }
    number = (apr_uint32_t)(c - '0');
    for (n = 1; n < 3 && *i < in.n && in.p[*i] >= '0' && in.p[*i] <= '7'; n++)
        number = number << 3 | (apr_uint32_t)(in.p[(*i)++] - '0');
    return (int)(number & 0xFF);
}

sc_status_t sc_pickle_repr(sc_bytes_t *bytes, sc_bytes_t in, apr_pool_t *p)
{
    unsigned char *out;
    apr_size_t n = 0, i = 0;
    int c;

    if (in.n < 2 || in.p[0] != in.p[in.n - 1]) return SC_MALFORMED;
    if (in.p[0] != '\'' && in.p[0] != '"') return SC_MALFORMED;
    in = sc_bytes(in.p + 1, in.n - 2);
    out = apr_palloc(p, in.n + 1);
    while (i < in.n) {
        c = in.p[i++];
        if (c == '\\') {
            if (i == in.n) return SC_MALFORMED;
            c = python_unescape(in, &i);
            if (c == REFUSED) return SC_MALFORMED;
            if (c == KEPT) c = '\\';
        }
        out[n++] = (unsigned char)c;
    }
    *bytes = sc_bytes(out, n);
    return SC_OK;
}

sc_status_t sc_pickle_escaped(sc_bytes_t *text, sc_bytes_t in, apr_pool_t *p)
{
    unsigned char *out = apr_palloc(p, in.n * 2 + 1);
    apr_size_t n = 0, i = 0, digits;
    apr_uint32_t c;

    while (i < in.n) {
        c = in.p[i++];
        if (c == '\\' && i < in.n) {
            digits = in.p[i] == 'u' ? 4 : in.p[i] == 'U' ? 8 : 0;
            if (!digits) {
                /* A backslash before anything else, itself too, stands for itself. */
                out[n++] = '\\';
                c = in.p[i++];
            }
            else {
                if (!read_hex(&c, in, i + 1, digits) || c > 0x10FFFF) return SC_MALFORMED;
                i += 1 + digits;
            }
        }
        n += sc_utf8_put(out + n, c);
    }
    /* Python 2 wrote characters past U+FFFF as two surrogates. */
    return sc_pickle_utf8(text, sc_bytes(out, n), p);
}

/* Whether a surrogate's three bytes start at in.p[i]; `half` 0xA0: high, 0xB0: low. */
static bool is_surrogate(sc_bytes_t in, apr_size_t i, unsigned char half)
{
    return in.n - i >= 3 && in.p[i] == 0xED && (in.p[i + 1] & 0xF0) == half &&
           (in.p[i + 2] & 0xC0) == 0x80;
}

static apr_uint32_t surrogate_bits(const unsigned char *s)
{
    return (apr_uint32_t)((s[1] & 0x0F) << 6 | (s[2] & 0x3F));
}

sc_status_t sc_pickle_utf8(sc_bytes_t *text, sc_bytes_t in, apr_pool_t *p)
{
    unsigned char *out;
    apr_size_t n = 0, i, from = 0;

    if (sc_utf8_valid(in)) {
        *text = in;
        return SC_OK;
    }
    out = apr_palloc(p, in.n);
    for (i = 0; i < in.n;) {
        if (!is_surrogate(in, i, 0xA0) && !is_surrogate(in, i, 0xB0)) {
            out[n++] = in.p[i++];
            continue;
        }
        if (!sc_utf8_valid(sc_bytes(in.p + from, i - from))) return SC_MALFORMED;
        if (is_surrogate(in, i, 0xA0) && is_surrogate(in, i + 3, 0xB0)) {
            n += sc_utf8_put(out + n, 0x10000 + (surrogate_bits(in.p + i) << 10) +
                                          surrogate_bits(in.p + i + 3));
            i += 6;
        }
        else {
            memcpy(out + n, in.p + i, 3);
            n += 3;
            i += 3;
        }
        from = i;
    }
    if (!sc_utf8_valid(sc_bytes(in.p + from, in.n - from))) return SC_MALFORMED;
    *text = sc_bytes(out, n);
    return SC_OK;
}
