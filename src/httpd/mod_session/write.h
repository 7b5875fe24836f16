/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_WRITE_H
#define MSC_WRITE_H

#include "httpd/session/session.h"

/* The source that a changed session is written to: its own; for a remember-me cookie, the
 * first that can hold a whole session; for a new session, the first that may be written.
 * NULL: there is none. */
const msc_source_t *msc_write_target(const msc_found_t *found);

/* The first source that may be written and can hold a whole session, or NULL. */
const msc_source_t *msc_write_new_target(const msc_sources_t *sources);

/* Notes that the session is to be written with this response; it is sealed when the
 * headers are final. A NULL document removes the cookie. `expiry` and `lifetime`
 * (seconds) as mod_session has them, or 0. */
void msc_write_later(const msc_found_t *found, request_rec *r, const msc_source_t *source,
                     const sc_doc_t *doc, apr_time_t expiry, apr_int64_t lifetime);

/* Writes a session with this response at once, whatever is noted for it before or later,
 * at the time of issue and with the end of `keeps`. Whether the response has the cookie;
 * why not is logged. */
bool msc_write_now(const msc_found_t *found, request_rec *r, const msc_source_t *source,
                   const sc_doc_t *doc, const sc_session_t *keeps);

/* For a change by this module itself: a document to be changed, which is then written
 * with this response, together with what mod_session's consumers change. NULL: there is
 * no session, or it may not be written. */
sc_doc_t *msc_write_change(const msc_found_t *found, request_rec *r);

/* The session's document with the changes so far, or NULL. */
const sc_doc_t *msc_write_doc(const msc_found_t *found);

/* Registers the output filter; finds it again in each process, so that no request looks
 * for it by its name. */
void msc_write_register(void);
void msc_write_child_init(apr_pool_t *pchild, server_rec *s);

/* The insert_filter and insert_error_filter hook. */
void msc_write_insert_filter(request_rec *r);

#endif
