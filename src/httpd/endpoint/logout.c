/* SPDX-License-Identifier: Apache-2.0 */
/* sessioncookie-logout. All cookies of the scope's sources go, those of read-only and
 * remember-me sources too: whoever stays logged in by one of them has not logged out. A
 * link logs out only if it has a token of this visitor's, as any site can link here. */

#include "httpd/endpoint/logout.h"
#include "httpd/mod_session/attributes.h"
#include "httpd/session/revoked.h"
#include "httpd/session/session.h"
#include "httpd/xsrf/token.h"

/* --- a link --- */

static bool has_token(request_rec *r, const sc_fields_t *fields)
{
    const msc_xsrf_conf_t *conf = msc_dir(r)->xsrf;

    for (int i = 0; i < conf->fields.n; i++) {
        const char *token = sc_fields_get(fields, conf->fields.word[i]);
        sc_status_t st;

        if (!token) continue;
        st = msc_xsrf_check(r, conf, sc_bytes_str(token));
        if (!st) return true;
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r, "%s: the token in the link is %s",
                      r->handler, sc_status_name(st));
        return false;
    }
    return false;
}

/* A browser may fetch a page's links before anybody follows one. */
static bool is_prefetch(const request_rec *r)
{
    return apr_table_get(r->headers_in, "Sec-Purpose") != NULL;
}

/* --- cookies --- */

static void remove_cookie(request_rec *r, const char *name, const char *path,
                          const char *domain)
{
    msc_attributes_t attributes = *msc_dir(r)->attributes;
    msc_cookie_t cookie = {.name = name};

    attributes.path = path;
    attributes.domain = domain;
    /* No browser has one of these. */
    if (msc_attributes_refused(&attributes, name, true)) return;
    msc_attributes_fill(&cookie, &attributes, r->pool);
    msc_response_remove_cookie(r, &cookie);
}

/* The application may have set it host-only or for its domain. */
static void remove_everywhere(request_rec *r, const char *name)
{
    const msc_attributes_t *attributes = msc_dir(r)->attributes;
    bool has_path = strcmp(attributes->path, "/") != 0;

    remove_cookie(r, name, "/", NULL);
    if (has_path) remove_cookie(r, name, attributes->path, NULL);
    if (!attributes->domain) return;
    remove_cookie(r, name, "/", attributes->domain);
    if (has_path) remove_cookie(r, name, attributes->path, attributes->domain);
}

static bool is_listed_before(const apr_array_header_t *list, int at)
{
    const msc_source_t *source = APR_ARRAY_IDX(list, at, const msc_source_t *);

    while (at--) {
        if (msc_source_same_place(APR_ARRAY_IDX(list, at, const msc_source_t *), source))
            return true;
    }
    return false;
}

static void remove_cookies(request_rec *r)
{
    const apr_array_header_t *list = msc_dir(r)->sources->list;

    for (int i = 0; i < list->nelts; i++) {
        const msc_source_t *source = APR_ARRAY_IDX(list, i, const msc_source_t *);

        if (source->place == MSC_COOKIE && !is_listed_before(list, i))
            remove_everywhere(r, source->name);
    }
}

/* --- the session --- */

/* `all`: 1 or 0, which is as good as none. False: it is something else. */
static bool read_all(bool *all, const sc_fields_t *fields)
{
    const char *value = sc_fields_get(fields, "all");

    *all = value && !strcmp(value, "1");
    return !value || *all || !strcmp(value, "0");
}

/* Ends the session that was opened, or all of its user's. */
static sc_status_t end_opened(request_rec *r, const msc_found_t *found, bool all)
{
    sc_bytes_t user = sc_bytes("", 0);
    sc_status_t st = SC_OK;

    if (all) user = msc_revoked_user(found->session, r->server, r->pool);
    if (user.n)
        st = msc_revoked_add_user(user, found->source->text, msc_revocation_now(),
                                  r->server, r->pool);
    /* A user's entry ends no session that does not say when it was issued. */
    if (!st && (!user.n || found->session->issued == SC_NEVER))
        st = msc_revoked_add_session(found->session, found->source, r->server, r->pool);
    return st;
}

/* For whoever else has a copy of it. False: it could not be ended. */
static bool end_session(request_rec *r, const msc_found_t *found, bool all)
{
    sc_status_t st = SC_OK;

    if (!all && !msc_revocation_is_on(r->server)) return true;
    if (found->session) st = end_opened(r, found, all);
    if (!st && found->has_failed) st = SC_ERROR;
    if (st)
        ap_log_rerror(
            APLOG_MARK, APLOG_ERR, 0, r, "%s: copies of the session stay good%s",
            r->handler,
            st == SC_ABSENT
                ? ", although all=1 asks for their end: CookieSessionRevocation "
                  "is Off; add a line CookieSessionRevocation file:PATH"
                : "");
    return !st;
}

int msc_logout_answer(request_rec *r, const sc_fields_t *fields)
{
    const msc_found_t *found;
    bool all, is_get = r->method_number == M_GET, is_ended;

    if (is_get && !msc_dir(r)->xsrf->keys)
        return msc_endpoint_refuse_method(r, MSC_TAKES_POST);
    if (is_get && (is_prefetch(r) || !has_token(r, fields)))
        return msc_endpoint_refuse(r, MSC_FORBIDDEN);
    if (!msc_endpoint_next_is_good(fields) || !read_all(&all, fields))
        return msc_endpoint_refuse(r, MSC_INVALID_REQUEST);
    found = msc_session_get(r);
    if (!found) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "%s: no source is configured here, so that no cookie can be "
                      "removed; add a line CookieSession cookie:NAME FORMAT keys=ID",
                      r->handler);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    is_ended = end_session(r, found, all);
    /* Even where others keep theirs. */
    remove_cookies(r);
    return is_ended ? msc_endpoint_done(r, fields)
                    : msc_endpoint_refuse(r, MSC_UNAVAILABLE);
}
