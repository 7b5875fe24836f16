/* SPDX-License-Identifier: Apache-2.0 */
/* Origins: what is one, which are equal, and what a request's headers say of where it
 * comes from. */
#include "tap.h"
#include "core/http/origin.h"
#include <apr_general.h>
#include <apr_strings.h>

static apr_pool_t *pool;

static const char *text_of(const sc_origin_t *o)
{
    return apr_psprintf(pool, "%.*s://%.*s:%d", (int)o->scheme.n, o->scheme.p,
                        (int)o->host.n, o->host.p, o->port);
}

static void parsing(void)
{
    static const struct {
        const char *text, *want; /* NULL: no origin */
    } cases[] = {
        {"https://example.org", "https://example.org:443"},
        {"http://example.org", "http://example.org:80"},
        {"HTTP://EXAMPLE.org:80", "http://example.org:80"},
        {"https://example.org:8443", "https://example.org:8443"},
        {"https://example.org:", "https://example.org:443"},
        {"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
        {"http://[::1]", "http://[::1]:80"},
        {"http://[0:0:0:0:0:0:0:1]:81", "http://[::1]:81"},
        {"http://[2001:DB8::A]", "http://[2001:db8::a]:80"},
        {"http://a_b-c.d", "http://a_b-c.d:80"},
        {"chrome-extension://abcdef", "chrome-extension://abcdef:-1"},
        {"http://example.org:65535", "http://example.org:65535"},
        {"null", NULL},
        {"", NULL},
        {"example.org", NULL},
        {"//example.org", NULL},
        {"://example.org", NULL},
        {"1http://example.org", NULL},
        {"ht tp://example.org", NULL},
        {"http:example.org", NULL},
        {"http:/example.org", NULL},
        {"http:\\\\example.org", NULL},
        {"http://", NULL},
        {"http://:80", NULL},
        {"http:///x", NULL},
        {"http://example.org/", NULL},
        {"http://example.org?", NULL},
        {"http://example.org ", NULL},
        {" http://example.org", NULL},
        {"http://a.example, http://b.example", NULL},
        {"http://a.example http://b.example", NULL},
        {"http://user@example.org", NULL},
        {"http://example.org:65536", NULL},
        {"http://example.org:123456", NULL},
        {"http://example.org:8x", NULL},
        {"http://example.org:-1", NULL},
        {"http://example.org:80:80", NULL},
        {"http://ex%61mple.org", NULL},
        {"http://ex\xC3\xA4mple.org", NULL},
        {"http://example.org\\", NULL},
        {"http://[::1", NULL},
        {"http://[]", NULL},
        {"http://[::g]", NULL},
        {"http://[::1%eth0]", NULL},
        {"http://[::1]x", NULL},
        {"http://[1:2:3:4:5:6:7:8:9:a:b:c:d:e:f:0:1:2:3:4:5:6:7:8:9]", NULL},
        {"http://[127.0.0.1]", NULL},
    };
    unsigned i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        sc_origin_t o;
        int found = sc_origin_parse(&o, sc_bytes_str(cases[i].text), pool);

        ok(cases[i].want ? found && !strcmp(text_of(&o), cases[i].want) : !found,
           "\"%s\" is %s", cases[i].text, cases[i].want ? cases[i].want : "no origin");
    }
    {
        static const char nul[] = "http://example.org\0.evil";
        sc_origin_t o;
        ok(!sc_origin_parse(&o, sc_bytes(nul, sizeof(nul) - 1), pool),
           "a NUL ends no host");
    }
}

static void urls(void)
{
    static const char *const own[] = {"https://example.org", "https://example.org/x?y#z",
                                      "HTTPS://EXAMPLE.ORG:443/",
                                      "https://example.org?@evil"};
    static const char *const others[] = {"https://example.org@evil/",
                                         "http://example.org/",
                                         "https://example.org.evil/",
                                         "https://evil/",
                                         "https://example.org:444/",
                                         "/x",
                                         "",
                                         "https:///x",
                                         "https://example.or",
                                         "https://evil/#https://example.org"};
    sc_origin_t page, o, hosts[2];
    unsigned i;

    if (!ok(sc_origin_of_host(&page, "https", sc_bytes_str("Example.ORG"), pool),
            "a Host"))
        return;
    for (i = 0; i < sizeof(own) / sizeof(*own); i++)
        ok(sc_origin_has_url(&page, sc_bytes_str(own[i])) &&
               sc_origin_of_url(&o, sc_bytes_str(own[i]), pool) &&
               sc_origin_eq(&o, &page),
           "%s is of the origin", own[i]);
    for (i = 0; i < sizeof(others) / sizeof(*others); i++)
        ok(!sc_origin_has_url(&page, sc_bytes_str(others[i])) &&
               !(sc_origin_of_url(&o, sc_bytes_str(others[i]), pool) &&
                 sc_origin_eq(&o, &page)),
           "%s is not", others[i]);
    ok(sc_origin_of_host(&hosts[0], "http", sc_bytes_str("[::1]:8080"), pool) &&
           sc_origin_has_url(&hosts[0], sc_bytes_str("http://[0::1]:8080/x")),
       "an IPv6 address is one in all its spellings");
    ok(!sc_origin_of_host(&hosts[1], "http", sc_bytes_str("example.org/x"), pool) &&
           !sc_origin_of_host(&hosts[1], "http", sc_bytes_str(""), pool) &&
           !sc_origin_of_host(&hosts[1], "http", sc_bytes_str("a, b"), pool),
       "a Host header that is none");
}

/* Sec-Fetch-Site, Origin, Referer, and what comes of it; the page is https://example.org,
 * https://shop.example is trusted. */
static void judging(void)
{
    static const struct {
        const char *site, *origin, *referer;
        sc_from_t want;
        const char *by;
    } cases[] = {
        {NULL, NULL, NULL, SC_FROM_UNKNOWN, NULL},
        {"same-origin", NULL, NULL, SC_FROM_OWN, "Sec-Fetch-Site"},
        {"same-origin", "null", NULL, SC_FROM_OWN, "Sec-Fetch-Site"},
        {"none", NULL, NULL, SC_FROM_OWN, "Sec-Fetch-Site"},
        {"cross-site", NULL, NULL, SC_FROM_FOREIGN, "Sec-Fetch-Site"},
        {"same-site", NULL, NULL, SC_FROM_FOREIGN, "Sec-Fetch-Site"},
        {"cross-site", "https://shop.example", NULL, SC_FROM_OWN, "Origin"},
        {"same-site", NULL, "https://shop.example/cart", SC_FROM_OWN, "Referer"},
        {"cross-site", "https://example.org", NULL, SC_FROM_FOREIGN, "Origin"},
        {"cross-site", NULL, "https://example.org/x", SC_FROM_FOREIGN, "Referer"},
        {"cross-site", "https://evil.example", NULL, SC_FROM_FOREIGN, "Origin"},
        {"cross-site", "null", "https://shop.example/", SC_FROM_FOREIGN, "Origin"},
        {"same-origin, same-origin", NULL, NULL, SC_FROM_UNKNOWN, NULL},
        {"Same-Origin", "https://evil.example", NULL, SC_FROM_FOREIGN, "Origin"},
        {"", "https://example.org", NULL, SC_FROM_OWN, "Origin"},
        {NULL, "https://example.org", NULL, SC_FROM_OWN, "Origin"},
        {NULL, "https://example.org:443", NULL, SC_FROM_OWN, "Origin"},
        {NULL, "http://example.org", NULL, SC_FROM_FOREIGN, "Origin"},
        {NULL, "https://example.org:8443", NULL, SC_FROM_FOREIGN, "Origin"},
        {NULL, "https://www.example.org", NULL, SC_FROM_FOREIGN, "Origin"},
        {NULL, "https://example.org.evil", NULL, SC_FROM_FOREIGN, "Origin"},
        {NULL, "https://shop.example", NULL, SC_FROM_OWN, "Origin"},
        {NULL, "http://shop.example", NULL, SC_FROM_FOREIGN, "Origin"},
        {NULL, "null", "https://example.org/x", SC_FROM_FOREIGN, "Origin"},
        {NULL, "", "https://example.org/x", SC_FROM_FOREIGN, "Origin"},
        {NULL, "https://example.org, https://example.org", NULL, SC_FROM_FOREIGN,
         "Origin"},
        {NULL, "https://evil", "https://example.org/", SC_FROM_FOREIGN, "Origin"},
        {NULL, NULL, "https://example.org/x?y", SC_FROM_OWN, "Referer"},
        {NULL, NULL, "https://shop.example", SC_FROM_OWN, "Referer"},
        {NULL, NULL, "https://evil/?https://example.org/", SC_FROM_FOREIGN, "Referer"},
        {NULL, NULL, "https://example.org@evil/", SC_FROM_FOREIGN, "Referer"},
        {NULL, NULL, "about:blank", SC_FROM_FOREIGN, "Referer"},
        {NULL, NULL, "", SC_FROM_FOREIGN, "Referer"},
        {NULL, NULL, "/x", SC_FROM_FOREIGN, "Referer"},
    };
    sc_origin_t self, trusted;
    sc_bytes_t none = {NULL, 0};
    const char *by;
    unsigned i;

    if (!sc_origin_parse(&self, sc_bytes_str("https://example.org"), pool) ||
        !sc_origin_parse(&trusted, sc_bytes_str("https://shop.example"), pool)) {
        ok(0, "the origins of the table");
        return;
    }
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        sc_from_facts_t facts = {cases[i].site ? sc_bytes_str(cases[i].site) : none,
                                 cases[i].origin ? sc_bytes_str(cases[i].origin) : none,
                                 cases[i].referer ? sc_bytes_str(cases[i].referer) : none,
                                 &self,
                                 &trusted,
                                 1};
        sc_from_t got = sc_origin_judge(&by, &facts, pool);

        ok(got == cases[i].want &&
               (by ? cases[i].by && !strcmp(by, cases[i].by) : !cases[i].by),
           "Sec-Fetch-Site %s, Origin %s, Referer %s: %s",
           cases[i].site ? cases[i].site : "-", cases[i].origin ? cases[i].origin : "-",
           cases[i].referer ? cases[i].referer : "-",
           got == SC_FROM_OWN       ? "own"
           : got == SC_FROM_FOREIGN ? "foreign"
                                    : "unknown");
    }
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    parsing();
    urls();
    judging();
    apr_pool_destroy(pool);
    return done();
}
