/* SPDX-License-Identifier: Apache-2.0 */
/* Pickles: any bytes are refused or read; what is read can be written on both faces, and
 * the plain one is a document within the same limits. */
#include "fuzz.h"
#include "core/document/document.h"
#include "core/serializer/pickle.h"

static const sc_limits_t LIMITS = {8192, 65536, 32, 1024};

void fuzz_start(apr_pool_t *p)
{
    (void)p;
}

void fuzz_try(sc_bytes_t pickle, apr_pool_t *p)
{
    sc_limits_t left = {8192, 65536, 31, 1023};
    sc_value_t *value, *object;
    sc_doc_t *doc, *again;
    sc_bytes_t plain;

    if (sc_pickle_read(&value, &left, pickle, p)) return;
    must(left.depth == 31 && left.members >= 0 && left.document < 65536);
    object = sc_value_make_object();
    sc_value_put(object, sc_bytes_str("v"), value);
    doc = sc_doc_wrap(object, 1, p);
    must(sc_doc_write(doc, SC_TAGGED, SC_SPACED, p).n > 0);
    plain = sc_doc_write(doc, SC_PLAIN, SC_COMPACT, p);
    must(sc_doc_parse(&again, plain, 0, &LIMITS, p) == SC_OK);
    must(sc_bytes_eq(plain, sc_doc_write(again, SC_PLAIN, SC_COMPACT, p)));
}
