/* SPDX-License-Identifier: Apache-2.0 */
/* sessioncookie-token: an access token (RFC 6750) for whoever httpd has authenticated, by
 * a session or otherwise. It never outlives a session of the request, so that a token
 * which a source takes for a session is not renewed for ever. */

#include "httpd/endpoint/token.h"
#include "httpd/count/metrics.h"
#include "core/crypto/crypto.h"
#include "httpd/export/env.h"

/* Without header: and env:, whose tokens are for back ends and no client's. */
static const msc_token_t *token_of(request_rec *r)
{
    const msc_token_t *token = msc_dir(r)->token;

    return token && token->minter && !token->header && !token->env ? token : NULL;
}

/* Whether it was the session that said who the user is. */
static bool is_of_session(request_rec *r)
{
    return !r->user || msc_env_has_set_user(r) ||
           (r->ap_auth_type && !strcmp(r->ap_auth_type, MSC_AUTH_TYPE));
}

static int answer_token(request_rec *r, sc_bytes_t token, apr_time_t lifetime)
{
    sc_value_t *object = sc_value_make_object();

    sc_value_put(object, sc_bytes_str("access_token"), sc_value_make_string(token));
    sc_value_put(object, sc_bytes_str("token_type"),
                 sc_value_make_string(sc_bytes_str("Bearer")));
    sc_value_put(object, sc_bytes_str("expires_in"),
                 sc_value_make_int(apr_time_sec(lifetime)));
    return msc_endpoint_answer(r, HTTP_OK, object);
}

static int refuse(request_rec *r, sc_status_t status)
{
    if (status == SC_EXPIRED) return msc_endpoint_refuse(r, MSC_LOGIN_REQUIRED);
    /* The name is not UTF-8. */
    if (status == SC_UNSUPPORTED) return msc_endpoint_refuse(r, MSC_INVALID_REQUEST);
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, "%s: no token could be minted: %s",
                  r->handler, sc_status_name(status));
    return HTTP_INTERNAL_SERVER_ERROR;
}

int msc_token_answer(request_rec *r, const sc_fields_t *fields)
{
    const sc_env_t env = {.now = apr_time_now(), .random = sc_crypto_random};
    const msc_token_t *config = token_of(r);
    const msc_found_t *found = msc_session_get(r);
    const char *user = r->user ? r->user : msc_session_user(r, found);
    sc_minting_t what = {.end = SC_NEVER, .has_id = true};
    sc_bytes_t token;
    apr_time_t expires;
    sc_status_t status;

    (void)fields;
    if (!config) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "%s: no token for clients is configured here; add a line "
                      "CookieSessionToken keys=ID audience=URI issuer=URI, without "
                      "header: and env:",
                      r->handler);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    if (!user || !*user) return msc_endpoint_refuse(r, MSC_LOGIN_REQUIRED);
    what.user = sc_bytes_str(user);
    if (found && found->session) {
        what.end = found->session->expires;
        if (is_of_session(r)) what.doc = found->session->doc;
    }
    status = sc_mint(&token, &expires, config->minter, &what, &env, r->pool);
    if (status) return refuse(r, status);
    msc_metric_count(MSC_TOKENS, MSC_TOKEN_CLIENT);
    return answer_token(r, token, expires - env.now + apr_time_usec(env.now));
}
