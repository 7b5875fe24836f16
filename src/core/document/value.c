/* SPDX-License-Identifier: Apache-2.0 */
/* Values: what they are, and how they are made. A string is bytes with a length
 * everywhere; only names pass through C strings, with NUL in disguise (document_tree.h).
 */
#include "core/document/tree_private.h"
#include <apr_strings.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

/* json-c's functions take no const, and those used here change nothing. */
static sc_value_t *mutable(const sc_value_t *value)
{
    return (sc_value_t *)(apr_uintptr_t)value;
}

void sc_key_open(sc_key_name_t *key, sc_bytes_t name)
{
    char *to = key->small;
    apr_size_t i;

    key->heap = NULL;
    if (name.n * 2 + 1 > sizeof key->small) {
        to = key->heap = malloc(name.n * 2 + 1);
        if (to == NULL) abort();
    }
    key->z = to;
    for (i = 0; i < name.n; i++) {
        if (name.p[i] == '\0') *to++ = '\xC0';
        *to++ = name.p[i] ? (char)name.p[i] : '\x80';
    }
    *to = '\0';
}

void sc_key_close(sc_key_name_t *key)
{
    free(key->heap);
}

sc_bytes_t sc_key_text(const char *key, apr_pool_t *p)
{
    sc_bytes_t text = sc_bytes_str(key);
    unsigned char *to;
    apr_size_t i, n = 0;

    if (sc_bytes_index(text, '\xC0') < 0) return text;
    to = apr_palloc(p, text.n);
    for (i = 0; i < text.n; i++) {
        to[n++] = text.p[i] == 0xC0 ? '\0' : text.p[i];
        if (text.p[i] == 0xC0) i++;
    }
    return sc_bytes(to, n);
}

sc_type_t sc_value_type(const sc_value_t *value)
{
    switch (json_object_get_type(value)) {
    case json_type_boolean:
        return SC_BOOL;
    case json_type_int:
    case json_type_double:
        return SC_NUMBER;
    case json_type_string:
        return SC_STRING;
    case json_type_array:
        return SC_ARRAY;
    case json_type_object:
        return SC_OBJECT;
    default:
        return SC_NULL;
    }
}

sc_bytes_t sc_value_string(const sc_value_t *value)
{
    if (!json_object_is_type(value, json_type_string)) return sc_bytes("", 0);
    return sc_bytes(json_object_get_string(mutable(value)),
                    (apr_size_t)json_object_get_string_len(value));
}

static int is_scalar(const sc_value_t *value)
{
    sc_type_t type = sc_value_type(value);

    return type == SC_BOOL || type == SC_NUMBER || type == SC_STRING;
}

static sc_bytes_t scalar_text(const sc_value_t *value, apr_pool_t *p)
{
    if (sc_value_type(value) == SC_STRING) return sc_value_string(value);
    return sc_value_write(value, SC_COMPACT, p);
}

static sc_bytes_t join(const sc_value_t *array, const char *delimiter, apr_pool_t *p)
{
    int i, n = sc_value_length(array);
    sc_bytes_t *parts = apr_palloc(p, sizeof *parts * (apr_size_t)(2 * n + 1));

    for (i = 0; i < n; i++) {
        parts[2 * i] = scalar_text(sc_value_at(array, i), p);
        parts[2 * i + 1] = sc_bytes_str(delimiter);
    }
    return sc_bytes_join(parts, n ? 2 * n - 1 : 0, p);
}

int sc_value_text(sc_bytes_t *text, const sc_value_t *value, const char *delimiter,
                  apr_pool_t *p)
{
    int i, n = sc_value_length(value);

    if (value == NULL) return 0;
    if (sc_value_type(value) != SC_ARRAY) {
        *text = scalar_text(value, p);
        return 1;
    }
    for (i = 0; i < n && is_scalar(sc_value_at(value, i));)
        i++;
    *text = i == n ? join(value, delimiter, p) : sc_value_write(value, SC_COMPACT, p);
    return 1;
}

int sc_value_int(apr_int64_t *number, const sc_value_t *value)
{
    apr_int64_t n;
    const char *text;
    char *end;

    if (json_object_is_type(value, json_type_int)) {
        *number = json_object_get_int64(value);
        return 1;
    }
    if (!json_object_is_type(value, json_type_double)) return 0;
    text = (const char *)sc_number_text(value).p;
    errno = 0;
    n = apr_strtoi64(text, &end, 10);
    if (errno || end == text || *end != '\0') return 0;
    *number = n;
    return 1;
}

/* ".5" and "e-3" of a number: by how many powers of ten its digits are too large. */
static double scaled(double digits, int decimals, const char *exponent)
{
    apr_int64_t power = *exponent ? apr_atoi64(exponent + 1) : 0;
    double scale = 1;

    power = power > 1000 ? 1000 : power < -1000 ? -1000 : power;
    power -= decimals;
    for (; power > 0 && digits != 0; power--)
        digits *= 10;
    for (; power < 0; power++)
        scale *= 10;
    return digits / scale;
}

/* strtod() reads what the process' locale calls a decimal point, which PHP may set. */
static double from_text(const char *z)
{
    int negative = *z == '-', decimals = 0, point = 0;
    double digits = 0;

    z += negative;
    if (*z == 'I') return negative ? -HUGE_VAL : HUGE_VAL;
    for (; *z == '.' || (*z >= '0' && *z <= '9'); z++) {
        decimals += point;
        if (*z == '.')
            point = 1;
        else
            digits = digits * 10 + (*z - '0');
    }
    digits = scaled(digits, decimals, z);
    return negative ? -digits : digits;
}

int sc_value_double(double *number, const sc_value_t *value)
{
    double found;

    if (sc_value_type(value) == SC_BOOL)
        found = json_object_get_boolean(value);
    else if (json_object_is_type(value, json_type_int))
        found = (double)json_object_get_int64(value);
    else if (json_object_is_type(value, json_type_double) &&
             *sc_number_text(value).p != 'N')
        found = from_text((const char *)sc_number_text(value).p);
    else
        return 0;
    if (isnan(found)) return 0; /* more digits than a double can count */
    *number = found;
    return 1;
}

int sc_value_length(const sc_value_t *array)
{
    if (!json_object_is_type(array, json_type_array)) return 0;
    return (int)json_object_array_length(array);
}

const sc_value_t *sc_value_at(const sc_value_t *array, int i)
{
    if (i < 0 || i >= sc_value_length(array)) return NULL;
    return json_object_array_get_idx(array, (apr_size_t)i);
}

int sc_value_member(const sc_value_t **value, const sc_value_t *object, sc_bytes_t name)
{
    sc_value_t *found;
    sc_key_name_t key;
    int there;

    if (!json_object_is_type(object, json_type_object)) return 0;
    sc_key_open(&key, name);
    there = json_object_object_get_ex(object, key.z, &found);
    sc_key_close(&key);
    if (there) *value = found;
    return there;
}

/* Without memory there is no value, and NULL would read as null: httpd's way is to end.
 */
static sc_value_t *made(sc_value_t *value)
{
    if (value == NULL) abort();
    return value;
}

sc_value_t *sc_value_make_string(sc_bytes_t text)
{
    if (text.n >= INT_MAX) abort();
    return made(
        json_object_new_string_len(text.n ? (const char *)text.p : "", (int)text.n));
}

sc_value_t *sc_value_make_int(apr_int64_t number)
{
    return made(json_object_new_int64(number));
}

sc_value_t *sc_value_make_number(sc_bytes_t text)
{
    sc_key_name_t z;
    sc_value_t *value;

    sc_key_open(&z, text);
    value = made(json_object_new_double_s(0.0, z.z));
    sc_key_close(&z);
    return value;
}

sc_value_t *sc_value_make_bool(int truth)
{
    return made(json_object_new_boolean(truth != 0));
}

sc_value_t *sc_value_make_array(void)
{
    return made(json_object_new_array());
}

sc_value_t *sc_value_make_object(void)
{
    return made(json_object_new_object());
}

void sc_value_append(sc_value_t *array, sc_value_t *element)
{
    if (json_object_array_add(array, element)) abort();
}

void sc_value_put(sc_value_t *object, sc_bytes_t name, sc_value_t *value)
{
    sc_key_name_t key;

    sc_key_open(&key, name);
    if (json_object_object_add(object, key.z, value)) abort();
    sc_key_close(&key);
}

sc_value_t *sc_value_ref(const sc_value_t *value)
{
    return json_object_get(mutable(value));
}

void sc_value_release(sc_value_t *value)
{
    json_object_put(value);
}
