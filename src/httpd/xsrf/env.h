/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_XSRF_ENV_H
#define MSC_XSRF_ENV_H

#include "httpd/xsrf/conf.h"

/* XSRFSend env: gives the handler XSRF_TOKEN and XSRF_FIELD, unless httpd serves a plain
 * file. */
void msc_xsrf_env_export(request_rec *r, const msc_xsrf_conf_t *conf);

#endif
