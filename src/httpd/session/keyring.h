/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_KEYRING_H
#define MSC_KEYRING_H

#include "httpd/config.h"

/* A key and where it was defined. */
typedef struct {
    const sc_key_t *key;
    const char *where; /* "FILE:LINE" */
} msc_key_t;

/* CookieSessionKey: loads the key at once, while httpd is still root. */
const char *msc_key_directive(cmd_parms *cmd, void *dir, int argc, char *const argv[]);

/* The server's key of that id, or NULL. Until the servers are merged it knows a vhost's
 * own keys only. */
const sc_key_t *msc_key_find(const server_rec *s, const char *id);

/* The ids of a server's keys as a list for a sentence, "none" when there are none. */
const char *msc_key_ids(const server_rec *s, apr_pool_t *p);

#endif
