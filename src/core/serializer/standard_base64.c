/* SPDX-License-Identifier: Apache-2.0 */
/* The payload coding of Starlette's SessionMiddleware: Python's b64encode. Stricter than
 * its b64decode, which drops foreign characters and what follows the padding: a payload
 * has one text only, the one that b64encode writes, and any other is MALFORMED. */
#include "core/serializer/standard_base64.h"
#include "core/base/base64.h"

static sc_status_t standard_base64_unpack(sc_bytes_t *payload, sc_bytes_t packed,
                                          const sc_limits_t *limits, apr_pool_t *p)
{
    (void)limits; /* it only shrinks */
    return sc_base64_decode(payload, packed, p);
}

static sc_status_t standard_base64_pack(sc_bytes_t *packed, sc_bytes_t payload,
                                        apr_pool_t *p)
{
    *packed = sc_base64_encode(payload, p);
    return SC_OK;
}

const sc_coding_t sc_coding_standard_base64 = {standard_base64_unpack,
                                               standard_base64_pack};
