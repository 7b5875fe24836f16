/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_XSRF_SEND_H
#define MSC_XSRF_SEND_H

#include "httpd/config.h"

/* How a token reaches pages. */

/* The insert_filter hook, after mod_headers'. */
void msc_xsrf_insert_filter(request_rec *r);

/* Registers the output filters. */
void msc_xsrf_send_register(void);

#endif
