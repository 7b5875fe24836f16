/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_CONFIG_H
#define MSC_CONFIG_H

#include "httpd.h"
#include "http_config.h"
#include "http_log.h"
#include "apr_hash.h"
#include "apr_strings.h"
#include "core/codec/format.h"

/* The one symbol that httpd looks for; everything else stays hidden. */
extern module AP_MODULE_DECLARE_DATA sessioncookie_module
    __attribute__((visibility("default")));
APLOG_USE_MODULE(sessioncookie);

/* What the directives said. NULL and -1 mean that none did: msc_defaults has the value
 * then. */

typedef struct msc_source_t msc_source_t;
typedef struct msc_attributes_t msc_attributes_t;

/* The sources of one scope, in the order of the file. */
typedef struct {
    apr_array_header_t *list; /* const msc_source_t *; empty: `CookieSession Off` */
    int off;                  /* that was said */
    apr_pool_t *htaccess; /* the pool of the request that read it, NULL: configuration */
} msc_sources_t;

/* CookieSessionExport, CookieSessionHeader: a value and the variable or header that takes
 * it. */
typedef struct {
    const char *path;
    const char *name;
} msc_export_t;

/* Per directory. */
typedef struct {
    msc_sources_t *sources;
    const char *const *user;     /* CookieSessionUser: paths, NULL behind the last */
    const char *env;             /* prefix; "" is Off */
    apr_array_header_t *exports; /* msc_export_t; outer scopes first */
    const char *delimiter;
    int strip;
    apr_array_header_t *headers; /* msc_export_t: CookieSessionHeader */
    const char *login_url;       /* a path on this host */
    const msc_attributes_t *attributes;
    struct msc_xsrf_conf_t *xsrf; /* xsrf_conf.h; NULL: no XSRF directive */
} msc_dir_t;

/* Per server. After the merge `keys` holds the main server's too. */
typedef struct {
    apr_hash_t *keys;              /* id -> msc_key_t * */
    apr_array_header_t *pending;   /* msc_source_t *: to be resolved in check_config */
    apr_array_header_t *xsrf_keys; /* msc_xsrf_keys_t *: likewise */
    apr_array_header_t *xsrf;      /* msc_xsrf_conf_t *: scopes with XSRF directives */
} msc_server_t;

/* What is meant where no directive spoke. */
extern const msc_dir_t msc_defaults;

/* The member of a directory configuration, or its default: of pointers, and of flags. */
#define MSC_GET(conf, member) ((conf)->member ? (conf)->member : msc_defaults.member)
#define MSC_FLAG(conf, member)                                                           \
    ((conf)->member != -1 ? (conf)->member : msc_defaults.member)

extern const command_rec msc_commands[];

void *msc_dir_create(apr_pool_t *p, char *path);
void *msc_dir_merge(apr_pool_t *p, void *outer, void *inner);
void *msc_server_create(apr_pool_t *p, server_rec *s);
void *msc_server_merge(apr_pool_t *p, void *outer, void *inner);

static inline const msc_dir_t *msc_dir(const request_rec *r)
{
    return ap_get_module_config(r->per_dir_config, &sessioncookie_module);
}

static inline msc_server_t *msc_server(const server_rec *s)
{
    return ap_get_module_config(s->module_config, &sessioncookie_module);
}

/* 1 while a .htaccess file is read: its pool is a request's (http_config.h has no better
 * sign). */
static inline int msc_in_htaccess(const cmd_parms *cmd)
{
    return cmd->pool == cmd->temp_pool;
}

#endif
