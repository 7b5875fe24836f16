/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PICKLE_SCALAR_H
#define SC_PICKLE_SCALAR_H

#include "core/serializer/pickle_stack.h"

/* Opcodes that push a scalar, named for their groups. `width` is the size in bytes of the
 * number, or of the length, that follows the opcode; the _line ones read a line. */
sc_status_t sc_pickle_run_none(sc_machine_t *m, int arg);
sc_status_t sc_pickle_run_bool(sc_machine_t *m, int truth);
sc_status_t sc_pickle_run_int(sc_machine_t *m, int width);
sc_status_t sc_pickle_run_int_line(sc_machine_t *m, int is_long);
sc_status_t sc_pickle_run_long(sc_machine_t *m, int width);
sc_status_t sc_pickle_run_float(sc_machine_t *m, int arg);
sc_status_t sc_pickle_run_float_line(sc_machine_t *m, int arg);
sc_status_t sc_pickle_run_str(sc_machine_t *m, int width);
sc_status_t sc_pickle_run_str_line(sc_machine_t *m, int arg);
sc_status_t sc_pickle_run_text(sc_machine_t *m, int width);
sc_status_t sc_pickle_run_text_line(sc_machine_t *m, int arg);
sc_status_t sc_pickle_run_bytes(sc_machine_t *m, int width);
sc_status_t sc_pickle_run_bytearray(sc_machine_t *m, int width);

#endif
