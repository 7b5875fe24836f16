/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_KEY_SOURCE_H
#define SC_KEY_SOURCE_H

#include "core/base/bytes.h"

/* Reads what a key source names: file:PATH env:NAME exec:COMMAND text:SECRET; at most 64
 * KiB, one trailing newline dropped, wiped with the pool. NULL, or a sentence. *warning:
 * NULL, or a sentence about who else can read it. */
const char *sc_key_read(sc_bytes_t *contents, const char **warning, const char *source,
                        apr_pool_t *p) SC_CHECK;

#endif
