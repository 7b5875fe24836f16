/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_SCRIPT_H
#define MSC_SCRIPT_H

#include "httpd/xsrf/conf.h"

/* XSRFSend script: the module's own script (script.js), which gives the token to what the
 * scripts of a page send. */

const char *msc_script_directive(cmd_parms *cmd, void *dir, const char *arg);

/* The check_config hook: which servers have the script, and by which URL. */
int msc_script_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                     server_rec *base);

/* The quick_handler hook: serves the script, whatever is configured for its path. */
int msc_script_handler(request_rec *r, int lookup);

/* The element that a page of this scope gets, or NULL where its server has no script. */
const char *msc_script_element(const request_rec *r, const msc_xsrf_conf_t *conf);

#endif
