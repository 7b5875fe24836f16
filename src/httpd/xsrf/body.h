/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_XSRF_BODY_H
#define MSC_XSRF_BODY_H

#include "httpd/config.h"

/* A request's body as far as it was looked at; one for all internal redirects. */
typedef struct msc_xsrf_body_t msc_xsrf_body_t;

/* Looks for a field in the request's body, at most `limit` bytes into it, and gives what
 * it has read to the handler as if nobody had looked. OK and the value; OK and p NULL
 * where the body holds none; else the HTTP status to answer with: 400 for a body that is
 * not what its Content-Type says or does not come, 413 when the limit came first. *body:
 * NULL at first, then what was kept, for another search. */
int msc_xsrf_body_find(sc_bytes_t *value, msc_xsrf_body_t **body, request_rec *r,
                       const char *const *fields, int n, apr_off_t limit);

/* Registers the filter that hands on what was read. */
void msc_xsrf_body_register(void);

#endif
