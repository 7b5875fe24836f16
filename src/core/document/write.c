/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON writer: bytes as Python's json.dumps writes them (ensure_ascii), compact or
 * spaced, numbers by the text they came with. json-c's own printer escapes "/", writes
 * UTF-8 raw and stops a name at NUL. */
#include "core/document/write.h"
#include "core/document/plain.h"
#include "core/document/tags.h"
#include "core/document/tree_private.h"
#include "core/base/chars.h"

typedef struct {
    unsigned char *p;
    apr_size_t n;
    apr_size_t size;
    apr_pool_t *pool;
    bool guard;
    sc_bytes_t comma;
    sc_bytes_t colon;
} writer_t;

static void write_value(writer_t *w, const sc_value_t *value);

/* Room for n more bytes. */
static unsigned char *writer_room(writer_t *w, apr_size_t n)
{
    unsigned char *bigger;

    if (w->size - w->n < n) {
        w->size = (w->n + n) * 2;
        bigger = apr_palloc(w->pool, w->size);
        memcpy(bigger, w->p, w->n);
        w->p = bigger;
    }
    return w->p + w->n;
}

static void put_bytes(writer_t *w, const void *p, apr_size_t n)
{
    memcpy(writer_room(w, n), p, n);
    w->n += n;
}

static void put_char(writer_t *w, char c)
{
    *writer_room(w, 1) = (unsigned char)c;
    w->n++;
}

static void put_unicode(writer_t *w, unsigned c)
{
    unsigned char *to = writer_room(w, 6),
                  unit[2] = {(unsigned char)(c >> 8), (unsigned char)c};

    to[0] = '\\';
    to[1] = 'u';
    sc_hex_write(to + 2, sc_bytes(unit, 2), SC_HEX_LOWER);
    w->n += 6;
}

/* Takes one code point off the front of a text: UTF-8, a lone surrogate, C0 80 for NUL.
 * A byte that is none of these, which a caller may have put there, reads as U+FFFD. */
static unsigned next_unicode(sc_bytes_t *text)
{
    const unsigned char *p = text->p;
    apr_size_t i, n = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    unsigned c = p[0] & (0x7FU >> n);

    if (p[0] < 0xC0 || p[0] > 0xF4 || n > text->n) goto bad;
    for (i = 1; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80) goto bad;
        c = c << 6 | (p[i] & 0x3FU);
    }
    if (c > 0x10FFFF) goto bad;
    *text = sc_bytes_from(*text, n);
    return c;
bad:
    *text = sc_bytes_from(*text, 1);
    return 0xFFFD;
}

static void put_escape(writer_t *w, unsigned char c)
{
    static const char from[] = "\"\\\b\f\n\r\t", into[] = "\"\\bfnrt";
    const char *which = c ? strchr(from, c) : NULL;

    if (which == NULL) {
        put_unicode(w, c);
        return;
    }
    put_char(w, '\\');
    put_char(w, into[which - from]);
}

static void put_text(writer_t *w, sc_bytes_t text)
{
    apr_size_t n;
    unsigned c;

    while (text.n) {
        n = (apr_size_t)(sc_json_plain_end(text.p, text.p + text.n) - text.p);
        if (n) put_bytes(w, text.p, n);
        text = sc_bytes_from(text, n);
        if (text.n == 0) return;
        if (text.p[0] < 0x80) {
            put_escape(w, text.p[0]);
            text = sc_bytes_from(text, 1);
            continue;
        }
        c = next_unicode(&text);
        if (c >= 0x10000) {
            put_unicode(w, 0xD800 + ((c - 0x10000) >> 10));
            c = 0xDC00 + (c & 0x3FF);
        }
        put_unicode(w, c);
    }
}

static void write_int(writer_t *w, apr_int64_t number)
{
    char digits[24];
    int at = sizeof digits;
    apr_uint64_t rest = number < 0 ? 0 - (apr_uint64_t)number : (apr_uint64_t)number;

    do
        digits[--at] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0) digits[--at] = '-';
    put_bytes(w, digits + at, sizeof digits - (apr_size_t)at);
}

static void write_array(writer_t *w, const sc_value_t *array)
{
    apr_size_t i, n = json_object_array_length(array);

    put_char(w, '[');
    for (i = 0; i < n; i++) {
        if (i) put_bytes(w, w->comma.p, w->comma.n);
        write_value(w, json_object_array_get_idx(array, i));
    }
    put_char(w, ']');
}

/* A name, with Flask's "__" where it must not look like a tag. */
static void write_name(writer_t *w, const char *key, const char *suffix)
{
    put_char(w, '"');
    put_text(w, sc_bytes_str(key));
    put_text(w, sc_bytes_str(suffix));
    put_char(w, '"');
    put_bytes(w, w->colon.p, w->colon.n);
}

static void write_object(writer_t *w, const sc_value_t *object)
{
    struct lh_table *table = sc_table(object);
    struct lh_entry *entry;
    bool guarded = w->guard && sc_tag_of(object) != NULL;

    put_char(w, '{');
    if (guarded) {
        write_name(w, " di", "");
        put_char(w, '{');
    }
    lh_foreach(table, entry)
    {
        if (entry != table->head) put_bytes(w, w->comma.p, w->comma.n);
        write_name(w, sc_entry_key(entry), guarded ? "__" : "");
        write_value(w, sc_entry_value(entry));
    }
    if (guarded) put_char(w, '}');
    put_char(w, '}');
}

static void write_value(writer_t *w, const sc_value_t *value)
{
    sc_bytes_t text;

    switch (json_object_get_type(value)) {
    case json_type_null:
        put_bytes(w, "null", 4);
        break;
    case json_type_boolean:
        if (json_object_get_boolean(value))
            put_bytes(w, "true", 4);
        else
            put_bytes(w, "false", 5);
        break;
    case json_type_int:
        write_int(w, json_object_get_int64(value));
        break;
    case json_type_double:
        text = sc_number_text(value);
        put_bytes(w, text.p, text.n);
        break;
    case json_type_string:
        put_char(w, '"');
        put_text(w, sc_value_string(value));
        put_char(w, '"');
        break;
    case json_type_array:
        write_array(w, value);
        break;
    case json_type_object:
        write_object(w, value);
        break;
    }
}

static sc_bytes_t write_tree(const sc_value_t *value, sc_spacing_t spacing, bool guard,
                             apr_pool_t *p)
{
    sc_type_t type = sc_value_type(value);
    writer_t w;

    w.n = 0;
    w.size = type == SC_ARRAY || type == SC_OBJECT ? 512 : 32;
    w.p = apr_palloc(p, w.size);
    w.pool = p;
    w.guard = guard;
    w.comma = sc_bytes_str(spacing == SC_SPACED ? ", " : ",");
    w.colon = sc_bytes_str(spacing == SC_SPACED ? ": " : ":");
    write_value(&w, value);
    put_char(&w, '\0');
    return sc_bytes(w.p, w.n - 1);
}

sc_bytes_t sc_value_write(const sc_value_t *value, sc_spacing_t spacing, apr_pool_t *p)
{
    return write_tree(value, spacing, false, p);
}

sc_bytes_t sc_value_write_guarded(const sc_value_t *value, sc_spacing_t spacing,
                                  apr_pool_t *p)
{
    return write_tree(value, spacing, true, p);
}
