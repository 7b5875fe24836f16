/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_CHARS_H
#define SC_CHARS_H

#include "core/base/bytes.h"

/* Characters as protocols define them: ASCII, whatever the locale of the process is. */

static inline bool sc_char_is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static inline bool sc_char_is_letter(unsigned char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static inline bool sc_char_is_alnum(unsigned char c)
{
    return sc_char_is_digit(c) || sc_char_is_letter(c);
}

/* tchar, RFC 9110 5.6.2. */
static inline bool sc_char_is_token(unsigned char c)
{
    return sc_char_is_alnum(c) || (c && strchr("!#$%&'*+-.^_`|~", c));
}

/* White space has three definitions. This one: space, tab, CR and LF, as in JSON (RFC
 * 8259 2) and in message headers. */
static inline bool sc_char_is_blank(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Form feed as well: "ASCII whitespace" of HTML. */
static inline bool sc_char_is_html_space(unsigned char c)
{
    return sc_char_is_blank(c) || c == '\f';
}

/* Form feed and vertical tab as well: isspace() in the C locale, Python's str.strip(). */
static inline bool sc_char_is_space(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline unsigned char sc_char_lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

/* Whether the two are equal but for the case of ASCII letters. */
static inline bool sc_bytes_eq_nocase(sc_bytes_t a, sc_bytes_t b)
{
    apr_size_t i;

    if (a.n != b.n) return false;
    for (i = 0; i < a.n && sc_char_lower(a.p[i]) == sc_char_lower(b.p[i]);)
        i++;
    return i == a.n;
}

/* The same for a word of our own. */
static inline bool sc_bytes_eq_word(sc_bytes_t text, const char *word)
{
    return sc_bytes_eq_nocase(text, sc_bytes_str(word));
}

/* What CGI, PHP and WSGI make of a character in the name of a header: they have letters
 * of one case, digits and "_". */
static inline unsigned char sc_char_folded(char c)
{
    unsigned char lower = sc_char_lower((unsigned char)c);

    return sc_char_is_alnum(lower) ? lower : '_';
}

/* Whether both names become the same variable: X-User, x_user, X.USER. The first one ends
 * after n bytes, or before. */
static inline bool sc_same_variable(const char *a, apr_size_t n, const char *b)
{
    apr_size_t i;

    for (i = 0; i < n && a[i] && b[i]; i++) {
        if (sc_char_folded(a[i]) != sc_char_folded(b[i])) return false;
    }
    return (i == n || !a[i]) && !b[i];
}

#define SC_WHOLE ((apr_size_t)-1)

/* The value of a hex digit, or -1. */
static inline int sc_hex_value(unsigned char c)
{
    if (sc_char_is_digit(c)) return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

#define SC_HEX_LOWER "0123456789abcdef"
#define SC_HEX_UPPER "0123456789ABCDEF"

/* Writes two of these digits a byte, no NUL. */
static inline void sc_hex_write(unsigned char *to, sc_bytes_t in, const char *digits)
{
    apr_size_t i;

    for (i = 0; i < in.n; i++) {
        to[2 * i] = (unsigned char)digits[in.p[i] >> 4];
        to[2 * i + 1] = (unsigned char)digits[in.p[i] & 15];
    }
}

/* The text without white space at its ends. */
static inline sc_bytes_t sc_bytes_trimmed(sc_bytes_t b)
{
    while (b.n && sc_char_is_space(b.p[0]))
        b = sc_bytes_from(b, 1);
    while (b.n && sc_char_is_space(b.p[b.n - 1]))
        b.n--;
    return b;
}

#endif
