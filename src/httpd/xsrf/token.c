/* SPDX-License-Identifier: Apache-2.0 */
/* The tokens of a scope: what they are tied to, checking those that come, making those
 * that go. With a session, a signed token belongs to its user, its content or the
 * client's address, as XSRFBind says; without one, to the visitor's own random cookie. A
 * form that was opened before a login is posted after it, so the visitor's token stays
 * good as long as the visitor's cookie. */

#include "httpd/xsrf/token.h"
#include "httpd/session/session.h"
#include "httpd/xsrf/once.h"
#include "httpd/xsrf/state.h"
#include "httpd/xsrf/visitor.h"
#include "core/crypto/crypto.h"

static void bind_session(sc_xsrf_binding_t *binding, request_rec *r,
                         const msc_xsrf_conf_t *conf)
{
    int bind = conf->bind;
    const msc_found_t *found = msc_session_get(r);
    const char *user = msc_session_user(r, found);

    if (!found || !found->session) return;
    if (user) binding->user = sc_bytes_str(user);
    if (bind & MSC_BIND_SESSION)
        binding->session =
            sc_doc_write(found->session->doc, SC_PLAIN, SC_COMPACT, r->pool);
    if (bind & MSC_BIND_IP && (user || binding->session.n))
        binding->ip = sc_bytes_str(r->useragent_ip);
}

/* flask-wtf's and Django's tokens repeat what the session or another cookie holds. */
static sc_bytes_t secret_of(request_rec *r, const sc_xsrf_scheme_t *scheme)
{
    const msc_found_t *found;
    const sc_value_t *value;

    if (scheme->secret == SC_SECRET_IN_COOKIE) return msc_xsrf_csrftoken(r);
    found = msc_session_get(r);
    if (scheme->secret != SC_SECRET_IN_SESSION || !found || !found->session ||
        !sc_doc_find(&value, found->session->doc, scheme->secret_name))
        return sc_bytes(NULL, 0);
    return sc_value_string(value);
}

/* What a token is tied to: the session; the visitor, where there is no session or
 * `visitor` says so. */
static sc_xsrf_binding_t binding_of(request_rec *r, const msc_xsrf_conf_t *conf,
                                    const sc_xsrf_scheme_t *scheme, bool visitor)
{
    sc_xsrf_binding_t binding = {.secret = secret_of(r, scheme)};
    int bind = conf->bind;

    if (!visitor) bind_session(&binding, r, conf);
    if (scheme->binds & SC_XSRF_VISITOR) {
        if (!(bind & MSC_BIND_USER)) binding.user = sc_bytes(NULL, 0);
        if (!binding.user.n && !binding.session.n && !binding.ip.n)
            binding.visitor = msc_xsrf_visitor(r);
    }
    return binding;
}

static sc_status_t check_one(request_rec *r, const msc_xsrf_conf_t *conf,
                             const sc_xsrf_scheme_t *row, sc_bytes_t token)
{
    const sc_xsrf_t *scheme = msc_xsrf_scheme(conf, row);
    apr_interval_time_t timeout = conf->timeout;
    sc_env_t env = {apr_time_now(), sc_crypto_random, NULL};
    sc_xsrf_binding_t binding;
    sc_status_t st;

    if (!scheme) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "XSRFScheme %s has no key here; add a line XSRFKey ID", row->name);
        return SC_ERROR;
    }
    binding = binding_of(r, conf, scheme->scheme, false);
    st = sc_xsrf_check(scheme, token, &binding, timeout, &env, r->pool);
    if (!st && msc_xsrf_is_once(conf, scheme->scheme))
        return msc_xsrf_once_use(r, conf, token);
    if (st != SC_MISMATCH || !(scheme->scheme->binds & SC_XSRF_VISITOR) ||
        binding.visitor.n)
        return st;
    binding = binding_of(r, conf, scheme->scheme, true);
    if (!binding.visitor.n) return st;
    return sc_xsrf_check(scheme, token, &binding, timeout, &env, r->pool);
}

sc_status_t msc_xsrf_check(request_rec *r, const msc_xsrf_conf_t *conf, sc_bytes_t token)
{
    sc_status_t st, said = SC_MALFORMED;

    for (int i = 0; conf->schemes[i]; i++) {
        st = check_one(r, conf, conf->schemes[i], token);
        if (st == SC_OK) return SC_OK;
        /* The first scheme whose syntax the token has says why it is refused. */
        if (said == SC_MALFORMED) said = st;
    }
    return said;
}

/* Whether the session's token may be issued once more: it is of the issued scheme, and at
 * least half of its time is left. */
static bool is_fresh(request_rec *r, const msc_xsrf_conf_t *conf, const sc_xsrf_t *scheme,
                     sc_bytes_t token)
{
    sc_xsrf_binding_t binding = binding_of(r, conf, scheme->scheme, false);
    apr_interval_time_t timeout = conf->timeout < 0 ? -1 : conf->timeout / 2;
    sc_env_t env = {apr_time_now(), sc_crypto_random, NULL};

    return token.n && !sc_xsrf_check(scheme, token, &binding, timeout, &env, r->pool);
}

static sc_bytes_t make_token(request_rec *r, const msc_xsrf_conf_t *conf)
{
    const sc_xsrf_t *scheme;
    sc_env_t env = {apr_time_now(), sc_crypto_random, NULL};
    sc_xsrf_binding_t binding;
    sc_bytes_t token = {NULL, 0};
    sc_status_t st;

    scheme = msc_xsrf_scheme(conf, msc_xsrf_issued(conf));
    if (!scheme) return token;
    /* The session's token once more: with a new one, the pages and scripts that have the
     * old one would be refused. */
    if (msc_xsrf_is_once(conf, scheme->scheme)) {
        token = msc_xsrf_once_copy(r);
        if (is_fresh(r, conf, scheme, token)) return token;
        token = sc_bytes(NULL, 0);
    }
    binding = binding_of(r, conf, scheme->scheme, false);
    if ((scheme->scheme->binds & SC_XSRF_VISITOR) && !binding.user.n &&
        !binding.session.n && !binding.ip.n && !binding.visitor.n)
        binding.visitor = msc_xsrf_new_visitor(r);
    if (scheme->scheme->secret == SC_SECRET_IN_COOKIE && !binding.secret.n)
        binding.secret = msc_xsrf_new_csrftoken(r);
    st = sc_xsrf_make(&token, scheme, &binding, &env, r->pool);
    if (st) {
        ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r, "XSRF: no %s token can be made: %s",
                      scheme->scheme->name, sc_status_name(st));
        return sc_bytes(NULL, 0);
    }
    return token;
}

const char *msc_xsrf_token(request_rec *r, const msc_xsrf_conf_t *conf)
{
    msc_xsrf_t *state = msc_xsrf_state(r);
    sc_bytes_t token;

    if (state->token_conf == conf) return state->token;
    token = make_token(r, conf);
    state->token_conf = conf;
    state->token = NULL;
    if (token.n) state->token = apr_pstrmemdup(r->pool, (const char *)token.p, token.n);
    return state->token;
}

const sc_xsrf_scheme_t *msc_xsrf_issued(const msc_xsrf_conf_t *conf)
{
    return conf->schemes[0];
}

const char *msc_xsrf_field(const msc_xsrf_conf_t *conf)
{
    if (MSC_IS_SET(conf, fields)) return conf->fields.word[0];
    /* For an application's own scheme, the name that the application looks for. */
    return msc_xsrf_issued(conf)->field;
}
