/* SPDX-License-Identifier: Apache-2.0 */
/* The cache: a hash table of entries, and a ring of them from the warmest to the coldest,
 * under one lock, which is held for as long as it takes to compare one token. The hash is
 * keyed, so that nobody can choose tokens that collide. Only what was verified gets in,
 * so that a stranger's tokens push nothing out.
 *
 * An entry counts its users, the table being one of them; the last one frees it, outside
 * of the lock. It has a pool with an allocator of its own: the memory goes back to
 * malloc(), neither to the pool of a request that ends before the entry does nor to one
 * that never ends. */

#include "httpd/session/cache.h"
#include <apr_thread_mutex.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <apr_strings.h>
#include "core/envelope/envelope.h"

/* The smallest block that a pool takes from malloc(); larger ones are multiples of a
 * page.
 */
#define POOL_BLOCK ((apr_size_t)8192)

typedef struct note_t {
    struct note_t *next;
    uint64_t number;
    const void *contents;
} note_t;

/* Changed while the lock is held, and copied for whoever reads it. */
typedef struct text_t {
    struct text_t *next;
    uint64_t number;
    apr_time_t begin;
    apr_time_t end;
    apr_size_t bytes;
    char text[];
} text_t;

/* A place in the ring; the cache's own is between the coldest and the warmest. */
typedef struct ring_t {
    struct ring_t *warmer;
    struct ring_t *colder;
} ring_t;

struct msc_kept_t {
    ring_t ring;      /* while it is listed; first, so that the ring leads to the entry */
    msc_kept_t *next; /* in its chain, while it is listed */
    msc_cache_t *cache;
    apr_pool_t *pool; /* of this as well, and of the notes */
    atomic_uint users;
    bool is_listed;
    msc_cache_key_t key;
    const void *what;
    apr_time_t begin;
    apr_time_t end;
    apr_size_t bytes;
    _Atomic(note_t *) notes;
    text_t *texts;
};

struct msc_cache_t {
    unsigned char secret[SC_HASH_KEY];
    _Atomic(uint64_t) *seen;  /* hashes, one to a place; as many as there are chains */
    apr_thread_mutex_t *lock; /* of all that follows */
    apr_size_t entries_max;
    apr_size_t bytes_max;
    apr_size_t entries;
    apr_size_t bytes;
    apr_size_t mask; /* number of chains, less one */
    msc_kept_t **chain;
    ring_t ring;
};

/* --- an entry --- */

static int out_of_memory(int status)
{
    (void)status;
    abort(); /* as httpd's own pools do */
}

static void free_kept(msc_kept_t *kept)
{
    text_t *text = kept->texts, *more;

    for (; text; text = more) {
        more = text->next;
        free(text);
    }
    apr_pool_destroy(kept->pool);
}

void msc_kept_let_go(msc_kept_t *kept)
{
    if (atomic_fetch_sub_explicit(&kept->users, 1, memory_order_acq_rel) == 1)
        free_kept(kept);
}

msc_kept_t *msc_kept_make(msc_cache_t *cache, const msc_cache_key_t *key)
{
    msc_kept_t *kept;
    apr_pool_t *pool;

    if (apr_pool_create_unmanaged_ex(&pool, out_of_memory, NULL)) return NULL;
    kept = apr_pcalloc(pool, sizeof(*kept));
    kept->cache = cache;
    kept->pool = pool;
    atomic_init(&kept->users, 1);
    kept->key = *key;
    kept->key.token = sc_bytes_dup(key->token, pool);
    return kept;
}

apr_pool_t *msc_kept_pool(const msc_kept_t *kept)
{
    return kept->pool;
}

sc_bytes_t msc_kept_token(const msc_kept_t *kept)
{
    return kept->key.token;
}

const void *msc_kept_what(const msc_kept_t *kept)
{
    return kept->what;
}

/* --- the table; the lock is held --- */

static msc_kept_t **chain_of(const msc_cache_t *cache, uint64_t hash)
{
    return &cache->chain[hash & cache->mask];
}

static bool same_key(const msc_cache_key_t *a, const msc_cache_key_t *b)
{
    return a->hash == b->hash && a->source == b->source &&
           sc_bytes_eq(a->token, b->token);
}

static msc_kept_t *listed(const msc_cache_t *cache, const msc_cache_key_t *key)
{
    msc_kept_t *kept = *chain_of(cache, key->hash);

    while (kept && !same_key(&kept->key, key))
        kept = kept->next;
    return kept;
}

static void leave_ring(ring_t *ring)
{
    ring->warmer->colder = ring->colder;
    ring->colder->warmer = ring->warmer;
}

static void enter_ring(msc_cache_t *cache, ring_t *ring)
{
    ring->warmer = &cache->ring;
    ring->colder = cache->ring.colder;
    ring->colder->warmer = ring;
    cache->ring.colder = ring;
}

/* The caller is its user then, in the table's place. */
static void unlist(msc_cache_t *cache, msc_kept_t *kept)
{
    msc_kept_t **at = chain_of(cache, kept->key.hash);

    while (*at != kept)
        at = &(*at)->next;
    *at = kept->next;
    leave_ring(&kept->ring);
    kept->is_listed = false;
    cache->entries--;
    cache->bytes -= kept->bytes;
}

static void list(msc_cache_t *cache, msc_kept_t *kept)
{
    msc_kept_t **chain = chain_of(cache, kept->key.hash);

    kept->next = *chain;
    *chain = kept;
    enter_ring(cache, &kept->ring);
    kept->is_listed = true;
    cache->entries++;
    cache->bytes += kept->bytes;
    atomic_fetch_add_explicit(&kept->users, 1, memory_order_relaxed);
}

/* Unlists one more entry, the coldest; they are chained by `next` to be let go. */
static msc_kept_t *unlist_coldest(msc_cache_t *cache, msc_kept_t *unlisted)
{
    msc_kept_t *kept = (msc_kept_t *)cache->ring.warmer;

    unlist(cache, kept);
    kept->next = unlisted;
    return kept;
}

static msc_kept_t *make_room(msc_cache_t *cache, msc_kept_t *unlisted)
{
    while (cache->entries > cache->entries_max || cache->bytes > cache->bytes_max)
        unlisted = unlist_coldest(cache, unlisted);
    return unlisted;
}

/* --- the cache --- */

static void lock(msc_cache_t *cache)
{
    (void)apr_thread_mutex_lock(cache->lock);
}

static void unlock(msc_cache_t *cache)
{
    (void)apr_thread_mutex_unlock(cache->lock);
}

static void let_all_go(msc_kept_t *unlisted)
{
    while (unlisted) {
        msc_kept_t *kept = unlisted;

        unlisted = kept->next;
        msc_kept_let_go(kept);
    }
}

static apr_status_t empty_cache(void *data)
{
    msc_cache_t *cache = data;
    msc_kept_t *unlisted = NULL;

    while (cache->entries)
        unlisted = unlist_coldest(cache, unlisted);
    let_all_go(unlisted);
    sc_wipe(cache->secret, sizeof(cache->secret));
    return APR_SUCCESS;
}

msc_cache_t *msc_cache_make(apr_size_t entries, apr_size_t bytes, const sc_env_t *env,
                            apr_pool_t *p)
{
    msc_cache_t *cache = apr_pcalloc(p, sizeof(*cache));
    apr_size_t chains = 64;

    if (apr_thread_mutex_create(&cache->lock, APR_THREAD_MUTEX_DEFAULT, p)) return NULL;
    if (env->random(env->baton, cache->secret, sizeof(cache->secret))) return NULL;
    while (chains < 4 * entries)
        chains *= 2;
    cache->mask = chains - 1;
    cache->chain = apr_pcalloc(p, chains * sizeof(msc_kept_t *));
    cache->seen = apr_pcalloc(p, chains * sizeof(*cache->seen));
    cache->entries_max = entries;
    cache->bytes_max = bytes;
    cache->ring = (ring_t){&cache->ring, &cache->ring};
    apr_pool_cleanup_register(p, cache, empty_cache, apr_pool_cleanup_null);
    return cache;
}

/* A clock that was set back says nothing of what was verified later. */
static bool is_good(const msc_kept_t *kept, apr_time_t now)
{
    return now >= kept->begin && (kept->end == SC_NEVER || now < kept->end);
}

msc_cache_key_t msc_cache_key(const msc_cache_t *cache, uint32_t source, sc_bytes_t token)
{
    return (msc_cache_key_t){token, source, sc_hash(cache->secret, token) + source};
}

bool msc_cache_saw(const msc_cache_t *cache, const msc_cache_key_t *key)
{
    return atomic_load_explicit(&cache->seen[key->hash & cache->mask],
                                memory_order_relaxed) == key->hash;
}

void msc_cache_see(msc_cache_t *cache, const msc_cache_key_t *key)
{
    atomic_store_explicit(&cache->seen[key->hash & cache->mask], key->hash,
                          memory_order_relaxed);
}

msc_kept_t *msc_cache_find(msc_cache_t *cache, const msc_cache_key_t *key, apr_time_t now)
{
    msc_kept_t *kept, *ended = NULL;

    lock(cache);
    kept = listed(cache, key);
    if (kept && is_good(kept, now)) {
        leave_ring(&kept->ring);
        enter_ring(cache, &kept->ring);
        atomic_fetch_add_explicit(&kept->users, 1, memory_order_relaxed);
    }
    else if (kept) {
        unlist(cache, kept);
        ended = kept;
        kept = NULL;
    }
    unlock(cache);
    if (ended) msc_kept_let_go(ended);
    return kept;
}

void msc_cache_keep(msc_kept_t *kept, const void *what, apr_size_t bytes, apr_time_t now,
                    apr_time_t end)
{
    msc_cache_t *cache = kept->cache;
    msc_kept_t *unlisted;

    kept->what = what;
    kept->begin = now;
    kept->end = end;
    kept->bytes = APR_ALIGN(sizeof(*kept) + kept->key.token.n + bytes, POOL_BLOCK);
    if (kept->bytes > cache->bytes_max || !is_good(kept, now)) return;
    lock(cache);
    /* Another thread may have been faster. */
    unlisted = listed(cache, &kept->key);
    if (unlisted) {
        unlist(cache, unlisted);
        unlisted->next = NULL;
    }
    list(cache, kept);
    unlisted = make_room(cache, unlisted);
    unlock(cache);
    let_all_go(unlisted);
}

/* --- notes: a list that only grows, read without the lock --- */

const void *msc_kept_note(const msc_kept_t *kept, uint64_t number)
{
    const note_t *note = atomic_load_explicit(&kept->notes, memory_order_acquire);

    while (note && note->number != number)
        note = note->next;
    return note ? note->contents : NULL;
}

/* So many bytes more; the lock is held. */
static msc_kept_t *grow(msc_kept_t *kept, apr_size_t bytes)
{
    msc_cache_t *cache = kept->cache;

    kept->bytes += bytes;
    if (!kept->is_listed) return NULL;
    cache->bytes += bytes;
    return make_room(cache, NULL);
}

const void *msc_kept_add_note(msc_kept_t *kept, uint64_t number, const void *contents,
                              apr_size_t bytes, msc_copy_t *copy)
{
    msc_kept_t *unlisted = NULL;
    const void *kept_contents;
    note_t *note;

    lock(kept->cache);
    kept_contents = msc_kept_note(kept, number);
    if (!kept_contents) {
        note = apr_palloc(kept->pool, sizeof(*note));
        note->next = atomic_load_explicit(&kept->notes, memory_order_relaxed);
        note->number = number;
        note->contents = kept_contents = copy(contents, kept->pool);
        atomic_store_explicit(&kept->notes, note, memory_order_release);
        unlisted = grow(kept, sizeof(*note) + bytes);
    }
    unlock(kept->cache);
    let_all_go(unlisted);
    return kept_contents;
}

/* --- texts --- */

/* Where the text of that number is, or could be; the lock is held. */
static text_t **place_of(text_t **at, uint64_t number)
{
    while (*at && (*at)->number != number)
        at = &(*at)->next;
    return at;
}

const char *msc_kept_text(const msc_kept_t *kept, uint64_t number, apr_time_t now,
                          apr_pool_t *p)
{
    const text_t *text;
    const char *copy = NULL;

    lock(kept->cache);
    for (text = kept->texts; text && text->number != number;)
        text = text->next;
    if (text && now >= text->begin && now < text->end)
        copy = apr_pstrmemdup(p, text->text, text->bytes - sizeof(*text) - 1);
    unlock(kept->cache);
    return copy;
}

void msc_kept_put_text(msc_kept_t *kept, uint64_t number, const char *text,
                       apr_time_t now, apr_time_t until)
{
    apr_size_t bytes = sizeof(text_t) + strlen(text) + 1;
    text_t *mine = malloc(bytes), **at, *old;
    msc_kept_t *unlisted;

    if (!mine) return;
    *mine = (text_t){.number = number, .begin = now, .end = until, .bytes = bytes};
    memcpy(mine->text, text, bytes - sizeof(*mine));
    lock(kept->cache);
    at = place_of(&kept->texts, number);
    old = *at;
    mine->next = old ? old->next : NULL;
    *at = mine;
    unlisted = grow(kept, bytes - (old ? old->bytes : 0));
    unlock(kept->cache);
    free(old);
    let_all_go(unlisted);
}
