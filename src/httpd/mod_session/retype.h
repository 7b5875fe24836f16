/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_RETYPE_H
#define MSC_RETYPE_H

#include "core/codec/codec.h"

/* The value for a member of that type whose text was set: a number, boolean, array or
 * object where it is JSON of that type, else a string. The caller owns it. */
sc_value_t *msc_retype(const sc_codec_t *codec, sc_type_t type, const char *text,
                       apr_pool_t *p);

#endif
