/* SPDX-License-Identifier: Apache-2.0 */
/* The serializer of Flask's tagged JSON (flask/json/tag.py): Flask sessions,
 * Flask-PASETO-Extended. Refuses what is not an object once its tags are resolved, and
 * tags that Flask cannot resolve. */
#include "core/codec/format.h"

static sc_status_t decode(sc_doc_t **doc, const sc_codec_t *codec, sc_bytes_t payload,
                          apr_pool_t *p)
{
    return sc_doc_parse(doc, payload, 1, &codec->options.limits, p);
}

static sc_status_t encode(sc_bytes_t *payload, const sc_codec_t *codec,
                          const sc_doc_t *doc, apr_pool_t *p)
{
    sc_spacing_t spacing = codec->format->flags & SC_F_SPACED ? SC_SPACED : SC_COMPACT;

    *payload = sc_doc_write(doc, SC_TAGGED, spacing, p);
    return SC_OK;
}

const sc_serializer_t sc_serializer_tagged = {"tagged", decode, encode};
