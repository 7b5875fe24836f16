/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_SCAN_H
#define SC_SCAN_H

#include "core/base/bytes.h"

/* Body scanners look for a token field in a request body that passes by. A scanner is
 * pushed the body in pieces of any size, keeps nothing but a name and a value, and
 * answers the same however the body was cut.
 *
 * Of several fields of these names the first in the body wins, an empty one too: a page
 * puts its token before what the visitor types. Names are compared exactly, after the
 * body's own escapes are undone. */

#define SC_SCAN_NAME_MAX  255  /* a longer name is not looked for */
#define SC_SCAN_VALUE_MAX 4096 /* a longer token is BAD */

typedef enum {
    SC_SCAN_MORE,  /* not decided yet */
    SC_SCAN_FOUND, /* sc_scanner_value() has it; the rest of the body was not looked at */
    SC_SCAN_NONE,  /* the body holds none */
    SC_SCAN_BAD /* the body is not what its Content-Type says, or the value is too long */
} sc_scan_answer_t;

typedef struct sc_scanner_t sc_scanner_t;

/* The scanner for a Content-Type: application/x-www-form-urlencoded, multipart/form-data,
 * application/json and application/…+json. UNSUPPORTED: another type, whose body holds no
 * field. MALFORMED: multipart/form-data without a usable boundary. The names live as long
 * as the scanner does. */
sc_status_t sc_scanner_make(sc_scanner_t **scanner, sc_bytes_t content_type,
                            const char *const *names, int nnames, apr_pool_t *p) SC_CHECK;

/* The next bytes. Any answer but MORE is final: what is pushed later changes nothing. */
sc_scan_answer_t sc_scanner_push(sc_scanner_t *scanner, sc_bytes_t bytes) SC_CHECK;

/* The body has ended: FOUND, NONE or BAD. A body without a byte is NONE. */
sc_scan_answer_t sc_scanner_end(sc_scanner_t *scanner) SC_CHECK;

/* The value after FOUND; it lives in the scanner. */
sc_bytes_t sc_scanner_value(const sc_scanner_t *scanner);

#endif
