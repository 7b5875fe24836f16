/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_XSRF_GUARD_H
#define MSC_XSRF_GUARD_H

#include "httpd/config.h"

/* The guard's decision about a request. */

/* The post_perdir_config hook: exempt, safe, not ambient, origin, token, in this order.
 */
int msc_xsrf_guard(request_rec *r);

/* For a handler that has to be guarded whatever the scope says (Off, Report, exempt):
 * whether origin-if-sent refuses the request, wherever its session comes from. The scope
 * says which origins are trusted. A refusal is logged. */
bool msc_xsrf_is_forged(request_rec *r);

/* A fixups hook: XSRF_STATUS, XSRF_TOKEN, XSRF_FIELD. It runs after mod_dir, whose index
 * file may be guarded where its directory is not: the decision is made here then. */
int msc_xsrf_fixups(request_rec *r);

#endif
