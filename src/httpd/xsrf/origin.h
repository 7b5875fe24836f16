/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_XSRF_ORIGIN_H
#define MSC_XSRF_ORIGIN_H

#include "httpd/xsrf/conf.h"

/* Where a request comes from, by Sec-Fetch-Site, Origin and Referer. */
sc_from_t msc_xsrf_origin(request_rec *r, const msc_xsrf_conf_t *conf);

/* Whether one of the three was sent at all, an empty one too. */
bool msc_xsrf_origin_is_sent(const request_rec *r);

/* Whether a page of this very origin has sent it for certain: the browser says so, or
 * names the origin. */
bool msc_xsrf_is_from_here(request_rec *r);

#endif
