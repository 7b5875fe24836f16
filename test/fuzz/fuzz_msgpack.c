/* SPDX-License-Identifier: Apache-2.0 */
/* MessagePack that is good, built from the input: the reader finds in it what was put
 * there, however its heads were written. Then with a byte changed. (Any bytes are the
 * business of fuzz_stored.) */
#include "fuzz.h"
#include "core/document/document.h"
#include "core/serializer/msgpack.h"
#include <apr_strings.h>

#define ROOM 4096

typedef struct {
    unsigned char bytes[ROOM];
    apr_size_t n;
    sc_bytes_t data; /* what decides */
    int left;        /* values that may still come */
    apr_pool_t *p;
} build_t;

void fuzz_start(apr_pool_t *p)
{
    (void)p;
}

static void put(build_t *b, const void *bytes, apr_size_t n)
{
    must(b->n + n <= ROOM);
    memcpy(b->bytes + b->n, bytes, n);
    b->n += n;
}

/* A head, and a big-endian number of that many bytes. */
static void put_head(build_t *b, unsigned head, int width, apr_uint64_t number)
{
    unsigned char bytes[9] = {(unsigned char)head};

    for (int i = 0; i < width; i++)
        bytes[1 + i] = (unsigned char)(number >> 8 * (width - 1 - i));
    put(b, bytes, 1 + (apr_size_t)width);
}

/* Heads of these have a short form for small numbers, and longer ones. */
static void put_size(build_t *b, unsigned tiny, unsigned most, unsigned head, bool has_8,
                     unsigned n)
{
    unsigned form = fuzz_byte(&b->data) % 4;

    if (form == 0 && n <= most)
        put_head(b, tiny | n, 0, 0);
    else if (form == 1 && has_8)
        put_head(b, head, 1, n);
    else if (form == 2)
        put_head(b, head + has_8, 2, n);
    else
        put_head(b, head + has_8 + 1, 4, n);
}

static sc_bytes_t text_of(build_t *b)
{
    static const char letters[] = "ab\"\\ \x7f";
    unsigned n = fuzz_byte(&b->data) % 5;
    char *text = apr_palloc(b->p, n);

    for (unsigned i = 0; i < n; i++)
        text[i] = letters[fuzz_byte(&b->data) % 6];
    put_size(b, 0xa0, 31, 0xd9, true, n);
    put(b, text, n);
    return sc_bytes(text, n);
}

static sc_value_t *number_of(build_t *b)
{
    int width = 1 << fuzz_byte(&b->data) % 4, power = 0;
    bool is_signed = fuzz_byte(&b->data) % 2;
    apr_uint64_t number = 0;

    for (int i = 0; i < width; i++)
        number = number << 8 | fuzz_byte(&b->data);
    while (1 << power != width)
        power++;
    put_head(b, (is_signed ? 0xd0 : 0xcc) + (unsigned)power, width, number);
    if (is_signed) {
        int shift = 64 - 8 * width;

        return sc_value_make_int((apr_int64_t)(number << shift) >> shift);
    }
    return sc_value_make_number(
        sc_bytes_str(apr_psprintf(b->p, "%" APR_UINT64_T_FMT, number)));
}

static sc_value_t *value_of(build_t *b, int depth);

static sc_value_t *array_of(build_t *b, int depth)
{
    unsigned n = fuzz_byte(&b->data) % 5;
    sc_value_t *array = sc_value_make_array();

    put_size(b, 0x90, 15, 0xdc, false, n);
    while (n--)
        sc_value_append(array, value_of(b, depth + 1));
    return array;
}

static sc_value_t *map_of(build_t *b, int depth)
{
    unsigned n = fuzz_byte(&b->data) % 4;
    sc_value_t *object = sc_value_make_object();

    put_size(b, 0x80, 15, 0xde, false, n);
    while (n--) {
        sc_bytes_t name = text_of(b);

        sc_value_put(object, name, value_of(b, depth + 1));
    }
    return object;
}

static sc_value_t *value_of(build_t *b, int depth)
{
    unsigned kind = b->left-- > 0 && depth < 8 ? fuzz_byte(&b->data) % 8 : 0;
    bool truth;

    switch (kind) {
    case 1:
    case 2:
        return map_of(b, depth);
    case 3:
        return array_of(b, depth);
    case 4:
        return number_of(b);
    case 5:
        return sc_value_make_string(text_of(b));
    case 6:
        truth = fuzz_byte(&b->data) % 2;
        put_head(b, truth ? 0xc3 : 0xc2, 0, 0);
        return sc_value_make_bool(truth);
    case 7:
        put_head(b, 0xff, 0, 0);
        return sc_value_make_int(-1);
    default:
        put_head(b, 0xc0, 0, 0);
        return NULL;
    }
}

static sc_status_t read_it(sc_value_t **value, const build_t *b)
{
    sc_limits_t left = {8192, 65536, 31, 1023};
    sc_bytes_t packed = sc_bytes_dup(sc_bytes(b->bytes, b->n), b->p);

    return sc_msgpack_read(value, &left, sc_bytes(packed.p, b->n), b->p);
}

void fuzz_try(sc_bytes_t data, apr_pool_t *p)
{
    unsigned at = fuzz_byte(&data), with = fuzz_byte(&data);
    build_t b = {.n = 0, .data = data, .left = 60, .p = p};
    sc_value_t *ours = value_of(&b, 0), *read;
    sc_status_t st = read_it(&read, &b);

    if (!st) {
        must(sc_bytes_eq(sc_value_write_guarded(ours, SC_COMPACT, p),
                         sc_value_write(read, SC_COMPACT, p)));
        sc_value_release(read);
    }
    sc_value_release(ours);
    must(!st || st == SC_UNSUPPORTED);
    b.bytes[at % b.n] ^= (unsigned char)(with ? with : 1);
    if (!read_it(&read, &b)) sc_value_release(read);
}
