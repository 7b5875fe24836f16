/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_CRYPTO_P384_H
#define SC_CRYPTO_P384_H

#include <openssl/types.h>

#define SC_P384_SCALAR 48 /* bytes of a secret key */
#define SC_P384_POINT  49 /* bytes of a compressed point */

/* A P-384 key from its scalar (the public key is computed), or from a compressed point.
 * NULL when the bytes are not one, or OpenSSL fails. The caller frees it. */
EVP_PKEY *sc_p384_secret(const unsigned char *scalar);
EVP_PKEY *sc_p384_public(const unsigned char *point);

#endif
