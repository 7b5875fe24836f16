/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PASERK_H
#define SC_PASERK_H

#include "core/key/key.h"

/* PASERK (github.com/paseto-standard/paserk): keys as text, versions 1 to 4. */

/* Whether the text starts like a PASERK ("k4.local."). */
bool sc_paserk_is(sc_bytes_t text);

/* Opens local secret public local-wrap.pie secret-wrap.pie local-pw secret-pw seal.
 * `unwrap` is the wrapping key (pie: local of the same version; seal: secret) or NULL,
 * `password` likewise (p NULL: none). NULL or a sentence that holds nothing of the text.
 * *key's id is not set. */
const char *sc_paserk_open(sc_key_t **key, sc_bytes_t text, const sc_key_t *unwrap,
                           sc_bytes_t password, apr_pool_t *p) SC_CHECK;

/* Writes the key as k<version>.<local|secret|public>. NULL when PASERK has no text for
 * it (a key without a version). */
const char *sc_paserk_write(const sc_key_t *key, apr_pool_t *p);

/* The key's lid, sid or pid; `kind` SC_KEY_PUBLIC asks for a secret key's pid. NULL
 * likewise. */
const char *sc_paserk_id(const sc_key_t *key, sc_key_kind_t kind, apr_pool_t *p);

/* The key as bytes, in PASERK's encoding; p NULL when it has none. `kind` SC_KEY_PUBLIC
 * takes a secret key's public half. */
sc_bytes_t sc_paserk_bytes(const sc_key_t *key, sc_key_kind_t kind, apr_pool_t *p);

/* The header ("k4.seal."), then the data in base64url. */
const char *sc_paserk_compose(const char *header, sc_bytes_t data, apr_pool_t *p);

#endif
