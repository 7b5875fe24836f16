/* SPDX-License-Identifier: Apache-2.0 */
/* How a token reaches pages: a response header, a cookie that scripts read, or a hidden
 * field (inject.c). Only with a successful answer to a safe request that is a page or
 * data, and never in one that shared caches may keep. An output filter decides when the
 * headers are final: after mod_headers, before mod_cache. */

#include "httpd/xsrf/send.h"
#include "httpd/xsrf/inject.h"
#include "httpd/xsrf/once.h"
#include "httpd/xsrf/page.h"
#include "httpd/xsrf/state.h"
#include "httpd/xsrf/token.h"
#include "httpd/xsrf/visitor.h"
#include "util_filter.h"

#define FILTER "SESSIONCOOKIE_XSRF_SEND"

/* To a cache all visitors without cookies are the same, whatever Vary says: it must not
 * give the token and cookie of one to the next. */
static void make_private(request_rec *r)
{
    const char *control = msc_response_header(r, "Cache-Control");

    if (control && (ap_find_token(r->pool, control, "private") ||
                    ap_find_token(r->pool, control, "no-store")))
        return;
    apr_table_unset(r->err_headers_out, "Cache-Control");
    apr_table_setn(r->headers_out, "Cache-Control",
                   control ? apr_pstrcat(r->pool, control, ", private", NULL)
                           : "private");
}

static bool is_page(const request_rec *r)
{
    return r->status >= 200 && r->status < 300 && r->status != HTTP_NO_CONTENT &&
           r->status != HTTP_PARTIAL_CONTENT &&
           (msc_page_is_html(r) || msc_page_is_type(r->content_type, "application/json"));
}

/* With a validator the browser would get a 304, which carries no token: to reload a page
 * with an expired token would not help. Data keep theirs, for clients that write with
 * If-Match. */
static void drop_validators(request_rec *r)
{
    static const char *const names[] = {"ETag", "Last-Modified"};

    for (unsigned i = 0; msc_page_is_html(r) && i < sizeof(names) / sizeof(names[0]);
         i++) {
        apr_table_unset(r->headers_out, names[i]);
        apr_table_unset(r->err_headers_out, names[i]);
    }
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

/* The token and what it is tied to. */
static void send_token(request_rec *r, const msc_xsrf_t *state,
                       const msc_xsrf_conf_t *conf)
{
    int send = conf->send;

    if (send & MSC_SEND_HEADER)
        apr_table_setn(r->headers_out, "X-XSRF-Token", state->token);
    if (send & MSC_SEND_COOKIE) set_cookie(r, "XSRF-TOKEN", state->token, true);
    if (state->visitor) set_cookie(r, msc_xsrf_visitor_name(r), state->visitor, false);
    if (state->csrftoken) set_cookie(r, "csrftoken", state->csrftoken, true);
    drop_validators(r);
    msc_response_vary(r, MSC_THIS_RESPONSE, "Cookie");
    make_private(r);
    if (msc_xsrf_is_once(conf, msc_xsrf_issued(conf)))
        msc_xsrf_once_keep(r, state->token);
}

/* The field is in the page already when mod_headers makes the page public: overruled. */
static void take_back(request_rec *r)
{
    apr_table_unset(r->err_headers_out, "Cache-Control");
    apr_table_setn(r->headers_out, "Cache-Control", "private");
    ap_log_rerror(
        APLOG_MARK, APLOG_WARNING, 0, r,
        "XSRF: a page with a token in its forms is sent as private, not public as "
        "its Cache-Control said; remove inject from XSRFSend, or that header");
}

static void decide_sending(request_rec *r, const msc_xsrf_conf_t *conf)
{
    const msc_xsrf_t *state = msc_xsrf_state(r);
    int send = conf->send;

    if (r->method_number != M_GET) {
        /* A form that is shown once more may hold XSRF_TOKEN; nothing else is sent. */
        if (state->token && is_page(r)) msc_xsrf_once_keep(r, state->token);
        return;
    }
    if (!state->is_injected && (!(send & ~MSC_SEND_INJECT) || !is_page(r))) return;
    if (msc_page_is_public(r)) {
        if (!state->is_injected) {
            ap_log_rerror(
                APLOG_MARK, APLOG_INFO, 0, r,
                "XSRF: no token is sent: the response's Cache-Control lets shared "
                "caches keep it");
            return;
        }
        take_back(r);
    }
    if (msc_xsrf_token(r, conf)) send_token(r, state, conf);
}

static apr_status_t send_filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    const msc_xsrf_conf_t *conf = msc_xsrf_conf(f->r);

    if (APR_BRIGADE_EMPTY(bb)) return APR_SUCCESS;
    if (conf) decide_sending(f->r, conf);
    ap_remove_output_filter(f);
    return ap_pass_brigade(f->next, bb);
}

/* A browser may have kept a page with a validator from before there was a guard. */
static void drop_conditions(request_rec *r)
{
    if (!msc_page_is_html(r)) return;
    apr_table_unset(r->headers_in, "If-None-Match");
    apr_table_unset(r->headers_in, "If-Modified-Since");
}

void msc_xsrf_insert_filter(request_rec *r)
{
    const msc_xsrf_conf_t *conf = msc_xsrf_conf(r);
    int send = conf ? conf->send : 0;

    if (!send || r->main) return;
    if (r->method_number != M_GET && !msc_xsrf_is_once(conf, msc_xsrf_issued(conf)))
        return;
    ap_add_output_filter(FILTER, NULL, r, r->connection);
    drop_conditions(r);
    if (send & MSC_SEND_INJECT && r->method_number == M_GET) msc_xsrf_inject_insert(r);
}

void msc_xsrf_send_register(void)
{
    ap_register_output_filter(FILTER, send_filter, NULL, AP_FTYPE_CONTENT_SET);
    msc_xsrf_inject_register();
}
