/* SPDX-License-Identifier: Apache-2.0 */
/* The records of the directives: their defaults, and how an inner scope changes an outer
 * one. */

#include "httpd/config.h"
#include "core/xsrf/signed.h"

_Static_assert(sizeof(msc_dir_t) <= 4 * 64 && sizeof(msc_xsrf_conf_t) <= 4 * 64,
               "msc_set_t has a bit for each member");

#define WORDS(...)                                                                       \
    {                                                                                    \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *),               \
            (const char *const[])                                                        \
        {                                                                                \
            __VA_ARGS__                                                                  \
        }                                                                                \
    }

static const msc_attributes_t default_attributes = {
    .path = "/",
    .same_site = "Lax",
    .max_age = -1,
    .http_only = 1,
    .is_default = true,
};

static const msc_xsrf_conf_t xsrf_defaults = {
    .mode = MSC_XSRF_OFF,
    .policy = MSC_XSRF_ORIGIN | MSC_XSRF_TOKEN,
    .schemes = {&sc_xsrf_signed},
    .headers = WORDS("X-XSRF-Token", "X-CSRF-Token", "X-CSRFToken"),
    .fields = WORDS("xsrf-token", "csrf_token", "csrfmiddlewaretoken"),
    .timeout = 3600 * APR_USEC_PER_SEC,
    .one_time = 0,
    .body_limit = 64 * 1024,
    .bind = MSC_BIND_USER,
    .send = MSC_SEND_HEADER | MSC_SEND_COOKIE,
    .send_cookie = MSC_SEND_COOKIE_NAME,
};

const msc_handoff_conf_t msc_handoff_defaults = {.ttl = 30 * APR_USEC_PER_SEC};

static const msc_dir_t dir_defaults = {
    .user = WORDS("_user_id", "user_id", "_auth_user_id", "sub"),
    .env = MSC_ENV_PREFIX,
    .delimiter = ",",
    .strip = 0,
    .attributes = &default_attributes,
    .handoff = &msc_handoff_defaults,
    .xsrf = &xsrf_defaults,
};

void *msc_dir_create(apr_pool_t *p, char *path)
{
    (void)path;
    return apr_pmemdup(p, &dir_defaults, sizeof(dir_defaults));
}

/* The inner scope's value, where a directive has set it. */
#define PICK(member)                                                                     \
    do {                                                                                 \
        if (MSC_IS_SET(in, member))                                                      \
            memcpy(&conf->member, &in->member, sizeof(conf->member));                    \
    } while (0)

static const msc_xsrf_conf_t *xsrf_merge(apr_pool_t *p, const msc_xsrf_conf_t *out,
                                         const msc_xsrf_conf_t *in)
{
    msc_xsrf_conf_t *conf;

    if (!in->set) return out;
    if (!out->set) return in;
    conf = apr_pmemdup(p, out, sizeof(*out));
    conf->set |= in->set;
    PICK(mode);
    PICK(methods);
    PICK(policy);
    PICK(trusted);
    PICK(schemes);
    PICK(keys);
    PICK(headers);
    PICK(fields);
    PICK(timeout);
    PICK(one_time);
    PICK(body_limit);
    PICK(bind);
    PICK(send);
    PICK(send_cookie);
    return conf;
}

#define NUMBER_BITS 16
#define NUMBER_MAX  0xfffe

static apr_uint64_t shape_merge(apr_uint64_t outer, apr_uint64_t inner)
{
    if (!inner || !outer) return inner ? inner : outer;
    if (inner == MSC_NO_SHAPE) return inner;
    for (apr_uint64_t rest = inner; rest; rest >>= NUMBER_BITS) {
        if (outer >> (64 - NUMBER_BITS)) return MSC_NO_SHAPE;
        outer <<= NUMBER_BITS;
    }
    return outer | inner;
}

/* Counted for as long as the configuration lives. */
static apr_uint64_t next_number(apr_pool_t *pconf)
{
    static const char key[] = "sessioncookie-scopes";
    apr_uint64_t *last;
    void *found = NULL;

    apr_pool_userdata_get(&found, key, pconf);
    last = found;
    if (!last) {
        last = apr_pcalloc(pconf, sizeof(*last));
        apr_pool_userdata_setn(last, key, NULL, pconf);
    }
    return *last == NUMBER_MAX ? MSC_NO_SHAPE : ++*last;
}

void msc_dir_number(cmd_parms *cmd, msc_dir_t *dir)
{
    if (dir->shape ||
        !(MSC_IS_SET(dir, user) || MSC_IS_SET(dir, env) || MSC_IS_SET(dir, exports) ||
          MSC_IS_SET(dir, delimiter) || MSC_IS_SET(dir, token)))
        return;
    dir->shape =
        msc_in_htaccess(cmd) ? MSC_NO_SHAPE : next_number(cmd->server->process->pconf);
}

void *msc_dir_merge(apr_pool_t *p, void *outer, void *inner)
{
    const msc_dir_t *out = outer, *in = inner;
    msc_dir_t *conf = apr_pmemdup(p, out, sizeof(*out));

    conf->set |= in->set;
    PICK(sources);
    PICK(user);
    PICK(remote_user);
    PICK(env);
    PICK(delimiter);
    PICK(strip);
    PICK(headers);
    PICK(token);
    PICK(login_url);
    PICK(logout_url);
    PICK(attributes);
    PICK(handoff);
    PICK(handoff_send);
    PICK(endpoint);
    PICK(exports);
    conf->shape = shape_merge(out->shape, in->shape);
    /* The only list that an inner scope adds to. */
    if (in->exports && out->exports)
        conf->exports = apr_array_append(p, out->exports, in->exports);
    conf->xsrf = xsrf_merge(p, out->xsrf, in->xsrf);
    return conf;
}

void *msc_server_create(apr_pool_t *p, server_rec *s)
{
    msc_server_t *conf = apr_pcalloc(p, sizeof(*conf));

    (void)s;
    conf->keys = apr_hash_make(p);
    conf->pending = apr_array_make(p, 4, sizeof(msc_source_t *));
    conf->tokens = apr_array_make(p, 2, sizeof(msc_token_t *));
    conf->xsrf_keys = apr_array_make(p, 2, sizeof(msc_xsrf_keys_t *));
    conf->xsrf = apr_array_make(p, 2, sizeof(msc_xsrf_conf_t *));
    conf->warnings = apr_array_make(p, 2, sizeof(const char *));
    return conf;
}

void *msc_server_merge(apr_pool_t *p, void *outer, void *inner)
{
    const msc_server_t *out = outer, *in = inner;
    msc_server_t *conf = apr_pmemdup(p, in, sizeof(*in));

    /* The lists of `in` stay: a source asks the server that it was written in. */
    conf->keys = apr_hash_overlay(p, in->keys, out->keys);
    if (!in->exempt) conf->exempt = out->exempt;
    if (!in->revocation_set) conf->revocation = out->revocation;
    if (!in->script) conf->script = out->script;
    return conf;
}

msc_xsrf_conf_t *msc_xsrf_own(cmd_parms *cmd, msc_dir_t *dir)
{
    msc_xsrf_conf_t *conf;

    /* Made by the first XSRF directive of a scope, for most scopes have none. */
    if (dir->xsrf == &xsrf_defaults) {
        dir->xsrf = apr_pmemdup(cmd->pool, &xsrf_defaults, sizeof(xsrf_defaults));
        if (!msc_in_htaccess(cmd))
            APR_ARRAY_PUSH(msc_server(cmd->server)->xsrf, const msc_xsrf_conf_t *) =
                dir->xsrf;
    }
    conf = (msc_xsrf_conf_t *)dir->xsrf; /* const for all but its directives */
    conf->directive = cmd->directive;
    return conf;
}
