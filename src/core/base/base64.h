/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_BASE64_H
#define SC_BASE64_H

#include "core/base/bytes.h"

/* base64url without padding (RFC 4648 5). */
sc_bytes_t sc_base64url_encode(sc_bytes_t in, apr_pool_t *p);

/* base64 with padding, standard alphabet (RFC 4648 4). */
sc_bytes_t sc_base64_encode(sc_bytes_t in, apr_pool_t *p);

/* Strict base64url (PASETO, PASERK): alphabet, length, no padding, unused bits zero.
 * MALFORMED otherwise. The result is allocated from p and followed by a NUL. */
sc_status_t sc_base64url_decode(sc_bytes_t *out, sc_bytes_t in, apr_pool_t *p) SC_CHECK;

/* Strict base64 with padding, standard alphabet: takes what sc_base64_encode writes and
 * nothing else. MALFORMED otherwise. */
sc_status_t sc_base64_decode(sc_bytes_t *out, sc_bytes_t in, apr_pool_t *p) SC_CHECK;

/* As CPython reads it (binascii.a2b_base64, not strict): bytes outside the alphabet are
 * dropped, trailing bits and what follows the padding are ignored. `pad`: as itsdangerous
 * and Django do, urlsafe_b64decode(s + "=" * (-len(s) % 4)), which takes both alphabets
 * and where a dropped byte counts in the length; without it base64.b64decode(s), the
 * standard alphabet, padding required (SecureCookie). MALFORMED where Python raises. */
sc_status_t sc_base64_decode_python(sc_bytes_t *out, sc_bytes_t in, int pad,
                                    apr_pool_t *p) SC_CHECK;

#endif
