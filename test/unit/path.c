/* SPDX-License-Identifier: Apache-2.0 */
/* The path in a request target: which are read, and which are refused as ambiguous. */
#include "tap.h"
#include "core/http/path.h"
#include <apr_general.h>
#include <apr_strings.h>

static apr_pool_t *pool;

/* The path of the target, or "none". */
static const char *read_path(const char *target, apr_size_t n)
{
    sc_bytes_t path;

    if (!sc_path_of_target(&path, sc_bytes(target, n), pool)) return "none";
    return apr_pstrmemdup(pool, (const char *)path.p, path.n);
}

static void read_paths(void)
{
    static const char *const cases[][2] = {
        {"/", "/"},
        {"/hook", "/hook"},
        {"/hook/", "/hook/"},
        {"/hook?q=/../%2f;\\", "/hook"},
        {"/hook?", "/hook"},
        {"/hook?a#b", "/hook"},
        {"/a%20b", "/a b"},
        {"/a+b", "/a+b"},
        {"/%68ook", "/hook"},
        {"/caf%C3%A9", "/caf\xC3\xA9"},
        {"/caf%c3%a9", "/caf\xC3\xA9"},
        {"/caf\xC3\xA9", "/caf\xC3\xA9"},
        {"/a%23b", "/a#b"},
        {"/a%3Fb", "/a?b"},
        {"/*", "/*"},
        {"/a:b@c", "/a:b@c"},
        {"/...", "/..."},
        {"/.well-known/x", "/.well-known/x"},
        {"/a./.b/..c", "/a./.b/..c"},
        {"http://example.org/hook", "/hook"},
        {"HTTPS://user@example.org:8443/hook?x", "/hook"},
        {"http://[::1]/hook", "/hook"},
        {"http:///hook", "/hook"},
        {"a://b/c://d", "none"},
        /* no path */
        {"", "none"},
        {"*", "none"},
        {"hook", "none"},
        {"example.org:443", "none"},
        {"http://example.org", "none"},
        {"http://example.org?/hook", "none"},
        {"http://example.org#/hook", "none"},
        {"http:/hook", "none"},
        {"://x/hook", "none"},
        {"ht tp://x/hook", "none"},
        /* ambiguous */
        {"//", "none"},
        {"//hook", "none"},
        {"/hook//", "none"},
        {"/a//hook", "none"},
        {"http://example.org//hook", "none"},
        {"/.", "none"},
        {"/..", "none"},
        {"/./hook", "none"},
        {"/../hook", "none"},
        {"/hook/.", "none"},
        {"/hook/..", "none"},
        {"/hook/../x", "none"},
        {"/hook%2fx", "none"},
        {"/hook%2Fx", "none"},
        {"%2fhook", "none"},
        {"/hook%2ex", "none"},
        {"/%2E%2E/x", "none"},
        {"/.%2e/x", "none"},
        {"/hook%5cx", "none"},
        {"/hook%5Cx", "none"},
        {"/hook\\x", "none"},
        {"/hook%252fx", "none"},
        {"/100%25", "none"},
        {"/hook;x", "none"},
        {"/hook%3bx", "none"},
        {"/hook;", "none"},
        {"/hook#x", "none"},
        {"/hook x", "none"},
        {"/hook%", "none"},
        {"/hook%4", "none"},
        {"/hook%zz", "none"},
        {"/hook%u002f", "none"},
        {"/hook%00", "none"},
        {"/hook%0a", "none"},
        {"/hook%7f", "none"},
        {"/hook\x01", "none"},
        {"/hook\x7f", "none"},
        {"/hook%c0%af", "none"},
        {"/hook%ff", "none"},
        {"/hook\xff", "none"},
    };

    for (apr_size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        is(read_path(cases[i][0], strlen(cases[i][0])), cases[i][1],
           "the path of \"%s\" is %s", cases[i][0], cases[i][1]);
    is(read_path("/hook\0x", 7), "none", "a path with a NUL in it is refused");
}

static bool matches(const char *pattern, const char *path)
{
    return sc_path_matches(sc_bytes_str(pattern), sc_bytes_str(path));
}

static void match_paths(void)
{
    ok(matches("/hook", "/hook"), "a path matches itself");
    ok(!matches("/hook", "/hook/"), "no slash may follow");
    ok(!matches("/hook", "/Hook"), "case counts");
    ok(!matches("/hook", "/hookx"), "the end counts");
    ok(!matches("/hook/", "/hook"), "a slash at the end counts");
    ok(matches("/hooks/*", "/hooks/a"), "a star matches a path below");
    ok(matches("/hooks/*", "/hooks/a/b"), "and one further below");
    ok(matches("/hooks/*", "/hooks/"), "and the folder itself, with its slash");
    ok(!matches("/hooks/*", "/hooks"), "but not without it");
    ok(!matches("/hooks/*", "/hooksx/a"), "nor another folder");
    ok(matches("/*", "/"), "a star alone matches the root");
    ok(matches("/*", "/a/b"), "and everything");
    ok(matches("*", "*") && !matches("*", "/a"), "a star without a slash is a star");
    ok(matches("", "") && !matches("", "/"), "nothing matches nothing");
    ok(!matches("/a*", "/ab") && matches("/a*", "/a*"), "so is one after a letter");
}

/* Where a browser is sent, and what would send it to another host. */
static void local_paths(void)
{
    static const char *const local[] = {
        "/",    "/a",    "/a/b?c=d&e=http://x", "/a//b",
        "/a:b", "/.//b", "/caf\xC3\xA9",        "/%5c%5cx",
    };
    static const char *const other[] = {
        "",        "a",          "//",           "//x",    "///x",
        "/\\x",    "/a\\b",      "\\\\x",        "\\/x",   "http://x/",
        "http:/x", "https:x",    "javascript:1", "?a",     "#a",
        " /a",     "/ a",        "/\tx",         "/\t/x",  "/\n/x",
        "\t//x",   "/a\r\nX: y", "/a\x01",       "/a\x7f", "/\n",
    };

    for (unsigned i = 0; i < sizeof(local) / sizeof(local[0]); i++)
        ok(sc_path_is_local(local[i]), "a path on this host: %s", local[i]);
    for (unsigned i = 0; i < sizeof(other) / sizeof(other[0]); i++)
        ok(!sc_path_is_local(other[i]), "not a path on this host, number %u", i);
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    read_paths();
    match_paths();
    local_paths();
    apr_pool_destroy(pool);
    return done();
}
