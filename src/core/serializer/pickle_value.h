/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PICKLE_VALUE_H
#define SC_PICKLE_VALUE_H

#include "core/document/value.h"
#include "core/serializer/pickle_object.h"

/* The object as a value, which the caller owns. `left` bounds it and is diminished by it.
 * TOO_LARGE past it, UNSUPPORTED for a container inside itself. */
sc_status_t sc_pickle_value(sc_value_t **value, sc_limits_t *left, sc_pickle_t *object,
                            apr_pool_t *p) SC_CHECK;

#endif
