/* SPDX-License-Identifier: Apache-2.0 */
/* Which lines the log has already: hashes of texts, in memory that all processes share. A
 * slot is taken by an atomic operation and never given back until a restart. */

#include "httpd/xsrf/said.h"
#include "apr_atomic.h"
#include "apr_hash.h"
#include "apr_shm.h"

#define SLOTS  1024
#define PROBES 16

/* Of the process: made before the children are, NULL where it cannot be. */
static apr_uint32_t *slots;

int msc_xsrf_said_post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                              server_rec *s)
{
    const apr_size_t size = SLOTS * sizeof(*slots);
    apr_shm_t *shm;

    (void)plog;
    (void)ptemp;
    (void)s;
    /* Without shared memory each process has a table of its own. */
    if (apr_shm_create(&shm, size, NULL, pconf) == APR_SUCCESS)
        slots = memset(apr_shm_baseaddr_get(shm), 0, size);
    else
        slots = apr_pcalloc(pconf, size);
    return OK;
}

bool msc_xsrf_first_time(const char *text)
{
    apr_ssize_t n = APR_HASH_KEY_STRING;
    apr_uint32_t hash = apr_hashfunc_default(text, &n) | 1; /* 0: a free slot */

    for (apr_uint32_t i = 0; slots && i < PROBES; i++) {
        apr_uint32_t *slot = slots + (hash / 2 + i) % SLOTS;
        apr_uint32_t was = apr_atomic_cas32(slot, hash, 0);

        if (was == 0) return true;
        if (was == hash) return false;
    }
    return false;
}
