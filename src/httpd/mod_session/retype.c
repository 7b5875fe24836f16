/* SPDX-License-Identifier: Apache-2.0 */
/* A consumer of mod_session sets text; the member that it sets has a type. A text that
 * can be read as that type keeps it, any other becomes a string: the application gets
 * nothing that it could not have stored itself, and no text becomes one of Flask's type
 * tags. */

#include "httpd/mod_session/retype.h"
#include <stdbool.h>
#include "core/document/read.h"

/* JSON of that type, without white space around it, or NULL. */
static sc_value_t *as_json(const sc_codec_t *codec, sc_type_t type, sc_bytes_t text,
                           apr_pool_t *p)
{
    sc_value_t *value;

    if (sc_value_parse(&value, text, &codec->options.limits, p)) return NULL;
    return sc_value_type(value) == type ? sc_value_ref(value) : NULL;
}

static bool is_digit_at(sc_bytes_t text, apr_size_t i)
{
    return i < text.n && text.p[i] >= '0' && text.p[i] <= '9';
}

/* Python's JSON also has NaN and Infinity; in a text they are words. */
static sc_value_t *as_number(const sc_codec_t *codec, sc_bytes_t text, apr_pool_t *p)
{
    if (!is_digit_at(text, text.n && text.p[0] == '-') || !is_digit_at(text, text.n - 1))
        return NULL;
    return as_json(codec, SC_NUMBER, text, p);
}

static int take_value(void *baton, sc_bytes_t name, const sc_value_t *value)
{
    (void)name;
    *(sc_value_t **)baton = sc_value_ref(value);
    return 1;
}

/* An array or object. In a tagged document it is escaped as Flask escapes its own: what
 * looks like a type tag is not one, or a text could become Markup. */
static sc_value_t *as_container(const sc_codec_t *codec, sc_type_t type, sc_bytes_t text,
                                apr_pool_t *p)
{
    bool tagged = sc_codec_is_tagged(codec);
    sc_value_t *value = as_json(codec, type, text, p), *sealed = NULL;
    sc_doc_t *doc;
    sc_bytes_t json;

    if (!value || !tagged) return value;
    doc = sc_doc_make(0, p);
    sc_doc_put(doc, sc_bytes_str("v"), value);
    json = sc_doc_write(doc, SC_TAGGED, SC_COMPACT, p);
    if (sc_doc_parse(&doc, json, 1, &codec->options.limits, p)) return NULL;
    sc_doc_each(doc, SC_TAGGED, take_value, &sealed);
    return sealed;
}

sc_value_t *msc_retype(const sc_codec_t *codec, sc_type_t type, const char *text,
                       apr_pool_t *p)
{
    sc_bytes_t bytes = sc_bytes_str(text);
    sc_value_t *value = NULL;

    if (type == SC_NUMBER)
        value = as_number(codec, bytes, p);
    else if (type == SC_BOOL && !strcmp(text, "true"))
        value = sc_value_make_bool(1);
    else if (type == SC_BOOL && !strcmp(text, "false"))
        value = sc_value_make_bool(0);
    else if (type == SC_ARRAY || type == SC_OBJECT)
        value = as_container(codec, type, bytes, p);
    return value ? value : sc_value_make_string(bytes);
}
