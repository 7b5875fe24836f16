/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_XSRF_GUARD_H
#define MSC_XSRF_GUARD_H

#include "httpd/config.h"

/* The guard's decision about a request. */

/* The post_perdir_config hook: exempt, safe, not ambient, origin, token, in this order.
 */
int msc_xsrf_guard(request_rec *r);

/* A fixups hook: XSRF_STATUS, XSRF_TOKEN, XSRF_FIELD. It runs after mod_dir, whose index
 * file may be guarded where its directory is not: the decision is made here then. */
int msc_xsrf_fixups(request_rec *r);

#endif
