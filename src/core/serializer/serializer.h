/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_SERIALIZER_H
#define SC_SERIALIZER_H

#include <stdbool.h>
#include "core/document/document.h"

/* How a payload becomes a document and back. */
typedef struct {
    const char *name; /* as in serializer=NAME */
    bool tagged;      /* its documents carry Flask's type tags */

    /* Reads a payload, bounded by the limits. */
    sc_status_t (*decode)(sc_doc_t **doc, sc_bytes_t payload, const sc_limits_t *limits,
                          apr_pool_t *p);
    /* Writes a document. NULL: this serializer only reads, sealing is UNSUPPORTED. */
    sc_status_t (*encode)(sc_bytes_t *payload, const sc_doc_t *doc, apr_pool_t *p);
} sc_serializer_t;

#endif
