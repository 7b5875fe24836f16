/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_HEADER_H
#define MSC_HEADER_H

#include "httpd/config.h"

/* CookieSessionHeader Name path. */
const char *msc_header_directive(cmd_parms *cmd, void *dir, const char *name,
                                 const char *path);

/* Why a header of this name cannot be set, to follow the name; NULL when it can. */
const char *msc_header_refused(const char *name);

/* Whether CGI, PHP or WSGI would fold both names to one variable: X-User, x_user. */
bool msc_header_same(const char *a, const char *b);

/* Whether it frames the message or belongs to the connection: Host, Cookie, … */
bool msc_header_is_reserved(const char *name);

/* Whether a CookieSessionHeader or the CookieSessionToken of the scope owns it, in any
 * spelling. */
bool msc_header_is_ours(request_rec *r, const char *name);

/* Removes the client's own copies, session or not. A hook of each phase in which more is
 * known of the scope: post_read_request (server), translate_name (Location),
 * post_perdir_config. */
int msc_header_remove(request_rec *r);

/* Removes what the scopes own that the request came through, too. */
void msc_header_remove_inherited(request_rec *r);

/* A fixups hook: what the session says is set, and the token that was minted of it. */
int msc_header_fixups(request_rec *r);

#endif
