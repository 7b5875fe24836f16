/* SPDX-License-Identifier: Apache-2.0 */
/* Takes cookies out of a Cookie header so that no peer finds them, whatever reader it
 * has: one that trims Unicode's white space from names (werkzeug, Django), that knows
 * quotes or does not, that begins a cookie after a comma or a blank (Python's
 * http.cookies). What only looks like such a cookie goes as well. */
#include "core/base/chars.h"
#include "core/http/cookie.h"
#include "core/http/cookie_strip.h"

/* Offset of the next ";" from `at`, or the end. */
static apr_size_t piece_end(sc_bytes_t pair, apr_size_t at)
{
    apr_ssize_t i = sc_bytes_index(sc_bytes_from(pair, at), ';');

    return i < 0 ? pair.n : at + (apr_size_t)i;
}

/* Length of the white space character that b starts with, or 0: what Python's str.strip()
 * and JavaScript's trim() take away, in UTF-8 or, where a peer decodes a header as
 * latin-1, as a single byte. */
static apr_size_t space_length(sc_bytes_t b)
{
    static const char *const wide[] = {
        "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe1\xa0\x8e", "\xe2\x80\xa8",
        "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80", "\xef\xbb\xbf",
    };

    if (b.n == 0) return 0;
    if (sc_char_is_space(b.p[0]) || (b.p[0] >= 0x1c && b.p[0] <= 0x1f)) return 1;
    if (b.p[0] == 0x85 || b.p[0] == 0xa0) return 1;
    for (unsigned i = 0; i < sizeof(wide) / sizeof(*wide); i++) {
        apr_size_t n = strlen(wide[i]);

        if (b.n >= n && !memcmp(b.p, wide[i], n)) return n;
    }
    /* U+2000 to U+200A */
    return b.n >= 3 && b.p[0] == 0xe2 && b.p[1] == 0x80 && b.p[2] >= 0x80 &&
                   b.p[2] <= 0x8a
               ? 3
               : 0;
}

static sc_bytes_t past_spaces(sc_bytes_t b)
{
    apr_size_t n;

    while ((n = space_length(b)))
        b = sc_bytes_from(b, n);
    return b;
}

static bool starts_with_name(sc_bytes_t *rest, sc_bytes_t b, const char *name)
{
    apr_size_t n = strlen(name);

    if (b.n < n || memcmp(b.p, name, n)) return false;
    *rest = past_spaces(sc_bytes_from(b, n));
    return true;
}

/* Whether a peer may read the name as one of these. */
static bool is_listed_name(sc_bytes_t name, const char *const *names, int n)
{
    sc_bytes_t rest;

    name = past_spaces(name);
    for (int i = 0; i < n; i++) {
        if (starts_with_name(&rest, name, names[i]) && rest.n == 0) return true;
    }
    return false;
}

static bool is_separator(unsigned char c)
{
    return c == ',' || sc_char_is_space(c);
}

/* The part of a piece before a "name=" that follows a comma or white space: readers of
 * RFC 2109's cookies and Python's http.cookies begin another cookie there. */
static sc_bytes_t uncut_part(sc_bytes_t piece, const char *const *names, int n)
{
    sc_bytes_t rest;

    for (apr_size_t i = 1; i < piece.n; i++) {
        if (!is_separator(piece.p[i - 1])) continue;
        for (int k = 0; k < n; k++) {
            if (!starts_with_name(&rest, sc_bytes_from(piece, i), names[k])) continue;
            if (rest.n && rest.p[0] == '=') {
                while (i && is_separator(piece.p[i - 1]))
                    i--;
                return sc_bytes(piece.p, i);
            }
        }
    }
    return piece;
}

/* The header in the making without the cookies of these names. */
typedef struct {
    const char *const *names;
    int n;
    unsigned char *to;
    int removed; /* pieces that some reader takes for such a cookie */
} stripping_t;

/* Copies a pair that stays, but for what a reader that knows no quotes would take for a
 * cookie of these names (d="; c=1"): it is not to see one either, and no other pair can
 * lose its quote and let it out. */
static void copy_rest(stripping_t *s, sc_bytes_t pair)
{
    apr_size_t at = 0, end;
    unsigned char *start = s->to;

    for (; at <= pair.n; at = end + 1) {
        sc_bytes_t piece, part, name;
        apr_ssize_t equals;

        end = piece_end(pair, at);
        piece = sc_bytes(pair.p + at, end - at);
        name = part = uncut_part(piece, s->names, s->n);
        if (part.n < piece.n) s->removed++;
        if (part.n == 0 && piece.n) continue;
        equals = sc_bytes_index(part, '=');
        if (equals >= 0) name.n = (apr_size_t)equals;
        if (is_listed_name(name, s->names, s->n)) {
            s->removed++;
            continue;
        }
        if (at > 0 && s->to > start) *s->to++ = ';';
        if (part.n) memcpy(s->to, part.p, part.n);
        s->to += part.n;
    }
}

static void strip_header(stripping_t *s, sc_bytes_t header)
{
    unsigned char *first = s->to;
    apr_size_t at = 0, start, stop;
    sc_bytes_t name, value, whole;

    while (at < header.n) {
        unsigned char *end = s->to;

        start = at;
        sc_cookie_pair(&name, &value, &at, header);
        stop = at < header.n || header.p[at - 1] == ';' ? at - 1 : at;
        whole =
            sc_bytes_trimmed(sc_bytes(header.p + start, stop > start ? stop - start : 0));
        if (!whole.n) continue;
        if (is_listed_name(name, s->names, s->n)) {
            s->removed++;
            continue;
        }
        if (end > first) {
            *s->to++ = ';';
            *s->to++ = ' ';
        }
        start = (apr_size_t)(s->to - end);
        copy_rest(s, whole);
        /* Nothing of it stayed. */
        if (s->to == end + start) s->to = end;
    }
}

sc_bytes_t sc_cookie_strip(sc_bytes_t header, const char *const *names, int n,
                           apr_pool_t *p)
{
    unsigned char *start = apr_palloc(p, header.n * 2 + 1);
    stripping_t s = {.names = names, .n = n, .to = start};

    strip_header(&s, header);
    *s.to = '\0';
    return sc_bytes(start, (apr_size_t)(s.to - start));
}

/* Whether the header has these bytes at least twice: so it is with hardly any request. */
static bool has_twice(sc_bytes_t header, const char *name)
{
    apr_size_t n = strlen(name);
    int seen = 0;

    for (apr_size_t i = 0; i + n <= header.n; i++) {
        const unsigned char *p = memchr(header.p + i, name[0], header.n - n - i + 1);

        if (!p) return false;
        i = (apr_size_t)(p - header.p);
        if (!memcmp(p, name, n) && ++seen == 2) return true;
    }
    return false;
}

bool sc_cookie_is_repeated(sc_bytes_t header, const char *name, apr_pool_t *p)
{
    stripping_t s = {.names = &name, .n = 1};

    if (!has_twice(header, name)) return false;
    s.to = apr_palloc(p, header.n * 2 + 1);
    strip_header(&s, header);
    return s.removed > 1;
}

/* A value of that name as the header has it. One with ";" in quotes is quoted anew, for
 * readers that know no quotes. */
static sc_bytes_t raw_value(sc_bytes_t value, sc_bytes_t header, const char *name,
                            apr_pool_t *p)
{
    sc_bytes_t found, raw;
    apr_size_t at = 0;

    while (at < header.n) {
        sc_cookie_pair(&found, &raw, &at, header);
        if (sc_bytes_eq(found, sc_bytes_str(name)) && sc_bytes_index(raw, ';') < 0 &&
            sc_bytes_eq(sc_cookie_unquote(raw, p), value))
            return raw;
    }
    return sc_cookie_quote(value, p);
}

sc_bytes_t sc_cookie_keep(sc_bytes_t header, const char *name, sc_bytes_t value,
                          apr_pool_t *p)
{
    sc_bytes_t rest = sc_cookie_strip(header, &name, 1, p);
    sc_bytes_t raw = raw_value(value, header, name, p);
    apr_size_t n = strlen(name);
    unsigned char *to = apr_palloc(p, n + raw.n + rest.n + 4), *at = to;

    memcpy(at, name, n);
    at += n;
    *at++ = '=';
    if (raw.n) memcpy(at, raw.p, raw.n);
    at += raw.n;
    if (rest.n) {
        *at++ = ';';
        *at++ = ' ';
        memcpy(at, rest.p, rest.n);
        at += rest.n;
    }
    *at = '\0';
    return sc_bytes(to, (apr_size_t)(at - to));
}
