/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_XSRF_PAGE_H
#define MSC_XSRF_PAGE_H

#include <stdbool.h>
#include "httpd/config.h"

/* What a response says of itself. */

/* Whether a Content-Type, which may be NULL and have parameters, is this one. */
bool msc_page_is_type(const char *type, const char *name);

bool msc_page_is_html(const request_rec *r);

/* Whether the handler or the administrator wants shared caches to keep the response. */
bool msc_page_is_public(request_rec *r);

/* Before the handler runs: whether somebody else than httpd's file server answers, or
 * mod_include reads the file, who have the environment. */
bool msc_page_has_handler(const request_rec *r);

#endif
