/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_EXPIRY_H
#define MSC_EXPIRY_H

#include "httpd/session/session.h"

/* SessionMaxAge: where each format keeps the end of a session. */

/* When the session ends unless it is renewed, at most `max_age` from now; microseconds
 * since 1970. For a session that does not say so: `interval` earlier, so that mod_session
 * finds it due for an update. */
apr_time_t msc_expiry_get(const msc_found_t *found, apr_interval_time_t max_age,
                          apr_interval_time_t interval, apr_time_t now);

/* Whether the format keeps the end in a member: msc_expiry_put has something to do. */
bool msc_expiry_is_member(const sc_codec_t *codec);

/* Writes the end into a document, where the format has a member for it. An `expiry` of 0
 * leaves the old one. */
void msc_expiry_put(sc_doc_t *doc, const sc_codec_t *codec, const sc_session_t *from,
                    apr_time_t expiry, apr_time_t now, apr_pool_t *p);

#endif
