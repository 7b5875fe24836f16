/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_REQUIRE_H
#define MSC_REQUIRE_H

#include <apr_pools.h>

/* Registers the providers of Require session, session-key, session-format. */
void msc_require_register(apr_pool_t *p);

#endif
