/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_DOCUMENT_POINTER_H
#define SC_DOCUMENT_POINTER_H

#include "core/document/value.h"

/* Finds the value that a JSON Pointer (RFC 6901: "/a/0") names inside `root`. */
bool sc_pointer_find(const sc_value_t **value, const sc_value_t *root,
                     const char *pointer);

#endif
