/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PICKLE_INPUT_H
#define SC_PICKLE_INPUT_H

#include "core/base/bytes.h"

/* Arguments of opcodes, taken off the front of the input. MALFORMED when it ends too
 * early. */

/* n bytes. */
sc_status_t sc_pickle_take(sc_bytes_t *bytes, sc_bytes_t *in, apr_uint64_t n) SC_CHECK;

/* A line, without its end. */
sc_status_t sc_pickle_take_line(sc_bytes_t *line, sc_bytes_t *in) SC_CHECK;

/* A little-endian number of `width` bytes. */
sc_status_t sc_pickle_take_number(apr_uint64_t *number, sc_bytes_t *in,
                                  int width) SC_CHECK;

/* That many bytes, after a number of `width` bytes that says how many. The number is
 * signed in some opcodes; a negative one is past the input's end either way. */
sc_status_t sc_pickle_take_counted(sc_bytes_t *bytes, sc_bytes_t *in, int width) SC_CHECK;

/* A line of up to 10 decimal digits. */
sc_status_t sc_pickle_take_index(apr_uint64_t *index, sc_bytes_t *in) SC_CHECK;

#endif
