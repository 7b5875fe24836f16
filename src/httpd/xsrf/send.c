/* SPDX-License-Identifier: Apache-2.0 */
/* How a token reaches pages: a response header, and a cookie that scripts read;
 * xsrf_inject.c has the hidden field. Only with a successful answer to a safe request
 * that is a page or data, and never in one that says it may be kept by shared caches. An
 * output filter decides when the headers are final: behind mod_headers, before mod_cache.
 */

#include "httpd/xsrf/send.h"
#include "httpd/xsrf/once.h"
#include "http_core.h"
#include "http_protocol.h"
#include "util_filter.h"

#define FILTER "SESSIONCOOKIE_XSRF_SEND"

const char *msc_xsrf_header_out(request_rec *r, const char *name)
{
    const char *value = apr_table_get(r->headers_out, name);

    return value ? value : apr_table_get(r->err_headers_out, name);
}

int msc_xsrf_is_type(const char *type, const char *name)
{
    apr_size_t n = strlen(name);

    return type && !ap_cstr_casecmpn(type, name, n) &&
           (!type[n] || type[n] == ';' || type[n] == ' ' || type[n] == '\t');
}

int msc_xsrf_is_public(request_rec *r)
{
    const char *control = msc_xsrf_header_out(r, "Cache-Control");

    return control && (ap_find_token(r->pool, control, "public") ||
                       ap_strcasestr(control, "s-maxage"));
}

/* A visitor without cookies is like any other to a cache, whatever Vary says: it must not
 * show his token and cookie to the next one. */
static void make_private(request_rec *r)
{
    const char *control = msc_xsrf_header_out(r, "Cache-Control");

    if (control && (ap_find_token(r->pool, control, "private") ||
                    ap_find_token(r->pool, control, "no-store")))
        return;
    apr_table_unset(r->err_headers_out, "Cache-Control");
    apr_table_setn(r->headers_out, "Cache-Control",
                   control ? apr_pstrcat(r->pool, control, ", private", NULL)
                           : "private");
}

static int is_html(const request_rec *r)
{
    return msc_xsrf_is_type(r->content_type, "text/html") ||
           msc_xsrf_is_type(r->content_type, "application/xhtml+xml");
}

static int is_page(const request_rec *r)
{
    return r->status >= 200 && r->status < 300 && r->status != HTTP_NO_CONTENT &&
           r->status != HTTP_PARTIAL_CONTENT &&
           (is_html(r) || msc_xsrf_is_type(r->content_type, "application/json"));
}

/* A page that the browser could ask for with a validator would be answered by 304, which
 * has no token: when its token was too old, reloading it would not help. Data keep
 * theirs, for clients that write with If-Match. */
static void drop_validators(request_rec *r)
{
    static const char *const names[] = {"ETag", "Last-Modified"};

    for (unsigned i = 0; is_html(r) && i < sizeof(names) / sizeof(names[0]); i++) {
        apr_table_unset(r->headers_out, names[i]);
        apr_table_unset(r->err_headers_out, names[i]);
    }
}

static int find_cookie(void *name, const char *key, const char *value)
{
    apr_size_t n = strlen(name);

    (void)key;
    return strncmp(value, name, n) != 0 || value[n] != '=';
}

/* What the handler sets itself stays. */
static int is_set(request_rec *r, const char *name)
{
    return !apr_table_do(find_cookie, (void *)name, r->headers_out, "Set-Cookie", NULL) ||
           !apr_table_do(find_cookie, (void *)name, r->err_headers_out, "Set-Cookie",
                         NULL);
}

static void set_cookie(request_rec *r, const char *name, const char *value, int script)
{
    if (is_set(r, name)) return;
    apr_table_addn(r->headers_out, "Set-Cookie",
                   apr_pstrcat(r->pool, name, "=", value, "; Path=/; SameSite=Lax",
                               msc_xsrf_is_https(r) ? "; Secure" : "",
                               script ? "" : "; HttpOnly", NULL));
}

/* The token and what it is tied to. */
static void send_token(request_rec *r, const msc_xsrf_t *state,
                       const msc_xsrf_conf_t *conf)
{
    int send = conf->send;
    const char *vary = msc_xsrf_header_out(r, "Vary");

    if (send & MSC_SEND_HEADER)
        apr_table_setn(r->headers_out, "X-XSRF-Token", state->token);
    if (send & MSC_SEND_COOKIE) set_cookie(r, "XSRF-TOKEN", state->token, 1);
    if (state->visitor) set_cookie(r, msc_xsrf_visitor_name(r), state->visitor, 0);
    if (state->csrftoken) set_cookie(r, "csrftoken", state->csrftoken, 1);
    drop_validators(r);
    if (!vary || !ap_find_token(r->pool, vary, "Cookie"))
        apr_table_mergen(r->headers_out, "Vary", "Cookie");
    make_private(r);
    if (msc_xsrf_is_once(conf, msc_xsrf_issued(conf)))
        msc_xsrf_once_keep(r, state->token);
}

/* The field is in the page already when mod_headers makes it public: it is not. */
static void take_back(request_rec *r)
{
    apr_table_unset(r->err_headers_out, "Cache-Control");
    apr_table_setn(r->headers_out, "Cache-Control", "private");
    ap_log_rerror(
        APLOG_MARK, APLOG_WARNING, 0, r,
        "XSRF: a page with a token in its forms is sent as private, not public as "
        "its Cache-Control said; take XSRFSend inject or the header away");
}

static void decide(request_rec *r, const msc_xsrf_conf_t *conf)
{
    const msc_xsrf_t *state = msc_xsrf_state(r);
    int send = conf->send;

    if (r->method_number != M_GET) {
        /* A form that is shown again: its page has XSRF_TOKEN, and nothing else is sent.
         */
        if (state->token && is_page(r)) msc_xsrf_once_keep(r, state->token);
        return;
    }
    if (!state->injected && (!(send & ~MSC_SEND_INJECT) || !is_page(r))) return;
    if (msc_xsrf_is_public(r)) {
        if (!state->injected) {
            ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r,
                          "XSRF: no token is sent: shared caches may keep the response");
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
    if (conf) decide(f->r, conf);
    ap_remove_output_filter(f);
    return ap_pass_brigade(f->next, bb);
}

/* Browsers have kept pages from before there was a guard, with a validator. */
static void ask_for_all(request_rec *r)
{
    if (!is_html(r)) return;
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
    ask_for_all(r);
    if (send & MSC_SEND_INJECT && r->method_number == M_GET) msc_xsrf_inject_insert(r);
}

void msc_xsrf_send_register(void)
{
    ap_register_output_filter(FILTER, send_filter, NULL, AP_FTYPE_CONTENT_SET);
    msc_xsrf_inject_register();
}
