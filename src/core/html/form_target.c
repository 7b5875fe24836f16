/* SPDX-License-Identifier: Apache-2.0 */
/* Where a form is sent: its action attribute, character references undone, read as a
 * browser reads a URL, as far as it takes to see whether it stays on the page's origin.
 * An ambiguous URL counts as foreign: the field would give the visitor's token away. */
#include "core/html/form_target.h"
#include "core/base/chars.h"
#include "core/html/charref.h"

/* What a URL parser drops: white space and controls around it, tabs and line ends inside.
 */
static sc_bytes_t clean_url(unsigned char *url, apr_size_t n)
{
    apr_size_t i, to = 0, start = 0;

    for (i = 0; i < n; i++)
        if (url[i] != '\t' && url[i] != '\n' && url[i] != '\r') url[to++] = url[i];
    while (start < to && url[start] <= ' ')
        start++;
    while (to > start && url[to - 1] <= ' ')
        to--;
    return sc_bytes(url + start, to - start);
}

static bool has_scheme(sc_bytes_t url)
{
    apr_size_t i = 0;

    if (url.n == 0 || !sc_char_is_alnum(url.p[0]) || url.p[0] <= '9') return false;
    while (i < url.n && (sc_char_is_alnum(url.p[i]) || memchr("+-.", url.p[i], 3)))
        i++;
    return i < url.n && url.p[i] == ':';
}

static bool is_slash(unsigned char c)
{
    return c == '/' || c == '\\';
}

/* "//host/path": the page's scheme, a host of its own. The path does not matter. */
static bool own_host(sc_bytes_t url, const sc_origin_t *page)
{
    unsigned char absolute[512];
    apr_size_t n = page->scheme.n, end = 2;

    if (url.p[0] != '/' || url.p[1] != '/') return false;
    while (end < url.n && !memchr("/?#", url.p[end], 3))
        end++;
    if (n + 1 + end > sizeof(absolute)) return false;
    memcpy(absolute, page->scheme.p, n);
    absolute[n] = ':';
    memcpy(absolute + n + 1, url.p, end);
    return sc_origin_has_url(page, sc_bytes(absolute, n + 1 + end));
}

bool sc_form_target_is_own(unsigned char *action, apr_size_t n, const sc_origin_t *page,
                           bool base_own)
{
    sc_bytes_t url;

    n = sc_charref_decode(action, n);
    /* An empty action is the page itself, whatever its base. */
    if (n == 0) return true;
    url = clean_url(action, n);
    if (has_scheme(url)) return sc_origin_has_url(page, url);
    if (url.n < 2 || !is_slash(url.p[0]) || !is_slash(url.p[1])) return base_own;
    return base_own && own_host(url, page);
}
