/* SPDX-License-Identifier: Apache-2.0 */
/* Chooses the scanner that a Content-Type asks for, and runs it. Refused: types that hold
 * no fields, multipart/form-data without a boundary. */
#include "core/body/scanner_private.h"
#include "core/base/chars.h"
#include "core/body/parameter.h"

/* "application/json", "application/problem+json". */
static bool is_json(sc_bytes_t type)
{
    static const char prefix[] = "application/", suffix[] = "+json";
    apr_size_t front = sizeof(prefix) - 1, back = sizeof(suffix) - 1;

    if (sc_bytes_eq_word(type, "application/json")) return true;
    return type.n > front + back && sc_bytes_eq_word(sc_bytes(type.p, front), prefix) &&
           sc_bytes_eq_word(sc_bytes_from(type, type.n - back), suffix);
}

sc_status_t sc_scanner_make(sc_scanner_t **scanner, sc_bytes_t content_type,
                            const char *const *names, int nnames, apr_pool_t *p)
{
    apr_ssize_t semicolon = sc_bytes_index(content_type, ';');
    sc_bytes_t type = sc_media_type(content_type);
    sc_scanner_t *made;

    if (sc_bytes_eq_word(type, "application/x-www-form-urlencoded")) {
        made = sc_scan_form_make(p);
    }
    else if (is_json(type)) {
        made = sc_scan_json_make(p);
    }
    else if (sc_bytes_eq_word(type, "multipart/form-data")) {
        if (semicolon < 0) return SC_MALFORMED;
        made =
            sc_scan_multipart_make(sc_bytes_from(content_type, (apr_size_t)semicolon), p);
        if (!made) return SC_MALFORMED;
    }
    else {
        return SC_UNSUPPORTED;
    }
    made->names = names;
    made->nnames = nnames;
    *scanner = made;
    return SC_OK;
}

sc_scan_answer_t sc_scanner_push(sc_scanner_t *scanner, sc_bytes_t bytes)
{
    if (scanner->answer == SC_SCAN_MORE && bytes.n) {
        scanner->begun = 1;
        scanner->answer = scanner->push(scanner, bytes);
    }
    return scanner->answer;
}

sc_scan_answer_t sc_scanner_end(sc_scanner_t *scanner)
{
    /* A DELETE may name a Content-Type and send nothing. */
    if (scanner->answer == SC_SCAN_MORE)
        scanner->answer = scanner->begun ? scanner->end(scanner) : SC_SCAN_NONE;
    return scanner->answer;
}

sc_bytes_t sc_scanner_value(const sc_scanner_t *scanner)
{
    return sc_bytes(scanner->value, scanner->value_n);
}
