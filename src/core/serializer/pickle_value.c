/* SPDX-License-Identifier: Apache-2.0 */
/* A pickle's objects as a value. An object that is shared is written as often as it
 * occurs, so this is where the limits are enforced: lists nested in lists, each holding
 * the next ten times, end at the first member too many. A container that contains itself
 * is refused. */
#include "core/serializer/pickle_value.h"
#include "core/base/base64.h"
#include "core/document/tags.h"
#include <apr_strings.h>
#include <errno.h>

static sc_status_t value_of_object(sc_value_t **value, sc_limits_t *left,
                                   sc_pickle_t *object, apr_pool_t *p);

static sc_status_t take_bytes(sc_limits_t *left, apr_size_t n)
{
    if (n > left->document) return SC_TOO_LARGE;
    left->document -= n;
    return SC_OK;
}

/* {name: value}, which takes the value over. */
static sc_value_t *wrap_member(sc_bytes_t name, sc_value_t *value)
{
    sc_value_t *object = sc_value_make_object();

    sc_value_put(object, name, value);
    return object;
}

/* An int that fits stays one. */
static sc_value_t *value_of_number(sc_bytes_t text)
{
    apr_int64_t number;
    char *end;

    errno = 0;
    number = apr_strtoi64((const char *)text.p, &end, 10);
    if (errno == 0 && *end == '\0') return sc_value_make_int(number);
    return sc_value_make_number(text);
}

/* Whether all items have this name: in MessagePack one may come several times. */
static bool are_all_named(const sc_pickle_t *dict, sc_bytes_t name)
{
    for (int i = 0; i < dict->items->nelts; i++)
        if (!sc_bytes_eq(APR_ARRAY_IDX(dict->items, i, sc_pickle_item_t).name, name))
            return false;
    return true;
}

/* The name that the dict {name: value} is given so that it is not taken for a tag
 * (flask/json/tag.py, TagDict), if it looks like one. */
static bool looks_like_tag(sc_bytes_t *escaped, const sc_pickle_t *dict, apr_pool_t *p)
{
    sc_bytes_t parts[2];

    if (dict->items->nelts == 0) return false;
    parts[0] = APR_ARRAY_IDX(dict->items, 0, sc_pickle_item_t).name;
    parts[1] = sc_bytes_str("__");
    if (!sc_tag_is(parts[0]) || !are_all_named(dict, parts[0])) return false;
    *escaped = sc_bytes_join(parts, 2, p);
    return true;
}

/* Writes the items into an array or object that is already there. */
static sc_status_t value_items(sc_value_t *to, sc_limits_t *left,
                               const sc_pickle_t *object, apr_pool_t *p)
{
    sc_bytes_t escaped;
    bool tag = object->kind == SC_P_DICT && looks_like_tag(&escaped, object, p);
    int i;

    for (i = 0; i < object->items->nelts; i++) {
        const sc_pickle_item_t *item = &APR_ARRAY_IDX(object->items, i, sc_pickle_item_t);
        sc_value_t *value = NULL;
        sc_status_t st;

        if (left->members <= 0) return SC_TOO_LARGE;
        left->members--;
        st = take_bytes(left, item->name.n + 1);
        if (!st) st = value_of_object(&value, left, item->value, p);
        if (st) return st;
        if (object->kind == SC_P_DICT)
            sc_value_put(to, tag ? escaped : item->name, value);
        else
            sc_value_append(to, value);
    }
    return SC_OK;
}

static sc_status_t value_of_container(sc_value_t **value, sc_limits_t *left,
                                      sc_pickle_t *object, apr_pool_t *p)
{
    sc_bytes_t escaped;
    sc_value_t *made;
    sc_status_t st;

    if (object->busy) return SC_UNSUPPORTED;
    if (left->depth <= 0) return SC_TOO_LARGE;
    made = object->kind == SC_P_DICT ? sc_value_make_object() : sc_value_make_array();
    object->busy = true;
    left->depth--;
    st = value_items(made, left, object, p);
    left->depth++;
    object->busy = false;
    if (st) {
        sc_value_release(made);
        return st;
    }
    if (object->kind == SC_P_TUPLE)
        made = wrap_member(sc_bytes_str(" t"), made);
    else if (object->kind == SC_P_DICT && looks_like_tag(&escaped, object, p))
        made = wrap_member(sc_bytes_str(" di"), made);
    *value = made;
    return SC_OK;
}

static sc_status_t value_of_object(sc_value_t **value, sc_limits_t *left,
                                   sc_pickle_t *object, apr_pool_t *p)
{
    sc_status_t st = take_bytes(left, object->bytes.n + 2);

    if (st) return st;
    switch (object->kind) {
    case SC_P_NONE:
        *value = NULL;
        return SC_OK;
    case SC_P_BOOL:
        *value = sc_value_make_bool(object->truth);
        return SC_OK;
    case SC_P_NUMBER:
        *value = value_of_number(object->bytes);
        return SC_OK;
    case SC_P_TEXT:
        *value = sc_value_make_string(object->bytes);
        return SC_OK;
    case SC_P_BYTES:
    case SC_P_BYTEARRAY:
        *value = wrap_member(sc_bytes_str(" b"),
                             sc_value_make_string(sc_base64_encode(object->bytes, p)));
        return SC_OK;
    default:
        return value_of_container(value, left, object, p);
    }
}

sc_status_t sc_pickle_value(sc_value_t **value, sc_limits_t *left, sc_pickle_t *object,
                            apr_pool_t *p)
{
    return value_of_object(value, left, object, p);
}
