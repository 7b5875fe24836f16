/* SPDX-License-Identifier: Apache-2.0 */
/* Characters and UTF-8: each class at all 256 bytes, each code point there and back. */
#include "tap.h"
#include "core/base/chars.h"
#include "core/base/utf8.h"
#include <ctype.h>

static void test_classes(void)
{
    static const char separators[] = "\"(),/:;<=>?@[\\]{}";
    int c, wrong = 0, tokens = 0;

    for (c = 0; c < 256; c++) {
        unsigned char b = (unsigned char)c;

        wrong += sc_char_is_digit(b) != (isdigit(c) != 0);
        wrong += sc_char_is_letter(b) != (isalpha(c) != 0);
        wrong += sc_char_is_alnum(b) != (isalnum(c) != 0);
        wrong += sc_char_is_space(b) != (isspace(c) != 0);
        wrong += sc_char_lower(b) != (unsigned char)tolower(c);
        wrong += (sc_hex_value(b) >= 0) != (isxdigit(c) != 0);
        tokens += sc_char_is_token(b) != (c > 0x20 && c < 0x7F && !strchr(separators, c));
    }
    ok(wrong == 0, "the classes are those of the C locale");
    ok(tokens == 0, "a token has every visible character but the separators");
    ok(sc_char_is_blank('\r') && !sc_char_is_blank('\f') && sc_char_is_html_space('\f') &&
           !sc_char_is_html_space('\v') && !sc_char_is_html_space('\0'),
       "white space of headers, and of HTML");
}

static void test_hex(void)
{
    unsigned char text[6], bytes[3] = {0x00, 0x9F, 0xfa};

    sc_hex_write(text, sc_bytes(bytes, 3), SC_HEX_LOWER);
    ok(sc_bytes_eq(sc_bytes(text, 6), sc_bytes_str("009ffa")), "hex in lower case");
    sc_hex_write(text, sc_bytes(bytes, 3), SC_HEX_UPPER);
    ok(sc_bytes_eq(sc_bytes(text, 6), sc_bytes_str("009FFA")), "hex in upper case");
    ok(sc_hex_value('a') == 10 && sc_hex_value('F') == 15 && sc_hex_value('7') == 7 &&
           sc_hex_value('g') == -1 && sc_hex_value('@') == -1 && sc_hex_value('`') == -1,
       "the values of hex digits");
}

static void test_case(void)
{
    ok(sc_bytes_eq_word(sc_bytes_str("POST"), "post"), "case does not count");
    ok(!sc_bytes_eq_word(sc_bytes_str("POS"), "post"), "a shorter word is another");
    ok(!sc_bytes_eq_word(sc_bytes_str("[a"), "{a"), "only letters have case");
    ok(sc_bytes_eq_word(sc_bytes(NULL, 0), ""), "no bytes equal no bytes");
}

static void test_utf8(void)
{
    unsigned char text[4];
    unsigned point, wrong = 0;

    for (point = 0; point <= 0x10FFFF; point++) {
        apr_size_t n = sc_utf8_put(text, point);
        bool surrogate = point >= 0xD800 && point <= 0xDFFF;

        wrong += sc_utf8_valid(sc_bytes(text, n)) == surrogate;
        wrong += !surrogate && sc_utf8_sequence(sc_bytes(text, n)) != (int)n;
        wrong += n > 1 && sc_utf8_valid(sc_bytes(text, n - 1));
    }
    ok(wrong == 0, "every code point is written well-formed, but for surrogates");
    ok(sc_utf8_valid(sc_bytes(NULL, 0)), "the empty text is well-formed");
}

static void test_ill_formed(void)
{
    static const struct {
        const char *text;
        int sequence; /* Unicode 3.9: the first mistake, in bytes */
        const char *name;
    } cases[] = {
        {"\x80", -1, "a continuation byte alone"},
        {"\xC0\xAF", -1, "an overlong slash"},
        {"\xC1\xBF", -1, "overlong in two bytes"},
        {"\xE0\x9F\xBF", -1, "overlong in three bytes"},
        {"\xF0\x8F\xBF\xBF", -1, "overlong in four bytes"},
        {"\xED\xA0\x80", -1, "a surrogate"},
        {"\xF4\x90\x80\x80", -1, "past U+10FFFF"},
        {"\xF5\x80\x80\x80", -1, "a byte that UTF-8 never has"},
        {"\xE2\x82", -2, "a sequence that is cut"},
        {"\xF0\x9F\x98", -3, "a longer one that is cut"},
        {"\xE2\x82(", -2, "a sequence that is broken off"},
    };
    unsigned i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        sc_bytes_t text = sc_bytes_str(cases[i].text);

        ok(!sc_utf8_valid(text) && sc_utf8_sequence(text) == cases[i].sequence,
           "ill-formed: %s", cases[i].name);
    }
}

int main(void)
{
    test_classes();
    test_hex();
    test_case();
    test_utf8();
    test_ill_formed();
    return done();
}
