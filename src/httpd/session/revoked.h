/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_REVOKED_H
#define MSC_REVOKED_H

#include "httpd/session/cache.h"
#include "httpd/session/source.h"
#include "httpd/store/revocation.h"

/* Which sessions are on the list of revocations, and how they get there. */

/* Whether a session that a source of this request has opened has been ended: its user,
 * its key or itself is listed with a time not before its issue. *checked is the state of
 * the list in which it was not, 0 at first: the same question again costs nothing until
 * the list has changed. `kept`: what it is remembered as, or NULL. SC_OK, SC_REVOKED, or
 * SC_ERROR: it cannot be told. */
sc_status_t msc_revoked(uint64_t *checked, msc_kept_t *kept, const sc_session_t *session,
                        const msc_source_t *source, request_rec *r) SC_CHECK;

/* What a session may be listed by, for who keeps nothing else of it. */
typedef struct {
    sc_bytes_t source;
    sc_bytes_t user;   /* n is 0: none, likewise the rest */
    sc_bytes_t key;    /* its id */
    sc_bytes_t digest; /* of source and document, or of source and id */
    apr_time_t issued;
} msc_revoked_facts_t;

/* The facts of a session (SC_ERROR: they cannot be had), and whether it has been ended
 * since. Not of a remember-me cookie's. */
sc_status_t msc_revoked_facts(msc_revoked_facts_t *facts, const sc_session_t *session,
                              const msc_source_t *source, request_rec *r) SC_CHECK;
bool msc_revoked_by_facts(const msc_revoked_facts_t *facts, request_rec *r);

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
