/* SPDX-License-Identifier: Apache-2.0 */
/* The shortcut past what changes nothing: text, and tags that are whole in one piece, of
 * a name that means nothing to forms, and written as people write. Any other is left to
 * the tokenizer, byte by byte; that both agree is what cutting every test page everywhere
 * shows. Text and tags are short, and a look at each of their bytes, or a guess of the
 * processor's that fails for each, is what would take the time: so a block of 64 bytes is
 * looked at as a whole. */
#include "core/base/chars.h"
#include "core/html/forms_private.h"

/* Names that mean something. */
static const char *const names[] = {
    "svg",      "xmp",      "form",     "base",     "math",     "style",
    "title",    "script",   "select",   "iframe",   "noembed",  "template",
    "textarea", "noscript", "noframes", "frameset", "plaintext"};

#define BIT(letter) (1u << ((letter) - 'a'))

/* The second letters of these names, by their first one. */
static const apr_uint32_t second[32] = {
    ['b' - 'a'] = BIT('a'),
    ['f' - 'a'] = BIT('o') | BIT('r'),
    ['i' - 'a'] = BIT('f'),
    ['m' - 'a'] = BIT('a'),
    ['n' - 'a'] = BIT('o'),
    ['p' - 'a'] = BIT('l'),
    ['s' - 'a'] = BIT('v') | BIT('t') | BIT('c') | BIT('e'),
    ['t' - 'a'] = BIT('i') | BIT('e'),
    ['x' - 'a'] = BIT('m'),
};

/* --- where a block of text has which byte --- */

#define BLOCK 64

#if defined(__SSE2__) && !defined(SC_NO_SSE2)
#define HAVE_SSE2
#include <emmintrin.h>

static __m128i part_of(const unsigned char *block, int i)
{
    return _mm_loadu_si128((const __m128i *)(const void *)(block + 16 * i));
}

/* 16 bits of a block's: of each byte of the part that is not 0. */
static apr_uint64_t bits_of(__m128i part, int i)
{
    return (apr_uint64_t)(unsigned)_mm_movemask_epi8(part) << (16 * i);
}

static inline apr_uint64_t part_places(const unsigned char *block, char a, char b, int i)
{
    __m128i part = part_of(block, i), is_a = _mm_cmpeq_epi8(part, _mm_set1_epi8(a));

    return bits_of(_mm_or_si128(is_a, _mm_cmpeq_epi8(part, _mm_set1_epi8(b))), i);
}

/* A bit for each byte of the block that is a or b. */
static inline apr_uint64_t places(const unsigned char *block, char a, char b)
{
    return part_places(block, a, b, 0) | part_places(block, a, b, 1) |
           part_places(block, a, b, 2) | part_places(block, a, b, 3);
}
#else
#define LOW7 0x7f7f7f7f7f7f7f7fu

/* The highest bit of each byte of the word that is c. */
static apr_uint64_t marks(apr_uint64_t word, char c)
{
    word ^= 0x0101010101010101u * (unsigned char)c;
    return ~(((word & LOW7) + LOW7) | word | LOW7);
}

/* A bit for each byte of the block that is a or b. */
static inline apr_uint64_t places(const unsigned char *block, char a, char b)
{
    apr_uint64_t bits = 0, word;

    for (int i = 0; i < BLOCK; i += 8) {
        memcpy(&word, block + i, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        /* Brings the eight marks together, the first byte's lowest. */
        bits |= ((marks(word, a) | marks(word, b)) * 0x0002040810204081u >> 56) << i;
    }
    return bits;
}
#endif

/* Where we are, and what ends it. */
enum { TEXT, TAG, DOUBLE_QUOTES, SINGLE_QUOTES, STATES };

static void look(apr_uint64_t *ends, const unsigned char *text, apr_size_t n)
{
    unsigned char rest[BLOCK] = {0};

    if (n < BLOCK) text = memcpy(rest, text, n);
    ends[TEXT] = places(text, '<', '<');
    ends[TAG] = places(text, '>', '=');
    ends[DOUBLE_QUOTES] = places(text, '"', '"');
    ends[SINGLE_QUOTES] = places(text, '\'', '\'');
}

/* --- tags --- */

/* The name at the front, of n letters, is one of those that mean something. */
static int means_something(const unsigned char *text, apr_size_t n)
{
    apr_size_t i, j;

    for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
        for (j = 0; j < n && names[i][j]; j++)
            if ((text[j] | 0x20) != (unsigned char)names[i][j]) break;
        if (j == n && !names[i][n]) return 1;
    }
    return 0;
}

static int in_name(unsigned char c)
{
    return sc_char_is_letter(c) || (c >= '0' && c <= '9');
}

/* The length of the name at the front, or 0 when it is no usual one. */
static apr_size_t name_length(const unsigned char *text, apr_size_t n)
{
    apr_size_t at = 0;

    while (at < n && in_name(text[at]))
        at++;
    return at < n && (text[at] == '>' || text[at] == ' ' || text[at] == '\n') ? at : 0;
}

/* Whether a tag of the name at the front changes nothing. */
static int is_plain(const unsigned char *name, apr_size_t n)
{
    unsigned letter, next;
    apr_size_t length;

    if (n < 2) return 0;
    letter = (name[0] | 0x20u) - 'a';
    next = (name[1] | 0x20u) - 'a';
    if (letter >= 26) return 0;
    if (next >= 26 || !(second[letter] >> next & 1)) return 1;
    length = name_length(name, n);
    return length != 0 && !means_something(name, length);
}

/* Whether this "=" stands behind the name of an attribute. */
static int is_assignment(const unsigned char *name, const unsigned char *equals,
                         apr_size_t n)
{
    return name_length(name, n) != 0 && (in_name(equals[-1]) || equals[-1] == '-');
}

/* The length of the value without quotes, up to what ends it; 0 when nothing does. */
static apr_size_t bare_value(const unsigned char *text, apr_size_t n)
{
    apr_size_t at = 0;

    while (at < n && !sc_char_is_html_space(text[at]) && text[at] != '>')
        at++;
    return at < n ? at : 0;
}

/* Walks from *at, which is in text, from one end of text, tag or value to the next, until
 * it is in text at `until` or behind it: 1. 0: *at is a tag that is not plain, or not all
 * there. */
static int walk(apr_size_t *at_text, sc_bytes_t text, apr_size_t until)
{
    const unsigned char *p = text.p;
    apr_size_t n = text.n, at = *at_text, name = 0;
    int where = TEXT;

    for (apr_size_t base = at; base < n; base += BLOCK) {
        apr_uint64_t ends[STATES], found;

        look(ends, p + base, n - base);
        while (at < base + BLOCK && (found = ends[where] >> (at - base)) != 0) {
            at += (apr_size_t)__builtin_ctzll(found);
            if (where == TEXT) {
                *at_text = at;
                if (at >= until) return 1;
                name = at + 1 < n && p[at + 1] == '/' ? at + 2 : at + 1;
                if (name >= n || !is_plain(p + name, n - name)) return 0;
                where = TAG;
                at = name + 1;
            }
            else if (where != TAG) {
                where = TAG;
                at++;
            }
            else if (p[at] == '>') {
                where = TEXT;
                at++;
            }
            else {
                if (!is_assignment(p + name, p + at, n - name) || at + 1 == n) return 0;
                at++;
                if (p[at] == '"' || p[at] == '\'') {
                    where = p[at] == '"' ? DOUBLE_QUOTES : SINGLE_QUOTES;
                    at++;
                }
                else {
                    apr_size_t length = bare_value(p + at, n - at);

                    if (length == 0) return 0;
                    at += length;
                }
            }
        }
        if (at < base + BLOCK) at = base + BLOCK;
    }
    if (where != TEXT) return 0;
    *at_text = n;
    return 1;
}

#ifdef HAVE_SSE2
static apr_uint64_t part_spaces(const unsigned char *block, int i)
{
    __m128i part = part_of(block, i);
    __m128i space = _mm_cmpeq_epi8(part, _mm_min_epu8(part, _mm_set1_epi8(' ')));

    return bits_of(_mm_or_si128(space, _mm_cmpeq_epi8(part, _mm_set1_epi8('\''))), i);
}

/* A bit for each byte that is an apostrophe, a space or a control character. */
static apr_uint64_t apostrophes_and_spaces(const unsigned char *block)
{
    return part_spaces(block, 0) | part_spaces(block, 1) | part_spaces(block, 2) |
           part_spaces(block, 3);
}

static __m128i part_markup(const unsigned char *block, int i)
{
    __m128i part = part_of(block, i);

    return _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(part, _mm_set1_epi8('<')),
                                     _mm_cmpeq_epi8(part, _mm_set1_epi8('>'))),
                        _mm_or_si128(_mm_cmpeq_epi8(part, _mm_set1_epi8('=')),
                                     _mm_cmpeq_epi8(part, _mm_set1_epi8('"'))));
}

/* Whether nothing in the block can be part of a tag's beginning, end or values' borders.
 */
static int is_text(const unsigned char *block)
{
    return !_mm_movemask_epi8(
        _mm_or_si128(_mm_or_si128(part_markup(block, 0), part_markup(block, 1)),
                     _mm_or_si128(part_markup(block, 2), part_markup(block, 3))));
}

/* Each bit is the sum of those up to it: 1 from an opening quote to before the closing
 * one. */
static apr_uint64_t between(apr_uint64_t quotes)
{
    quotes ^= quotes << 1;
    quotes ^= quotes << 2;
    quotes ^= quotes << 4;
    quotes ^= quotes << 8;
    quotes ^= quotes << 16;
    quotes ^= quotes << 32;
    return quotes;
}

/* Whether each "<" begins what is plainly a tag of a name that means nothing. Reads up to
 * three bytes behind the block. */
static int all_plain(const unsigned char *block, apr_uint64_t opening)
{
    unsigned special = 0;

    for (; opening; opening &= opening - 1) {
        const unsigned char *name = block + __builtin_ctzll(opening) + 1;
        unsigned letter, next;

        name += *name == '/';
        letter = (name[0] | 0x20u) - 'a';
        next = (name[1] | 0x20u) - 'a';
        special |= letter >= 26;
        special |= (next < 26) & (second[letter & 31] >> (next & 31));
    }
    return !(special & 1);
}

/* Glides from *at, which is in text, over blocks in which every "=" outside of quotes has
 * a value in double quotes and nothing in quotes looks like markup: then tags are what
 * stands between "<" and ">", for no value can begin but where one seems to. The last
 * place that is in text for certain is *at, and behind the answer is what was not looked
 * at. */
static apr_size_t glide(apr_size_t *at, sc_bytes_t text)
{
    apr_uint64_t quoted = 0, equals_before = 0, spaces_before = 0, bare_before = 0;
    apr_size_t base;

    for (base = *at; base + BLOCK + 3 <= text.n; base += BLOCK) {
        const unsigned char *block = text.p + base;
        apr_uint64_t quotes, equals, spaces, open, close, inside, bare;
        apr_uint64_t behind_equals, behind_space;

        if (!equals_before && is_text(block)) {
            spaces_before = block[BLOCK - 1] <= ' ' || block[BLOCK - 1] == '\'';
            continue;
        }
        quotes = places(block, '"', '"');
        equals = places(block, '=', '=');
        spaces = apostrophes_and_spaces(block);
        open = places(block, '<', '<');
        close = places(block, '>', '>');
        inside = between(quotes) ^ quoted;
        bare = equals & ~inside;
        behind_equals = equals << 1 | equals_before;
        behind_space = spaces << 1 | spaces_before;
        if (((quotes & inside & ~behind_equals) |
             (quotes & ~inside & (behind_equals | behind_space)) |
             (behind_equals & spaces) | ((bare << 1 | bare_before) & ~quotes) |
             (inside & (open | close))) != 0 ||
            !all_plain(block, open))
            return base + BLOCK;
        if (close) *at = base + BLOCK - (apr_size_t)__builtin_clzll(close);
        quoted = 0 - (inside >> (BLOCK - 1));
        equals_before = equals >> (BLOCK - 1);
        spaces_before = spaces >> (BLOCK - 1);
        bare_before = bare >> (BLOCK - 1);
    }
    return text.n;
}
#else
static apr_size_t glide(apr_size_t *at, sc_bytes_t text)
{
    (void)at;
    return text.n;
}
#endif

apr_size_t inject_plain(sc_bytes_t text, int tags)
{
    apr_size_t at = 0;

    if (!tags) {
        apr_ssize_t tag = sc_bytes_index(text, '<');

        return tag < 0 ? text.n : (apr_size_t)tag;
    }
    while (at < text.n) {
        apr_size_t until = glide(&at, text);

        if (!walk(&at, text, until)) break;
    }
    return at;
}
