/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOL_ARGS_H
#define TOOL_ARGS_H

#include "core/base/bytes.h"
#include "keyring.h"

/* The command line. Exit codes: 0 ok, 1 any other status, 2 wrong usage. */

enum { TOOL_OK = 0, TOOL_REFUSED = 1, TOOL_USAGE = 2 };

/* What a command line may hold; a command names those that it knows. */
#define ARG_FORMAT     0x0001
#define ARG_KEY        0x0002
#define ARG_OPTION     0x0004
#define ARG_NOW        0x0008
#define ARG_TAGGED     0x0010
#define ARG_LINES      0x0020
#define ARG_EXPLAIN    0x0040
#define ARG_UNVERIFIED 0x0080
#define ARG_WITH       0x0100
#define ARG_VERSION    0x0200
#define ARG_SECONDS    0x0400
#define ARG_SCHEME     0x0800
#define ARG_SESSION    0x1000
#define ARG_OLDER_THAN 0x2000
#define ARG_VALUE      0x4000

/* A command line, taken apart. */
typedef struct {
    apr_pool_t *pool;
    unsigned given;                 /* ARG_… that were there */
    const char *format;             /* --format */
    tool_keyring_t ring;            /* --key */
    apr_array_header_t *options;    /* --option: const char *, "name=value" */
    apr_time_t now;                 /* --now, where it was given */
    const char *with;               /* --with: a key source */
    int version;                    /* --version: 1 to 4, 0 where not given */
    double seconds;                 /* --seconds */
    const char *scheme;             /* --scheme */
    const char *session;            /* --session: JSON */
    apr_interval_time_t older_than; /* --older-than, 0 where not given */
    apr_array_header_t *rest;       /* const char *: what is not an option */
} tool_args_t;

/* Takes argv apart: the keys are loaded (warnings go to standard error). `allowed`: the
 * ARG_… that the command knows. NULL, or a sentence that names the fault and the remedy.
 */
const char *tool_args_parse(tool_args_t *args, unsigned allowed, int argc,
                            const char *const *argv, apr_pool_t *p) SC_CHECK;

/* The clock, where --now does not say otherwise, and libsodium's randomness. */
sc_env_t tool_env(const tool_args_t *args);

/* Says on standard error "sessioncookie: …" and answers TOOL_USAGE. */
int tool_usage(const char *sentence);

#endif
