/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a form, a query or a JSON object, read at once. Whoever reads a field
 * must not have to wonder which one counts or where it ends: what is repeated, nested,
 * cut off or not text is refused. */
#include "core/body/fields.h"
#include "core/base/chars.h"
#include "core/base/utf8.h"
#include "core/body/parameter.h"
#include "core/document/document.h"
#include "core/document/text.h"
#include <apr_strings.h>
#include <apr_tables.h>

typedef struct {
    const char *name;
    const char *value;
} field_t;

struct sc_fields_t {
    apr_array_header_t *list; /* field_t */
};

static sc_fields_t *make_fields(apr_pool_t *p)
{
    sc_fields_t *fields = apr_palloc(p, sizeof(*fields));

    fields->list = apr_array_make(p, 4, sizeof(field_t));
    return fields;
}

const char *sc_fields_get(const sc_fields_t *fields, const char *name)
{
    for (int i = 0; i < fields->list->nelts; i++) {
        const field_t *field = &APR_ARRAY_IDX(fields->list, i, field_t);

        if (!strcmp(field->name, name)) return field->value;
    }
    return NULL;
}

static bool is_text(sc_bytes_t b)
{
    return sc_utf8_valid(b) && !(b.n && memchr(b.p, 0, b.n));
}

static sc_status_t add_field(sc_fields_t *fields, sc_bytes_t name, sc_bytes_t value)
{
    apr_pool_t *p = fields->list->pool;
    field_t field;

    if (name.n == 0 || !is_text(name) || !is_text(value)) return SC_MALFORMED;
    field.name = apr_pstrmemdup(p, (const char *)name.p, name.n);
    field.value = apr_pstrmemdup(p, (const char *)value.p, value.n);
    if (sc_fields_get(fields, field.name)) return SC_MALFORMED;
    if (fields->list->nelts == SC_FIELDS_MAX) return SC_TOO_LARGE;
    APR_ARRAY_PUSH(fields->list, field_t) = field;
    return SC_OK;
}

/* --- application/x-www-form-urlencoded --- */

/* WHATWG URL 5.1, but for an incomplete escape, which is refused. */
static bool decode(sc_bytes_t *text, sc_bytes_t raw, apr_pool_t *p)
{
    unsigned char *to = apr_palloc(p, raw.n + 1);
    apr_size_t n = 0;

    for (apr_size_t i = 0; i < raw.n; i++) {
        unsigned char c = raw.p[i];

        if (c == '%') {
            int high = i + 2 < raw.n ? sc_hex_value(raw.p[i + 1]) : -1;
            int low = i + 2 < raw.n ? sc_hex_value(raw.p[i + 2]) : -1;

            if (high < 0 || low < 0) return false;
            c = (unsigned char)(high << 4 | low);
            i += 2;
        }
        else if (c == '+') {
            c = ' ';
        }
        to[n++] = c;
    }
    *text = sc_bytes(to, n);
    return true;
}

/* "name=value", or "name", whose value is empty. */
static sc_status_t add_pair(sc_fields_t *fields, sc_bytes_t pair)
{
    apr_pool_t *p = fields->list->pool;
    apr_ssize_t at = sc_bytes_index(pair, '=');
    sc_bytes_t name = pair, value = sc_bytes("", 0);

    if (at >= 0) {
        name.n = (apr_size_t)at;
        value = sc_bytes_from(pair, name.n + 1);
    }
    if (!decode(&name, name, p) || !decode(&value, value, p)) return SC_MALFORMED;
    return add_field(fields, name, value);
}

sc_status_t sc_fields_read_form(const sc_fields_t **fields, sc_bytes_t form,
                                apr_pool_t *p)
{
    sc_fields_t *made = make_fields(p);

    while (form.n) {
        apr_ssize_t at = sc_bytes_index(form, '&');
        apr_size_t n = at < 0 ? form.n : (apr_size_t)at;
        sc_status_t st = n ? add_pair(made, sc_bytes(form.p, n)) : SC_OK;

        if (st) return st;
        form = sc_bytes_from(form, at < 0 ? n : n + 1);
    }
    *fields = made;
    return SC_OK;
}

/* --- application/json --- */

static int add_member(void *baton, sc_bytes_t name, const sc_value_t *value)
{
    sc_fields_t *fields = baton;
    sc_bytes_t text;

    if (!sc_value_text(&text, value, "", fields->list->pool)) return SC_MALFORMED;
    return (int)add_field(fields, name, text);
}

static sc_status_t read_json(const sc_fields_t **fields, sc_bytes_t json, apr_pool_t *p)
{
    sc_limits_t limits = {.depth = 1, .members = SC_FIELDS_MAX};
    sc_fields_t *made = make_fields(p);
    sc_doc_t *doc;
    int st = (int)sc_doc_parse(&doc, json, false, &limits, p);

    if (!st) st = sc_doc_each(doc, SC_PLAIN, add_member, made);
    if (st) return (sc_status_t)st;
    /* The reader keeps the last of several members of one name: with no room for more
     * members than are left, it stumbles over the others. */
    limits.members = sc_doc_size(doc);
    if (sc_doc_parse(&doc, json, false, &limits, p)) return SC_MALFORMED;
    *fields = made;
    return SC_OK;
}

sc_status_t sc_fields_read(const sc_fields_t **fields, sc_bytes_t content_type,
                           sc_bytes_t body, apr_pool_t *p)
{
    sc_bytes_t type = sc_media_type(content_type);

    if (body.n == 0 || sc_bytes_eq_word(type, "application/x-www-form-urlencoded"))
        return sc_fields_read_form(fields, body, p);
    if (sc_bytes_eq_word(type, "application/json")) return read_json(fields, body, p);
    return SC_UNSUPPORTED;
}
