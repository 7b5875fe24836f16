/* SPDX-License-Identifier: Apache-2.0 */
/* The serializer of plain JSON: itsdangerous, cookie-manager, Django, PASETO claims.
 * Refuses what is not a JSON object. */
#include "core/codec/format.h"

static sc_status_t decode(sc_doc_t **doc, const sc_codec_t *codec, sc_bytes_t payload,
                          apr_pool_t *p)
{
    return sc_doc_parse(doc, payload, 0, &codec->options.limits, p);
}

/* The plain face: a document that came from Flask loses its tags, which nobody here
 * knows. */
static sc_status_t encode(sc_bytes_t *payload, const sc_codec_t *codec,
                          const sc_doc_t *doc, apr_pool_t *p)
{
    sc_spacing_t spacing = codec->format->flags & SC_F_SPACED ? SC_SPACED : SC_COMPACT;

    *payload = sc_doc_write(doc, SC_PLAIN, spacing, p);
    return SC_OK;
}

const sc_serializer_t sc_serializer_json = {"json", decode, encode};
