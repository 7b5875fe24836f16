/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_CRYPTO_PKEY_H
#define SC_CRYPTO_PKEY_H

#include "core/base/bytes.h"
#include <stdbool.h>

/* Asymmetric keys: RSA and P-384 by OpenSSL, Ed25519 by libsodium. Parsed once, at
 * start-up; read-only afterwards, so that threads share them. They are freed with their
 * pool. pem.h reads them from files, sign.h and kem.h use them. */

/* The algorithm: what PASETO v1, v2 and v4, v3 sign with. */
typedef enum { SC_ALG_NONE, SC_ALG_RSA, SC_ALG_ED25519, SC_ALG_P384 } sc_alg_t;

typedef struct sc_pkey_t sc_pkey_t;

/* From and to PASERK's encodings. Secret: PKCS#1 (RSA), 64 bytes of seed and public key
 * (Ed25519), 48 bytes (P-384). Public: SubjectPublicKeyInfo, 32 bytes, 49 bytes. NULL (p
 * NULL) when the bytes are not such a key, or OpenSSL fails. */
sc_pkey_t *sc_pkey_import(sc_alg_t alg, bool secret, sc_bytes_t data, apr_pool_t *p);
sc_bytes_t sc_pkey_export(const sc_pkey_t *pkey, bool secret, apr_pool_t *p);

/* A new secret key; Ed25519 and P-384 take it from env, RSA (2048 bits) from OpenSSL's
 * generator. NULL when that fails. */
sc_pkey_t *sc_pkey_generate(sc_alg_t alg, const sc_env_t *env, apr_pool_t *p);

/* The public half. NULL when OpenSSL fails. */
sc_pkey_t *sc_pkey_public(const sc_pkey_t *pkey, apr_pool_t *p);

sc_alg_t sc_pkey_alg(const sc_pkey_t *pkey);

/* Whether the key has its secret half. */
bool sc_pkey_is_secret(const sc_pkey_t *pkey);

/* Bits of an RSA modulus, 0 for the others. */
int sc_pkey_bits(const sc_pkey_t *pkey);

/* P-384: the compressed public key, 49 bytes that live as long as the key. */
sc_bytes_t sc_pkey_point(const sc_pkey_t *pkey);

#endif
