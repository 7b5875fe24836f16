/* SPDX-License-Identifier: Apache-2.0 */
/* The injector: the first byte says where it is cut, the rest is a page. Its places
 * are the same whole and in pieces, each behind a ">", none more once its page is lost.
 */
#include "fuzz.h"
#include "core/html/form_target.h"
#include "core/html/forms.h"

/* The sum over all places, which no other set of places of a page shares by accident. */
static apr_uint64_t places(const sc_origin_t *page, sc_bytes_t html, unsigned *cuts,
                           apr_pool_t *p)
{
    sc_inject_t *in = sc_inject_make(page, SC_INJECT_FIELDS | SC_INJECT_SCRIPT, p);
    apr_size_t at = 0, end, n;
    apr_uint64_t sum = 0;

    while (at < html.n) {
        n = cuts ? fuzz_piece(cuts) : html.n;
        end = html.n - at > n ? at + n : html.n;
        while (sc_inject_next(&n, in, sc_bytes(html.p + at, end - at))) {
            at += n;
            must(n > 0 && html.p[at - 1] == '>');
            sum = sum * 1000003 + at;
        }
        must(n == end - at);
        at = end;
    }
    return sum;
}

static sc_origin_t page;

void fuzz_start(apr_pool_t *p)
{
    must(sc_origin_parse(&page, sc_bytes_str("https://example.org"), p));
}

void fuzz_try(sc_bytes_t html, apr_pool_t *p)
{
    unsigned cuts = fuzz_byte(&html);
    sc_origin_t other;

    must(places(&page, html, NULL, p) == places(&page, html, &cuts, p));

    /* Origins: what is one is of itself, and equal to itself read again. */
    if (sc_origin_of_url(&other, html, p)) {
        must(sc_origin_has_url(&other, html));
        must(sc_origin_eq(&other, &page) == sc_origin_has_url(&page, html));
    }
    (void)sc_form_target_is_own((unsigned char *)sc_bytes_dup(html, p).p, html.n, &page,
                                true);
}
