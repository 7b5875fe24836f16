/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_ENVNAME_H
#define MSC_ENVNAME_H

#include <apr_pools.h>

/* Which environment variables a session may set. Both answer NULL, or why not, as a
 * clause of a sentence ("HTTP_ carries what the client sent"). */

/* One variable of that name. */
const char *msc_env_name_refused(const char *name, apr_pool_t *p);

/* All variables with that prefix: what follows it is up to the application. */
const char *msc_env_prefix_refused(const char *prefix, apr_pool_t *p);

#endif
