/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_EXPIRY_H
#define MSC_EXPIRY_H

#include "httpd/session/session.h"

/* SessionMaxAge: where each format keeps the end of a session. */

/* When the session ends if it is used no more, at most `max_age` from now. What does not
 * say so ends `interval` before that, so that mod_session finds it due for an update.
 * Microseconds since 1970. */
apr_time_t msc_expiry_get(const msc_found_t *found, apr_interval_time_t max_age,
                          apr_interval_time_t interval, apr_time_t now);

/* 1 when the format keeps it in a member: msc_expiry_put has something to do. */
int msc_expiry_is_member(const sc_codec_t *codec);

/* Writes the end into a document, where the format has a member for it. 0: there is no
 * new one, an old one stays. */
void msc_expiry_put(sc_doc_t *doc, const sc_codec_t *codec, const sc_session_t *from,
                    apr_time_t expiry, apr_time_t now, apr_pool_t *p);

#endif
