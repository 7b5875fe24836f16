/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOL_PRINT_H
#define TOOL_PRINT_H

#include <stdbool.h>
#include <stdio.h>
#include "core/document/document.h"

/* Writes a text as a JSON string. */
void tool_put_string(FILE *to, sc_bytes_t text, apr_pool_t *p);

/* What a token held, for printing. */
typedef struct {
    const char *key;   /* the id of the key that opened it, or NULL */
    apr_time_t issued; /* SC_NEVER where it does not say */
    apr_time_t expires;
    sc_bytes_t footer;   /* p is NULL where there is none */
    int version;         /* PASETO, unverified: 1 to 4; else 0 */
    const char *purpose; /* with version */
    const sc_doc_t *doc; /* NULL: cannot be seen (encrypted) */
    sc_face_t face;      /* what --tagged shows: tags, where the format has them */
} tool_found_t;

/* Prints the one line of decode for a token that was opened. */
void tool_put_session(const tool_found_t *found, const char *status, const char *format,
                      bool tagged, apr_pool_t *p);

/* Prints {"status":…,"format":…} and a newline. */
void tool_put_refusal(sc_status_t status, const char *format);

#endif
