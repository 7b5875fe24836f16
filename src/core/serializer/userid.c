/* SPDX-License-Identifier: Apache-2.0 */
/* The serializer of remember-me cookies: a bare user id, which reads as
 * {"_user_id": text, "_fresh": false}. Refuses an empty id and what is not UTF-8; where
 * nothing else tells session cookies under the same key apart, also text that has the
 * shape of a JSON object, for it would pass a session off as a user id. */
#include "core/serializer/userid.h"
#include "core/base/chars.h"
#include "core/base/utf8.h"

/* Whether a JSON reader could take it for an object, by its ends: { and a quote, or { }.
 * No more is asked, so that no reader's leniency is a way round this. */
static bool looks_like_object(sc_bytes_t text)
{
    while (text.n && sc_char_is_blank(text.p[0]))
        text = sc_bytes_from(text, 1);
    while (text.n && sc_char_is_blank(text.p[text.n - 1]))
        text.n--;
    if (text.n < 2 || text.p[0] != '{' || text.p[text.n - 1] != '}') return 0;
    do
        text = sc_bytes_from(text, 1);
    while (sc_char_is_blank(text.p[0]));
    return text.p[0] == '"' || text.p[0] == '}';
}

static bool is_user_id(sc_bytes_t text)
{
    return text.n && sc_utf8_valid(text);
}

static sc_status_t userid_decode(sc_doc_t **doc, sc_bytes_t payload,
                                 const sc_limits_t *limits, apr_pool_t *p)
{
    sc_doc_t *made;

    if (payload.n > limits->document) return SC_TOO_LARGE;
    if (!is_user_id(payload)) return SC_MALFORMED;
    made = sc_doc_make(0, p);
    sc_doc_put(made, sc_bytes_str("_user_id"), sc_value_make_string(payload));
    sc_doc_put(made, sc_bytes_str("_fresh"), sc_value_make_bool(0));
    *doc = made;
    return SC_OK;
}

static sc_status_t userid_decode_not_object(sc_doc_t **doc, sc_bytes_t payload,
                                            const sc_limits_t *limits, apr_pool_t *p)
{
    sc_doc_t *made;
    sc_status_t st = userid_decode(&made, payload, limits, p);

    if (st) return st;
    if (looks_like_object(payload)) return SC_UNSUPPORTED;
    *doc = made;
    return SC_OK;
}

/* Writes only what userid_decode() reads; other members of the document are left out. */
static sc_status_t userid_encode(sc_bytes_t *payload, const sc_doc_t *doc, apr_pool_t *p)
{
    const sc_value_t *id;

    if (!sc_doc_find(&id, doc, "_user_id") || !is_user_id(sc_value_string(id)))
        return SC_UNSUPPORTED;
    *payload = sc_bytes_dup(sc_value_string(id), p);
    return SC_OK;
}

static sc_status_t userid_encode_not_object(sc_bytes_t *payload, const sc_doc_t *doc,
                                            apr_pool_t *p)
{
    sc_bytes_t text;
    sc_status_t st = userid_encode(&text, doc, p);

    if (st) return st;
    if (looks_like_object(text)) return SC_UNSUPPORTED;
    *payload = text;
    return SC_OK;
}

const sc_serializer_t sc_serializer_userid = {
    .name = "userid", .decode = userid_decode, .encode = userid_encode};
const sc_serializer_t sc_serializer_userid_not_object = {
    .name = "userid",
    .decode = userid_decode_not_object,
    .encode = userid_encode_not_object};
