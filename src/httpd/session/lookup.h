/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_LOOKUP_H
#define MSC_LOOKUP_H

#include "httpd/config.h"

/* lookup= of a source: where sessions are kept, whose ids are in the tokens. */
typedef struct msc_lookup_t msc_lookup_t;

/* At start-up, when all lines are read: of "dbd:LABEL", the statement of that label and
 * the database of server `s`; of "redis:PREFIX", the redis of CookieSessionStore. NULL,
 * or a sentence without "lookup=…". */
const char *msc_lookup_make(msc_lookup_t **lookup, const char *where, server_rec *s,
                            apr_pool_t *p);

/* What is kept for an id, which is of A-Z a-z 0-9 _ - alone, in r's pool, and when it
 * ends (SC_NEVER: it was not said). SC_EXPIRED: there is none. SC_TOO_LARGE: more than
 * `max` bytes. SC_ERROR: it is away, or too slow, or has answered something else; that is
 * in the log once a minute, and for a second nobody asks again. A database may block for
 * as long as its driver waits; other requests do not wait behind one that has waited for
 * a second. */
sc_status_t msc_lookup_ask(sc_bytes_t *value, apr_time_t *end, msc_lookup_t *lookup,
                           sc_bytes_t id, apr_size_t max, request_rec *r) SC_CHECK;

#endif
