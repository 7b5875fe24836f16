/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions that are kept on a server. A database is asked by mod_dbd, with a statement of
 * the administrator's and the id as its bound parameter; redis by the connections of
 * CookieSessionStore. The drivers of databases block: a gate keeps requests from queueing
 * up behind one that does not answer. A connection is taken out of mod_dbd's pool for one
 * question, not for the request, so that a few serve many. No text of a database gets
 * into the log, since it may repeat an id. */

#include "httpd/session/lookup.h"
#include "httpd/store/store.h"
#include "core/base/chars.h"
#include "core/envelope/envelope.h"
#include "apr_dbd.h" /* which mod_dbd.h needs */
#include "mod_dbd.h"
#include "util_cfgtree.h"
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#define SLOW      APR_USEC_PER_SEC /* no answer comes in time after that */
#define PAUSE     APR_USEC_PER_SEC /* nobody asks after a failure */
#define SAY_EVERY (60 * APR_USEC_PER_SEC)
#define ARGS_MAX  8
#define TRIES     3 /* of connections that turn out to be lost */

struct msc_lookup_t {
    const char *text;  /* for the log */
    const char *label; /* of the statement; NULL: redis */
    const char *statement;
    const char *prefix; /* of keys in redis */
    server_rec *server;
    APR_OPTIONAL_FN_TYPE(ap_dbd_open) * open;
    APR_OPTIONAL_FN_TYPE(ap_dbd_close) * close;

    /* Of this process: */
    _Atomic apr_time_t ask_at; /* 0: it answers; else one request may ask then */
    _Atomic apr_time_t say_at; /* when a failure may be said again */
    atomic_uint asking;        /* requests in the driver */
    _Atomic apr_time_t moved;  /* when the first of them came, or the last one left */
    pthread_mutex_t turn;      /* of those who want a connection */
};

/* --- start-up --- */

/* The parameters of a statement: "%s" and its like; "%%" is none. */
static int count_parameters(const char *statement)
{
    int n = 0;

    for (; *statement; statement++) {
        if (*statement != '%') continue;
        if (statement[1] == '%')
            statement++;
        else
            n++;
    }
    return n;
}

/* DBDPrepareSQL "statement" LABEL: that of the server itself, else of the main server,
 * else of any other, and the most parameters that one of them has. */
typedef struct {
    const server_rec *server;
    const char *label;
    const char *text; /* NULL: there is none */
    int rank;
    int most;
} statement_t;

enum { OF_OTHERS = 1, OF_MAIN, OF_SERVER };

static void note_statement(statement_t *found, const ap_directive_t *line, int rank,
                           apr_pool_t *p)
{
    const char *args = line->args, *text = ap_getword_conf(p, &args);
    int n;

    if (strcmp(ap_getword_conf(p, &args), found->label)) return;
    n = count_parameters(text);
    if (n > found->most) found->most = n;
    if (rank < found->rank) return;
    found->rank = rank;
    found->text = text;
}

static void find_statement(statement_t *found, const ap_directive_t *line, int rank,
                           apr_pool_t *p)
{
    const server_rec *s = found->server;

    for (; line; line = line->next) {
        int inside = rank;

        if (!ap_cstr_casecmp(line->directive, "<VirtualHost"))
            inside = s->defn_name && !strcmp(line->filename, s->defn_name) &&
                             line->line_num == (int)s->defn_line_number
                         ? OF_SERVER
                         : OF_OTHERS;
        find_statement(found, line->first_child, inside, p);
        if (!ap_cstr_casecmp(line->directive, "DBDPrepareSQL"))
            note_statement(found, line, rank, p);
    }
}

static const char *use_statement(msc_lookup_t *lookup, apr_pool_t *p)
{
    statement_t found = {.server = lookup->server, .label = lookup->label};

    find_statement(&found, ap_conftree, OF_MAIN, p);
    lookup->statement = found.text;
    if (!found.text)
        return apr_psprintf(p,
                            "there is no statement \"%s\"; add a line DBDPrepareSQL "
                            "\"SELECT session_data FROM django_session WHERE session_key "
                            "= %%s\" %s",
                            lookup->label, lookup->label);
    if (found.most == 1) return NULL;
    return apr_psprintf(p,
                        "the statement \"%s\" has %d parameters, and takes one, the id; "
                        "for example: SELECT session_data FROM django_session WHERE "
                        "session_key = %%s",
                        lookup->label, found.most);
}

static const char *use_database(msc_lookup_t *lookup, apr_pool_t *p)
{
    lookup->open = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_open);
    lookup->close = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_close);
    if (!lookup->open || !lookup->close)
        return "it needs mod_dbd, which is not loaded; on Debian: a2enmod dbd";
    return use_statement(lookup, p);
}

static const char *use_redis(void)
{
    return msc_store_redis() ? NULL
                             : "it needs the redis of CookieSessionStore; add a line "
                               "CookieSessionStore redis:127.0.0.1:6379";
}

const char *msc_lookup_make(msc_lookup_t **lookup, const char *where, server_rec *s,
                            apr_pool_t *p)
{
    msc_lookup_t *made = apr_pcalloc(p, sizeof(*made));
    bool is_redis = !strncmp(where, "redis:", 6);

    pthread_mutex_init(&made->turn, NULL);
    made->text = where;
    made->server = s;
    *(is_redis ? &made->prefix : &made->label) = strchr(where, ':') + 1;
    *lookup = made;
    return is_redis ? use_redis() : use_database(made, p);
}

/* --- the gate --- */

/* A clock that nobody sets: microseconds since something. */
static apr_time_t clock_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return apr_time_from_sec(t.tv_sec) + t.tv_nsec / 1000;
}

/* Whether a request may ask now: after a failure one does when the pause is over, and
 * none while those who ask wait for too long. */
static bool enter(msc_lookup_t *lookup)
{
    apr_time_t t = clock_now(), at = atomic_load(&lookup->ask_at);

    if (at && (t < at ||
               !atomic_compare_exchange_strong(&lookup->ask_at, &at, t + SLOW + PAUSE)))
        return false;
    if (atomic_load(&lookup->asking) && t - atomic_load(&lookup->moved) > SLOW)
        return false;
    if (atomic_fetch_add(&lookup->asking, 1) == 0) atomic_store(&lookup->moved, t);
    return true;
}

/* Whether the answer came in time. */
static bool leave(msc_lookup_t *lookup, apr_time_t since, bool is_answer)
{
    apr_time_t t = clock_now();
    bool is_good = is_answer && t - since <= SLOW;

    atomic_store(&lookup->moved, t);
    atomic_fetch_sub(&lookup->asking, 1);
    atomic_store(&lookup->ask_at, is_good ? 0 : t + PAUSE);
    return is_good;
}

static void say(msc_lookup_t *lookup, request_rec *r, const char *why)
{
    apr_time_t at = atomic_load(&lookup->say_at), t = clock_now();

    if (t < at || !atomic_compare_exchange_strong(&lookup->say_at, &at, t + SAY_EVERY))
        return;
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                  "lookup=%s: %s; sessions that are kept there are not found meanwhile",
                  lookup->text, why);
}

/* --- a database --- */

/* One question. All of its memory is gone with its pool. */
typedef struct {
    ap_dbd_t *dbd;
    apr_pool_t *pool;
    request_rec *r;
    apr_time_t since;
    sc_bytes_t value; /* in the pool; p is NULL: there is no row, or no value in it */
    apr_time_t end;
} question_t;

/* PostgreSQL's text of bytea. */
static sc_bytes_t unhex(sc_bytes_t text, apr_pool_t *p)
{
    unsigned char *to = apr_palloc(p, text.n / 2 + 1);
    apr_size_t n = 0;

    if (text.n % 2 || !sc_bytes_starts(text, "\\x")) return text;
    for (apr_size_t i = 2; i < text.n; i += 2) {
        int high = sc_hex_value(text.p[i]), low = sc_hex_value(text.p[i + 1]);

        if (high < 0 || low < 0) return text;
        to[n++] = (unsigned char)(high << 4 | low);
    }
    return sc_bytes(to, n);
}

/* What a driver has put into the brigade, NULs included; as much of it as `max` bytes
 * and one more may need. */
static sc_bytes_t flat(apr_bucket_brigade *bb, apr_size_t max, apr_pool_t *p)
{
    apr_off_t length;
    apr_size_t n = 2 * (max + 2); /* unhex */
    char *bytes;

    if (apr_brigade_length(bb, 1, &length) != APR_SUCCESS) return sc_bytes(NULL, 0);
    if (length < (apr_off_t)n) n = (apr_size_t)length;
    bytes = apr_palloc(p, n + 1);
    if (apr_brigade_flatten(bb, bytes, &n) != APR_SUCCESS) return sc_bytes(NULL, 0);
    return sc_bytes(bytes, n);
}

/* The first column: as bytes, or as text where the driver cannot. */
static void read_value(question_t *q, apr_dbd_row_t *row, apr_size_t max)
{
    const apr_dbd_driver_t *driver = q->dbd->driver;
    apr_bucket_brigade *bb = apr_brigade_create(q->pool, q->r->connection->bucket_alloc);
    sc_bytes_t value = {NULL, 0};
    const char *text;

    if (apr_dbd_datum_get(driver, row, 0, APR_DBD_TYPE_BLOB, bb) == APR_SUCCESS)
        value = flat(bb, max, q->pool);
    if (!value.p && (text = apr_dbd_get_entry(driver, row, 0)) != NULL)
        value = sc_bytes_str(text);
    apr_brigade_destroy(bb);
    if (value.p && value.n) q->value = unhex(value, q->pool);
}

/* The second column: seconds since 1970, whose fraction does not count. */
static const char *read_end(question_t *q, apr_dbd_row_t *row)
{
    const char *text = apr_dbd_get_entry(q->dbd->driver, row, 1);
    apr_int64_t seconds;
    char *rest;

    if (!text || !*text) return NULL; /* NULL in it */
    seconds = apr_strtoi64(text, &rest, 10);
    if (rest == text || (*rest && *rest != '.') || seconds < 0 || seconds > 9000000000000)
        return "the second column is not the end in seconds since 1970";
    q->end = apr_time_from_sec(seconds);
    return NULL;
}

static const char *read_row(question_t *q, apr_dbd_results_t *results, apr_size_t max)
{
    const apr_dbd_driver_t *driver = q->dbd->driver;
    apr_dbd_row_t *row = NULL;
    int rv = apr_dbd_get_row(driver, q->pool, results, &row, 1);

    if (rv) return rv == -1 ? NULL : "the row could not be read";
    read_value(q, row, max);
    return apr_dbd_num_cols(driver, results) > 1 ? read_end(q, row) : NULL;
}

static bool in_time(const question_t *q)
{
    return clock_now() - q->since < SLOW;
}

/* A driver that has connected again has lost its statements, which mod_dbd does not know.
 * The new one stays as long as the connection does. */
static apr_dbd_prepared_t *prepare_again(question_t *q, const msc_lookup_t *lookup)
{
    apr_dbd_prepared_t *statement = NULL;
    apr_pool_t *p;

    apr_pool_create(&p, q->dbd->pool);
    if (apr_dbd_prepare(q->dbd->driver, p, q->dbd->handle, lookup->statement,
                        lookup->label, &statement)) {
        apr_pool_destroy(p);
        return NULL;
    }
    apr_hash_set(q->dbd->prepared, lookup->label, APR_HASH_KEY_STRING, statement);
    return statement;
}

/* All rows at once, "random access": row by row, the driver of PostgreSQL would not say
 * that the statement has failed, nor how many columns there are, and would sleep for a
 * tenth of a second where there is no row. */
static bool run_statement(apr_dbd_results_t **results, const question_t *q,
                          apr_dbd_prepared_t *statement, sc_bytes_t id)
{
    /* As many as a driver could look for, although the statement has one. */
    const char *args[ARGS_MAX] = {apr_pstrmemdup(q->pool, (const char *)id.p, id.n)};

    return statement && !apr_dbd_pselect(q->dbd->driver, q->pool, q->dbd->handle, results,
                                         statement, 1, 1, args);
}

/* With the connection that there is. */
static const char *select_rows(apr_dbd_results_t **results, question_t *q,
                               const msc_lookup_t *lookup, sc_bytes_t id)
{
    apr_dbd_prepared_t *statement =
        apr_hash_get(q->dbd->prepared, lookup->label, APR_HASH_KEY_STRING);

    if (!statement) return "its server has no statement of that label";
    if (in_time(q) && run_statement(results, q, statement, id)) return NULL;
    if (in_time(q) && run_statement(results, q, prepare_again(q, lookup), id))
        return NULL;
    return "the statement failed";
}

/* mod_dbd waits as long as it takes for a connection that is free, or for one that is
 * being made, which are made one by one: those who wait for longer than is any use wait
 * here. */
static bool take_turn(msc_lookup_t *lookup, const question_t *q)
{
    apr_time_t until = apr_time_now() + SLOW - (clock_now() - q->since);
    struct timespec t = {.tv_sec = apr_time_sec(until),
                         .tv_nsec = apr_time_usec(until) * 1000};

    return pthread_mutex_timedlock(&lookup->turn, &t) == 0;
}

static bool take_connection(question_t *q, msc_lookup_t *lookup)
{
    if (!take_turn(lookup, q)) return false;
    q->dbd = in_time(q) ? lookup->open(q->pool, lookup->server) : NULL;
    pthread_mutex_unlock(&lookup->turn);
    return q->dbd != NULL;
}

/* mod_dbd finds out that a connection was lost when it hands it out, and some drivers do
 * when they are asked. */
static const char *ask_database(question_t *q, msc_lookup_t *lookup, sc_bytes_t id,
                                apr_size_t max)
{
    const char *why = "there is no connection to the database";

    for (int i = 0; i < TRIES && in_time(q); i++) {
        apr_dbd_results_t *results = NULL;
        bool is_answer;

        if (!take_connection(q, lookup)) continue;
        why = select_rows(&results, q, lookup, id);
        is_answer = !why;
        if (is_answer) why = read_row(q, results, max);
        lookup->close(lookup->server, q->dbd);
        if (is_answer) break;
    }
    return why;
}

static sc_status_t answer_of(sc_bytes_t *value, apr_time_t *end, const question_t *q,
                             apr_size_t max)
{
    if (!q->value.p) return SC_EXPIRED;
    if (q->value.n > max) return SC_TOO_LARGE;
    *value = sc_bytes_dup(q->value, q->r->pool);
    *end = q->end;
    return SC_OK;
}

static sc_status_t look_in_database(sc_bytes_t *value, apr_time_t *end,
                                    msc_lookup_t *lookup, sc_bytes_t id, apr_size_t max,
                                    request_rec *r)
{
    question_t q = {.r = r, .since = clock_now(), .end = SC_NEVER};
    sc_status_t status = SC_ERROR;
    const char *why;

    if (!enter(lookup)) {
        say(lookup, r, "the database does not answer");
        return SC_ERROR;
    }
    apr_pool_create(&q.pool, r->pool);
    why = ask_database(&q, lookup, id, max);
    if (!leave(lookup, q.since, !why))
        say(lookup, r, why ? why : "the database took more than a second");
    else
        status = answer_of(value, end, &q, max);
    apr_pool_destroy(q.pool);
    return status;
}

/* --- redis --- */

static sc_status_t look_in_redis(sc_bytes_t *value, apr_time_t *end, msc_lookup_t *lookup,
                                 sc_bytes_t id, apr_size_t max, request_rec *r)
{
    sc_bytes_t parts[] = {sc_bytes_str(lookup->prefix), id};
    apr_interval_time_t ttl;
    sc_status_t status =
        msc_store_get(value, &ttl, r, sc_bytes_join(parts, 2, r->pool), max);

    if (status == SC_ERROR) say(lookup, r, "redis does not answer");
    if (status) return status == SC_ABSENT ? SC_EXPIRED : status;
    *end = ttl < 0 ? SC_NEVER : apr_time_now() + ttl;
    return SC_OK;
}

sc_status_t msc_lookup_ask(sc_bytes_t *value, apr_time_t *end, msc_lookup_t *lookup,
                           sc_bytes_t id, apr_size_t max, request_rec *r)
{
    return lookup->label ? look_in_database(value, end, lookup, id, max, r)
                         : look_in_redis(value, end, lookup, id, max, r);
}
