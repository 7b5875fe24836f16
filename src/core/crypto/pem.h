/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_CRYPTO_PEM_H
#define SC_CRYPTO_PEM_H

#include "core/crypto/pkey.h"

/* Reads a PEM, private or public: RSA of 2048 or 4096 bits with e=65537, Ed25519, P-384.
 * `password` opens an encrypted one (p NULL: none was given). NULL, or what is wrong with
 * the PEM, in words that follow "key NAME: ". */
const char *sc_pkey_read_pem(sc_pkey_t **pkey, sc_bytes_t pem, sc_bytes_t password,
                             apr_pool_t *p) SC_CHECK;

#endif
