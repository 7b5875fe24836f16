/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_XSRF_ONCE_H
#define MSC_XSRF_ONCE_H

#include <stdbool.h>
#include "httpd/xsrf/conf.h"

/* XSRFOneTime. */

/* Whether tokens of this scheme are used up in this scope. */
bool msc_xsrf_is_once(const msc_xsrf_conf_t *conf, const sc_xsrf_scheme_t *scheme);

/* The session's copy of the token that is good now, or nothing. */
sc_bytes_t msc_xsrf_once_copy(request_rec *r);

/* Uses up an authentic token: OK once, MISMATCH when it is not the session's, ERROR when
 * the session may not be written. XSRF Report uses nothing up. */
sc_status_t msc_xsrf_once_use(request_rec *r, const msc_xsrf_conf_t *conf,
                              sc_bytes_t token);

/* Puts a token that is sent with this response into the session. */
void msc_xsrf_once_keep(request_rec *r, const char *token);

#endif
