/* SPDX-License-Identifier: Apache-2.0 */
/* The shortcut past what changes nothing: text, and tags that are whole in one piece,
 * mean nothing to forms, and are written in the usual way. Everything else is left to the
 * tokenizer, byte by byte. Both must agree: the tests cut every page everywhere. */
#include "core/html/html_private.h"

/* The length of the tag name at the front, or 0 when it is unusual or not whole. */
static apr_size_t plain_name(const unsigned char *text, apr_size_t n)
{
    apr_size_t at = 0;

    if (n == 0 || !sc_char_is_letter(text[0])) return 0;
    while (at < n && sc_char_is_alnum(text[at]))
        at++;
    if (at == n) return 0;
    return text[at] == '>' || text[at] == '/' || sc_char_is_html_space(text[at]) ? at : 0;
}

/* text[at] is "=". The offset after the value, or 0 when it is unusual or not whole. */
static apr_size_t plain_value(const unsigned char *text, apr_size_t at, apr_size_t n)
{
    const unsigned char *quote;

    /* Elsewhere than after an attribute's name, "=" begins one. */
    if (!sc_char_is_alnum(text[at - 1]) && text[at - 1] != '-') return 0;
    if (++at == n) return 0;
    if (text[at] == '"' || text[at] == '\'') {
        quote = memchr(text + at + 1, text[at], n - at - 1);
        return quote ? (apr_size_t)(quote - text) + 1 : 0;
    }
    if (sc_char_is_html_space(text[at]) || text[at] == '>') return 0;
    while (at < n && !sc_char_is_html_space(text[at]) && text[at] != '>')
        at++;
    return at < n ? at : 0;
}

/* The length of the tag at the front, or 0 when the tokenizer must read it. */
static apr_size_t plain_tag(const unsigned char *text, apr_size_t n)
{
    apr_size_t at = n > 1 && text[1] == '/' ? 2 : 1, name = plain_name(text + at, n - at);

    if (name == 0 || sc_inject_matters(sc_bytes(text + at, name))) return 0;
    for (at += name; at < n && text[at] != '>';) {
        if (text[at] != '=')
            at++;
        else if (!(at = plain_value(text, at, n)))
            return 0;
    }
    return at < n ? at + 1 : 0;
}

apr_size_t sc_inject_skip_plain(sc_bytes_t text, bool tags)
{
    const unsigned char *at = text.p, *end = text.p + text.n;
    apr_size_t n;

    while (at < end) {
        at = memchr(at, '<', (apr_size_t)(end - at));
        if (!at) return text.n;
        n = tags ? plain_tag(at, (apr_size_t)(end - at)) : 0;
        if (n == 0) break;
        at += n;
    }
    return (apr_size_t)(at - text.p);
}
