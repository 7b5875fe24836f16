/* SPDX-License-Identifier: Apache-2.0 */
/* Documents: any bytes are refused or read; what is read is written, and reads again to
 * the same bytes; faces, copies, paths and texts of it can be asked for. To json-c's own
 * reader, what was read and what was written are the same. */
#include "fuzz.h"
#include "core/document/document.h"
#include "core/document/read.h"
#include "core/document/text.h"
#include <json-c/json.h>

static const sc_limits_t limits = {8192, 65536, 32, 1024};

static int look_at(void *baton, sc_bytes_t name, const sc_value_t *value)
{
    sc_bytes_t text;

    (void)name;
    if (sc_value_text(&text, value, ",", baton)) must(text.n == 0 || text.p != NULL);
    return 0;
}

static void change(const sc_doc_t *doc, sc_bytes_t json, apr_pool_t *p)
{
    sc_bytes_t before = sc_doc_write(doc, SC_TAGGED, SC_COMPACT, p);
    sc_doc_t *copy = sc_doc_dup(doc, p);

    must(sc_bytes_eq(before, sc_doc_write(copy, SC_TAGGED, SC_COMPACT, p)));
    must(sc_bytes_eq(sc_doc_write(doc, SC_PLAIN, SC_COMPACT, p),
                     sc_doc_write(copy, SC_PLAIN, SC_COMPACT, p)));
    sc_doc_put(copy, sc_bytes_str(" t"), sc_value_make_string(json));
    sc_doc_put(copy, json, sc_value_make_int(1));
    sc_doc_remove(copy, sc_bytes_str("a"));
    sc_doc_remove(copy, json);
    must(sc_doc_write(copy, SC_TAGGED, SC_SPACED, p).n >= 2);
    must(sc_bytes_eq(before, sc_doc_write(doc, SC_TAGGED, SC_COMPACT, p)));
}

static json_object *by_json_c(sc_bytes_t json, apr_pool_t *p)
{
    sc_bytes_t text = sc_bytes_dup(json, p); /* with a NUL, at which it ends */
    json_tokener *tokener = json_tokener_new_ex(64);
    json_object *found;

    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
    found = json_tokener_parse_ex(tokener, (const char *)text.p, (int)text.n + 1);
    must(json_tokener_get_error(tokener) == json_tokener_success);
    json_tokener_free(tokener);
    return found;
}

/* Not where json-c reads otherwise: it cuts names at a NUL, replaces surrogates, and NaN
 * is equal to nothing. */
static void compare(sc_bytes_t json, sc_bytes_t written, apr_pool_t *p)
{
    json_object *one, *other;

    if (memmem(json.p, json.n, "\\u0000", 6) || memmem(written.p, written.n, "\\ud", 3) ||
        memmem(json.p, json.n, "NaN", 3) || memmem(json.p, json.n, "Inf", 3))
        return;
    one = by_json_c(json, p);
    other = by_json_c(written, p);
    must(json_object_equal(one, other));
    json_object_put(one);
    json_object_put(other);
}

static void read_twice(sc_bytes_t json, int tagged, apr_pool_t *p)
{
    sc_bytes_t written, plain;
    const sc_value_t *value;
    sc_doc_t *doc, *again;

    if (sc_doc_parse(&doc, json, tagged, &limits, p)) return;
    written = sc_doc_write(doc, SC_TAGGED, SC_SPACED, p);
    plain = sc_doc_write(doc, SC_PLAIN, SC_COMPACT, p);
    if (tagged) {
        must(sc_doc_parse(&again, written, 1, &limits, p) == SC_OK);
        must(sc_bytes_eq(written, sc_doc_write(again, SC_TAGGED, SC_SPACED, p)));
        must(sc_bytes_eq(plain, sc_doc_write(again, SC_PLAIN, SC_COMPACT, p)));
    }
    if (!tagged) compare(json, plain, p);
    must(sc_doc_parse(&again, plain, 0, &limits, p) == SC_OK);
    must(sc_bytes_eq(plain, sc_doc_write(again, SC_PLAIN, SC_COMPACT, p)));
    sc_doc_each(doc, SC_PLAIN, look_at, p);
    sc_doc_each(doc, SC_TAGGED, look_at, p);
    if (sc_doc_find(&value, doc, "/a/0/b")) look_at(p, json, value);
    change(doc, json, p);
}

void fuzz_start(apr_pool_t *p)
{
    (void)p;
}

void fuzz_try(sc_bytes_t json, apr_pool_t *p)
{
    sc_value_t *value;

    read_twice(json, 0, p);
    read_twice(json, 1, p);
    if (sc_value_parse(&value, json, &limits, p) == SC_OK) look_at(p, json, value);
}
