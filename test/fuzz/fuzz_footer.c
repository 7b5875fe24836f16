/* SPDX-License-Identifier: Apache-2.0 */
/* PASETO footers: any bytes have a kid, none, or are refused; one that has been given a
 * kid has that one. */
#include "fuzz.h"
#include "core/envelope/paseto_footer.h"

void fuzz_start(apr_pool_t *p)
{
    (void)p;
}

void fuzz_try(sc_bytes_t footer, apr_pool_t *p)
{
    sc_bytes_t kid, named;

    if (!sc_footer_kid(&kid, footer, p) && kid.p) {
        if (!sc_footer_name(&named, footer, NULL, p))
            must(!sc_footer_kid(&kid, named, p) && !kid.p);
    }
    if (!sc_footer_name(&named, footer, "k4.lid.x", p))
        must(!sc_footer_kid(&kid, named, p) &&
             sc_bytes_eq(kid, sc_bytes_str("k4.lid.x")));
}
