/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_XSRF_STATE_H
#define MSC_XSRF_STATE_H

#include "httpd/request.h"
#include "httpd/xsrf/body.h"
#include "httpd/xsrf/conf.h"

/* What the guard against cross-site request forgery knows of a request. It is kept on the
 * request that the client sent, for its internal redirects too. */
typedef struct msc_xsrf_t {
    const msc_xsrf_conf_t *conf; /* whose verdict it is */
    const char *word;            /* XSRF_STATUS */
    int answer;                  /* OK, or the HTTP status to refuse with */
    bool is_refused;             /* for its token, and a page of this site has sent it */
    bool is_aging;               /* its token is good, and past half its time */
    bool is_json;                /* the refusal is */
    msc_xsrf_body_t *body;
    const char *token;                 /* made for this request's pages */
    const msc_xsrf_conf_t *token_conf; /* for whose schemes */
    bool is_made;             /* a token was made: the response is the visitor's own */
    bool is_in_body;          /* a token is in the page itself, or may be */
    apr_interval_time_t life; /* how long the tokens that were made are good; -1: ever */
    const char *visitor;      /* a new visitor's cookie, to be set with the token */
    const char *csrftoken;    /* django: likewise */
    sc_bytes_t used;          /* XSRFOneTime: the token that this request has used up */
} msc_xsrf_t;

/* The state of a request, made when it is first asked for. */
msc_xsrf_t *msc_xsrf_state(request_rec *r);

/* The state of a request for which a token was made, or NULL. */
const msc_xsrf_t *msc_xsrf_made(request_rec *r);

/* The scope's configuration, or NULL where there is no guard. */
const msc_xsrf_conf_t *msc_xsrf_conf(const request_rec *r);

#endif
