/* SPDX-License-Identifier: Apache-2.0 */
/* AuthType CookieSession. A request with a good session is authenticated as its user. One
 * without is redirected to the login page if it is a browser's navigation, with the way
 * back in `next`, which is always a path on this host; anything else gets 401. */

#include "httpd/access/authn.h"
#include "httpd/session/session.h"
#include "core/http/path.h"
#include "apr_lib.h"
#include "ap_provider.h"
#include "http_core.h"
#include "http_protocol.h"
#include "http_request.h"

#define WAY_BACK_MAX 2000

bool msc_access_is_ours(const request_rec *r)
{
    const char *type = ap_auth_type((request_rec *)r);

    return type && !ap_cstr_casecmp(type, MSC_AUTH_TYPE);
}

const char *msc_access_login_refused(const char *url)
{
    if (!sc_path_is_local(url)) return "is not a path on this host";
    return strchr(url, '#') ? "has a fragment (#), where next= cannot follow" : NULL;
}

/* The path and query that the client asked for. Encoding makes them up to three times as
 * long, and they must still fit the login page's own request line: a longer one loses its
 * query, or becomes "/". */
static const char *way_back(request_rec *r)
{
    const request_rec *root = msc_request_root(r);
    const char *path = root->parsed_uri.path, *query = root->parsed_uri.query;

    if (!path || strlen(path) > WAY_BACK_MAX || !sc_path_is_local(path)) return "/";
    if (!query || strlen(path) + strlen(query) > WAY_BACK_MAX) return path;
    query = apr_pstrcat(r->pool, "/?", query, NULL);
    return sc_path_is_local(query) ? apr_pstrcat(r->pool, path, query + 1, NULL) : path;
}

/* Everything but what RFC 3986 2.3 calls unreserved and "/" is encoded. */
static const char *query_value(const char *text, apr_pool_t *p)
{
    char *to = apr_palloc(p, strlen(text) * 3 + 1), *at = to;

    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (apr_isalnum(c) || strchr("-._~/", c))
            *at++ = (char)c;
        else
            at += apr_snprintf(at, 4, "%%%02X", c);
    }
    *at = '\0';
    return to;
}

/* Whether a page is asked for, not data for a script: the browser says so (Fetch
 * Metadata); an old one is known by what it accepts. */
static bool is_navigation(const request_rec *r)
{
    const char *mode = apr_table_get(r->headers_in, "Sec-Fetch-Mode");
    const char *accept = apr_table_get(r->headers_in, "Accept");

    if (r->method_number != M_GET) return false;
    if (mode) return !strcmp(mode, "navigate");
    if (apr_table_get(r->headers_in, "X-Requested-With")) return false;
    if (apr_table_get(r->headers_in, "Authorization")) return false;
    return accept && ap_strcasestr(accept, "text/html") != NULL;
}

/* The login page must not redirect to itself. */
static bool is_login_page(const request_rec *r, const char *url)
{
    apr_size_t n = strcspn(url, "?");

    return !strncmp(r->uri, url, n) && r->uri[n] == '\0';
}

/* Redirects to the login page. False: this request is not to be redirected. */
static bool redirect_to_login(request_rec *r)
{
    const char *url = msc_dir(r)->login_url, *location;

    if (!url || r->main || !is_navigation(r) || is_login_page(r, url)) return false;
    location = apr_pstrcat(r->pool, url, strchr(url, '?') ? "&next=" : "?next=",
                           query_value(way_back(r), r->pool), NULL);
    apr_table_setn(r->headers_out, "Location", location);
    /* A cache would redirect users who have logged in as well. */
    msc_response_set_cache_control(r, MSC_ANY_RESPONSE, "no-store");
    return true;
}

int msc_access_authn(request_rec *r)
{
    const msc_found_t *found;
    const char *user;

    if (!msc_access_is_ours(r)) return DECLINED;
    found = msc_session_get(r);
    if (!found) {
        ap_log_rerror(
            APLOG_MARK, APLOG_ERR, 0, r,
            "AuthType CookieSession, but no source is configured here; add a line "
            "CookieSession cookie:NAME FORMAT keys=ID");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    user = msc_session_user(r, found);
    if (user) {
        r->user = (char *)user;
        r->ap_auth_type = (char *)MSC_AUTH_TYPE;
        return OK;
    }
    if (found->session && msc_dir(r)->user.n == 0) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "AuthType CookieSession is asked for a user, and CookieSessionUser "
                      "is Off here; name a member, or ask for \"Require session\"");
    }
    else if (redirect_to_login(r)) {
        return HTTP_MOVED_TEMPORARILY;
    }
    ap_note_auth_failure(r);
    return HTTP_UNAUTHORIZED;
}

static bool has_bearer(const msc_sources_t *sources)
{
    for (int i = 0; i < sources->list->nelts; i++) {
        const msc_source_t *source =
            APR_ARRAY_IDX(sources->list, i, const msc_source_t *);

        if (source->place == MSC_HEADER &&
            !ap_cstr_casecmp(source->name, "Authorization"))
            return true;
    }
    return false;
}

/* RFC 6750 3: no error when no token was sent, invalid_token when it was refused,
 * insufficient_scope when it is good and not enough. */
static const char *bearer_error(const msc_found_t *found)
{
    if (found->status == SC_ABSENT) return "";
    return found->session ? ", error=\"insufficient_scope\""
                          : ", error=\"invalid_token\"";
}

int msc_access_note(request_rec *r, const char *auth_type)
{
    const msc_found_t *found;
    const char *realm = ap_auth_name(r), *scheme;

    if (ap_cstr_casecmp(auth_type, MSC_AUTH_TYPE)) return DECLINED;
    found = msc_session_get(r);
    if (!found) return DECLINED;
    scheme = has_bearer(found->sources) ? "Bearer" : MSC_AUTH_TYPE;
    apr_table_setn(r->err_headers_out,
                   r->proxyreq == PROXYREQ_PROXY ? "Proxy-Authenticate"
                                                 : "WWW-Authenticate",
                   apr_psprintf(r->pool, "%s realm=\"%s\"%s", scheme,
                                realm ? ap_escape_quotes(r->pool, realm) : "session",
                                bearer_error(found)));
    return OK;
}
