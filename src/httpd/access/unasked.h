/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_UNASKED_H
#define MSC_UNASKED_H

#include "httpd/config.h"

/* The check_config hook: warns of AuthType CookieSession where nothing is required. */
int msc_unasked_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                      server_rec *base);

#endif
