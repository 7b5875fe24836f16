/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_CONNECTION_H
#define MSC_CONNECTION_H

#include <stdbool.h>
#include "core/base/bytes.h"

/* Commands to a redis server, answered within a deadline or not at all. Knows no httpd.
 * Threads share one msc_redis_t: each command has a connection to itself. */
typedef struct msc_redis_t msc_redis_t;

typedef struct {
    const char *name;             /* for sentences: "127.0.0.1:6379" */
    const char *socket;           /* path of a unix socket, or NULL: */
    const char *const *addresses; /* numeric ones, tried in order; NULL after the last */
    int port;
    int db;              /* database number */
    sc_bytes_t password; /* p is NULL: none */
    /* What somebody should know: that redis has stopped answering (an error, with the
     * reason), that it answers again. No secret, and no text of the server's is in it. */
    void (*say)(void *baton, bool is_error, const char *sentence);
    void *baton;
} msc_redis_conf_t;

/* NULL, or a sentence: this module was built without hiredis. Connects to nothing yet.
 * `conf` and what it points to must live as long as the pool; connections are closed with
 * it. */
const char *msc_redis_make(msc_redis_t **redis, const msc_redis_conf_t *conf,
                           apr_pool_t *p) SC_CHECK;

/* In a new process, before it has threads: connections of its own, closed with the pool.
 */
apr_status_t msc_redis_child_init(msc_redis_t *redis, apr_pool_t *pchild);

#define MSC_COMMAND_ARGS 12

typedef struct {
    int argc;
    sc_bytes_t arg[MSC_COMMAND_ARGS];
} msc_command_t;

typedef enum {
    MSC_REPLY_NIL,
    MSC_REPLY_TEXT, /* "OK" and its like too */
    MSC_REPLY_NUMBER,
    MSC_REPLY_LIST,
    MSC_REPLY_ERROR
} msc_reply_kind_t;

/* What redis answered. It is not trusted: whoever reads it looks at the kind first. */
typedef struct msc_reply_t {
    msc_reply_kind_t kind;
    sc_bytes_t text; /* of MSC_REPLY_TEXT and MSC_REPLY_ERROR; followed by a NUL */
    apr_int64_t number;
    apr_size_t n; /* of MSC_REPLY_LIST */
    struct msc_reply_t **list;
} msc_reply_t;

/* Sends n commands at once and waits for n replies, each of which may be an error, in p.
 * `within` microseconds it is over, whatever redis does: this is the time for connecting,
 * AUTH, SELECT, sending and reading together. SC_ERROR: not all replies came, or they
 * would have had more than `most` bytes; redis may have executed the commands, or may
 * still do so. Commands are never sent twice. After such a failure all calls of this
 * process fail at once for a second, and then one asks again. */
sc_status_t msc_redis_run(msc_reply_t **replies, msc_redis_t *redis,
                          const msc_command_t *commands, int n,
                          apr_interval_time_t within, apr_size_t most,
                          apr_pool_t *p) SC_CHECK;

/* Says that redis has refused a command, with the first word of the error (OOM, READONLY,
 * LOADING); not more than once a minute. */
void msc_redis_refused(msc_redis_t *redis, const msc_reply_t *error, apr_pool_t *p);

#endif
