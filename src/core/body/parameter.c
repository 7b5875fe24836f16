/* SPDX-License-Identifier: Apache-2.0 */
/* The parameters of a MIME header, Content-Type's and Content-Disposition's, and what
 * stands before them. */
#include "core/body/parameter.h"
#include "core/base/chars.h"

sc_bytes_t sc_media_type(sc_bytes_t content_type)
{
    apr_ssize_t semicolon = sc_bytes_index(content_type, ';');

    if (semicolon >= 0) content_type.n = (apr_size_t)semicolon;
    return sc_bytes_trimmed(content_type);
}

static apr_size_t skip_space(sc_bytes_t text, apr_size_t at)
{
    while (at < text.n && sc_char_is_blank(text.p[at]))
        at++;
    return at;
}

/* The inside of a quoted string that opens before `at`: the offset after its closing
 * quote, 0 when it is not closed. */
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

sc_parameter_t sc_parameter_next(sc_bytes_t *name, sc_bytes_t *value, apr_size_t *at,
                                 sc_bytes_t text, unsigned char *room)
{
    apr_size_t i = skip_space(text, *at), start;

    /* "form-data; ; name=x" and a trailing ";" are seen in the wild. */
    while (i < text.n && text.p[i] == ';')
        i = skip_space(text, i + 1);
    if (i == text.n) return SC_PARAMETER_END;

    for (start = i; i < text.n && sc_char_is_token(text.p[i]);)
        i++;
    *name = sc_bytes(text.p + start, i - start);
    i = skip_space(text, i);
    if (name->n == 0 || i == text.n || text.p[i] != '=') return SC_PARAMETER_BAD;
    i = skip_space(text, i + 1);

    if (i < text.n && text.p[i] == '"') {
        i = unquote(value, i + 1, text, room);
        if (i == 0) return SC_PARAMETER_BAD;
    }
    else {
        for (start = i; i < text.n && text.p[i] != ';' && !sc_char_is_blank(text.p[i]);)
            i++;
        *value = sc_bytes(text.p + start, i - start);
    }
    i = skip_space(text, i);
    if (i < text.n && text.p[i] != ';') return SC_PARAMETER_BAD;
    *at = i;
    return SC_PARAMETER_FOUND;
}
