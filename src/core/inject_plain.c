/* The shortcut past tags that change nothing: whole in one piece, of a name that means
 * nothing to forms, and written as people write. Any other is left to the tokenizer, byte
 * by byte; that both agree is what cutting every test page everywhere shows. */
#include "inject_impl.h"

/* Names that mean something, by their length; shorter and longer ones do not. */
static const char *const names[] = {
    "svg",      "xmp",      "form",     "base",     "math",     "style",
    "title",    "script",   "select",   "iframe",   "noembed",  "template",
    "textarea", "noscript", "noframes", "frameset", "plaintext"};

static int means_nothing(const unsigned char *name, apr_size_t n)
{
    apr_size_t i, j;

    if (n < 3 || n > 9) return 1;
    for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if ((name[0] | 0x20) != (unsigned char)names[i][0]) continue;
        for (j = 1; j < n && (name[j] | 0x20) == (unsigned char)names[i][j];)
            j++;
        if (j == n && !names[i][n]) return 0;
    }
    return 1;
}

/* The length of the name at the front, or 0 when it is no usual one. */
static apr_size_t name_length(sc_bytes_t text)
{
    apr_size_t n = 0;

    while (n < text.n &&
           (inject_is_letter(text.p[n]) || (text.p[n] >= '0' && text.p[n] <= '9')))
        n++;
    if (n == 0 || n == text.n || !inject_is_letter(text.p[0])) return 0;
    return text.p[n] == '>' || text.p[n] == ' ' || text.p[n] == '\n' ? n : 0;
}

/* Behind "=": the offset behind the value, or 0 when it is not all there or not usual. */
static apr_size_t value_end(sc_bytes_t text, apr_size_t at)
{
    const unsigned char *quote;

    if (at == text.n) return 0;
    if (text.p[at] == '"' || text.p[at] == '\'') {
        quote = memchr(text.p + at + 1, text.p[at], text.n - at - 1);
        return quote ? (apr_size_t)(quote - text.p) + 1 : 0;
    }
    if (inject_is_space(text.p[at]) || text.p[at] == '>') return 0;
    while (at < text.n && !inject_is_space(text.p[at]) && text.p[at] != '>')
        at++;
    return at;
}

static int in_name(unsigned char c)
{
    return inject_is_letter(c) || (c >= '0' && c <= '9') || c == '-';
}

apr_size_t inject_plain_tag(sc_bytes_t text)
{
    apr_size_t at = 1, n;

    if (at < text.n && text.p[at] == '/') at++;
    n = name_length(sc_bytes_from(text, at < text.n ? at : text.n));
    if (n == 0 || !means_nothing(text.p + at, n)) return 0;
    for (at += n; at < text.n && text.p[at] != '>'; at++) {
        if (text.p[at] != '=') continue;
        if (!in_name(text.p[at - 1])) return 0;
        at = value_end(text, at + 1);
        if (at == 0 || at == text.n) return 0;
        at--;
    }
    return at < text.n ? at + 1 : 0;
}
