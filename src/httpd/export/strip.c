/* SPDX-License-Identifier: Apache-2.0 */
/* Which cookies handlers and back ends see. Of several session cookies of one name only
 * the good one goes on: the application, which may prefer another, sees the session that
 * httpd sees. With CookieSessionRevocation none goes on but the good ones, since the
 * application would renew what has been ended or has expired. CookieSessionStrip hides
 * them all. Other cookies pass byte for byte. */

#include "httpd/export/strip.h"
#include "httpd/store/revocation.h"
#include "core/handoff/alias.h"
#include "core/http/cookie_strip.h"

static int cookie_names(const char **names, const msc_sources_t *sources)
{
    int n = 0;

    for (int i = 0; i < sources->list->nelts; i++) {
        const msc_source_t *source =
            APR_ARRAY_IDX(sources->list, i, const msc_source_t *);

        if (source->place == MSC_COOKIE) names[n++] = source->name;
    }
    return n;
}

/* What is left for the handler: n may be 0. */
static void replace_cookies(request_rec *r, sc_bytes_t rest)
{
    msc_request_keep_cookies(r);
    /* A subrequest shares the table with its parent, whose scope may not want this. */
    if (r->main) r->headers_in = apr_table_copy(r->pool, r->headers_in);
    /* mod_include made the variable from the whole header before it made the subrequest.
     */
    apr_table_unset(r->subprocess_env, "HTTP_COOKIE");
    if (rest.n == 0) {
        apr_table_unset(r->headers_in, "Cookie");
    }
    else {
        apr_table_setn(r->headers_in, "Cookie",
                       apr_pstrmemdup(r->pool, (const char *)rest.p, rest.n));
    }
}

static void strip_cookies(request_rec *r, const msc_sources_t *sources, sc_bytes_t header)
{
    const char **names =
        apr_palloc(r->pool, sizeof(*names) * (apr_size_t)(sources->list->nelts + 1));
    int n = cookie_names(names, sources);

    if (n) replace_cookies(r, sc_cookie_strip(header, names, n, r->pool));
}

/* A redirect may have left the good cookie of another scope: what the client sent
 * decides. */
static void keep_good_cookie(request_rec *r, sc_bytes_t header)
{
    const msc_found_t *found = msc_session_get(r);
    sc_bytes_t sent = sc_bytes_str(msc_request_cookies(r));
    const char *name;

    if (!found || !found->session || found->source->place != MSC_COOKIE) return;
    name = found->source->name;
    if (sc_cookie_is_repeated(sent, name, r->pool))
        replace_cookies(r, sc_cookie_keep(header, name, found->token, r->pool));
}

/* An alias is for the page that it came with, and not for whoever answers later requests
 * of the browser, on any path. */
static void strip_aliases(request_rec *r)
{
    const char *header = apr_table_get(r->headers_in, "Cookie");
    const apr_array_header_t *names;

    if (!header) return;
    names = sc_alias_cookies(sc_bytes_str(header), r->pool);
    if (names->nelts)
        replace_cookies(r, sc_cookie_strip(sc_bytes_str(header),
                                           (const char *const *)names->elts, names->nelts,
                                           r->pool));
}

/* --- CookieSessionRevocation --- */

/* Whether one of the sources that look for this cookie has a good one. */
static bool has_good_cookie(sc_bytes_t *token, const msc_found_t *found, const char *name,
                            request_rec *r)
{
    const apr_array_header_t *list = found->sources->list;
    bool revoked;

    for (int i = 0; i < list->nelts; i++) {
        const msc_source_t *source = APR_ARRAY_IDX(list, i, const msc_source_t *);

        if (source->place == MSC_COOKIE && !strcmp(source->name, name) &&
            msc_session_opens(token, &revoked, found, i, r))
            return true;
    }
    return false;
}

/* The header without the cookies of that name but a good one, which the scope before a
 * redirect may have left out. */
static sc_bytes_t without_refused(sc_bytes_t header, sc_bytes_t sent, const char *name,
                                  const msc_found_t *found, request_rec *r)
{
    sc_bytes_t token;

    if (!has_good_cookie(&token, found, name, r))
        return sc_cookie_strip(header, &name, 1, r->pool);
    if (!sc_cookie_is_repeated(sent, name, r->pool) &&
        (header.p == sent.p || memmem(header.p, header.n, name, strlen(name))))
        return header;
    return sc_cookie_keep(header, name, token, r->pool);
}

static void keep_good_cookies(request_rec *r, const msc_found_t *found,
                              const char *cookies)
{
    sc_bytes_t header = sc_bytes_str(cookies ? cookies : ""), rest = header;
    const char **names =
        apr_palloc(r->pool, sizeof(*names) * (apr_size_t)(found->sources->list->nelts));
    const char *sent = msc_request_cookies(r);
    int n = cookie_names(names, found->sources);

    if (!sent) return;
    for (int i = 0; i < n; i++)
        rest = without_refused(rest, sc_bytes_str(sent), names[i], found, r);
    if (rest.p != header.p || rest.n != header.n) replace_cookies(r, rest);
}

/* A header with a session that was ended. Any other that was refused may be meant for the
 * back end, which does not renew it. */
static void drop_revoked_headers(request_rec *r, const msc_found_t *found)
{
    for (int i = 0; i < found->sources->list->nelts; i++) {
        const msc_source_t *source =
            APR_ARRAY_IDX(found->sources->list, i, const msc_source_t *);
        sc_bytes_t token;
        bool revoked;

        if (source->place == MSC_COOKIE || !apr_table_get(r->headers_in, source->name) ||
            msc_session_opens(&token, &revoked, found, i, r) || !revoked)
            continue;
        if (r->main) r->headers_in = apr_table_copy(r->pool, r->headers_in);
        apr_table_unset(r->headers_in, source->name);
    }
}

int msc_strip_fixups(request_rec *r)
{
    const msc_dir_t *conf = msc_dir(r);
    const msc_found_t *found = NULL;
    const char *header;

    if (msc_server(r->server)->has_aliases) strip_aliases(r);
    if (!conf->sources) return DECLINED;
    /* Everything in scope is looked up then, whoever answers it. */
    if (msc_revocation_is_on(r->server)) found = msc_session_get(r);
    if (found) drop_revoked_headers(r, found);
    header = apr_table_get(r->headers_in, "Cookie");
    if (conf->strip && header)
        strip_cookies(r, conf->sources, sc_bytes_str(header));
    else if (found && !conf->strip)
        keep_good_cookies(r, found, header);
    else if (header)
        keep_good_cookie(r, sc_bytes_str(header));
    return DECLINED;
}
