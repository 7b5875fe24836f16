/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PICKLE_STACK_H
#define SC_PICKLE_STACK_H

#include "core/serializer/pickle_object.h"

/* The machine while it runs. */
typedef struct {
    sc_bytes_t in;   /* what is still to be read */
    apr_size_t size; /* bytes of the whole pickle */
    int most;        /* elements that a container may have */
    bool stopped;
    apr_array_header_t *stack; /* sc_pickle_t * */
    apr_array_header_t *marks; /* int: the stack's height at a MARK */
    apr_array_header_t *memo;  /* sc_pickle_t *, NULL where nothing was put */
    int memoized;
    apr_pool_t *p;
} sc_machine_t;

/* A new object; the object on top above the last MARK, or NULL. */
sc_pickle_t *sc_machine_make(sc_machine_t *m, sc_pickle_kind_t kind);
sc_pickle_t *sc_machine_top(const sc_machine_t *m);
sc_status_t sc_machine_push(sc_machine_t *m, sc_pickle_t *object);

/* Opcodes, named for their groups: EMPTY_*; TUPLE LIST DICT FROZENSET; TUPLE1 to 3;
 * APPEND SETITEM; APPENDS SETITEMS ADDITEMS; the rest by their own names. `width` is the
 * size of an index in bytes, 0 for a line of digits. */
sc_status_t sc_machine_empty(sc_machine_t *m, int kind);
sc_status_t sc_machine_collect(sc_machine_t *m, int kind);
sc_status_t sc_machine_tuple(sc_machine_t *m, int n);
sc_status_t sc_machine_add(sc_machine_t *m, int kind);
sc_status_t sc_machine_add_marked(sc_machine_t *m, int kind);
sc_status_t sc_machine_mark(sc_machine_t *m, int arg);
sc_status_t sc_machine_pop(sc_machine_t *m, int arg);
sc_status_t sc_machine_pop_mark(sc_machine_t *m, int arg);
sc_status_t sc_machine_dup(sc_machine_t *m, int arg);
sc_status_t sc_machine_put(sc_machine_t *m, int width);
sc_status_t sc_machine_get(sc_machine_t *m, int width);
sc_status_t sc_machine_memoize(sc_machine_t *m, int arg);

#endif
