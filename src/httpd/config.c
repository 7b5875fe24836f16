/* SPDX-License-Identifier: Apache-2.0 */
/* The directives: their table, what they set, how an inner scope changes an outer one.
 * Checks of one value are made here or where the directive lives (source.c, keyring.c);
 * what depends on other directives is checked when all have been read (msc_source_check).
 */

#include "httpd/config.h"
#include "httpd/access/authn.h"
#include "httpd/mod_session/attributes.h"
#include "httpd/export/envname.h"
#include "httpd/export/header.h"
#include "httpd/session/keyring.h"
#include "httpd/session/source.h"
#include "httpd/xsrf/conf.h"

static const char *const default_user[] = {"_user_id", "user_id", "_auth_user_id", "sub",
                                           NULL};

const msc_dir_t msc_defaults = {
    .user = default_user,
    .env = "SESSION_",
    .delimiter = ",",
    .strip = 0,
};

void *msc_dir_create(apr_pool_t *p, char *path)
{
    msc_dir_t *conf = apr_pcalloc(p, sizeof(*conf));

    (void)path;
    conf->strip = -1;
    return conf;
}

/* The inner scope's, or else the outer one's. */
#define PICK(member, unset)                                                              \
    conf->member = in->member != (unset) ? in->member : out->member

void *msc_dir_merge(apr_pool_t *p, void *outer, void *inner)
{
    const msc_dir_t *out = outer, *in = inner;
    msc_dir_t *conf = apr_pcalloc(p, sizeof(*conf));

    PICK(sources, NULL);
    PICK(user, NULL);
    PICK(env, NULL);
    PICK(delimiter, NULL);
    PICK(strip, -1);
    PICK(headers, NULL);
    PICK(login_url, NULL);
    PICK(attributes, NULL);
    conf->xsrf = msc_xsrf_conf_merge(p, out->xsrf, in->xsrf);
    /* The only additive one. */
    PICK(exports, NULL);
    if (in->exports && out->exports) {
        conf->exports = apr_array_append(p, out->exports, in->exports);
    }
    return conf;
}

void *msc_server_create(apr_pool_t *p, server_rec *s)
{
    msc_server_t *conf = apr_pcalloc(p, sizeof(*conf));

    (void)s;
    conf->keys = apr_hash_make(p);
    conf->pending = apr_array_make(p, 4, sizeof(msc_source_t *));
    conf->xsrf_keys = apr_array_make(p, 2, sizeof(msc_xsrf_keys_t *));
    conf->xsrf = apr_array_make(p, 2, sizeof(msc_xsrf_conf_t *));
    return conf;
}

void *msc_server_merge(apr_pool_t *p, void *outer, void *inner)
{
    const msc_server_t *out = outer, *in = inner;
    msc_server_t *conf = apr_pcalloc(p, sizeof(*conf));

    conf->keys = apr_hash_overlay(p, in->keys, out->keys);
    conf->pending = in->pending; /* a source asks the server that it was written in */
    conf->xsrf_keys = in->xsrf_keys;
    conf->xsrf = in->xsrf;
    return conf;
}

static const char *set_user(cmd_parms *cmd, void *dir, int argc, char *const argv[])
{
    msc_dir_t *conf = dir;
    const char **paths = apr_palloc(cmd->pool, sizeof(*paths) * ((apr_size_t)argc + 1));

    if (argc == 0) {
        return "CookieSessionUser: no member is named; for example: CookieSessionUser "
               "_user_id";
    }
    for (int i = 0; i < argc; i++) {
        if (!*argv[i]) {
            return "CookieSessionUser \"\": a member has a name; for example: "
                   "CookieSessionUser _user_id";
        }
        paths[i] = argv[i];
    }
    paths[argc] = NULL;
    conf->user = paths;
    return NULL;
}

static const char *set_env(cmd_parms *cmd, void *dir, const char *arg)
{
    msc_dir_t *conf = dir;
    const char *why;

    if (!ap_cstr_casecmp(arg, "on")) {
        conf->env = msc_defaults.env;
        return NULL;
    }
    if (!ap_cstr_casecmp(arg, "off")) {
        conf->env = "";
        return NULL;
    }
    why = msc_env_prefix_refused(arg, cmd->pool);
    if (why) {
        return apr_psprintf(
            cmd->pool,
            "CookieSessionEnv %s: %s; choose a prefix of your own, such as "
            "SESSION_ or APP_",
            arg, why);
    }
    conf->env = arg;
    return NULL;
}

static const char *add_export(cmd_parms *cmd, void *dir, const char *path,
                              const char *name)
{
    msc_dir_t *conf = dir;
    msc_export_t *export;
    const char *why = msc_env_name_refused(name, cmd->pool);

    if (why) {
        return apr_psprintf(
            cmd->pool,
            "CookieSessionExport %s %s: %s; choose a name of your own, such "
            "as APP_USER",
            path, name, why);
    }
    if (!conf->exports) {
        conf->exports = apr_array_make(cmd->pool, 4, sizeof(msc_export_t));
    }
    export = apr_array_push(conf->exports);
    export->path = path;
    export->name = name;
    return NULL;
}

static const char *set_delimiter(cmd_parms *cmd, void *dir, const char *arg)
{
    msc_dir_t *conf = dir;

    (void)cmd;
    conf->delimiter = arg;
    return NULL;
}

static const char *set_strip(cmd_parms *cmd, void *dir, int flag)
{
    msc_dir_t *conf = dir;

    (void)cmd;
    conf->strip = flag;
    return NULL;
}

/* Server, vhost, directory and .htaccess with AllowOverride AuthConfig. */
#define ANYWHERE (RSRC_CONF | OR_AUTHCFG)

const command_rec msc_commands[] = {
    AP_INIT_TAKE_ARGV(
        "CookieSessionKey", msc_key_directive, NULL, RSRC_CONF,
        "a key: id, source (file:PATH, env:NAME, exec:COMMAND, text:SECRET), "
        "then iss=, password=, unwrap="),
    AP_INIT_TAKE_ARGV("CookieSession", msc_source_directive, NULL, ANYWHERE,
                      "Off, or where tokens are found (cookie:NAME, header:NAME), their "
                      "format, keys=id[,id...] and options"),
    AP_INIT_TAKE_ARGV("CookieSessionUser", set_user, NULL, ANYWHERE,
                      "members of which the first present becomes REMOTE_USER"),
    AP_INIT_TAKE1("CookieSessionEnv", set_env, NULL, ANYWHERE,
                  "On, Off or the prefix of the environment variables"),
    AP_INIT_TAKE2("CookieSessionExport", add_export, NULL, ANYWHERE,
                  "a member and the environment variable that takes its value"),
    AP_INIT_TAKE1("CookieSessionEnvDelimiter", set_delimiter, NULL, ANYWHERE,
                  "what joins an array's elements in an environment variable"),
    AP_INIT_FLAG("CookieSessionStrip", set_strip, NULL, ANYWHERE,
                 "On hides the session cookie from handlers and back ends"),
    AP_INIT_TAKE2("CookieSessionHeader", msc_header_directive, NULL, ANYWHERE,
                  "a request header for back ends and the member that it takes"),
    AP_INIT_TAKE1("CookieSessionLoginURL", msc_access_login_url, NULL, ANYWHERE,
                  "where AuthType CookieSession sends a browser that has no session"),
    AP_INIT_TAKE1(
        "CookieSessionAttributes", msc_attributes_directive, NULL, ANYWHERE,
        "the attributes of a cookie that is written, all in one pair of quotes"),
    AP_INIT_TAKE1("XSRF", msc_xsrf_set_mode, NULL, ANYWHERE,
                  "On guards unsafe requests, Report only logs, Off lets all pass"),
    AP_INIT_ITERATE("XSRFMethods", msc_xsrf_add_method, NULL, ANYWHERE,
                    "guarded methods; default: all but GET HEAD OPTIONS TRACE"),
    AP_INIT_TAKE1("XSRFPolicy", msc_xsrf_set_policy, NULL, ANYWHERE,
                  "origin, token or both: what a request is asked for"),
    AP_INIT_ITERATE("XSRFTrustedOrigin", msc_xsrf_add_trusted, NULL, ANYWHERE,
                    "scheme://host[:port] of other sites that may send requests"),
    AP_INIT_ITERATE("XSRFScheme", msc_xsrf_add_scheme, NULL, ANYWHERE,
                    "accepted token schemes, of which the first also issues"),
    AP_INIT_TAKE_ARGV("XSRFKey", msc_xsrf_set_keys, NULL, ANYWHERE,
                      "ids of the keys of the schemes: the first seals, all open"),
    AP_INIT_ITERATE("XSRFHeader", msc_xsrf_add_header, NULL, ANYWHERE,
                    "request headers in which a token is looked for"),
    AP_INIT_ITERATE("XSRFField", msc_xsrf_add_field, NULL, ANYWHERE,
                    "fields of a form or JSON body in which a token is looked for"),
    AP_INIT_TAKE1("XSRFTimeout", msc_xsrf_set_timeout, NULL, ANYWHERE,
                  "how old a token may be, or Off"),
    AP_INIT_FLAG("XSRFOneTime", msc_xsrf_set_one_time, NULL, ANYWHERE,
                 "On: a flask-xsrf token's copy in the session is used up"),
    AP_INIT_TAKE1("XSRFBodyLimit", msc_xsrf_set_body_limit, NULL, ANYWHERE,
                  "how far into a body a token is looked for"),
    AP_INIT_ITERATE("XSRFBind", msc_xsrf_add_bind, NULL, ANYWHERE,
                    "user, session, ip: what a signed token is tied to"),
    AP_INIT_ITERATE("XSRFSend", msc_xsrf_add_send, NULL, ANYWHERE,
                    "header, cookie, env, inject: how a token reaches pages; or Off"),
    AP_INIT_ITERATE("XSRFExempt", msc_xsrf_add_exempt, NULL, ANYWHERE,
                    "exact paths that are not guarded"),
    {NULL},
};
