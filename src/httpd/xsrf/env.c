/* SPDX-License-Identifier: Apache-2.0 */
/* XSRFSend env: the token for the handler's own forms. Whoever asks for it gets one with
 * every request, as nobody can tell whether the handler will use it; so every response
 * becomes the visitor's own. Plain files do not get one: nothing in them could read it,
 * and images and styles should stay in caches. */

#include "httpd/xsrf/env.h"
#include "httpd/xsrf/state.h"
#include "httpd/xsrf/token.h"
#include "http_core.h"
#include "util_filter.h"

/* Whether mod_include reads the file: it has the environment, too. */
static bool is_parsed(const request_rec *r)
{
    const core_dir_config *core = ap_get_core_module_config(r->per_dir_config);

    for (const ap_filter_t *f = r->output_filters; f && f->r == r; f = f->next) {
        if (!ap_cstr_casecmp(f->frec->name, "INCLUDES")) return true;
    }
    return core->output_filters && ap_strcasestr(core->output_filters, "INCLUDES");
}

/* Whether somebody else than httpd's file server answers. A handler may be named by the
 * content type; "httpd/…" are directories, and a rewritten request is to come again. */
static bool has_handler(const request_rec *r)
{
    const char *name = r->handler ? r->handler : r->content_type;

    if (!name || !strcmp(name, "default-handler") || !strcmp(name, "redirect-handler") ||
        !strncmp(name, "httpd/", 6))
        return false;
    return r->handler || !strncmp(name, "application/x-httpd-", 20);
}

void msc_xsrf_env_export(request_rec *r, const msc_xsrf_conf_t *conf)
{
    const char *token;

    if (!(conf->send & MSC_SEND_ENV) || (!has_handler(r) && !is_parsed(r))) return;
    token = msc_xsrf_token(r, conf);
    if (!token) return;
    msc_xsrf_state(r)->is_in_body = true;
    apr_table_setn(r->subprocess_env, "XSRF_TOKEN", token);
    apr_table_setn(r->subprocess_env, "XSRF_FIELD", msc_xsrf_field(conf));
    apr_table_setn(r->notes, "xsrf_token", token);
    apr_table_setn(r->notes, "xsrf_field", msc_xsrf_field(conf));
}
