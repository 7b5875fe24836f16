/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_SCAN_IMPL_H
#define SC_SCAN_IMPL_H

#include "core/body/scanner.h"

/* What the files of this folder share. */

/* Room after a value for what may still turn out to be a multipart delimiter: CRLF,
 * "--", the boundary, transport padding, CRLF. */
#define SCAN_BOUNDARY_MAX 200
#define SCAN_PADDING_MAX  16
#define SCAN_SLACK        (4 + SCAN_BOUNDARY_MAX + SCAN_PADDING_MAX + 4)

struct sc_scanner_t {
    sc_scan_answer_t (*push)(sc_scanner_t *scanner, sc_bytes_t bytes);
    sc_scan_answer_t (*end)(sc_scanner_t *scanner);
    sc_scan_answer_t answer;
    int begun; /* a byte was pushed */
    int nnames;
    const char *const *names;
    apr_size_t name_n;  /* SC_SCAN_NAME_MAX + 1: too long to be one of ours */
    apr_size_t value_n; /* up to SC_SCAN_VALUE_MAX + SCAN_SLACK */
    unsigned char name[SC_SCAN_NAME_MAX];
    unsigned char value[SC_SCAN_VALUE_MAX + SCAN_SLACK];
};

/* One more byte of the name. */
void sc_scan_name_put(sc_scanner_t *scanner, unsigned char c);

/* One more byte of the value: MORE, or BAD when it is too long. */
sc_scan_answer_t sc_scan_value_put(sc_scanner_t *scanner, unsigned char c) SC_CHECK;

/* Whether the name is one that is looked for. */
bool sc_scan_name_wanted(const sc_scanner_t *scanner);

/* Each makes its kind; the fields above are filled by sc_scanner_make. */
sc_scanner_t *sc_scan_form_make(apr_pool_t *p);
sc_scanner_t *sc_scan_json_make(apr_pool_t *p);
/* NULL when the Content-Type's parameters have no usable boundary. */
sc_scanner_t *sc_scan_multipart_make(sc_bytes_t parameters, apr_pool_t *p);

#endif
