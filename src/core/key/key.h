/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_KEY_H
#define SC_KEY_H

#include "core/base/bytes.h"
#include "core/crypto/pkey.h"

/* A key, whatever it was read from. Made at start-up, read-only afterwards. */

/* What the key's contents said that it is. A raw secret takes its type from the format
 * that uses it; the others are typed by PASERK (version and purpose) or by their PEM
 * (algorithm). */
typedef enum {
    SC_KEY_RAW,    /* hex:, base64: or any other text */
    SC_KEY_LOCAL,  /* PASERK local: 32 bytes, of one version */
    SC_KEY_SECRET, /* asymmetric, can sign */
    SC_KEY_PUBLIC  /* asymmetric, can verify */
} sc_key_kind_t;

typedef struct {
    const char *id;
    sc_key_kind_t kind;
    int version;       /* 1 to 4 by PASERK, 0 when the contents did not say */
    sc_bytes_t secret; /* raw or local: the bytes; wiped with the pool */
    sc_alg_t alg;
    sc_pkey_t *pkey;    /* secret or public */
    const char *issuer; /* iss=…: tokens under this key must name it, or NULL */
} sc_key_t;

/* The algorithm of a PASETO version's asymmetric keys. */
sc_alg_t sc_key_alg(int version);

/* A new key of that version: purpose "local" or "secret". NULL, or a sentence. */
const char *sc_key_new(sc_key_t **key, int version, const char *purpose,
                       const sc_env_t *env, apr_pool_t *p) SC_CHECK;

/* The public half of a secret key. NULL, or a sentence. */
const char *sc_key_public(sc_key_t **pub, const sc_key_t *secret, apr_pool_t *p) SC_CHECK;

#endif
