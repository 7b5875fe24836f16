/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_CRYPTO_LOCAL_H
#define SC_CRYPTO_LOCAL_H

#include "core/base/bytes.h"
#include <stdbool.h>

/* PASETO's local purpose, versions 1 to 4: symmetric authenticated encryption. */

/* A local key of one version, with what does not depend on the token computed: v3's HKDF
 * extract step, v4's keyed BLAKE2b states. Read-only afterwards: threads share it. */
typedef struct sc_local_t sc_local_t;

/* Whether a secret of n bytes can be a key: v2 exactly 32, v4 1 to 64 (BLAKE2b takes it
 * as it is), v1 and v3 any but none (HKDF's input). PASETO's own keys have 32; the others
 * are what PySETO makes of a SECRET_KEY. */
bool sc_local_fits(int version, apr_size_t n);

/* NULL when the secret does not fit or OpenSSL fails. */
sc_local_t *sc_local_make(int version, sc_bytes_t secret, apr_pool_t *p);

/* Decrypts what follows "vN.local.", decoded. The assertion counts in v3 and v4
 * only. OK, MALFORMED (too short), BAD_SIGNATURE, ERROR. */
sc_status_t sc_local_open(sc_bytes_t *message, const sc_local_t *key, sc_bytes_t body,
                          sc_bytes_t footer, sc_bytes_t assertion,
                          apr_pool_t *p) SC_CHECK;

/* Encrypts. v1 and v2 derive the nonce from random bytes and the message, as their
 * specification says. */
sc_status_t sc_local_seal(sc_bytes_t *body, const sc_local_t *key, sc_bytes_t message,
                          sc_bytes_t footer, sc_bytes_t assertion, const sc_env_t *env,
                          apr_pool_t *p) SC_CHECK;

#endif
