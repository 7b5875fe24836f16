/* SPDX-License-Identifier: Apache-2.0 */
/* The payload coding of itsdangerous' URL-safe serializers and of django.core.signing:
 * base64url without padding, after a "." when it was worth compressing. Reads base64 as
 * leniently as Python does; refuses what inflates beyond the limits. */
#include "core/serializer/urlsafe.h"
#include "core/base/base64.h"
#include "core/base/utf8.h"
#include "core/base/zip.h"

static sc_status_t urlsafe_unpack(sc_bytes_t *payload, sc_bytes_t packed,
                                  const sc_limits_t *limits, apr_pool_t *p)
{
    bool zipped = packed.n && packed.p[0] == '.';
    sc_bytes_t bytes;
    sc_status_t st;

    st =
        sc_base64_decode_python(&bytes, zipped ? sc_bytes_from(packed, 1) : packed, 1, p);
    if (!st && zipped) st = sc_zip_inflate(&bytes, bytes, limits->document, p);
    if (!st) *payload = bytes;
    return st;
}

static sc_status_t urlsafe_pack(sc_bytes_t *packed, sc_bytes_t payload, apr_pool_t *p)
{
    sc_bytes_t zipped, parts[2] = {sc_bytes(".", 1)};
    sc_status_t st = sc_zip_deflate(&zipped, payload, p);

    if (st) return st;
    /* url_safe.py: worth it when even the "." pays. */
    if (zipped.n + 1 < payload.n) {
        parts[1] = sc_base64url_encode(zipped, p);
        *packed = sc_bytes_join(parts, 2, p);
    }
    else
        *packed = sc_base64url_encode(payload, p);
    return SC_OK;
}

/* Latin-1 to UTF-8: a byte from 0x80 on becomes two. */
static sc_bytes_t utf8_of_latin1(sc_bytes_t b, apr_pool_t *p)
{
    unsigned char *to, *at;
    apr_size_t i;

    for (i = 0; i < b.n && b.p[i] < 0x80; i++)
        ;
    if (i == b.n) return b;
    to = at = apr_palloc(p, b.n * 2);
    for (i = 0; i < b.n; i++)
        at += sc_utf8_put(at, b.p[i]);
    return sc_bytes(to, (apr_size_t)(at - to));
}

static sc_status_t latin1_unpack(sc_bytes_t *payload, sc_bytes_t packed,
                                 const sc_limits_t *limits, apr_pool_t *p)
{
    sc_bytes_t bytes;
    sc_status_t st = urlsafe_unpack(&bytes, packed, limits, p);

    if (!st) *payload = utf8_of_latin1(bytes, p);
    return st;
}

const sc_coding_t sc_coding_urlsafe = {urlsafe_unpack, urlsafe_pack};
const sc_coding_t sc_coding_urlsafe_latin1 = {latin1_unpack, urlsafe_pack};
