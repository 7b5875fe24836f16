/* SPDX-License-Identifier: Apache-2.0 */
/* A token for a back end, minted of the visitor's session. A signature costs more than
 * all else that is done for a session: the token is kept with a session that is
 * remembered, until half of its life has passed. */

#include "httpd/export/token.h"
#include "httpd/count/metrics.h"
#include "core/crypto/crypto.h"

/* For the header and for the variable of one request. */
typedef struct msc_minted_t {
    const char *token; /* NULL: there is none */
} msc_minted_t;

/* The name of a user may be a claim that a session has from a stranger: it is not said
 * what was wrong with it. */
static void log_status(request_rec *r, sc_status_t status)
{
    if (status == SC_EXPIRED) return; /* with the session, within this second */
    ap_log_rerror(APLOG_MARK, status == SC_ERROR ? APLOG_ERR : APLOG_INFO, 0, r,
                  "CookieSessionToken: no token could be minted: %s",
                  sc_status_name(status));
}

static const char *mint(apr_time_t *until, request_rec *r, const msc_found_t *found,
                        const char *user, apr_time_t now)
{
    const sc_env_t env = {.now = now, .random = sc_crypto_random};
    const sc_minting_t what = {.user = sc_bytes_str(user),
                               .doc = found->session->doc,
                               .end = found->session->expires};
    apr_time_t expires;
    sc_bytes_t token;
    sc_status_t status =
        sc_mint(&token, &expires, msc_dir(r)->token->minter, &what, &env, r->pool);

    if (status) {
        log_status(r, status);
        return NULL;
    }
    msc_metric_count(MSC_TOKENS, MSC_TOKEN_BACKEND);
    *until = now + (expires - now) / 2;
    return apr_pstrmemdup(r->pool, (const char *)token.p, token.n);
}

/* One that was kept, else a new one. */
static const char *token_of(request_rec *r, const msc_found_t *found)
{
    apr_uint64_t shape = msc_dir(r)->shape;
    msc_kept_t *kept = shape == MSC_NO_SHAPE ? NULL : found->kept;
    apr_time_t now = apr_time_now(), until;
    const char *token = kept ? msc_kept_text(kept, shape, now, r->pool) : NULL, *user;

    if (token) return token;
    user = msc_session_user(r, found);
    token = user ? mint(&until, r, found, user, now) : NULL;
    if (token && kept) msc_kept_put_text(kept, shape, token, now, until);
    return token;
}

const char *msc_token_for_back_end(request_rec *r)
{
    const msc_token_t *token = msc_dir(r)->token;
    msc_request_t *state;
    const msc_found_t *found;

    if (!token || (!token->header && !token->env)) return NULL;
    state = msc_request(r);
    if (!state->minted) {
        state->minted = apr_pcalloc(r->pool, sizeof(*state->minted));
        found = msc_session_get(r);
        if (found && found->session) state->minted->token = token_of(r, found);
    }
    return state->minted->token;
}
