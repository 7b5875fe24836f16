/* SPDX-License-Identifier: Apache-2.0 */
/* base64 and zlib: any bytes are refused or decoded; what is decoded strictly has one
 * text, and is read alike by the lenient reader; what is deflated inflates, within its
 * bound. */
#include "core/base/base64.h"
#include "core/base/zip.h"
#include <apr_general.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int truth)
{
    if (!truth) abort();
}

static void read_base64(sc_bytes_t text, apr_pool_t *p)
{
    sc_bytes_t strict, lenient, standard;
    int good = sc_base64_decode_python(&lenient, text, 1, p) == SC_OK;

    if (good) must(lenient.n <= text.n && lenient.p[lenient.n] == '\0');
    if (!sc_base64_decode_python(&standard, text, 0, p)) must(standard.n <= text.n);
    if (sc_base64url_decode(&strict, text, p)) return;
    must(good && sc_bytes_eq(strict, lenient));
    must(sc_bytes_eq(text, sc_base64url_encode(strict, p)));
}

static void write_base64(sc_bytes_t bytes, apr_pool_t *p)
{
    sc_bytes_t again;

    must(sc_base64url_decode(&again, sc_base64url_encode(bytes, p), p) == SC_OK);
    must(sc_bytes_eq(again, bytes));
    must(sc_base64_decode_python(&again, sc_base64_encode(bytes, p), 0, p) == SC_OK);
    must(sc_bytes_eq(again, bytes));
}

static void zip(sc_bytes_t bytes, apr_pool_t *p)
{
    sc_bytes_t out, more;

    if (sc_zip_inflate(&out, bytes, 1000, p) == SC_OK) {
        must(out.n <= 1000 && out.p[out.n] == '\0');
        must(sc_zip_inflate(&more, bytes, 100000, p) == SC_OK && sc_bytes_eq(out, more));
        if (out.n) must(sc_zip_inflate(&more, bytes, out.n - 1, p) == SC_TOO_LARGE);
        must(sc_zip_inflate(&more, bytes, out.n, p) == SC_OK);
    }
    must(sc_zip_deflate(&out, bytes, p) == SC_OK);
    must(sc_zip_inflate(&more, out, bytes.n, p) == SC_OK && sc_bytes_eq(more, bytes));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sc_bytes_t bytes = sc_bytes(data, size);
    apr_pool_t *p;

    apr_initialize();
    apr_pool_create(&p, NULL);
    read_base64(bytes, p);
    write_base64(bytes, p);
    zip(bytes, p);
    apr_pool_destroy(p);
    return 0;
}
