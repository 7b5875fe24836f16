/* SPDX-License-Identifier: Apache-2.0 */
/* Connections to redis. hiredis connects and parses; waiting is done here, by poll()
 * against one deadline, because hiredis' time-out starts anew with each read: a server
 * that sends a byte now and then would hold a request for ever.
 *
 * Connections are kept when they are not in use. One that was closed meanwhile is noticed
 * before anything is sent: afterwards nobody could tell whether redis has executed a
 * command, and no command is sent twice. Refused: replies that are longer than what was
 * asked for, nested lists without end, and bytes that nobody asked for. */

#include "httpd/store/connection.h"
#include "core/crypto/crypto.h"
#include <apr_strings.h>
#include <apr_thread_mutex.h>
#include <errno.h>
#include <fcntl.h>
#include <hiredis.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#define PAUSE     APR_USEC_PER_SEC        /* nobody asks after a failure */
#define IDLE_MAX  (60 * APR_USEC_PER_SEC) /* a firewall may forget a connection */
#define SAY_EVERY (60 * APR_USEC_PER_SEC)
#define CODE_MAX  32 /* bytes of the first word of an error */

typedef struct connection_t {
    redisContext *context;
    apr_time_t used; /* when, by now() */
    struct connection_t *next;
} connection_t;

struct msc_redis_t {
    const msc_redis_conf_t *conf;
    apr_pool_t *pool; /* of the process */
    apr_thread_mutex_t *lock;
    connection_t *idle;        /* under the lock; the one that was used last is first */
    _Atomic apr_time_t ask_at; /* 0: redis answers; else one request may ask then */
    _Atomic apr_time_t refused_at; /* when a refused command may be said again */
};

/* One call of msc_redis_run(). */
typedef struct {
    apr_time_t deadline;
    apr_size_t most; /* bytes of all replies together */
    apr_size_t left; /* of these may still come */
    apr_pool_t *p;
} exchange_t;

/* A clock that nobody sets: microseconds since something. */
static apr_time_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return apr_time_from_sec(t.tv_sec) + t.tv_nsec / 1000;
}

/* --- replies, in the pool of the exchange --- */

#if HIREDIS_MAJOR < 1
typedef int elements_t;
#else
typedef size_t elements_t;
#endif

static msc_reply_t *reply_make(const redisReadTask *task, msc_reply_kind_t kind)
{
    exchange_t *x = task->privdata;
    msc_reply_t *reply = apr_pcalloc(x->p, sizeof(*reply));

    reply->kind = kind;
    if (task->parent) ((msc_reply_t *)task->parent->obj)->list[task->idx] = reply;
    return reply;
}

static void *reply_text(const redisReadTask *task, char *text, size_t n)
{
    bool is_error = task->type == REDIS_REPLY_ERROR;
    msc_reply_t *reply = reply_make(task, is_error ? MSC_REPLY_ERROR : MSC_REPLY_TEXT);
    exchange_t *x = task->privdata;

    reply->text = sc_bytes_dup(sc_bytes(text, n), x->p);
    return reply;
}

static void *reply_list(const redisReadTask *task, elements_t n)
{
    exchange_t *x = task->privdata;
    msc_reply_t *reply;

    /* An element has three bytes at least. NULL is an error to hiredis. */
    if ((apr_size_t)n > x->most) return NULL;
    reply = reply_make(task, MSC_REPLY_LIST);
    reply->n = (apr_size_t)n;
    reply->list = apr_pcalloc(x->p, sizeof(*reply->list) * (reply->n + 1));
    return reply;
}

static void *reply_number(const redisReadTask *task, long long number)
{
    msc_reply_t *reply = reply_make(task, MSC_REPLY_NUMBER);

    reply->number = number;
    return reply;
}

static void *reply_nil(const redisReadTask *task)
{
    return reply_make(task, MSC_REPLY_NIL);
}

static void reply_free(void *reply)
{
    (void)reply; /* its pool frees it */
}

static redisReplyObjectFunctions reply_functions = {
    .createString = reply_text,
    .createArray = reply_list,
    .createInteger = reply_number,
    .createNil = reply_nil,
    .freeObject = reply_free,
};

/* --- bytes out and in; NULL or the reason why not --- */

static const char *reason_of(int error, apr_pool_t *p)
{
    char text[128];

    return apr_pstrdup(p, apr_strerror(APR_FROM_OS_ERROR(error), text, sizeof(text)));
}

/* Until the socket is ready, or has an error that the next call will tell. */
static const char *await(int fd, short event, const exchange_t *x)
{
    struct pollfd ready = {.fd = fd, .events = event};

    for (;;) {
        apr_interval_time_t left = x->deadline - now();
        int n;

        if (left <= 0) return "there was no answer in time";
        n = poll(&ready, 1, (int)((left + 999) / 1000));
        if (n > 0) return NULL;
        if (n < 0 && errno != EINTR) return reason_of(errno, x->p);
    }
}

static const char *send_all(int fd, sc_bytes_t bytes, const exchange_t *x)
{
    const char *why = NULL;

    while (bytes.n && !why) {
        ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);

        if (n >= 0)
            bytes = sc_bytes_from(bytes, (apr_size_t)n);
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            why = await(fd, POLLOUT, x);
        else if (errno != EINTR)
            why = reason_of(errno, x->p);
    }
    return why;
}

static const char *feed(redisContext *context, exchange_t *x)
{
    char bytes[4096];
    const char *why = await(context->fd, POLLIN, x);
    ssize_t n;

    if (why) return why;
    n = recv(context->fd, bytes, sizeof(bytes), 0);
    if (n == 0) return "the connection was closed";
    if (n < 0) return errno == EAGAIN || errno == EINTR ? NULL : reason_of(errno, x->p);
    if ((apr_size_t)n > x->left) return "the answer is too long";
    x->left -= (apr_size_t)n;
    return redisReaderFeed(context->reader, bytes, (size_t)n) == REDIS_OK
               ? NULL
               : "the answer cannot be kept";
}

static const char *receive(msc_reply_t **reply, redisContext *context, exchange_t *x)
{
    const char *why = NULL;
    void *read = NULL;

    while (!why && !read) {
        if (redisReaderGetReply(context->reader, &read) != REDIS_OK)
            return "the answer is not redis' protocol";
        if (!read) why = feed(context, x);
    }
    *reply = read;
    return why;
}

/* The commands in redis' protocol; wiped with the pool, as one may be a password. */
static sc_bytes_t written(const msc_command_t *commands, int n, apr_pool_t *p)
{
    apr_size_t size = 0;
    char *to, *start;

    for (int i = 0; i < n; i++) {
        size += 32; /* for a number and what is around it */
        for (int k = 0; k < commands[i].argc; k++)
            size += 32 + commands[i].arg[k].n;
    }
    start = to = (char *)sc_secret_alloc(size, p);
    for (int i = 0; i < n; i++) {
        to += apr_snprintf(to, 32, "*%d\r\n", commands[i].argc);
        for (int k = 0; k < commands[i].argc; k++) {
            sc_bytes_t arg = commands[i].arg[k];

            to += apr_snprintf(to, 32, "$%" APR_SIZE_T_FMT "\r\n", arg.n);
            if (arg.n) memcpy(to, arg.p, arg.n);
            to += arg.n;
            *to++ = '\r';
            *to++ = '\n';
        }
    }
    return sc_bytes(start, (apr_size_t)(to - start));
}

static const char *exchange(msc_reply_t **replies, redisContext *context,
                            const msc_command_t *commands, int n, exchange_t *x)
{
    const char *why;

    context->reader->fn = &reply_functions;
    context->reader->privdata = x;
    why = send_all(context->fd, written(commands, n, x->p), x);
    for (int i = 0; i < n && !why; i++)
        why = receive(&replies[i], context, x);
    if (!why && context->reader->pos != context->reader->len)
        why = "there was more than an answer";
    return why;
}

/* --- connecting --- */

static void connection_close(connection_t *connection)
{
    if (connection->context) redisFree(connection->context);
    free(connection);
}

/* The first word of an error: the rest may repeat what was sent. */
static const char *code_of(const msc_reply_t *error, apr_pool_t *p)
{
    apr_size_t n = 0;

    while (
        n < error->text.n && n < CODE_MAX &&
        (error->text.p[n] == '_' || (error->text.p[n] >= 'A' && error->text.p[n] <= 'Z')))
        n++;
    return n ? apr_pstrmemdup(p, (const char *)error->text.p, n) : "an error";
}

static const char *log_in(connection_t *connection, const msc_redis_conf_t *conf,
                          exchange_t *x)
{
    sc_bytes_t db = sc_bytes_str(apr_itoa(x->p, conf->db));
    msc_command_t commands[2];
    msc_reply_t *replies[2];
    const char *why;
    int n = 0;

    if (conf->password.p)
        commands[n++] = (msc_command_t){2, {sc_bytes_str("AUTH"), conf->password}};
    if (conf->db) commands[n++] = (msc_command_t){2, {sc_bytes_str("SELECT"), db}};
    why = exchange(replies, connection->context, commands, n, x);
    for (int i = 0; i < n && !why; i++)
        if (replies[i]->kind == MSC_REPLY_ERROR)
            why = apr_psprintf(x->p, "%.6s was refused (%s)", commands[i].arg[0].p,
                               code_of(replies[i], x->p));
    return why;
}

static const char *connect_to(connection_t *connection, const msc_redis_conf_t *conf,
                              const char *address, exchange_t *x)
{
    int error = 0, on = 1;
    socklen_t size = sizeof(error);
    redisContext *context = conf->socket ? redisConnectUnixNonBlock(conf->socket)
                                         : redisConnectNonBlock(address, conf->port);
    const char *why;

    if (connection->context) redisFree(connection->context);
    connection->context = context;
    if (!context) return "there is no memory for a connection";
    if (context->err) return apr_pstrdup(x->p, context->errstr);
    /* Not for CGI programs: the connection is logged in. */
    if (fcntl(context->fd, F_SETFD, FD_CLOEXEC) < 0) return reason_of(errno, x->p);
    why = await(context->fd, POLLOUT, x);
    if (why) return why;
    if (getsockopt(context->fd, SOL_SOCKET, SO_ERROR, &error, &size)) error = errno;
    if (error) return reason_of(error, x->p);
    if (!conf->socket) setsockopt(context->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return log_in(connection, conf, x);
}

static const char *connect_new(connection_t **connection, const msc_redis_conf_t *conf,
                               exchange_t *x)
{
    static const char *const no_address[] = {"", NULL}; /* a socket has a path */
    const char *const *address = conf->socket ? no_address : conf->addresses;
    const char *why = "it has no address";

    *connection = calloc(1, sizeof(**connection));
    if (!*connection) return "there is no memory for a connection";
    for (; why && *address; address++)
        why = connect_to(*connection, conf, *address, x);
    return why;
}

/* --- connections that are not in use --- */

static connection_t *take_first(msc_redis_t *redis)
{
    connection_t *first;

    apr_thread_mutex_lock(redis->lock);
    first = redis->idle;
    if (first) redis->idle = first->next;
    apr_thread_mutex_unlock(redis->lock);
    return first;
}

/* Whether it can be used again. A server that ended has closed it, and one that has
 * something to say that nobody asked for is not understood. */
static bool is_usable(const connection_t *connection)
{
    struct pollfd readable = {.fd = connection->context->fd, .events = POLLIN};

    return now() - connection->used < IDLE_MAX && poll(&readable, 1, 0) == 0;
}

static connection_t *take_idle(msc_redis_t *redis)
{
    connection_t *connection;

    while ((connection = take_first(redis)) && !is_usable(connection))
        connection_close(connection);
    return connection;
}

static void give_back(msc_redis_t *redis, connection_t *connection)
{
    connection->used = now();
    apr_thread_mutex_lock(redis->lock);
    connection->next = redis->idle;
    redis->idle = connection;
    apr_thread_mutex_unlock(redis->lock);
}

static apr_status_t close_idle(void *baton)
{
    connection_t *connection;

    while ((connection = take_first(baton)))
        connection_close(connection);
    return APR_SUCCESS;
}

/* --- when redis is away --- */

/* Whether the caller may ask: always while redis answers, and after a failure one caller
 * when the pause is over. */
static bool may_ask(msc_redis_t *redis, apr_interval_time_t within)
{
    apr_time_t at = atomic_load(&redis->ask_at), t = now();

    if (!at) return true;
    return t >= at &&
           atomic_compare_exchange_strong(&redis->ask_at, &at, t + within + PAUSE);
}

static void failed(msc_redis_t *redis, const char *why, apr_pool_t *p)
{
    /* Others of this time are as bad. */
    close_idle(redis);
    if (atomic_exchange(&redis->ask_at, now() + PAUSE)) return;
    redis->conf->say(redis->conf->baton, true,
                     apr_psprintf(p, "redis at %s is away: %s", redis->conf->name, why));
}

static void answered(msc_redis_t *redis, apr_pool_t *p)
{
    if (!atomic_load(&redis->ask_at) || !atomic_exchange(&redis->ask_at, 0)) return;
    redis->conf->say(redis->conf->baton, false,
                     apr_psprintf(p, "redis at %s answers again", redis->conf->name));
}

void msc_redis_refused(msc_redis_t *redis, const msc_reply_t *error, apr_pool_t *p)
{
    apr_time_t at = atomic_load(&redis->refused_at), t = now();

    if (t < at || !atomic_compare_exchange_strong(&redis->refused_at, &at, t + SAY_EVERY))
        return;
    redis->conf->say(redis->conf->baton, true,
                     apr_psprintf(p, "redis at %s has refused a command (%s)",
                                  redis->conf->name, code_of(error, p)));
}

sc_status_t msc_redis_run(msc_reply_t **replies, msc_redis_t *redis,
                          const msc_command_t *commands, int n,
                          apr_interval_time_t within, apr_size_t most, apr_pool_t *p)
{
    exchange_t x = {now() + within, most, most, p};
    connection_t *connection;
    const char *why = NULL;

    if (!may_ask(redis, within)) return SC_ERROR;
    connection = take_idle(redis);
    if (!connection) why = connect_new(&connection, redis->conf, &x);
    if (!why) why = exchange(replies, connection->context, commands, n, &x);
    if (why) {
        if (connection) connection_close(connection);
        failed(redis, why, p);
        return SC_ERROR;
    }
    give_back(redis, connection);
    answered(redis, p);
    return SC_OK;
}

static apr_status_t open_in(msc_redis_t *redis, apr_pool_t *p)
{
    apr_status_t rv = apr_thread_mutex_create(&redis->lock, APR_THREAD_MUTEX_DEFAULT, p);

    if (rv != APR_SUCCESS) return rv;
    redis->pool = p;
    apr_pool_cleanup_register(p, redis, close_idle, apr_pool_cleanup_null);
    return APR_SUCCESS;
}

apr_status_t msc_redis_child_init(msc_redis_t *redis, apr_pool_t *pchild)
{
    connection_t *next;

    /* The parent goes on with its connections: closing this process' copies of them
     * does nothing to it. A thread of the parent's may have had the lock. */
    apr_pool_cleanup_kill(redis->pool, redis, close_idle);
    for (connection_t *idle = redis->idle; idle; idle = next) {
        next = idle->next;
        connection_close(idle);
    }
    redis->idle = NULL;
    atomic_store(&redis->ask_at, 0);
    return open_in(redis, pchild);
}

const char *msc_redis_make(msc_redis_t **redis, const msc_redis_conf_t *conf,
                           apr_pool_t *p)
{
    msc_redis_t *made = apr_pcalloc(p, sizeof(*made));

    made->conf = conf;
    if (open_in(made, p) != APR_SUCCESS) return "no lock could be made";
    *redis = made;
    return NULL;
}
