/* SPDX-License-Identifier: Apache-2.0 */
/* What a store holds for a session: any bytes are refused or read; what is read is a
 * document within the limits on both faces. */
#include "fuzz.h"
#include "core/document/document.h"
#include "core/serializer/stored.h"

static const sc_limits_t LIMITS = {8192, 65536, 32, 1024};

void fuzz_start(apr_pool_t *p)
{
    (void)p;
}

void fuzz_try(sc_bytes_t stored, apr_pool_t *p)
{
    sc_doc_t *doc, *again;
    sc_bytes_t plain;

    if (sc_serializer_stored.decode(&doc, stored, &LIMITS, p)) return;
    must(sc_doc_write(doc, SC_TAGGED, SC_SPACED, p).n > 0);
    plain = sc_doc_write(doc, SC_PLAIN, SC_COMPACT, p);
    must(sc_doc_parse(&again, plain, 0, &LIMITS, p) == SC_OK);
    must(sc_bytes_eq(plain, sc_doc_write(again, SC_PLAIN, SC_COMPACT, p)));
}
