/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_KEYRING_H
#define MSC_KEYRING_H

#include "httpd/config.h"

/* A key and where it was defined. */
typedef struct {
    const sc_key_t *key;
    const char *where; /* "FILE:LINE" */
    int opened;        /* the counters of its sessions, and of when the last one came */
    int used;
} msc_key_t;

/* CookieSessionKey: loads the key at once, while httpd is still root. */
const char *msc_key_directive(cmd_parms *cmd, void *dir, int argc, char *const argv[]);

/* The server's keys of these ids, in this order. NULL, or a sentence that begins with the
 * id of one that does not exist. Until the servers are merged a vhost has its own keys
 * only. */
const char *msc_key_list(const sc_key_t *const **keys, const server_rec *s,
                         const msc_words_t *ids, apr_pool_t *p);

#endif
