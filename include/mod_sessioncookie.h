/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOD_SESSIONCOOKIE_H
#define MOD_SESSIONCOOKIE_H

/* What other modules may ask of mod_sessioncookie: optional functions, so that neither
 * module needs the other. Retrieve them with APR_RETRIEVE_OPTIONAL_FN in
 * ap_hook_optional_fn_retrieve; NULL then means that mod_sessioncookie is not loaded.
 * Whoever asks first has the token verified; all later answers come from that one
 * verification. Ask when the request's directory configuration is known (from
 * header_parser on). Texts live as long as r->pool. */

#include "httpd.h"
#include "apr_optional.h"

/* The status word of the request ("ok", "absent", "expired", …), or NULL where no source
 * is configured. */
APR_DECLARE_OPTIONAL_FN(const char *, sessioncookie_status, (request_rec * r));

/* The whole verified session as plain JSON, or NULL where there is none. */
APR_DECLARE_OPTIONAL_FN(const char *, sessioncookie_json, (request_rec * r));

/* A member of the verified session as text, as an environment variable would have it:
 * `path` is a member's name, or a JSON Pointer when it starts with "/". NULL: no session,
 * no such member, null, or a value with NUL. */
APR_DECLARE_OPTIONAL_FN(const char *, sessioncookie_member,
                        (request_rec * r, const char *path));

#endif
