/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PKCE_H
#define SC_PKCE_H

#include "core/base/bytes.h"

/* RFC 7636 (PKCE), method S256: who fetched a code proves that it is the one who asked
 * for it. */

#define SC_PKCE_CHALLENGE 32 /* bytes: a SHA-256 */

/* The challenge of a text, 43 characters of base64url; else MALFORMED. */
sc_status_t sc_pkce_challenge(sc_bytes_t *challenge, sc_bytes_t text,
                              apr_pool_t *p) SC_CHECK;

/* Whether this is the verifier (RFC 7636 4.1: 43 to 128 letters, digits and -._~) whose
 * challenge that is; compared in constant time. */
bool sc_pkce_is_met(sc_bytes_t challenge, sc_bytes_t verifier);

#endif
