/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PASERK_H
#define SC_PASERK_H

#include "core/key/key.h"

/* PASERK (github.com/paseto-standard/paserk): keys as text, versions 1 to 4. */

/* 1 when the text starts like a PASERK ("k4.local."). */
int sc_paserk_is(sc_bytes_t text);

/* Opens local secret public local-wrap.pie secret-wrap.pie local-pw secret-pw seal.
 * `unwrap` is the wrapping key (pie: local of the same version; seal: secret) or NULL,
 * `password` likewise (p NULL: none). NULL or a sentence that holds nothing of the text.
 * *key's id is not set. */
const char *sc_paserk_open(sc_key_t **key, sc_bytes_t text, const sc_key_t *unwrap,
                           sc_bytes_t password, apr_pool_t *p) SC_CHECK;

/* Writes the key as k<version>.<local|secret|public>. NULL when it cannot be (no
 * version). */
const char *sc_paserk_write(const sc_key_t *key, apr_pool_t *p);

/* The key's lid, sid or pid; `kind` SC_KEY_PUBLIC asks for a secret key's pid. NULL
 * likewise. */
const char *sc_paserk_id(const sc_key_t *key, sc_key_kind_t kind, apr_pool_t *p);

/* Parameters of local-pw and secret-pw: PBKDF2 rounds for v1 and v3, Argon2id's for v2,
 * v4. */
typedef struct {
    unsigned iterations; /* v1, v3 */
    apr_uint64_t memory; /* v2, v4: bytes */
    unsigned time;       /* v2, v4 */
    unsigned lanes;      /* v2, v4: libsodium knows 1 only */
} sc_paserk_cost_t;

/* Wraps a key: "pie" (under a local key), "pw" (password; cost NULL: the defaults),
 * "seal" (to a public key). NULL, or a sentence. */
const char *sc_paserk_wrap_pie(const char **text, const sc_key_t *key,
                               const sc_key_t *with, const sc_env_t *env,
                               apr_pool_t *p) SC_CHECK;
const char *sc_paserk_wrap_pw(const char **text, const sc_key_t *key, sc_bytes_t password,
                              const sc_paserk_cost_t *cost, const sc_env_t *env,
                              apr_pool_t *p) SC_CHECK;
const char *sc_paserk_seal(const char **text, const sc_key_t *key, const sc_key_t *to,
                           const sc_env_t *env, apr_pool_t *p) SC_CHECK;

/* A new key of that version: purpose "local" or "secret". NULL, or a sentence. */
const char *sc_key_new(sc_key_t **key, int version, const char *purpose,
                       const sc_env_t *env, apr_pool_t *p) SC_CHECK;

/* The public half of a secret key. */
const char *sc_key_public(sc_key_t **pub, const sc_key_t *secret, apr_pool_t *p) SC_CHECK;

#endif
