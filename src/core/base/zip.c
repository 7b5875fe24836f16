/* SPDX-License-Identifier: Apache-2.0 */
/* zlib streams. Inflating stops at a bound, so that a zip bomb costs no more than the
 * bound does. */
#include "core/base/zip.h"
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <zlib.h>

/* Twice the room, at most limit + 1: the extra byte shows that there is more than the
 * limit. All the buffers together take less than twice the limit. */
static apr_size_t grown(apr_size_t room, apr_size_t limit)
{
    return room > limit / 4 ? limit + 1 : room * 2;
}

/* Memory for zlib: what inflate() needs for itself comes from the stack, since a block of
 * that size makes malloc() tidy up. The window, which only a second round needs, does not
 * fit. */
typedef struct {
    _Alignas(max_align_t) unsigned char bytes[7680];
    bool is_taken;
} state_t;

static voidpf take_memory(voidpf state, uInt items, uInt size)
{
    state_t *own = state;

    if (own->is_taken || size > sizeof(own->bytes) / items)
        return malloc((size_t)items * size);
    own->is_taken = true;
    return own->bytes;
}

static void give_memory(voidpf state, voidpf memory)
{
    if (memory != ((state_t *)state)->bytes) free(memory);
}

static sc_status_t inflate_all(sc_bytes_t *out, z_stream *z, apr_size_t in,
                               apr_size_t limit, apr_pool_t *p)
{
    apr_size_t room = in < limit / 8 ? in * 4 + 64 : limit + 1, had;
    unsigned char few[8192], *to, *more;
    int rv;

    if (room > limit + 1) room = limit + 1;
    to = room <= sizeof(few) ? few : apr_palloc(p, room + 1);
    z->next_out = to;
    z->avail_out = (uInt)room;
    while ((rv = inflate(z, Z_FINISH)) == Z_BUF_ERROR && z->avail_out == 0 &&
           room <= limit) {
        had = room;
        room = grown(room, limit);
        more = apr_palloc(p, room + 1);
        memcpy(more, to, had);
        to = more;
        z->next_out = to + had;
        z->avail_out = (uInt)(room - had);
    }
    if (rv == Z_MEM_ERROR) return SC_ERROR;
    if (z->total_out > limit) return SC_TOO_LARGE;
    if (rv != Z_STREAM_END) return SC_MALFORMED;
    /* The pool gets no more than it is, for it may be kept. */
    if (to == few) {
        *out = sc_bytes_dup(sc_bytes(to, z->total_out), p);
        return SC_OK;
    }
    to[z->total_out] = '\0';
    *out = sc_bytes(to, z->total_out);
    return SC_OK;
}

sc_status_t sc_zip_inflate(sc_bytes_t *out, sc_bytes_t in, apr_size_t limit,
                           apr_pool_t *p)
{
    z_stream z;
    state_t state;
    sc_status_t st;

    if (in.n > UINT_MAX / 8 || limit > UINT_MAX / 8) return SC_TOO_LARGE;
    memset(&z, 0, sizeof(z));
    state.is_taken = false;
    z.opaque = &state;
    z.zalloc = take_memory;
    z.zfree = give_memory;
    z.next_in = (Bytef *)in.p;
    z.avail_in = (uInt)in.n;
    if (inflateInit(&z) != Z_OK) return SC_ERROR;
    st = inflate_all(out, &z, in.n, limit, p);
    inflateEnd(&z);
    return st;
}

/* The smallest window that holds n bytes and the 262 that deflate keeps ahead. */
static int window_bits(apr_size_t n)
{
    int bits = 9;

    while (bits < MAX_WBITS && n + 262 > (apr_size_t)1 << bits)
        bits++;
    return bits;
}

sc_status_t sc_zip_deflate(sc_bytes_t *out, sc_bytes_t in, apr_pool_t *p)
{
    int bits = window_bits(in.n), memory = bits < 14 ? bits - 6 : 8, rv;
    unsigned char *to;
    apr_size_t room;
    z_stream z;

    if (in.n > UINT_MAX / 8) return SC_ERROR;
    memset(&z, 0, sizeof(z));
    /* A session needs a fraction of the default's 268 KB, which cost ten times what the
     * deflating does. Symbols and hash table are sized to match, so that hardly a stream
     * differs. */
    if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, bits, memory,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return SC_ERROR;
    room = deflateBound(&z, (uLong)in.n);
    to = apr_palloc(p, room + 1);
    z.next_in = (Bytef *)in.p;
    z.avail_in = (uInt)in.n;
    z.next_out = to;
    z.avail_out = (uInt)room;
    rv = deflate(&z, Z_FINISH);
    deflateEnd(&z);
    if (rv != Z_STREAM_END) return SC_ERROR;
    /* The header declares the default window, as Python's does: a larger one than was
     * used is as right (RFC 1950 2.2). */
    to[0] = 0x78;
    to[1] = 0x9c;
    to[z.total_out] = '\0';
    *out = sc_bytes(to, z.total_out);
    return SC_OK;
}
