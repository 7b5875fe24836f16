/* SPDX-License-Identifier: Apache-2.0 */
/* The reader's strings: unescaped, their UTF-8 checked. Refused: control characters,
 * malformed UTF-8 (which surrogates are), escapes that JSON does not have. A lone
 * surrogate may come as an escape, as Python writes it. */
#include "core/document/read_string.h"
#include "core/base/chars.h"
#include "core/base/utf8.h"
#include "core/document/plain.h"

/* Four hex digits at p, or -1. */
static int hex4(const unsigned char *p, const unsigned char *end)
{
    int i, digit, value = 0;

    if (end - p < 4) return -1;
    for (i = 0; i < 4; i++) {
        digit = sc_hex_value(p[i]);
        if (digit < 0) return -1;
        value = value << 4 | digit;
    }
    return value;
}

/* What follows "\u": a pair of surrogates is one character, a lone one is kept. */
static sc_status_t json_unescape_unicode(unsigned char **to, sc_reader_t *r, bool name)
{
    int low, c = hex4(r->at, r->end);

    if (c < 0) return SC_MALFORMED;
    r->at += 4;
    if (c == 0 && name) {
        *(*to)++ = 0xC0;
        *(*to)++ = 0x80;
        return SC_OK;
    }
    if (c >= 0xD800 && c < 0xDC00 && r->end - r->at >= 6 && r->at[0] == '\\' &&
        r->at[1] == 'u') {
        low = hex4(r->at + 2, r->end);
        if (low >= 0xDC00 && low < 0xE000) {
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            r->at += 6;
        }
    }
    *to += sc_utf8_put(*to, (unsigned)c);
    return SC_OK;
}

/* What follows a backslash. */
static sc_status_t json_unescape(unsigned char **to, sc_reader_t *r, bool name)
{
    static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
    const char *which;

    if (sc_reader_take(r, 'u')) return json_unescape_unicode(to, r, name);
    if (r->at == r->end || *r->at == '\0') return SC_MALFORMED;
    which = strchr(from, *r->at++);
    if (which == NULL) return SC_MALFORMED;
    *(*to)++ = (unsigned char)into[which - from];
    return SC_OK;
}

/* Passes over bytes that a string may hold as they are: up to a quote or a backslash. */
static sc_status_t reader_skip_plain(sc_reader_t *r)
{
    const unsigned char *at = r->at, *from;

    for (;;) {
        at = sc_json_plain_end(at, r->end);
        if (at == r->end || *at < 0x20) return SC_MALFORMED;
        if (*at < 0x7F) break;
        r->exact = false;
        for (from = at; at < r->end && *at >= 0x7F;)
            at++;
        if (!sc_utf8_valid(sc_bytes(from, (apr_size_t)(at - from)))) return SC_MALFORMED;
    }
    r->at = at;
    return SC_OK;
}

unsigned char *sc_reader_scratch(sc_reader_t *r)
{
    if (!r->scratch) r->scratch = apr_palloc(r->pool, r->size + 1);
    return r->scratch;
}

sc_status_t sc_reader_text(sc_bytes_t *text, sc_reader_t *r, bool name)
{
    const unsigned char *from = r->at;
    unsigned char *to;
    sc_status_t st = reader_skip_plain(r);

    if (st) return st;
    if (sc_reader_take(r, '"')) {
        *text = sc_bytes(from, (apr_size_t)(r->at - 1 - from));
        return SC_OK;
    }
    to = sc_reader_scratch(r);
    for (;;) {
        memcpy(to, from, (apr_size_t)(r->at - from));
        to += r->at - from;
        if (sc_reader_take(r, '"')) break;
        r->exact = false;
        r->at++;
        st = json_unescape(&to, r, name);
        if (st) return st;
        from = r->at;
        st = reader_skip_plain(r);
        if (st) return st;
    }
    *text = sc_bytes(r->scratch, (apr_size_t)(to - r->scratch));
    return SC_OK;
}
