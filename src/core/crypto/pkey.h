/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_CRYPTO_PKEY_H
#define SC_CRYPTO_PKEY_H

#include "core/crypto/crypto.h"
#include "core/key/key.h"

/* Asymmetric keys: RSA and P-384 by OpenSSL, Ed25519 by libsodium. Parsed once, at
 * start-up; read-only afterwards, so that threads share them. They are freed with their
 * pool. */

#define SC_PKEY_POINT 49 /* bytes of a compressed P-384 point */

/* Reads a PEM, private or public: RSA of 2048 or 4096 bits with e=65537, Ed25519, P-384.
 * `password` opens an encrypted one (p NULL: none). NULL, or what is wrong with it, for
 * behind "key NAME: ". */
const char *sc_pkey_read_pem(sc_pkey_t **pkey, sc_bytes_t pem, sc_bytes_t password,
                             apr_pool_t *p) SC_CHECK;

/* From and to PASERK's encodings. Secret: PKCS#1 (RSA), 64 bytes seed and public key
 * (Ed25519), 48 bytes (P-384). Public: SubjectPublicKeyInfo, 32 bytes, 49 bytes. NULL (p
 * NULL) when it is no such key, or OpenSSL fails. */
sc_pkey_t *sc_pkey_import(sc_alg_t alg, int secret, sc_bytes_t data, apr_pool_t *p);
sc_bytes_t sc_pkey_export(const sc_pkey_t *pkey, int secret, apr_pool_t *p);

/* A new secret key; Ed25519 and P-384 take it from env, RSA (2048 bits) from OpenSSL's
 * generator. NULL when that fails. */
sc_pkey_t *sc_pkey_generate(sc_alg_t alg, const sc_env_t *env, apr_pool_t *p);

/* The public half. */
sc_pkey_t *sc_pkey_public(const sc_pkey_t *pkey, apr_pool_t *p);

sc_alg_t sc_pkey_alg(const sc_pkey_t *pkey);
int sc_pkey_is_secret(const sc_pkey_t *pkey);

/* Bits of an RSA modulus, 0 for the others. */
int sc_pkey_bits(const sc_pkey_t *pkey);

/* P-384: the compressed public key, SC_PKEY_POINT bytes that live as long as the key. */
sc_bytes_t sc_pkey_point(const sc_pkey_t *pkey);

/* --- signatures: v1's RSASSA-PSS (SHA-384, MGF1 with it, salt 48), Ed25519, v3's ECDSA
 * over SHA-384 as r and s --- */

/* Bytes of a signature: 256 (RSA of 2048 bits), 64, 96. */
apr_size_t sc_pkey_signature_size(const sc_pkey_t *pkey);

/* Signs the parts, one after another. UNSUPPORTED without the secret half. */
sc_status_t sc_pkey_sign(sc_bytes_t *signature, const sc_pkey_t *pkey,
                         const sc_bytes_t *parts, int n, apr_pool_t *p) SC_CHECK;

/* OK, BAD_SIGNATURE, ERROR. */
sc_status_t sc_pkey_verify(const sc_pkey_t *pkey, const sc_bytes_t *parts, int n,
                           sc_bytes_t signature, apr_pool_t *p) SC_CHECK;

/* --- key encapsulation, as PASERK seal uses it --- */

#define SC_KEM_SECRET_MAX 512

/* Bytes of what is sent: 512 (RSA of 4096 bits), 32 (Ed25519, as X25519), 49 (P-384). */
apr_size_t sc_kem_size(const sc_pkey_t *pkey);

/* The receiver's public key as it goes into the key derivation: none for RSA, the X25519
 * key, the compressed point. ERROR when an Ed25519 key has no X25519 form. */
sc_status_t sc_kem_public(sc_bytes_t *bytes, const sc_pkey_t *pkey,
                          apr_pool_t *p) SC_CHECK;

/* Makes a shared secret (room for SC_KEM_SECRET_MAX, *size set) and what is sent for it.
 */
sc_status_t sc_kem_send(unsigned char *shared, apr_size_t *size, sc_bytes_t *sent,
                        const sc_pkey_t *to, const sc_env_t *env, apr_pool_t *p) SC_CHECK;

/* The shared secret from what was sent. BAD_SIGNATURE when it cannot be (no such point).
 */
sc_status_t sc_kem_receive(unsigned char *shared, apr_size_t *size, sc_bytes_t sent,
                           const sc_pkey_t *pkey) SC_CHECK;

#endif
