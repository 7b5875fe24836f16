/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOL_KEYRING_H
#define TOOL_KEYRING_H

#include <apr_tables.h>
#include "core/key/load.h"

/* Keys on the command line: --key ID=SOURCE. */
typedef struct {
    apr_pool_t *pool;
    apr_array_header_t *keys;     /* const sc_key_t *, in order */
    apr_array_header_t *wrappers; /* those that only unwrap others; not in keys */
} tool_keyring_t;

void tool_keyring_init(tool_keyring_t *ring, apr_pool_t *p);

/* Loads a key from a source, or from standard input ("-"). Warnings go to standard error.
 */
const char *tool_key_load(sc_key_t **key, const sc_key_config_t *config,
                          apr_pool_t *p) SC_CHECK;

/* Adds the key "ID=SOURCE". The n words after it may begin with its iss=, password=,
 * unwrap=; *words is how many of them do. */
const char *tool_key_add(int *words, tool_keyring_t *ring, const char *value,
                         const char *const *after, int n) SC_CHECK;

/* A key that opens another one opens and seals no tokens: it leaves ring->keys. */
void tool_key_take_out_wrappers(tool_keyring_t *ring);

#endif
