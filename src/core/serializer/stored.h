/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_STORED_H
#define SC_STORED_H

#include "core/serializer/serializer.h"

/* What Flask-Session has stored: MessagePack, JSON or a pickle of plain data, told apart
 * by their first byte. Opens only. */
extern const sc_serializer_t sc_serializer_stored;

#endif
