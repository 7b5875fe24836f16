/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_CONNECTION_CACHE_H
#define MSC_CONNECTION_CACHE_H

#include "httpd/session/source.h"

/* Opens a token, or answers with the session that this same token was opened to on this
 * connection, while that is still good: a page and its images send the same cookie. The
 * session lives as long as the request `root`, which is the one that the client sent. */
sc_status_t msc_connection_cache_open(const sc_session_t **session,
                                      const msc_source_t *source, sc_bytes_t token,
                                      const sc_env_t *env, request_rec *root) SC_CHECK;

#endif
