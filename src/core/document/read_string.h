/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_DOCUMENT_READ_STRING_H
#define SC_DOCUMENT_READ_STRING_H

#include "core/base/bytes.h"
#include <stdbool.h>

/* How far the JSON reader is. */
typedef struct {
    const unsigned char *at;
    const unsigned char *end;
    int depth;   /* levels left */
    int members; /* members and elements left */
    bool spaced; /* a member's name began with a space */
    bool exact;  /* so far, the writer would write what was read */
    apr_pool_t *pool;
    apr_size_t size;        /* of the whole text: no string in it is longer */
    unsigned char *scratch; /* so much and a NUL, once something needs it */
} sc_reader_t;

/* Takes the byte c, when it is next. */
static inline bool sc_reader_take(sc_reader_t *r, char c)
{
    if (r->at == r->end || *r->at != (unsigned char)c) return false;
    r->at++;
    return true;
}

/* Room for a string, or a number, that cannot stay where it is in the input. */
unsigned char *sc_reader_scratch(sc_reader_t *r);

/* Reads the rest of a string, after its first quote. The text lies in the input when it
 * holds no escape, else in the scratch memory. `name`: NUL becomes C0 80, as name.h says.
 */
sc_status_t sc_reader_text(sc_bytes_t *text, sc_reader_t *r, bool name) SC_CHECK;

#endif
