/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_JSON_H
#define SC_JSON_H

#include "core/serializer/serializer.h"

/* Plain JSON, written compact: {"a":1,"b":2}. */
extern const sc_serializer_t sc_serializer_json;

/* The same, written with the spaces of Python's json.dumps: {"a": 1, "b": 2}. */
extern const sc_serializer_t sc_serializer_json_spaced;

#endif
