/* SPDX-License-Identifier: Apache-2.0 */
/* What an anonymous request loses. An internal redirect or a subrequest may lead from a
 * scope where it had a session to one where it has none. It then brings that scope's
 * headers, and httpd keeps the environment of a request that was redirected, each name
 * with REDIRECT_ before it. */

#include "httpd/export/anonymous.h"
#include "httpd/export/env.h"
#include "httpd/export/header.h"
#include "httpd/session/exempt.h"

#define REDIRECT "REDIRECT_"

static request_rec *origin_of(const request_rec *r)
{
    return r->main ? r->main : r->prev;
}

static const char *after_prefix(const char *name, const char *prefix)
{
    apr_size_t n = strlen(prefix);

    return ap_cstr_casecmpn(name, prefix, n) ? NULL : name + n;
}

/* Whether HTTP_NAME, of which this is NAME, is a cookie, mod_session's session, or a
 * header that a scope on the way owns. */
static bool is_header_of_session(request_rec *r, const char *name)
{
    if (msc_header_same(name, "Cookie") || msc_header_same(name, "Session")) return true;
    for (; r; r = origin_of(r)) {
        if (msc_header_is_ours(r, name)) return true;
    }
    return false;
}

/* Whether a variable of an earlier request tells of its session or user. */
static bool is_variable_of_session(request_rec *r, const char *name)
{
    static const char *const names[] = {"REMOTE_USER", "XSRF_TOKEN", "XSRF_FIELD"};

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!ap_cstr_casecmp(name, names[i])) return true;
    }
    for (; r; r = origin_of(r)) {
        if (msc_env_exported(r, name)) return true;
    }
    return false;
}

static bool is_to_go(request_rec *r, const char *name)
{
    bool was_redirected = false;
    const char *rest;

    while ((rest = after_prefix(name, REDIRECT))) {
        name = rest;
        was_redirected = true;
    }
    rest = after_prefix(name, "HTTP_");
    if (rest) return is_header_of_session(r, rest);
    return was_redirected && is_variable_of_session(r, name);
}

int msc_anonymous_fixups(request_rec *r)
{
    const apr_array_header_t *env;

    if (!origin_of(r) || !msc_exempt_is_anonymous(r)) return DECLINED;
    msc_header_remove_inherited(r);
    env = apr_array_copy(r->pool, apr_table_elts(r->subprocess_env));
    for (int i = 0; i < env->nelts; i++) {
        const char *name = APR_ARRAY_IDX(env, i, apr_table_entry_t).key;

        if (is_to_go(r, name)) apr_table_unset(r->subprocess_env, name);
    }
    return DECLINED;
}
