/* SPDX-License-Identifier: Apache-2.0 */
/* A planted race: in the cache of this build the locks are others, which ThreadSanitizer
 * does not see, so that it must take every access for a race. Without any lock httpd
 * would crash sooner or later, instead of saying something. */
#ifndef PLANTED_H
#define PLANTED_H

#include <apr_thread_mutex.h>
#include <sched.h>

static unsigned char planted_lock;

__attribute__((no_sanitize("thread"))) static inline apr_status_t planted_take(void)
{
    while (__atomic_test_and_set(&planted_lock, __ATOMIC_ACQUIRE))
        sched_yield();
    return APR_SUCCESS;
}

__attribute__((no_sanitize("thread"))) static inline apr_status_t planted_leave(void)
{
    __atomic_clear(&planted_lock, __ATOMIC_RELEASE);
    return APR_SUCCESS;
}

#define apr_thread_mutex_lock(mutex)   ((void)(mutex), planted_take())
#define apr_thread_mutex_unlock(mutex) ((void)(mutex), planted_leave())

#endif
