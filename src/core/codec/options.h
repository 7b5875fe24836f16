/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_OPTIONS_H
#define SC_OPTIONS_H

#include "core/codec/format.h"

/* The options of a source: name=value, each with the formats that it means something to.
 */

/* The format's defaults. */
void sc_options_default(sc_options_t *options, const sc_format_t *format);

/* Sets one option of a codec ("name=value"; the value may choose the codec's serializer).
 * NULL, or a sentence naming the option, its value and a good one. */
const char *sc_option_set(sc_codec_t *codec, const char *option, apr_pool_t *p) SC_CHECK;

#endif
