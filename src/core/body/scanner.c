/* SPDX-License-Identifier: Apache-2.0 */
/* Body scanners: which one a Content-Type asks for, and what they share. Refused: types
 * that hold no fields, multipart/form-data without a boundary. */
#include "core/body/scanner_private.h"
#include "core/base/chars.h"

bool sc_scan_is(sc_bytes_t text, const char *word)
{
    return sc_bytes_eq_nocase(text, sc_bytes_str(word));
}

void sc_scan_name_put(sc_scanner_t *scanner, unsigned char c)
{
    if (scanner->name_n < SC_SCAN_NAME_MAX)
        scanner->name[scanner->name_n++] = c;
    else
        scanner->name_n = SC_SCAN_NAME_MAX + 1;
}

bool sc_scan_name_wanted(const sc_scanner_t *scanner)
{
    int i;

    if (scanner->name_n > SC_SCAN_NAME_MAX) return false;
    for (i = 0; i < scanner->nnames; i++)
        if (sc_bytes_eq(sc_bytes(scanner->name, scanner->name_n),
                        sc_bytes_str(scanner->names[i])))
            return true;
    return false;
}

static apr_size_t skip_space(sc_bytes_t text, apr_size_t at)
{
    while (at < text.n && sc_char_is_blank(text.p[at]))
        at++;
    return at;
}

/* The inside of a quoted string that opens before `at`: the offset behind its closing
 * quote, 0 when there is none. */
static apr_size_t unquote(sc_bytes_t *value, apr_size_t at, sc_bytes_t text,
                          unsigned char *room)
{
    apr_size_t n = 0;

    for (; at < text.n && text.p[at] != '"'; at++) {
        if (text.p[at] == '\\' && at + 1 < text.n &&
            (text.p[at + 1] == '"' || text.p[at + 1] == '\\'))
            at++;
        room[n++] = text.p[at];
    }
    if (at >= text.n) return 0;
    *value = sc_bytes(room, n);
    return at + 1;
}

int sc_scan_parameter(sc_bytes_t *name, sc_bytes_t *value, apr_size_t *at,
                      sc_bytes_t text, unsigned char *room)
{
    apr_size_t i = skip_space(text, *at), start;

    /* "form-data; ; name=x" and a trailing ";" are seen in the wild. */
    while (i < text.n && text.p[i] == ';')
        i = skip_space(text, i + 1);
    if (i == text.n) return 0;

    for (start = i; i < text.n && sc_char_is_token(text.p[i]);)
        i++;
    *name = sc_bytes(text.p + start, i - start);
    i = skip_space(text, i);
    if (name->n == 0 || i == text.n || text.p[i] != '=') return -1;
    i = skip_space(text, i + 1);

    if (i < text.n && text.p[i] == '"') {
        i = unquote(value, i + 1, text, room);
        if (i == 0) return -1;
    }
    else {
        for (start = i; i < text.n && text.p[i] != ';' && !sc_char_is_blank(text.p[i]);)
            i++;
        *value = sc_bytes(text.p + start, i - start);
    }
    i = skip_space(text, i);
    if (i < text.n && text.p[i] != ';') return -1;
    *at = i;
    return 1;
}

/* "application/json", "application/problem+json". */
static bool is_json(sc_bytes_t type)
{
    static const char prefix[] = "application/", suffix[] = "+json";
    apr_size_t front = sizeof(prefix) - 1, back = sizeof(suffix) - 1;

    if (sc_scan_is(type, "application/json")) return true;
    return type.n > front + back && sc_scan_is(sc_bytes(type.p, front), prefix) &&
           sc_scan_is(sc_bytes_from(type, type.n - back), suffix);
}

sc_status_t sc_scanner_make(sc_scanner_t **scanner, sc_bytes_t content_type,
                            const char *const *names, int nnames, apr_pool_t *p)
{
    apr_ssize_t semicolon = sc_bytes_index(content_type, ';');
    apr_size_t end = semicolon < 0 ? content_type.n : (apr_size_t)semicolon;
    apr_size_t start = skip_space(content_type, 0);
    sc_scanner_t *made;
    sc_bytes_t type;

    while (end > start && sc_char_is_blank(content_type.p[end - 1]))
        end--;
    if (start >= end) return SC_UNSUPPORTED;
    type = sc_bytes(content_type.p + start, end - start);

    if (sc_scan_is(type, "application/x-www-form-urlencoded")) {
        made = sc_scan_form_make(p);
    }
    else if (is_json(type)) {
        made = sc_scan_json_make(p);
    }
    else if (sc_scan_is(type, "multipart/form-data")) {
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

sc_scan_t sc_scanner_push(sc_scanner_t *scanner, sc_bytes_t bytes)
{
    if (scanner->answer == SC_SCAN_MORE && bytes.n) {
        scanner->begun = 1;
        scanner->answer = scanner->push(scanner, bytes);
    }
    return scanner->answer;
}

sc_scan_t sc_scanner_end(sc_scanner_t *scanner)
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
