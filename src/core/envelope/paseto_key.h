/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PASETO_KEY_H
#define SC_PASETO_KEY_H

#include "core/crypto/local.h"
#include "core/crypto/pkey.h"
#include "core/envelope/envelope.h"

#define SC_PASETO_IDS 2 /* lid; or pid and, of a secret key, sid */

/* A key of a source, prepared: sealer->state[i]. */
typedef struct {
    int version;
    int pub;           /* its purpose is public */
    sc_local_t *local; /* or */
    sc_pkey_t *pkey;
    const char *ids[SC_PASETO_IDS]; /* NULL where it has none */
} sc_paseto_key_t;

/* Start-up: checks key i against the options and prepares it. NULL or a sentence. */
const char *sc_paseto_prepare(sc_sealer_t *sealer, int i, apr_pool_t *p) SC_CHECK;

#endif
