/* SPDX-License-Identifier: Apache-2.0 */
/* CookieSessionHandoffSend. Before the handler runs, an alias is made up and the handler
 * is told of it; it comes to stand for the session when the headers of the response are
 * final and say that it is a page: HTML, of a GET that succeeded. Any other response has
 * an alias at most that nobody can redeem. A page with one is a credential: nobody keeps
 * it. */

#include "httpd/handoff/send.h"
#include "httpd/handoff/issue.h"
#include "httpd/xsrf/page.h"
#include "httpd/xsrf/personal.h"
#include "core/crypto/crypto.h"
#include "util_filter.h"

#define FILTER      "SESSIONCOOKIE_HANDOFF"
#define PART_FILTER "SESSIONCOOKIE_HANDOFF_PART"

#define COOKIES_MAX 4  /* with aliases that a browser has at a time */
#define REMOVE_MAX  16 /* of more than that, with one response */

/* The alias of a request that the client sent. */
typedef struct msc_handoff_t {
    sc_alias_t alias;
    const char *cookie; /* its name; NULL: it is not sent in a cookie */
    bool is_decided;    /* whether it stands for the session */
    bool is_issued;     /* it does, or may */
} msc_handoff_t;

/* --- the handler is told --- */

/* A page that a handler makes for a visitor with a session. */
static bool is_wanted(request_rec *r)
{
    const msc_dir_t *conf = msc_dir(r);
    const msc_found_t *found;

    if (!conf->handoff_send || conf->handoff->needs_challenge) return false;
    if (r->main || r->method_number != M_GET || r->header_only) return false;
    if (!msc_page_has_handler(r)) return false;
    found = msc_session_get(r);
    return found && found->session;
}

static msc_handoff_t *make_alias(request_rec *root)
{
    const sc_env_t env = {.now = apr_time_now(), .random = sc_crypto_random};
    msc_handoff_t *handoff = apr_pcalloc(root->pool, sizeof(*handoff));

    handoff->cookie = sc_alias_cookie_name(&env, root->pool);
    if (!handoff->cookie || sc_alias_make(&handoff->alias, &env)) return NULL;
    return handoff;
}

static void tell(request_rec *r, const char *variable, const char *note,
                 const char *value)
{
    apr_table_setn(r->subprocess_env, variable, value);
    apr_table_setn(r->notes, note, value);
}

int msc_handoff_fixups(request_rec *r)
{
    request_rec *root = msc_request_root(r);
    msc_request_t *state = msc_request(root);
    int send = msc_dir(r)->handoff_send;

    if (!is_wanted(r)) return DECLINED;
    if (!state->handoff) state->handoff = make_alias(root);
    if (!state->handoff) return DECLINED;
    if (send & MSC_SEND_ENV)
        tell(r, "COOKIESESSION_HANDOFF", "cookiesession_handoff",
             (const char *)sc_alias_text(&state->handoff->alias, r->pool).p);
    if (send & MSC_SEND_COOKIE)
        tell(r, "COOKIESESSION_HANDOFF_COOKIE", "cookiesession_handoff_cookie",
             state->handoff->cookie);
    return DECLINED;
}

/* --- the response --- */

/* Read by the page's scripts, so it is not HttpOnly, and sent with no request that
 * another site causes. */
static void set_cookie(request_rec *r, const char *name, sc_bytes_t value,
                       apr_int64_t lifetime)
{
    msc_cookie_t cookie = {.name = name,
                           .value = value,
                           .front = "; Path=/; SameSite=Strict",
                           .back = "",
                           .lifetime = lifetime};
    apr_size_t size;

    /* Not one of these is near the limit. */
    (void)msc_response_set_cookie(&size, r, MSC_THIS_RESPONSE, &cookie);
}

/* Browsers send the oldest first. */
static void remove_oldest(request_rec *r)
{
    const char *header = msc_request_cookies(r);
    const apr_array_header_t *names;
    int surplus;

    if (!header) return;
    names = sc_alias_cookies(sc_bytes_str(header), r->pool);
    surplus = names->nelts - (COOKIES_MAX - 1);
    for (int i = 0; i < surplus && i < REMOVE_MAX; i++)
        set_cookie(r, APR_ARRAY_IDX(names, i, const char *), sc_bytes("", 0), 0);
}

static bool is_page(const request_rec *r)
{
    return r->method_number == M_GET && r->status == HTTP_OK && msc_page_is_html(r);
}

/* Nobody keeps it, and no 304 stands for it. */
static void make_credential(request_rec *r)
{
    msc_response_remove(r, "ETag");
    msc_response_remove(r, "Last-Modified");
    msc_personal_make(r, 0);
    msc_response_set_cache_control(r, MSC_THIS_RESPONSE, "no-store");
}

static void issue_alias(request_rec *r, msc_handoff_t *handoff)
{
    int send = msc_dir(r)->handoff_send;
    const msc_found_t *found = send ? msc_session_get(r) : NULL;
    apr_interval_time_t life;
    sc_status_t st;

    if (!found || !found->session || !is_page(r)) return;
    /* A store that fails may have it nevertheless. */
    handoff->is_issued = true;
    st = msc_handoff_issue(&life, r, found, &handoff->alias, sc_bytes("", 0));
    if (st) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "the page's alias of its session cannot be redeemed: %s",
                      sc_status_name(st));
        return;
    }
    if (!(send & MSC_SEND_COOKIE)) return;
    remove_oldest(r);
    set_cookie(r, handoff->cookie, sc_alias_text(&handoff->alias, r->pool),
               apr_time_sec(life + APR_USEC_PER_SEC - 1));
}

static apr_status_t page_filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    msc_handoff_t *handoff = msc_request(msc_request_root(f->r))->handoff;

    if (APR_BRIGADE_EMPTY(bb)) return APR_SUCCESS;
    ap_remove_output_filter(f);
    if (!handoff->is_decided) issue_alias(f->r, handoff);
    handoff->is_decided = true;
    if (handoff->is_issued) make_credential(f->r);
    return ap_pass_brigade(f->next, bb);
}

/* A part that is included has the page's alias in its environment, before anybody knows
 * what becomes of the page; mod_cache may keep parts on their own. */
static apr_status_t part_filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    if (APR_BRIGADE_EMPTY(bb)) return APR_SUCCESS;
    ap_remove_output_filter(f);
    make_credential(f->r);
    return ap_pass_brigade(f->next, bb);
}

void msc_handoff_insert_filter(request_rec *r)
{
    if (!msc_request(msc_request_root(r))->handoff) return;
    ap_add_output_filter(r->main ? PART_FILTER : FILTER, NULL, r, r->connection);
    if (r->main) return;
    /* A 304 would bring no alias. */
    apr_table_unset(r->headers_in, "If-None-Match");
    apr_table_unset(r->headers_in, "If-Modified-Since");
}

void msc_handoff_send_register(void)
{
    ap_register_output_filter(FILTER, page_filter, NULL, AP_FTYPE_CONTENT_SET);
    /* After mod_expires, and before mod_cache's filter for parts (CONTENT_SET - 1). */
    ap_register_output_filter(PART_FILTER, part_filter, NULL, AP_FTYPE_CONTENT_SET - 2);
}
