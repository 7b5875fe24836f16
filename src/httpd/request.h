/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_REQUEST_H
#define MSC_REQUEST_H

#include <stdbool.h>
#include "httpd/config.h"
#include "core/http/origin.h"

/* What the module knows of a request, whatever it is needed for, and how it writes the
 * headers of the response that more than one concern writes. */

/* What is kept on a request: a pointer for each concern, to a type that only this concern
 * knows. NULL until it keeps something. */
typedef struct {
    struct msc_client_t *client;     /* request.c; on the root only */
    struct msc_found_t *lookups;     /* session/session.c */
    struct msc_exported_t *exported; /* export/env.c */
    struct msc_minted_t *minted;     /* export/token.c */
    struct msc_write_t *writes;      /* mod_session/write.c */
    struct msc_record_t *records;    /* mod_session/provider.c */
    struct msc_xsrf_t *xsrf;         /* xsrf/state.c; on the root only */
    struct msc_exempt_t *exempt;     /* session/exempt.c */
    struct msc_handoff_t *handoff;   /* handoff/send.c; on the root only */
    struct msc_lent_t *lent;         /* request.c */
    bool is_anonymous;               /* likewise */
} msc_request_t;

msc_request_t *msc_request(request_rec *r);

/* The request that the client sent, from which subrequests and internal redirects come.
 */
request_rec *msc_request_root(request_rec *r);

/* --- what the client sees and sent --- */

/* Whether the client uses https: this server's own TLS, `ServerName https://…`, or the
 * X-Forwarded-Proto of a proxy that mod_remoteip trusts, which has the last word. */
bool msc_request_is_tls(request_rec *r);

/* The origin in the client's address bar, with X-Forwarded-Proto and X-Forwarded-Host of
 * a proxy that mod_remoteip trusts. False: the client names no host, or not a valid one.
 */
bool msc_request_origin(sc_origin_t *origin, request_rec *r);

/* The Cookie header as the client sent it, even after CookieSessionStrip; or NULL: none,
 * or the request is anonymous. */
const char *msc_request_cookies(request_rec *r);

/* Whether it sent one, even where the request is anonymous. */
bool msc_request_has_cookies(request_rec *r);

/* Gives the request a header that is for whoever handles it and for nobody else; removes
 * it when the value is NULL. Name and value live as long as the request. */
void msc_request_lend_header(request_rec *r, const char *name, const char *value);

/* Puts back what was there, in a request that comes from one with such headers: its scope
 * may be another, and authentication is to read what the client sent. */
void msc_request_take_headers_back(request_rec *r);

/* How many signatures this client's request may have verified with public keys: P-384
 * takes 0.6 ms for one, whether the token is good or forged. */
#define MSC_VERIFICATIONS_MAX 4

/* What is left of them, for sc_env_t: one number for all tokens, sources, subrequests and
 * internal redirects of the client's request. */
int *msc_request_verifications(request_rec *r);

/* Remembers the header for msc_request_cookies; to be called before it is changed. */
void msc_request_keep_cookies(request_rec *r);

/* Text of the client's for the log: bytes that are not visible ASCII, quotes and
 * backslashes as %XX, and no more than 200 characters. */
const char *msc_request_text(const request_rec *r, const char *text);

/* The path that the client asked for, without the query, likewise. */
const char *msc_request_path_text(request_rec *r);

/* Whether it, or a request that it came from, was made anonymous. */
bool msc_request_is_anonymous(const request_rec *r);

/* Nobody sees a cookie of it from now on, nor of what it becomes: handlers, back ends,
 * subrequests, internal redirects. */
void msc_request_make_anonymous(request_rec *r);

/* --- headers of the response --- */

/* Which responses a header goes out with. */
typedef enum {
    MSC_THIS_RESPONSE, /* not with an error page in its place: headers_out */
    MSC_ANY_RESPONSE   /* error pages and 304 too: err_headers_out */
} msc_when_t;

/* A header of the response, in whichever table it is, or NULL. */
const char *msc_response_header(const request_rec *r, const char *name);

/* Removes a header from both tables. */
void msc_response_remove(request_rec *r, const char *name);

/* The whole Cache-Control of the response: all lines of both tables, which httpd sends
 * together; or NULL. Setting it replaces all of them. */
const char *msc_response_cache_control(request_rec *r);
void msc_response_set_cache_control(request_rec *r, msc_when_t when, const char *control);

/* Adds a name to Vary, once. */
void msc_response_vary(request_rec *r, msc_when_t when, const char *name);

/* A cookie to be set. Lifetime and Secure depend on the request; they are written after
 * `front` and before `back`, which hold the other attributes as "; Name=value" each. */
typedef struct {
    const char *name;
    sc_bytes_t value; /* in quotes where it needs them */
    const char *front;
    const char *back;
    apr_int64_t lifetime; /* seconds; 0 removes it, -1 ends it with the browser */
    bool secure;          /* without TLS too; __Host- and __Secure- imply it */
} msc_cookie_t;

/* Browsers keep 4096 bytes; werkzeug warns from 4093 on. */
#define MSC_COOKIE_MAX 4093

/* Whether the response sets a cookie of that name already. */
bool msc_response_sets_cookie(const request_rec *r, const char *name);

/* Removes what the response sets cookies of that name to. A cookie without a value stays:
 * it tells the browser to forget one. */
void msc_response_unset_cookie(request_rec *r, const char *name);

/* Sets a cookie, unless the handler sets one of that name itself. SC_TOO_LARGE: it is not
 * set, since browsers would drop it; *size is what it would have had. */
sc_status_t msc_response_set_cookie(apr_size_t *size, request_rec *r, msc_when_t when,
                                    const msc_cookie_t *cookie);

/* Removes a cookie from the browser, whatever else is said of that name: each path and
 * domain has a cookie of its own. */
void msc_response_remove_cookie(request_rec *r, const msc_cookie_t *cookie);

#endif
