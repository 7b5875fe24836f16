/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_XSRF_TOKEN_H
#define MSC_XSRF_TOKEN_H

#include "httpd/xsrf/conf.h"

/* Checks a token against the scope's schemes and what each ties it to. */
sc_status_t msc_xsrf_check(request_rec *r, const msc_xsrf_conf_t *conf, sc_bytes_t token);

/* The scope's token, made once a request together with the cookie that it may need
 * (msc_xsrf_t: visitor, csrftoken). The response is the visitor's own then. NULL: it
 * cannot be made. */
const char *msc_xsrf_token(request_rec *r, const msc_xsrf_conf_t *conf);

/* Whether a token may be used once more: it is of the scheme that this scope issues, good
 * for this request, and at least half of its time is left. */
bool msc_xsrf_is_fresh(request_rec *r, const msc_xsrf_conf_t *conf, sc_bytes_t token);

/* The scheme that this scope issues. */
const sc_xsrf_scheme_t *msc_xsrf_issued(const msc_xsrf_conf_t *conf);

/* The name of the form field that pages should use. */
const char *msc_xsrf_field(const msc_xsrf_conf_t *conf);

#endif
