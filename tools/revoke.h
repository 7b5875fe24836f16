/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOL_REVOKE_H
#define TOOL_REVOKE_H

#include <apr_pools.h>

/* sessioncookie revoke add|list|compact FILE …; the exit code. */
int tool_revoke(int argc, const char *const *argv, apr_pool_t *p);

#endif
