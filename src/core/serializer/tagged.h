/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_TAGGED_H
#define SC_TAGGED_H

#include "core/serializer/serializer.h"

/* Flask's tagged JSON (flask/json/tag.py). */
extern const sc_serializer_t sc_serializer_tagged;

#endif
