/* SPDX-License-Identifier: Apache-2.0 */
/* Values: what they are, and how they are made. A string is bytes with a length; only
 * names pass through C strings (name.h). */
#include "core/document/value.h"
#include "core/document/name.h"
#include "core/document/tree_private.h"
#include <limits.h>
#include <stdlib.h>

/* json-c's functions take no const, and those used here change nothing. */
static sc_value_t *mutable(const sc_value_t *value)
{
    return (sc_value_t *)(apr_uintptr_t)value;
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

bool sc_value_member(const sc_value_t **value, const sc_value_t *object, sc_bytes_t name)
{
    sc_value_t *found;
    sc_name_t key;
    bool there;

    if (!json_object_is_type(object, json_type_object)) return false;
    sc_name_open(&key, name);
    there = json_object_object_get_ex(object, key.z, &found);
    sc_name_close(&key);
    if (there) *value = found;
    return there;
}

/* Out of memory. NULL would read as JSON null, so the process ends, as httpd does. */
static sc_value_t *or_abort(sc_value_t *value)
{
    if (value == NULL) abort();
    return value;
}

sc_value_t *sc_value_make_string(sc_bytes_t text)
{
    if (text.n >= INT_MAX) abort();
    return or_abort(
        json_object_new_string_len(text.n ? (const char *)text.p : "", (int)text.n));
}

sc_value_t *sc_value_make_int(apr_int64_t number)
{
    return or_abort(json_object_new_int64(number));
}

sc_value_t *sc_value_make_number(sc_bytes_t text)
{
    sc_name_t z;
    sc_value_t *value;

    sc_name_open(&z, text);
    value = or_abort(json_object_new_double_s(0.0, z.z));
    sc_name_close(&z);
    return value;
}

sc_value_t *sc_value_make_bool(bool truth)
{
    return or_abort(json_object_new_boolean(truth));
}

sc_value_t *sc_value_make_array(void)
{
    return or_abort(json_object_new_array());
}

sc_value_t *sc_value_make_object(void)
{
    return or_abort(json_object_new_object());
}

void sc_value_append(sc_value_t *array, sc_value_t *element)
{
    if (json_object_array_add(array, element)) abort();
}

void sc_value_put(sc_value_t *object, sc_bytes_t name, sc_value_t *value)
{
    sc_name_t key;

    sc_name_open(&key, name);
    if (json_object_object_add(object, key.z, value)) abort();
    sc_name_close(&key);
}

sc_value_t *sc_value_ref(const sc_value_t *value)
{
    return json_object_get(mutable(value));
}

static sc_value_t *copy_elements(const sc_value_t *array)
{
    sc_value_t *copy = sc_value_make_array();

    for (int i = 0; i < sc_value_length(array); i++)
        sc_value_append(copy, sc_value_copy(sc_value_at(array, i)));
    return copy;
}

static sc_value_t *copy_members(const sc_value_t *object)
{
    sc_value_t *copy = sc_value_make_object();
    struct lh_table *table = sc_table(object);
    struct lh_entry *entry;

    lh_foreach(table, entry)
    {
        if (json_object_object_add(copy, sc_entry_key(entry),
                                   sc_value_copy(sc_entry_value(entry))))
            abort();
    }
    return copy;
}

sc_value_t *sc_value_copy(const sc_value_t *value)
{
    switch (json_object_get_type(value)) {
    case json_type_boolean:
        return sc_value_make_bool(json_object_get_boolean(value));
    case json_type_int:
        return sc_value_make_int(json_object_get_int64(value));
    case json_type_double:
        return sc_value_make_number(sc_number_text(value));
    case json_type_string:
        return sc_value_make_string(sc_value_string(value));
    case json_type_array:
        return copy_elements(value);
    case json_type_object:
        return copy_members(value);
    default:
        return NULL;
    }
}

void sc_value_release(sc_value_t *value)
{
    json_object_put(value);
}

/* Blocks of malloc() have a header, and are rounded up. */
#define BLOCK(n) ((apr_size_t)(n) + 16)

static apr_size_t weight_of_elements(const sc_value_t *array)
{
    apr_size_t weight = BLOCK(sizeof(struct array_list)) +
                        BLOCK(ARRAY_LIST_DEFAULT_SIZE * sizeof(void *));

    for (int i = 0; i < sc_value_length(array); i++)
        weight += sizeof(void *) + sc_value_weight(sc_value_at(array, i));
    return weight;
}

static apr_size_t weight_of_members(const sc_value_t *object)
{
    struct lh_table *table = sc_table(object);
    apr_size_t weight =
        BLOCK(sizeof(*table)) + BLOCK((apr_size_t)table->size * sizeof(struct lh_entry));
    struct lh_entry *entry;

    lh_foreach(table, entry) weight +=
        BLOCK(strlen(sc_entry_key(entry)) + 1) + sc_value_weight(sc_entry_value(entry));
    return weight;
}

apr_size_t sc_value_weight(const sc_value_t *value)
{
    apr_size_t own = BLOCK(48); /* json-c's object, without what it points to */

    switch (json_object_get_type(value)) {
    case json_type_null:
        return 0;
    case json_type_double:
        return own + BLOCK(sc_number_text(value).n + 1);
    case json_type_string:
        return own + sc_value_string(value).n;
    case json_type_array:
        return own + weight_of_elements(value);
    case json_type_object:
        return own + weight_of_members(value);
    default:
        return own;
    }
}
