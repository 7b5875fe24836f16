/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PICKLE_NUMBER_H
#define SC_PICKLE_NUMBER_H

#include "core/base/bytes.h"

/* Numbers as JSON text. */

/* An int from little-endian two's complement. TOO_LARGE past the 4300 digits that Python
 * itself writes. */
sc_status_t sc_pickle_long(sc_bytes_t *text, sc_bytes_t in, apr_pool_t *p) SC_CHECK;

/* The same from its decimal text. */
sc_status_t sc_pickle_int(sc_bytes_t *text, sc_bytes_t in, apr_pool_t *p) SC_CHECK;

/* A float as Python's repr() writes it. */
sc_bytes_t sc_pickle_double(double d, apr_pool_t *p);

/* The same from its repr(). */
sc_status_t sc_pickle_float(sc_bytes_t *text, sc_bytes_t in, apr_pool_t *p) SC_CHECK;

#endif
