/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_SESSION_H
#define MSC_SESSION_H

#include "httpd/request.h"
#include "httpd/session/cache.h"
#include "httpd/session/source.h"

/* What the search for a token came to. */
typedef struct msc_found_t {
    sc_status_t status;          /* SC_ABSENT: no token was sent */
    const sc_session_t *session; /* NULL unless status is SC_OK */
    const msc_source_t *source;  /* of the session, or of the token that was refused; NULL
                                  * when absent */
    sc_bytes_t token;            /* likewise: as it was sent, without quotes */
    msc_kept_t *kept;            /* what it was found by in the cache, or NULL */
    const msc_sources_t *sources;
    apr_uint64_t revoked; /* a bit for each source, from the first, that had a session
                           * which was ended; the last one is for all from the 64th on */
    apr_uint64_t checked; /* for msc_revoked */
    struct msc_found_t *others; /* of single sources: see msc_session_opens */
    bool is_anonymous;          /* nothing was looked up: see exempt.h */
    bool has_failed;   /* a token could not be opened by our fault: it may be good */
    request_rec *home; /* which keeps it, and as long as which it lives */
    struct msc_found_t *next;
} msc_found_t;

/* The session of a request: looked up by whoever asks first, then shared by subrequests
 * and internal redirects. Another list of sources (another directory) is another lookup.
 * Adds what was read to Vary. NULL where no source is configured. */
const msc_found_t *msc_session_get(request_rec *r);

/* Whether a source of a lookup, by its index, has a token that is good, which *token is
 * then, whatever source the session was found in; *revoked: whether it has one that was
 * ended. */
bool msc_session_opens(sc_bytes_t *token, bool *revoked, const msc_found_t *found,
                       int index, request_rec *r);

/* Whether a session that was good when it was looked up has been ended since. */
bool msc_session_is_over(msc_found_t *found, request_rec *r);

/* The lookups kept on this very request, linked by `next`; NULL: none. */
msc_found_t *msc_session_lookups(request_rec *r);

/* The user's name: the member that CookieSessionUser chose. NULL: no session, no such
 * member, or one that is not a name (empty, neither string nor number, or with control
 * characters). */
const char *msc_session_user(request_rec *r, const msc_found_t *found);

/* The user of a document that is not the request's session, likewise. */
const char *msc_session_user_of(request_rec *r, const sc_doc_t *doc);

#endif
