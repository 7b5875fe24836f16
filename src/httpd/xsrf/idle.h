/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_XSRF_IDLE_H
#define MSC_XSRF_IDLE_H

#include "httpd/config.h"

/* The check_config hook: warns of XSRFSend where no token is asked for, and of XSRFKey
 * where XSRF is off. */
int msc_xsrf_idle_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                        server_rec *base);

#endif
