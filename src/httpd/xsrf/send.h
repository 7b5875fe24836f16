/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_XSRF_SEND_H
#define MSC_XSRF_SEND_H

#include "httpd/config.h"

/* How a token reaches pages. */

/* The insert_filter hook, after mod_headers'. */
void msc_xsrf_insert_filter(request_rec *r);

/* The insert_error_filter hook, likewise: httpd's own error pages and 304. */
void msc_xsrf_insert_error_filter(request_rec *r);

/* Registers the output filters. */
void msc_xsrf_send_register(void);

#endif
