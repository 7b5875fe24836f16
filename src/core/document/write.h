/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_DOCUMENT_WRITE_H
#define SC_DOCUMENT_WRITE_H

#include "core/document/value.h"

/* How JSON is written: {"a":1,"b":2} or {"a": 1, "b": 2}. Always ASCII, \u escapes. */
typedef enum { SC_COMPACT, SC_SPACED } sc_spacing_t;

/* A value as JSON text. A NUL follows it that does not count. */
sc_bytes_t sc_value_write(const sc_value_t *value, sc_spacing_t spacing, apr_pool_t *p);

/* The same, but objects that only look like a tag are wrapped as Flask does: {" t":1}
 * becomes {" di":{" t__":1}}. */
sc_bytes_t sc_value_write_guarded(const sc_value_t *value, sc_spacing_t spacing,
                                  apr_pool_t *p);

#endif
