/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_TOKEN_CONF_H
#define MSC_TOKEN_CONF_H

#include "httpd/config.h"

/* CookieSessionToken Off, or header:NAME env:NAME keys= audience= issuer= ttl= claims=
 * footer=. */
const char *msc_token_directive(cmd_parms *cmd, void *dir, int argc, char *const argv[]);

/* The check_config hook, after the one that makes the codecs of the sources: finds the
 * keys and prepares the minters; refuses a token for back ends that a source of any
 * server would accept. */
int msc_token_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                    server_rec *base);

#endif
