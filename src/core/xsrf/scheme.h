/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_XSRF_SCHEME_H
#define SC_XSRF_SCHEME_H

#include <stdbool.h>
#include "core/key/key.h"

/* What an XSRF token scheme is: a row of the table, and a scheme with its keys. */

/* Whom a token belongs to. What is empty is not there. */
typedef struct {
    sc_bytes_t user;    /* signed, flask-xsrf */
    sc_bytes_t session; /* signed: the session's identity */
    sc_bytes_t ip;      /* signed: the client's address */
    sc_bytes_t visitor; /* signed: the visitor's own random cookie */
    sc_bytes_t source;  /* signed: where the session comes from: place, name, format */
    sc_bytes_t action; /* signed, flask-xsrf: what the token is good for; usually empty */
    sc_bytes_t
        secret; /* flask-wtf: the session's csrf_token. django: the cookie csrftoken */
} sc_xsrf_binding_t;

/* Members of a binding that a scheme uses. */
#define SC_XSRF_USER    0x01
#define SC_XSRF_SESSION 0x02
#define SC_XSRF_IP      0x04
#define SC_XSRF_VISITOR 0x08
#define SC_XSRF_ACTION  0x10
#define SC_XSRF_SECRET  0x20
#define SC_XSRF_SOURCE  0x40

/* Where a scheme finds the secret that its tokens repeat. */
typedef enum {
    SC_SECRET_NOWHERE,
    SC_SECRET_IN_COOKIE, /* in a cookie of the visitor, who is given one if need be */
    SC_SECRET_IN_SESSION /* in a member of the session */
} sc_secret_place_t;

typedef struct sc_xsrf_scheme_t sc_xsrf_scheme_t;

/* A scheme with its keys. */
typedef struct {
    const sc_xsrf_scheme_t *scheme;
    int nkeys;
    const sc_key_t *const *keys; /* the first makes tokens, all check */
    void **state;                /* per key, the scheme's */
} sc_xsrf_t;

/* One row of the table: how tokens are made and checked, and what the rest of the program
 * asks of a scheme. */
struct sc_xsrf_scheme_t {
    const char *name;
    const char *field;        /* the form field that its peer looks for */
    unsigned binds;           /* SC_XSRF_… */
    sc_secret_place_t secret; /* where binding.secret comes from */
    const char *secret_name;  /* the cookie's or the member's name, or NULL */
    bool one_time;            /* its peer keeps a copy of a token in the session and
                               * takes it out at use */
    const char *wanted;       /* to whoever gave nothing to bind to: what to give */
    const sc_xsrf_t *keyless; /* the scheme ready for use, where it needs no keys */
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

#endif
