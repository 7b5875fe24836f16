/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_MINT_H
#define SC_MINT_H

#include "core/codec/codec.h"

/* Mints tokens of our own: a PASETO that says to a service who a user is, for a while. */

/* What every token of a minter has in common; NULL where it is not said. */
typedef struct {
    const char *issuer;
    const char *audience;
    apr_interval_time_t ttl;
    const char *const *paths; /* members of the session that become claims */
    int npaths;
    bool names_key; /* the footer says kid: the pid of a pair, the lid of a local key */
} sc_mint_config_t;

/* Prepared at start-up. */
typedef struct {
    sc_mint_config_t config;
    const char *const *names; /* of the claims that the paths become */
    const sc_codec_t *codec;  /* the first of its keys signs or encrypts */
} sc_minter_t;

/* What one token is minted of. */
typedef struct {
    sc_bytes_t user;     /* sub */
    const sc_doc_t *doc; /* whose members are chosen, or NULL */
    apr_time_t end;      /* the token is good until then at the most; or SC_NEVER */
    bool has_id;         /* jti: 128 random bits */
} sc_minting_t;

/* The shortest and the longest time for which a token may be good. */
#define SC_MINT_TTL_MIN apr_time_from_sec(1)
#define SC_MINT_TTL_MAX apr_time_from_sec(86400)

/* Prepares a minter. What the configuration points to is not copied. NULL, or a sentence:
 * a key that cannot sign is the first, a chosen claim is one of PASETO's own or comes
 * twice. */
const char *sc_minter_make(sc_minter_t **minter, const sc_key_t *const *keys, int nkeys,
                           const sc_mint_config_t *config, apr_pool_t *p) SC_CHECK;

/* Mints a token: sub, iat, exp, what the configuration says, and those of the chosen
 * members that the document has. *expires is its exp. EXPIRED: it would not be good for a
 * second. UNSUPPORTED: the user is not text (UTF-8). TOO_LARGE, ERROR as sealing has it.
 */
sc_status_t sc_mint(sc_bytes_t *token, apr_time_t *expires, const sc_minter_t *minter,
                    const sc_minting_t *what, const sc_env_t *env,
                    apr_pool_t *p) SC_CHECK;

/* Whether a source would take the minter's tokens, under any of its keys, for somebody's
 * session. Found out by minting and opening. */
bool sc_minter_is_read(const sc_minter_t *minter, const sc_codec_t *reader,
                       const sc_env_t *env, apr_pool_t *p);

#endif
