/* SPDX-License-Identifier: Apache-2.0 */
/* The serializer of Flask's tagged JSON (flask/json/tag.py): Flask sessions,
 * Flask-PASETO-Extended. Refuses what is not an object once its tags are resolved, and
 * tags that Flask cannot resolve. */
#include "core/serializer/tagged.h"

static sc_status_t tagged_decode(sc_doc_t **doc, sc_bytes_t payload,
                                 const sc_limits_t *limits, apr_pool_t *p)
{
    return sc_doc_parse(doc, payload, 1, limits, p);
}

static sc_status_t tagged_encode(sc_bytes_t *payload, const sc_doc_t *doc, apr_pool_t *p)
{
    *payload = sc_doc_write(doc, SC_TAGGED, SC_COMPACT, p);
    return SC_OK;
}

const sc_serializer_t sc_serializer_tagged = {
    .name = "tagged", .tagged = true, .decode = tagged_decode, .encode = tagged_encode};
