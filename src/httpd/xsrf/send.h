/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_XSRF_SEND_H
#define MSC_XSRF_SEND_H

#include "httpd/xsrf/guard.h"

/* How a token reaches pages. */

/* The insert_filter hook, behind mod_headers', and the registration of the output
 * filters. */
void msc_xsrf_insert_filter(request_rec *r);
void msc_xsrf_send_register(void);

/* xsrf_inject.c: the filter for XSRFSend inject. */
void msc_xsrf_inject_insert(request_rec *r);
void msc_xsrf_inject_register(void);

/* A header of the response, wherever it stands, or NULL. */
const char *msc_xsrf_header_out(request_rec *r, const char *name);

/* Whether a Content-Type, which may be NULL and have parameters, is this one. */
int msc_xsrf_is_type(const char *type, const char *name);

/* Whether the handler or the administrator wants shared caches to keep the response. */
int msc_xsrf_is_public(request_rec *r);

#endif
