/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_CLAIMS_H
#define SC_CLAIMS_H

#include "core/codec/options.h"

/* The time and claim rules of all formats, in one place. */

/* max-age against the token's own timestamp (itsdangerous, Django): age > max-age is
 * EXPIRED, equal is OK; age < 0 is NOT_YET_VALID where a max-age is set and the row does
 * not allow it (sc_age_t). *expires is set where it is known. */
sc_status_t sc_age_check(apr_time_t *expires, const sc_format_t *format,
                         const sc_options_t *options, apr_time_t issued,
                         apr_time_t now) SC_CHECK;

/* What the members say: exp nbf iat iss aud sub (PASETO), _expires (SecureCookie; taken
 * out of the document). EXPIRED, NOT_YET_VALID, WRONG_CLAIM, MALFORMED (a date that is
 * not one). */
sc_status_t sc_claims_check(apr_time_t *issued, apr_time_t *expires,
                            const sc_format_t *format, const sc_options_t *options,
                            const sc_key_t *key, sc_doc_t *doc, apr_time_t now) SC_CHECK;

#endif
