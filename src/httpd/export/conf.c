/* SPDX-License-Identifier: Apache-2.0 */
/* CookieSessionEnv and CookieSessionExport: which variables a session sets. Refused:
 * names that httpd, a loader or an interpreter obeys (envname.c). */

#include "httpd/export/conf.h"
#include "httpd/export/envname.h"

const char *msc_env_directive(cmd_parms *cmd, void *dir, const char *arg)
{
    msc_dir_t *conf = dir;
    const char *why;

    MSC_MARK_SET(conf, env);
    if (!ap_cstr_casecmp(arg, "on")) {
        conf->env = MSC_ENV_PREFIX;
        return NULL;
    }
    if (!ap_cstr_casecmp(arg, "off")) {
        conf->env = "";
        return NULL;
    }
    why = msc_env_prefix_refused(arg, cmd->pool);
    if (why)
        return apr_psprintf(cmd->pool,
                            "CookieSessionEnv %s: %s; choose a prefix of your own, such "
                            "as SESSION_ or VISITOR_",
                            arg, why);
    conf->env = arg;
    return NULL;
}

const char *msc_export_directive(cmd_parms *cmd, void *dir, const char *path,
                                 const char *name)
{
    msc_dir_t *conf = dir;
    const char *why = msc_env_name_refused(name, cmd->pool);

    if (why)
        return apr_psprintf(cmd->pool,
                            "CookieSessionExport %s %s: %s; choose a name of your own, "
                            "such as VISITOR_USER",
                            path, name, why);
    if (!conf->exports)
        conf->exports = apr_array_make(cmd->pool, 4, sizeof(msc_export_t));
    APR_ARRAY_PUSH(conf->exports, msc_export_t) = (msc_export_t){path, name};
    MSC_MARK_SET(conf, exports);
    return NULL;
}
