/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_SAID_H
#define MSC_SAID_H

#include "httpd/config.h"

/* What the log says once: a table of fixed size, shared by all processes of the server.
 */

/* The post_config hook: makes the table. */
int msc_xsrf_said_post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                              server_rec *s);

/* Whether this is the first time that the text is asked about. False where there is no
 * room to remember it: a log that is too quiet is better than one that is flooded. */
bool msc_xsrf_first_time(const char *text);

#endif
