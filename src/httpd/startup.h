/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_STARTUP_H
#define MSC_STARTUP_H

#include "httpd/config.h"

/* What is said at start-up of a line that was read before. */

/* An error: logs it, and answers the status with which a hook stops httpd. */
int msc_complain(const server_rec *s, const ap_directive_t *line, const char *sentence);

/* A warning about a line, "ABOUT at FILE:LINE: SENTENCE". It is kept until httpd has
 * somewhere to say it. Not for .htaccess files. */
void msc_warn(const server_rec *s, const ap_directive_t *line, const char *about,
              const char *sentence);

/* Says the warnings: the test_config hook on the console, for `apachectl -t`; the
 * post_config hook in the error log, once a start. The latter also adds the module and
 * its version to httpd's own. */
void msc_startup_test(apr_pool_t *pconf, server_rec *base);
int msc_startup_say(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                    server_rec *base);

#endif
