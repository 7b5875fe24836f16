/* SPDX-License-Identifier: Apache-2.0 */
/* The XSRF directives: setters, merge, and what is prepared when all has been read. A
 * scope may choose schemes and keys in different places, so each XSRFKey line has every
 * scheme ready: a request only picks. */

#include "httpd/xsrf/conf.h"
#include "httpd/session/keyring.h"
#include "apr_lib.h"

const char *const msc_xsrf_default_headers[] = {"X-XSRF-Token", "X-CSRF-Token",
                                                "X-CSRFToken", NULL};
const char *const msc_xsrf_default_fields[] = {"xsrf-token", "csrf_token",
                                               "csrfmiddlewaretoken", NULL};

const msc_xsrf_conf_t msc_xsrf_defaults = {
    .mode = MSC_XSRF_OFF,
    .policy = MSC_XSRF_ORIGIN | MSC_XSRF_TOKEN,
    .timeout = 3600 * APR_USEC_PER_SEC,
    .one_time = 0,
    .body_limit = 64 * 1024,
    .bind = MSC_BIND_USER,
    .send = MSC_SEND_HEADER | MSC_SEND_COOKIE | MSC_SEND_ENV,
};

/* Made by the first directive of a scope, for most scopes have none. */
static msc_xsrf_conf_t *create(apr_pool_t *p)
{
    msc_xsrf_conf_t *conf = apr_pcalloc(p, sizeof(*conf));

    conf->mode = conf->policy = conf->one_time = conf->bind = conf->send = -1;
    conf->timeout = -1;
    conf->body_limit = -1;
    return conf;
}

/* The inner scope's, or else the outer one's. */
#define PICK(member, unset)                                                              \
    conf->member = inner->member != (unset) ? inner->member : outer->member

msc_xsrf_conf_t *msc_xsrf_conf_merge(apr_pool_t *p, msc_xsrf_conf_t *outer,
                                     msc_xsrf_conf_t *inner)
{
    msc_xsrf_conf_t *conf;

    if (!inner || !outer) return inner ? inner : outer;
    conf = apr_pcalloc(p, sizeof(*conf));
    PICK(mode, -1);
    PICK(methods, NULL);
    PICK(policy, -1);
    PICK(trusted, NULL);
    PICK(schemes, NULL);
    PICK(keys, NULL);
    PICK(headers, NULL);
    PICK(fields, NULL);
    PICK(timeout, -1);
    PICK(one_time, -1);
    PICK(body_limit, -1);
    PICK(bind, -1);
    PICK(send, -1);
    PICK(exempt, NULL);
    return conf;
}

const char *const *msc_xsrf_words(const apr_array_header_t *list,
                                  const char *const *defaults, int *n)
{
    if (list) {
        *n = list->nelts;
        return (const char *const *)list->elts;
    }
    for (*n = 0; defaults[*n]; ++*n)
        ;
    return defaults;
}

static msc_xsrf_conf_t *conf_of(void *dir, cmd_parms *cmd)
{
    msc_dir_t *conf = dir;

    if (!conf->xsrf) {
        conf->xsrf = create(cmd->pool);
        if (!msc_in_htaccess(cmd))
            APR_ARRAY_PUSH(msc_server(cmd->server)->xsrf, msc_xsrf_conf_t *) = conf->xsrf;
    }
    conf->xsrf->directive = cmd->directive;
    return conf->xsrf;
}

/* One word of a list: the line's words come one by one, a later line goes on. */
static void add_word(apr_array_header_t **list, cmd_parms *cmd, const char *word)
{
    if (!*list) *list = apr_array_make(cmd->pool, 4, sizeof(const char *));
    APR_ARRAY_PUSH(*list, const char *) = word;
}

static const char *wrong(cmd_parms *cmd, const char *value, const char *why)
{
    return apr_psprintf(cmd->pool, "%s %s: %s", cmd->cmd->name, value, why);
}

static int is_token(const char *text)
{
    if (!*text) return 0;
    for (; *text; text++) {
        if (!apr_isalnum(*text) && !strchr("!#$%&'*+-.^_`|~", *text)) return 0;
    }
    return 1;
}

const char *msc_xsrf_set_mode(cmd_parms *cmd, void *dir, const char *arg)
{
    msc_xsrf_conf_t *conf = conf_of(dir, cmd);

    if (!ap_cstr_casecmp(arg, "off"))
        conf->mode = MSC_XSRF_OFF;
    else if (!ap_cstr_casecmp(arg, "on"))
        conf->mode = MSC_XSRF_ON;
    else if (!ap_cstr_casecmp(arg, "report"))
        conf->mode = MSC_XSRF_REPORT;
    else
        return wrong(cmd, arg, "is none of On, Off, Report");
    return NULL;
}

const char *msc_xsrf_set_policy(cmd_parms *cmd, void *dir, const char *arg)
{
    msc_xsrf_conf_t *conf = conf_of(dir, cmd);

    if (!ap_cstr_casecmp(arg, "origin"))
        conf->policy = MSC_XSRF_ORIGIN;
    else if (!ap_cstr_casecmp(arg, "token"))
        conf->policy = MSC_XSRF_TOKEN;
    else if (!ap_cstr_casecmp(arg, "both"))
        conf->policy = MSC_XSRF_ORIGIN | MSC_XSRF_TOKEN;
    else
        return wrong(cmd, arg, "is none of origin, token, both");
    return NULL;
}

const char *msc_xsrf_add_method(cmd_parms *cmd, void *dir, const char *arg)
{
    if (!is_token(arg))
        return wrong(cmd, arg, "is no method; for example: XSRFMethods POST PUT");
    add_word(&conf_of(dir, cmd)->methods, cmd, arg);
    return NULL;
}

const char *msc_xsrf_add_trusted(cmd_parms *cmd, void *dir, const char *arg)
{
    msc_xsrf_conf_t *conf = conf_of(dir, cmd);
    sc_origin_t origin;

    if (!sc_origin_parse(&origin, sc_bytes_str(arg), cmd->pool))
        return wrong(cmd, arg,
                     "is no origin; for example: XSRFTrustedOrigin "
                     "https://www.example.org");
    if (!conf->trusted) conf->trusted = apr_array_make(cmd->pool, 2, sizeof(origin));
    APR_ARRAY_PUSH(conf->trusted, sc_origin_t) = origin;
    return NULL;
}

const char *msc_xsrf_add_scheme(cmd_parms *cmd, void *dir, const char *arg)
{
    msc_xsrf_conf_t *conf = conf_of(dir, cmd);
    const sc_xsrf_scheme_t *scheme;

    for (int i = 0; (scheme = sc_xsrf_scheme_at(i)) != NULL; i++) {
        if (strcmp(scheme->name, arg)) continue;
        if (!conf->schemes) conf->schemes = apr_array_make(cmd->pool, 4, sizeof(int));
        APR_ARRAY_PUSH(conf->schemes, int) = i;
        return NULL;
    }
    return wrong(cmd, arg,
                 "there is no such scheme; there are signed, flask-xsrf, flask-wtf, "
                 "django");
}

const char *msc_xsrf_add_header(cmd_parms *cmd, void *dir, const char *arg)
{
    if (!is_token(arg))
        return wrong(cmd, arg,
                     "is no name of a header; for example: XSRFHeader X-XSRF-Token");
    add_word(&conf_of(dir, cmd)->headers, cmd, arg);
    return NULL;
}

const char *msc_xsrf_add_field(cmd_parms *cmd, void *dir, const char *arg)
{
    for (const char *c = arg; *c || c == arg; c++) {
        /* It is written into pages as it is. */
        if (!*c || (unsigned char)*c <= ' ' || strchr("\"'<>&=\x7f", *c))
            return wrong(cmd, arg,
                         "is no name of a form field; for example: XSRFField "
                         "xsrf-token");
    }
    add_word(&conf_of(dir, cmd)->fields, cmd, arg);
    return NULL;
}

const char *msc_xsrf_set_timeout(cmd_parms *cmd, void *dir, const char *arg)
{
    msc_xsrf_conf_t *conf = conf_of(dir, cmd);
    apr_interval_time_t t;
    const char *why = sc_duration_parse(&t, arg, 1);

    if (why) return wrong(cmd, arg, why);
    conf->timeout = t < 0 ? -2 : t;
    return NULL;
}

const char *msc_xsrf_set_one_time(cmd_parms *cmd, void *dir, int flag)
{
    conf_of(dir, cmd)->one_time = flag;
    return NULL;
}

const char *msc_xsrf_set_body_limit(cmd_parms *cmd, void *dir, const char *arg)
{
    apr_off_t n;
    char *end;
    int shift;

    if (apr_strtoff(&n, arg, &end, 10) != APR_SUCCESS || end == arg || n < 1) n = -1;
    shift = !*end                        ? 0
            : !ap_cstr_casecmp(end, "k") ? 10
            : !ap_cstr_casecmp(end, "m") ? 20
                                         : -1;
    if (n < 0 || shift < 0 || n > (APR_INT64_C(1) << 30) >> shift)
        return wrong(cmd, arg, "is no size up to 1024M; for example: XSRFBodyLimit 64K");
    conf_of(dir, cmd)->body_limit = n << shift;
    return NULL;
}

/* Sets the bit of a word: 1 when it is one of them. */
static int add_bit(int *bits, const char *arg, const char *const *words)
{
    for (int i = 0; words[i]; i++) {
        if (ap_cstr_casecmp(arg, words[i])) continue;
        *bits = (*bits < 0 ? 0 : *bits) | 1 << i;
        return 1;
    }
    return 0;
}

const char *msc_xsrf_add_bind(cmd_parms *cmd, void *dir, const char *arg)
{
    static const char *const words[] = {"user", "session", "ip", NULL};

    return add_bit(&conf_of(dir, cmd)->bind, arg, words)
               ? NULL
               : wrong(cmd, arg, "is none of user, session, ip");
}

const char *msc_xsrf_add_send(cmd_parms *cmd, void *dir, const char *arg)
{
    static const char *const words[] = {"header", "cookie", "env", "inject", NULL};
    msc_xsrf_conf_t *conf = conf_of(dir, cmd);

    if (!ap_cstr_casecmp(arg, "off")) {
        conf->send = 0;
        return NULL;
    }
    return add_bit(&conf->send, arg, words)
               ? NULL
               : wrong(cmd, arg, "is none of header, cookie, env, inject, Off");
}

const char *msc_xsrf_add_exempt(cmd_parms *cmd, void *dir, const char *arg)
{
    if (*arg != '/')
        return wrong(cmd, arg, "is no path; for example: XSRFExempt /hooks/payment");
    add_word(&conf_of(dir, cmd)->exempt, cmd, arg);
    return NULL;
}

/* --- keys --- */

/* Prepares every scheme with the line's keys; the one a scope issues must be there. */
static const char *resolve(msc_xsrf_keys_t *keys, apr_pool_t *p)
{
    int n = keys->ids->nelts;
    const sc_key_t **found = apr_palloc(p, sizeof(*found) * (apr_size_t)n);
    const char *why = NULL, *first = NULL;
    int usable = 0;

    for (int i = 0; i < n; i++) {
        const char *id = APR_ARRAY_IDX(keys->ids, i, const char *);

        found[i] = msc_key_find(keys->server, id);
        if (!found[i])
            return apr_psprintf(
                p,
                "XSRFKey %s names no key of this server (there are: %s); add "
                "a line CookieSessionKey %s file:PATH",
                id, msc_key_ids(keys->server, p), id);
    }
    for (int i = 0; i < MSC_XSRF_SCHEMES && sc_xsrf_scheme_at(i); i++) {
        sc_xsrf_t *scheme;

        why = sc_xsrf_prepare(&scheme, sc_xsrf_scheme_at(i)->name, found, n, p);
        if (!why) keys->scheme[i] = scheme;
        if (why && !first) first = why;
        usable += !why && !sc_xsrf_scheme_at(i)->keyless;
    }
    return usable ? NULL : apr_pstrcat(p, "XSRFKey: ", first, NULL);
}

const char *msc_xsrf_set_keys(cmd_parms *cmd, void *dir, int argc, char *const argv[])
{
    msc_xsrf_keys_t *keys = apr_pcalloc(cmd->pool, sizeof(*keys));

    if (argc == 0) return "XSRFKey: no key is named; for example: XSRFKey main";
    keys->ids = apr_array_make(cmd->pool, argc, sizeof(const char *));
    for (int i = 0; i < argc; i++)
        APR_ARRAY_PUSH(keys->ids, const char *) = argv[i];
    keys->server = cmd->server;
    keys->directive = cmd->directive;
    conf_of(dir, cmd)->keys = keys;
    if (msc_in_htaccess(cmd)) return resolve(keys, cmd->pool);
    APR_ARRAY_PUSH(msc_server(cmd->server)->xsrf_keys, msc_xsrf_keys_t *) = keys;
    return NULL;
}

static int complain(server_rec *s, const ap_directive_t *directive, const char *sentence)
{
    ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_ERR, 0, s,
                 "Syntax error on line %d of %s: %s", directive->line_num,
                 directive->filename, sentence);
    return HTTP_INTERNAL_SERVER_ERROR;
}

static int has_scheme(const msc_xsrf_conf_t *conf, const sc_xsrf_scheme_t *scheme)
{
    for (int i = 0; conf->schemes && i < conf->schemes->nelts; i++) {
        if (sc_xsrf_scheme_at(APR_ARRAY_IDX(conf->schemes, i, int)) == scheme) return 1;
    }
    return 0;
}

/* What one scope says of schemes and keys must fit together. */
static const char *misfit(const msc_xsrf_conf_t *conf, apr_pool_t *p)
{
    if (conf->one_time > 0 && conf->schemes && !has_scheme(conf, &sc_xsrf_flask_xsrf))
        return "XSRFOneTime On: no scheme of this scope has tokens that are used up; add "
               "flask-xsrf to XSRFScheme";
    for (int i = 0; conf->keys && conf->schemes && i < conf->schemes->nelts; i++) {
        int row = APR_ARRAY_IDX(conf->schemes, i, int);

        if (!conf->keys->scheme[row])
            return apr_psprintf(
                p,
                "XSRFScheme %s: the keys of XSRFKey do not serve it; name a "
                "CookieSessionKey that is a secret",
                sc_xsrf_scheme_at(row)->name);
    }
    return NULL;
}

/* Whether any scope says how it does without a key. A scope inherits from others in ways
 * that are known with a request only. */
static int is_keyless(const msc_xsrf_conf_t *conf)
{
    for (int i = 0; conf->schemes && i < conf->schemes->nelts; i++) {
        if (sc_xsrf_scheme_at(APR_ARRAY_IDX(conf->schemes, i, int))->keyless) return 1;
    }
    return conf->policy == MSC_XSRF_ORIGIN;
}

/* All scopes: their misfits, and what nothing gives them that they need. */
static int check_scopes(server_rec *base, int keys, apr_pool_t *p)
{
    const msc_xsrf_conf_t *guard = NULL, *once = NULL;
    int flask_xsrf = 0;

    for (server_rec *s = base; s; s = s->next) {
        const apr_array_header_t *list = msc_server(s)->xsrf;

        for (int i = 0; i < list->nelts; i++) {
            const msc_xsrf_conf_t *conf = APR_ARRAY_IDX(list, i, msc_xsrf_conf_t *);
            const char *sentence = misfit(conf, p);

            if (sentence) return complain(s, conf->directive, sentence);
            if (conf->mode > MSC_XSRF_OFF && !guard) guard = conf;
            if (conf->one_time > 0) once = conf;
            keys += is_keyless(conf);
            flask_xsrf += has_scheme(conf, &sc_xsrf_flask_xsrf);
        }
    }
    if (once && !flask_xsrf)
        return complain(base, once->directive,
                        "XSRFOneTime On: no scheme has tokens that are used up; add "
                        "flask-xsrf to XSRFScheme");
    if (keys || !guard) return OK;
    return complain(base, guard->directive,
                    "XSRF: tokens need a key; add a line XSRFKey ID, with a "
                    "CookieSessionKey of that ID, or XSRFPolicy origin");
}

int msc_xsrf_check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                          server_rec *base)
{
    int lines = 0;

    (void)plog;
    (void)ptemp;
    for (server_rec *s = base; s; s = s->next) {
        const apr_array_header_t *list = msc_server(s)->xsrf_keys;

        for (int i = 0; i < list->nelts; i++, lines++) {
            msc_xsrf_keys_t *keys = APR_ARRAY_IDX(list, i, msc_xsrf_keys_t *);
            const char *sentence = resolve(keys, pconf);

            if (sentence) return complain(s, keys->directive, sentence);
        }
    }
    return check_scopes(base, lines, pconf);
}

const sc_xsrf_t *msc_xsrf_scheme(const msc_xsrf_conf_t *conf, int row)
{
    static const sc_xsrf_t django = {.scheme = &sc_xsrf_django};

    if (conf->keys) return conf->keys->scheme[row];
    return sc_xsrf_scheme_at(row)->keyless ? &django : NULL;
}
