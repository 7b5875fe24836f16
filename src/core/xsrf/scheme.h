/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_XSRF_H
#define SC_XSRF_H

#include "core/codec/format.h"

/* XSRF token schemes: a table, and a scheme with its keys, prepared at start-up, that
 * makes and checks tokens. */

#define SC_XSRF_TOKEN_MAX 4096 /* bytes; a longer token is TOO_LARGE */

/* Whom a token belongs to. What is empty is not there. */
typedef struct {
    sc_bytes_t user;    /* signed, flask-xsrf */
    sc_bytes_t session; /* signed: the session's identity */
    sc_bytes_t ip;      /* signed: the client's address */
    sc_bytes_t visitor; /* signed: the random cookie of a visitor without a session */
    sc_bytes_t action; /* signed, flask-xsrf: what the token is good for; usually empty */
    sc_bytes_t
        secret; /* flask-wtf: the session's csrf_token. django: the cookie csrftoken */
} sc_xsrf_binding_t;

typedef struct sc_xsrf_scheme_t sc_xsrf_scheme_t;

typedef struct {
    const sc_xsrf_scheme_t *scheme;
    int nkeys;
    const sc_key_t *const *keys; /* the first makes tokens, all check */
    void **state;                /* per key, the scheme's */
} sc_xsrf_t;

/* One row of the table. */
struct sc_xsrf_scheme_t {
    const char *name;
    int keyless; /* django: the secret is the visitor's cookie */
    /* Start-up: what key number i needs, into xsrf->state[i]. NULL or a sentence that
     * begins with "key NAME …". */
    const char *(*prepare)(sc_xsrf_t *xsrf, int i, apr_pool_t *p);
    sc_status_t (*make)(sc_bytes_t *token, const sc_xsrf_t *xsrf,
                        const sc_xsrf_binding_t *binding, const sc_env_t *env,
                        apr_pool_t *p);
    sc_status_t (*check)(const sc_xsrf_t *xsrf, sc_bytes_t token,
                         const sc_xsrf_binding_t *binding, apr_interval_time_t timeout,
                         const sc_env_t *env, apr_pool_t *p);
};

extern const sc_xsrf_scheme_t sc_xsrf_signed;
extern const sc_xsrf_scheme_t sc_xsrf_flask_xsrf;
extern const sc_xsrf_scheme_t sc_xsrf_flask_wtf;
extern const sc_xsrf_scheme_t sc_xsrf_django;

/* Row i of the table, or NULL behind the last. */
const sc_xsrf_scheme_t *sc_xsrf_scheme_at(int i);

/* Prepares a scheme with its keys, which are not copied; those of a keyless scheme are
 * not looked at. NULL, or a sentence for the administrator naming the scheme or key and a
 * good one. */
const char *sc_xsrf_prepare(sc_xsrf_t **xsrf, const char *scheme,
                            const sc_key_t *const *keys, int nkeys,
                            apr_pool_t *p) SC_CHECK;

/* Makes a token. ABSENT: the binding has nothing that this scheme ties a token to.
 * MALFORMED: the cookie is no django secret. ERROR: no random bytes. */
sc_status_t sc_xsrf_make(sc_bytes_t *token, const sc_xsrf_t *xsrf,
                         const sc_xsrf_binding_t *binding, const sc_env_t *env,
                         apr_pool_t *p) SC_CHECK;

/* Checks a token: ABSENT (it is empty), MALFORMED, BAD_SIGNATURE, EXPIRED (older than
 * `timeout`; -1: any age), NOT_YET_VALID, and MISMATCH: authentic, but made for another
 * binding. Where a scheme mixes the binding into its only MAC (flask-xsrf), that is
 * BAD_SIGNATURE. Django's tokens have no time. */
sc_status_t sc_xsrf_check(const sc_xsrf_t *xsrf, sc_bytes_t token,
                          const sc_xsrf_binding_t *binding, apr_interval_time_t timeout,
                          const sc_env_t *env, apr_pool_t *p) SC_CHECK;

/* Checks a token against n schemes, in order. OK and the index of the first that takes
 * it, or what the first scheme said whose syntax it is: so a Flask page's expired token
 * is `expired`, not malformed. */
sc_status_t sc_xsrf_check_any(int *which, const sc_xsrf_t *const *schemes, int n,
                              sc_bytes_t token, const sc_xsrf_binding_t *binding,
                              apr_interval_time_t timeout, const sc_env_t *env,
                              apr_pool_t *p) SC_CHECK;

#endif
