/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_CONFIG_H
#define MSC_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include "httpd.h"
#include "http_config.h"
#include "http_log.h"
#include "apr_hash.h"
#include "apr_strings.h"
#include "core/codec/mint.h"
#include "core/xsrf/xsrf.h"

/* The one symbol that httpd looks for; everything else stays hidden. */
extern module AP_MODULE_DECLARE_DATA sessioncookie_module
    __attribute__((visibility("default")));
APLOG_USE_MODULE(sessioncookie);

/* What the directives said. A record has its final values at any time: it begins as a
 * copy of the defaults, a directive changes a member and marks it as set, and a merge
 * takes the set members of the inner scope. */

/* Which members a directive has set: the first member of each record. A member has the
 * bit of its offset, as none is shorter than four bytes. */
typedef apr_uint64_t msc_set_t;
#define MSC_SET_BIT(offset) ((msc_set_t)1 << (offset) / 4)
#define MSC_OFFSET(record, member)                                                       \
    ((apr_size_t)((const char *)&(record)->member - (const char *)(record)))

/* Whether a directive has set the member; and a directive's note that it has. */
#define MSC_IS_SET(record, member)                                                       \
    (((record)->set & MSC_SET_BIT(MSC_OFFSET(record, member))) != 0)
#define MSC_MARK_SET(record, member)                                                     \
    ((record)->set |= MSC_SET_BIT(MSC_OFFSET(record, member)))

/* Words in the order of the file. */
typedef struct {
    int n;
    const char *const *word;
} msc_words_t;

typedef struct msc_source_t msc_source_t; /* session/source.h */

/* The sources of one scope, in the order of the file; at least one. */
typedef struct {
    apr_array_header_t *list; /* const msc_source_t * */
    apr_pool_t *htaccess; /* the pool of the request that read it, NULL: configuration */
} msc_sources_t;

#define MSC_ENV_PREFIX "SESSION_" /* CookieSessionEnv On */
#define MSC_AUTH_TYPE  "CookieSession"

/* CookieSessionExport, CookieSessionHeader: a value and the variable or header that takes
 * it. */
typedef struct {
    const char *path;
    const char *name;
} msc_export_t;

/* CookieSessionAttributes: of a cookie that is written. */
typedef struct {
    const char *path;      /* "/" unless given */
    const char *domain;    /* NULL: the host alone */
    const char *same_site; /* NULL: not said */
    const char *priority;  /* likewise */
    apr_int64_t max_age;   /* seconds; -1: not said */
    int secure;
    int http_only;
    int partitioned;
    bool is_default; /* no directive: Secure is added wherever it is needed */
} msc_attributes_t;

/* CookieSessionToken: tokens that are minted here. */
typedef struct {
    const char *header; /* for back ends: the request header that takes it, or NULL */
    bool is_bearer;     /* that is Authorization */
    const char *env;    /* for handlers: the variable that takes it, or NULL */
    msc_words_t ids;    /* of its keys */
    sc_mint_config_t config;
    const sc_minter_t *minter; /* NULL: the keys are published, and nothing is minted */
    const char *keys;          /* what sessioncookie-keys answers; NULL: all are secret */
    server_rec *server;
    const ap_directive_t *directive;
} msc_token_t;

#define MSC_XSRF_SCHEMES 8 /* room for the rows of the core's table */

typedef enum { MSC_XSRF_OFF, MSC_XSRF_ON, MSC_XSRF_REPORT } msc_xsrf_mode_t;

/* Bits of policy, bind and send. */
#define MSC_XSRF_ORIGIN  1
#define MSC_XSRF_TOKEN   2
#define MSC_XSRF_IF_SENT 4 /* who says nothing and sends no cookie passes */

#define MSC_BIND_USER    1
#define MSC_BIND_SESSION 2
#define MSC_BIND_IP      4

#define MSC_SEND_HEADER 1
#define MSC_SEND_COOKIE 2
#define MSC_SEND_ENV    4
#define MSC_SEND_INJECT 8
#define MSC_SEND_SCRIPT 16

#define MSC_SEND_COOKIE_NAME "XSRF-TOKEN" /* that axios and Angular read */

typedef struct msc_xsrf_keys_t msc_xsrf_keys_t; /* xsrf/conf.h */

/* Per directory: the XSRF directives. Scopes that say nothing of them share the record of
 * the scope around them, so that its address tells one guarded scope from another. */
typedef struct {
    msc_set_t set;
    int mode; /* msc_xsrf_mode_t */
    int policy;
    msc_words_t methods;         /* none: all but the safe ones */
    apr_array_header_t *trusted; /* sc_origin_t; NULL: none */
    const sc_xsrf_scheme_t *schemes[MSC_XSRF_SCHEMES + 1]; /* NULL after the last */
    msc_xsrf_keys_t *keys;                                 /* NULL: none */
    msc_words_t headers;
    msc_words_t fields;
    apr_interval_time_t timeout; /* -1: any age */
    int one_time;
    apr_off_t body_limit;
    int bind;
    int send;
    const char *send_cookie;         /* the name of the cookie that scripts read */
    const ap_directive_t *directive; /* the last one of this scope, NULL: none */
} msc_xsrf_conf_t;

/* CookieSessionHandoff: one-time aliases of sessions. */
typedef struct {
    apr_interval_time_t ttl;
    const char *realm;   /* NULL: none */
    msc_words_t members; /* none: the whole session */
    bool needs_challenge;
    const ap_directive_t *directive; /* NULL: there is none, these are defaults */
} msc_handoff_conf_t;

extern const msc_handoff_conf_t msc_handoff_defaults;

/* Per directory. */
typedef struct {
    msc_set_t set;
    const msc_sources_t *sources; /* NULL: none */
    msc_words_t user;             /* CookieSessionUser: paths; none: Off */
    int remote_user;              /* the user is r->user, whatever the AuthType */
    const char *env;              /* prefix; "" is Off */
    apr_array_header_t *exports;  /* msc_export_t; outer scopes first; NULL: none */
    const char *delimiter;
    apr_uint64_t shape; /* which variables there are: see msc_dir_number */
    int strip;
    apr_array_header_t *headers; /* msc_export_t: CookieSessionHeader; NULL: none */
    const msc_token_t *token;    /* CookieSessionToken; NULL: none */
    const char *login_url;       /* a path on this host; NULL: none */
    const char *logout_url;      /* likewise */
    const msc_attributes_t *attributes;
    const msc_handoff_conf_t *handoff;
    int handoff_send;     /* MSC_SEND_ENV, MSC_SEND_COOKIE */
    const char *endpoint; /* SetHandler: the name of one; NULL: another handler */
    const msc_xsrf_conf_t *xsrf;
} msc_dir_t;

/* Per server. After the merge `keys` holds the main server's too. */
typedef struct {
    bool remembered_set;         /* of the main server: CookieSessionCache is given */
    int remembered;              /* likewise: its number, 0 for Off */
    struct msc_store_t *store;   /* of the main server: store/store.c; NULL: none yet */
    struct msc_cache_t *cache;   /* of this process, the same for all servers, or NULL */
    struct msc_absent_t *absent; /* likewise: session/absent.h */
    apr_hash_t *keys;            /* id -> msc_key_t * */
    apr_array_header_t *pending; /* msc_source_t *: to be resolved in check_config */
    apr_array_header_t *tokens;  /* msc_token_t *: likewise */
    apr_array_header_t *xsrf_keys; /* msc_xsrf_keys_t *: likewise */
    apr_array_header_t *xsrf;      /* msc_xsrf_conf_t *: scopes with XSRF directives */
    apr_array_header_t *exempt;    /* const char *: XSRFExempt; NULL: none */
    const char *script;            /* XSRFScript: its path; NULL: the default, or none */
    const char *script_tag;        /* the version of the script; NULL: it is not served */
    bool has_guard;                /* a scope of it has XSRF On, or may have */
    bool has_aliases;    /* of some server: browsers have cookies with aliases */
    bool revocation_set; /* CookieSessionRevocation is given */
    struct msc_revocation_t *revocation; /* store/revocation.h; NULL: Off */
    apr_uint32_t number;          /* of the server, from 1, once all lines are read */
    apr_array_header_t *warnings; /* const char *: to be said when the logs are open */
    struct ap_filter_rec_t *write_filter; /* of mod_session/write.c */
} msc_server_t;

void *msc_dir_create(apr_pool_t *p, char *path);
void *msc_dir_merge(apr_pool_t *p, void *outer, void *inner);
/* Numbers the scope of a directive, where one of those stands in it by which a session
 * becomes variables. `shape` has the numbers of all scopes that were merged into a
 * record, 16 bits each, the innermost last: records of one shape make the same variables
 * of a session, whatever request they were merged for. 0: no such directive. */
void msc_dir_number(cmd_parms *cmd, msc_dir_t *dir);
#define MSC_NO_SHAPE (~(apr_uint64_t)0) /* of a .htaccess file, or too many to tell */

void *msc_server_create(apr_pool_t *p, server_rec *s);
void *msc_server_merge(apr_pool_t *p, void *outer, void *inner);

static inline const msc_dir_t *msc_dir(const request_rec *r)
{
    return ap_get_module_config(r->per_dir_config, &sessioncookie_module);
}

static inline msc_server_t *msc_server(const server_rec *s)
{
    /* lint: -Wanalyzer-null-dereference: a request, and a connection, has a server. */
    return ap_get_module_config(s->module_config, &sessioncookie_module);
}

/* Whether the server has a record of its own. A virtual host without a directive of ours
 * has the main server's. */
static inline bool msc_server_is_own(const server_rec *s, const server_rec *base)
{
    return s == base || msc_server(s) != msc_server(base);
}

/* Whether a .htaccess file is being read: its pool is a request's (http_config.h has no
 * better sign). */
static inline bool msc_in_htaccess(const cmd_parms *cmd)
{
    return cmd->pool == cmd->temp_pool;
}

/* The scope's own XSRF record, to be changed by a directive. */
msc_xsrf_conf_t *msc_xsrf_own(cmd_parms *cmd, msc_dir_t *dir);

#endif
