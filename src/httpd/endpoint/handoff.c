/* SPDX-License-Identifier: Apache-2.0 */
/* sessioncookie-handoff: a session is lent once to a client that has no cookie. An alias
 * stands in bodies only: a query ends up in logs and in Referer, so it is refused. */

#include "httpd/endpoint/handoff.h"
#include "httpd/endpoint/endpoint.h"
#include "httpd/handoff/issue.h"
#include "httpd/handoff/redeem.h"
#include "core/crypto/crypto.h"
#include "core/handoff/pkce.h"

/* The challenge that a client wants its alias bound to; n is 0 where it wants none. */
static sc_status_t read_challenge(sc_bytes_t *challenge, const sc_fields_t *fields,
                                  apr_pool_t *p)
{
    const char *text = sc_fields_get(fields, "code_challenge");
    const char *method = sc_fields_get(fields, "code_challenge_method");

    *challenge = sc_bytes("", 0);
    if (method && (!text || strcmp(method, "S256"))) return SC_MALFORMED;
    return text ? sc_pkce_challenge(challenge, sc_bytes_str(text), p) : SC_OK;
}

static int answer_alias(request_rec *r, const sc_alias_t *alias, apr_interval_time_t life)
{
    sc_value_t *answer = sc_value_make_object();

    sc_value_put(answer, sc_bytes_str("code"),
                 sc_value_make_string(sc_alias_text(alias, r->pool)));
    sc_value_put(answer, sc_bytes_str("expires_in"),
                 sc_value_make_int(apr_time_sec(life)));
    return msc_endpoint_answer(r, HTTP_CREATED, answer);
}

static int refuse_issue(request_rec *r, sc_status_t st)
{
    if (st == SC_ERROR) return msc_endpoint_refuse(r, MSC_UNAVAILABLE);
    ap_log_rerror(
        APLOG_MARK, APLOG_WARNING, 0, r, "no alias of the session is issued: %s",
        st == SC_UNSUPPORTED ? "it says neither when it was issued nor when it ends"
        : st == SC_TOO_LARGE ? "it is too large for the store"
                             : "it ends now");
    return msc_endpoint_refuse(r, MSC_INVALID_GRANT);
}

static int issue(request_rec *r, const sc_fields_t *fields)
{
    const sc_env_t env = {.now = apr_time_now(), .random = sc_crypto_random};
    const msc_found_t *found = msc_session_get(r);
    apr_interval_time_t life;
    sc_bytes_t challenge;
    sc_alias_t alias;
    sc_status_t st;

    if (!found || !found->session) return msc_endpoint_refuse(r, MSC_LOGIN_REQUIRED);
    if (read_challenge(&challenge, fields, r->pool))
        return msc_endpoint_refuse(r, MSC_INVALID_REQUEST);
    if (!challenge.n && msc_dir(r)->handoff->needs_challenge)
        return msc_endpoint_refuse(r, MSC_INVALID_REQUEST);
    st = sc_alias_make(&alias, &env);
    if (!st) st = msc_handoff_issue(&life, r, found, &alias, challenge);
    return st ? refuse_issue(r, st) : answer_alias(r, &alias, life);
}

static int redeem(request_rec *r, const sc_fields_t *fields, const char *code)
{
    const char *verifier = sc_fields_get(fields, "code_verifier");
    sc_status_t st;

    if (!msc_endpoint_next_is_good(fields))
        return msc_endpoint_refuse(r, MSC_INVALID_REQUEST);
    st = msc_handoff_redeem(r, sc_bytes_str(code),
                            verifier ? sc_bytes_str(verifier) : sc_bytes(NULL, 0));
    if (st == SC_ERROR) return msc_endpoint_refuse(r, MSC_UNAVAILABLE);
    if (st) return msc_endpoint_refuse(r, MSC_INVALID_GRANT);
    return msc_endpoint_done(r, fields);
}

int msc_handoff_answer(request_rec *r, const sc_fields_t *fields)
{
    const char *code = sc_fields_get(fields, "code");

    if (!msc_dir(r)->handoff->directive) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "sessioncookie-handoff needs a line CookieSessionHandoff in its "
                      "scope");
        return msc_endpoint_refuse(r, MSC_UNAVAILABLE);
    }
    if (r->args) return msc_endpoint_refuse(r, MSC_INVALID_REQUEST);
    return code ? redeem(r, fields, code) : issue(r, fields);
}
