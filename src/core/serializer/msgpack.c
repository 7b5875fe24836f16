/* SPDX-License-Identifier: Apache-2.0 */
/* MessagePack, as msgspec writes it for Flask-Session. libmsgpack-c reads it, and the
 * objects become a value by the same way as those of a pickle, with the same limits. The
 * library makes room for as many elements as an array claims to have, so the heads of all
 * objects are read before: what claims more than its bytes can hold, or than the limits
 * allow, does not get there. */
#include "core/serializer/msgpack.h"
#include "core/base/utf8.h"
#include "core/serializer/pickle_number.h"
#include "core/serializer/pickle_value.h"
#include <apr_strings.h>
#include <msgpack.h>
#include <msgpack/timestamp.h>

#define FIRST_SECOND (-62135596800) /* of the year 1 */
#define YEAR_10000   253402300800

/* --- the heads --- */

typedef struct {
    sc_bytes_t in;
    apr_uint64_t pending; /* objects that are still to come */
    apr_uint64_t members; /* of all containers */
} scan_t;

/* What follows the first byte, from 0xc4 on: a big-endian number of that many bytes, and
 * bytes beside those that it counts. */
typedef struct {
    unsigned char width;
    unsigned char more;
} head_t;

static const head_t HEADS[] = {
    {1, 0}, {2, 0}, {4, 0},                  /* bin */
    {1, 1}, {2, 1}, {4, 1},                  /* ext */
    {0, 4}, {0, 8},                          /* float */
    {0, 1}, {0, 2}, {0, 4}, {0, 8},          /* uint */
    {0, 1}, {0, 2}, {0, 4}, {0, 8},          /* int */
    {0, 2}, {0, 3}, {0, 5}, {0, 9}, {0, 17}, /* fixext */
    {1, 0}, {2, 0}, {4, 0},                  /* str */
    {2, 0}, {4, 0},                          /* array */
    {2, 0}, {4, 0},                          /* map */
};
#define FIRST_HEAD  0xc4
#define FIRST_ARRAY 0xdc
#define FIRST_MAP   0xde
#define LAST_HEAD   0xdf

static bool take_number(apr_uint64_t *n, sc_bytes_t *in, int width)
{
    *n = 0;
    if (in->n < (apr_size_t)width) return false;
    for (int i = 0; i < width; i++)
        *n = *n << 8 | in->p[i];
    *in = sc_bytes_from(*in, (apr_size_t)width);
    return true;
}

static bool skip(sc_bytes_t *in, apr_uint64_t n)
{
    if (n > in->n) return false;
    *in = sc_bytes_from(*in, (apr_size_t)n);
    return true;
}

static void expect(scan_t *scan, apr_uint64_t n, bool is_map)
{
    scan->members += n;
    scan->pending += is_map ? 2 * n : n;
}

/* Goes past the head of an object, and past all of one that is not a container. */
static bool scan_object(scan_t *scan)
{
    unsigned char c = *scan->in.p;
    apr_uint64_t n;
    head_t head;

    scan->in = sc_bytes_from(scan->in, 1);
    if (c < 0x80 || c >= 0xe0) return true; /* a small int */
    if (c < 0xa0) {
        expect(scan, c & 15u, c < 0x90);
        return true;
    }
    if (c < 0xc0) return skip(&scan->in, c & 31u);
    if (c < FIRST_HEAD) return c != 0xc1; /* which is never used */
    head = HEADS[c - FIRST_HEAD];
    if (!take_number(&n, &scan->in, head.width)) return false;
    if (c < FIRST_ARRAY) return skip(&scan->in, n + head.more);
    expect(scan, n, c >= FIRST_MAP);
    return true;
}

static sc_status_t scan_all(sc_bytes_t packed, const sc_limits_t *left)
{
    scan_t scan = {.in = packed, .pending = 1};

    for (; scan.pending; scan.pending--) {
        if (scan.pending > scan.in.n || !scan_object(&scan)) return SC_MALFORMED;
        if (scan.members > (apr_uint64_t)left->members) return SC_TOO_LARGE;
    }
    return scan.in.n ? SC_MALFORMED : SC_OK;
}

/* --- the objects --- */

static sc_status_t convert(sc_pickle_t **made, const msgpack_object *from, apr_pool_t *p);

static sc_status_t convert_text(sc_pickle_t *to, sc_bytes_t text)
{
    if (!sc_utf8_valid(text)) return SC_MALFORMED;
    to->kind = SC_P_TEXT;
    to->bytes = text;
    return SC_OK;
}

static sc_status_t convert_number(sc_pickle_t *to, const msgpack_object *from,
                                  apr_pool_t *p)
{
    to->kind = SC_P_NUMBER;
    if (from->type == MSGPACK_OBJECT_POSITIVE_INTEGER)
        to->bytes = sc_bytes_str(apr_psprintf(p, "%" APR_UINT64_T_FMT, from->via.u64));
    else if (from->type == MSGPACK_OBJECT_NEGATIVE_INTEGER)
        to->bytes = sc_bytes_str(apr_psprintf(p, "%" APR_INT64_T_FMT, from->via.i64));
    else
        to->bytes = sc_pickle_double(from->via.f64, p);
    return SC_OK;
}

/* Type -1 of the specification. */
static sc_status_t convert_time(sc_pickle_t *to, const msgpack_object *from,
                                apr_pool_t *p)
{
    char *text = apr_palloc(p, APR_RFC822_DATE_LEN);
    msgpack_timestamp t;

    if (!msgpack_object_to_timestamp(from, &t)) return SC_UNSUPPORTED;
    if (t.tv_sec < FIRST_SECOND || t.tv_sec >= YEAR_10000) return SC_UNSUPPORTED;
    apr_rfc822_date(text, apr_time_from_sec(t.tv_sec));
    return convert_text(to, sc_bytes_str(text));
}

static sc_status_t convert_array(sc_pickle_t *to, const msgpack_object_array *from,
                                 apr_pool_t *p)
{
    sc_status_t st = SC_OK;

    to->kind = SC_P_LIST;
    to->items = apr_array_make(p, (int)from->size, sizeof(sc_pickle_item_t));
    for (uint32_t i = 0; i < from->size && !st; i++) {
        sc_pickle_item_t *item = apr_array_push(to->items);

        st = convert(&item->value, &from->ptr[i], p);
    }
    return st;
}

/* What json.dumps makes of a key, as in a pickle. */
static sc_status_t convert_name(sc_bytes_t *name, const msgpack_object *from,
                                apr_pool_t *p)
{
    sc_pickle_t *key;
    sc_status_t st = convert(&key, from, p);

    if (st) return st;
    if (key->kind == SC_P_NONE)
        *name = sc_bytes_str("null");
    else if (key->kind == SC_P_BOOL)
        *name = sc_bytes_str(key->truth ? "true" : "false");
    else if (key->kind == SC_P_TEXT || key->kind == SC_P_NUMBER)
        *name = key->bytes;
    else
        return SC_UNSUPPORTED;
    return SC_OK;
}

static sc_status_t convert_map(sc_pickle_t *to, const msgpack_object_map *from,
                               apr_pool_t *p)
{
    sc_status_t st = SC_OK;

    to->kind = SC_P_DICT;
    to->items = apr_array_make(p, (int)from->size, sizeof(sc_pickle_item_t));
    for (uint32_t i = 0; i < from->size && !st; i++) {
        sc_pickle_item_t *item = apr_array_push(to->items);

        st = convert_name(&item->name, &from->ptr[i].key, p);
        if (!st) st = convert(&item->value, &from->ptr[i].val, p);
    }
    return st;
}

/* As deep as the library goes, which is not far. */
static sc_status_t convert(sc_pickle_t **made, const msgpack_object *from, apr_pool_t *p)
{
    sc_pickle_t *to = *made = apr_pcalloc(p, sizeof(*to));

    switch (from->type) {
    case MSGPACK_OBJECT_NIL:
        return SC_OK;
    case MSGPACK_OBJECT_BOOLEAN:
        to->kind = SC_P_BOOL;
        to->truth = from->via.boolean;
        return SC_OK;
    case MSGPACK_OBJECT_STR:
        return convert_text(to, sc_bytes(from->via.str.ptr, from->via.str.size));
    case MSGPACK_OBJECT_BIN:
        to->kind = SC_P_BYTES;
        to->bytes = sc_bytes(from->via.bin.ptr, from->via.bin.size);
        return SC_OK;
    case MSGPACK_OBJECT_ARRAY:
        return convert_array(to, &from->via.array, p);
    case MSGPACK_OBJECT_MAP:
        return convert_map(to, &from->via.map, p);
    case MSGPACK_OBJECT_EXT:
        return convert_time(to, from, p);
    default:
        return convert_number(to, from, p);
    }
}

sc_status_t sc_msgpack_read(sc_value_t **value, sc_limits_t *left, sc_bytes_t packed,
                            apr_pool_t *p)
{
    sc_status_t st = scan_all(packed, left);
    msgpack_unpacked unpacked;
    msgpack_unpack_return rv;
    sc_pickle_t *object = NULL;
    apr_size_t at = 0;

    if (st) return st;
    msgpack_unpacked_init(&unpacked);
    rv = msgpack_unpack_next(&unpacked, (const char *)packed.p, packed.n, &at);
    if (rv == MSGPACK_UNPACK_SUCCESS)
        st = convert(&object, &unpacked.data, p);
    else
        /* The heads are good: it is nested more deeply than the library goes. */
        st = SC_TOO_LARGE;
    if (!st) st = sc_pickle_value(value, left, object, p);
    msgpack_unpacked_destroy(&unpacked);
    return st;
}
