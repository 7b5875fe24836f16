/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_HANDOFF_ISSUE_H
#define MSC_HANDOFF_ISSUE_H

#include "httpd/session/session.h"
#include "core/handoff/alias.h"

#define MSC_HANDOFF_ORIGIN 32

/* What tells a source of this request's server from all others: its place, name, format
 * and keys, and the server's ServerName; never the Host header. */
sc_status_t msc_handoff_origin(unsigned char origin[MSC_HANDOFF_ORIGIN], request_rec *r,
                               const msc_source_t *source) SC_CHECK;

/* Makes the alias stand for the session of `found`, which is a good one, as the scope's
 * CookieSessionHandoff says; *life is how long. `challenge`: 32 bytes, or none (n is 0).
 * UNSUPPORTED: the session says neither when it was issued nor when it ends. EXPIRED: it
 * ends now. TOO_LARGE: the store does not take so much. ERROR: the store is away. */
sc_status_t msc_handoff_issue(apr_interval_time_t *life, request_rec *r,
                              const msc_found_t *found, const sc_alias_t *alias,
                              sc_bytes_t challenge) SC_CHECK;

#endif
