/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_FIELDS_H
#define SC_FIELDS_H

#include "core/base/bytes.h"

/* The fields of a small body that is there as a whole, or of a query. */
typedef struct sc_fields_t sc_fields_t;

#define SC_FIELDS_MAX 64 /* more are not read */

/* Reads a body by its Content-Type: application/x-www-form-urlencoded, or
 * application/json: an object of strings, numbers and booleans, the latter two as they
 * are written. An empty body of any type has no fields. UNSUPPORTED: another type.
 * MALFORMED: not what the type says; a name that is empty or comes twice (RFC 6749 3.2);
 * an incomplete escape, a NUL, bytes that are not UTF-8; null, an array or an object as a
 * value. TOO_LARGE: too many fields, or JSON of more than one level. */
sc_status_t sc_fields_read(const sc_fields_t **fields, sc_bytes_t content_type,
                           sc_bytes_t body, apr_pool_t *p) SC_CHECK;

/* Reads a query, or a form. */
sc_status_t sc_fields_read_form(const sc_fields_t **fields, sc_bytes_t form,
                                apr_pool_t *p) SC_CHECK;

/* The value of a field, UTF-8 and maybe empty, or NULL: there is none of this name. */
const char *sc_fields_get(const sc_fields_t *fields, const char *name);

#endif
