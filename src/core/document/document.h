/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_DOCUMENT_H
#define SC_DOCUMENT_H

#include "core/base/bytes.h"

/* A session's contents: a JSON object whose members keep their type and order, integers
 * of any length, names with NUL, lone surrogates. Only document*.c call json-c.
 *
 * A document may carry Flask's type tags (flask/json/tag.py): one-member objects such as
 * {" t":[1,2]}. It then has two faces: the tagged one, which is sealed again as it came,
 * and the plain one, tags resolved, which everybody else sees: tuple -> array, bytes ->
 * base64 text, Markup -> text, UUID -> its 36 characters, datetime -> its HTTP date, and
 * an object that only looked like a tag -> that object. Without tags the two are the
 * same. */
typedef struct sc_doc_t sc_doc_t;

/* A value inside a document; it lives as long as the document. NULL is JSON null. */
typedef struct json_object sc_value_t;

typedef enum { SC_NULL, SC_BOOL, SC_NUMBER, SC_STRING, SC_ARRAY, SC_OBJECT } sc_type_t;

/* Which face is meant. */
typedef enum { SC_PLAIN, SC_TAGGED } sc_face_t;

/* How JSON is written: {"a":1,"b":2} or {"a": 1, "b": 2}. Always ASCII, \u escapes. */
typedef enum { SC_COMPACT, SC_SPACED } sc_spacing_t;

/* Reads JSON text as Python's json.loads would, bounded by the limits (bytes are the
 * caller's matter): strict RFC 8259 plus NaN, Infinity, -Infinity; well-formed UTF-8;
 * lone \ud800 escapes kept; of duplicate members the last counts; integers of more than
 * 4300 digits refused. MALFORMED when it is not JSON or not an object, TOO_LARGE past the
 * limits. `tagged`: tags mean something here. */
sc_status_t sc_doc_parse(sc_doc_t **doc, sc_bytes_t json, int tagged,
                         const sc_limits_t *limits, apr_pool_t *p) SC_CHECK;

/* The same for a text that may be any JSON value: a string, a number, null (*value NULL).
 * The value lives as long as the pool. */
sc_status_t sc_value_parse(sc_value_t **value, sc_bytes_t json, const sc_limits_t *limits,
                           apr_pool_t *p) SC_CHECK;

/* An empty document. */
sc_doc_t *sc_doc_make(int tagged, apr_pool_t *p);

/* A copy that can be changed without touching the first. */
sc_doc_t *sc_doc_dup(const sc_doc_t *doc, apr_pool_t *p);

/* The document as JSON text. On the tagged face of a document without tags, objects that
 * would read as a tag are wrapped as Flask does: {" t":1} becomes {" di":{" t__":1}}. */
sc_bytes_t sc_doc_write(const sc_doc_t *doc, sc_face_t face, sc_spacing_t spacing,
                        apr_pool_t *p);

/* A value as JSON text. */
sc_bytes_t sc_value_write(const sc_value_t *value, sc_spacing_t spacing, apr_pool_t *p);

/* Finds a value on the plain face: a member's name, or a JSON Pointer (RFC 6901) when
 * path starts with "/". 1 when it is there; *value may then be NULL, which is null. */
int sc_doc_find(const sc_value_t **value, const sc_doc_t *doc, const char *path);

/* Calls `each` for the top-level members of a face in order, until it answers non-zero,
 * which is returned. The name may hold NUL; it is good during the call only. */
int sc_doc_each(const sc_doc_t *doc, sc_face_t face,
                int (*each)(void *baton, sc_bytes_t name, const sc_value_t *value),
                void *baton);

/* Number of top-level members. */
int sc_doc_size(const sc_doc_t *doc);

/* --- values --- */

sc_type_t sc_value_type(const sc_value_t *value);

/* A string's bytes (UTF-8, lone surrogates as three bytes each); not copied. Empty when
 * it is no string. */
sc_bytes_t sc_value_string(const sc_value_t *value);

/* A value as text for an environment variable: a string as is, numbers and booleans as
 * JSON, an array of scalars joined by `delimiter`, anything else as JSON. 0 for null. */
int sc_value_text(sc_bytes_t *text, const sc_value_t *value, const char *delimiter,
                  apr_pool_t *p);

/* An integer that fits: 1, else 0 (no integer, or out of range). */
int sc_value_int(apr_int64_t *number, const sc_value_t *value);

/* A number as Python's float() has it, whatever the locale; true is 1. 0 for NaN and for
 * what is no number. */
int sc_value_double(double *number, const sc_value_t *value);

/* An array's length and elements; 0 and NULL for others. */
int sc_value_length(const sc_value_t *array);
const sc_value_t *sc_value_at(const sc_value_t *array, int i);

/* An object's member by exact name: 1 when it is there. */
int sc_value_member(const sc_value_t **value, const sc_value_t *object, sc_bytes_t name);

/* --- building; every function answers a new value that the caller owns until it is put
 * somewhere or released --- */

sc_value_t *sc_value_make_string(sc_bytes_t text);
sc_value_t *sc_value_make_int(apr_int64_t number);
/* A number from its JSON text (the caller vouches for the syntax): any length. */
sc_value_t *sc_value_make_number(sc_bytes_t text);
sc_value_t *sc_value_make_bool(int truth);
sc_value_t *sc_value_make_array(void);
sc_value_t *sc_value_make_object(void);
/* Takes over the element, or the member's value; a member of that name is replaced. */
void sc_value_append(sc_value_t *array, sc_value_t *element);
void sc_value_put(sc_value_t *object, sc_bytes_t name, sc_value_t *value);
/* Another reference; releases one. */
sc_value_t *sc_value_ref(const sc_value_t *value);
void sc_value_release(sc_value_t *value);

/* Puts a top-level member on both faces (the value is as on the tagged face); takes it
 * over. An existing member keeps its place. */
void sc_doc_put(sc_doc_t *doc, sc_bytes_t name, sc_value_t *value);
void sc_doc_remove(sc_doc_t *doc, sc_bytes_t name);

/* A document around an object value, which is taken over and released with the pool. */
sc_doc_t *sc_doc_wrap(sc_value_t *object, int tagged, apr_pool_t *p);

#endif
