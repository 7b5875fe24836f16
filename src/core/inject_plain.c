/* The shortcut past what changes nothing: text, and tags that are whole in one piece, of a
 * name that means nothing to forms, and written as people write. Any other is left to the
 * tokenizer, byte by byte; that both agree is what cutting every test page everywhere
 * shows. Text and tags are short: so the places of what ends them are found for a block at once,
 * and going from one to the next costs no look at the bytes between. */
#include "inject_impl.h"

/* Names that mean something. */
static const char *const names[] = {
    "svg",      "xmp",      "form",     "base",     "math",     "style",
    "title",    "script",   "select",   "iframe",   "noembed",  "template",
    "textarea", "noscript", "noframes", "frameset", "plaintext"};

#define BIT(letter) (1u << ((letter) - 'a'))

/* The second letters of these names, by their first one. */
static const apr_uint32_t second[26] = {
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
#include <emmintrin.h>

/* A bit for each byte of the block that is a or b. */
static apr_uint64_t places(const unsigned char *block, char a, char b)
{
    __m128i is_a = _mm_set1_epi8(a), is_b = _mm_set1_epi8(b);
    apr_uint64_t bits = 0;

    for (int i = 0; i < BLOCK; i += 16) {
        __m128i part = _mm_loadu_si128((const __m128i *)(const void *)(block + i));
        __m128i is = _mm_or_si128(_mm_cmpeq_epi8(part, is_a), _mm_cmpeq_epi8(part, is_b));

        bits |= (apr_uint64_t)(unsigned)_mm_movemask_epi8(is) << i;
    }
    return bits;
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
static apr_uint64_t places(const unsigned char *block, char a, char b)
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
    return inject_is_letter(c) || (c >= '0' && c <= '9');
}

/* The length of the name at the front, or 0 when it is no usual one. */
static apr_size_t name_length(const unsigned char *text, apr_size_t n)
{
    apr_size_t at = 0;

    while (at < n && in_name(text[at]))
        at++;
    return at < n && (text[at] == '>' || text[at] == ' ' || text[at] == '\n') ? at : 0;
}

/* Whether the tag at the front, "<" or "</" and a name, may change something. */
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
static int is_assignment(const unsigned char *name, const unsigned char *equals, apr_size_t n)
{
    return name_length(name, n) != 0 && (in_name(equals[-1]) || equals[-1] == '-');
}

/* The length of the value without quotes, up to what ends it; 0 when nothing does. */
static apr_size_t bare_value(const unsigned char *text, apr_size_t n)
{
    apr_size_t at = 0;

    while (at < n && !inject_is_space(text[at]) && text[at] != '>')
        at++;
    return at < n ? at : 0;
}

apr_size_t inject_plain(sc_bytes_t text, int tags)
{
    const unsigned char *p = text.p;
    apr_size_t n = text.n, at = 0, start = 0, name = 0;
    int where = TEXT;

    for (apr_size_t base = 0; base < n; base += BLOCK) {
        apr_uint64_t ends[STATES], found;

        look(ends, p + base, n - base);
        while (at < base + BLOCK && (found = ends[where] >> (at - base)) != 0) {
            at += (apr_size_t)__builtin_ctzll(found);
            if (where == TEXT) {
                start = at;
                name = at + 1 < n && p[at + 1] == '/' ? at + 2 : at + 1;
                if (!tags || name >= n || !is_plain(p + name, n - name)) return start;
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
                if (!is_assignment(p + name, p + at, n - name) || at + 1 == n) return start;
                at++;
                if (p[at] == '"' || p[at] == '\'') {
                    where = p[at] == '"' ? DOUBLE_QUOTES : SINGLE_QUOTES;
                    at++;
                }
                else {
                    apr_size_t length = bare_value(p + at, n - at);

                    if (length == 0) return start;
                    at += length;
                }
            }
        }
        if (at < base + BLOCK) at = base + BLOCK;
    }
    return where == TEXT ? n : start;
}
