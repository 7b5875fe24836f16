/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_STORE_CONF_H
#define MSC_STORE_CONF_H

#include "httpd/config.h"
#include "httpd/store/connection.h"

/* What CookieSessionStore says. */
typedef struct {
    bool is_redis;
    apr_size_t size;             /* of shmcb's segment */
    msc_redis_conf_t redis;      /* but for `say` */
    apr_interval_time_t timeout; /* how long a request waits for redis */
} msc_store_conf_t;

#define MSC_STORE_TIMEOUT apr_time_from_msec(50)

/* Reads the directive's words: shmcb[:SIZE], or redis:PLACE and options. NULL or a
 * sentence. Reads the password, and resolves the host's name: no request asks for
 * addresses. */
const char *msc_store_conf_parse(msc_store_conf_t *conf, cmd_parms *cmd, int argc,
                                 char *const argv[]);

#endif
