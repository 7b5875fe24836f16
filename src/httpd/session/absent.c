/* SPDX-License-Identifier: Apache-2.0 */
/* Ids that are not there. A place is a word: 40 bits of the id's hash and 24 of the time,
 * in units of 65,536 microseconds. The hash is keyed, so that nobody can choose ids that
 * push out, or pass for, another one. */

#include "httpd/session/absent.h"
#include "core/crypto/crypto.h"
#include <stdatomic.h>

#define PLACES    8192
#define UNIT      16 /* bits of microseconds */
#define TIME_MASK 0xffffff

struct msc_absent_t {
    unsigned char secret[SC_HASH_KEY];
    _Atomic(uint64_t) place[PLACES];
};

msc_absent_t *msc_absent_make(const sc_env_t *env, apr_pool_t *p)
{
    msc_absent_t *absent = apr_pcalloc(p, sizeof(*absent));

    return env->random(env->baton, absent->secret, sizeof(absent->secret)) ? NULL
                                                                           : absent;
}

static uint64_t hash_of(const msc_absent_t *absent, uint32_t source, sc_bytes_t id)
{
    return sc_hash(absent->secret, id) + source;
}

static uint64_t time_of(apr_time_t now)
{
    return (uint64_t)now >> UNIT & TIME_MASK;
}

void msc_absent_put(msc_absent_t *absent, uint32_t source, sc_bytes_t id, apr_time_t now)
{
    uint64_t hash = hash_of(absent, source, id);

    atomic_store_explicit(&absent->place[hash % PLACES],
                          (hash & ~(uint64_t)TIME_MASK) | time_of(now),
                          memory_order_relaxed);
}

bool msc_absent_has(const msc_absent_t *absent, uint32_t source, sc_bytes_t id,
                    apr_time_t now, apr_interval_time_t within)
{
    uint64_t hash = hash_of(absent, source, id);
    uint64_t there =
        atomic_load_explicit(&absent->place[hash % PLACES], memory_order_relaxed);

    return (there ^ hash) <= TIME_MASK &&
           ((time_of(now) - there) & TIME_MASK) < (uint64_t)within >> UNIT;
}
