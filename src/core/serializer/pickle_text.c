/* SPDX-License-Identifier: Apache-2.0 */
/* What the opcodes of a pickle spell out: ints of any size, floats, quoted and escaped
 * strings, UTF-8 with surrogates. Takes what Python's pickler writes, in any version, and
 * not everything that int(), float() and the codecs would take besides (hexadecimal, "_",
 * "+5"). */

#include "core/serializer/pickle_private.h"
#include "core/base/chars.h"
#include "core/base/utf8.h"

#include <apr_strings.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* As many digits as Python prints (sys.int_info.default_max_str_digits), and the bytes of
 * a number that long. */
#define MOST_DIGITS 4300
#define MOST_BYTES  1787
#define WORDS       ((MOST_BYTES + 3) / 4)

/* Divides the number by 10^9 and answers the remainder. *n words, the highest last. */
static apr_uint32_t divide(apr_uint32_t *words, int *n)
{
    apr_uint64_t rest = 0;
    int i;

    for (i = *n - 1; i >= 0; i--) {
        rest = rest << 32 | words[i];
        words[i] = (apr_uint32_t)(rest / 1000000000);
        rest %= 1000000000;
    }
    while (*n && words[*n - 1] == 0)
        (*n)--;
    return (apr_uint32_t)rest;
}

/* The magnitude of a two's complement number as words. */
static int magnitude(apr_uint32_t *words, sc_bytes_t in, int negative)
{
    unsigned carry = negative ? 1 : 0;
    int n = (int)((in.n + 3) / 4);
    apr_size_t i;

    memset(words, 0, (apr_size_t)n * sizeof(*words));
    for (i = 0; i < in.n; i++) {
        unsigned byte = (negative ? in.p[i] ^ 0xFFu : in.p[i]) + carry;

        carry = byte >> 8;
        words[i / 4] |= (apr_uint32_t)(byte & 0xFF) << (i % 4 * 8);
    }
    while (n && words[n - 1] == 0)
        n--;
    return n;
}

sc_status_t sc_pickle_long(sc_bytes_t *text, sc_bytes_t in, apr_pool_t *p)
{
    apr_uint32_t words[WORDS];
    char digits[MOST_DIGITS + 32], *at = digits + sizeof(digits);
    int negative = in.n && in.p[in.n - 1] & 0x80;
    int n, i;

    if (in.n > MOST_BYTES) return SC_TOO_LARGE;
    n = magnitude(words, in, negative);
    do {
        apr_uint32_t group = divide(words, &n);

        for (i = 0; i < 9; i++, group /= 10)
            *--at = (char)('0' + group % 10);
    } while (n);
    while (at < digits + sizeof(digits) - 1 && *at == '0')
        at++;
    if (digits + sizeof(digits) - at > MOST_DIGITS) return SC_TOO_LARGE;
    if (negative) *--at = '-';
    *text = sc_bytes_dup(sc_bytes(at, (apr_size_t)(digits + sizeof(digits) - at)), p);
    return SC_OK;
}

sc_status_t sc_pickle_int(sc_bytes_t *text, sc_bytes_t in, apr_pool_t *p)
{
    apr_size_t sign = in.n && in.p[0] == '-', i;

    if (in.n == sign) return SC_MALFORMED;
    for (i = sign; i < in.n; i++)
        if (!sc_char_is_digit(in.p[i])) return SC_MALFORMED;
    if (in.p[sign] == '0' && in.n > sign + 1) return SC_MALFORMED;
    if (in.n - sign > MOST_DIGITS) return SC_TOO_LARGE;
    *text = sc_bytes_dup(in.p[sign] == '0' ? sc_bytes_str("0") : in, p);
    return SC_OK;
}

/* The decimal point is a point, whatever the process' locale says. */
static const char *with_point(const char *number, apr_pool_t *p)
{
    char *out = apr_palloc(p, strlen(number) + 1), *to = out;

    for (; *number; number++) {
        if (sc_char_is_digit((unsigned char)*number) || strchr("+-e", *number))
            *to++ = *number;
        else if (to == out || to[-1] != '.')
            *to++ = '.';
    }
    *to = '\0';
    return out;
}

sc_bytes_t sc_pickle_double(double d, apr_pool_t *p)
{
    char text[64];
    int digits = 1, exponent;

    if (isnan(d)) return sc_bytes_str("NaN");
    if (isinf(d)) return sc_bytes_str(d > 0 ? "Infinity" : "-Infinity");
    /* The shortest text that reads back as the same double, laid out as repr() does. */
    for (; digits < 17; digits++) {
        snprintf(text, sizeof(text), "%.*e", digits - 1, d);
        if (strtod(text, NULL) == d) break;
    }
    snprintf(text, sizeof(text), "%.*e", digits - 1, d);
    exponent = atoi(strchr(text, 'e') + 1);
    if (exponent >= -4 && exponent < 16) {
        int decimals = digits - 1 - exponent;

        snprintf(text, sizeof(text), "%.*f", decimals > 1 ? decimals : 1, d);
    }
    return sc_bytes_str(with_point(text, p));
}

static apr_size_t skip_digits(sc_bytes_t in, apr_size_t i)
{
    while (i < in.n && sc_char_is_digit(in.p[i]))
        i++;
    return i;
}

sc_status_t sc_pickle_float(sc_bytes_t *text, sc_bytes_t in, apr_pool_t *p)
{
    sc_bytes_t parts[2];
    apr_size_t i = in.n && in.p[0] == '-', from = i;
    int point = 0;

    if (sc_bytes_eq(in, sc_bytes_str("nan")))
        *text = sc_bytes_str("NaN");
    else if (sc_bytes_eq(in, sc_bytes_str("inf")))
        *text = sc_bytes_str("Infinity");
    else if (sc_bytes_eq(in, sc_bytes_str("-inf")))
        *text = sc_bytes_str("-Infinity");
    else {
        i = skip_digits(in, from);
        if (i == from || (in.p[from] == '0' && i > from + 1)) return SC_MALFORMED;
        if (i < in.n && in.p[i] == '.') {
            point = 1;
            from = i + 1;
            i = skip_digits(in, from);
            if (i == from) return SC_MALFORMED;
        }
        if (i < in.n && (in.p[i] == 'e' || in.p[i] == 'E')) {
            point = 1;
            from = i + 1;
            if (from < in.n && (in.p[from] == '+' || in.p[from] == '-')) from++;
            i = skip_digits(in, from);
            if (i == from) return SC_MALFORMED;
        }
        if (i != in.n) return SC_MALFORMED;
        parts[0] = in;
        parts[1] = sc_bytes_str(point ? "" : ".0");
        *text = sc_bytes_join(parts, 2, p);
    }
    return SC_OK;
}

/* Reads n hex digits at in.p[i]; 0 when they are not there. */
static int read_hex(apr_uint32_t *number, sc_bytes_t in, apr_size_t i, apr_size_t n)
{
    apr_uint32_t sum = 0;

    if (in.n - i < n) return 0;
    for (; n; n--, i++) {
        int digit = sc_hex_value(in.p[i]);

        if (digit < 0) return 0;
        sum = sum << 4 | (apr_uint32_t)digit;
    }
    *number = sum;
    return 1;
}

/* One escape of a Python str, behind its backslash; *i is moved past it. -1: Python keeps
 * the backslash; -2: Python refuses it. */
static int unescape(sc_bytes_t in, apr_size_t *i)
{
    static const char FROM[] = "\\'\"abfnrtv", TO[] = "\\'\"\a\b\f\n\r\t\v";
    unsigned char c = in.p[(*i)++];
    const char *simple = c ? strchr(FROM, c) : NULL;
    apr_uint32_t number;
    int n;

    if (simple) return (unsigned char)TO[simple - FROM];
    if (c == 'x') {
        if (!read_hex(&number, in, *i, 2)) return -2;
        *i += 2;
        return (int)number;
    }
    if (c < '0' || c > '7') {
        (*i)--;
        return -1;
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
            c = unescape(in, &i);
            if (c == -2) return SC_MALFORMED;
            if (c == -1) c = '\\';
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
                /* A backslash before anything else, another one too, is two characters.
                 */
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

/* 1 when a surrogate's three bytes start at in.p[i]; 0xA0: high, 0xB0: low. */
static int is_surrogate(sc_bytes_t in, apr_size_t i, unsigned char half)
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
