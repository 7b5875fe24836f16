/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_SESSION_H
#define MSC_SESSION_H

#include "httpd/config.h"
#include "httpd/session/source.h"

/* What the search for a token came to. It lives as long as the request that it is kept
 * on. */
typedef struct msc_found_t {
    sc_status_t status;          /* SC_ABSENT: no token was sent */
    const sc_session_t *session; /* NULL unless status is SC_OK */
    const msc_source_t *source;  /* whose token that was; NULL when absent */

    /* For those who keep something with it. */
    apr_pool_t *pool;
    void *record;              /* provider.c: mod_session's session_rec */
    int collision;             /* env.c: said already that two members have one name */
    struct msc_write_t *write; /* write.c: what is to be written, or NULL */
    int written;               /* write.c: decided, one way or the other */

    const msc_sources_t *sources;
    struct msc_found_t *next;
} msc_found_t;

/* The session of a request: looked up by whoever asks first, then shared by subrequests
 * and internal redirects. Another list of sources (another directory) is another lookup.
 * Says that the response varies. NULL where no source is configured. */
msc_found_t *msc_session_get(request_rec *r);

/* The member that CookieSessionUser chose, or NULL: no session, no such member, or one
 * that is no name (empty, neither string nor number, with control characters). */
const char *msc_session_user(request_rec *r, const msc_found_t *found);

/* The Cookie header as the client sent it, though it may have been stripped since. */
const char *msc_cookie_header(request_rec *r);

/* Keeps it for msc_cookie_header, before it is stripped. */
void msc_cookie_header_keep(request_rec *r);

/* What this module keeps on a request. */
typedef struct {
    msc_found_t *found; /* lookups, one a list of sources */
    int cookie_kept;    /* the next is the Cookie header, or NULL for none */
    const char *cookie;
    apr_array_header_t *vars; /* env.c: what was put into the environment */
    const char *user;         /* env.c: what r->user was set to */
    void *xsrf;               /* xsrf.c: msc_xsrf_t */
} msc_request_t;

msc_request_t *msc_request(request_rec *r);

#endif
