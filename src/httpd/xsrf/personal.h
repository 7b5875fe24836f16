/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_XSRF_PERSONAL_H
#define MSC_XSRF_PERSONAL_H

#include "httpd/config.h"

/* Makes a response one visitor's own: private, Vary: Cookie, fresh for at most `life`
 * (-1: as long as it says), whatever the handler, mod_expires or mod_headers said. To be
 * called after all of them and before mod_cache. */
void msc_personal_make(request_rec *r, apr_interval_time_t life);

#endif
