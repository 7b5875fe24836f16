/* SPDX-License-Identifier: Apache-2.0 */
/* The visitor's cookies: a random one of this module, which signed tokens are bound to,
 * and Django's csrftoken. They are sent together with a token. */

#include "httpd/xsrf/visitor.h"
#include "core/base/base64.h"
#include "core/crypto/crypto.h"
#include "core/http/cookie.h"

#define VISITOR_BYTES 16
#define VISITOR_TEXT  22 /* its base64url */

/* A browser sends a __Host- cookie over TLS only, to this host only, and accepts it from
 * no other. */
const char *msc_xsrf_visitor_name(request_rec *r)
{
    return msc_request_is_tls(r) ? "__Host-xsrf-visitor" : "xsrf-visitor";
}

sc_bytes_t msc_xsrf_cookie(request_rec *r, const char *name, sc_which_cookie_t which)
{
    const char *header = msc_request_cookies(r);
    sc_bytes_t value = {NULL, 0};
    apr_size_t at = 0;

    while (header && sc_cookie_next(&value, &at, sc_bytes_str(header), name, r->pool) &&
           which != SC_FIRST_COOKIE)
        ;
    return value;
}

static bool is_visitor(sc_bytes_t value, apr_pool_t *p)
{
    sc_bytes_t raw;

    return value.n == VISITOR_TEXT && !sc_base64url_decode(&raw, value, p);
}

/* This module sets one. A second one is from a neighbour that can set cookies for this
 * host: which of the two is the visitor's cannot be told, so neither counts. */
sc_bytes_t msc_xsrf_visitor(request_rec *r)
{
    const char *header = msc_request_cookies(r), *name = msc_xsrf_visitor_name(r);
    sc_bytes_t value, found = {NULL, 0};
    apr_size_t at = 0;

    while (header && sc_cookie_next(&value, &at, sc_bytes_str(header), name, r->pool)) {
        if (!is_visitor(value, r->pool)) continue;
        if (found.n && !sc_bytes_eq(found, value)) return sc_bytes(NULL, 0);
        found = value;
    }
    return found;
}

sc_bytes_t msc_xsrf_new_visitor(request_rec *r)
{
    msc_xsrf_t *state = msc_xsrf_state(r);
    unsigned char raw[VISITOR_BYTES];
    sc_bytes_t text;

    if (state->visitor) return sc_bytes_str(state->visitor);
    if (sc_crypto_random(NULL, raw, sizeof(raw))) return sc_bytes(NULL, 0);
    text = sc_base64url_encode(sc_bytes(raw, sizeof(raw)), r->pool);
    state->visitor = (const char *)text.p;
    return text;
}

sc_bytes_t msc_xsrf_csrftoken(request_rec *r)
{
    return msc_xsrf_cookie(r, "csrftoken", SC_LAST_COOKIE);
}

/* As Django makes it: 32 of 62 characters. */
sc_bytes_t msc_xsrf_new_csrftoken(request_rec *r)
{
    static const char alphabet[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    msc_xsrf_t *state = msc_xsrf_state(r);
    char *text = apr_palloc(r->pool, 33);
    unsigned char byte;

    if (state->csrftoken) return sc_bytes_str(state->csrftoken);
    for (int i = 0; i < 32; i++) {
        do {
            if (sc_crypto_random(NULL, &byte, 1)) return sc_bytes(NULL, 0);
        } while (byte >= 248); /* 4 * 62: no character is more likely than another */
        text[i] = alphabet[byte % 62];
    }
    text[32] = '\0';
    state->csrftoken = text;
    return sc_bytes(text, 32);
}
