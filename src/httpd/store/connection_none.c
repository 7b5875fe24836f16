/* SPDX-License-Identifier: Apache-2.0 */
/* In the place of connection.c where configure was told --without-redis. */

#include "httpd/store/connection.h"

const char *msc_redis_make(msc_redis_t **redis, const msc_redis_conf_t *conf,
                           apr_pool_t *p)
{
    (void)redis;
    (void)conf;
    (void)p;
    return "this mod_sessioncookie was built without redis (configure --without-redis)";
}

apr_status_t msc_redis_child_init(msc_redis_t *redis, apr_pool_t *pchild)
{
    (void)redis;
    (void)pchild;
    return APR_ENOTIMPL;
}

sc_status_t msc_redis_run(msc_reply_t **replies, msc_redis_t *redis,
                          const msc_command_t *commands, int n,
                          apr_interval_time_t within, apr_size_t most, apr_pool_t *p)
{
    (void)replies;
    (void)redis;
    (void)commands;
    (void)n;
    (void)within;
    (void)most;
    (void)p;
    return SC_ERROR;
}

void msc_redis_refused(msc_redis_t *redis, const msc_reply_t *error, apr_pool_t *p)
{
    (void)redis;
    (void)error;
    (void)p;
}
