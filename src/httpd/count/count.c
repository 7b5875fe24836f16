/* SPDX-License-Identifier: Apache-2.0 */
/* The shared memory: whose each slot is, then the slots. A thread claims a slot by one
 * atomic operation when it first counts and gives it back when it ends; what it counted
 * stays and its successor adds to it. Slots of processes that died are claimed like free
 * ones. A thread that finds no slot shares the last one with others like it, where
 * counting takes an atomic addition. */

#include "httpd/count/count.h"
#include <apr_shm.h>
#include <apr_strings.h>
#include <apr_tables.h>
#include <apr_thread_proc.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

/* Of a cache line; slots begin at one. */
#define LINE 64
/* More than are shown, so that a minute is not overwritten while it is. */
#define MINUTES 64

typedef _Atomic(uint64_t) counter_t;

typedef struct {
    counter_t minutes[MINUTES]; /* the minute since 1970 << 32 | how many */
    counter_t counters[];
} slot_t;

struct msc_counts_t {
    apr_pool_t *pool;
    apr_array_header_t *groups; /* msc_count_group_t */
    apr_int64_t since;
    int room; /* counters of a slot */
    int registered;
    int threads;                /* slots, without the shared one */
    _Atomic(uint32_t) *owners;  /* process ids; 0: free. The last is of the shared slot */
    _Atomic(uint32_t) *claimed; /* slots that were ever claimed: the first ones */
    unsigned char *slots;
    size_t stride;
};

/* Of this process: what its threads count in, and the slot of each. */
static msc_counts_t *used;
static apr_threadkey_t *slot_key;

static size_t line_up(size_t bytes)
{
    return (bytes + LINE - 1) / LINE * LINE;
}

static slot_t *slot_at(const msc_counts_t *counts, int i)
{
    return (slot_t *)(void *)(counts->slots + (size_t)i * counts->stride);
}

msc_counts_t *msc_counts_make(int counters, int threads, apr_time_t now, apr_pool_t *p)
{
    size_t owners = line_up(sizeof(uint32_t) * (size_t)(threads + 1));
    size_t stride = line_up(sizeof(slot_t) + sizeof(counter_t) * (size_t)counters);
    msc_counts_t *counts = apr_pcalloc(p, sizeof(*counts));
    unsigned char *memory;
    apr_shm_t *shm;

    /* Memory that nobody has written to takes none, so that slots may be plenty. */
    if (apr_shm_create(&shm, LINE + owners + stride * (size_t)(threads + 1), NULL, p))
        return NULL;
    memory = apr_shm_baseaddr_get(shm);
    counts->pool = p;
    counts->groups = apr_array_make(p, 16, sizeof(msc_count_group_t));
    counts->since = apr_time_sec(now);
    counts->room = counters;
    counts->threads = threads;
    counts->claimed = (void *)memory;
    counts->owners = (void *)(memory + LINE);
    counts->slots = memory + LINE + owners;
    counts->stride = stride;
    return counts;
}

/* --- names --- */

void msc_counts_restart(msc_counts_t *counts)
{
    for (int i = 0; i < counts->groups->nelts; i++)
        APR_ARRAY_IDX(counts->groups, i, msc_count_group_t).is_in_use = false;
}

const msc_count_group_t *msc_counts_group(const msc_counts_t *counts, int i)
{
    return i < counts->groups->nelts
               ? &APR_ARRAY_IDX(counts->groups, i, msc_count_group_t)
               : NULL;
}

int msc_counts_register(msc_counts_t *counts, const char *metric, const char *what,
                        const char *format, int n)
{
    msc_count_group_t *group;

    for (int i = 0; i < counts->groups->nelts; i++) {
        group = &APR_ARRAY_IDX(counts->groups, i, msc_count_group_t);
        if (group->n == n && !strcmp(group->metric, metric) &&
            !strcmp(group->what, what) && !strcmp(group->format, format)) {
            group->is_in_use = true;
            return group->at;
        }
    }
    if (n > counts->room - counts->registered) return -1;
    group = apr_array_push(counts->groups);
    group->metric = apr_pstrdup(counts->pool, metric);
    group->what = apr_pstrdup(counts->pool, what);
    group->format = apr_pstrdup(counts->pool, format);
    group->n = n;
    group->at = counts->registered;
    group->is_in_use = true;
    counts->registered += n;
    return group->at;
}

/* --- slots --- */

static bool is_dead(uint32_t owner)
{
    return kill((pid_t)owner, 0) == -1 && errno == ESRCH;
}

/* Raises the number of slots that were ever claimed. */
static void note_claimed(const msc_counts_t *counts, uint32_t n)
{
    uint32_t was = atomic_load(counts->claimed);

    while (was < n && !atomic_compare_exchange_weak(counts->claimed, &was, n))
        continue;
}

/* The threads of a process have neighbouring slots: it is asked once whether it lives. */
static slot_t *claim(const msc_counts_t *counts)
{
    uint32_t mine = (uint32_t)getpid();
    uint32_t alive = mine;
    int i;

    for (i = 0; i < counts->threads; i++) {
        uint32_t owner = atomic_load(&counts->owners[i]);

        if (owner && (owner == alive || !is_dead(owner)))
            alive = owner;
        else if (atomic_compare_exchange_strong(&counts->owners[i], &owner, mine))
            break;
    }
    note_claimed(counts, (uint32_t)i + 1);
    return slot_at(counts, i);
}

/* The thread ends. */
static void give_back(void *slot)
{
    const msc_counts_t *counts = used;
    size_t i;

    if (!counts) return;
    i = (size_t)((unsigned char *)slot - counts->slots) / counts->stride;
    atomic_store(&counts->owners[i], 0);
}

static apr_status_t stop(void *key)
{
    used = NULL;
    return apr_threadkey_private_delete(key);
}

void msc_counts_use(msc_counts_t *counts, apr_pool_t *pchild)
{
    if (!counts || apr_threadkey_private_create(&slot_key, give_back, pchild)) return;
    used = counts;
    apr_pool_cleanup_register(pchild, slot_key, stop, apr_pool_cleanup_null);
}

/* The calling thread's; NULL where nobody counts. */
static slot_t *my_slot(void)
{
    void *slot;

    if (!used || apr_threadkey_private_get(&slot, slot_key)) return NULL;
    if (!slot) {
        slot = claim(used);
        if (apr_threadkey_private_set(slot, slot_key)) return NULL;
    }
    return slot;
}

/* Nobody else writes to a slot of one's own. */
static void add(const slot_t *slot, counter_t *counter, uint64_t amount)
{
    if (slot == slot_at(used, used->threads))
        atomic_fetch_add_explicit(counter, amount, memory_order_relaxed);
    else
        atomic_store_explicit(
            counter, atomic_load_explicit(counter, memory_order_relaxed) + amount,
            memory_order_relaxed);
}

void msc_count(int at)
{
    msc_count_add(at, 1);
}

void msc_count_add(int at, uint64_t amount)
{
    slot_t *slot = at < 0 ? NULL : my_slot();

    if (slot) add(slot, &slot->counters[at], amount);
}

void msc_count_time(int at, apr_time_t now)
{
    slot_t *slot = at < 0 ? NULL : my_slot();

    if (slot)
        atomic_store_explicit(&slot->counters[at], (uint64_t)apr_time_sec(now),
                              memory_order_relaxed);
}

static uint64_t minute_of(apr_time_t now)
{
    return (uint64_t)apr_time_sec(now) / 60;
}

void msc_count_minute(apr_time_t now)
{
    slot_t *slot = my_slot();
    uint64_t minute = minute_of(now);
    counter_t *counter;

    if (!slot) return;
    counter = &slot->minutes[minute % MINUTES];
    if (atomic_load_explicit(counter, memory_order_relaxed) >> 32 != minute)
        atomic_store_explicit(counter, minute << 32, memory_order_relaxed);
    add(slot, counter, 1);
}

/* --- reading --- */

int msc_counts_claimed(const msc_counts_t *counts)
{
    return (int)atomic_load(counts->claimed);
}

static uint64_t value_of(const msc_counts_t *counts, int slot, int at)
{
    return atomic_load_explicit(&slot_at(counts, slot)->counters[at],
                                memory_order_relaxed);
}

uint64_t msc_count_sum(const msc_counts_t *counts, int at)
{
    uint64_t sum = 0;

    for (int i = 0; at >= 0 && i < msc_counts_claimed(counts); i++)
        sum += value_of(counts, i, at);
    return sum;
}

uint64_t msc_count_latest(const msc_counts_t *counts, int at)
{
    uint64_t latest = 0;

    for (int i = 0; at >= 0 && i < msc_counts_claimed(counts); i++) {
        uint64_t time = value_of(counts, i, at);

        if (time > latest) latest = time;
    }
    return latest;
}

void msc_count_minutes(uint64_t minutes[MSC_COUNT_MINUTES], const msc_counts_t *counts,
                       apr_time_t now)
{
    memset(minutes, 0, sizeof(*minutes) * MSC_COUNT_MINUTES);
    for (int i = 0; i < msc_counts_claimed(counts); i++) {
        for (int k = 0; k < MSC_COUNT_MINUTES; k++) {
            uint64_t minute = minute_of(now) - (uint64_t)(MSC_COUNT_MINUTES - 1 - k);
            uint64_t word = atomic_load_explicit(
                &slot_at(counts, i)->minutes[minute % MINUTES], memory_order_relaxed);

            if (word >> 32 == minute) minutes[k] += word & UINT32_MAX;
        }
    }
}

apr_int64_t msc_counts_since(const msc_counts_t *counts)
{
    return counts->since;
}
