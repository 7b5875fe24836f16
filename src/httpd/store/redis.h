/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_REDIS_H
#define MSC_REDIS_H

#include "httpd/store/connection.h"

/* The store on a redis server. A value's name there is "sessioncookie:1:" and its key in
 * base64url. */

/* Puts a value in, for `ttl` microseconds. SC_OK; SC_ERROR: redis is away, has refused
 * it, or has that key already. */
sc_status_t msc_redis_put(msc_redis_t *redis, sc_bytes_t key, sc_bytes_t value,
                          apr_interval_time_t ttl, apr_interval_time_t within,
                          apr_pool_t *p) SC_CHECK;

/* Reads and deletes in one transaction: SC_OK to the one that deleted it, SC_ABSENT,
 * SC_ERROR. A value of more than `max` bytes, or one that is not a string, is deleted and
 * an error. The value is in p. */
sc_status_t msc_redis_take(sc_bytes_t *value, msc_redis_t *redis, sc_bytes_t key,
                           apr_size_t max, apr_interval_time_t within,
                           apr_pool_t *p) SC_CHECK;

/* Reads a value that somebody else has put in, by its whole name. *ttl: how long it will
 * be there, -1: for ever. SC_OK, SC_ABSENT (also an empty one), SC_TOO_LARGE (more than
 * `max` bytes), SC_ERROR. The value is in p. */
sc_status_t msc_redis_get(sc_bytes_t *value, apr_interval_time_t *ttl, msc_redis_t *redis,
                          sc_bytes_t name, apr_size_t max, apr_interval_time_t within,
                          apr_pool_t *p) SC_CHECK;

#endif
