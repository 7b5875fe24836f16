/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_COUNT_H
#define MSC_COUNT_H

#include <stdbool.h>
#include <stdint.h>
#include <apr_pools.h>
#include <apr_time.h>

/* Counters in memory that all processes share. Each thread has a slot of its own, so that
 * it counts without a lock and without touching what another thread writes; whoever reads
 * adds the slots up. It knows nothing of httpd. */
typedef struct msc_counts_t msc_counts_t;

/* Counters in a row that are registered under one name. */
typedef struct {
    const char *metric; /* "lookups_total" */
    const char *what;   /* that it is about: "cookie:session", or "" */
    const char *format; /* of what, or "" */
    int n;
    int at;         /* the number of the first one */
    bool is_in_use; /* registered since the last msc_counts_restart */
} msc_count_group_t;

/* Room for so many counters, for so many threads at a time. It lives as long as the pool,
 * which is to be the process's: a graceful restart goes on with it, as do the children
 * that were there before. NULL: no memory could be shared. */
msc_counts_t *msc_counts_make(int counters, int threads, apr_time_t now, apr_pool_t *p);

/* The configuration is read again: nothing is in use until it is registered again. */
void msc_counts_restart(msc_counts_t *counts);

/* Registers n counters, before the children are made: the number of the first. The same
 * three texts and n have the same number for ever. -1, which nobody counts: there is
 * no room. */
int msc_counts_register(msc_counts_t *counts, const char *metric, const char *what,
                        const char *format, int n);

/* What is registered, in order; NULL after the last. */
const msc_count_group_t *msc_counts_group(const msc_counts_t *counts, int i);

/* The threads of this process count in `counts` from now on, as long as the pool lives;
 * before, they count nowhere. */
void msc_counts_use(msc_counts_t *counts, apr_pool_t *pchild);

/* Counts one; so many; the time, in seconds, as the latest at which something happened.
 */
void msc_count(int at);
void msc_count_add(int at, uint64_t amount);
void msc_count_time(int at, apr_time_t now);

/* One more in this minute; there is one such row. */
#define MSC_COUNT_MINUTES 60
void msc_count_minute(apr_time_t now);

/* The sum of all threads; the latest time, 0 for never; the last minutes, this one last;
 * when counting began, in seconds since 1970. */
uint64_t msc_count_sum(const msc_counts_t *counts, int at);
uint64_t msc_count_latest(const msc_counts_t *counts, int at);
void msc_count_minutes(uint64_t minutes[MSC_COUNT_MINUTES], const msc_counts_t *counts,
                       apr_time_t now);
apr_int64_t msc_counts_since(const msc_counts_t *counts);

/* How many slots were ever claimed. */
int msc_counts_claimed(const msc_counts_t *counts);

#endif
