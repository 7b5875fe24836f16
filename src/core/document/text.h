/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_DOCUMENT_TEXT_H
#define SC_DOCUMENT_TEXT_H

#include "core/document/value.h"

/* A value as text for an environment variable: a string as is, numbers and booleans as
 * JSON, an array of scalars joined by `delimiter`, anything else as JSON. False for null,
 * which has no text. A NUL follows it that does not count; it lives as long as the value
 * and the pool. */
bool sc_value_text(sc_bytes_t *text, const sc_value_t *value, const char *delimiter,
                   apr_pool_t *p);

#endif
