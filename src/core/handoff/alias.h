/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_ALIAS_H
#define SC_ALIAS_H

#include <apr_tables.h>
#include "core/base/bytes.h"

/* The alias of a session: a random secret by which the session is fetched once. What is
 * stored under it tells nothing of it, and cannot be read without it. */

#define SC_ALIAS_SECRET 32
#define SC_ALIAS_TEXT   43 /* the secret in base64url */
#define SC_ALIAS_ID     32

typedef struct {
    unsigned char secret[SC_ALIAS_SECRET];
} sc_alias_t;

/* A new one. ERROR: no randomness. */
sc_status_t sc_alias_make(sc_alias_t *alias, const sc_env_t *env) SC_CHECK;

/* Its text, SC_ALIAS_TEXT characters; and the alias of a text, or MALFORMED. */
sc_bytes_t sc_alias_text(const sc_alias_t *alias, apr_pool_t *p);
sc_status_t sc_alias_read(sc_alias_t *alias, sc_bytes_t text, apr_pool_t *p) SC_CHECK;

/* What the store knows it by: SHA-256 of the secret, domain separated. */
sc_status_t sc_alias_id(unsigned char id[SC_ALIAS_ID], const sc_alias_t *alias) SC_CHECK;

/* What the store keeps: a version, and the text encrypted with XChaCha20 and
 * authenticated with BLAKE2b (PASETO v4.local) under a key that BLAKE2b derives from the
 * secret. Opening: MALFORMED, BAD_SIGNATURE, UNSUPPORTED (another version). */
sc_status_t sc_alias_seal(sc_bytes_t *stored, const sc_alias_t *alias, sc_bytes_t text,
                          const sc_env_t *env, apr_pool_t *p) SC_CHECK;
sc_status_t sc_alias_open(sc_bytes_t *text, const sc_alias_t *alias, sc_bytes_t stored,
                          apr_pool_t *p) SC_CHECK;

/* The random name of a cookie that brings an alias to a page: "sc-" and 22 characters of
 * base64url. NULL: no randomness. */
const char *sc_alias_cookie_name(const sc_env_t *env, apr_pool_t *p);

/* The names of the cookies in a Cookie header that have such a name and an alias as their
 * value, in their order: const char *. */
const apr_array_header_t *sc_alias_cookies(sc_bytes_t header, apr_pool_t *p);

#endif
