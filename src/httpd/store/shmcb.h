/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_SHMCB_H
#define MSC_SHMCB_H

#include "httpd/config.h"

/* The store in shared memory of one machine: httpd's own provider, mod_socache_shmcb,
 * under a global mutex. */
typedef struct msc_shmcb_t msc_shmcb_t;

#define MSC_SHMCB_SIZE     (4 * 1024 * 1024)
#define MSC_SHMCB_SIZE_MIN (512 * 1024)
#define MSC_SHMCB_SIZE_MAX (1024 * 1024 * 1024)

/* Whether mod_socache_shmcb is loaded. */
bool msc_shmcb_is_there(void);

/* pre_config: registers the name of the mutex. */
void msc_shmcb_register(apr_pool_t *pconf);

/* post_config: a segment of that many bytes, and the mutex. A graceful restart gets those
 * that there were before it, with all that they hold, unless the size or the code of
 * mod_socache_shmcb has changed. Logs what fails. */
apr_status_t msc_shmcb_make(msc_shmcb_t **shmcb, apr_size_t size, server_rec *base,
                            apr_pool_t *pconf);

/* In each new process. */
apr_status_t msc_shmcb_child_init(msc_shmcb_t *shmcb, apr_pool_t *pchild);

/* SC_OK or SC_ERROR. Values of up to 16 KiB and a few bytes fit; where there is no room
 * the oldest go. The key has at least 4 bytes, of which any may be any. */
sc_status_t msc_shmcb_put(msc_shmcb_t *shmcb, server_rec *s, sc_bytes_t key,
                          sc_bytes_t value, apr_time_t expires, apr_pool_t *p) SC_CHECK;

/* Reads and removes under the mutex: SC_OK to one caller, SC_ABSENT, SC_ERROR. The value
 * has at most `max` bytes, in p. */
sc_status_t msc_shmcb_take(sc_bytes_t *value, msc_shmcb_t *shmcb, server_rec *s,
                           sc_bytes_t key, apr_size_t max, apr_pool_t *p) SC_CHECK;

#endif
