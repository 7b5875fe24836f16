/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOL_UNVERIFIED_H
#define TOOL_UNVERIFIED_H

#include "codec.h"

/* --unverified: prints what is inside a token, and says that nothing was verified. */
void tool_unverified(const sc_codec_t *codec, const tool_args_t *args, sc_bytes_t token,
                     apr_pool_t *p);

#endif
