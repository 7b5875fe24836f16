/* SPDX-License-Identifier: Apache-2.0 */
/* The body scanners: the first byte picks the kind, the second the size of the pieces,
 * the rest is the body. One answer whole and in pieces; a value that is found is one that
 * may be. */
#include "core/body/scanner.h"

#include <apr_general.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static sc_scan_answer_t scan(sc_scanner_t **scanner, const char *type, sc_bytes_t body,
                             apr_size_t step, apr_pool_t *p)
{
    static const char *const names[] = {"csrf_token", "t"};
    sc_scan_answer_t answer;
    apr_size_t n;

    if (sc_scanner_make(scanner, sc_bytes_str(type), names, 2, p) != SC_OK) abort();
    while (body.n) {
        n = step < body.n ? step : body.n;
        answer = sc_scanner_push(*scanner, sc_bytes(body.p, n));
        body = sc_bytes_from(body, n);
        if (answer != SC_SCAN_MORE) return answer;
    }
    return sc_scanner_end(*scanner);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const types[] = {
        "application/x-www-form-urlencoded", "application/json",
        "multipart/form-data; boundary=B", "multipart/form-data; boundary=\"a b\""};
    sc_scanner_t *whole, *pieces;
    sc_scan_answer_t answer;
    sc_bytes_t body;
    apr_pool_t *p;

    if (size < 2) return 0;
    body = sc_bytes(data + 2, size - 2);
    apr_initialize();
    apr_pool_create(&p, NULL);
    answer = scan(&whole, types[data[0] % 4], body, body.n, p);
    if (answer != scan(&pieces, types[data[0] % 4], body, data[1] % 16 + 1U, p)) abort();
    if (answer == SC_SCAN_MORE) abort();
    if (answer == SC_SCAN_FOUND) {
        if (!sc_bytes_eq(sc_scanner_value(whole), sc_scanner_value(pieces))) abort();
        if (sc_scanner_value(whole).n > SC_SCAN_VALUE_MAX) abort();
    }
    apr_pool_destroy(p);
    return 0;
}
