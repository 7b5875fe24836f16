/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_DOCUMENT_NAME_H
#define SC_DOCUMENT_NAME_H

#include "core/base/bytes.h"

/* Names of members. In json-c a name is a C string, so a NUL in it is kept as C0 80,
 * which no valid UTF-8 holds. */

/* A name as json-c's key, on the stack when it is short. Close it after use. */
typedef struct {
    const char *z;
    char *heap;
    char small[120];
} sc_name_t;

void sc_name_open(sc_name_t *key, sc_bytes_t name);
void sc_name_close(sc_name_t *key);

/* The name that json-c's key stands for: the key itself, or where it holds a NUL a copy
 * in `room`, valid until that is closed. */
sc_bytes_t sc_name_text(sc_name_t *room, const char *key);

#endif
