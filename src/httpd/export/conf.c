/* SPDX-License-Identifier: Apache-2.0 */
/* CookieSessionUser: which member is the user. CookieSessionEnv and CookieSessionExport:
 * which variables a session sets; refused are names that httpd, a loader or an
 * interpreter obeys (envname.c). */

#include "httpd/export/conf.h"
#include "httpd/export/envname.h"
#include "httpd/setter.h"

#define REMOTE_USER "remote-user="

/* remote-user=on|off. */
static const char *set_remote_user(cmd_parms *cmd, msc_dir_t *conf, const char *option)
{
    const char *value = option + strlen(REMOTE_USER);

    conf->remote_user = !ap_cstr_casecmp(value, "on");
    if (conf->remote_user || !ap_cstr_casecmp(value, "off")) return NULL;
    return apr_psprintf(cmd->pool, "CookieSessionUser %s: write remote-user=on or %s",
                        option, "remote-user=off");
}

static const char *user_refused(cmd_parms *cmd, const char *word, int argc)
{
    if (!*word) return msc_refuse(cmd, word, "is empty", "_user_id");
    if (!ap_cstr_casecmp(word, "off") && argc > 1)
        return "CookieSessionUser Off takes no other word: there is no user then; for a "
               "member called \"off\" write /off";
    return NULL;
}

const char *msc_user_directive(cmd_parms *cmd, void *dir, int argc, char *const argv[])
{
    msc_dir_t *conf = dir;
    const char **paths =
        apr_palloc(cmd->pool, sizeof(*paths) * (apr_size_t)(argc > 0 ? argc : 1));
    const char *why = NULL;
    bool off = argc == 1 && !ap_cstr_casecmp(argv[0], "off");
    int n = 0;

    if (argc == 0)
        return "CookieSessionUser needs a value; for example: CookieSessionUser _user_id";
    conf->remote_user = 0;
    MSC_MARK_SET(conf, remote_user);
    for (int i = 0; !why && !off && i < argc; i++) {
        why = user_refused(cmd, argv[i], argc);
        if (!why && !strncmp(argv[i], REMOTE_USER, strlen(REMOTE_USER)))
            why = set_remote_user(cmd, conf, argv[i]);
        else
            paths[n++] = argv[i];
    }
    /* remote-user= alone leaves the members as they are. */
    if (why || (n == 0 && !off)) return why;
    conf->user = (msc_words_t){n, paths};
    MSC_MARK_SET(conf, user);
    return NULL;
}

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
