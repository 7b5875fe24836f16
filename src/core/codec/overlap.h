/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_OVERLAP_H
#define SC_OVERLAP_H

#include "core/codec/codec.h"

/* Whether two codecs could take each other's tokens. */

/* Whether they have a key in common: by its bytes, whatever the ids are. */
bool sc_codec_shares_key(const sc_codec_t *a, const sc_codec_t *b, apr_pool_t *p);

/* Whether `reader` opens some token that `writer` seals with a key that both have: their
 * envelopes authenticate alike (layout, salt, derivation, digest; version, purpose,
 * assertion), the reader finds a document inside, and it demands no claim that the writer
 * does not. Found out by sealing such a token and opening it. False for a writer that can
 * only open: nobody here has its tokens made. */
bool sc_codec_reads(const sc_codec_t *reader, const sc_codec_t *writer,
                    const sc_env_t *env, apr_pool_t *p);

#endif
