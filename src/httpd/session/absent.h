/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_ABSENT_H
#define MSC_ABSENT_H

#include <stdint.h>
#include "core/base/bytes.h"

/* Ids that were looked up a moment ago and were not there. The table has a fixed size,
 * and threads share it without a lock: what is put in may push another id out, which is
 * then asked for again, and nothing else. */
typedef struct msc_absent_t msc_absent_t;

/* NULL: no randomness for the key of its hash. */
msc_absent_t *msc_absent_make(const sc_env_t *env, apr_pool_t *p);

void msc_absent_put(msc_absent_t *absent, uint32_t source, sc_bytes_t id, apr_time_t now);

/* Whether it was put in less than `within` ago, which is less than 12 days. */
bool msc_absent_has(const msc_absent_t *absent, uint32_t source, sc_bytes_t id,
                    apr_time_t now, apr_interval_time_t within);

#endif
