/* SPDX-License-Identifier: Apache-2.0 */
/* The table of a list of revocations: two hash tables with open addressing in shared
 * memory, of which one is in force. There is one writer, who holds the lock. Readers take
 * none: what they read is atomic, and a half that is in force is not cleared before the
 * other one has been in force, which they notice and look again. */

#include "core/revocation/table.h"
#include "core/revocation/file.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLOTS_MIN ((apr_size_t)256)

/* Bytes of a short line: how many slots a file needs is a guess at first. */
#define LINE_BYTES 32

/* By so many bytes before the offset it is seen that a file has only grown. */
#define TAIL 512

typedef struct {
    _Atomic(uint64_t) hash; /* 0: free */
    _Atomic(int64_t) until;
} slot_t;

typedef struct {
    _Atomic(uint64_t) mask; /* number of slots, less one */
    _Atomic(uint64_t) entries;
} half_t;

/* What the writers know of the file. */
typedef struct {
    bool is_known;
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec changed;
    apr_off_t at;   /* up to where it was read */
    uint64_t tail;  /* the hash of what stands before that */
    uint64_t lines; /* up to there */
    apr_status_t failed;
} seen_t;

struct sc_revoked_t {
    unsigned char key[SC_HASH_KEY];
    _Atomic(uint64_t) generation;
    _Atomic(uint64_t) turn; /* its last bit is the half in force */
    half_t half[2];
    apr_size_t slots;     /* of a half, at most */
    pthread_mutex_t lock; /* of the writers, and of what follows */
    seen_t seen;
    slot_t slot[]; /* of both halves */
};

/* --- making --- */

/* Robust: a process may be killed while it has the lock. */
static bool make_lock(pthread_mutex_t *lock)
{
    pthread_mutexattr_t shared;
    bool made;

    if (pthread_mutexattr_init(&shared)) return false;
    made = !pthread_mutexattr_setpshared(&shared, PTHREAD_PROCESS_SHARED) &&
           !pthread_mutexattr_setrobust(&shared, PTHREAD_MUTEX_ROBUST) &&
           !pthread_mutex_init(lock, &shared);
    pthread_mutexattr_destroy(&shared);
    return made;
}

static apr_size_t bytes_of(apr_size_t slots)
{
    return sizeof(sc_revoked_t) + 2 * slots * sizeof(slot_t);
}

void sc_revoked_free(sc_revoked_t *table)
{
    munmap(table, bytes_of(table->slots));
}

sc_revoked_t *sc_revoked_make(apr_size_t slots, const sc_env_t *env)
{
    sc_revoked_t *table;

    /* Only what is written to takes memory. */
    table = mmap(NULL, bytes_of(slots), PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (table == MAP_FAILED) return NULL;
    table->slots = slots;
    atomic_init(&table->generation, 1);
    if (!make_lock(&table->lock) ||
        env->random(env->baton, table->key, sizeof(table->key))) {
        sc_revoked_free(table);
        return NULL;
    }
    return table;
}

/* --- looking up --- */

static uint64_t load(const _Atomic(uint64_t) *from)
{
    return atomic_load_explicit(from, memory_order_relaxed);
}

static void store(_Atomic(uint64_t) *to, uint64_t value)
{
    atomic_store_explicit(to, value, memory_order_relaxed);
}

static const slot_t *slots_of(const sc_revoked_t *table, uint64_t turn)
{
    return table->slot + (turn & 1) * table->slots;
}

/* The subject's slot, or the free one where it would be; NULL: neither. */
static const slot_t *find(const slot_t *slot, uint64_t mask, uint64_t hash)
{
    for (uint64_t i = 0; i <= mask; i++) {
        const slot_t *at = &slot[(hash + i) & mask];
        uint64_t there = atomic_load_explicit(&at->hash, memory_order_acquire);

        if (there == hash || !there) return at;
    }
    return NULL;
}

static int64_t until_in(const sc_revoked_t *table, uint64_t turn, uint64_t hash)
{
    uint64_t mask = load(&table->half[turn & 1].mask);
    const slot_t *slot = find(slots_of(table, turn), mask, hash);

    if (!slot || load(&slot->hash) != hash) return -1;
    return atomic_load_explicit(&slot->until, memory_order_relaxed);
}

int64_t sc_revoked_until(const sc_revoked_t *table, uint64_t hash)
{
    if (!hash) return -1;
    for (;;) {
        uint64_t turn = atomic_load_explicit(&table->turn, memory_order_acquire);
        int64_t until = until_in(table, turn, hash);

        /* The half is cleared only after the turn has changed. */
        atomic_thread_fence(memory_order_acquire);
        if (load(&table->turn) == turn) return until;
    }
}

uint64_t sc_revoked_hash(const sc_revoked_t *table, const sc_revocation_t *subject)
{
    return sc_revocation_hash(table->key, subject);
}

apr_uint64_t sc_revoked_generation(const sc_revoked_t *table)
{
    return atomic_load_explicit(&table->generation, memory_order_acquire);
}

apr_uint64_t sc_revoked_entries(const sc_revoked_t *table)
{
    for (;;) {
        uint64_t turn = atomic_load_explicit(&table->turn, memory_order_acquire);
        uint64_t entries = load(&table->half[turn & 1].entries);

        /* As above: a half that was cleared says 0, and nobody would be looked up. */
        atomic_thread_fence(memory_order_acquire);
        if (load(&table->turn) == turn) return entries;
    }
}

/* --- writing; the lock is held --- */

static bool is_full(const half_t *half)
{
    return load(&half->entries) >= (load(&half->mask) + 1) / 4 * 3;
}

/* Into one of the halves. False: it is full. A reader who finds the hash finds its time.
 */
static bool put(sc_revoked_t *table, uint64_t turn, const sc_revocation_t *entry)
{
    half_t *half = &table->half[turn & 1];
    uint64_t hash = sc_revocation_hash(table->key, entry);
    slot_t *slot = (slot_t *)find(slots_of(table, turn), load(&half->mask), hash);

    if (slot && load(&slot->hash) == hash) {
        if (atomic_load_explicit(&slot->until, memory_order_relaxed) < entry->until)
            atomic_store_explicit(&slot->until, entry->until, memory_order_relaxed);
        return true;
    }
    if (!slot || is_full(half)) return false;
    atomic_store_explicit(&slot->until, entry->until, memory_order_relaxed);
    atomic_store_explicit(&slot->hash, hash, memory_order_release);
    store(&half->entries, load(&half->entries) + 1);
    return true;
}

static void change_generation(sc_revoked_t *table)
{
    atomic_fetch_add_explicit(&table->generation, 1, memory_order_release);
}

/* Empties the half that is not in force. */
static void clear(sc_revoked_t *table, uint64_t turn, apr_size_t slots)
{
    half_t *half = &table->half[turn & 1];
    slot_t *slot = (slot_t *)slots_of(table, turn);

    /* Whoever still reads in it sees that it is no longer in force. */
    atomic_thread_fence(memory_order_release);
    store(&half->mask, slots - 1);
    store(&half->entries, 0);
    for (apr_size_t i = 0; i < slots; i++)
        store(&slot[i].hash, 0);
}

static bool is_free(const slot_t *slot)
{
    return !load(&slot->hash);
}

/* Into the other half, which has twice the slots, and then that one is in force. */
static void grow(sc_revoked_t *table)
{
    uint64_t turn = load(&table->turn);
    const half_t *from = &table->half[turn & 1];
    half_t *to = &table->half[(turn + 1) & 1];
    const slot_t *slot = slots_of(table, turn);
    apr_size_t slots = (apr_size_t)load(&from->mask) + 1, more = slots * 2;

    if (more < SLOTS_MIN) more = SLOTS_MIN;
    if (more > table->slots) return;
    clear(table, turn + 1, more);
    for (apr_size_t i = 0; i < slots; i++) {
        slot_t *at;

        if (is_free(&slot[i])) continue;
        at = (slot_t *)find(slots_of(table, turn + 1), more - 1, load(&slot[i].hash));
        atomic_store_explicit(&at->until, slot[i].until, memory_order_relaxed);
        store(&at->hash, load(&slot[i].hash));
    }
    store(&to->entries, load(&from->entries));
    atomic_store_explicit(&table->turn, turn + 1, memory_order_release);
}

/* --- the file --- */

/* One look at the file. */
typedef struct {
    sc_revoked_t *table;
    sc_revoked_news_t *news;
    apr_pool_t *pool;
    int fd;
    struct stat stat;
    uint64_t turn; /* the half that is written to */
} look_t;

typedef enum { READ_ALL, READ_FAILED, IS_FULL } outcome_t;

static void note_bad(look_t *look)
{
    sc_revoked_news_t *news = look->news;

    if (!news->bad++) news->first_bad = look->table->seen.lines;
}

/* Reads from where the file was read to. A full table stops it, unless the entries that
 * have no room are left out. */
static outcome_t read_lines(look_t *look, bool leave_out)
{
    seen_t *seen = &look->table->seen;
    sc_lines_t *lines = sc_lines_make(look->fd, seen->at, look->pool);
    unsigned char *line;
    apr_size_t n;

    while ((line = sc_lines_next(&n, lines))) {
        sc_revocation_t entry;
        sc_status_t status = sc_revocation_read(&entry, line, n);

        seen->lines++;
        look->news->lines++;
        if (status == SC_MALFORMED) note_bad(look);
        if (status || put(look->table, look->turn, &entry)) continue;
        if (!leave_out) return IS_FULL;
        look->news->left_out++;
    }
    look->news->failed = sc_lines_failed(lines);
    if (look->news->failed) return READ_FAILED;
    seen->at = sc_lines_at(lines);
    return READ_ALL;
}

/* A hash of what stands before the offset, by which the file is known again. */
static uint64_t tail_of(const look_t *look, apr_off_t at)
{
    unsigned char tail[TAIL];
    apr_off_t from = at > TAIL ? at - TAIL : 0;
    ssize_t n = pread(look->fd, tail, (apr_size_t)(at - from), (off_t)from);

    return n == at - from ? sc_hash(look->table->key, sc_bytes(tail, (apr_size_t)n)) : 0;
}

static bool has_grown(const look_t *look)
{
    const seen_t *seen = &look->table->seen;

    return seen->is_known && seen->device == look->stat.st_dev &&
           seen->inode == look->stat.st_ino && look->stat.st_size > seen->size &&
           tail_of(look, seen->at) == seen->tail;
}

static apr_size_t first_guess(const look_t *look)
{
    apr_size_t slots = SLOTS_MIN;

    while (slots < look->table->slots &&
           (off_t)slots / 4 * 3 < look->stat.st_size / LINE_BYTES)
        slots *= 2;
    return slots;
}

static void forget(look_t *look)
{
    look->table->seen = (seen_t){.failed = look->table->seen.failed};
    *look->news = (sc_revoked_news_t){.lines = 0};
}

/* Into the half that is not in force, and then that one is. */
static outcome_t read_whole(look_t *look)
{
    sc_revoked_t *table = look->table;
    apr_size_t slots = first_guess(look);
    outcome_t outcome;

    look->turn = load(&table->turn) + 1;
    do {
        forget(look);
        clear(table, look->turn, slots);
        outcome = read_lines(look, slots == table->slots);
        slots *= 2;
    } while (outcome == IS_FULL);
    if (outcome == READ_ALL)
        atomic_store_explicit(&table->turn, look->turn, memory_order_release);
    return outcome;
}

static outcome_t read_news(look_t *look)
{
    seen_t *seen = &look->table->seen;
    outcome_t outcome = IS_FULL;

    if (has_grown(look)) {
        look->turn = load(&look->table->turn);
        outcome = read_lines(look, false);
    }
    if (outcome == IS_FULL) outcome = read_whole(look);
    if (outcome == READ_FAILED) {
        seen->is_known = false;
        return outcome;
    }
    seen->is_known = true;
    seen->device = look->stat.st_dev;
    seen->inode = look->stat.st_ino;
    seen->size = look->stat.st_size;
    seen->changed = look->stat.st_mtim;
    seen->tail = tail_of(look, seen->at);
    return outcome;
}

static bool is_as_seen(const seen_t *seen, const struct stat *now)
{
    return seen->is_known && seen->device == now->st_dev && seen->inode == now->st_ino &&
           seen->size == now->st_size && seen->changed.tv_sec == now->st_mtim.tv_sec &&
           seen->changed.tv_nsec == now->st_mtim.tv_nsec;
}

static apr_status_t look_at(look_t *look, const char *path)
{
    outcome_t outcome;

    if (stat(path, &look->stat)) return errno;
    if (is_as_seen(&look->table->seen, &look->stat)) return APR_SUCCESS;
    look->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (look->fd < 0) return errno;
    if (fstat(look->fd, &look->stat) || !S_ISREG(look->stat.st_mode)) {
        close(look->fd);
        return EINVAL;
    }
    outcome = read_news(look);
    close(look->fd);
    /* Of what could not be read to its end, some may count already. */
    change_generation(look->table);
    if (outcome == READ_FAILED) return look->news->failed;
    look->news->is_changed = true;
    return APR_SUCCESS;
}

/* 0, or an errno. Nobody knows what a process that died with the lock had done: all is
 * read again. */
static int take_lock(sc_revoked_t *table, bool wait)
{
    int rv =
        wait ? pthread_mutex_lock(&table->lock) : pthread_mutex_trylock(&table->lock);

    if (rv != EOWNERDEAD) return rv;
    table->seen.is_known = false;
    return pthread_mutex_consistent(&table->lock);
}

apr_status_t sc_revoked_refresh(sc_revoked_news_t *news, sc_revoked_t *table,
                                const char *path, bool wait, apr_pool_t *p)
{
    look_t look = {.table = table, .news = news, .pool = p};
    int rv = take_lock(table, wait);

    *news = (sc_revoked_news_t){.lines = 0};
    if (rv) return rv;
    rv = look_at(&look, path);
    news->failed = rv;
    news->is_first_failure = rv && rv != table->seen.failed;
    table->seen.failed = rv;
    news->entries = sc_revoked_entries(table);
    pthread_mutex_unlock(&table->lock);
    return rv;
}

void sc_revoked_add(sc_revoked_t *table, const sc_revocation_t *entry)
{
    if (take_lock(table, true)) return;
    if (!put(table, load(&table->turn), entry)) {
        grow(table);
        (void)!put(table, load(&table->turn), entry);
    }
    change_generation(table);
    pthread_mutex_unlock(&table->lock);
}
