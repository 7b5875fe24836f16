/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_METRICS_H
#define MSC_METRICS_H

#include "httpd/config.h"
#include "httpd/count/count.h"

/* What is counted. A metric has a counter for each word of its label, and one such row
 * for each source or key where it is about one. Labels come from the configuration or
 * from here, never from a client. */
typedef enum {
    MSC_LOOKUPS,       /* a row a source, a counter a status */
    MSC_KEY_OPENED,    /* a row a key */
    MSC_KEY_USED,      /* likewise: when it last opened a session */
    MSC_SESSIONS,      /* opened, remembered */
    MSC_OPEN_SECONDS,  /* how long an opening took */
    MSC_XSRF_VERDICTS, /* a counter a word of XSRF_STATUS */
    MSC_TOKENS,        /* minted */
    MSC_ALIASES,       /* of sessions: issued, redeemed, refused */
    MSC_REVOCATIONS,   /* entries that endpoints added */
    MSC_STORE_ERRORS,
    MSC_STORE_SECONDS, /* how long the store took to answer */
    MSC_METRICS
} msc_metric_t;

/* Counters of those that have a number rather than a word of somebody else's. */
enum { MSC_SESSION_OPENED, MSC_SESSION_REMEMBERED };
enum { MSC_TOKEN_BACKEND, MSC_TOKEN_CLIENT };
enum { MSC_ALIAS_ISSUED, MSC_ALIAS_REDEEMED, MSC_ALIAS_REFUSED };

typedef enum {
    MSC_TOTAL,    /* grows */
    MSC_LATEST,   /* a time in seconds since 1970 */
    MSC_HISTOGRAM /* of durations: MSC_BUCKETS counters, then their sum in microseconds */
} msc_metric_kind_t;

typedef struct {
    const char *name; /* as Prometheus is told it */
    const char *help;
    msc_metric_kind_t kind;
    const char *about; /* the label of what a row is about: source, key; NULL: one row */
    const char *label; /* that tells a row's counters apart; NULL: one counter */
    const char *const *words; /* NULL, where there is a label: statuses */
    int n;                    /* counters in a row */
} msc_metric_about_t;

const msc_metric_about_t *msc_metric_about(msc_metric_t metric);

/* The word of the label for one of a row's counters. */
const char *msc_metric_word(msc_metric_t metric, int which);

/* The upper bounds of a histogram's buckets in microseconds; the last has none. */
#define MSC_BUCKETS 11
extern const apr_int64_t msc_metric_bounds[MSC_BUCKETS - 1];

/* The post_config hook, before all that register: makes the shared memory at the first
 * start, finds it at a graceful restart. */
int msc_metrics_post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                            server_rec *s);

/* The child_init hook: this process counts from now on. */
void msc_metrics_child_init(apr_pool_t *pchild, server_rec *s);

/* In post_config: the row of a metric about this source or key; its number for msc_count,
 * or -1. */
int msc_metric_register(msc_metric_t metric, const char *what, const char *format);

/* Counts one of a metric that has one row: by number, by word; or a duration in
 * microseconds. */
void msc_metric_count(msc_metric_t metric, int which);
void msc_metric_count_word(msc_metric_t metric, const char *word);
void msc_metric_took(msc_metric_t metric, apr_interval_time_t took);

/* The rows of a metric that are in use: the first from *i = 0 on, *i then being where the
 * next one is looked for; NULL: no more. And one of a row's counters. */
const msc_count_group_t *msc_metric_row(int *i, msc_metric_t metric);
uint64_t msc_metric_value(msc_metric_t metric, const msc_count_group_t *row, int which);

/* What happened in each of the last minutes, this one last; when counting began, in
 * seconds since 1970; 0: nothing is counted, as no memory could be shared. */
void msc_metric_minutes(uint64_t minutes[MSC_COUNT_MINUTES], apr_time_t now);
apr_int64_t msc_metric_since(void);

#endif
