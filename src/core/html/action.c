/* SPDX-License-Identifier: Apache-2.0 */
/* Where a form leads: the action attribute, its character references undone, read as a
 * browser reads a URL, as far as it takes to see whether it stays on the page's origin.
 * Everything doubtful does not: the field would hand the visitor's token to somebody
 * else. */
#include "core/http/origin.h"
#include "core/base/chars.h"

#define NOT_ASCII 0xFF /* stands for whatever is no ASCII */

/* Every named reference that stands for ASCII (HTML 13.5); those that have an older form
 * without ";" come first. */
#define LEGACY 8
static const struct {
    const char *name;
    char c;
} table[] = {
    {"amp", '&'},      {"AMP", '&'},    {"lt", '<'},       {"LT", '<'},
    {"gt", '>'},       {"GT", '>'},     {"quot", '"'},     {"QUOT", '"'},
    {"sol", '/'},      {"bsol", '\\'},  {"colon", ':'},    {"Tab", '\t'},
    {"NewLine", '\n'}, {"period", '.'}, {"num", '#'},      {"quest", '?'},
    {"apos", '\''},    {"ast", '*'},    {"midast", '*'},   {"comma", ','},
    {"commat", '@'},   {"dollar", '$'}, {"equals", '='},   {"excl", '!'},
    {"grave", '`'},    {"lbrace", '{'}, {"lbrack", '['},   {"DiacriticalGrave", '`'},
    {"Hat", '^'},      {"lcub", '{'},   {"lowbar", '_'},   {"lpar", '('},
    {"lsqb", '['},     {"percnt", '%'}, {"plus", '+'},     {"rbrace", '}'},
    {"rbrack", ']'},   {"rcub", '}'},   {"rpar", ')'},     {"rsqb", ']'},
    {"semi", ';'},     {"verbar", '|'}, {"UnderBar", '_'}, {"VerticalLine", '|'},
    {"vert", '|'},     {"fjlig", 'f'}, /* "fj": as good as a letter */
};
#define TABLE_SIZE (sizeof(table) / sizeof(*table))

static int digit_of(unsigned char c, unsigned base)
{
    int value = sc_hex_value(c);

    return value < (int)base ? value : -1;
}

/* "&#47;" "&#x2F" …: bytes taken, 0 when there is no digit. */
static apr_size_t numeric(unsigned char *c, sc_bytes_t text)
{
    unsigned base = text.n > 2 && (text.p[2] | 0x20) == 'x' ? 16 : 10;
    apr_size_t start = base == 16 ? 3 : 2, i;
    unsigned point = 0;

    for (i = start; i < text.n && digit_of(text.p[i], base) >= 0; i++)
        if (point < 0x110000) point = point * base + (unsigned)digit_of(text.p[i], base);
    if (i == start) return 0;
    if (i < text.n && text.p[i] == ';') i++;
    *c = point == 0 || point > 0x7F ? NOT_ASCII : (unsigned char)point;
    return i;
}

/* "&sol;" "&amp": bytes taken, 0 when it is only text. Without ";" it is text where "="
 * or a letter follows (HTML 13.2.5.73), so that ?a=1&lt=2 stays. */
static apr_size_t named(unsigned char *c, sc_bytes_t text)
{
    apr_size_t n = 1, i;
    int closed;

    while (n < text.n && sc_char_is_alnum(text.p[n]))
        n++;
    if (n == 1) return 0;
    closed = n < text.n && text.p[n] == ';';
    if (!closed && n < text.n && text.p[n] == '=') return 0;
    for (i = 0; i < (closed ? TABLE_SIZE : LEGACY); i++) {
        if (!sc_bytes_eq(sc_bytes(text.p + 1, n - 1), sc_bytes_str(table[i].name)))
            continue;
        *c = (unsigned char)table[i].c;
        return n + (closed ? 1 : 0);
    }
    if (!closed) return 0;
    *c = NOT_ASCII;
    return n + 1;
}

apr_size_t sc_attribute_decode(unsigned char *value, apr_size_t n)
{
    apr_size_t from = 0, to = 0, taken;
    sc_bytes_t rest;

    while (from < n) {
        rest = sc_bytes(value + from, n - from);
        taken = 0;
        if (rest.p[0] == '&' && rest.n > 1)
            taken =
                rest.p[1] == '#' ? numeric(value + to, rest) : named(value + to, rest);
        if (!taken) {
            value[to] = rest.p[0] ? rest.p[0] : NOT_ASCII;
            taken = 1;
        }
        from += taken;
        to++;
    }
    return to;
}

/* What a URL parser drops: white space and controls around it, tabs and line ends inside.
 */
static sc_bytes_t clean(unsigned char *url, apr_size_t n)
{
    apr_size_t i, to = 0, start = 0;

    for (i = 0; i < n; i++)
        if (url[i] != '\t' && url[i] != '\n' && url[i] != '\r') url[to++] = url[i];
    while (start < to && url[start] <= ' ')
        start++;
    while (to > start && url[to - 1] <= ' ')
        to--;
    return sc_bytes(url + start, to - start);
}

static int has_scheme(sc_bytes_t url)
{
    apr_size_t i = 0;

    if (url.n == 0 || !sc_char_is_alnum(url.p[0]) || url.p[0] <= '9') return 0;
    while (i < url.n && (sc_char_is_alnum(url.p[i]) || memchr("+-.", url.p[i], 3)))
        i++;
    return i < url.n && url.p[i] == ':';
}

static int is_slash(unsigned char c)
{
    return c == '/' || c == '\\';
}

/* "//host/path": the page's scheme, somebody's host. The path is of no interest. */
static int own_host(sc_bytes_t url, const sc_origin_t *page)
{
    unsigned char absolute[512];
    apr_size_t n = page->scheme.n, end = 2;

    if (url.p[0] != '/' || url.p[1] != '/') return 0;
    while (end < url.n && !memchr("/?#", url.p[end], 3))
        end++;
    if (n + 1 + end > sizeof(absolute)) return 0;
    memcpy(absolute, page->scheme.p, n);
    absolute[n] = ':';
    memcpy(absolute + n + 1, url.p, end);
    return sc_origin_has_url(page, sc_bytes(absolute, n + 1 + end));
}

int sc_action_is_own(unsigned char *action, apr_size_t n, const sc_origin_t *page,
                     int base_own)
{
    sc_bytes_t url;

    n = sc_attribute_decode(action, n);
    /* An empty action is the page itself, whatever its base. */
    if (n == 0) return 1;
    url = clean(action, n);
    if (has_scheme(url)) return sc_origin_has_url(page, url);
    if (url.n < 2 || !is_slash(url.p[0]) || !is_slash(url.p[1])) return base_own;
    return base_own && own_host(url, page);
}
