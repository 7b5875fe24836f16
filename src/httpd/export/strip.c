/* SPDX-License-Identifier: Apache-2.0 */
/* CookieSessionStrip: hides the session cookies of the scope from handlers and back ends.
 * Other cookies pass byte for byte. */

#include "httpd/export/strip.h"
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

int msc_strip_fixups(request_rec *r)
{
    const msc_dir_t *conf = msc_dir(r);
    const char *header = apr_table_get(r->headers_in, "Cookie"), **names;
    sc_bytes_t rest;
    int n;

    if (!conf->strip || !conf->sources || !header) return DECLINED;
    names = apr_palloc(r->pool,
                       sizeof(*names) * (apr_size_t)(conf->sources->list->nelts + 1));
    n = cookie_names(names, conf->sources);
    if (n == 0) return DECLINED;

    msc_request_keep_cookies(r);
    rest = sc_cookie_strip(sc_bytes_str(header), names, n, r->pool);
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
    return DECLINED;
}
