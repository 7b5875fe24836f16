/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_XSRF_CONF_H
#define MSC_XSRF_CONF_H

#include "httpd/config.h"
#include "core/xsrf/scheme.h"
#include "core/http/origin.h"

/* What the XSRF directives said. NULL and -1 mean that none did. */

#define MSC_XSRF_SCHEMES 8 /* room for the rows of the core's table */

typedef enum { MSC_XSRF_OFF, MSC_XSRF_ON, MSC_XSRF_REPORT } msc_xsrf_mode_t;

/* Bits of policy, bind and send. */
#define MSC_XSRF_ORIGIN 1
#define MSC_XSRF_TOKEN  2

#define MSC_BIND_USER    1
#define MSC_BIND_SESSION 2
#define MSC_BIND_IP      4

#define MSC_SEND_HEADER 1
#define MSC_SEND_COOKIE 2
#define MSC_SEND_ENV    4
#define MSC_SEND_INJECT 8

/* One XSRFKey line: every scheme, prepared with these keys when all keys are known. */
typedef struct {
    apr_array_header_t *ids; /* const char * */
    server_rec *server;
    const ap_directive_t *directive;
    const sc_xsrf_t
        *scheme[MSC_XSRF_SCHEMES]; /* by row; NULL: these keys do not serve it */
} msc_xsrf_keys_t;

/* Per directory; NULL where no XSRF directive stands. */
typedef struct msc_xsrf_conf_t {
    int mode;                    /* msc_xsrf_mode_t */
    apr_array_header_t *methods; /* const char *: guarded ones */
    int policy;
    apr_array_header_t *trusted; /* sc_origin_t */
    apr_array_header_t *schemes; /* int: rows of the core's table */
    msc_xsrf_keys_t *keys;
    apr_array_header_t *headers; /* const char * */
    apr_array_header_t *fields;  /* const char * */
    apr_interval_time_t timeout; /* -1 unset, -2: any age */
    int one_time;
    apr_off_t body_limit;
    int bind;
    int send;
    apr_array_header_t *exempt;      /* const char * */
    const ap_directive_t *directive; /* the last of them */
} msc_xsrf_conf_t;

/* Either may be NULL: no directive there. */
msc_xsrf_conf_t *msc_xsrf_conf_merge(apr_pool_t *p, msc_xsrf_conf_t *outer,
                                     msc_xsrf_conf_t *inner);

/* The defaults, for what no directive said. */
extern const msc_xsrf_conf_t msc_xsrf_defaults;
const char *const *msc_xsrf_words(const apr_array_header_t *list,
                                  const char *const *defaults, int *n);
extern const char *const msc_xsrf_default_headers[];
extern const char *const msc_xsrf_default_fields[];

/* The setters; see docs/directives.md. */
const char *msc_xsrf_set_mode(cmd_parms *cmd, void *dir, const char *arg);
const char *msc_xsrf_set_policy(cmd_parms *cmd, void *dir, const char *arg);
const char *msc_xsrf_add_method(cmd_parms *cmd, void *dir, const char *arg);
const char *msc_xsrf_add_trusted(cmd_parms *cmd, void *dir, const char *arg);
const char *msc_xsrf_add_scheme(cmd_parms *cmd, void *dir, const char *arg);
const char *msc_xsrf_set_keys(cmd_parms *cmd, void *dir, int argc, char *const argv[]);
const char *msc_xsrf_add_header(cmd_parms *cmd, void *dir, const char *arg);
const char *msc_xsrf_add_field(cmd_parms *cmd, void *dir, const char *arg);
const char *msc_xsrf_set_timeout(cmd_parms *cmd, void *dir, const char *arg);
const char *msc_xsrf_set_one_time(cmd_parms *cmd, void *dir, int flag);
const char *msc_xsrf_set_body_limit(cmd_parms *cmd, void *dir, const char *arg);
const char *msc_xsrf_add_bind(cmd_parms *cmd, void *dir, const char *arg);
const char *msc_xsrf_add_send(cmd_parms *cmd, void *dir, const char *arg);
const char *msc_xsrf_add_exempt(cmd_parms *cmd, void *dir, const char *arg);

/* The check_config hook: finds the keys of XSRFKey and prepares the schemes. */
int msc_xsrf_check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                          server_rec *s);

/* The row of the prepared scheme for this scope, or NULL: no keys, or keys of a wrong
 * kind. */
const sc_xsrf_t *msc_xsrf_scheme(const msc_xsrf_conf_t *conf, int row);

#endif
