/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_MSGPACK_H
#define SC_MSGPACK_H

#include "core/document/value.h"

/* Reads one MessagePack value, which the caller owns, from exactly these bytes. `left`
 * bounds it and is diminished by it, as in sc_pickle_read (pickle.h), and so are the
 * outcomes: MALFORMED, TOO_LARGE, UNSUPPORTED (an extension type other than a time, a
 * member name that JSON cannot have; every value, where this was built without
 * libmsgpack-c).
 *
 * bin is Flask's {" b":base64}, a time is its HTTP date as text; of members with one name
 * the last counts; names that are numbers, booleans or nil become their JSON text. */
sc_status_t sc_msgpack_read(sc_value_t **value, sc_limits_t *left, sc_bytes_t packed,
                            apr_pool_t *p) SC_CHECK;

#endif
