/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_CRYPTO_KEM_H
#define SC_CRYPTO_KEM_H

#include "core/crypto/pkey.h"

/* Key encapsulation, as PASERK's seal uses it: the sender makes a shared secret and what
 * the owner of the secret key needs to make it again. */

#define SC_KEM_SECRET_MAX 512

/* Bytes of what is sent: 512 (RSA of 4096 bits), 32 (Ed25519, as X25519), 49 (P-384). */
apr_size_t sc_kem_size(const sc_pkey_t *pkey);

/* The receiver's public key as it goes into the key derivation: the X25519 key, the
 * compressed point; RSA's does not. ERROR when an Ed25519 key has no X25519 form. */
sc_status_t sc_kem_public(sc_bytes_t *bytes, const sc_pkey_t *pkey,
                          apr_pool_t *p) SC_CHECK;

/* Makes a shared secret (room for SC_KEM_SECRET_MAX, *size set) and what is sent for it.
 */
sc_status_t sc_kem_send(unsigned char *shared, apr_size_t *size, sc_bytes_t *sent,
                        const sc_pkey_t *to, const sc_env_t *env, apr_pool_t *p) SC_CHECK;

/* The shared secret from what was sent. BAD_SIGNATURE when there is none: the size is
 * wrong, or the bytes are not a point. */
sc_status_t sc_kem_receive(unsigned char *shared, apr_size_t *size, sc_bytes_t sent,
                           const sc_pkey_t *pkey) SC_CHECK;

#endif
