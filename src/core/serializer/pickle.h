/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PICKLE_H
#define SC_PICKLE_H

#include "core/serializer/serializer.h"

/* Python pickles of plain data, protocols 0 to 5. Nothing is executed, imported or
 * called; there is no code that could. */

/* Reads one pickle; the caller owns the value. Bytes after STOP are ignored, as
 * pickle.loads does. `left` bounds the value as it would be written, shared parts as
 * often as they occur, and is diminished by it. MALFORMED: truncated, not a pickle, or
 * one that Python cannot load either. UNSUPPORTED: an opcode that names, builds or calls
 * something, a container inside itself, a member name that JSON cannot have. TOO_LARGE
 * past the limits.
 *
 * Beyond JSON the value has Flask's tags: a tuple is {" t":[…]}, bytes, bytearray and a
 * Python 2 str that is not UTF-8 are {" b":base64}, a dict that looks like a tag is
 * escaped. A set is an array. Member names that are numbers, True, False or None become
 * their JSON text. */
sc_status_t sc_pickle_read(sc_value_t **value, sc_limits_t *left, sc_bytes_t pickle,
                           apr_pool_t *p) SC_CHECK;

/* SecureCookie with a pickle in each item; opens only. Tuples and bytes show as tags. */
extern const sc_serializer_t sc_serializer_pickle;

#endif
