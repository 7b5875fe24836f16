/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_XSRF_H
#define SC_XSRF_H

#include "core/xsrf/scheme.h"

/* XSRF token schemes: the table, and a scheme with its keys, prepared at start-up, that
 * makes and checks tokens. */

#define SC_XSRF_TOKEN_MAX 4096 /* bytes; a longer token is TOO_LARGE */

/* Row i of the table, or NULL after the last. */
const sc_xsrf_scheme_t *sc_xsrf_scheme_at(int i);

/* The row of that name, or NULL; the names of all, separated by ", ". */
const sc_xsrf_scheme_t *sc_xsrf_scheme_find(const char *name);
const char *sc_xsrf_scheme_names(apr_pool_t *p);

/* Prepares a scheme with its keys, which are not copied; those of a keyless scheme are
 * not looked at. NULL, or a sentence for the administrator naming the scheme or key and a
 * good one. */
const char *sc_xsrf_prepare(sc_xsrf_t **xsrf, const char *scheme,
                            const sc_key_t *const *keys, int nkeys,
                            apr_pool_t *p) SC_CHECK;

/* Makes a token. ABSENT: the binding has nothing that this scheme ties a token to.
 * MALFORMED: the cookie is not a Django secret. ERROR: no random bytes. */
sc_status_t sc_xsrf_make(sc_bytes_t *token, const sc_xsrf_t *xsrf,
                         const sc_xsrf_binding_t *binding, const sc_env_t *env,
                         apr_pool_t *p) SC_CHECK;

/* Checks a token: ABSENT (it is empty), MALFORMED, BAD_SIGNATURE, EXPIRED (older than
 * `timeout`; -1: any age), NOT_YET_VALID, and MISMATCH: authentic, but made for another
 * binding. In a session, a signed token that the same visitor got without one passes: of
 * source, user and session none was bound then. Where a scheme mixes the binding into its
 * only MAC (flask-xsrf), that is BAD_SIGNATURE. Django's tokens have no time. */
sc_status_t sc_xsrf_check(const sc_xsrf_t *xsrf, sc_bytes_t token,
                          const sc_xsrf_binding_t *binding, apr_interval_time_t timeout,
                          const sc_env_t *env, apr_pool_t *p) SC_CHECK;

#endif
