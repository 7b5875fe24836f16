/* SPDX-License-Identifier: Apache-2.0 */
/* Listing and compacting. The file is read twice: once to find the latest entry of each
 * subject, by a hash with a key of its own, and once to write these. A new file replaces
 * the old one under the old one's lock: whoever waits for that lock to append sees that
 * the path names another file, and takes that one. */

#include "core/revocation/compact.h"
#include "core/revocation/file.h"
#include <apr_strings.h>
#include <apr_tables.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* An entry, and the number of its line. */
typedef struct {
    uint64_t hash;
    int64_t until;
    uint64_t number;
} item_t;

typedef struct {
    int fd;
    apr_array_header_t *items; /* item_t: those that count, by their lines */
    uint64_t lines;            /* that were there */
    sc_revocation_counts_t *counts;
    apr_pool_t *pool;
} survey_t;

/* --- what counts --- */

static apr_status_t read_items(survey_t *survey, const sc_env_t *env)
{
    sc_lines_t *lines = sc_lines_make(survey->fd, 0, survey->pool);
    unsigned char key[SC_HASH_KEY], *line;
    sc_revocation_t entry;
    apr_size_t n;

    if (env->random(env->baton, key, sizeof(key))) return APR_EGENERAL;
    while ((line = sc_lines_next(&n, lines))) {
        sc_status_t status = sc_revocation_read(&entry, line, n);

        survey->lines++;
        if (status == SC_MALFORMED && !survey->counts->bad++)
            survey->counts->first_bad = survey->lines;
        if (status) continue;
        APR_ARRAY_PUSH(survey->items, item_t) =
            (item_t){sc_revocation_hash(key, &entry), entry.until, survey->lines};
    }
    return sc_lines_failed(lines);
}

static int order(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

/* The latest of a subject last. */
static int by_subject(const void *a, const void *b)
{
    const item_t *one = a, *two = b;
    int rv = order(one->hash, two->hash);

    if (!rv) rv = order((uint64_t)one->until, (uint64_t)two->until);
    return rv ? rv : order(one->number, two->number);
}

static int by_line(const void *a, const void *b)
{
    return order(((const item_t *)a)->number, ((const item_t *)b)->number);
}

static void keep_latest(survey_t *survey, int64_t before)
{
    item_t *item = (item_t *)survey->items->elts;
    int n = survey->items->nelts, kept = 0;

    if (n) qsort(item, (size_t)n, sizeof(*item), by_subject);
    for (int i = 0; i < n; i++) {
        if (i + 1 < n && item[i].hash == item[i + 1].hash)
            survey->counts->superseded++;
        else if (item[i].until < before)
            survey->counts->old++;
        else
            item[kept++] = item[i];
    }
    if (kept) qsort(item, (size_t)kept, sizeof(*item), by_line);
    survey->items->nelts = kept;
    survey->counts->entries = (apr_uint64_t)kept;
}

static apr_status_t make_survey(survey_t *survey, int64_t before, const sc_env_t *env)
{
    apr_status_t rv;

    *survey->counts = (sc_revocation_counts_t){.bad = 0};
    survey->items = apr_array_make(survey->pool, 1024, sizeof(item_t));
    rv = read_items(survey, env);
    if (!rv) keep_latest(survey, before);
    return rv;
}

/* --- going through it --- */

typedef apr_status_t each_t(void *baton, sc_bytes_t line);

/* `others`: what is not an entry as well, but empty lines. */
static apr_status_t each_line(const survey_t *survey, bool others, each_t *each,
                              void *baton)
{
    sc_lines_t *lines = sc_lines_make(survey->fd, 0, survey->pool);
    const item_t *item = (const item_t *)survey->items->elts;
    const item_t *end = item + survey->items->nelts;
    apr_pool_t *p;
    apr_status_t rv = apr_pool_create(&p, survey->pool);

    for (uint64_t number = 1; !rv && number <= survey->lines; number++) {
        sc_revocation_t entry;
        sc_bytes_t text;
        apr_size_t n;
        unsigned char *line = sc_lines_next(&n, lines);

        if (!line) return sc_lines_failed(lines) ? sc_lines_failed(lines) : APR_EOF;
        apr_pool_clear(p);
        /* Reading changes it. */
        text = sc_bytes_join((const sc_bytes_t[]){sc_bytes(line, n), sc_bytes("\n", 1)},
                             2, p);
        if (!sc_revocation_read(&entry, line, n)) {
            if (item == end || item->number != number) continue;
            item++;
            if (sc_revocation_write(&text, &entry, p)) return APR_EGENERAL;
            rv = each(baton, text);
        }
        else if (others && n) {
            rv = each(baton, text);
        }
    }
    return rv;
}

apr_status_t sc_revocation_list(sc_revocation_counts_t *counts, const char *path,
                                int64_t before, each_t *each, void *baton,
                                const sc_env_t *env, apr_pool_t *p)
{
    survey_t survey = {.counts = counts, .pool = p};
    apr_status_t rv;

    survey.fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (survey.fd < 0) return errno;
    rv = make_survey(&survey, before, env);
    if (!rv) rv = each_line(&survey, false, each, baton);
    close(survey.fd);
    return rv;
}

/* --- compacting --- */

static apr_status_t put_line(void *baton, sc_bytes_t line)
{
    FILE *to = baton;

    return fwrite(line.p, 1, line.n, to) == line.n ? APR_SUCCESS : errno;
}

/* The new file's contents, on the disk. */
static apr_status_t fill(int fd, const survey_t *survey)
{
    FILE *to = fdopen(fd, "w");
    struct stat old;
    apr_status_t rv;

    if (!to) {
        rv = errno;
        close(fd);
        return rv;
    }
    rv = fstat(survey->fd, &old) || fchown(fd, old.st_uid, old.st_gid) ||
                 fchmod(fd, old.st_mode & 07777)
             ? errno
             : each_line(survey, true, put_line, to);
    if (!rv && (fflush(to) || fsync(fd))) rv = errno;
    fclose(to);
    return rv;
}

/* The directory, so that the new name is on the disk as well. */
static apr_status_t sync_directory(const char *path, apr_pool_t *p)
{
    char *name = apr_pstrdup(p, path);
    int fd;
    apr_status_t rv;

    *(strrchr(name, '/') + 1) = '\0';
    fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return errno;
    rv = fsync(fd) ? errno : APR_SUCCESS;
    close(fd);
    return rv;
}

static apr_status_t replace(const survey_t *survey, const char *path)
{
    char *name = apr_pstrcat(survey->pool, path, ".XXXXXX", NULL);
    int fd = mkostemp(name, O_CLOEXEC);
    apr_status_t rv;

    if (fd < 0) return errno;
    rv = fill(fd, survey);
    if (!rv && rename(name, path)) rv = errno;
    if (rv) {
        (void)unlink(name);
        return rv;
    }
    return sync_directory(path, survey->pool);
}

apr_status_t sc_revocation_compact(sc_revocation_counts_t *counts, const char *path,
                                   int64_t before, const sc_env_t *env, apr_pool_t *p)
{
    survey_t survey = {.counts = counts, .pool = p};
    char *real = realpath(path, NULL); /* a link stays a link */
    apr_status_t rv;

    if (!real) return errno;
    rv = sc_revocation_open(&survey.fd, real);
    if (!rv) {
        rv = make_survey(&survey, before, env);
        if (!rv) rv = replace(&survey, real);
        close(survey.fd);
    }
    free(real);
    return rv;
}
