/* SPDX-License-Identifier: Apache-2.0 */
/* The Cookie header, read as werkzeug 3 reads it. httpd's own reader also splits at
 * commas and gives up on duplicates; here a name may come often and each of its values is
 * found. One pass, however many cookies and quotes a client sends. */
#include "core/base/chars.h"
#include "core/http/cookie.h"

/* Offset of the next ";" from `at`, or the end. */
static apr_size_t next_semicolon(sc_bytes_t header, apr_size_t at)
{
    apr_ssize_t i = sc_bytes_index(sc_bytes_from(header, at), ';');

    return i < 0 ? header.n : at + (apr_size_t)i;
}

/* A quoted value may hold ";" when its closing quote is the last thing before one. Offset
 * of that ";" or of the first one where the quotes do not work out. */
static apr_size_t value_end(sc_bytes_t header, apr_size_t at)
{
    apr_size_t i = at;

    while (i < header.n && sc_char_is_space(header.p[i]))
        i++;
    if (i < header.n && header.p[i] == '"') {
        for (i++; i < header.n && header.p[i] != '"'; i++)
            if (header.p[i] == '\\') i++;
        for (i++; i < header.n && sc_char_is_space(header.p[i]); i++)
            ;
        if (i == header.n || (i < header.n && header.p[i] == ';')) return i;
    }
    return next_semicolon(header, at);
}

static bool is_octal(const unsigned char *s, apr_size_t n)
{
    return n >= 3 && s[0] >= '0' && s[0] <= '3' && s[1] >= '0' && s[1] <= '7' &&
           s[2] >= '0' && s[2] <= '7';
}

/* A lone \ at the end stays. */
sc_bytes_t sc_cookie_unquote(sc_bytes_t value, apr_pool_t *p)
{
    unsigned char *to, *at;
    apr_size_t i;

    if (value.n < 2 || value.p[0] != '"' || value.p[value.n - 1] != '"') return value;
    value = sc_bytes(value.p + 1, value.n - 2);
    if (sc_bytes_index(value, '\\') < 0) return value;
    to = at = apr_palloc(p, value.n);
    for (i = 0; i < value.n; i++) {
        const unsigned char *s = value.p + i + 1;

        if (value.p[i] != '\\' || i + 1 == value.n)
            *at++ = value.p[i];
        else if (is_octal(s, value.n - i - 1)) {
            *at++ = (unsigned char)((s[0] - '0') << 6 | (s[1] - '0') << 3 | (s[2] - '0'));
            i += 3;
        }
        else
            *at++ = value.p[++i];
    }
    return sc_bytes(to, (apr_size_t)(at - to));
}

void sc_cookie_pair(sc_bytes_t *name, sc_bytes_t *value, apr_size_t *at,
                    sc_bytes_t header)
{
    apr_size_t i = *at, end;

    while (i < header.n && header.p[i] != '=' && header.p[i] != ';')
        i++;
    *name = sc_bytes_trimmed(sc_bytes(header.p + *at, i - *at));
    *value = sc_bytes(header.p + i, 0);
    end = i;
    if (i < header.n && header.p[i] == '=') {
        end = value_end(header, i + 1);
        *value = sc_bytes_trimmed(sc_bytes(header.p + i + 1, end - i - 1));
    }
    *at = end < header.n ? end + 1 : header.n;
}

bool sc_cookie_next(sc_bytes_t *value, apr_size_t *at, sc_bytes_t header,
                    const char *name, apr_pool_t *p)
{
    sc_bytes_t want = sc_bytes_str(name), found, raw;

    while (*at < header.n) {
        sc_cookie_pair(&found, &raw, at, header);
        if (!found.n || !sc_bytes_eq(found, want)) continue;
        *value = sc_cookie_unquote(raw, p);
        return true;
    }
    return false;
}

/* werkzeug http.py: what a value may be made of without quotes. */
static bool is_bare(unsigned char c)
{
    return sc_char_is_alnum(c) ||
           (c < 0x80 && c && strchr("_!#$%&'()*+-./:<=>?@[]^`{|}~", c));
}

sc_bytes_t sc_cookie_quote(sc_bytes_t value, apr_pool_t *p)
{
    unsigned char *to, *at;
    apr_size_t i;

    for (i = 0; i < value.n && is_bare(value.p[i]); i++)
        ;
    if (i == value.n) return value;
    to = at = apr_palloc(p, value.n * 4 + 3);
    *at++ = '"';
    for (i = 0; i < value.n; i++) {
        unsigned char c = value.p[i];

        if (c == '"' || c == '\\') *at++ = '\\';
        if (is_bare(c) || c == ' ' || c == '"' || c == '\\') {
            *at++ = c;
            continue;
        }
        *at++ = '\\';
        *at++ = (unsigned char)('0' + (c >> 6));
        *at++ = (unsigned char)('0' + (c >> 3 & 7));
        *at++ = (unsigned char)('0' + (c & 7));
    }
    *at++ = '"';
    *at = '\0';
    return sc_bytes(to, (apr_size_t)(at - to));
}
