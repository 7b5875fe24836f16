/* SPDX-License-Identifier: Apache-2.0 */
/* SecureCookie's items, and the serializer that keeps a JSON text in each: name=value,
 * the name quoted as werkzeug's url_quote_plus does, the value in standard base64. One
 * value that is not JSON, or an item without "=", refuses the whole session, as the peer
 * does. */

#include "core/base/base64.h"
#include "core/base/chars.h"
#include "core/base/utf8.h"
#include "core/document/read.h"
#include "core/serializer/securecookie_items.h"
#include <apr_tables.h>

typedef struct {
    sc_bytes_t name;
    sc_bytes_t value; /* still base64 */
} item_t;

/* base64.b64decode: sc_base64_decode_python, but "-" and "_" are junk like any other. */
static sc_status_t decode_item(sc_bytes_t *out, sc_bytes_t in, apr_pool_t *p)
{
    unsigned char *kept;
    apr_size_t n = 0, i;

    if (sc_bytes_index(in, '-') < 0 && sc_bytes_index(in, '_') < 0)
        return sc_base64_decode_python(out, in, 0, p);
    kept = apr_palloc(p, in.n);
    for (i = 0; i < in.n; i++)
        if (in.p[i] != '-' && in.p[i] != '_') kept[n++] = in.p[i];
    return sc_base64_decode_python(out, sc_bytes(kept, n), 0, p);
}

/* bytes.decode("utf-8", "replace") */
static sc_bytes_t decode_replacing(sc_bytes_t in, apr_pool_t *p)
{
    unsigned char *out;
    apr_size_t n = 0, i = 0;
    int step;

    if (sc_utf8_valid(in)) return in;
    out = apr_palloc(p, in.n * 3);
    while (i < in.n) {
        step = sc_utf8_sequence(sc_bytes_from(in, i));
        if (step > 0)
            memcpy(out + n, in.p + i, (apr_size_t)step);
        else
            memcpy(out + n, "\xEF\xBF\xBD", 3);
        n += step > 0 ? (apr_size_t)step : 3;
        i += (apr_size_t)(step > 0 ? step : -step);
    }
    return sc_bytes(out, n);
}

/* werkzeug's url_unquote_plus. A "%" that no two hex digits follow stays. */
static sc_status_t unquote_plus(sc_bytes_t *name, sc_bytes_t in, apr_pool_t *p)
{
    unsigned char *out = apr_palloc(p, in.n + 1);
    apr_size_t n = 0, i;
    int high, low;

    for (i = 0; i < in.n; i++) {
        if (in.p[i] >= 0x80) return SC_MALFORMED;
        if (in.p[i] == '%' && in.n - i > 2) {
            high = sc_hex_value(in.p[i + 1]);
            low = sc_hex_value(in.p[i + 2]);
            if (high >= 0 && low >= 0) {
                out[n++] = (unsigned char)(high << 4 | low);
                i += 2;
                continue;
            }
        }
        out[n++] = in.p[i] == '+' ? ' ' : in.p[i];
    }
    *name = decode_replacing(sc_bytes(out, n), p);
    return SC_OK;
}

static sc_status_t read_item(item_t *item, sc_bytes_t text, apr_pool_t *p)
{
    apr_ssize_t equals = sc_bytes_index(text, '=');

    if (equals < 0) return SC_MALFORMED;
    item->value = sc_bytes_from(text, (apr_size_t)equals + 1);
    return unquote_plus(&item->name, sc_bytes(text.p, (apr_size_t)equals), p);
}

static void keep_item(apr_array_header_t *items, item_t item)
{
    int i;

    for (i = 0; i < items->nelts; i++) {
        item_t *known = &APR_ARRAY_IDX(items, i, item_t);

        if (!sc_bytes_eq(known->name, item.name)) continue;
        known->value = item.value;
        return;
    }
    APR_ARRAY_PUSH(items, item_t) = item;
}

static sc_status_t split_items(apr_array_header_t *items, sc_bytes_t payload, int most,
                               apr_pool_t *p)
{
    for (;;) {
        apr_ssize_t end = sc_bytes_index(payload, '&');
        sc_status_t st;
        item_t item;

        st =
            read_item(&item, end < 0 ? payload : sc_bytes(payload.p, (apr_size_t)end), p);
        if (st) return st;
        keep_item(items, item);
        if (items->nelts > most) return SC_TOO_LARGE;
        if (end < 0) return SC_OK;
        payload = sc_bytes_from(payload, (apr_size_t)end + 1);
    }
}

sc_status_t sc_securecookie_read(sc_value_t **object, sc_bytes_t payload,
                                 sc_securecookie_reader_t read, const sc_limits_t *limits,
                                 apr_pool_t *p)
{
    apr_array_header_t *items = apr_array_make(p, 8, sizeof(item_t));
    sc_limits_t left = *limits;
    sc_value_t *made;
    sc_status_t st;
    int i;

    st = split_items(items, payload, limits->members, p);
    if (st) return st;
    left.members -= items->nelts;
    left.depth--;
    made = sc_value_make_object();
    for (i = 0; i < items->nelts; i++) {
        const item_t *item = &APR_ARRAY_IDX(items, i, item_t);
        sc_value_t *value = NULL;
        sc_bytes_t raw;

        st = decode_item(&raw, item->value, p);
        if (!st) st = read(&value, &left, raw, p);
        if (st) {
            sc_value_release(made);
            return st;
        }
        sc_value_put(made, item->name, value);
    }
    *object = made;
    return SC_OK;
}

/* Members and elements in a JSON text that is known to be well formed: a comma parts two,
 * and a container that is not empty has one more. */
static int count_members(sc_bytes_t json)
{
    int quoted = 0, opened = 0, count = 0;
    apr_size_t i;

    for (i = 0; i < json.n; i++) {
        unsigned char c = json.p[i];

        if (quoted) {
            if (c == '\\')
                i++;
            else if (c == '"')
                quoted = 0;
            continue;
        }
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
        if (c == ',' || (opened && c != ']' && c != '}')) count++;
        quoted = c == '"';
        opened = c == '[' || c == '{';
    }
    return count;
}

static sc_status_t read_json_item(sc_value_t **value, sc_limits_t *left, sc_bytes_t raw,
                                  apr_pool_t *p)
{
    sc_value_t *parsed;
    sc_status_t st;
    int count;

    if (raw.n > left->document) return SC_TOO_LARGE;
    st = sc_value_parse(&parsed, raw, left, p);
    if (st) return st;
    count = count_members(raw);
    left->document -= raw.n;
    left->members = count < left->members ? left->members - count : 0;
    *value = sc_value_ref(parsed);
    return SC_OK;
}

static sc_status_t items_decode(sc_doc_t **doc, sc_bytes_t payload,
                                const sc_limits_t *limits, apr_pool_t *p)
{
    sc_value_t *object;
    sc_status_t st = sc_securecookie_read(&object, payload, read_json_item, limits, p);

    if (st) return st;
    *doc = sc_doc_wrap(object, 0, p);
    return SC_OK;
}

/* Quotes more than werkzeug does ("~" and the like): it reads both. */
static sc_bytes_t quote_plus(sc_bytes_t name, apr_pool_t *p)
{
    unsigned char *out = apr_palloc(p, name.n * 3 + 1);
    apr_size_t n = 0, i;

    for (i = 0; i < name.n; i++) {
        unsigned char c = name.p[i];

        if (sc_char_is_alnum(c) || c == '_' || c == '.' || c == '-') {
            out[n++] = c;
        }
        else if (c == ' ') {
            out[n++] = '+';
        }
        else {
            out[n++] = '%';
            sc_hex_write(out + n, sc_bytes(&c, 1), SC_HEX_UPPER);
            n += 2;
        }
    }
    return sc_bytes(out, n);
}

typedef struct {
    apr_array_header_t *parts; /* sc_bytes_t */
    apr_pool_t *p;
} writer_t;

static int write_item(void *baton, sc_bytes_t name, const sc_value_t *value)
{
    writer_t *w = baton;

    /* A lone surrogate has no UTF-8 that the peer would read back. */
    if (!sc_utf8_valid(name)) return 1;
    if (w->parts->nelts) APR_ARRAY_PUSH(w->parts, sc_bytes_t) = sc_bytes_str("&");
    APR_ARRAY_PUSH(w->parts, sc_bytes_t) = quote_plus(name, w->p);
    APR_ARRAY_PUSH(w->parts, sc_bytes_t) = sc_bytes_str("=");
    APR_ARRAY_PUSH(w->parts, sc_bytes_t) =
        sc_base64_encode(sc_value_write(value, SC_COMPACT, w->p), w->p);
    return 0;
}

static sc_status_t items_encode(sc_bytes_t *payload, const sc_doc_t *doc, apr_pool_t *p)
{
    writer_t w = {apr_array_make(p, 32, sizeof(sc_bytes_t)), p};

    if (sc_doc_each(doc, SC_TAGGED, write_item, &w)) return SC_UNSUPPORTED;
    *payload = sc_bytes_join((const sc_bytes_t *)w.parts->elts, w.parts->nelts, p);
    return SC_OK;
}

const sc_serializer_t sc_serializer_securecookie = {
    .name = "json",
    .decode = items_decode,
    .encode = items_encode,
};
