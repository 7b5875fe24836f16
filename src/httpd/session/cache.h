/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_CACHE_H
#define MSC_CACHE_H

#include <stdint.h>
#include "core/base/bytes.h"
#include "core/crypto/crypto.h"

/* What a process remembers of verified tokens, shared by its threads. It knows neither
 * formats nor httpd: what is remembered is a pointer, found by a number (the source) and
 * a token, for a time. */
typedef struct msc_cache_t msc_cache_t;

/* Something remembered, or about to be. Whoever has one holds it: it stays as it is until
 * it is let go, even when the cache has dropped it meanwhile. */
typedef struct msc_kept_t msc_kept_t;

/* A cache of at most `entries` entries of `bytes` bytes together, which lives as long as
 * the pool. What is held by then lives until it is let go. NULL: no lock could be made.
 */
msc_cache_t *msc_cache_make(apr_size_t entries, apr_size_t bytes, const sc_env_t *env,
                            apr_pool_t *p);

/* What something is found by. */
typedef struct {
    sc_bytes_t token;
    uint32_t source;
    uint64_t hash;
} msc_cache_key_t;

msc_cache_key_t msc_cache_key(const msc_cache_t *cache, uint32_t source,
                              sc_bytes_t token);

/* Whether msc_cache_see was told of it, and not of too many others since: what comes for
 * the first time may never come again, and is not worth its memory. */
bool msc_cache_saw(const msc_cache_t *cache, const msc_cache_key_t *key);
void msc_cache_see(msc_cache_t *cache, const msc_cache_key_t *key);

/* What is remembered at that time, held for the caller; or NULL. */
msc_kept_t *msc_cache_find(msc_cache_t *cache, const msc_cache_key_t *key,
                           apr_time_t now);

/* Room for what a token stands for, with a copy of the token, held by the caller and not
 * in the cache yet. NULL: no memory. */
msc_kept_t *msc_kept_make(msc_cache_t *cache, const msc_cache_key_t *key);

/* Its own pool, for one thread until it is remembered, afterwards for its notes alone;
 * its copy of the token. */
apr_pool_t *msc_kept_pool(const msc_kept_t *kept);
sc_bytes_t msc_kept_token(const msc_kept_t *kept);

/* Remembers `what`, good from `now` until before `end` (SC_NEVER: for ever), with so many
 * bytes in its pool and outside of it. The coldest entries make room; something too large
 * is not remembered. The caller goes on holding it either way. */
void msc_cache_keep(msc_kept_t *kept, const void *what, apr_size_t bytes, apr_time_t now,
                    apr_time_t end);

/* What it was remembered as. */
const void *msc_kept_what(const msc_kept_t *kept);

/* The holder's last use of it. */
void msc_kept_let_go(msc_kept_t *kept);

/* Something that was made of it later, by its number; NULL: nothing. It lives as long. */
const void *msc_kept_note(const msc_kept_t *kept, uint64_t number);

/* Copies contents into a pool. */
typedef const void *msc_copy_t(const void *contents, apr_pool_t *p);

/* Adds a copy of the contents, about so many bytes, as a note. Another thread may have
 * added the same: the one that counts is returned. */
const void *msc_kept_add_note(msc_kept_t *kept, uint64_t number, const void *contents,
                              apr_size_t bytes, msc_copy_t *copy);

/* A text that is made anew from time to time: a copy, while it is good at that time; NULL
 * otherwise. Its numbers are not those of notes. */
const char *msc_kept_text(const msc_kept_t *kept, uint64_t number, apr_time_t now,
                          apr_pool_t *p);

/* Puts a text that is good from `now` until before `until`, in the place of the one of
 * that number. */
void msc_kept_put_text(msc_kept_t *kept, uint64_t number, const char *text,
                       apr_time_t now, apr_time_t until);

#endif
