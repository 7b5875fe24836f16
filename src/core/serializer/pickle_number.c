/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers of a pickle: ints of any size and floats, as JSON text. Takes what Python's
 * pickler writes, in any version, and not all that int() and float() would take besides
 * (hexadecimal, "_", "+5"). */
#include "core/serializer/pickle_number.h"
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* As many digits as Python prints (sys.int_info.default_max_str_digits), and the bytes of
 * a number that long. */
#define MOST_DIGITS 4300
#define MOST_BYTES  1787
#define WORDS       ((MOST_BYTES + 3) / 4)

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

/* Divides a number of *n words, the highest last, by 10^9 and returns the remainder. */
static apr_uint32_t divide_words(apr_uint32_t *words, int *n)
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

/* The magnitude of a two's complement number, in words; returns how many. */
static int load_magnitude(apr_uint32_t *words, sc_bytes_t in, bool negative)
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
    bool negative = in.n && in.p[in.n - 1] & 0x80;
    int n, i;

    if (in.n > MOST_BYTES) return SC_TOO_LARGE;
    n = load_magnitude(words, in, negative);
    do {
        apr_uint32_t group = divide_words(words, &n);

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
        if (!is_digit(in.p[i])) return SC_MALFORMED;
    if (in.p[sign] == '0' && in.n > sign + 1) return SC_MALFORMED;
    if (in.n - sign > MOST_DIGITS) return SC_TOO_LARGE;
    *text = sc_bytes_dup(in.p[sign] == '0' ? sc_bytes_str("0") : in, p);
    return SC_OK;
}

/* The number with "." for the decimal point of the process' locale. */
static const char *with_decimal_point(const char *number, apr_pool_t *p)
{
    char *out = apr_palloc(p, strlen(number) + 1), *to = out;

    for (; *number; number++) {
        if (is_digit((unsigned char)*number) || strchr("+-e", *number))
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
    /* lint: cert-err34-c: printf wrote it. */
    exponent = atoi(strchr(text, 'e') + 1);
    if (exponent >= -4 && exponent < 16) {
        int decimals = digits - 1 - exponent;

        snprintf(text, sizeof(text), "%.*f", decimals > 1 ? decimals : 1, d);
    }
    return sc_bytes_str(with_decimal_point(text, p));
}

static apr_size_t skip_decimals(sc_bytes_t in, apr_size_t i)
{
    while (i < in.n && is_digit(in.p[i]))
        i++;
    return i;
}

/* A fraction or an exponent that begins at in.p[*i], which is moved past it. MALFORMED
 * when digits are missing. */
static sc_status_t skip_part(sc_bytes_t in, apr_size_t *i)
{
    apr_size_t from = *i + 1;

    if (in.p[*i] != '.' && from < in.n && (in.p[from] == '+' || in.p[from] == '-'))
        from++;
    *i = skip_decimals(in, from);
    return *i == from ? SC_MALFORMED : SC_OK;
}

sc_status_t sc_pickle_float(sc_bytes_t *text, sc_bytes_t in, apr_pool_t *p)
{
    static const char *const words[][2] = {
        {"nan", "NaN"}, {"inf", "Infinity"}, {"-inf", "-Infinity"}};
    apr_size_t from = in.n && in.p[0] == '-', i = skip_decimals(in, from), end = i;
    sc_bytes_t parts[2] = {in};
    unsigned w;

    for (w = 0; w < sizeof words / sizeof *words; w++) {
        if (!sc_bytes_eq(in, sc_bytes_str(words[w][0]))) continue;
        *text = sc_bytes_str(words[w][1]);
        return SC_OK;
    }
    if (i == from || (in.p[from] == '0' && i > from + 1)) return SC_MALFORMED;
    if (i < in.n && in.p[i] == '.' && skip_part(in, &i)) return SC_MALFORMED;
    if (i < in.n && (in.p[i] | 0x20) == 'e' && skip_part(in, &i)) return SC_MALFORMED;
    if (i != in.n) return SC_MALFORMED;
    parts[1] = sc_bytes_str(i == end ? ".0" : "");
    *text = sc_bytes_join(parts, 2, p);
    return SC_OK;
}
