/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_OVERLAP_H
#define MSC_OVERLAP_H

#include "httpd/config.h"

/* The check_config hook, after the one that makes the codecs: warns of sources that would
 * take each other's tokens. */
int msc_overlap_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                      server_rec *base);

#endif
