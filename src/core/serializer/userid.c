/* SPDX-License-Identifier: Apache-2.0 */
/* The serializer of remember-me cookies: a bare user id, which reads as
 * {"_user_id": text, "_fresh": false}. Refuses an empty id and what is not UTF-8; where
 * nothing else tells session cookies under the same key apart, also text that has the
 * shape of a JSON object, for it would pass a session off as a user id. */
#include "core/codec/format.h"
#include "core/base/chars.h"
#include "core/base/utf8.h"

/* Whether a JSON reader could take it for an object, by its ends: { and a quote, or { }.
 * No more is asked, so that no reader's leniency is a way round this. */
static int looks_like_object(sc_bytes_t text)
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

static int is_refused(const sc_codec_t *codec, sc_bytes_t text)
{
    return (codec->format->flags & SC_F_BESIDE) && looks_like_object(text);
}

static sc_status_t decode(sc_doc_t **doc, const sc_codec_t *codec, sc_bytes_t payload,
                          apr_pool_t *p)
{
    sc_doc_t *made;

    if (payload.n > codec->options.limits.document) return SC_TOO_LARGE;
    if (payload.n == 0 || !sc_utf8_valid(payload)) return SC_MALFORMED;
    if (is_refused(codec, payload)) return SC_UNSUPPORTED;
    made = sc_doc_make(0, p);
    sc_doc_put(made, sc_bytes_str("_user_id"), sc_value_make_string(payload));
    sc_doc_put(made, sc_bytes_str("_fresh"), sc_value_make_bool(0));
    *doc = made;
    return SC_OK;
}

/* Only what decode() would take is written; members other than the id have no place here.
 */
static sc_status_t encode(sc_bytes_t *payload, const sc_codec_t *codec,
                          const sc_doc_t *doc, apr_pool_t *p)
{
    const sc_value_t *id;
    sc_bytes_t text;

    if (!sc_doc_find(&id, doc, "_user_id") || sc_value_type(id) != SC_STRING)
        return SC_UNSUPPORTED;
    text = sc_value_string(id);
    if (text.n == 0 || !sc_utf8_valid(text) || is_refused(codec, text))
        return SC_UNSUPPORTED;
    *payload = sc_bytes_dup(text, p);
    return SC_OK;
}

const sc_serializer_t sc_serializer_userid = {"userid", decode, encode};
