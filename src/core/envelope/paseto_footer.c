/* SPDX-License-Identifier: Apache-2.0 */
/* The kid in a PASETO footer. A footer that is not a JSON object has none; an object that
 * is too long, too deep or has too many members is refused. */
#include "core/base/chars.h"
#include "core/envelope/paseto_footer.h"

static bool footer_is_object(sc_bytes_t footer)
{
    apr_size_t i = 0;

    while (i < footer.n && sc_char_is_blank(footer.p[i]))
        i++;
    return i < footer.n && footer.p[i] == '{';
}

static sc_status_t footer_parse(sc_doc_t **doc, sc_bytes_t footer, apr_pool_t *p)
{
    static const sc_limits_t limits = {SC_FOOTER_MAX, SC_FOOTER_MAX, SC_FOOTER_DEPTH,
                                       SC_FOOTER_MEMBERS};

    if (footer.n > SC_FOOTER_MAX) return SC_TOO_LARGE;
    return footer_is_object(footer) ? sc_doc_parse(doc, footer, false, &limits, p)
                                    : SC_MALFORMED;
}

sc_status_t sc_footer_kid(sc_bytes_t *kid, sc_bytes_t footer, apr_pool_t *p)
{
    const sc_value_t *value;
    sc_doc_t *doc;
    sc_status_t st = footer_parse(&doc, footer, p);

    if (st && st != SC_MALFORMED) return st;
    *kid = sc_bytes(NULL, 0);
    if (!st && sc_doc_find(&value, doc, "kid") && sc_value_type(value) == SC_STRING)
        *kid = sc_value_string(value);
    return SC_OK;
}

sc_status_t sc_footer_name(sc_bytes_t *to, sc_bytes_t footer, const char *kid,
                           apr_pool_t *p)
{
    const sc_bytes_t name = sc_bytes_str("kid");
    sc_bytes_t written;
    sc_doc_t *doc;
    sc_status_t st = footer_parse(&doc, footer, p);

    if (st) return st;
    if (kid)
        sc_doc_put(doc, name, sc_value_make_string(sc_bytes_str(kid)));
    else
        sc_doc_remove(doc, name);
    /* Characters written as \u escapes take more bytes: too many to be read again? */
    written = sc_doc_write(doc, SC_TAGGED, SC_COMPACT, p);
    st = footer_parse(&doc, written, p);
    if (!st) *to = written;
    return st;
}
