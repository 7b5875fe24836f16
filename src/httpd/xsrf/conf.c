/* SPDX-License-Identifier: Apache-2.0 */
/* The XSRF directives: the checks of single values, and what is prepared when all lines
 * have been read. A scope may choose schemes and keys in different places, so each
 * XSRFKey line has every scheme ready: a request only picks. */

#include "httpd/xsrf/conf.h"
#include "httpd/session/keyring.h"
#include "httpd/session/source.h"
#include "httpd/setter.h"
#include "httpd/startup.h"
#include "http_main.h"

/* --- values --- */

const char *msc_xsrf_method_refused(const char *value)
{
    return msc_is_token(value) ? NULL : "is not a method";
}

const char *msc_xsrf_header_refused(const char *value)
{
    return msc_is_token(value) ? NULL : "is not a valid header name";
}

const char *msc_xsrf_field_refused(const char *value)
{
    /* It is written into pages as it is. */
    for (const char *c = value; *c; c++) {
        if ((unsigned char)*c <= ' ' || strchr("\"'<>&=\x7f", *c))
            return "is not a valid name of a form field";
    }
    return NULL;
}

static bool has_trailing_slash(sc_origin_t *origin, const char *arg, apr_pool_t *p)
{
    apr_size_t n = strlen(arg);

    return n && arg[n - 1] == '/' &&
           sc_origin_parse(origin, sc_bytes((const unsigned char *)arg, n - 1), p);
}

const char *msc_xsrf_add_trusted(cmd_parms *cmd, void *dir, const char *arg)
{
    msc_xsrf_conf_t *conf = msc_xsrf_own(cmd, dir);
    sc_origin_t origin;

    if (!sc_origin_parse(&origin, sc_bytes_str(arg), cmd->pool)) {
        if (has_trailing_slash(&origin, arg, cmd->pool))
            return msc_refuse(cmd, arg,
                              "is not an origin (scheme://host[:port]): drop the slash",
                              apr_pstrndup(cmd->pool, arg, strlen(arg) - 1));
        return msc_refuse(cmd, arg, "is not an origin (scheme://host[:port])",
                          "https://www.example.org");
    }
    if (!conf->trusted) conf->trusted = apr_array_make(cmd->pool, 2, sizeof(origin));
    APR_ARRAY_PUSH(conf->trusted, sc_origin_t) = origin;
    MSC_MARK_SET(conf, trusted);
    return NULL;
}

const msc_choice_t msc_xsrf_policies[] = {
    {"origin", MSC_XSRF_ORIGIN},
    {"origin-if-sent", MSC_XSRF_ORIGIN | MSC_XSRF_IF_SENT},
    {"token", MSC_XSRF_TOKEN},
    {"both", MSC_XSRF_ORIGIN | MSC_XSRF_TOKEN},
    {NULL, 0}};

const char *msc_xsrf_policy_name(int policy)
{
    const msc_choice_t *row = msc_xsrf_policies;

    while (row->word && row->value != policy)
        row++;
    return row->word;
}

/* --- schemes --- */

/* The row of that index, or NULL after the last. */
static const sc_xsrf_scheme_t *scheme_row(int i)
{
    return i < MSC_XSRF_SCHEMES ? sc_xsrf_scheme_at(i) : NULL;
}

static bool has_scheme(const msc_xsrf_conf_t *conf, const sc_xsrf_scheme_t *scheme)
{
    for (int i = 0; conf->schemes[i]; i++) {
        if (conf->schemes[i] == scheme) return true;
    }
    return false;
}

static void add_scheme(msc_xsrf_conf_t *conf, const sc_xsrf_scheme_t *scheme)
{
    int n = 0;

    if (!MSC_IS_SET(conf, schemes)) conf->schemes[0] = NULL;
    MSC_MARK_SET(conf, schemes);
    if (has_scheme(conf, scheme)) return;
    while (conf->schemes[n])
        n++;
    conf->schemes[n] = scheme;
    conf->schemes[n + 1] = NULL;
}

const char *msc_xsrf_add_scheme(cmd_parms *cmd, void *dir, const char *arg)
{
    const sc_xsrf_scheme_t *scheme;
    const char *list = NULL;

    for (int i = 0; (scheme = scheme_row(i)) != NULL; i++) {
        if (!strcmp(scheme->name, arg)) {
            add_scheme(msc_xsrf_own(cmd, dir), scheme);
            return NULL;
        }
        list =
            list ? apr_pstrcat(cmd->pool, list, ", ", scheme->name, NULL) : scheme->name;
    }
    return apr_psprintf(cmd->pool, "XSRFScheme \"%s\" is not one of: %s", arg, list);
}

/* --- keys --- */

/* Prepares every scheme with the line's keys; one that needs keys must be among them. */
static const char *prepare_schemes(msc_xsrf_keys_t *keys, apr_pool_t *p)
{
    const sc_key_t *const *found;
    const sc_xsrf_scheme_t *row;
    const char *first = msc_key_list(&found, keys->server, &keys->ids, p);
    bool usable = false;

    if (first) return apr_pstrcat(p, "XSRFKey ", first, NULL);
    for (int i = 0; (row = scheme_row(i)) != NULL; i++) {
        sc_xsrf_t *scheme;
        const char *why = sc_xsrf_prepare(&scheme, row->name, found, keys->ids.n, p);

        if (!why) keys->scheme[i] = scheme;
        if (why && !first) first = why;
        if (!why && !row->keyless) usable = true;
    }
    return usable ? NULL : apr_pstrcat(p, "XSRFKey: ", first, NULL);
}

const char *msc_xsrf_set_keys(cmd_parms *cmd, void *dir, int argc, char *const argv[])
{
    msc_xsrf_conf_t *conf = msc_xsrf_own(cmd, dir);
    msc_xsrf_keys_t *keys = apr_pcalloc(cmd->pool, sizeof(*keys));

    if (argc == 0) return "XSRFKey needs the id of a key; for example: XSRFKey main";
    keys->ids.n = argc;
    keys->ids.word = apr_pmemdup(cmd->pool, argv, sizeof(*argv) * (apr_size_t)argc);
    keys->server = cmd->server;
    keys->directive = cmd->directive;
    conf->keys = keys;
    MSC_MARK_SET(conf, keys);
    if (msc_in_htaccess(cmd)) return prepare_schemes(keys, cmd->pool);
    APR_ARRAY_PUSH(msc_server(cmd->server)->xsrf_keys, msc_xsrf_keys_t *) = keys;
    return NULL;
}

const sc_xsrf_t *msc_xsrf_scheme(const msc_xsrf_conf_t *conf,
                                 const sc_xsrf_scheme_t *scheme)
{
    if (!conf->keys) return scheme->keyless;
    for (int i = 0; i < MSC_XSRF_SCHEMES; i++) {
        const sc_xsrf_t *prepared = conf->keys->scheme[i];

        if (prepared && prepared->scheme == scheme) return prepared;
    }
    return NULL;
}

/* --- ways --- */

/* Whether a cookie of that name is a session's. */
static bool is_source(const server_rec *base, const char *name)
{
    for (const server_rec *s = base; s; s = s->next) {
        const apr_array_header_t *list = msc_server(s)->pending;

        for (int i = 0; i < list->nelts; i++) {
            const msc_source_t *source = APR_ARRAY_IDX(list, i, const msc_source_t *);

            if (source->place == MSC_COOKIE && !strcmp(source->name, name)) return true;
        }
    }
    return false;
}

#define IS_A_SESSION                                                                     \
    "XSRFSend \"cookie=%s\": that is the cookie of a session (CookieSession); for "      \
    "example: XSRFSend cookie=SHOP-XSRF-TOKEN"

const char *msc_xsrf_add_way(cmd_parms *cmd, void *dir, const char *arg)
{
    bool is_named = !ap_cstr_casecmpn(arg, "cookie=", 7);
    const char *name = is_named ? arg + 7 : MSC_SEND_COOKIE_NAME;
    msc_xsrf_conf_t *conf = msc_xsrf_own(cmd, dir);

    if (is_named && !msc_is_token(name))
        return msc_refuse(cmd, arg, "does not end with a valid name of a cookie",
                          "cookie=SHOP-XSRF-TOKEN");
    if (is_named && (!strcmp(name, "csrftoken") || ap_strcasestr(name, "xsrf-visitor")))
        return msc_refuse(cmd, arg, "names a cookie that tokens are bound to",
                          "cookie=SHOP-XSRF-TOKEN");
    if (msc_in_htaccess(cmd) && is_source(ap_server_conf, name))
        return apr_psprintf(cmd->pool, IS_A_SESSION, name);
    if (msc_in_htaccess(cmd) && !ap_cstr_casecmp(arg, "script") &&
        !msc_server(cmd->server)->script_tag)
        return "XSRFSend \"script\" in .htaccess needs the script to be served; add to "
               "the "
               "server or the <VirtualHost>, for example: XSRFScript "
               "/.well-known/xsrf.js";
    if (is_named || !MSC_IS_SET(conf, send_cookie)) conf->send_cookie = name;
    MSC_MARK_SET(conf, send_cookie);
    return msc_add_choice(cmd, dir, is_named ? "cookie" : arg);
}

/* --- what the lines need from each other --- */

#define NOTHING_ONE_TIME                                                                 \
    "XSRFOneTime On applies to tokens of flask-xsrf only, which %s; add flask-xsrf to "  \
    "XSRFScheme"

static bool has_one_time(const msc_xsrf_conf_t *conf)
{
    for (int i = 0; conf->schemes[i]; i++) {
        if (conf->schemes[i]->one_time) return true;
    }
    return false;
}

/* What one scope says of schemes and keys must fit together. */
static const char *scope_refused(const msc_xsrf_conf_t *conf, apr_pool_t *p)
{
    bool chosen = MSC_IS_SET(conf, schemes);

    if (conf->one_time && chosen && !has_one_time(conf))
        return apr_psprintf(p, NOTHING_ONE_TIME, "the XSRFScheme of this scope omits");
    for (int i = 0; conf->keys && chosen && conf->schemes[i]; i++) {
        if (!msc_xsrf_scheme(conf, conf->schemes[i]))
            return apr_psprintf(p,
                                "XSRFScheme %s cannot use the keys of XSRFKey; name a "
                                "CookieSessionKey that is a secret",
                                conf->schemes[i]->name);
    }
    return NULL;
}

static const char *way_refused(const server_rec *base, const msc_xsrf_conf_t *conf,
                               apr_pool_t *p)
{
    if (!(conf->send & MSC_SEND_COOKIE) || !is_source(base, conf->send_cookie))
        return NULL;
    return apr_psprintf(p, IS_A_SESSION, conf->send_cookie);
}

/* Whether the scope says how it does without a key. Which scope inherits that is known
 * with a request only. */
static bool needs_no_key(const msc_xsrf_conf_t *conf)
{
    for (int i = 0; conf->schemes[i]; i++) {
        if (conf->schemes[i]->keyless) return true;
    }
    return !(conf->policy & MSC_XSRF_TOKEN);
}

/* All scopes: each alone, then what one needs and none of them gives. */
static int check_scopes(server_rec *base, bool has_keys, apr_pool_t *p)
{
    const msc_xsrf_conf_t *guard = NULL, *once = NULL;
    bool one_time = false;

    for (server_rec *s = base; s; s = s->next) {
        const apr_array_header_t *list = msc_server(s)->xsrf;

        for (int i = 0; i < list->nelts; i++) {
            const msc_xsrf_conf_t *conf = APR_ARRAY_IDX(list, i, const msc_xsrf_conf_t *);
            const char *why = scope_refused(conf, p);

            if (!why) why = way_refused(base, conf, p);
            if (why) return msc_complain(s, conf->directive, why);
            if (conf->mode != MSC_XSRF_OFF && !guard) guard = conf;
            if (conf->one_time) once = conf;
            has_keys = has_keys || needs_no_key(conf);
            one_time = one_time || has_one_time(conf);
        }
    }
    if (once && !one_time)
        return msc_complain(base, once->directive,
                            apr_psprintf(p, NOTHING_ONE_TIME, "no scope accepts"));
    if (has_keys || !guard) return OK;
    return msc_complain(base, guard->directive,
                        "XSRF needs a key for its tokens; add a line XSRFKey ID, with a "
                        "CookieSessionKey of that ID, or XSRFPolicy origin");
}

static bool has_mode(const server_rec *s, int mode)
{
    const apr_array_header_t *list = msc_server(s)->xsrf;

    for (int i = 0; i < list->nelts; i++) {
        if (APR_ARRAY_IDX(list, i, const msc_xsrf_conf_t *)->mode == mode) return true;
    }
    return false;
}

/* The main server's sections hold for virtual hosts too. Where no scope has a guard, it
 * is in .htaccess files. */
static void note_guards(server_rec *base)
{
    for (server_rec *s = base; s; s = s->next) {
        bool reports = has_mode(s, MSC_XSRF_REPORT) || has_mode(base, MSC_XSRF_REPORT);

        msc_server(s)->has_guard =
            has_mode(s, MSC_XSRF_ON) || has_mode(base, MSC_XSRF_ON) || !reports;
    }
}

int msc_xsrf_check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                          server_rec *base)
{
    bool has_keys = false;

    (void)plog;
    (void)ptemp;
    for (server_rec *s = base; s; s = s->next) {
        const apr_array_header_t *list = msc_server(s)->xsrf_keys;

        for (int i = 0; i < list->nelts; i++) {
            msc_xsrf_keys_t *keys = APR_ARRAY_IDX(list, i, msc_xsrf_keys_t *);
            const char *why = prepare_schemes(keys, pconf);

            if (why) return msc_complain(s, keys->directive, why);
            has_keys = true;
        }
    }
    note_guards(base);
    return check_scopes(base, has_keys, pconf);
}
