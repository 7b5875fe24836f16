/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOOR_PASETO_H
#define FLOOR_PASETO_H

#include "core/key/key.h"
#include "floor_private.h"

/* Takes a PASETO apart: 0, or -1. `key` is the one that sealed it. */
int floor_split_paseto(floor_t *floor, sc_bytes_t token, const sc_key_t *key,
                       apr_pool_t *p);

#endif
