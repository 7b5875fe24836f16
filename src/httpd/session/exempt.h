/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_EXEMPT_H
#define MSC_EXEMPT_H

#include "httpd/request.h"

/* XSRFExempt: requests that the guard lets pass, without a session. */

/* XSRFExempt /path. */
const char *msc_exempt_directive(cmd_parms *cmd, void *dir, const char *arg);

/* Whether the path that the client asked for is exempt, whatever it was rewritten to. */
bool msc_exempt_path(request_rec *r);

/* Whether the scope's guard takes the method for one that changes nothing. */
bool msc_exempt_is_safe(const msc_xsrf_conf_t *conf, const char *method);

/* Whether the request has no session, whatever it brings: an unsafe one on an exempt path
 * in a scope with `XSRF On`, or before its scope is known. To be asked before any lookup;
 * a request that such a scope has made anonymous remains so. */
bool msc_exempt_is_anonymous(request_rec *r);

/* The post_perdir_config hook: the scope is known. */
int msc_exempt_enter(request_rec *r);

/* A fixups hook: mod_dir may have changed the scope. */
int msc_exempt_fixups(request_rec *r);

#endif
