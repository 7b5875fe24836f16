/* SPDX-License-Identifier: Apache-2.0 */
/* A redis stream (redis 5 and later): XADD, XREAD and XREVRANGE without blocking. What
 * redis sends is looked at before it is believed: an id goes back to it in a command, and
 * into a file. */

#include "httpd/store/stream.h"
#include "core/base/chars.h"
#include <apr_strings.h>

#define FIELD "e"

/* Bytes of an answer beside the texts of entries, and of each: its id, lengths. */
#define AROUND       4096
#define AROUND_ENTRY 256

static const char *text_of(int number, apr_pool_t *p)
{
    return apr_psprintf(p, "%d", number);
}

sc_status_t msc_stream_append(msc_redis_t *redis, const char *stream, int keep,
                              const sc_bytes_t *texts, int n, apr_interval_time_t within,
                              apr_pool_t *p)
{
    msc_command_t *commands = apr_palloc(p, sizeof(*commands) * (apr_size_t)n);
    msc_reply_t **replies = apr_palloc(p, sizeof(*replies) * (apr_size_t)n);

    if (n > MSC_STREAM_MAX) return SC_TOO_LARGE;
    for (int i = 0; i < n; i++) {
        if (texts[i].n > MSC_STREAM_TEXT_MAX) return SC_TOO_LARGE;
        commands[i] = (msc_command_t){8,
                                      {sc_bytes_str("XADD"), sc_bytes_str(stream),
                                       sc_bytes_str("MAXLEN"), sc_bytes_str("~"),
                                       sc_bytes_str(text_of(keep, p)), sc_bytes_str("*"),
                                       sc_bytes_str(FIELD), texts[i]}};
    }
    if (msc_redis_run(replies, redis, commands, n, within,
                      AROUND + (apr_size_t)n * AROUND_ENTRY, p))
        return SC_ERROR;
    for (int i = 0; i < n; i++) {
        if (replies[i]->kind == MSC_REPLY_ERROR) msc_redis_refused(redis, replies[i], p);
        if (replies[i]->kind != MSC_REPLY_TEXT) return SC_ERROR;
    }
    return SC_OK;
}

/* An id's two numbers. False: it is not one. */
static bool id_parse(apr_uint64_t number[2], sc_bytes_t id)
{
    int part = 0;
    bool has_digit = false;

    number[0] = number[1] = 0;
    for (apr_size_t i = 0; i < id.n; i++) {
        unsigned char c = id.p[i];

        if (c == '-' && part == 0 && has_digit) {
            part = 1;
            has_digit = false;
            continue;
        }
        if (!sc_char_is_digit(c) || number[part] > (APR_UINT64_MAX - 9) / 10)
            return false;
        number[part] = number[part] * 10 + (apr_uint64_t)(c - '0');
        has_digit = true;
    }
    return part == 1 && has_digit;
}

int msc_stream_compare(const char *a, const char *b)
{
    apr_uint64_t one[2], two[2];

    if (!id_parse(one, sc_bytes_str(a)) || !id_parse(two, sc_bytes_str(b)))
        return strcmp(a, b);
    for (int i = 0; i < 2; i++)
        if (one[i] != two[i]) return one[i] < two[i] ? -1 : 1;
    return 0;
}

/* [id, [field, text]]; false where not even the id can be used. */
static bool entry_of(msc_entry_t *entry, const msc_reply_t *reply)
{
    apr_uint64_t number[2];
    const msc_reply_t *fields;

    if (reply->kind != MSC_REPLY_LIST || reply->n != 2) return false;
    if (reply->list[0]->kind != MSC_REPLY_TEXT) return false;
    if (!id_parse(number, reply->list[0]->text)) return false;
    *entry = (msc_entry_t){.id = (const char *)reply->list[0]->text.p};
    fields = reply->list[1];
    if (fields->kind == MSC_REPLY_LIST && fields->n == 2 &&
        fields->list[0]->kind == MSC_REPLY_TEXT &&
        sc_bytes_eq(fields->list[0]->text, sc_bytes_str(FIELD)) &&
        fields->list[1]->kind == MSC_REPLY_TEXT &&
        fields->list[1]->text.n <= MSC_STREAM_TEXT_MAX)
        entry->text = fields->list[1]->text;
    return true;
}

/* The reply to a command that gives at most `max` entries, but for errors. */
static sc_status_t ask(const msc_reply_t **reply, msc_redis_t *redis,
                       const msc_command_t *command, int max, apr_interval_time_t within,
                       apr_pool_t *p)
{
    apr_size_t most = AROUND + (apr_size_t)max * (MSC_STREAM_TEXT_MAX + AROUND_ENTRY);
    msc_reply_t *got;

    if (msc_redis_run(&got, redis, command, 1, within, most, p)) return SC_ERROR;
    if (got->kind == MSC_REPLY_ERROR) msc_redis_refused(redis, got, p);
    if (got->kind != MSC_REPLY_LIST && got->kind != MSC_REPLY_NIL) return SC_ERROR;
    *reply = got;
    return SC_OK;
}

static sc_status_t entries_of(const msc_entry_t **entries, int *n,
                              const msc_reply_t *list, int max, apr_pool_t *p)
{
    msc_entry_t *made;

    if (list->kind != MSC_REPLY_LIST || list->n > (apr_size_t)max) return SC_ERROR;
    made = apr_palloc(p, sizeof(*made) * (list->n + 1));
    for (apr_size_t i = 0; i < list->n; i++)
        if (!entry_of(&made[i], list->list[i])) return SC_ERROR;
    *entries = made;
    *n = (int)list->n;
    return SC_OK;
}

sc_status_t msc_stream_read(const msc_entry_t **entries, int *n, msc_redis_t *redis,
                            const char *stream, const char *after, int max,
                            apr_interval_time_t within, apr_pool_t *p)
{
    msc_command_t command = {6,
                             {sc_bytes_str("XREAD"), sc_bytes_str("COUNT"),
                              sc_bytes_str(text_of(max, p)), sc_bytes_str("STREAMS"),
                              sc_bytes_str(stream), sc_bytes_str(after)}};
    const msc_reply_t *reply, *of_stream;

    if (ask(&reply, redis, &command, max, within, p)) return SC_ERROR;
    if (reply->kind == MSC_REPLY_NIL) {
        *n = 0;
        return SC_OK;
    }
    if (reply->n != 1) return SC_ERROR;
    of_stream = reply->list[0]; /* its name, its entries */
    if (of_stream->kind != MSC_REPLY_LIST || of_stream->n != 2) return SC_ERROR;
    return entries_of(entries, n, of_stream->list[1], max, p);
}

sc_status_t msc_stream_last(const char **id, msc_redis_t *redis, const char *stream,
                            apr_interval_time_t within, apr_pool_t *p)
{
    msc_command_t command = {6,
                             {sc_bytes_str("XREVRANGE"), sc_bytes_str(stream),
                              sc_bytes_str("+"), sc_bytes_str("-"), sc_bytes_str("COUNT"),
                              sc_bytes_str("1")}};
    const msc_reply_t *reply;
    const msc_entry_t *entries;
    int n;

    if (ask(&reply, redis, &command, 1, within, p)) return SC_ERROR;
    if (entries_of(&entries, &n, reply, 1, p)) return SC_ERROR;
    *id = n ? entries[0].id : MSC_STREAM_START;
    return SC_OK;
}
