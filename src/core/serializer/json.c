/* SPDX-License-Identifier: Apache-2.0 */
/* The serializers of plain JSON: itsdangerous, cookie-manager, Django, PASETO claims.
 * They refuse what is not a JSON object. A document that came from Flask is written
 * without its tags, since these readers do not know them. */
#include "core/serializer/json.h"

static sc_status_t json_decode(sc_doc_t **doc, sc_bytes_t payload,
                               const sc_limits_t *limits, apr_pool_t *p)
{
    return sc_doc_parse(doc, payload, 0, limits, p);
}

static sc_status_t json_encode(sc_bytes_t *payload, const sc_doc_t *doc, apr_pool_t *p)
{
    *payload = sc_doc_write(doc, SC_PLAIN, SC_COMPACT, p);
    return SC_OK;
}

static sc_status_t json_encode_spaced(sc_bytes_t *payload, const sc_doc_t *doc,
                                      apr_pool_t *p)
{
    *payload = sc_doc_write(doc, SC_PLAIN, SC_SPACED, p);
    return SC_OK;
}

const sc_serializer_t sc_serializer_json = {
    .name = "json", .decode = json_decode, .encode = json_encode};
const sc_serializer_t sc_serializer_json_spaced = {
    .name = "json", .decode = json_decode, .encode = json_encode_spaced};
