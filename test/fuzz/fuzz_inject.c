/* SPDX-License-Identifier: Apache-2.0 */
/* The injector: the first byte is the size of the pieces, the rest is a page. Its places
 * are the same whole and in pieces, each behind a ">", none more once its page is lost.
 */
#include "core/html/form_target.h"
#include "core/html/forms.h"

#include <apr_general.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The sum over all places, which no other set of places of a page shares by accident. */
static apr_uint64_t places(const sc_origin_t *page, sc_bytes_t html, apr_size_t step,
                           apr_pool_t *p)
{
    sc_inject_t *in = sc_inject_make(page, SC_INJECT_FIELDS | SC_INJECT_SCRIPT, p);
    apr_size_t at = 0, end, n;
    apr_uint64_t sum = 0;

    while (at < html.n) {
        end = html.n - at > step ? at + step : html.n;
        while (sc_inject_next(&n, in, sc_bytes(html.p + at, end - at))) {
            at += n;
            if (n == 0 || html.p[at - 1] != '>') abort();
            sum = sum * 1000003 + at;
        }
        if (n != end - at) abort();
        at = end;
    }
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sc_origin_t page, other;
    sc_bytes_t html;
    apr_pool_t *p;

    if (size < 1) return 0;
    html = sc_bytes(data + 1, size - 1);
    apr_initialize();
    apr_pool_create(&p, NULL);
    if (!sc_origin_parse(&page, sc_bytes_str("https://example.org"), p)) abort();
    if (places(&page, html, size, p) != places(&page, html, data[0] % 16 + 1U, p))
        abort();

    /* Origins: what is one is of itself, and equal to itself read again. */
    if (sc_origin_of_url(&other, html, p)) {
        if (!sc_origin_has_url(&other, html)) abort();
        if (sc_origin_eq(&other, &page) != sc_origin_has_url(&page, html)) abort();
    }
    (void)sc_form_target_is_own((unsigned char *)sc_bytes_dup(html, p).p, html.n, &page,
                                true);
    apr_pool_destroy(p);
    return 0;
}
