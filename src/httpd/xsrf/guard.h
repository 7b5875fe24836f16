/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_XSRF_GUARD_H
#define MSC_XSRF_GUARD_H

#include "httpd/session/session.h"
#include "httpd/xsrf/body.h"
#include "httpd/xsrf/conf.h"

/* The guard against cross-site request forgery. What it knows of a request is kept on the
 * one that the client sent, for its internal redirects too. */
typedef struct {
    const msc_xsrf_conf_t *conf; /* whose verdict it is */
    const char *word;            /* XSRF_STATUS */
    int answer;                  /* OK, or the status to refuse with */
    msc_xsrf_body_t *body;
    const char *token;                 /* made for this request's pages */
    const msc_xsrf_conf_t *token_conf; /* for whose schemes */
    const char *visitor;   /* a new visitor's cookie, to be set with the token */
    const char *csrftoken; /* django: likewise */
    sc_bytes_t used;       /* XSRFOneTime: the token that this request has used up */
    int https;             /* 0: not asked yet, 1: no, 2: yes */
    int injected;          /* the token is in the page itself */
} msc_xsrf_t;

/* The request that the client sent. */
request_rec *msc_xsrf_root(request_rec *r);

/* What is known of the request, made at the first asking. */
msc_xsrf_t *msc_xsrf_state(request_rec *r);

/* The scope's configuration, or NULL where there is no guard. */
const msc_xsrf_conf_t *msc_xsrf_conf(const request_rec *r);

/* The post_perdir_config hook: exempt, safe, not ambient, origin, token, in this order.
 */
int msc_xsrf_guard(request_rec *r);

/* A fixups hook: XSRF_STATUS, XSRF_TOKEN, XSRF_FIELD. After mod_dir, whose index file may
 * be guarded where its directory is not: then the verdict is made here. */
int msc_xsrf_fixups(request_rec *r);

/* The origin step. */
sc_from_t msc_xsrf_origin(request_rec *r, const msc_xsrf_conf_t *conf);

/* What stands in the visitor's address bar: behind a proxy that mod_remoteip trusts, what
 * that one says. 0: the client names no host. */
int msc_xsrf_own_origin(sc_origin_t *origin, request_rec *r);

/* Whether the client sees https. */
int msc_xsrf_is_https(request_rec *r);

/* Checks a token under the scope's schemes and bindings. */
sc_status_t msc_xsrf_check(request_rec *r, const msc_xsrf_conf_t *conf, sc_bytes_t token);

/* The name of the cookie that a visitor without a session has. */
const char *msc_xsrf_visitor_name(request_rec *r);

/* Makes the scope's token once a request, with what it is tied to. NULL: it cannot be
 * made. */
const char *msc_xsrf_token(request_rec *r, const msc_xsrf_conf_t *conf);

/* The scheme that this scope issues. */
const sc_xsrf_scheme_t *msc_xsrf_issued(const msc_xsrf_conf_t *conf);

/* The name of the form field that pages should use. */
const char *msc_xsrf_field(const msc_xsrf_conf_t *conf);

#endif
