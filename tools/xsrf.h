/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOL_XSRF_H
#define TOOL_XSRF_H

#include <apr_pools.h>

/* The command: argv is what follows the name. Answers the exit code. */
int tool_xsrf(int argc, const char *const *argv, apr_pool_t *p);

#endif
