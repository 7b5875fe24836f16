/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PASERK_WRAP_H
#define SC_PASERK_WRAP_H

#include "core/crypto/pkey.h"
#include "core/crypto/suite.h"
#include "core/key/paserk.h"

/* PASERK's three ways to wrap key bytes. `header` is "k4.local-wrap.pie." and so on,
 * which is authenticated; `data` is what stands behind it, decoded. Openers answer
 * MALFORMED (too short), BAD_SIGNATURE (wrong key or password, or changed), ERROR; what
 * they give is wiped with the pool. */

/* PIE: under 32 bytes of a local key. */
sc_status_t sc_wrap_pie_open(sc_bytes_t *plain, int version, const char *header,
                             sc_bytes_t with, sc_bytes_t data, apr_pool_t *p) SC_CHECK;
sc_status_t sc_wrap_pie_seal(sc_bytes_t *data, int version, const char *header,
                             sc_bytes_t with, sc_bytes_t plain, const sc_env_t *env,
                             apr_pool_t *p) SC_CHECK;

/* What opening a password-wrapped key may cost at most: one CPU for a few seconds. A file
 * is refused above that, before any of it is spent. */
#define SC_PW_ITERATIONS_MAX 5000000u
#define SC_PW_MEMORY_MIN     8192u
#define SC_PW_MEMORY_MAX     (1024u * 1024 * 1024)
#define SC_PW_PASSES_MAX     16u

/* PBKW: under a password. TOO_LARGE past the costs above, UNSUPPORTED for more than one
 * lane (libsodium has no more) or a cost of 0. */
sc_status_t sc_wrap_pw_open(sc_bytes_t *plain, int version, const char *header,
                            sc_bytes_t password, sc_bytes_t data, apr_pool_t *p) SC_CHECK;
sc_status_t sc_wrap_pw_seal(sc_bytes_t *data, int version, const char *header,
                            sc_bytes_t password, const sc_paserk_cost_t *cost,
                            sc_bytes_t plain, const sc_env_t *env,
                            apr_pool_t *p) SC_CHECK;

/* PKE: to a public key. */
sc_status_t sc_wrap_seal_open(sc_bytes_t *plain, int version, const char *header,
                              const sc_pkey_t *with, sc_bytes_t data,
                              apr_pool_t *p) SC_CHECK;
sc_status_t sc_wrap_seal_seal(sc_bytes_t *data, int version, const char *header,
                              const sc_pkey_t *to, sc_bytes_t plain, const sc_env_t *env,
                              apr_pool_t *p) SC_CHECK;

/* --- what paserk_wrap.c and paserk_pw.c share --- */

/* A cipher key and its nonce, and the key of the MAC. */
typedef struct {
    unsigned char stream[SC_SUITE_KEY + SC_SUITE_NONCE_MAX];
    unsigned char mac[48];
} sc_wrap_keys_t;

/* The tag over the header and two parts of the data. */
sc_status_t sc_wrap_tag(unsigned char *tag, int version, sc_bytes_t mac_key,
                        const char *header, sc_bytes_t a, sc_bytes_t b) SC_CHECK;

/* Decrypts into memory that is wiped with the pool. */
sc_status_t sc_wrap_decrypt(sc_bytes_t *plain, int version, const unsigned char *key,
                            const unsigned char *nonce, sc_bytes_t cipher,
                            apr_pool_t *p) SC_CHECK;

/* --- what paserk.c and paserk_make.c share --- */

/* The algorithm of a version's asymmetric keys. */
sc_alg_t sc_paserk_alg(int version);

/* The key as bytes, in PASERK's encoding; p NULL when it has none. `kind` SC_KEY_PUBLIC
 * takes a secret key's public half. */
sc_bytes_t sc_paserk_bytes(const sc_key_t *key, sc_key_kind_t kind, apr_pool_t *p);

/* header base64url(data) */
const char *sc_paserk_compose(const char *header, sc_bytes_t data, apr_pool_t *p);

#endif
