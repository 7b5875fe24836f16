/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOL_KEY_H
#define TOOL_KEY_H

#include <apr_pools.h>

/* The command: argv is what follows the name. Answers the exit code. */
int tool_key(int argc, const char *const *argv, apr_pool_t *p);

#endif
