/* SPDX-License-Identifier: Apache-2.0 */
/* base64 and zlib: any bytes are refused or decoded; what is decoded strictly has one
 * text, and is read alike by the lenient reader and by OpenSSL's; what is deflated
 * inflates, within its bound. */
#include "fuzz.h"
#include "core/base/base64.h"
#include "core/base/zip.h"
#include <openssl/evp.h>

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

/* OpenSSL's says nothing of trailing bits, and gives a byte for each "=". */
static void compare(sc_bytes_t bytes, apr_pool_t *p)
{
    unsigned char *theirs = apr_palloc(p, bytes.n * 2 + 8);
    int n = EVP_EncodeBlock(theirs, bytes.p, (int)bytes.n);
    sc_bytes_t ours;

    must(sc_bytes_eq(sc_base64_encode(bytes, p), sc_bytes(theirs, (apr_size_t)n)));
    if (!bytes.n || sc_base64_decode(&ours, bytes, p)) return;
    n = EVP_DecodeBlock(theirs, bytes.p, (int)bytes.n);
    must(n >= (int)ours.n && sc_bytes_eq(ours, sc_bytes(theirs, ours.n)));
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

void fuzz_start(apr_pool_t *p)
{
    (void)p;
}

void fuzz_try(sc_bytes_t bytes, apr_pool_t *p)
{
    read_base64(bytes, p);
    write_base64(bytes, p);
    compare(bytes, p);
    zip(bytes, p);
}
