/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_SESSION_H
#define SC_SESSION_H

#include "core/document/document.h"
#include "core/key/key.h"

/* A verified document with its provenance. All of it lives in the pool it was opened in,
 * and no longer than the token. */
typedef struct {
    const struct sc_codec_t *codec;
    const sc_doc_t *doc;
    const sc_key_t *key; /* the one that opened it, or NULL (new, not sealed yet) */
    apr_time_t issued;   /* SC_NEVER where the token does not say */
    apr_time_t expires;  /* likewise: issued + max-age, exp, _expires */
    sc_bytes_t footer;   /* PASETO; p is NULL where there is none */
    sc_bytes_t payload;  /* as it was signed; may point into the token. Sealing `doc` anew
                          * seals this */
    sc_bytes_t id; /* what it was looked up by; p is NULL where the token has it all */
} sc_session_t;

#endif
