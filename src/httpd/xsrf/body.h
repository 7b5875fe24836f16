/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_XSRF_BODY_H
#define MSC_XSRF_BODY_H

#include "httpd/config.h"

/* What was read of a request's body; one for all internal redirects. */
typedef struct msc_xsrf_body_t msc_xsrf_body_t;

/* Looks for a field in the first `limit` bytes of the request's body; the handler still
 * reads the whole body. OK and the value; OK and a value whose p is NULL: there is no
 * such field. Else the HTTP status to answer with: 400 for a body that is not what its
 * Content-Type says or ends too early, 413 when the limit came first. *body: NULL at
 * first, then what was kept, for another search. */
int msc_xsrf_body_find(sc_bytes_t *value, msc_xsrf_body_t **body, request_rec *r,
                       const char *const *fields, int n, apr_off_t limit);

/* Registers the filter that hands on what was read. */
void msc_xsrf_body_register(void);

#endif
