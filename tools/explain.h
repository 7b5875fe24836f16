/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOL_EXPLAIN_H
#define TOOL_EXPLAIN_H

#include "codec.h"

/* --explain: says on standard error what was tried, which part failed and whether a usual
 * salt, digest, key derivation or format would have verified. Never a byte of a key. */
void tool_explain(const sc_codec_t *codec, const tool_args_t *args, sc_bytes_t token,
                  sc_status_t status, apr_pool_t *p);

#endif
