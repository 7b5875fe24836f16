/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_XSRF_VISITOR_H
#define MSC_XSRF_VISITOR_H

#include "httpd/xsrf/state.h"

/* The cookies that tokens are bound to. An answer of no bytes: there is none, or none can
 * be made. */

/* The name of a visitor's own random cookie. */
const char *msc_xsrf_visitor_name(request_rec *r);

/* The visitor's cookie, if it is one that this module would have made, and the only one.
 */
sc_bytes_t msc_xsrf_visitor(request_rec *r);

/* A new visitor's cookie, one a request; kept in the state, to be set with the token. */
sc_bytes_t msc_xsrf_new_visitor(request_rec *r);

/* A cookie of the request, by its name; of several the first or the last. */
sc_bytes_t msc_xsrf_cookie(request_rec *r, const char *name, sc_which_cookie_t which);

/* Django's cookie, "csrftoken"; of several the last, which Django reads. */
sc_bytes_t msc_xsrf_csrftoken(request_rec *r);

/* A new one, one a request; likewise kept. */
sc_bytes_t msc_xsrf_new_csrftoken(request_rec *r);

#endif
