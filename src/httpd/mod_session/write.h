/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_WRITE_H
#define MSC_WRITE_H

#include "httpd/session/session.h"

/* Where a changed session is written: its own source, for a remember-me cookie the first
 * that can hold more, for a new session the first. NULL: nothing may be written. */
const msc_source_t *msc_write_target(const msc_found_t *found);

/* Notes that the session is to be written with this response; it is sealed when the
 * headers are final. A NULL document removes the cookie. `expiry` and `lifetime`
 * (seconds) as mod_session says, 0 when it does not. */
void msc_write_later(msc_found_t *found, request_rec *r, const msc_source_t *source,
                     const sc_doc_t *doc, apr_time_t expiry, apr_int64_t lifetime);

/* For a change of our own: a document to be changed, which is then written with this
 * response together with what mod_session's consumers change. NULL: there is no session,
 * or it may not be written. */
sc_doc_t *msc_write_change(msc_found_t *found, request_rec *r);

/* The session's document with the changes so far, or NULL. */
const sc_doc_t *msc_write_doc(const msc_found_t *found);

/* The output filter, and the hook that inserts it into a request's chain, for error pages
 * too. */
void msc_write_register_filter(void);
void msc_write_insert_filter(request_rec *r);

#endif
