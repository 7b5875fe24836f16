/* SPDX-License-Identifier: Apache-2.0 */
/* Character references in attributes (HTML 13.2.5.72 to 80), for those who ask about
 * ASCII only: "&#47;", "&sol;", "&amp". */
#include "core/html/charref.h"
#include "core/base/chars.h"

#define NOT_ASCII 0xFF /* stands for anything that is not ASCII */

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
    {"vert", '|'},     {"fjlig", 'f'}, /* "fj": any letter will do */
};
#define TABLE_SIZE (sizeof(table) / sizeof(*table))

static int digit_of(unsigned char c, unsigned base)
{
    int value = sc_hex_value(c);

    return value < (int)base ? value : -1;
}

/* "&#47;" "&#x2F" …: bytes taken, 0 without a digit. */
static apr_size_t numeric_reference(unsigned char *c, sc_bytes_t text)
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

/* "&sol;" "&amp": bytes taken, 0 when it is text. Without ";" it is text where "="
 * or a letter follows (HTML 13.2.5.73), so that ?a=1&lt=2 stays. */
static apr_size_t named_reference(unsigned char *c, sc_bytes_t text)
{
    apr_size_t n = 1, i;
    bool closed;

    while (n < text.n && sc_char_is_alnum(text.p[n]))
        n++;
    if (n == 1) return 0;
    closed = n < text.n && text.p[n] == ';';
    if (!closed && n < text.n && text.p[n] == '=') return 0;
    for (i = 0; i < (closed ? TABLE_SIZE : LEGACY); i++) {
        if (table[i].name[0] != (char)text.p[1] ||
            !sc_bytes_eq(sc_bytes(text.p + 1, n - 1), sc_bytes_str(table[i].name)))
            continue;
        *c = (unsigned char)table[i].c;
        return n + (closed ? 1 : 0);
    }
    if (!closed) return 0;
    *c = NOT_ASCII;
    return n + 1;
}

apr_size_t sc_charref_decode(unsigned char *value, apr_size_t n)
{
    apr_size_t from = 0, to = 0, taken;
    sc_bytes_t rest;

    while (from < n) {
        rest = sc_bytes(value + from, n - from);
        taken = 0;
        if (rest.p[0] == '&' && rest.n > 1)
            taken = rest.p[1] == '#' ? numeric_reference(value + to, rest)
                                     : named_reference(value + to, rest);
        if (!taken) {
            value[to] = rest.p[0] ? rest.p[0] : NOT_ASCII;
            taken = 1;
        }
        from += taken;
        to++;
    }
    return to;
}
