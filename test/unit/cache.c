/* SPDX-License-Identifier: Apache-2.0 */
/* The cache of verified sessions: what is found and what is not, what goes when it is
 * full, what a user sees of an entry that was dropped. Then sixteen threads at once;
 * built with ThreadSanitizer as well (unit_cache_threads). */
#include "tap.h"
#include "httpd/session/cache.h"
#include "core/envelope/envelope.h"
#include <apr_atomic.h>
#include <apr_general.h>
#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <stdatomic.h>

#define NOW    apr_time_from_sec(1700000000)
#define SECOND APR_USEC_PER_SEC

static apr_pool_t *pool;
static const sc_env_t env = {.random = sc_crypto_random};
static atomic_int living; /* entries whose pools have not been destroyed */
static int fail_pools;

/* The linker puts it in the place of APR's: memory may run out. */
apr_status_t __real_apr_pool_create_unmanaged_ex(apr_pool_t **, apr_abortfunc_t,
                                                 apr_allocator_t *);
apr_status_t __wrap_apr_pool_create_unmanaged_ex(apr_pool_t **, apr_abortfunc_t,
                                                 apr_allocator_t *);
apr_status_t __wrap_apr_pool_create_unmanaged_ex(apr_pool_t **p, apr_abortfunc_t failed,
                                                 apr_allocator_t *allocator)
{
    if (fail_pools) return APR_ENOMEM;
    return __real_apr_pool_create_unmanaged_ex(p, failed, allocator);
}

static apr_status_t is_gone(void *unused)
{
    (void)unused;
    atomic_fetch_sub(&living, 1);
    return APR_SUCCESS;
}

static msc_cache_t *cache_of(apr_size_t entries, apr_size_t bytes)
{
    return msc_cache_make(entries, bytes, &env, pool);
}

/* Remembers the token as its own text, `bytes` long. The caller holds it. */
static msc_kept_t *keep(msc_cache_t *cache, uint32_t source, const char *token,
                        apr_size_t bytes, apr_time_t end)
{
    msc_cache_key_t key = msc_cache_key(cache, source, sc_bytes_str(token));
    msc_kept_t *kept = msc_kept_make(cache, &key);

    atomic_fetch_add(&living, 1);
    apr_pool_cleanup_register(msc_kept_pool(kept), NULL, is_gone, apr_pool_cleanup_null);
    msc_cache_keep(kept, msc_kept_token(kept).p, bytes, NOW, end);
    return kept;
}

static void put(msc_cache_t *cache, uint32_t source, const char *token, apr_time_t end)
{
    msc_kept_let_go(keep(cache, source, token, 0, end));
}

static msc_kept_t *find(msc_cache_t *cache, uint32_t source, const char *token,
                        apr_time_t now)
{
    msc_cache_key_t key = msc_cache_key(cache, source, sc_bytes_str(token));

    return msc_cache_find(cache, &key, now);
}

static int finds(msc_cache_t *cache, uint32_t source, const char *token, apr_time_t now)
{
    msc_kept_t *kept = find(cache, source, token, now);
    int same;

    if (!kept) return 0;
    same = strcmp(msc_kept_what(kept), token) == 0;
    msc_kept_let_go(kept);
    return same;
}

static void finding(void)
{
    msc_cache_t *cache = cache_of(8, 1 << 20);

    ok(!finds(cache, 1, "a", NOW), "nothing is found in an empty cache");
    put(cache, 1, "a", SC_NEVER);
    ok(finds(cache, 1, "a", NOW), "what is remembered is found");
    ok(!finds(cache, 2, "a", NOW), "but not for another source");
    ok(!finds(cache, 1, "b", NOW), "nor another token");
    ok(!finds(cache, 1, "ab", NOW), "nor a longer one");
    ok(!finds(cache, 1, "", NOW), "nor an empty one");
    put(cache, 2, "a", SC_NEVER);
    ok(finds(cache, 1, "a", NOW) && finds(cache, 2, "a", NOW),
       "one token of two sources is two entries");
    put(cache, 1, "a", SC_NEVER);
    ok(atomic_load(&living) == 2, "the same again takes the place of the first");
}

static void seeing(void)
{
    msc_cache_t *cache = cache_of(8, 1 << 20);
    msc_cache_key_t a = msc_cache_key(cache, 1, sc_bytes_str("a")),
                    of_two = msc_cache_key(cache, 2, sc_bytes_str("a"));
    char token[16];

    ok(!msc_cache_saw(cache, &a), "nothing was seen before");
    msc_cache_see(cache, &a);
    ok(msc_cache_saw(cache, &a), "what was seen is known");
    ok(!msc_cache_saw(cache, &of_two), "but not of another source");
    ok(!finds(cache, 1, "a", NOW), "and it is not remembered for that");
    for (int i = 0; i < 4000; i++) {
        msc_cache_key_t key;

        snprintf(token, sizeof(token), "other-%d", i);
        key = msc_cache_key(cache, 1, sc_bytes_str(token));
        msc_cache_see(cache, &key);
    }
    ok(!msc_cache_saw(cache, &a), "thousands of others make it unseen");
}

static void time_goes_on(void)
{
    msc_cache_t *cache = cache_of(8, 1 << 20);
    int before = atomic_load(&living);

    put(cache, 1, "a", NOW + SECOND);
    ok(finds(cache, 1, "a", NOW + SECOND - 1), "found until just before its end");
    ok(!finds(cache, 1, "a", NOW + SECOND), "not found at its end");
    ok(atomic_load(&living) == before, "and freed");
    ok(!finds(cache, 1, "a", NOW), "for good, even when the clock is set back");
    put(cache, 1, "b", SC_NEVER);
    ok(!finds(cache, 1, "b", NOW - 1), "not found before it was verified");
    put(cache, 1, "c", NOW);
    ok(!finds(cache, 1, "c", NOW - 1) && !finds(cache, 1, "c", NOW),
       "what ends as it is verified is not remembered");
}

static void full(void)
{
    msc_cache_t *cache = cache_of(3, 1 << 20);
    int before = atomic_load(&living);

    put(cache, 1, "a", SC_NEVER);
    put(cache, 1, "b", SC_NEVER);
    put(cache, 1, "c", SC_NEVER);
    ok(finds(cache, 1, "a", NOW), "three fit");
    put(cache, 1, "d", SC_NEVER);
    ok(!finds(cache, 1, "b", NOW),
       "the fourth pushes out the one that was not asked for");
    ok(finds(cache, 1, "a", NOW) && finds(cache, 1, "c", NOW) &&
           finds(cache, 1, "d", NOW),
       "the others stay");
    ok(atomic_load(&living) == before + 3, "what was pushed out is freed");
}

static void bounded_bytes(void)
{
    msc_cache_t *cache = cache_of(100, 64 * 1024);
    msc_kept_t *kept;
    char name[8];
    int n = 0;

    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof(name), "t%d", i);
        put(cache, 1, name, SC_NEVER);
    }
    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof(name), "t%d", i);
        n += finds(cache, 1, name, NOW);
    }
    ok(n == 8, "64 KB are eight blocks of a pool");
    ok(finds(cache, 1, "t19", NOW), "the last one is among them");
    kept = keep(cache, 1, "large", 64 * 1024, SC_NEVER);
    ok(!finds(cache, 1, "large", NOW) && finds(cache, 1, "t19", NOW),
       "what is larger than the cache is not remembered and pushes nothing out");
    ok(!strcmp(msc_kept_what(kept), "large"), "but can be used");
    msc_kept_let_go(kept);
    put(cache, 1, "t19", SC_NEVER);
    msc_kept_let_go(keep(cache, 1, "half", 30 * 1024, SC_NEVER));
    ok(finds(cache, 1, "half", NOW) && finds(cache, 1, "t19", NOW) &&
           !finds(cache, 1, "t12", NOW),
       "a large one pushes out several");
}

static const void *copy_text(const void *text, apr_pool_t *p)
{
    return apr_pstrdup(p, text);
}

/* Adds a note that is said to take so many bytes. */
static const char *add_note(msc_kept_t *kept, uint64_t number, const char *text,
                            apr_size_t bytes)
{
    return msc_kept_add_note(kept, number, text, bytes, copy_text);
}

static void notes(void)
{
    msc_cache_t *cache = cache_of(4, 32 * 1024);
    msc_kept_t *kept = keep(cache, 1, "a", 0, SC_NEVER);
    const char *first;

    ok(msc_kept_note(kept, 7) == NULL, "an entry has no note at first");
    first = add_note(kept, 7, "first", 6);
    is(first, "first", "it takes one");
    ok(msc_kept_note(kept, 7) == first && !msc_kept_note(kept, 8), "found by its number");
    ok(add_note(kept, 7, "again", 6) == first, "the first of a number counts");
    msc_kept_let_go(kept);
    put(cache, 1, "b", SC_NEVER);
    kept = find(cache, 1, "a", NOW);
    ok(kept && msc_kept_note(kept, 7) == first, "it is remembered with the entry");
    ok(add_note(kept, 8, "large", 20 * 1024) != NULL && !finds(cache, 1, "b", NOW) &&
           finds(cache, 1, "a", NOW),
       "a note counts: others make room for it");
    add_note(kept, 9, "large", 20 * 1024);
    ok(!finds(cache, 1, "a", NOW) && msc_kept_note(kept, 9),
       "one that does not fit puts the entry itself out");
    msc_kept_let_go(kept);
}

/* What the entry has of that number at that second. */
static const char *text_of(const msc_kept_t *kept, uint64_t number, int second)
{
    return msc_kept_text(kept, number, NOW + second * SECOND, pool);
}

static void texts(void)
{
    msc_cache_t *cache = cache_of(8, 64 * 1024);
    msc_kept_t *kept = keep(cache, 1, "a", 100, SC_NEVER);
    char *large = memset(apr_palloc(pool, 26001), 'x', 26000);
    const char *first;

    large[26000] = '\0';
    ok(!text_of(kept, 7, 0), "an entry has no text at first");
    msc_kept_put_text(kept, 7, "first", NOW, NOW + 2 * SECOND);
    first = text_of(kept, 7, 0);
    is(first, "first", "it takes one");
    ok(!text_of(kept, 8, 0), "found by its number");
    is(text_of(kept, 7, 1), "first", "good until its end");
    ok(!text_of(kept, 7, 2), "and not then");
    ok(!text_of(kept, 7, -1), "nor when the clock was set back");
    msc_kept_put_text(kept, 7, "second", NOW + 2 * SECOND, NOW + 4 * SECOND);
    is(text_of(kept, 7, 2), "second", "another takes its place");
    is(first, "first", "whoever had the first keeps it");
    msc_kept_put_text(kept, 8, "other", NOW, NOW + SECOND);
    is(text_of(kept, 8, 0), "other", "one of another number does not");
    is(text_of(kept, 7, 2), "second", "each has its own");
    put(cache, 1, "b", SC_NEVER);
    for (int i = 0; i < 100; i++)
        msc_kept_put_text(kept, 7, large, NOW, NOW + SECOND);
    ok(finds(cache, 1, "b", NOW), "a text that is replaced is counted once");
    ok(finds(cache, 1, "a", NOW), "it is found, and was found last");
    for (unsigned i = 10; i < 11; i++)
        msc_kept_put_text(kept, i, large, NOW, NOW + SECOND);
    ok(!finds(cache, 1, "b", NOW), "others make room for more of them");
    ok(finds(cache, 1, "a", NOW) && text_of(kept, 10, 0), "and it stays");
    msc_kept_let_go(kept);
}

static void in_use(void)
{
    msc_cache_t *cache = cache_of(1, 1 << 20);
    int before = atomic_load(&living);
    msc_kept_t *kept = keep(cache, 1, "a", 0, SC_NEVER);

    put(cache, 1, "b", SC_NEVER);
    ok(!finds(cache, 1, "a", NOW), "dropped");
    ok(!strcmp(msc_kept_what(kept), "a"), "who holds it still has it");
    ok(atomic_load(&living) == before + 2, "it is not freed");
    msc_kept_let_go(kept);
    ok(atomic_load(&living) == before + 1, "until it is let go");
}

static void no_memory(void)
{
    msc_cache_t *cache = cache_of(4, 1 << 20);
    msc_cache_key_t key = msc_cache_key(cache, 1, sc_bytes_str("a"));

    fail_pools = 1;
    ok(!msc_kept_make(cache, &key), "without memory nothing is kept");
    fail_pools = 0;
}

/* --- threads --- */

#define THREADS 16
#define TOKENS  40

static msc_cache_t *shared;
static atomic_int mistakes, hits;
static int rounds;

/* What a request does: finds or verifies, uses, perhaps notes, lets go. */
static void one_request(unsigned random, apr_pool_t *p)
{
    unsigned which = random % TOKENS;
    uint32_t source = 1 + random / TOKENS % 2;
    apr_time_t now = NOW + random % 3 * SECOND;
    char token[32];
    msc_cache_key_t key;
    msc_kept_t *kept;
    const char *note, *text;

    snprintf(token, sizeof(token), "token-%u-%u", which, source);
    kept = find(shared, source, token, now);
    key = msc_cache_key(shared, source, sc_bytes_str(token));
    if (!msc_cache_saw(shared, &key)) msc_cache_see(shared, &key);
    if (kept)
        atomic_fetch_add(&hits, 1);
    else
        kept = keep(shared, source, token, random % 4 * 4000,
                    which % 4 ? SC_NEVER : NOW + SECOND);
    text = msc_kept_text(kept, random % 2, now, p);
    if (text && strcmp(text, token)) atomic_fetch_add(&mistakes, 1);
    if (!text) msc_kept_put_text(kept, random % 2, token, now, now + SECOND);
    note = msc_kept_note(kept, random % 2);
    if (!note) note = add_note(kept, random % 2, token, sizeof(token));
    if (strcmp(msc_kept_what(kept), token) || strcmp(note, token))
        atomic_fetch_add(&mistakes, 1);
    msc_kept_let_go(kept);
}

static void *APR_THREAD_FUNC requests(apr_thread_t *thread, void *seed)
{
    unsigned random = (unsigned)(apr_uintptr_t)seed * 2654435761u + 1;
    apr_pool_t *p = NULL;

    apr_pool_create(&p, apr_thread_pool_get(thread));
    for (int i = 0; i < rounds; i++) {
        random = random * 1664525u + 1013904223u;
        one_request(random >> 8, p);
        apr_pool_clear(p);
    }
    return NULL;
}

static void threads(void)
{
    apr_thread_t *thread[THREADS];
    int before = atomic_load(&living), started = 0;
    apr_status_t rv;
    apr_pool_t *p;

    apr_pool_create(&p, pool);
    shared = msc_cache_make(20, 400 * 1024, &env, p);
    rounds = tap_valgrind() ? 200 : 5000;
    for (apr_uintptr_t i = 0; i < THREADS; i++)
        started += !apr_thread_create(&thread[i], NULL, requests, (void *)(i + 1), p);
    ok(started == THREADS, "sixteen threads");
    for (int i = 0; i < started; i++)
        apr_thread_join(&rv, thread[i]);
    ok(atomic_load(&mistakes) == 0, "each finds what it asked for");
    ok(atomic_load(&hits) > 0, "%s", "and something was remembered");
    ok(atomic_load(&living) <= before + 20, "no more than the cache holds is left");
    apr_pool_destroy(p);
    ok(atomic_load(&living) == before, "and nothing when it is gone");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    ok(sc_crypto_init() == NULL, "libsodium");
    finding();
    seeing();
    time_goes_on();
    full();
    bounded_bytes();
    notes();
    texts();
    in_use();
    no_memory();
    threads();
    apr_pool_destroy(pool);
    ok(atomic_load(&living) == 0, "nothing outlives the caches");
    apr_terminate();
    return done();
}
