/* SPDX-License-Identifier: Apache-2.0 */
/* What waiting for the cache's lock costs: 16 threads look 64 tokens up, each followed by
 * 10 µs of work, in one cache that they share, and in a cache for each thread. Prints a
 * JSON object: look-ups a second of both, the ratio as the median of the rounds' ratios.
 */
#include "httpd/session/cache.h"
#include "core/envelope/envelope.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define THREADS 16
#define TOKENS  64
#define LOOKUPS 4000
#define ROUNDS  15

static apr_pool_t *pool;
static sc_bytes_t token[TOKENS];
static unsigned long work; /* turns of a loop in 10 µs */
static atomic_ulong sink;

static void busy(unsigned long turns)
{
    unsigned long sum = turns;

    for (unsigned long i = 0; i < turns; i++)
        sum = sum * 6364136223846793005u + 1442695040888963407u;
    atomic_store_explicit(&sink, sum, memory_order_relaxed);
}

static void measure_work(void)
{
    apr_time_t best = 0;

    for (int i = 0; i < 10; i++) {
        apr_time_t from = apr_time_now();

        busy(10000000);
        from = apr_time_now() - from;
        if (!best || from < best) best = from;
    }
    work = (unsigned long)(10000000 * 10 / best);
}

static msc_cache_t *filled(apr_pool_t *p)
{
    static const sc_env_t env = {.random = sc_crypto_random};
    msc_cache_t *cache = msc_cache_make(512, 8 << 20, &env, p);

    for (int i = 0; i < TOKENS; i++) {
        msc_cache_key_t key = msc_cache_key(cache, 1, token[i]);
        msc_kept_t *kept = msc_kept_make(cache, &key);

        msc_cache_keep(kept, kept, 0, 0, SC_NEVER);
        msc_kept_let_go(kept);
    }
    return cache;
}

static void *APR_THREAD_FUNC look_up(apr_thread_t *thread, void *cache)
{
    (void)thread;
    for (int i = 0; i < LOOKUPS; i++) {
        msc_cache_key_t key = msc_cache_key(cache, 1, token[i * 7 % TOKENS]);
        msc_kept_t *kept = msc_cache_find(cache, &key, 1);

        if (!kept) abort();
        busy(work);
        msc_kept_let_go(kept);
    }
    return NULL;
}

/* Look-ups a second. */
static double run(msc_cache_t *const *cache)
{
    apr_thread_t *thread[THREADS];
    apr_time_t from = apr_time_now();
    apr_status_t rv;

    for (int i = 0; i < THREADS; i++)
        if (apr_thread_create(&thread[i], NULL, look_up, cache[i], pool)) abort();
    for (int i = 0; i < THREADS; i++)
        apr_thread_join(&rv, thread[i]);
    return (double)THREADS * LOOKUPS * 1e6 / (double)(apr_time_now() - from);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

int main(void)
{
    msc_cache_t *shared[THREADS], *own[THREADS];
    double together[ROUNDS], apart[ROUNDS], ratio[ROUNDS];

    apr_initialize();
    apr_pool_create(&pool, NULL);
    if (sc_crypto_init()) return 1;
    measure_work();
    for (int i = 0; i < TOKENS; i++)
        token[i] = sc_bytes_str(apr_psprintf(pool, "%0300d", i));
    for (int i = 0; i < THREADS; i++) {
        own[i] = filled(pool);
        shared[i] = own[0];
    }
    for (int i = 0; i < ROUNDS; i++) {
        together[i] = run(shared);
        apart[i] = run(own);
        ratio[i] = together[i] / apart[i];
    }
    qsort(together, ROUNDS, sizeof(double), by_size);
    qsort(apart, ROUNDS, sizeof(double), by_size);
    qsort(ratio, ROUNDS, sizeof(double), by_size);
    printf("{\"threads\":%d,\"shared_per_s\":%.0f,\"apart_per_s\":%.0f,\"ratio\":%.3f}\n",
           THREADS, together[ROUNDS / 2], apart[ROUNDS / 2], ratio[ROUNDS / 2]);
    return 0;
}
