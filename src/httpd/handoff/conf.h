/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_HANDOFF_CONF_H
#define MSC_HANDOFF_CONF_H

#include "httpd/config.h"

/* CookieSessionHandoff [ttl=…] [realm=…] [members=…] [challenge=…]. */
const char *msc_handoff_directive(cmd_parms *cmd, void *dir, int argc,
                                  char *const argv[]);

/* CookieSessionHandoffSend env cookie, one word; or Off. */
const char *msc_handoff_send_directive(cmd_parms *cmd, void *dir, const char *arg);

/* The check_config hook, after the sources': whether what is handed over can be written
 * where it is fetched, as far as one section knows. */
int msc_handoff_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                      server_rec *base);

#endif
