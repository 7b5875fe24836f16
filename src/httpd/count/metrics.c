/* SPDX-License-Identifier: Apache-2.0 */
/* The metrics, a row of the table each, and where their counters are: in memory that is
 * made once, when httpd starts, and that a graceful restart finds again. */

#include "httpd/count/metrics.h"
#include "ap_mpm.h"
#include "http_core.h"

/* Another version, which a graceful restart may load, counts other things. */
#define RETAINED "mod_sessioncookie/counts/" MSC_VERSION

#define THREADS_MAX 16384
#define ROOM_LEAST  2048

static const char *const sessions[] = {"opened", "remembered"};
static const char *const verdicts[] = {
    "safe",        "ok",          "exempt",    "not-ambient",   "foreign-origin",
    "no-origin",   "no-cookie",   "absent",    "malformed",     "bad-signature",
    "expired",     "mismatch",    "too-large", "not-yet-valid", "unsupported",
    "unknown-key", "wrong-claim", "error",     "other"};
static const char *const token_uses[] = {"backend", "client"};
static const char *const alias_events[] = {"issued", "redeemed", "refused"};

const apr_int64_t msc_metric_bounds[MSC_BUCKETS - 1] = {10,  25,   50,   100,   250,
                                                        500, 1000, 2500, 10000, 50000};

#define WORDS(words) (words), (int)(sizeof(words) / sizeof((words)[0]))
#define ONE          NULL, 1
#define BUCKETS      NULL, MSC_BUCKETS + 1

static const msc_metric_about_t metrics[MSC_METRICS] = {
    [MSC_LOOKUPS] = {"lookups_total", "Lookups of sessions by source and outcome.",
                     MSC_TOTAL, "source", "status", NULL,
                     SC_MISMATCH /* which no lookup has */},
    [MSC_KEY_OPENED] = {"key_opened_total", "Sessions that a key was good for.",
                        MSC_TOTAL, "key", NULL, ONE},
    [MSC_KEY_USED] = {"key_last_used_timestamp_seconds",
                      "When a key was last good for a session.", MSC_LATEST, "key", NULL,
                      ONE},
    [MSC_SESSIONS] = {"sessions_total",
                      "Good sessions, opened or remembered by the process.", MSC_TOTAL,
                      NULL, "how", WORDS(sessions)},
    [MSC_OPEN_SECONDS] = {"open_duration_seconds", "Time that opening a token took.",
                          MSC_HISTOGRAM, NULL, NULL, BUCKETS},
    [MSC_XSRF_VERDICTS] = {"xsrf_verdicts_total", "Verdicts of the XSRF guard.",
                           MSC_TOTAL, NULL, "verdict", WORDS(verdicts)},
    [MSC_TOKENS] = {"tokens_minted_total", "PASETO tokens minted.", MSC_TOTAL, NULL,
                    "use", WORDS(token_uses)},
    [MSC_ALIASES] = {"aliases_total", "One-time aliases of sessions.", MSC_TOTAL, NULL,
                     "event", WORDS(alias_events)},
    [MSC_REVOCATIONS] = {"revocations_added_total",
                         "Entries that endpoints added to the list of revocations.",
                         MSC_TOTAL, NULL, NULL, ONE},
    [MSC_STORE_ERRORS] = {"store_errors_total", "Calls that the shared store failed.",
                          MSC_TOTAL, NULL, NULL, ONE},
    [MSC_STORE_SECONDS] = {"store_duration_seconds",
                           "Time that the shared store took to answer.", MSC_HISTOGRAM,
                           NULL, NULL, BUCKETS},
};

/* Set at start-up: the memory, and the first counter of each metric that has one row. */
static msc_counts_t *counts;
static int first[MSC_METRICS];

const msc_metric_about_t *msc_metric_about(msc_metric_t metric)
{
    return &metrics[metric];
}

const char *msc_metric_word(msc_metric_t metric, int which)
{
    const char *const *words = metrics[metric].words;

    return words ? words[which] : sc_status_name((sc_status_t)which);
}

/* --- start-up --- */

static int threads_of_mpm(void)
{
    int processes = 0, threads = 0;

    ap_mpm_query(AP_MPMQ_HARD_LIMIT_DAEMONS, &processes);
    ap_mpm_query(AP_MPMQ_HARD_LIMIT_THREADS, &threads);
    if (threads < 1) threads = 1;
    /* HTTP/2 has threads of its own, and two generations overlap. */
    return processes > THREADS_MAX / (2 * threads) ? THREADS_MAX
                                                   : processes * threads * 2;
}

/* Twice what this configuration takes, as the next one may have more. */
static int room_for(server_rec *s)
{
    int sources = 0, keys = 0;

    for (; s; s = s->next) {
        sources += msc_server(s)->pending->nelts;
        keys += (int)apr_hash_count(msc_server(s)->keys);
    }
    return ROOM_LEAST + 2 * (sources * metrics[MSC_LOOKUPS].n + keys * 2);
}

static msc_counts_t *find_or_make(server_rec *s)
{
    msc_counts_t **kept = ap_retained_data_get(RETAINED);

    if (!kept) kept = ap_retained_data_create(RETAINED, sizeof(*kept));
    if (!*kept)
        *kept = msc_counts_make(room_for(s), threads_of_mpm(), apr_time_now(),
                                s->process->pool);
    return *kept;
}

int msc_metrics_post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                            server_rec *s)
{
    (void)pconf;
    (void)plog;
    (void)ptemp;
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG) return OK;
    counts = find_or_make(s);
    if (!counts) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s,
                     "mod_sessioncookie: no memory could be shared; nothing is counted");
        return OK;
    }
    msc_counts_restart(counts);
    for (int i = 0; i < MSC_METRICS; i++) {
        first[i] = metrics[i].about ? -1 : msc_metric_register((msc_metric_t)i, "", "");
    }
    return OK;
}

void msc_metrics_child_init(apr_pool_t *pchild, server_rec *s)
{
    (void)s;
    msc_counts_use(counts, pchild);
}

int msc_metric_register(msc_metric_t metric, const char *what, const char *format)
{
    int at;

    if (!counts) return -1;
    at = msc_counts_register(counts, metrics[metric].name, what, format,
                             metrics[metric].n);
    if (at < 0)
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, NULL,
                     "mod_sessioncookie: there is no room to count %s of %s; stop and "
                     "start httpd to make it",
                     metrics[metric].name, what);
    return at;
}

/* --- counting --- */

void msc_metric_count(msc_metric_t metric, int which)
{
    if (first[metric] >= 0) msc_count(first[metric] + which);
}

void msc_metric_count_word(msc_metric_t metric, const char *word)
{
    const msc_metric_about_t *about = &metrics[metric];
    int i = 0;

    while (i < about->n - 1 && strcmp(about->words[i], word))
        i++;
    msc_metric_count(metric, i);
}

void msc_metric_took(msc_metric_t metric, apr_interval_time_t took)
{
    int bucket = 0;

    if (first[metric] < 0) return;
    if (took < 0) took = 0; /* the clock was set back */
    while (bucket < MSC_BUCKETS - 1 && took > msc_metric_bounds[bucket])
        bucket++;
    msc_count(first[metric] + bucket);
    msc_count_add(first[metric] + MSC_BUCKETS, (uint64_t)took);
}

/* --- reading --- */

const msc_count_group_t *msc_metric_row(int *i, msc_metric_t metric)
{
    const msc_count_group_t *row;

    while (counts && (row = msc_counts_group(counts, (*i)++)) != NULL) {
        if (row->is_in_use && !strcmp(row->metric, metrics[metric].name)) return row;
    }
    return NULL;
}

uint64_t msc_metric_value(msc_metric_t metric, const msc_count_group_t *row, int which)
{
    return metrics[metric].kind == MSC_LATEST ? msc_count_latest(counts, row->at + which)
                                              : msc_count_sum(counts, row->at + which);
}

void msc_metric_minutes(uint64_t minutes[MSC_COUNT_MINUTES], apr_time_t now)
{
    memset(minutes, 0, sizeof(*minutes) * MSC_COUNT_MINUTES);
    if (counts) msc_count_minutes(minutes, counts, now);
}

apr_int64_t msc_metric_since(void)
{
    return counts ? msc_counts_since(counts) : 0;
}
