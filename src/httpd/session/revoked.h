/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_REVOKED_H
#define MSC_REVOKED_H

#include "httpd/session/cache.h"
#include "httpd/session/source.h"
#include "httpd/store/revocation.h"

/* Which sessions are on the list of revocations, and how they get there. */

/* Whether a session that a source of this request has opened has been ended: its user,
 * its key or itself is listed with a time not before its issue. `kept`: what it is
 * remembered as, or NULL. */
bool msc_revoked(msc_kept_t *kept, const sc_session_t *session,
                 const msc_source_t *source, request_rec *r);

/* The user of a session as the list has it: the member that the server's own
 * CookieSessionUser chooses, whatever a directory says. n is 0: it has none. */
sc_bytes_t msc_revoked_user(const sc_session_t *session, const server_rec *s,
                            apr_pool_t *p);

/* Ends this session, as far as it has been issued so far, and every other one with the
 * same contents. The outcome as of msc_revocation_add. */
sc_status_t msc_revoked_add_session(const sc_session_t *session,
                                    const msc_source_t *source, const server_rec *s,
                                    apr_pool_t *p) SC_CHECK;

/* Ends the sessions of a user that were issued until then (msc_revocation_now() for all
 * so far, SC_BAN for ever) by a source, as COOKIESESSION_SOURCE has it, or SC_ANY_SOURCE.
 * The outcome as of msc_revocation_add. */
sc_status_t msc_revoked_add_user(sc_bytes_t user, const char *source, int64_t until,
                                 const server_rec *s, apr_pool_t *p) SC_CHECK;

#endif
