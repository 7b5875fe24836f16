/* SPDX-License-Identifier: Apache-2.0 */
/* The body scanners: the first byte picks the kind, the second its cuts,
 * the rest is the body. One answer whole and in pieces; a value that is found is one that
 * may be. */
#include "fuzz.h"
#include "core/body/scanner.h"

static sc_scan_answer_t scan(sc_scanner_t **scanner, const char *type, sc_bytes_t body,
                             unsigned *cuts, apr_pool_t *p)
{
    static const char *const names[] = {"csrf_token", "t"};
    sc_scan_answer_t answer;
    apr_size_t n;

    must(sc_scanner_make(scanner, sc_bytes_str(type), names, 2, p) == SC_OK);
    while (body.n) {
        n = cuts ? fuzz_piece(cuts) : body.n;
        if (n > body.n) n = body.n;
        answer = sc_scanner_push(*scanner, sc_bytes(body.p, n));
        body = sc_bytes_from(body, n);
        if (answer != SC_SCAN_MORE) return answer;
    }
    return sc_scanner_end(*scanner);
}

void fuzz_start(apr_pool_t *p)
{
    (void)p;
}

void fuzz_try(sc_bytes_t body, apr_pool_t *p)
{
    static const char *const types[] = {
        "application/x-www-form-urlencoded", "application/json",
        "multipart/form-data; boundary=B", "multipart/form-data; boundary=\"a b\""};
    const char *type = types[fuzz_byte(&body) % 4];
    unsigned cuts = fuzz_byte(&body);
    sc_scanner_t *whole, *pieces;
    sc_scan_answer_t answer = scan(&whole, type, body, NULL, p);

    must(answer == scan(&pieces, type, body, &cuts, p) && answer != SC_SCAN_MORE);
    if (answer != SC_SCAN_FOUND) return;
    must(sc_bytes_eq(sc_scanner_value(whole), sc_scanner_value(pieces)));
    must(sc_scanner_value(whole).n <= SC_SCAN_VALUE_MAX);
}
