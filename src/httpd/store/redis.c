/* SPDX-License-Identifier: Apache-2.0 */
/* The store on a redis server: SET with an expiry, and a transaction that reads and
 * deletes, of which the DEL says who has won. Whatever else redis answers is an error. */

#include "httpd/store/redis.h"
#include "core/base/base64.h"
#include <apr_strings.h>

#define PREFIX "sessioncookie:1:"

/* Bytes of the answers beside a value: "+OK", "+QUEUED", lengths, the text of errors. */
#define AROUND 4096

static sc_bytes_t name_of(sc_bytes_t key, apr_pool_t *p)
{
    sc_bytes_t parts[] = {sc_bytes_str(PREFIX), sc_base64url_encode(key, p)};

    return sc_bytes_join(parts, 2, p);
}

sc_status_t msc_redis_put(msc_redis_t *redis, sc_bytes_t key, sc_bytes_t value,
                          apr_interval_time_t ttl, apr_interval_time_t within,
                          apr_pool_t *p)
{
    apr_int64_t ms = (ttl + 999) / 1000;
    msc_command_t set = {6,
                         {sc_bytes_str("SET"), name_of(key, p), value, sc_bytes_str("PX"),
                          sc_bytes_str(apr_psprintf(p, "%" APR_INT64_T_FMT, ms)),
                          sc_bytes_str("NX")}};
    msc_reply_t *reply;

    if (msc_redis_run(&reply, redis, &set, 1, within, AROUND, p)) return SC_ERROR;
    if (reply->kind == MSC_REPLY_ERROR) msc_redis_refused(redis, reply, p);
    return reply->kind == MSC_REPLY_TEXT ? SC_OK : SC_ERROR;
}

/* What the transaction has answered: the value, and how many keys were deleted. */
static sc_status_t outcome_of(sc_bytes_t *value, const msc_reply_t *exec, apr_size_t max)
{
    const msc_reply_t *text, *deleted;

    if (exec->kind != MSC_REPLY_LIST || exec->n != 2) return SC_ERROR;
    text = exec->list[0];
    deleted = exec->list[1];
    if (deleted->kind != MSC_REPLY_NUMBER) return SC_ERROR;
    if (deleted->number == 0) return SC_ABSENT;
    if (deleted->number != 1 || text->kind != MSC_REPLY_TEXT || text->text.n > max)
        return SC_ERROR;
    *value = text->text;
    return SC_OK;
}

sc_status_t msc_redis_take(sc_bytes_t *value, msc_redis_t *redis, sc_bytes_t key,
                           apr_size_t max, apr_interval_time_t within, apr_pool_t *p)
{
    sc_bytes_t name = name_of(key, p);
    /* GETRANGE is GET with a limit: one byte more than `max` tells that there are more.
     */
    sc_bytes_t last = sc_bytes_str(apr_psprintf(p, "%" APR_SIZE_T_FMT, max));
    msc_command_t commands[] = {
        {1, {sc_bytes_str("MULTI")}},
        {4, {sc_bytes_str("GETRANGE"), name, sc_bytes_str("0"), last}},
        {2, {sc_bytes_str("DEL"), name}},
        {1, {sc_bytes_str("EXEC")}}};
    msc_reply_t *replies[4];

    if (msc_redis_run(replies, redis, commands, 4, within, max + AROUND, p))
        return SC_ERROR;
    for (int i = 0; i < 4; i++)
        if (replies[i]->kind == MSC_REPLY_ERROR) {
            msc_redis_refused(redis, replies[i], p);
            return SC_ERROR;
        }
    return outcome_of(value, replies[3], max);
}

sc_status_t msc_redis_get(sc_bytes_t *value, apr_interval_time_t *ttl, msc_redis_t *redis,
                          sc_bytes_t name, apr_size_t max, apr_interval_time_t within,
                          apr_pool_t *p)
{
    sc_bytes_t last = sc_bytes_str(apr_psprintf(p, "%" APR_SIZE_T_FMT, max));
    msc_command_t commands[] = {
        {4, {sc_bytes_str("GETRANGE"), name, sc_bytes_str("0"), last}},
        {2, {sc_bytes_str("PTTL"), name}}};
    msc_reply_t *replies[2];

    if (msc_redis_run(replies, redis, commands, 2, within, max + AROUND, p))
        return SC_ERROR;
    if (replies[0]->kind == MSC_REPLY_ERROR) msc_redis_refused(redis, replies[0], p);
    if (replies[0]->kind != MSC_REPLY_TEXT || replies[1]->kind != MSC_REPLY_NUMBER)
        return SC_ERROR;
    /* -2: it has gone between the two. */
    if (!replies[0]->text.n || replies[1]->number < -1) return SC_ABSENT;
    if (replies[0]->text.n > max) return SC_TOO_LARGE;
    *value = replies[0]->text;
    *ttl = replies[1]->number < 0 ? -1 : apr_time_from_msec(replies[1]->number);
    return SC_OK;
}
