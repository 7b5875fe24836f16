/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON reader: one pass that checks everything and builds json-c's objects as it
 * goes. It takes what Python's json.loads takes (RFC 8259 with NaN and Infinity) and
 * nothing else: no BOM, no UTF-16, no comment, no trailing comma, no control character in
 * a string, no malformed UTF-8, nothing after the value. json-c's own tokener is not
 * used: it takes some of these, saturates integers, cuts names at NUL, replaces lone
 * surrogates.
 */
#include "core/document/read.h"
#include "core/document/read_string.h"
#include "core/document/tree_private.h"
#include <apr_strings.h>
#include <limits.h>

/* Python refuses to convert longer ones (sys.get_int_max_str_digits). */
#define INT_DIGITS_MAX 4300

/* Nothing is nested deeper, whatever an option says: reading and writing recurse. */
#define DEPTH_MAX 512

static sc_status_t read_value(sc_value_t **value, sc_reader_t *r);

static inline void reader_skip_space(sc_reader_t *r)
{
    while (r->at < r->end && *r->at <= ' ' &&
           (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t')) {
        r->at++;
        r->exact = false;
    }
}

static bool reader_take_word(sc_reader_t *r, const char *word)
{
    apr_size_t n = strlen(word);

    if ((apr_size_t)(r->end - r->at) < n || memcmp(r->at, word, n) != 0) return false;
    r->at += n;
    return true;
}

static sc_status_t read_string(sc_value_t **value, sc_reader_t *r)
{
    sc_bytes_t text;
    sc_status_t st = sc_reader_text(&text, r, false);

    if (st) return st;
    *value = json_object_new_string_len((const char *)text.p, (int)text.n);
    return *value ? SC_OK : SC_ERROR;
}

/* A number that json-c cannot hold is kept as its text. */
static sc_status_t keep_number(sc_value_t **value, sc_reader_t *r,
                               const unsigned char *from)
{
    apr_size_t n = (apr_size_t)(r->at - from);
    unsigned char *text = sc_reader_scratch(r);

    memcpy(text, from, n);
    text[n] = '\0';
    *value = json_object_new_double_s(0.0, (const char *)text);
    return *value ? SC_OK : SC_ERROR;
}

static apr_size_t reader_skip_digits(sc_reader_t *r)
{
    const unsigned char *from = r->at;

    while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
        r->at++;
    return (apr_size_t)(r->at - from);
}

/* Fraction and exponent, if there are any. MALFORMED when one has no digits. */
static sc_status_t skip_fraction(bool *found, sc_reader_t *r)
{
    *found = false;
    if (sc_reader_take(r, '.')) {
        if (reader_skip_digits(r) == 0) return SC_MALFORMED;
        *found = true;
    }
    if (sc_reader_take(r, 'e') || sc_reader_take(r, 'E')) {
        if (!sc_reader_take(r, '+')) (void)sc_reader_take(r, '-');
        if (reader_skip_digits(r) == 0) return SC_MALFORMED;
        *found = true;
    }
    return SC_OK;
}

static sc_status_t read_number(sc_value_t **value, sc_reader_t *r)
{
    const unsigned char *from = r->at, *p;
    bool negative = sc_reader_take(r, '-');
    apr_int64_t number = 0;
    apr_size_t digits;
    bool fraction;

    if (negative && reader_take_word(r, "Infinity")) return keep_number(value, r, from);
    p = r->at;
    digits = sc_reader_take(r, '0') ? 1 : reader_skip_digits(r);
    if (digits == 0 || skip_fraction(&fraction, r)) return SC_MALFORMED;
    if (!fraction && digits > INT_DIGITS_MAX) return SC_MALFORMED;
    /* 18 digits always fit 64 bits; integers of 19, of which some do, are kept as text.
     */
    if (fraction || digits > 18 || (negative && *p == '0'))
        return keep_number(value, r, from);
    for (; p < r->at; p++)
        number = number * 10 + (*p - '0');
    *value = json_object_new_int64(negative ? -number : number);
    return *value ? SC_OK : SC_ERROR;
}

static sc_status_t read_elements(sc_value_t *array, sc_reader_t *r)
{
    sc_value_t *element;
    sc_status_t st;

    reader_skip_space(r);
    if (sc_reader_take(r, ']')) return SC_OK;
    do {
        if (--r->members < 0) return SC_TOO_LARGE;
        reader_skip_space(r);
        st = read_value(&element, r);
        if (st) return st;
        if (json_object_array_add(array, element)) {
            json_object_put(element);
            return SC_ERROR;
        }
        reader_skip_space(r);
    } while (sc_reader_take(r, ','));
    return sc_reader_take(r, ']') ? SC_OK : SC_MALFORMED;
}

/* One member. Its name stays in the pool, and is the key of the object's table. */
static sc_status_t read_member(sc_value_t *object, sc_reader_t *r)
{
    const char *name;
    sc_value_t *value;
    sc_bytes_t text;
    sc_status_t st;

    if (!sc_reader_take(r, '"')) return SC_MALFORMED;
    st = sc_reader_text(&text, r, true);
    if (st) return st;
    name = apr_pstrmemdup(r->pool, (const char *)text.p, text.n);
    if (name[0] == ' ') r->spaced = true;
    reader_skip_space(r);
    if (!sc_reader_take(r, ':')) return SC_MALFORMED;
    reader_skip_space(r);
    st = read_value(&value, r);
    if (st) return st;
    if (json_object_object_add_ex(object, name, value, JSON_C_OBJECT_KEY_IS_CONSTANT) ==
        0)
        return SC_OK;
    json_object_put(value);
    return SC_ERROR;
}

static sc_status_t read_members(sc_value_t *object, sc_reader_t *r)
{
    sc_status_t st;
    int n = 0;

    reader_skip_space(r);
    if (sc_reader_take(r, '}')) return SC_OK;
    do {
        if (--r->members < 0) return SC_TOO_LARGE;
        reader_skip_space(r);
        st = read_member(object, r);
        if (st) return st;
        reader_skip_space(r);
        n++;
    } while (sc_reader_take(r, ','));
    if (json_object_object_length(object) != n) r->exact = false; /* one came twice */
    return sc_reader_take(r, '}') ? SC_OK : SC_MALFORMED;
}

static sc_status_t read_container(sc_value_t **value, sc_reader_t *r, bool is_object)
{
    sc_value_t *made;
    sc_status_t st;

    if (r->depth == 0) return SC_TOO_LARGE;
    made = is_object ? json_object_new_object() : json_object_new_array();
    if (made == NULL) return SC_ERROR;
    r->depth--;
    st = is_object ? read_members(made, r) : read_elements(made, r);
    r->depth++;
    if (st) {
        json_object_put(made);
        return st;
    }
    *value = made;
    return SC_OK;
}

static sc_status_t read_word(sc_value_t **value, sc_reader_t *r)
{
    const unsigned char *from = r->at;

    if (reader_take_word(r, "NaN") || reader_take_word(r, "Infinity"))
        return keep_number(value, r, from);
    if (reader_take_word(r, "null")) {
        *value = NULL;
        return SC_OK;
    }
    if (reader_take_word(r, "true"))
        *value = json_object_new_boolean(1);
    else if (reader_take_word(r, "false"))
        *value = json_object_new_boolean(0);
    else
        return SC_MALFORMED;
    return *value ? SC_OK : SC_ERROR;
}

static sc_status_t read_value(sc_value_t **value, sc_reader_t *r)
{
    if (sc_reader_take(r, '"')) return read_string(value, r);
    if (sc_reader_take(r, '{')) return read_container(value, r, true);
    if (sc_reader_take(r, '[')) return read_container(value, r, false);
    if (r->at < r->end && (*r->at == '-' || (*r->at >= '0' && *r->at <= '9')))
        return read_number(value, r);
    return read_word(value, r);
}

sc_status_t sc_value_read(sc_value_t **value, bool *spaced, bool *exact, sc_bytes_t json,
                          const sc_limits_t *limits, apr_pool_t *p)
{
    sc_value_t *made;
    sc_status_t st;
    sc_reader_t r;

    if (json.n == 0) return SC_MALFORMED;
    if (json.n >= INT_MAX) return SC_TOO_LARGE;
    r.at = json.p;
    r.end = json.p + json.n;
    r.depth = limits->depth < DEPTH_MAX ? limits->depth : DEPTH_MAX;
    r.members = limits->members;
    r.spaced = false;
    r.exact = true;
    r.pool = p;
    r.size = json.n;
    r.scratch = NULL;
    reader_skip_space(&r);
    st = read_value(&made, &r);
    if (st) return st;
    reader_skip_space(&r);
    if (r.at != r.end) {
        json_object_put(made);
        return SC_MALFORMED;
    }
    *value = made;
    *spaced = r.spaced;
    *exact = r.exact;
    return SC_OK;
}

static apr_status_t release_value(void *data)
{
    json_object_put(data);
    return APR_SUCCESS;
}

sc_status_t sc_value_parse(sc_value_t **value, sc_bytes_t json, const sc_limits_t *limits,
                           apr_pool_t *p)
{
    sc_value_t *made;
    sc_status_t st;
    bool spaced, exact;

    st = sc_value_read(&made, &spaced, &exact, json, limits, p);
    if (st) return st;
    if (made) apr_pool_cleanup_register(p, made, release_value, apr_pool_cleanup_null);
    *value = made;
    return SC_OK;
}
