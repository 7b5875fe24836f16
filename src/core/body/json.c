/* SPDX-License-Identifier: Apache-2.0 */
/* Looks for a string member of the top-level object of a JSON text (RFC 8259), byte by
 * byte: a tokenizer that keeps a bit a level, a name and a value, never the text.
 * Refused: what is not JSON (a byte order mark, UTF-16, raw control characters,
 * ill-formed UTF-8, a comma too many, anything after the value) and more than DEPTH_MAX
 * levels. */
#include "core/body/scanner_private.h"
#include "core/base/chars.h"
#include "core/base/utf8.h"

#define DEPTH_MAX 512

typedef enum {
    VALUE,       /* a value must come */
    FIRST_NAME,  /* after "{" */
    NAME,        /* after "," in an object */
    COLON,       /* after a name */
    FIRST_VALUE, /* after "[" */
    AFTER,       /* after a value: "," or the end of what it is in */
    STRING,
    ESCAPE,  /* after a backslash */
    UNICODE, /* in \uXXXX */
    UTF8,    /* in a sequence of several bytes */
    LITERAL, /* in true, false, null */
    MINUS,
    ZERO,
    DIGITS,
    POINT,
    FRACTION,
    EXPONENT,
    EXPONENT_SIGN,
    EXPONENT_DIGITS,
    BROKEN /* not a number */
} where_t;

typedef struct {
    sc_scanner_t base;
    where_t where;
    enum { SKIPPED, MEMBER, TOKEN } use; /* what the string at hand is good for */
    int is_name;                         /* it is a member's name, of any level */
    int wanted;                          /* the name just read is one of ours */
    int depth;
    unsigned char objects[DEPTH_MAX / 8]; /* a bit a level: object or array */
    const char *rest;                     /* LITERAL: what must follow */
    int left;                             /* UNICODE, UTF8: bytes to come */
    unsigned char low, high;              /* UTF8: range of the next one */
    unsigned unit;                        /* UNICODE: so far */
    unsigned lead;                        /* a high surrogate that waits for its half */
} json_t;

static bool in_object(const json_t *json)
{
    int top = json->depth - 1;

    return json->depth && (json->objects[top / 8] >> (top % 8) & 1);
}

/* A byte of a string. */
static sc_scan_answer_t json_put(json_t *json, unsigned c)
{
    sc_scanner_t *base = &json->base;

    if (json->use == MEMBER) {
        sc_scan_name_put(base, (unsigned char)c);
    }
    else if (json->use == TOKEN) {
        return sc_scan_value_put(base, (unsigned char)c);
    }
    return SC_SCAN_MORE;
}

/* A code point as UTF-8; a lone surrogate as three bytes, which no token holds. */
static sc_scan_answer_t json_put_point(json_t *json, unsigned c)
{
    sc_scan_answer_t answer = SC_SCAN_MORE;
    unsigned char bytes[4];
    apr_size_t i, n = sc_utf8_put(bytes, c);

    for (i = 0; i < n && answer == SC_SCAN_MORE; i++)
        answer = json_put(json, bytes[i]);
    return answer;
}

static sc_scan_answer_t flush_lead(json_t *json)
{
    unsigned lead = json->lead;

    json->lead = 0;
    return lead ? json_put_point(json, lead) : SC_SCAN_MORE;
}

static sc_scan_answer_t start_string(json_t *json, int is_name)
{
    json->is_name = is_name;
    json->use = SKIPPED;
    if (json->depth == 1 && is_name) {
        json->use = MEMBER;
        json->base.name_n = 0;
    }
    else if (json->depth == 1 && json->wanted && in_object(json)) {
        json->use = TOKEN;
    }
    json->where = STRING;
    return SC_SCAN_MORE;
}

static sc_scan_answer_t end_string(json_t *json)
{
    if (flush_lead(json) == SC_SCAN_BAD) return SC_SCAN_BAD;
    if (json->use == TOKEN) return SC_SCAN_FOUND;
    if (json->use == MEMBER) json->wanted = sc_scan_name_wanted(&json->base);
    json->where = json->is_name ? COLON : AFTER;
    return SC_SCAN_MORE;
}

static sc_scan_answer_t open_level(json_t *json, int object)
{
    int level = json->depth;
    unsigned char bit = (unsigned char)(1 << level % 8);

    if (level == DEPTH_MAX) return SC_SCAN_BAD;
    json->objects[level / 8] &= (unsigned char)~bit;
    if (object) json->objects[level / 8] |= bit;
    json->depth++;
    json->where = object ? FIRST_NAME : FIRST_VALUE;
    return SC_SCAN_MORE;
}

static sc_scan_answer_t close_level(json_t *json, int object)
{
    if (!json->depth || in_object(json) != object) return SC_SCAN_BAD;
    json->depth--;
    json->where = AFTER;
    return SC_SCAN_MORE;
}

static sc_scan_answer_t start_literal(json_t *json, const char *rest)
{
    json->rest = rest;
    json->where = LITERAL;
    return SC_SCAN_MORE;
}

static sc_scan_answer_t start_value(json_t *json, unsigned char c)
{
    switch (c) {
    case '"':
        return start_string(json, 0);
    case '{':
        return open_level(json, 1);
    case '[':
        return open_level(json, 0);
    case 't':
        return start_literal(json, "rue");
    case 'f':
        return start_literal(json, "alse");
    case 'n':
        return start_literal(json, "ull");
    }
    if (c != '-' && (c < '0' || c > '9')) return SC_SCAN_BAD;
    json->where = c == '-' ? MINUS : c == '0' ? ZERO : DIGITS;
    return SC_SCAN_MORE;
}

/* Between tokens; white space is skipped already. */
static sc_scan_answer_t json_structure(json_t *json, unsigned char c)
{
    switch (json->where) {
    case FIRST_NAME:
        if (c == '}') return close_level(json, 1);
        return c == '"' ? start_string(json, 1) : SC_SCAN_BAD;
    case NAME:
        return c == '"' ? start_string(json, 1) : SC_SCAN_BAD;
    case COLON:
        json->where = VALUE;
        return c == ':' ? SC_SCAN_MORE : SC_SCAN_BAD;
    case FIRST_VALUE:
        if (c == ']') return close_level(json, 0);
        return start_value(json, c);
    case AFTER:
        if (c == '}') return close_level(json, 1);
        if (c == ']') return close_level(json, 0);
        if (c != ',' || !json->depth) return SC_SCAN_BAD;
        json->where = in_object(json) ? NAME : VALUE;
        return SC_SCAN_MORE;
    default:
        return start_value(json, c);
    }
}

/* The first byte of a sequence of several. */
static sc_scan_answer_t start_utf8(json_t *json, unsigned char c)
{
    json->left = sc_utf8_lead(c, &json->low, &json->high);
    if (json->left < 0) return SC_SCAN_BAD;
    json->where = UTF8;
    return json_put(json, c);
}

static sc_scan_answer_t more_utf8(json_t *json, unsigned char c)
{
    if (c < json->low || c > json->high) return SC_SCAN_BAD;
    json->low = 0x80;
    json->high = 0xBF;
    if (--json->left == 0) json->where = STRING;
    return json_put(json, c);
}

static sc_scan_answer_t in_string(json_t *json, unsigned char c)
{
    if (c == '\\') {
        json->where = ESCAPE;
        return SC_SCAN_MORE;
    }
    if (c == '"') return end_string(json);
    if (c < 0x20 || flush_lead(json) == SC_SCAN_BAD) return SC_SCAN_BAD;
    return c < 0x80 ? json_put(json, c) : start_utf8(json, c);
}

static sc_scan_answer_t escaped(json_t *json, unsigned char c)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *at;

    if (c == 'u') {
        json->left = 4;
        json->unit = 0;
        json->where = UNICODE;
        return SC_SCAN_MORE;
    }
    at = c ? strchr(from, c) : NULL;
    if (!at || flush_lead(json) == SC_SCAN_BAD) return SC_SCAN_BAD;
    json->where = STRING;
    return json_put(json, (unsigned char)to[at - from]);
}

static sc_scan_answer_t end_unicode(json_t *json)
{
    unsigned unit = json->unit, lead = json->lead;

    json->where = STRING;
    if (lead && unit >= 0xDC00 && unit <= 0xDFFF) {
        json->lead = 0;
        return json_put_point(json, 0x10000 + ((lead - 0xD800) << 10) + (unit - 0xDC00));
    }
    if (flush_lead(json) == SC_SCAN_BAD) return SC_SCAN_BAD;
    if (unit < 0xD800 || unit > 0xDBFF) return json_put_point(json, unit);
    json->lead = unit;
    return SC_SCAN_MORE;
}

static sc_scan_answer_t more_unicode(json_t *json, unsigned char c)
{
    int digit = sc_hex_value(c);

    if (digit < 0) return SC_SCAN_BAD;
    json->unit = json->unit << 4 | (unsigned)digit;
    return --json->left ? SC_SCAN_MORE : end_unicode(json);
}

static sc_scan_answer_t in_literal(json_t *json, unsigned char c)
{
    if (c != (unsigned char)*json->rest) return SC_SCAN_BAD;
    if (*++json->rest == '\0') json->where = AFTER;
    return SC_SCAN_MORE;
}

/* Where a number goes on with c: AFTER when it ends before c. */
static where_t number_step(where_t where, unsigned char c)
{
    int digit = c >= '0' && c <= '9', e = c == 'e' || c == 'E';

    switch (where) {
    case MINUS:
        return !digit ? BROKEN : c == '0' ? ZERO : DIGITS;
    case DIGITS:
        if (digit) return DIGITS;
        /* falls through */
    case ZERO:
        return c == '.' ? POINT : e ? EXPONENT : AFTER;
    case POINT:
        return digit ? FRACTION : BROKEN;
    case FRACTION:
        return digit ? FRACTION : e ? EXPONENT : AFTER;
    case EXPONENT:
        if (c == '+' || c == '-') return EXPONENT_SIGN;
        /* falls through */
    case EXPONENT_SIGN:
        return digit ? EXPONENT_DIGITS : BROKEN;
    default:
        return digit ? EXPONENT_DIGITS : AFTER;
    }
}

static sc_scan_answer_t between_tokens(json_t *json, unsigned char c)
{
    if (sc_char_is_blank(c)) return SC_SCAN_MORE;
    return json_structure(json, c);
}

static sc_scan_answer_t json_byte(json_t *json, unsigned char c)
{
    where_t next;

    switch (json->where) {
    case STRING:
        return in_string(json, c);
    case ESCAPE:
        return escaped(json, c);
    case UNICODE:
        return more_unicode(json, c);
    case UTF8:
        return more_utf8(json, c);
    case LITERAL:
        return in_literal(json, c);
    default:
        break;
    }
    if (json->where < MINUS) return between_tokens(json, c);
    next = number_step(json->where, c);
    if (next == BROKEN) return SC_SCAN_BAD;
    json->where = next;
    return next == AFTER ? between_tokens(json, c) : SC_SCAN_MORE;
}

/* Passes over plain ASCII in a string that is not kept. */
static const unsigned char *json_skip(const unsigned char *at, const unsigned char *end)
{
    while (at < end && *at >= 0x20 && *at < 0x80 && *at != '"' && *at != '\\')
        at++;
    return at;
}

static sc_scan_answer_t json_push(sc_scanner_t *scanner, sc_bytes_t bytes)
{
    json_t *json = (json_t *)scanner;
    const unsigned char *at = bytes.p, *end = bytes.p + bytes.n;
    sc_scan_answer_t answer;

    while (at < end) {
        if (json->where == STRING && json->use == SKIPPED) {
            at = json_skip(at, end);
            if (at == end) break;
        }
        answer = json_byte(json, *at++);
        if (answer != SC_SCAN_MORE) return answer;
    }
    return SC_SCAN_MORE;
}

static sc_scan_answer_t json_end(sc_scanner_t *scanner)
{
    const json_t *json = (const json_t *)scanner;

    if (json->depth) return SC_SCAN_BAD;
    switch (json->where) {
    case AFTER:
    case ZERO:
    case DIGITS:
    case FRACTION:
    case EXPONENT_DIGITS:
        return SC_SCAN_NONE;
    default:
        return SC_SCAN_BAD;
    }
}

sc_scanner_t *sc_scan_json_make(apr_pool_t *p)
{
    json_t *json = apr_pcalloc(p, sizeof(*json));

    json->base.push = json_push;
    json->base.end = json_end;
    return &json->base;
}
