/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOL_DECODE_H
#define TOOL_DECODE_H

#include <apr_pools.h>

/* The commands: argv is what follows the name. Answers the exit code. */
int tool_decode(int argc, const char *const *argv, apr_pool_t *p);
int tool_encode(int argc, const char *const *argv, apr_pool_t *p);

#endif
