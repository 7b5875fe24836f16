/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_CLAIMS_H
#define SC_CLAIMS_H

#include "core/codec/format.h"

/* The time and claim rules of all formats, in one place. */

/* max-age against the token's own timestamp (itsdangerous, Django): age > max-age is
 * EXPIRED, equal is OK; age < 0 is NOT_YET_VALID where a max-age is set and the row does
 * not allow it. itsdangerous counts whole seconds, Django fractions. *expires is set
 * where it is known. */
sc_status_t sc_time_check(apr_time_t *expires, const sc_codec_t *codec, apr_time_t issued,
                          apr_time_t now) SC_CHECK;

/* What the members say: exp nbf iat iss aud sub (PASETO), _expires (SecureCookie; taken
 * out of the document). EXPIRED, NOT_YET_VALID, WRONG_CLAIM, MALFORMED (a date that is
 * none). */
sc_status_t sc_claims_check(apr_time_t *issued, apr_time_t *expires,
                            const sc_codec_t *codec, const sc_key_t *key, sc_doc_t *doc,
                            apr_time_t now) SC_CHECK;

/* Reads an ISO 8601 date as PASETO claims carry it: a date alone or "T", "t" or a space
 * and a time; seconds and their fraction may be missing; "Z", "+hh:mm", "+hhmm", "+hh" or
 * nothing (UTC). 1 when it is one. */
int sc_time_parse(apr_time_t *t, sc_bytes_t text);

#endif
