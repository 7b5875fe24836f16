/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_TYPED_H
#define MSC_TYPED_H

#include "core/codec/codec.h"

/* The value for a member of that type whose text was set: a number, boolean, array or
 * object where it is JSON of that type, else a string. The caller owns it. */
sc_value_t *msc_typed(const sc_codec_t *codec, sc_type_t type, const char *text,
                      apr_pool_t *p);

#endif
