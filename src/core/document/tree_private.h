/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_DOCUMENT_TREE_PRIVATE_H
#define SC_DOCUMENT_TREE_PRIVATE_H

#include "core/document/value.h"
#include <json-c/json.h>

/* How a value is kept in a json-c object, for the files of this folder alone:
 *
 * - an integer that fits 64 bits is an int; any other number (floats, NaN, -0, longer
 * integers) is a "double" that carries its JSON text, since json-c would round or
 * saturate it;
 * - a string is its bytes, a lone surrogate three of them (ED A0 80 is \ud800);
 * - a member's name is json-c's key, in which NUL is C0 80 (name.h);
 * - null is a NULL pointer. */

/* The text of a number that is not an int: a "double". */
static inline sc_bytes_t sc_number_text(const sc_value_t *number)
{
    return sc_bytes_str(json_object_get_userdata((sc_value_t *)(apr_uintptr_t)number));
}

/* The table behind an object; json-c's accessor takes no const. */
static inline struct lh_table *sc_table(const sc_value_t *object)
{
    return json_object_get_object((sc_value_t *)(apr_uintptr_t)object);
}

static inline const char *sc_entry_key(const struct lh_entry *entry)
{
    return entry->k;
}

static inline sc_value_t *sc_entry_value(const struct lh_entry *entry)
{
    return (sc_value_t *)(apr_uintptr_t)entry->v;
}

#endif
