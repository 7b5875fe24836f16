/* SPDX-License-Identifier: Apache-2.0 */
/* XSRF directives that have no effect, of which somebody may think that they protect
 * something: tokens that nobody checks, and keys where there is no guard. */

#include "httpd/xsrf/idle.h"
#include "httpd/startup.h"
#include "httpd/xsrf/conf.h"
#include "util_cfgtree.h"

/* The line of that name beside another of the same section, or that other one. */
static const ap_directive_t *line_beside(const ap_directive_t *line, const char *name)
{
    const ap_directive_t *at = line->parent ? line->parent->first_child : ap_conftree;

    for (; at; at = at->next) {
        if (!ap_cstr_casecmp(at->directive, name)) line = at;
    }
    return line;
}

static void warn_of_idle_send(const server_rec *s, const msc_xsrf_conf_t *conf)
{
    if (!MSC_IS_SET(conf, policy) || conf->policy & MSC_XSRF_TOKEN) return;
    if (!MSC_IS_SET(conf, send) || !conf->send) return;
    msc_warn(s, line_beside(conf->directive, "XSRFSend"), "XSRFSend",
             apr_psprintf(msc_server(s)->warnings->pool,
                          "XSRFPolicy %s in the same scope asks for no token, so that "
                          "pages are given one that nobody checks; remove XSRFSend, or "
                          "say XSRFPolicy both",
                          msc_xsrf_policy_name(conf->policy)));
}

/* Whether a scope of this server, or of the one that it inherits from, has a guard. */
static bool has_guard(const server_rec *s)
{
    const apr_array_header_t *list = msc_server(s)->xsrf;

    for (int i = 0; i < list->nelts; i++) {
        if (APR_ARRAY_IDX(list, i, const msc_xsrf_conf_t *)->mode != MSC_XSRF_OFF)
            return true;
    }
    return false;
}

/* A key of the main server serves all of them. */
static bool is_key_used(const server_rec *s, const server_rec *base)
{
    if (has_guard(s) || has_guard(base)) return true;
    for (const server_rec *other = base; s == base && other; other = other->next) {
        if (has_guard(other)) return true;
    }
    return false;
}

int msc_xsrf_idle_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                        server_rec *base)
{
    (void)pconf;
    (void)plog;
    (void)ptemp;
    for (const server_rec *s = base; s; s = s->next) {
        const msc_server_t *conf = msc_server(s);

        if (!msc_server_is_own(s, base)) continue;
        for (int i = 0; i < conf->xsrf->nelts; i++)
            warn_of_idle_send(s, APR_ARRAY_IDX(conf->xsrf, i, const msc_xsrf_conf_t *));
        for (int i = 0; i < conf->xsrf_keys->nelts && !is_key_used(s, base); i++)
            msc_warn(s, APR_ARRAY_IDX(conf->xsrf_keys, i, msc_xsrf_keys_t *)->directive,
                     "XSRFKey",
                     "XSRF is off wherever this key is known; add a line XSRF On, or "
                     "remove this one");
    }
    return OK;
}
