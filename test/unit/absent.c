/* SPDX-License-Identifier: Apache-2.0 */
/* Ids that are not there: for how long they are known, and that nothing but an id itself
 * is taken for it, however many are put in and by however many threads. */
#include "core/crypto/crypto.h"
#include "httpd/session/absent.h"
#include "tap.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <stdatomic.h>

#define SECOND APR_USEC_PER_SEC
#define NOW    (apr_time_from_sec(1760000000))
#define WITHIN (2 * SECOND)

static apr_pool_t *pool;
static const sc_env_t env = {.now = NOW, .random = sc_crypto_random};

static int no_random(void *baton, unsigned char *to, apr_size_t n)
{
    (void)baton;
    (void)to;
    (void)n;
    return 1;
}

static bool has(const msc_absent_t *absent, uint32_t source, const char *id,
                apr_time_t now)
{
    return msc_absent_has(absent, source, sc_bytes_str(id), now, WITHIN);
}

static void put(msc_absent_t *absent, uint32_t source, const char *id)
{
    msc_absent_put(absent, source, sc_bytes_str(id), NOW);
}

static void finding(void)
{
    msc_absent_t *absent = msc_absent_make(&env, pool);
    const sc_env_t broken = {.now = NOW, .random = no_random};

    ok(!msc_absent_make(&broken, pool), "there is no table without a key for its hash");
    ok(!has(absent, 1, "an-id-of-somebody", NOW), "nothing is in an empty table");
    ok(!has(absent, 1, "", NOW), "nor an empty id");
    put(absent, 1, "an-id-of-somebody");
    ok(has(absent, 1, "an-id-of-somebody", NOW), "what was put in is found");
    ok(!has(absent, 2, "an-id-of-somebody", NOW), "but not for another source");
    ok(!has(absent, 1, "an-id-of-somebodi", NOW), "nor another id");
    ok(!has(absent, 1, "an-id-of-somebody-else", NOW), "nor a longer one");
    ok(!has(absent, 1, "an-id-of-somebod", NOW), "nor a shorter one");
    ok(!has(msc_absent_make(&env, pool), 1, "an-id-of-somebody", NOW),
       "nor in another table");
}

static void time_goes_on(void)
{
    msc_absent_t *absent = msc_absent_make(&env, pool);

    put(absent, 1, "an-id-of-somebody");
    ok(has(absent, 1, "an-id-of-somebody", NOW + SECOND), "found a second later");
    ok(!has(absent, 1, "an-id-of-somebody", NOW + WITHIN), "not when its time is over");
    ok(!has(absent, 1, "an-id-of-somebody", NOW + 24 * 3600 * SECOND), "nor a day later");
    ok(!has(absent, 1, "an-id-of-somebody", NOW - SECOND),
       "nor when the clock was set back");
    ok(!msc_absent_has(absent, 1, sc_bytes_str("an-id-of-somebody"), NOW, 0),
       "recheck=0 remembers nothing");
    msc_absent_put(absent, 1, sc_bytes_str("an-id-of-somebody"), NOW + WITHIN);
    ok(has(absent, 1, "an-id-of-somebody", NOW + WITHIN + SECOND),
       "put in again, it counts from then on");
}

/* How many of so many ids, from that number on, are found. */
static int count(const msc_absent_t *absent, int from, int n)
{
    char id[24];
    int found = 0;

    for (int i = from; i < from + n; i++) {
        apr_snprintf(id, sizeof(id), "made-up-id-%d", i);
        found += has(absent, 1, id, NOW);
    }
    return found;
}

static void flood(void)
{
    msc_absent_t *absent = msc_absent_make(&env, pool);
    int n = tap_valgrind() ? 200000 : 1000000, found;
    char id[24];

    put(absent, 1, "an-id-of-somebody");
    for (int i = 0; i < n; i++) {
        apr_snprintf(id, sizeof(id), "made-up-id-%d", i);
        put(absent, 1, id);
    }
    ok(!has(absent, 1, "an-id-of-somebody", NOW), "a flood pushes others out");
    ok(has(absent, 1, id, NOW), "the last one is there");
    found = count(absent, 0, n);
    ok(found > 8000 && found <= 8192, "as many as there are places stay");
    ok(count(absent, n, n) == 0, "and none is taken for another one");
}

/* --- threads --- */

#define THREADS 8

static msc_absent_t *shared;
static atomic_int mistakes;

/* Each puts in ids of its own and asks for those that nobody puts in. */
static void *APR_THREAD_FUNC requests(apr_thread_t *thread, void *number)
{
    char mine[24], missing[24];

    for (int i = 0; i < (tap_valgrind() ? 1000 : 50000); i++) {
        apr_snprintf(mine, sizeof(mine), "id-%d-%d", (int)(apr_uintptr_t)number, i % 500);
        apr_snprintf(missing, sizeof(missing), "there-%d", i);
        msc_absent_put(shared, 1, sc_bytes_str(mine), NOW);
        if (has(shared, 1, missing, NOW)) atomic_fetch_add(&mistakes, 1);
        has(shared, 1, mine, NOW);
    }
    (void)thread;
    return NULL;
}

static void threads(void)
{
    apr_thread_t *thread[THREADS];
    int started = 0, found = 0;
    apr_status_t rv;
    char id[24];

    shared = msc_absent_make(&env, pool);
    for (apr_uintptr_t i = 0; i < THREADS; i++)
        started += !apr_thread_create(&thread[i], NULL, requests, (void *)i, pool);
    for (int i = 0; i < started; i++)
        apr_thread_join(&rv, thread[i]);
    ok(started == THREADS, "eight threads");
    ok(atomic_load(&mistakes) == 0, "no id is taken for one that is not there");
    for (int i = 0; i < THREADS * 500; i++) {
        apr_snprintf(id, sizeof(id), "id-%d-%d", i / 500, i % 500);
        found += has(shared, 1, id, NOW);
    }
    ok(found > THREADS * 500 / 2, "most of theirs are there");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    ok(sc_crypto_init() == NULL, "libsodium");
    finding();
    time_goes_on();
    flood();
    threads();
    apr_pool_destroy(pool);
    apr_terminate();
    return done();
}
