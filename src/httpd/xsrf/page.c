/* SPDX-License-Identifier: Apache-2.0 */
/* What a response says of itself: its type, and whether shared caches may keep it; and
 * who is going to make it. */

#include "httpd/xsrf/page.h"
#include "httpd/request.h"
#include "core/http/caching.h"
#include "http_core.h"
#include "util_filter.h"

bool msc_page_is_type(const char *type, const char *name)
{
    apr_size_t n = strlen(name);

    return type && !ap_cstr_casecmpn(type, name, n) &&
           (!type[n] || type[n] == ';' || type[n] == ' ' || type[n] == '\t');
}

bool msc_page_is_html(const request_rec *r)
{
    return msc_page_is_type(r->content_type, "text/html") ||
           msc_page_is_type(r->content_type, "application/xhtml+xml");
}

bool msc_page_is_public(request_rec *r)
{
    return sc_caching_is_public(msc_response_cache_control(r));
}

/* --- who answers --- */

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
static bool is_made(const request_rec *r)
{
    const char *name = r->handler ? r->handler : r->content_type;

    if (!name || !strcmp(name, "default-handler") || !strcmp(name, "redirect-handler") ||
        !strncmp(name, "httpd/", 6))
        return false;
    return r->handler || !strncmp(name, "application/x-httpd-", 20);
}

bool msc_page_has_handler(const request_rec *r)
{
    return is_made(r) || is_parsed(r);
}
