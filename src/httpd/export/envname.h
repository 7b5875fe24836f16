/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_ENVNAME_H
#define MSC_ENVNAME_H

#include <apr_pools.h>

/* Which environment variables a session may set. Both answer NULL, or the reason why not
 * as half a sentence ("HTTP_ is where …"). */

/* One variable of that name. */
const char *msc_env_name_refused(const char *name, apr_pool_t *p);

/* Variables of that prefix and any ending: a session's member names are the
 * application's. */
const char *msc_env_prefix_refused(const char *prefix, apr_pool_t *p);

#endif
