/* SPDX-License-Identifier: Apache-2.0 */
/* The tokens of a scope: what they are bound to, checking those that come, making those
 * that go. A signed token belongs to the visitor, by a random cookie, so that a session
 * cookie and a token of an attacker's are no use in somebody else's browser. One that is
 * made in a session belongs to the session's source too, and to what XSRFBind adds. */

#include "httpd/xsrf/token.h"
#include "httpd/session/exempt.h"
#include "httpd/session/session.h"
#include "httpd/xsrf/once.h"
#include "httpd/xsrf/state.h"
#include "httpd/xsrf/visitor.h"
#include "core/crypto/crypto.h"

/* What a session adds to the binding of a signed token. A session that names no user is
 * nobody's: it may hold one flashed message and be gone with the next request. */
static void bind_session(sc_xsrf_binding_t *binding, request_rec *r,
                         const msc_xsrf_conf_t *conf)
{
    const msc_found_t *found = msc_session_get(r);
    const char *user = msc_session_user(r, found);
    bool binds_content = conf->bind & MSC_BIND_SESSION;

    if (!found || !found->session || (!user && !binds_content)) return;
    /* Place and name, format: neither has a space in it. */
    binding->source = sc_bytes_str(
        apr_pstrcat(r->pool, found->source->text, " ", found->source->format, NULL));
    if (user && conf->bind & MSC_BIND_USER) binding->user = sc_bytes_str(user);
    if (binds_content)
        binding->session =
            sc_doc_write(found->session->doc, SC_PLAIN, SC_COMPACT, r->pool);
}

/* flask-xsrf's tokens are the user's, whatever XSRFBind says. */
static void bind_user(sc_xsrf_binding_t *binding, request_rec *r)
{
    const char *user = msc_session_user(r, msc_session_get(r));

    if (user) binding->user = sc_bytes_str(user);
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

/* What a token of this request is bound to. */
static sc_xsrf_binding_t binding_of(request_rec *r, const msc_xsrf_conf_t *conf,
                                    const sc_xsrf_scheme_t *scheme)
{
    sc_xsrf_binding_t binding = {.secret = secret_of(r, scheme)};

    if (!(scheme->binds & SC_XSRF_VISITOR)) {
        bind_user(&binding, r);
        return binding;
    }
    binding.visitor = msc_xsrf_visitor(r);
    if (conf->bind & MSC_BIND_IP) binding.ip = sc_bytes_str(r->useragent_ip);
    bind_session(&binding, r, conf);
    return binding;
}

static sc_status_t check_one(request_rec *r, const msc_xsrf_conf_t *conf,
                             const sc_xsrf_scheme_t *row, sc_bytes_t token)
{
    const sc_xsrf_t *scheme = msc_xsrf_scheme(conf, row);
    sc_env_t env = {.now = apr_time_now(), .random = sc_crypto_random};
    sc_xsrf_binding_t binding;
    sc_status_t st;

    if (!scheme) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "XSRFScheme %s has no key here; add a line XSRFKey ID", row->name);
        return SC_ERROR;
    }
    binding = binding_of(r, conf, scheme->scheme);
    st = sc_xsrf_check(scheme, token, &binding, conf->timeout, &env, r->pool);
    if (!st && msc_xsrf_is_once(conf, scheme->scheme))
        return msc_xsrf_once_use(r, conf, token);
    return st;
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

bool msc_xsrf_is_fresh(request_rec *r, const msc_xsrf_conf_t *conf, sc_bytes_t token)
{
    const sc_xsrf_t *scheme = msc_xsrf_scheme(conf, msc_xsrf_issued(conf));
    apr_interval_time_t timeout = conf->timeout < 0 ? -1 : conf->timeout / 2;
    sc_env_t env = {.now = apr_time_now(), .random = sc_crypto_random};
    sc_xsrf_binding_t binding;

    if (!scheme || !token.n) return false;
    binding = binding_of(r, conf, scheme->scheme);
    return !sc_xsrf_check(scheme, token, &binding, timeout, &env, r->pool);
}

/* A new token of the scope's scheme, or, with XSRFOneTime, the session's. */
static sc_bytes_t make_token(request_rec *r, const msc_xsrf_conf_t *conf)
{
    const sc_xsrf_t *scheme;
    sc_env_t env = {.now = apr_time_now(), .random = sc_crypto_random};
    sc_xsrf_binding_t binding;
    sc_bytes_t token = {NULL, 0};
    sc_status_t st;

    scheme = msc_xsrf_scheme(conf, msc_xsrf_issued(conf));
    if (!scheme) return token;
    /* The session's token once more: with a new one, the pages and scripts that have the
     * old one would be refused. */
    if (msc_xsrf_is_once(conf, scheme->scheme)) {
        token = msc_xsrf_once_copy(r);
        if (msc_xsrf_is_fresh(r, conf, token)) return token;
        token = sc_bytes(NULL, 0);
    }
    binding = binding_of(r, conf, scheme->scheme);
    if (scheme->scheme->binds & SC_XSRF_VISITOR && !binding.visitor.n)
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

/* For the response: a token was made, and how long it is good. A one-time token may have
 * half of its time left. */
static void note_made(msc_xsrf_t *state, const msc_xsrf_conf_t *conf)
{
    apr_interval_time_t life = conf->timeout;

    if (life > 0 && msc_xsrf_is_once(conf, msc_xsrf_issued(conf))) life /= 2;
    if (!state->is_made || state->life < 0 || (life >= 0 && life < state->life))
        state->life = life;
    state->is_made = true;
}

const char *msc_xsrf_token(request_rec *r, const msc_xsrf_conf_t *conf)
{
    msc_xsrf_t *state = msc_xsrf_state(r);
    sc_bytes_t token;

    /* Its visitor is not known: a new one's cookie would spoil the forms that are open.
     */
    if (msc_exempt_is_anonymous(r)) return NULL;
    if (state->token_conf == conf) return state->token;
    token = make_token(r, conf);
    state->token_conf = conf;
    state->token = NULL;
    if (!token.n) return NULL;
    state->token = apr_pstrmemdup(r->pool, (const char *)token.p, token.n);
    note_made(state, conf);
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
