/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_CRYPTO_PKEY_PRIVATE_H
#define SC_CRYPTO_PKEY_PRIVATE_H

#include "core/crypto/p384.h"
#include "core/crypto/pkey.h"
#include <openssl/evp.h>

/* An asymmetric key from the inside, for the files of this folder alone: what pkey.c
 * makes and pem.c, sign.c and kem.c use. */

struct sc_pkey_t {
    sc_alg_t alg;
    bool secret;
    EVP_PKEY *evp;                      /* RSA, P-384 */
    EVP_PKEY_CTX *verifier;             /* likewise, set up; a check works on a copy */
    unsigned char point[SC_P384_POINT]; /* P-384, compressed */
    unsigned char *ed; /* Ed25519: 32 bytes of seed (0 if public), 32 of public key */
};

/* Makes a key around an EVP_PKEY (RSA or P-384), which it takes over even when it fails.
 * NULL when the key is not one that PASETO or PASERK uses. */
sc_pkey_t *sc_pkey_from_evp(EVP_PKEY *evp, sc_alg_t alg, bool secret, apr_pool_t *p);

/* An Ed25519 key from its seed, or from its public key. */
sc_pkey_t *sc_pkey_from_seed(const unsigned char *seed, apr_pool_t *p);
sc_pkey_t *sc_pkey_from_ed25519(const unsigned char *pub, apr_pool_t *p);

#endif
