/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_CRYPTO_SIGN_H
#define SC_CRYPTO_SIGN_H

#include "core/crypto/pkey.h"

/* Signatures of PASETO's public purpose: v1's RSASSA-PSS (SHA-384, MGF1 with SHA-384,
 * 48 bytes of salt), Ed25519, and v3's ECDSA over SHA-384, written as r and s. */

/* Bytes of a signature: 256 (RSA of 2048 bits), 64, 96. */
apr_size_t sc_pkey_signature_size(const sc_pkey_t *pkey);

/* Signs the parts, one after another. UNSUPPORTED without the secret half. */
sc_status_t sc_pkey_sign(sc_bytes_t *signature, const sc_pkey_t *pkey,
                         const sc_bytes_t *parts, int n, apr_pool_t *p) SC_CHECK;

/* OK, BAD_SIGNATURE, ERROR. */
sc_status_t sc_pkey_verify(const sc_pkey_t *pkey, const sc_bytes_t *parts, int n,
                           sc_bytes_t signature, apr_pool_t *p) SC_CHECK;

#endif
