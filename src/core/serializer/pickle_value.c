/* SPDX-License-Identifier: Apache-2.0 */
/* A pickle's objects as a value. Here sharing is written out, so here the limits bite: a
 * list of a list of the same list, ten opcodes a level, stops at the first member too
 * many, and a container that contains itself is refused. */

#include "core/base/base64.h"
#include "core/serializer/pickle_private.h"

#include <errno.h>
#include <apr_strings.h>

static sc_status_t write_object(sc_value_t **value, sc_limits_t *left,
                                sc_pickle_t *object, apr_pool_t *p);

static sc_status_t take_bytes(sc_limits_t *left, apr_size_t n)
{
    if (n > left->document) return SC_TOO_LARGE;
    left->document -= n;
    return SC_OK;
}

/* {name: value}, which takes the value over. */
static sc_value_t *object_of(sc_bytes_t name, sc_value_t *value)
{
    sc_value_t *object = sc_value_make_object();

    sc_value_put(object, name, value);
    return object;
}

/* An int stays one for sc_value_int() where it fits. */
static sc_value_t *write_number(sc_bytes_t text)
{
    apr_int64_t number;
    char *end;

    errno = 0;
    number = apr_strtoi64((const char *)text.p, &end, 10);
    if (errno == 0 && *end == '\0') return sc_value_make_int(number);
    return sc_value_make_number(text);
}

/* The name that the dict {name: value} has to be given so that nobody takes it for a tag
 * (flask/json/tag.py, TagDict). 1 when it looks like one. */
static int looks_like_tag(sc_bytes_t *escaped, const sc_pickle_t *dict, apr_pool_t *p)
{
    static const char *const TAGS[] = {" di", " t", " b", " m", " u", " d"};
    sc_bytes_t parts[2];
    unsigned i;

    if (dict->items->nelts != 1) return 0;
    parts[0] = APR_ARRAY_IDX(dict->items, 0, sc_pickle_item_t).name;
    parts[1] = sc_bytes_str("__");
    for (i = 0; i < sizeof(TAGS) / sizeof(*TAGS); i++) {
        if (!sc_bytes_eq(parts[0], sc_bytes_str(TAGS[i]))) continue;
        *escaped = sc_bytes_join(parts, 2, p);
        return 1;
    }
    return 0;
}

/* Writes the items into an array or object that is already there. */
static sc_status_t write_items(sc_value_t *to, sc_limits_t *left,
                               const sc_pickle_t *object, apr_pool_t *p)
{
    sc_bytes_t escaped;
    int i, tag = object->kind == SC_P_DICT && looks_like_tag(&escaped, object, p);

    for (i = 0; i < object->items->nelts; i++) {
        const sc_pickle_item_t *item = &APR_ARRAY_IDX(object->items, i, sc_pickle_item_t);
        sc_value_t *value = NULL;
        sc_status_t st;

        if (left->members <= 0) return SC_TOO_LARGE;
        left->members--;
        st = take_bytes(left, item->name.n + 1);
        if (!st) st = write_object(&value, left, item->value, p);
        if (st) return st;
        if (object->kind == SC_P_DICT)
            sc_value_put(to, tag ? escaped : item->name, value);
        else
            sc_value_append(to, value);
    }
    return SC_OK;
}

static sc_status_t write_container(sc_value_t **value, sc_limits_t *left,
                                   sc_pickle_t *object, apr_pool_t *p)
{
    sc_bytes_t escaped;
    sc_value_t *made;
    sc_status_t st;

    if (object->busy) return SC_UNSUPPORTED;
    if (left->depth <= 0) return SC_TOO_LARGE;
    made = object->kind == SC_P_DICT ? sc_value_make_object() : sc_value_make_array();
    object->busy = 1;
    left->depth--;
    st = write_items(made, left, object, p);
    left->depth++;
    object->busy = 0;
    if (st) {
        sc_value_release(made);
        return st;
    }
    if (object->kind == SC_P_TUPLE)
        made = object_of(sc_bytes_str(" t"), made);
    else if (object->kind == SC_P_DICT && looks_like_tag(&escaped, object, p))
        made = object_of(sc_bytes_str(" di"), made);
    *value = made;
    return SC_OK;
}

static sc_status_t write_object(sc_value_t **value, sc_limits_t *left,
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
        *value = write_number(object->bytes);
        return SC_OK;
    case SC_P_TEXT:
        *value = sc_value_make_string(object->bytes);
        return SC_OK;
    case SC_P_BYTES:
    case SC_P_BYTEARRAY:
        *value = object_of(sc_bytes_str(" b"),
                           sc_value_make_string(sc_base64_encode(object->bytes, p)));
        return SC_OK;
    default:
        return write_container(value, left, object, p);
    }
}

sc_status_t sc_pickle_value(sc_value_t **value, sc_limits_t *left, sc_pickle_t *object,
                            apr_pool_t *p)
{
    return write_object(value, left, object, p);
}
