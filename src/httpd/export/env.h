/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_ENV_H
#define MSC_ENV_H

#include "httpd/session/session.h"

/* A member's value as text (strings as they are, numbers as JSON, arrays joined by
 * CookieSessionEnvDelimiter, else JSON), or NULL: null, or text with NUL. It lives as
 * long as the value and the pool. */
const char *msc_env_text(request_rec *r, const sc_value_t *value, apr_pool_t *p);

/* Whether the session has put a variable of this name into that request's environment. */
bool msc_env_exported(request_rec *r, const char *name);

/* Whether it has made the session's user r->user (remote-user=on). */
bool msc_env_has_set_user(request_rec *r);

/* The fixups hook: the session for handlers, as environment variables, notes and
 * REMOTE_USER. */
int msc_env_fixups(request_rec *r);

#endif
