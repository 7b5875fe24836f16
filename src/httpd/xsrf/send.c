/* SPDX-License-Identifier: Apache-2.0 */
/* How a token reaches scripts, in a response header or a cookie that they read; how they
 * are told that theirs was refused; and what becomes of a response for which a token was
 * made, in whatever way: it is the visitor's own. An output filter decides when the
 * headers are final: after mod_headers and mod_expires, before mod_cache. */

#include "httpd/xsrf/send.h"
#include "httpd/xsrf/inject.h"
#include "httpd/xsrf/once.h"
#include "httpd/xsrf/page.h"
#include "httpd/xsrf/personal.h"
#include "httpd/xsrf/state.h"
#include "httpd/xsrf/token.h"
#include "httpd/xsrf/visitor.h"
#include "http_protocol.h"
#include "util_filter.h"

#define FILTER      "SESSIONCOOKIE_XSRF_SEND"
#define PART_FILTER "SESSIONCOOKIE_XSRF_PART"

/* The guard's alone: who repeats a request because of it may rely on that. */
#define REFUSED "X-XSRF-Refused"

/* --- header and cookie --- */

static bool is_page(const request_rec *r)
{
    return msc_page_is_html(r) || msc_page_is_type(r->content_type, "application/json");
}

static bool is_success(const request_rec *r)
{
    return r->status >= 200 && r->status < 300 && r->status != HTTP_NO_CONTENT &&
           r->status != HTTP_PARTIAL_CONTENT;
}

/* Whether scripts want a token with this response: a page or data, for a safe request; or
 * whatever answers a request whose token is too old, or soon will be. */
static bool is_wanted(const request_rec *r, const msc_xsrf_t *state)
{
    if (state && (state->is_refused || state->is_aging)) return true;
    return r->method_number == M_GET && is_success(r) && is_page(r);
}

/* Whether they get one, as no shared cache is to keep the response. */
static bool is_for_scripts(request_rec *r, const msc_xsrf_conf_t *conf,
                           const msc_xsrf_t *state)
{
    if (!(conf->send & (MSC_SEND_HEADER | MSC_SEND_COOKIE))) return false;
    if (!is_wanted(r, state)) return false;
    if (msc_xsrf_made(r) || !msc_page_is_public(r)) return true;
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r,
                  "XSRF: no token is sent: the response's Cache-Control lets shared "
                  "caches keep it");
    return false;
}

static void set_cookie(request_rec *r, const char *name, const char *value,
                       bool for_scripts)
{
    msc_cookie_t cookie = {
        .name = name,
        .value = sc_bytes_str(value),
        .front = "; Path=/; SameSite=Lax",
        .back = for_scripts ? "" : "; HttpOnly",
        .lifetime = -1,
    };
    apr_size_t size;

    /* Not one of these is near the limit. */
    (void)msc_response_set_cookie(&size, r, MSC_THIS_RESPONSE, &cookie);
}

static void send_to_scripts(request_rec *r, const msc_xsrf_conf_t *conf, bool is_refused)
{
    const char *token = msc_xsrf_token(r, conf);

    if (!token) return;
    if (is_refused) apr_table_setn(r->headers_out, REFUSED, "1");
    if (conf->send & MSC_SEND_HEADER)
        apr_table_setn(r->headers_out, "X-XSRF-Token", token);
    if (conf->send & MSC_SEND_COOKIE) set_cookie(r, conf->send_cookie, token, true);
}

/* --- a response with a token --- */

/* With a validator the browser would get a 304, and keep a page with a token that is too
 * old. Where the token is not in the page, the validator stays. */
static void drop_validators(request_rec *r)
{
    msc_response_remove(r, "ETag");
    msc_response_remove(r, "Last-Modified");
}

/* The token may be in the page before mod_headers makes the page public: overruled. */
static void warn_public(request_rec *r)
{
    ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r,
                  "XSRF: a response with a token is sent as private, not public as its "
                  "Cache-Control said; remove env and inject from XSRFSend, or that "
                  "header");
}

/* Whatever its status and type: an error page may have a form as well. */
static void make_personal(request_rec *r, const msc_xsrf_t *state)
{
    if (state->visitor) set_cookie(r, msc_xsrf_visitor_name(r), state->visitor, false);
    if (state->csrftoken) set_cookie(r, "csrftoken", state->csrftoken, true);
    if (state->is_in_body && msc_page_is_html(r)) drop_validators(r);
    if (msc_page_is_public(r)) warn_public(r);
    msc_personal_make(r, state->life);
}

static void decide_response(request_rec *r)
{
    const msc_xsrf_conf_t *conf = msc_xsrf_conf(r);
    const msc_xsrf_t *state = msc_request(msc_request_root(r))->xsrf;

    msc_response_remove(r, REFUSED);
    if (state && state->is_json) ap_set_content_type(r, "application/json");
    /* An error page may be another scope's. */
    if (state && state->is_refused) conf = state->conf;
    if (conf && is_for_scripts(r, conf, state))
        send_to_scripts(r, conf, state && state->is_refused);
    state = msc_xsrf_made(r);
    if (!state) return;
    if (conf && state->token && state->token_conf == conf && is_page(r) &&
        msc_xsrf_is_once(conf, msc_xsrf_issued(conf)))
        msc_xsrf_once_keep(r, state->token);
    make_personal(r, state);
}

static apr_status_t send_filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    if (APR_BRIGADE_EMPTY(bb)) return APR_SUCCESS;
    decide_response(f->r);
    ap_remove_output_filter(f);
    return ap_pass_brigade(f->next, bb);
}

/* A part that is included has the page's token in its environment; mod_cache may keep
 * parts on their own. */
static apr_status_t part_filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    const msc_xsrf_t *state = msc_xsrf_made(f->r);

    if (APR_BRIGADE_EMPTY(bb)) return APR_SUCCESS;
    if (state) msc_personal_make(f->r, state->life);
    ap_remove_output_filter(f);
    return ap_pass_brigade(f->next, bb);
}

/* --- conditional requests --- */

/* Whether a page is answered, so far as is known before the handler runs. */
static bool may_be_html(const request_rec *r)
{
    const char *accept = apr_table_get(r->headers_in, "Accept");

    if (r->content_type && !r->handler) return msc_page_is_html(r);
    return accept && ap_strcasestr(accept, "text/html");
}

/* A browser that navigates, and has no cookie with a token that is good for a while. */
static bool needs_token(request_rec *r, const msc_xsrf_conf_t *conf)
{
    const char *accept = apr_table_get(r->headers_in, "Accept");

    if (!accept || !ap_strcasestr(accept, "text/html")) return false;
    return !(conf->send & MSC_SEND_COOKIE) ||
           !msc_xsrf_is_fresh(r, conf,
                              msc_xsrf_cookie(r, conf->send_cookie, SC_FIRST_COOKIE));
}

/* A 304 brings no token. So there is none for a page with a token in it, which the
 * browser may have kept from before there was a guard, nor where the page's scripts need
 * one. */
static void drop_conditions(request_rec *r, const msc_xsrf_conf_t *conf)
{
    if (!apr_table_get(r->headers_in, "If-None-Match") &&
        !apr_table_get(r->headers_in, "If-Modified-Since"))
        return;
    if (!may_be_html(r)) return;
    if (!(conf->send & (MSC_SEND_INJECT | MSC_SEND_SCRIPT)) && !msc_xsrf_made(r) &&
        !needs_token(r, conf))
        return;
    apr_table_unset(r->headers_in, "If-None-Match");
    apr_table_unset(r->headers_in, "If-Modified-Since");
}

/* --- hooks --- */

/* Whether there is anything to do for this response, beside sending a token: the script
 * believes what it reads in any response of its server. */
static bool is_concerned(request_rec *r)
{
    const msc_xsrf_t *state = msc_request(msc_request_root(r))->xsrf;

    return msc_server(r->server)->script_tag ||
           (state && (state->is_made || state->is_refused || state->is_json));
}

void msc_xsrf_insert_filter(request_rec *r)
{
    const msc_xsrf_conf_t *conf = msc_xsrf_conf(r);
    int send = conf ? conf->send : 0;

    if (!send && !is_concerned(r)) return;
    ap_add_output_filter(r->main ? PART_FILTER : FILTER, NULL, r, r->connection);
    if (!send || r->main || r->method_number != M_GET) return;
    drop_conditions(r, conf);
    if (send & (MSC_SEND_INJECT | MSC_SEND_SCRIPT)) msc_xsrf_inject_insert(r);
}

void msc_xsrf_insert_error_filter(request_rec *r)
{
    if (!r->main && is_concerned(r)) ap_add_output_filter(FILTER, NULL, r, r->connection);
}

void msc_xsrf_send_register(void)
{
    ap_register_output_filter(FILTER, send_filter, NULL, AP_FTYPE_CONTENT_SET);
    /* After mod_expires, and before mod_cache's filter for parts (CONTENT_SET - 1). */
    ap_register_output_filter(PART_FILTER, part_filter, NULL, AP_FTYPE_CONTENT_SET - 2);
    msc_xsrf_inject_register();
}
