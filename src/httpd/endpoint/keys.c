/* SPDX-License-Identifier: Apache-2.0 */
/* sessioncookie-keys: the public halves of CookieSessionToken's keys. They are nobody's
 * secret, and may be kept for a while: verifiers ask again for a key that they do not
 * know, and a key is published before anything is signed with it. */

#include "httpd/endpoint/keys.h"
#include "core/crypto/crypto.h"
#include "http_protocol.h"
#include "httpd/request.h"

#define CACHE_CONTROL "public, max-age=300"

/* It changes with the keys, and is the same on all servers that have them. */
static const char *etag_of(const char *json, apr_pool_t *p)
{
    static const unsigned char no_secret[SC_HASH_KEY];

    return apr_psprintf(p, "\"%" APR_UINT64_T_HEX_FMT "\"",
                        (apr_uint64_t)sc_hash(no_secret, sc_bytes_str(json)));
}

int msc_keys_answer(request_rec *r, const sc_fields_t *fields)
{
    const msc_token_t *token = msc_dir(r)->token;
    int rv;

    (void)fields;
    if (!token || !token->keys) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "%s: there is no public key to be published here; add a line "
                      "CookieSessionToken keys=ID with a key of a pair",
                      r->handler);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    msc_response_set_cache_control(r, MSC_THIS_RESPONSE, CACHE_CONTROL);
    apr_table_setn(r->headers_out, "ETag", etag_of(token->keys, r->pool));
    rv = ap_meets_conditions(r);
    return rv != OK ? rv : msc_endpoint_send(r, HTTP_OK, sc_bytes_str(token->keys));
}
