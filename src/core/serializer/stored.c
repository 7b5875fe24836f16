/* SPDX-License-Identifier: Apache-2.0 */
/* The serializer of what Flask-Session keeps in its store: a pickle until 0.5,
 * MessagePack or JSON (SESSION_SERIALIZATION_FORMAT) afterwards, of which a store may
 * have both for a while. The first byte tells: a map of MessagePack and a JSON object
 * begin as no pickle does, with one exception, which is the empty map. Refused: what is
 * not a dict. */
#include "core/serializer/stored.h"
#include "core/document/tags.h"
#include "core/serializer/msgpack.h"
#include "core/serializer/pickle.h"

#define PICKLE_PROTO 0x80 /* an empty map as well */
#define FIXMAP_LAST  0x8f
#define MAP16        0xde
#define MAP32        0xdf

static bool is_msgpack(sc_bytes_t stored)
{
    unsigned char c = *stored.p;

    if (c == PICKLE_PROTO) return stored.n == 1;
    return (c > PICKLE_PROTO && c <= FIXMAP_LAST) || c == MAP16 || c == MAP32;
}

/* Whether it is a dict: a tuple is an object as well, one that is a tag. */
static bool is_dict(const sc_value_t *value, apr_pool_t *p)
{
    sc_value_t *plain;
    bool is_object;

    if (sc_tags_resolve(&plain, value, p)) return false;
    is_object = sc_value_type(plain) == SC_OBJECT;
    sc_value_release(plain);
    return is_object;
}

static sc_status_t stored_decode(sc_doc_t **doc, sc_bytes_t stored,
                                 const sc_limits_t *limits, apr_pool_t *p)
{
    sc_limits_t left = *limits;
    sc_value_t *value;
    sc_status_t st;

    if (stored.n == 0) return SC_MALFORMED;
    if (*stored.p == '{') return sc_doc_parse(doc, stored, 0, limits, p);
    st = is_msgpack(stored) ? sc_msgpack_read(&value, &left, stored, p)
                            : sc_pickle_read(&value, &left, stored, p);
    if (st) return st;
    if (!is_dict(value, p)) {
        sc_value_release(value);
        return SC_MALFORMED;
    }
    *doc = sc_doc_wrap(value, 1, p);
    return SC_OK;
}

const sc_serializer_t sc_serializer_stored = {
    .name = "stored", .tagged = true, .decode = stored_decode};
