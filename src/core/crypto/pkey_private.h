/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_CRYPTO_PKEY_INT_H
#define SC_CRYPTO_PKEY_INT_H

#include "core/crypto/pkey.h"
#include <openssl/evp.h>

/* What crypto_p*.c share; no other file includes it. */

struct sc_pkey_t {
    sc_alg_t alg;
    int secret;
    EVP_PKEY *evp;                      /* RSA, P-384 */
    EVP_PKEY_CTX *verifier;             /* likewise, set up; a check works on a copy */
    unsigned char point[SC_PKEY_POINT]; /* P-384, compressed */
    unsigned char *ed; /* Ed25519: 32 bytes seed (0 if public), 32 public */
};

/* Makes a key around an EVP_PKEY (RSA or P-384), which it takes over even when it fails.
 */
sc_pkey_t *sc_pkey_from_evp(EVP_PKEY *evp, sc_alg_t alg, int secret, apr_pool_t *p);

/* An Ed25519 key from its seed, or from its public key. */
sc_pkey_t *sc_pkey_from_seed(const unsigned char *seed, apr_pool_t *p);
sc_pkey_t *sc_pkey_from_ed25519(const unsigned char *pub, apr_pool_t *p);

/* A P-384 key from a scalar of 48 bytes (the public key is computed), or from a
 * compressed point. NULL when it is none. */
EVP_PKEY *sc_p384_secret(const unsigned char *scalar);
EVP_PKEY *sc_p384_public(const unsigned char *point);

#endif
