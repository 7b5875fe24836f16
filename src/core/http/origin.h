/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_ORIGIN_H
#define SC_ORIGIN_H

#include "core/base/bytes.h"

/* Web origins (RFC 6454): parsed, compared, judged. */

/* All in lower case; an IPv6 address in brackets and in its shortest form. */
typedef struct {
    sc_bytes_t scheme;
    sc_bytes_t host;
    int port; /* 80 and 443 filled in; -1 where the scheme has no default */
} sc_origin_t;

/* "scheme://host[:port]" and nothing else: the Origin header, XSRFTrustedOrigin. False
 * for anything else: "null", several origins, a path, a user. */
bool sc_origin_parse(sc_origin_t *origin, sc_bytes_t text, apr_pool_t *p);

/* The origin of an absolute URL: the Referer header. */
bool sc_origin_of_url(sc_origin_t *origin, sc_bytes_t url, apr_pool_t *p);

/* The origin that a client sees when it asks for "host[:port]" with this scheme. */
bool sc_origin_of_host(sc_origin_t *origin, const char *scheme, sc_bytes_t host,
                       apr_pool_t *p);

bool sc_origin_eq(const sc_origin_t *a, const sc_origin_t *b);

/* Whether an absolute URL is of this origin; allocates nothing. */
bool sc_origin_has_url(const sc_origin_t *origin, sc_bytes_t url);

typedef enum {
    SC_FROM_OWN,     /* the application's own pages, or a trusted origin's */
    SC_FROM_FOREIGN, /* another site */
    SC_FROM_UNKNOWN  /* the client does not say: no browser, or an old one */
} sc_from_t;

/* What a request says of where it comes from. p is NULL where a header was not sent. */
typedef struct {
    sc_bytes_t fetch_site; /* Sec-Fetch-Site */
    sc_bytes_t origin;
    sc_bytes_t referer;
    const sc_origin_t *self; /* what the client sees */
    const sc_origin_t *trusted;
    int ntrusted;
} sc_from_facts_t;

/* Judges where a request comes from; *by is the header that decided, or NULL. The
 * browser's own word first (Fetch Metadata: same-origin; none, which is the visitor
 * herself), then a trusted or equal Origin, else Referer where there is no Origin.
 * `null`, and what is not an origin, is foreign. */
sc_from_t sc_origin_judge(const char **by, const sc_from_facts_t *facts, apr_pool_t *p);

#endif
