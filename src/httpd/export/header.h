/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_HEADER_H
#define MSC_HEADER_H

#include "httpd/config.h"

/* CookieSessionHeader Name path. */
const char *msc_header_directive(cmd_parms *cmd, void *dir, const char *name,
                                 const char *path);

/* Removes the client's own copies, session or not. A hook of each phase in which more is
 * known of the scope: post_read_request (server), translate_name (Location),
 * post_perdir_config. */
int msc_header_remove(request_rec *r);

/* A fixups hook: what the session says is set. */
int msc_header_fixups(request_rec *r);

#endif
