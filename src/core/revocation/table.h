/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_REVOCATION_TABLE_H
#define SC_REVOCATION_TABLE_H

#include <apr_errno.h>
#include "core/revocation/entry.h"

/* The entries of a file in memory that processes share: those that forked after it was
 * made. One of them at a time reads the file; all of them look entries up, without a
 * lock.
 *
 * A table has two halves. What a file has grown by is added to the half in force, entry
 * by entry. A file that was replaced is read into the other half, which is then in force
 * as a whole. An entry is a hash of its subject with a key that nobody knows, and a time.
 */
typedef struct sc_revoked_t sc_revoked_t;

/* How many slots a half may have at most, unless less is wanted: three quarters of them
 * hold entries. Memory is taken for what is used. */
#define SC_REVOKED_SLOTS ((apr_size_t)1 << (sizeof(void *) > 4 ? 23 : 21))

/* An empty table of at most so many slots (a power of two), in memory of its own until it
 * is freed. NULL: there is none. */
sc_revoked_t *sc_revoked_make(apr_size_t slots, const sc_env_t *env);
void sc_revoked_free(sc_revoked_t *table);

/* What a look at the file came to. */
typedef struct {
    bool is_changed;        /* there are entries that were not there before, or fewer */
    apr_status_t failed;    /* the file could not be read; what was known holds */
    bool is_first_failure;  /* and the look before this one had no such failure */
    apr_uint64_t lines;     /* that were read */
    apr_uint64_t bad;       /* of these: not entries */
    apr_uint64_t first_bad; /* the number of the first of them, from 1 */
    apr_uint64_t left_out;  /* entries for which the table has no room */
    apr_uint64_t entries;   /* that the table has now */
} sc_revoked_news_t;

/* Looks at the file, and reads what is new in it: its end, where it has just grown, else
 * the whole. `wait`: for another process that is at it; else EBUSY, and nothing is done.
 * Memory of the pool is used where there is something to read. */
apr_status_t sc_revoked_refresh(sc_revoked_news_t *news, sc_revoked_t *table,
                                const char *path, bool wait, apr_pool_t *p) SC_CHECK;

/* Adds one entry, which takes effect at once. Nothing is added where the table has no
 * room left. Waits while another process reads the file. */
void sc_revoked_add(sc_revoked_t *table, const sc_revocation_t *entry);

/* Changes with every change of what is in force, and is never 0. */
apr_uint64_t sc_revoked_generation(const sc_revoked_t *table);

/* How many entries are in force. */
apr_uint64_t sc_revoked_entries(const sc_revoked_t *table);

/* The hash by which this table finds an entry's subject; 0: it has none. */
uint64_t sc_revoked_hash(const sc_revoked_t *table, const sc_revocation_t *subject);

/* The time of that subject's entry, the latest if it has several; -1: it has none. */
int64_t sc_revoked_until(const sc_revoked_t *table, uint64_t hash);

#endif
