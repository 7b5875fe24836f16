/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_CODING_H
#define SC_CODING_H

#include <stdbool.h>
#include "core/base/bytes.h"

/* How a payload is carried inside a token: base64, compression, characters. It is undone
 * after the signature and the age have been checked, and before the serializer reads. */
typedef struct {
    /* TOO_LARGE when it would inflate to more than limits->document. */
    sc_status_t (*unpack)(sc_bytes_t *payload, sc_bytes_t packed,
                          const sc_limits_t *limits, apr_pool_t *p);
    sc_status_t (*pack)(sc_bytes_t *packed, sc_bytes_t payload, apr_pool_t *p);
} sc_coding_t;

#endif
