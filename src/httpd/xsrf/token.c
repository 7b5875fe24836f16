/* SPDX-License-Identifier: Apache-2.0 */
/* What a token is tied to, and the schemes of a scope: checking what came, making what
 * goes. With a session a signed token belongs to its user, its content or the client's
 * address, as XSRFBind says; without one, to the visitor's own random cookie. A form that
 * was opened before a login is posted after it, so the visitor's token stays good as long
 * as his cookie. */

#include "httpd/xsrf/once.h"
#include "core/base/base64.h"
#include "core/http/cookie.h"
#include "core/crypto/crypto.h"
#include "httpd/export/env.h"
#include "http_core.h"
#include "http_protocol.h"

#define VISITOR_BYTES 16
#define VISITOR_TEXT  22 /* its base64url */

/* A browser gives a __Host- cookie to nobody but this host over TLS, and takes it from
 * nobody else. */
const char *msc_xsrf_visitor_name(request_rec *r)
{
    return msc_xsrf_is_https(r) ? "__Host-xsrf-visitor" : "xsrf-visitor";
}

static sc_bytes_t cookie(request_rec *r, const char *name)
{
    const char *header = msc_cookie_header(r);
    sc_bytes_t value = {NULL, 0};
    apr_size_t at = 0;

    if (!header || !sc_cookie_next(&value, &at, sc_bytes_str(header), name, r->pool))
        return sc_bytes(NULL, 0);
    return value;
}

/* The visitor's cookie, if it is one that we would have made. */
static sc_bytes_t visitor_of(request_rec *r)
{
    sc_bytes_t value = cookie(r, msc_xsrf_visitor_name(r)), raw;

    if (value.n != VISITOR_TEXT || sc_base64url_decode(&raw, value, r->pool))
        return sc_bytes(NULL, 0);
    return value;
}

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

    if (scheme->secret == SC_SECRET_IN_COOKIE) return cookie(r, scheme->secret_name);
    found = msc_session_get(r);
    if (scheme->secret != SC_SECRET_IN_SESSION || !found || !found->session ||
        !sc_doc_find(&value, found->session->doc, scheme->secret_name))
        return sc_bytes(NULL, 0);
    return sc_value_string(value);
}

/* The binding of the session, or where there is none or `visitor` is asked for, the
 * visitor's. */
static sc_xsrf_binding_t binding_of(request_rec *r, const msc_xsrf_conf_t *conf,
                                    const sc_xsrf_scheme_t *scheme, int visitor)
{
    sc_xsrf_binding_t binding = {.secret = secret_of(r, scheme)};
    int bind = conf->bind;

    if (!visitor) bind_session(&binding, r, conf);
    if (scheme->binds & SC_XSRF_VISITOR) {
        if (!(bind & MSC_BIND_USER)) binding.user = sc_bytes(NULL, 0);
        if (!binding.user.n && !binding.session.n && !binding.ip.n)
            binding.visitor = visitor_of(r);
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
    binding = binding_of(r, conf, scheme->scheme, 0);
    st = sc_xsrf_check(scheme, token, &binding, timeout, &env, r->pool);
    if (!st && msc_xsrf_is_once(conf, scheme->scheme))
        return msc_xsrf_once_use(r, conf, token);
    if (st != SC_MISMATCH || !(scheme->scheme->binds & SC_XSRF_VISITOR) ||
        binding.visitor.n)
        return st;
    binding = binding_of(r, conf, scheme->scheme, 1);
    if (!binding.visitor.n) return st;
    return sc_xsrf_check(scheme, token, &binding, timeout, &env, r->pool);
}

sc_status_t msc_xsrf_check(request_rec *r, const msc_xsrf_conf_t *conf, sc_bytes_t token)
{
    sc_status_t st, said = SC_MALFORMED;

    for (int i = 0; conf->schemes[i]; i++) {
        st = check_one(r, conf, conf->schemes[i], token);
        if (st == SC_OK) return SC_OK;
        /* The scheme whose syntax it is says why not. */
        if (said == SC_MALFORMED) said = st;
    }
    return said;
}

/* A new visitor: his cookie goes out with the token that is tied to it. */
static sc_bytes_t new_visitor(request_rec *r, msc_xsrf_t *state)
{
    unsigned char raw[VISITOR_BYTES];
    sc_bytes_t text;

    if (state->visitor) return sc_bytes_str(state->visitor);
    if (sc_crypto_random(NULL, raw, sizeof(raw))) return sc_bytes(NULL, 0);
    text = sc_base64url_encode(sc_bytes(raw, sizeof(raw)), r->pool);
    state->visitor = (const char *)text.p;
    return text;
}

/* Django's secret for a visitor who has none: 32 of its 62 characters. */
static sc_bytes_t new_csrftoken(request_rec *r, msc_xsrf_t *state)
{
    static const char alphabet[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    char *text = apr_palloc(r->pool, 33);
    unsigned char byte;

    if (state->csrftoken) return sc_bytes_str(state->csrftoken);
    for (int i = 0; i < 32; i++) {
        do {
            if (sc_crypto_random(NULL, &byte, 1)) return sc_bytes(NULL, 0);
        } while (byte >= 248); /* 4 × 62: no character more likely than another */
        text[i] = alphabet[byte % 62];
    }
    text[32] = '\0';
    state->csrftoken = text;
    return sc_bytes(text, 32);
}

/* Of the issued scheme, with half of its time to go. */
static int is_fresh(request_rec *r, const msc_xsrf_conf_t *conf, const sc_xsrf_t *scheme,
                    sc_bytes_t token)
{
    sc_xsrf_binding_t binding = binding_of(r, conf, scheme->scheme, 0);
    apr_interval_time_t timeout = conf->timeout < 0 ? -1 : conf->timeout / 2;
    sc_env_t env = {apr_time_now(), sc_crypto_random, NULL};

    return token.n && !sc_xsrf_check(scheme, token, &binding, timeout, &env, r->pool);
}

static sc_bytes_t make(request_rec *r, const msc_xsrf_conf_t *conf, msc_xsrf_t *state)
{
    const sc_xsrf_t *scheme;
    sc_env_t env = {apr_time_now(), sc_crypto_random, NULL};
    sc_xsrf_binding_t binding;
    sc_bytes_t token = {NULL, 0};
    sc_status_t st;

    scheme = msc_xsrf_scheme(conf, msc_xsrf_issued(conf));
    if (!scheme) return token;
    /* The session's token again, so that several pages and scripts at once do not take it
     * from each other. */
    if (msc_xsrf_is_once(conf, scheme->scheme)) {
        token = msc_xsrf_once_copy(r);
        if (is_fresh(r, conf, scheme, token)) return token;
        token = sc_bytes(NULL, 0);
    }
    binding = binding_of(r, conf, scheme->scheme, 0);
    if ((scheme->scheme->binds & SC_XSRF_VISITOR) && !binding.user.n &&
        !binding.session.n && !binding.ip.n && !binding.visitor.n)
        binding.visitor = new_visitor(r, state);
    if (scheme->scheme->secret == SC_SECRET_IN_COOKIE && !binding.secret.n)
        binding.secret = new_csrftoken(r, state);
    st = sc_xsrf_make(&token, scheme, &binding, &env, r->pool);
    if (st) {
        ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r, "XSRF: no %s token is issued: %s",
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
    token = make(r, conf, state);
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
    /* Where the application's own scheme is used, the name that it looks for. */
    return msc_xsrf_issued(conf)->field;
}
