/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PICKLE_OBJECT_H
#define SC_PICKLE_OBJECT_H

#include "core/base/bytes.h"
#include <apr_tables.h>
#include <stdbool.h>

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
 * pool: they are not counted, and nothing leaks. */
struct sc_pickle_t {
    sc_pickle_kind_t kind;
    bool truth;
    bool hashable; /* may be a member of a set or a dict's key */
    bool busy;     /* being written: met again, it contains itself */
    sc_bytes_t bytes;
    apr_array_header_t *items; /* sc_pickle_item_t */
};

/* An element, or a dict's member. */
typedef struct {
    sc_bytes_t name;
    sc_pickle_t *value;
} sc_pickle_item_t;

#endif
