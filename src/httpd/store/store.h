/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_STORE_H
#define MSC_STORE_H

#include "httpd/config.h"

/* The shared store: values that live for seconds, that all processes see (with redis, all
 * servers), and that exactly one caller takes out again. It is one for all virtual hosts.
 * Whoever can read it sees keys and values as they are: a key is the SHA-256 of a secret,
 * and a value is encrypted by whoever puts it. A restart of httpd, an eviction or the
 * loss of redis may lose values: only that may depend on them which fails closed. */

#define MSC_STORE_KEY 32 /* bytes of a key: a SHA-256 */

/* Bytes of a value: a token of the default limit (max-bytes, 8 KiB) twice, so that what
 * is made of a session that came in a cookie always fits. A document that was inflated to
 * more has to be stored compressed, or not at all. */
#define MSC_STORE_VALUE_MAX (16 * 1024)

/* CookieSessionStore. */
const char *msc_store_directive(cmd_parms *cmd, void *dir, int argc, char *const argv[]);

/* The server that CookieSessionStore names, for streams (store/stream.h): in any process,
 * from the time on when the configuration was read. NULL: it is not redis. */
struct msc_redis_t *msc_store_redis(void);

/* At configuration time: the line's directive cannot work without the store. Nothing is
 * made, and no module of httpd's is asked for, unless some line says so. */
void msc_store_need(const ap_directive_t *line);

/* The store that is in use, in a word: "shmcb", "redis"; "none": no line needs one. */
const char *msc_store_name(void);

/* pre_config: the mutex gets its name, for the Mutex directive. */
void msc_store_register(apr_pool_t *pconf);

/* The check_config hook: whether the store can be had, where it is needed. */
int msc_store_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                    server_rec *base);

/* The post_config hook makes the store; the child_init hook lets a process use it. */
int msc_store_post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                          server_rec *base);
void msc_store_child_init(apr_pool_t *pchild, server_rec *base);

/* Puts a value in for `ttl` microseconds (more than 0). The key must be new: who uses one
 * again has no promise about which value is taken. SC_TOO_LARGE: more than
 * MSC_STORE_VALUE_MAX bytes. SC_ERROR: the store is away, full, or not needed by any
 * line of the configuration; it may have the value nevertheless. */
sc_status_t msc_store_put(request_rec *r, const unsigned char *key, sc_bytes_t value,
                          apr_interval_time_t ttl) SC_CHECK;

/* Takes a value out. SC_OK: to one caller ever; the value is in r's pool. SC_ABSENT: it
 * is not there, has expired, or somebody has taken it. SC_ERROR: the store is away; the
 * value may be lost, but nobody else has had it by this call. */
sc_status_t msc_store_take(sc_bytes_t *value, request_rec *r,
                           const unsigned char *key) SC_CHECK;

/* Reads a value that another program has put into the redis of CookieSessionStore, by its
 * whole name. *ttl: how long it will be there, -1: for ever. SC_OK, in r's pool;
 * SC_ABSENT; SC_TOO_LARGE: more than `max` bytes; SC_ERROR: redis is away, there is none,
 * or it has something else by that name. */
sc_status_t msc_store_get(sc_bytes_t *value, apr_interval_time_t *ttl, request_rec *r,
                          sc_bytes_t name, apr_size_t max) SC_CHECK;

#endif
