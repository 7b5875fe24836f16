/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOL_CODEC_H
#define TOOL_CODEC_H

#include "args.h"
#include "core/codec/codec.h"

/* The codec that the arguments ask for, with the core's own limits; for --unverified one
 * without keys, which must not be given to sc_codec_open. */
const char *tool_codec(sc_codec_t **codec, const tool_args_t *args,
                       apr_pool_t *p) SC_CHECK;

/* The face of a codec's documents that --tagged shows. */
sc_face_t tool_face(const sc_codec_t *codec);

#endif
