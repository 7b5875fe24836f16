/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PICKLE_MACHINE_H
#define SC_PICKLE_MACHINE_H

#include <apr_tables.h>
#include "core/serializer/pickle.h"

/* Between the pickle files alone. pickle.c reads the opcodes and makes scalars,
 * pickle_stack.c has the stack, the containers and the memo, pickle_text.c what an opcode
 * spells out, pickle_value.c turns the result into a value. */

typedef enum {
    SC_P_NONE,
    SC_P_BOOL,
    SC_P_NUMBER, /* bytes: JSON text */
    SC_P_TEXT,   /* bytes: UTF-8, lone surrogates as three bytes */
    SC_P_BYTES,
    SC_P_BYTEARRAY,
    SC_P_LIST,
    SC_P_TUPLE,
    SC_P_SET,
    SC_P_FROZENSET,
    SC_P_DICT
} sc_pickle_kind_t;

typedef struct sc_pickle_t sc_pickle_t;

/* An object while the pickle is read. Shared and circular references are pointers in a
 * pool: nobody counts them, nothing leaks. */
struct sc_pickle_t {
    sc_pickle_kind_t kind;
    int truth;
    int hashable; /* may be a member of a set or a dict's key */
    int busy;     /* being written: met again, it contains itself */
    sc_bytes_t bytes;
    apr_array_header_t *items; /* sc_pickle_item_t */
};

/* An element, or a dict's member. */
typedef struct {
    sc_bytes_t name;
    sc_pickle_t *value;
} sc_pickle_item_t;

/* Decimal text of an int: little-endian two's complement. TOO_LARGE past the 4300 digits
 * that Python itself writes. */
sc_status_t sc_pickle_long(sc_bytes_t *text, sc_bytes_t in, apr_pool_t *p) SC_CHECK;

/* The same from its decimal text. */
sc_status_t sc_pickle_int(sc_bytes_t *text, sc_bytes_t in, apr_pool_t *p) SC_CHECK;

/* JSON text of a float as Python's repr has it, and of a float's own text. */
sc_bytes_t sc_pickle_double(double d, apr_pool_t *p);
sc_status_t sc_pickle_float(sc_bytes_t *text, sc_bytes_t in, apr_pool_t *p) SC_CHECK;

/* A quoted Python 2 str ('it\'s\n'): its bytes. */
sc_status_t sc_pickle_repr(sc_bytes_t *bytes, sc_bytes_t in, apr_pool_t *p) SC_CHECK;

/* raw-unicode-escape: Latin-1 with \uXXXX and \UXXXXXXXX. */
sc_status_t sc_pickle_escaped(sc_bytes_t *text, sc_bytes_t in, apr_pool_t *p) SC_CHECK;

/* UTF-8 that may hold surrogates; pairs of them become one character. */
sc_status_t sc_pickle_utf8(sc_bytes_t *text, sc_bytes_t in, apr_pool_t *p) SC_CHECK;

/* The object as a value within `left`. */
sc_status_t sc_pickle_value(sc_value_t **value, sc_limits_t *left, sc_pickle_t *object,
                            apr_pool_t *p) SC_CHECK;

/* The machine while it runs. */
typedef struct {
    sc_bytes_t in; /* what is still to be read */
    apr_size_t size;
    int most; /* elements of a container */
    int stopped;
    apr_array_header_t *stack; /* sc_pickle_t * */
    apr_array_header_t *marks; /* int: the stack's height at a MARK */
    apr_array_header_t *memo;  /* sc_pickle_t *, NULL where nothing was put */
    int memoized;
    apr_pool_t *p;
} sc_machine_t;

/* Reads a little-endian number of that many bytes, or a line of decimal digits. */
sc_status_t sc_machine_number(apr_uint64_t *number, sc_machine_t *m, int width) SC_CHECK;
sc_status_t sc_machine_index(apr_uint64_t *index, sc_machine_t *m) SC_CHECK;

/* A new object; the object on top above the last MARK, or NULL. */
sc_pickle_t *sc_machine_make(sc_machine_t *m, sc_pickle_kind_t kind);
sc_pickle_t *sc_machine_top(const sc_machine_t *m);
sc_status_t sc_machine_push(sc_machine_t *m, sc_pickle_t *object);

/* Opcodes, named for their groups: EMPTY_*; TUPLE LIST DICT FROZENSET; TUPLE1 to 3;
 * APPEND SETITEM; APPENDS SETITEMS ADDITEMS; … */
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
