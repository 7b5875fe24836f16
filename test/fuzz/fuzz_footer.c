/* SPDX-License-Identifier: Apache-2.0 */
/* PASETO footers: any bytes have a kid, none, or are refused; one that has been given a
 * kid has that one. */
#include "core/envelope/paseto_footer.h"
#include <apr_general.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int truth)
{
    if (!truth) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static apr_pool_t *root;
    sc_bytes_t footer = sc_bytes(data, size), kid, named;
    apr_pool_t *p;

    if (!root) {
        apr_initialize();
        must(!apr_pool_create(&root, NULL));
    }
    must(!apr_pool_create(&p, root));
    if (!sc_footer_kid(&kid, footer, p) && kid.p) {
        if (!sc_footer_name(&named, footer, NULL, p))
            must(!sc_footer_kid(&kid, named, p) && !kid.p);
    }
    if (!sc_footer_name(&named, footer, "k4.lid.x", p))
        must(!sc_footer_kid(&kid, named, p) &&
             sc_bytes_eq(kid, sc_bytes_str("k4.lid.x")));
    apr_pool_destroy(p);
    return 0;
}
