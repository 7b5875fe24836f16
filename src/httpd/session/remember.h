/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_REMEMBER_H
#define MSC_REMEMBER_H

#include "httpd/session/cache.h"
#include "httpd/session/source.h"

/* CookieSessionCache N|Off. */
const char *msc_remember_directive(cmd_parms *cmd, void *dir, const char *arg);

/* The child_init hook: each process has a cache of its own, so that a configuration that
 * was reloaded, perhaps with other keys, starts with an empty one. */
void msc_remember_child_init(apr_pool_t *pchild, server_rec *s);

/* Opens a token, or answers with the session that this process has opened it to for the
 * same source, while that is still good. The session lives as long as the request `home`.
 * *kept is what it was found by, as long, or left as it is where it has just been opened:
 * what is made of a session is worth being kept for one that comes again. */
sc_status_t msc_remember_open(const sc_session_t **session, msc_kept_t **kept,
                              const msc_source_t *source, sc_bytes_t token,
                              const sc_env_t *env, request_rec *home) SC_CHECK;

#endif
