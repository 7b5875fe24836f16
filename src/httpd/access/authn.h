/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_AUTHN_H
#define MSC_AUTHN_H

#include <stdbool.h>
#include "httpd/config.h"

/* AuthType CookieSession: who the session's user is, or a way to log in. */

/* Why this cannot be CookieSessionLoginURL, or NULL when it can. */
const char *msc_access_login_refused(const char *url);

/* The check_authn hook. */
int msc_access_authn(request_rec *r);

/* The note_auth_failure hook: WWW-Authenticate. */
int msc_access_note(request_rec *r, const char *auth_type);

/* Whether the scope says AuthType CookieSession. */
bool msc_access_is_ours(const request_rec *r);

#endif
