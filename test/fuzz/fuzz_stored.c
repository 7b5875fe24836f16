/* SPDX-License-Identifier: Apache-2.0 */
/* What a store holds for a session: any bytes are refused or read; what is read is a
 * document within the limits on both faces. */
#include "core/document/document.h"
#include "core/serializer/stored.h"

#include <apr_general.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const sc_limits_t LIMITS = {8192, 65536, 32, 1024};

static void must(int truth)
{
    if (!truth) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sc_doc_t *doc, *again;
    sc_bytes_t plain;
    apr_pool_t *p;

    apr_initialize();
    apr_pool_create(&p, NULL);
    if (sc_serializer_stored.decode(&doc, sc_bytes(data, size), &LIMITS, p) == SC_OK) {
        must(sc_doc_write(doc, SC_TAGGED, SC_SPACED, p).n > 0);
        plain = sc_doc_write(doc, SC_PLAIN, SC_COMPACT, p);
        must(sc_doc_parse(&again, plain, 0, &LIMITS, p) == SC_OK);
        must(sc_bytes_eq(plain, sc_doc_write(again, SC_PLAIN, SC_COMPACT, p)));
    }
    apr_pool_destroy(p);
    return 0;
}
