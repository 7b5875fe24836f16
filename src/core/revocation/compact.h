/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_REVOCATION_COMPACT_H
#define SC_REVOCATION_COMPACT_H

#include <apr_errno.h>
#include "core/revocation/entry.h"

/* The entries of a file that count: of each subject the one with the latest time. */

typedef struct {
    apr_uint64_t entries;    /* that count */
    apr_uint64_t superseded; /* by a later entry of the same subject */
    apr_uint64_t old;        /* before the given time */
    apr_uint64_t bad;        /* lines that are not entries */
    apr_uint64_t first_bad;  /* the number of the first of them, from 1 */
} sc_revocation_counts_t;

/* Calls `each` for the line of every entry that counts, as sc_revocation_write has it, in
 * the order of the file; ends early when it answers another status than 0. Entries whose
 * time is before `before` (0: none) are left out; SC_BAN never is. */
apr_status_t sc_revocation_list(sc_revocation_counts_t *counts, const char *path,
                                int64_t before,
                                apr_status_t (*each)(void *baton, sc_bytes_t line),
                                void *baton, const sc_env_t *env, apr_pool_t *p) SC_CHECK;

/* Replaces the file by one that has only these, and the comments and bad lines as they
 * stand, with the same owner and mode. Others append to it and read it meanwhile. */
apr_status_t sc_revocation_compact(sc_revocation_counts_t *counts, const char *path,
                                   int64_t before, const sc_env_t *env,
                                   apr_pool_t *p) SC_CHECK;

#endif
