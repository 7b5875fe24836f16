/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_STREAM_H
#define MSC_STREAM_H

#include "httpd/store/connection.h"

/* A redis stream, by which several servers tell each other what they know. Each call
 * takes `within` microseconds at most and may take all of it, so it does not belong into
 * a request: see msc_redis_run(). An entry is a text in redis' field "e"; redis gives it
 * an id, "MILLISECONDS-NUMBER", that grows as long as redis does not forget the stream.
 */

#define MSC_STREAM_TEXT_MAX 4096 /* bytes of an entry */
#define MSC_STREAM_MAX      1000 /* entries of a call */

typedef struct {
    const char *id; /* always of that shape, whatever redis has sent */
    sc_bytes_t
        text; /* at most MSC_STREAM_TEXT_MAX bytes, of whoever can write to redis */
} msc_entry_t;

/* Before any entry. */
#define MSC_STREAM_START "0-0"

/* Appends n texts in this order, at most MSC_STREAM_MAX, and lets redis drop the oldest
 * entries when there are clearly more than `keep`. SC_TOO_LARGE: n is, or one of the
 * texts; none was appended. SC_ERROR: perhaps not all were; who appends all of them again
 * has some twice. */
sc_status_t msc_stream_append(msc_redis_t *redis, const char *stream, int keep,
                              const sc_bytes_t *texts, int n, apr_interval_time_t within,
                              apr_pool_t *p) SC_CHECK;

/* The entries after the one with the id `after`, oldest first: at most `max`, which is at
 * most MSC_STREAM_MAX; n is 0 where there are none. SC_ERROR: redis is away, or has
 * refused. An entry of another shape than ours comes with an empty text, so that a reader
 * gets past it. All is in p. */
sc_status_t msc_stream_read(const msc_entry_t **entries, int *n, msc_redis_t *redis,
                            const char *stream, const char *after, int max,
                            apr_interval_time_t within, apr_pool_t *p) SC_CHECK;

/* The id of the last entry, or MSC_STREAM_START where redis has none. */
sc_status_t msc_stream_last(const char **id, msc_redis_t *redis, const char *stream,
                            apr_interval_time_t within, apr_pool_t *p) SC_CHECK;

/* <0, 0, >0: a is before b, the same, after it. */
int msc_stream_compare(const char *a, const char *b);

#endif
