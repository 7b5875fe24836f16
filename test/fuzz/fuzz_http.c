/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in headers and request lines, other than cookies: Accept, Cache-Control,
 * Content-Type, Origin, Referer, Sec-Fetch-Site, the request target. The first byte picks
 * the reader. */
#include "fuzz.h"
#include "core/base/utf8.h"
#include "core/body/parameter.h"
#include "core/http/accept.h"
#include "core/http/caching.h"
#include "core/http/origin.h"
#include "core/http/path.h"
#include <apr_strings.h>

static sc_origin_t self, trusted;

void fuzz_start(apr_pool_t *p)
{
    must(sc_origin_parse(&self, sc_bytes_str("https://example.org"), p));
    must(sc_origin_parse(&trusted, sc_bytes_str("http://[::1]:8080"), p));
}

/* Made private, a response is that, and stays it; no public word is left. */
static void try_caching(sc_bytes_t text, apr_pool_t *p)
{
    const char *control = apr_pstrmemdup(p, (const char *)text.p, text.n);
    const char *ours = sc_caching_private(control, 60, p);

    (void)sc_caching_is_explicit(control);
    must(!sc_caching_is_public(ours));
    must(!strcmp(sc_caching_private(ours, 60, p), ours));
}

static void try_parameters(sc_bytes_t text, apr_pool_t *p)
{
    unsigned char *room = apr_palloc(p, text.n);
    sc_bytes_t name, value, type = sc_media_type(text);
    apr_size_t at = 0, was = 0;

    must(type.n <= text.n);
    while (at < text.n && text.p[at] != ';')
        at++;
    while (at < text.n &&
           sc_parameter_next(&name, &value, &at, text, room) == SC_PARAMETER_FOUND) {
        must(name.n > 0 && value.n <= text.n && at > was && at <= text.n);
        was = at;
    }
}

/* What is an origin is the same one when its parts are written down. */
static void try_origin(sc_bytes_t text, apr_pool_t *p)
{
    sc_origin_t origin, again;
    const char *written;

    if (!sc_origin_parse(&origin, text, p)) return;
    written = apr_psprintf(p, "%.*s://%.*s", (int)origin.scheme.n, origin.scheme.p,
                           (int)origin.host.n, origin.host.p);
    if (origin.port >= 0) written = apr_psprintf(p, "%s:%d", written, origin.port);
    must(sc_origin_parse(&again, sc_bytes_str(written), p));
    must(sc_origin_eq(&origin, &again));
}

/* A judgement that a page is our own has a reason, and is never made of "null". */
static void try_judge(sc_bytes_t text, apr_pool_t *p)
{
    apr_ssize_t end = sc_bytes_index(text, '\n');
    sc_bytes_t one = end < 0 ? text : sc_bytes(text.p, (apr_size_t)end);
    sc_bytes_t other = end < 0 ? sc_bytes(NULL, 0) : sc_bytes_from(text, one.n + 1);
    sc_from_facts_t facts = {.self = &self, .trusted = &trusted, .ntrusted = 1};
    sc_origin_t origin;
    const char *by;

    facts.origin = one;
    facts.referer = other;
    if (sc_origin_judge(&by, &facts, p) == SC_FROM_OWN) {
        must(by && sc_origin_parse(&origin, one, p));
        must(sc_origin_eq(&origin, &self) || sc_origin_eq(&origin, &trusted));
    }
    facts.fetch_site = other;
    (void)sc_origin_judge(&by, &facts, p);
    facts.origin = sc_bytes(NULL, 0);
    facts.fetch_site = sc_bytes(NULL, 0);
    facts.referer = one;
    if (sc_origin_judge(&by, &facts, p) == SC_FROM_OWN)
        must(sc_origin_has_url(&self, one) || sc_origin_has_url(&trusted, one));
}

/* A path that is one for everybody has nothing left in it that two programs could read
 * differently, and is found by its own name. */
static void try_target(sc_bytes_t text, apr_pool_t *p)
{
    sc_bytes_t path;

    if (!sc_path_of_target(&path, text, p)) return;
    must(path.n > 0 && path.p[0] == '/' && sc_path_is_plain(path));
    must(sc_utf8_valid(path) && sc_bytes_index(path, '\0') < 0);
    must(!memmem(path.p, path.n, "/../", 4) && !memmem(path.p, path.n, "//", 2));
    must(sc_path_matches(path, path) || path.p[path.n - 1] == '*');
}

/* Where a browser is sent stays on this host. */
static void try_local(sc_bytes_t text, apr_pool_t *p)
{
    const char *reference = apr_pstrmemdup(p, (const char *)text.p, text.n);

    if (!sc_path_is_local(reference)) return;
    must(reference[0] == '/' && reference[1] != '/' && !strpbrk(reference, "\\\r\n\t "));
}

void fuzz_try(sc_bytes_t text, apr_pool_t *p)
{
    switch (fuzz_byte(&text) % 8) {
    case 0:
        (void)sc_accept_prefers_json(text);
        break;
    case 1:
        try_caching(text, p);
        break;
    case 2:
        try_parameters(text, p);
        break;
    case 3:
        try_origin(text, p);
        break;
    case 4:
    case 5:
        try_judge(text, p);
        break;
    case 6:
        try_target(text, p);
        break;
    default:
        try_local(text, p);
    }
}
