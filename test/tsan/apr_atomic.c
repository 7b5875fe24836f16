/* SPDX-License-Identifier: Apache-2.0 */
/* APR's atomic operations once more, for ThreadSanitizer to see: preloaded into httpd,
 * which passes the memory of connections from thread to thread by them. Without, it would
 * take what a thread does with such memory for a race with what the one before did. */
#include <apr_atomic.h>

apr_uint32_t apr_atomic_read32(volatile apr_uint32_t *at)
{
    return __atomic_load_n(at, __ATOMIC_SEQ_CST);
}

void apr_atomic_set32(volatile apr_uint32_t *at, apr_uint32_t value)
{
    __atomic_store_n(at, value, __ATOMIC_SEQ_CST);
}

apr_uint32_t apr_atomic_add32(volatile apr_uint32_t *at, apr_uint32_t value)
{
    return __atomic_fetch_add(at, value, __ATOMIC_SEQ_CST);
}

void apr_atomic_sub32(volatile apr_uint32_t *at, apr_uint32_t value)
{
    (void)__atomic_fetch_sub(at, value, __ATOMIC_SEQ_CST);
}

apr_uint32_t apr_atomic_inc32(volatile apr_uint32_t *at)
{
    return __atomic_fetch_add(at, 1, __ATOMIC_SEQ_CST);
}

int apr_atomic_dec32(volatile apr_uint32_t *at)
{
    return __atomic_sub_fetch(at, 1, __ATOMIC_SEQ_CST) != 0;
}

apr_uint32_t apr_atomic_cas32(volatile apr_uint32_t *at, apr_uint32_t with,
                              apr_uint32_t expected)
{
    (void)__atomic_compare_exchange_n(at, &expected, with, 0, __ATOMIC_SEQ_CST,
                                      __ATOMIC_SEQ_CST);
    return expected;
}

apr_uint32_t apr_atomic_xchg32(volatile apr_uint32_t *at, apr_uint32_t value)
{
    return __atomic_exchange_n(at, value, __ATOMIC_SEQ_CST);
}

void *apr_atomic_casptr(volatile void **at, void *with, const void *expected)
{
    void *found = (void *)expected;

    (void)__atomic_compare_exchange_n((void *volatile *)at, &found, with, 0,
                                      __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return found;
}

void *apr_atomic_xchgptr(volatile void **at, void *with)
{
    return __atomic_exchange_n((void *volatile *)at, with, __ATOMIC_SEQ_CST);
}
