/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PASETO_H
#define SC_PASETO_H

#include "core/crypto/local.h"
#include "core/crypto/pkey.h"
#include "core/codec/format.h"

/* What paseto.c and paseto_key.c share. */

#define SC_PASETO_IDS 2 /* lid; or pid and, of a secret key, sid */

/* A key of a source, prepared: codec->state[i]. */
typedef struct {
    int version;
    int pub;           /* its purpose is public */
    sc_local_t *local; /* or */
    sc_pkey_t *pkey;
    const char *ids[SC_PASETO_IDS]; /* NULL where it has none */
} sc_paseto_key_t;

/* sc_envelope_t.prepare. */
const char *sc_paseto_prepare(sc_codec_t *codec, int i, apr_pool_t *p);

#endif
