/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_CRYPTO_SUITE_H
#define SC_CRYPTO_SUITE_H

#include "core/base/bytes.h"

/* The algorithms of a PASETO or PASERK version. 1 and 3: AES-256-CTR, HMAC-SHA384,
 * SHA-384 by OpenSSL; 2 and 4: XChaCha20, BLAKE2b by libsodium. */

#define SC_SUITE_KEY       32 /* bytes of a cipher key */
#define SC_SUITE_MAC_MAX   64
#define SC_SUITE_NONCE_MAX 24

/* Bytes of an authentication tag: 48, or 32. */
apr_size_t sc_suite_mac_size(int version);

/* Bytes of the stream cipher's nonce: 16, or 24. */
apr_size_t sc_suite_nonce_size(int version);

/* A MAC of `size` bytes over the parts (at most 16): HMAC-SHA384, its leftmost bytes, or
 * BLAKE2b of that size under a key of 1 to 64 bytes. */
sc_status_t sc_suite_mac(unsigned char *out, apr_size_t size, int version, sc_bytes_t key,
                         const sc_bytes_t *parts, int n) SC_CHECK;

/* A hash of `size` bytes: SHA-384, its leftmost bytes, or BLAKE2b of that size. */
sc_status_t sc_suite_hash(unsigned char *out, apr_size_t size, int version,
                          const sc_bytes_t *parts, int n) SC_CHECK;

/* Encrypts or decrypts `in` to `out` (room for in.n) with the version's stream cipher. */
sc_status_t sc_suite_xor(unsigned char *out, int version, const unsigned char *key,
                         const unsigned char *nonce, sc_bytes_t in) SC_CHECK;

/* 32 bytes from a password: PBKDF2-HMAC-SHA384, or Argon2id with one lane. `memory` is in
 * bytes. ERROR when the library refuses or has no memory. */
sc_status_t sc_suite_pbkdf2(unsigned char *out, sc_bytes_t password, sc_bytes_t salt,
                            unsigned iterations) SC_CHECK;
sc_status_t sc_suite_argon2id(unsigned char *out, sc_bytes_t password, sc_bytes_t salt,
                              apr_uint64_t memory, unsigned passes) SC_CHECK;

#endif
