/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOOR_H
#define FLOOR_H

#include "core/codec/codec.h"

/* What opening a token costs at least: the bare primitives on the same bytes. The MAC,
 * AEAD or signature check, base64, zlib's own uncompress and json-c's own parser; no
 * table of formats, no limits, no rules, no document. */
typedef struct floor_t floor_t;

/* Takes a token apart once. NULL where there is no floor for its format. */
floor_t *floor_make(const sc_codec_t *codec, sc_bytes_t token, apr_pool_t *p);

/* The primitives, once. 0, or -1 when one of them failed, which makes the figure
 * worthless. */
int floor_run(floor_t *floor, apr_pool_t *p);

#endif
