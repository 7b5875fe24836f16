/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_SPREAD_H
#define MSC_SPREAD_H

#include "core/revocation/table.h"
#include "httpd/store/stream.h"

/* CookieSessionRevocation spread=: a list of revocations that several servers share by a
 * redis stream. Each of them has the whole in its own file. */
typedef struct msc_spread_t msc_spread_t;

/* `table` is that of the file. It lives as long as the process; NULL: no memory. */
msc_spread_t *msc_spread_make(const char *path, const sc_revoked_t *table);

/* Takes what is new in the stream into the file, and appends to the stream what it lacks.
 * Takes seconds where there is much to do; p is for what it needs meanwhile. What has
 * failed is done by the next round. ERROR: redis is away, or *failed: the file cannot be
 * read or written. */
sc_status_t msc_spread_round(apr_status_t *failed, msc_spread_t *spread,
                             msc_redis_t *redis, apr_pool_t *p) SC_CHECK;

#endif
