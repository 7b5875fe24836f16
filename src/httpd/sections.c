/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of the configuration, one after another: for what can only be checked when
 * all lines are known, and depends on more than one of them. */

#include "httpd/sections.h"
#include "http_core.h"

typedef const char *check_t(const msc_dir_t *scope, apr_pool_t *p);

static const char *check_sections(const apr_array_header_t *sections,
                                  const msc_dir_t *outer, check_t *check, apr_pool_t *p);

/* A section and those inside it, each with what it has from the one around it. */
static const char *check_section(ap_conf_vector_t *section, const msc_dir_t *outer,
                                 check_t *check, apr_pool_t *p)
{
    const msc_dir_t *own = ap_get_module_config(section, &sessioncookie_module);
    const core_dir_config *core = ap_get_core_module_config(section);
    const msc_dir_t *all = own ? msc_dir_merge(p, (void *)outer, (void *)own) : outer;
    const char *why = check(all, p);

    if (!why && core) why = check_sections(core->sec_file, all, check, p);
    if (!why && core) why = check_sections(core->sec_if, all, check, p);
    return why;
}

static const char *check_sections(const apr_array_header_t *sections,
                                  const msc_dir_t *outer, check_t *check, apr_pool_t *p)
{
    const char *why = NULL;

    for (int i = 0; sections && !why && i < sections->nelts; i++)
        why = check_section(APR_ARRAY_IDX(sections, i, ap_conf_vector_t *), outer, check,
                            p);
    return why;
}

int msc_sections_check(server_rec *base, check_t *check, apr_pool_t *p)
{
    const msc_dir_t *nothing = msc_dir_create(p, NULL);

    for (server_rec *s = base; s; s = s->next) {
        const core_server_config *core = ap_get_core_module_config(s->module_config);
        const msc_dir_t *whole =
            ap_get_module_config(s->lookup_defaults, &sessioncookie_module);
        const char *why = check_section(s->lookup_defaults, nothing, check, p);

        if (!why) why = check_sections(core->sec_dir, whole, check, p);
        if (!why) why = check_sections(core->sec_url, whole, check, p);
        if (why) {
            ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_ERR, 0, s, "%s", why);
            return HTTP_INTERNAL_SERVER_ERROR;
        }
    }
    return OK;
}
