/* SPDX-License-Identifier: Apache-2.0 */
/* An entry of the stream is a line of the file without its line feed. One that was for
 * "now" when it was made has "now" and a tab before it: whoever takes it over ends what
 * was issued until then, as a session may have been renewed here in the meantime. Only
 * the server where it was made says so, and once, so that no entry moves ahead for ever.
 *
 * Whoever can write to redis can end sessions, and nothing else: an entry is read as a
 * line of the file is, and can take nothing back. */

#include "httpd/store/spread.h"
#include "core/revocation/file.h"
#include <apr_strings.h>
#include <apr_tables.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define STREAM "sessioncookie:1:revoked"
#define NOW    "now\t"

/* Entries that redis keeps, about; that one call sends or reads. */
#define KEEP  1000000
#define BATCH 500

/* How long a call may take: it is nobody's request. */
#define WITHIN apr_time_from_sec(2)

#define MARGIN 2 /* seconds, as of every entry that is for now */

struct msc_spread_t {
    const char *path;
    const sc_revoked_t *table;
    sc_revoked_t *known; /* what the stream has, and what was taken from it */
    char last[48];       /* the id up to which it was read */
    apr_off_t at;        /* up to where the file was read */
    dev_t device;
    ino_t inode;
    int64_t since; /* seconds: when all of the file was in the stream; 0: never */
};

msc_spread_t *msc_spread_make(const char *path, const sc_revoked_t *table)
{
    msc_spread_t *spread = calloc(1, sizeof(*spread));

    if (!spread) return NULL;
    spread->path = path;
    spread->table = table;
    return spread;
}

/* --- whether redis knows what it knew --- */

static sc_status_t begin_anew(msc_spread_t *spread)
{
    static const sc_env_t env = {.random = sc_crypto_random};

    if (spread->known) sc_revoked_free(spread->known);
    spread->known = sc_revoked_make(SC_REVOKED_SLOTS, &env);
    apr_cpystrn(spread->last, MSC_STREAM_START, sizeof(spread->last));
    spread->at = 0;
    return spread->known ? SC_OK : SC_ERROR;
}

/* What was read is there no more: redis was emptied, or has lost the end. The ids of what
 * others have written since may be higher. */
static sc_status_t look_for_loss(msc_spread_t *spread, msc_redis_t *redis, apr_pool_t *p)
{
    const msc_entry_t *first;
    const char *last;
    int n;

    if (!spread->known) return begin_anew(spread);
    if (!strcmp(spread->last, MSC_STREAM_START)) return SC_OK;
    if (msc_stream_last(&last, redis, STREAM, WITHIN, p) ||
        msc_stream_read(&first, &n, redis, STREAM, MSC_STREAM_START, 1, WITHIN, p))
        return SC_ERROR;
    if (n == 0 || msc_stream_compare(last, spread->last) < 0 ||
        msc_stream_compare(first->id, spread->last) > 0)
        return begin_anew(spread);
    return SC_OK;
}

/* --- from the stream into the file --- */

static bool is_known(const sc_revoked_t *table, const sc_revocation_t *entry)
{
    return sc_revoked_until(table, sc_revoked_hash(table, entry)) >= entry->until;
}

/* Adds the entry's line to those for the file, if the file lacks it. */
static void take(apr_array_header_t *lines, msc_spread_t *spread, sc_bytes_t text,
                 apr_pool_t *p)
{
    bool is_now = sc_bytes_starts(text, NOW);
    int64_t now = apr_time_sec(apr_time_now()) + MARGIN;
    sc_revocation_t entry;
    sc_bytes_t line;

    if (is_now) text = sc_bytes_from(text, strlen(NOW));
    text = sc_bytes_dup(text, p);
    if (sc_revocation_read(&entry, (unsigned char *)text.p, text.n)) return;
    if (is_known(spread->table, &entry)) {
        sc_revoked_add(spread->known, &entry);
        return;
    }
    if (is_now && entry.until < now) entry.until = now;
    if (sc_revocation_write(&line, &entry, p)) return;
    sc_revoked_add(spread->known, &entry);
    APR_ARRAY_PUSH(lines, sc_bytes_t) = line;
}

static sc_status_t take_batch(apr_status_t *failed, int *n, msc_spread_t *spread,
                              msc_redis_t *redis, apr_pool_t *p)
{
    apr_array_header_t *lines = apr_array_make(p, BATCH, sizeof(sc_bytes_t));
    const msc_entry_t *entries;

    if (msc_stream_read(&entries, n, redis, STREAM, spread->last, BATCH, WITHIN, p))
        return SC_ERROR;
    for (int i = 0; i < *n; i++)
        take(lines, spread, entries[i].text, p);
    if (lines->nelts)
        *failed = sc_revocation_append(
            spread->path, sc_bytes_join((sc_bytes_t *)lines->elts, lines->nelts, p));
    if (*failed) {
        (void)begin_anew(spread);
        return SC_ERROR;
    }
    if (*n) apr_cpystrn(spread->last, entries[*n - 1].id, sizeof(spread->last));
    return SC_OK;
}

static sc_status_t take_all(apr_status_t *failed, msc_spread_t *spread,
                            msc_redis_t *redis, apr_pool_t *p)
{
    sc_status_t status;
    int n;

    do {
        apr_pool_clear(p);
        status = take_batch(failed, &n, spread, redis, p);
    } while (!status && n == BATCH);
    return status;
}

/* --- from the file into the stream --- */

typedef struct {
    msc_spread_t *spread;
    msc_redis_t *redis;
    apr_pool_t *pool;
    sc_bytes_t text[BATCH];
    sc_revocation_t entry[BATCH];
    int n;
} batch_t;

static sc_status_t send_batch(batch_t *batch)
{
    if (batch->n && msc_stream_append(batch->redis, STREAM, KEEP, batch->text, batch->n,
                                      WITHIN, batch->pool))
        return SC_ERROR;
    for (int i = 0; i < batch->n; i++)
        sc_revoked_add(batch->spread->known, &batch->entry[i]);
    batch->n = 0;
    apr_pool_clear(batch->pool);
    return SC_OK;
}

static void add_to_batch(batch_t *batch, const sc_revocation_t *entry)
{
    apr_pool_t *p = batch->pool;
    bool is_now = entry->until != SC_BAN && batch->spread->since &&
                  entry->until >= batch->spread->since;
    sc_bytes_t line, text;

    if (sc_revocation_write(&line, entry, p)) return;
    line.n--; /* the line feed */
    text = sc_bytes_join((const sc_bytes_t[]){sc_bytes_str(NOW), line}, 2, p);
    batch->text[batch->n] = is_now && text.n <= MSC_STREAM_TEXT_MAX ? text : line;
    batch->entry[batch->n] =
        (sc_revocation_t){entry->kind, sc_bytes_dup(entry->source, p),
                          sc_bytes_dup(entry->name, p), entry->until};
    batch->n++;
}

static sc_status_t send_lines(apr_status_t *failed, apr_off_t *at, batch_t *batch, int fd,
                              apr_pool_t *p)
{
    sc_lines_t *lines = sc_lines_make(fd, *at, p);
    sc_status_t status = SC_OK;
    unsigned char *line;
    apr_size_t n;

    while (!status && (line = sc_lines_next(&n, lines))) {
        sc_revocation_t entry;

        if (sc_revocation_read(&entry, line, n) || is_known(batch->spread->known, &entry))
            continue;
        add_to_batch(batch, &entry);
        if (batch->n == BATCH) status = send_batch(batch);
    }
    if (!status) status = send_batch(batch);
    *failed = sc_lines_failed(lines);
    *at = sc_lines_at(lines);
    return *failed ? SC_ERROR : status;
}

/* What was appended to the file since the last round; all of another file. */
static sc_status_t send_news(apr_status_t *failed, msc_spread_t *spread,
                             msc_redis_t *redis, apr_pool_t *p)
{
    batch_t *batch = apr_pcalloc(p, sizeof(*batch));
    int64_t now = apr_time_sec(apr_time_now());
    int fd = open(spread->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat stat;
    sc_status_t status;
    apr_off_t at;

    if (fd < 0 || fstat(fd, &stat)) {
        *failed = errno;
        if (fd >= 0) close(fd);
        return SC_ERROR;
    }
    batch->spread = spread;
    batch->redis = redis;
    apr_pool_create(&batch->pool, p);
    at = stat.st_dev == spread->device && stat.st_ino == spread->inode &&
                 stat.st_size >= spread->at
             ? spread->at
             : 0;
    status = send_lines(failed, &at, batch, fd, p);
    close(fd);
    if (status) return status;
    spread->at = at;
    spread->device = stat.st_dev;
    spread->inode = stat.st_ino;
    spread->since = now;
    return SC_OK;
}

sc_status_t msc_spread_round(apr_status_t *failed, msc_spread_t *spread,
                             msc_redis_t *redis, apr_pool_t *p)
{
    apr_pool_t *round;
    sc_status_t status;

    *failed = 0;
    apr_pool_create(&round, p);
    status = look_for_loss(spread, redis, round);
    if (!status) status = take_all(failed, spread, redis, round);
    apr_pool_clear(round);
    if (!status) status = send_news(failed, spread, redis, round);
    apr_pool_destroy(round);
    return status;
}
