/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_DOCUMENT_VALUE_H
#define SC_DOCUMENT_VALUE_H

#include "core/base/bytes.h"
#include <stdbool.h>

/* A JSON value. It lives as long as the document or the value that it is in. NULL is JSON
 * null. */
typedef struct json_object sc_value_t;

typedef enum { SC_NULL, SC_BOOL, SC_NUMBER, SC_STRING, SC_ARRAY, SC_OBJECT } sc_type_t;

sc_type_t sc_value_type(const sc_value_t *value);

/* A string's bytes (UTF-8, lone surrogates as three bytes each); not copied. A NUL
 * follows that does not count. Empty when the value is not a string. */
sc_bytes_t sc_value_string(const sc_value_t *value);

/* An array's length and elements; 0 and NULL for others. */
int sc_value_length(const sc_value_t *array);
const sc_value_t *sc_value_at(const sc_value_t *array, int i);

/* Finds an object's member by its exact name. */
bool sc_value_member(const sc_value_t **value, const sc_value_t *object, sc_bytes_t name);

/* --- building; every function returns a new value that the caller owns until it is put
 * somewhere or released --- */

sc_value_t *sc_value_make_string(sc_bytes_t text);
sc_value_t *sc_value_make_int(apr_int64_t number);
/* A number of any length from its JSON text, whose syntax the caller has checked. */
sc_value_t *sc_value_make_number(sc_bytes_t text);
sc_value_t *sc_value_make_bool(bool truth);
sc_value_t *sc_value_make_array(void);
sc_value_t *sc_value_make_object(void);
/* Takes over the element, or the member's value; a member of that name is replaced. */
void sc_value_append(sc_value_t *array, sc_value_t *element);
void sc_value_put(sc_value_t *object, sc_bytes_t name, sc_value_t *value);
/* Another reference; releases one. For values that one thread alone has. */
sc_value_t *sc_value_ref(const sc_value_t *value);
/* A value of its own, with all that is in it. */
sc_value_t *sc_value_copy(const sc_value_t *value);
void sc_value_release(sc_value_t *value);

/* About how many bytes of memory a value takes, with all that is in it. */
apr_size_t sc_value_weight(const sc_value_t *value);

#endif
