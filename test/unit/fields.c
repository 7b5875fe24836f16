/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a whole body: which are read, and what is refused. */
#include "tap.h"
#include "core/body/fields.h"
#include <apr_general.h>
#include <apr_strings.h>

static apr_pool_t *pool;

#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"

/* "a=1 b=2" of the fields called a and b, or the status. */
static const char *read_n(const char *type, const char *body, apr_size_t n)
{
    const sc_fields_t *fields;
    sc_status_t st = sc_fields_read(&fields, sc_bytes_str(type), sc_bytes(body, n), pool);
    const char *a, *b;

    if (st) return sc_status_name(st);
    a = sc_fields_get(fields, "a");
    b = sc_fields_get(fields, "b");
    return apr_pstrcat(pool, a ? "a=" : "-", a ? a : "", b ? " b=" : " -", b ? b : "",
                       NULL);
}

static void read_fields(void)
{
    static const struct {
        const char *type;
        const char *body;
        const char *want;
    } cases[] = {
        {FORM, "", "- -"},
        {FORM, "a=1", "a=1 -"},
        {FORM, "a=1&b=2", "a=1 b=2"},
        {FORM, "&&a=1&&b=2&", "a=1 b=2"},
        {FORM, "a&b=", "a= b="},
        {FORM, "a=b=c", "a=b=c -"},
        {FORM, "a=x+y%20z&%62=%2f%3D%26", "a=x y z b=/=&"},
        {FORM, "a=caf%C3%A9&b=caf\xC3\xA9", "a=caf\xC3\xA9 b=caf\xC3\xA9"},
        {FORM, "a=%0a%01", "a=\n\x01 -"},
        {FORM, "a=%4g", "malformed"},
        {FORM, "a=%g4", "malformed"},
        {FORM, "a=%4", "malformed"},
        {FORM, "a=%", "malformed"},
        {FORM, "A=1&b=2", "- b=2"},
        {FORM, "a;b=2", "- -"},
        {FORM "; charset=utf-8", "a=1", "a=1 -"},
        {"Application/X-WWW-Form-URLencoded ;x", "a=1", "a=1 -"},
        {JSON, "{}", "- -"},
        {JSON, "{\"a\":\"1\",\"b\":\"\"}", "a=1 b="},
        {JSON, " { \"a\" : 1.50e3 , \"b\" : true } ", "a=1.50e3 b=true"},
        {JSON, "{\"a\":-0,\"b\":false}", "a=-0 b=false"},
        {JSON, "{\"a\":\"\\u00e9\\n\\ud83d\\ude00\"}", "a=\xC3\xA9\n\xF0\x9F\x98\x80 -"},
        {JSON, "{\"\\u0061\":\"1\"}", "a=1 -"},
        {JSON ";charset=utf-8", "{\"a\":1}", "a=1 -"},
        {"APPLICATION/JSON", "{\"a\":1}", "a=1 -"},
        {"", "", "- -"},
        {"text/plain", "", "- -"},
        {JSON, "", "- -"},
        /* refused */
        {"", "a=1", "unsupported"},
        {"text/plain", "a=1", "unsupported"},
        {"text/plain", "{\"a\":1}", "unsupported"},
        {"application/jsonp", "{\"a\":1}", "unsupported"},
        {"application/problem+json", "{\"a\":1}", "unsupported"},
        {"multipart/form-data; boundary=x", "--x--", "unsupported"},
        {"text/plain; " JSON, "{\"a\":1}", "unsupported"},
        {"text/plain, " JSON, "{\"a\":1}", "unsupported"},
        {FORM, "a=1&a=1", "malformed"},
        {FORM, "a=1&%61=2", "malformed"},
        {FORM, "a&a=2", "malformed"},
        {FORM, "=1", "malformed"},
        {FORM, "=", "malformed"},
        {FORM, "a=%", "malformed"},
        {FORM, "a=%4", "malformed"},
        {FORM, "a=%4&b=1", "malformed"},
        {FORM, "a=%gg", "malformed"},
        {FORM, "a=%u0041", "malformed"},
        {FORM, "%=1", "malformed"},
        {FORM, "a=%00", "malformed"},
        {FORM, "a=x%00y", "malformed"},
        {FORM, "a%00=1", "malformed"},
        {FORM, "a=%ff", "malformed"},
        {FORM, "a=%c0%af", "malformed"},
        {FORM, "a=%ed%a0%80", "malformed"},
        {FORM, "a=\x80", "malformed"},
        {JSON, "[]", "malformed"},
        {JSON, "\"a\"", "malformed"},
        {JSON, "null", "malformed"},
        {JSON, "a=1", "malformed"},
        {JSON, "{\"a\":1", "malformed"},
        {JSON, "{\"a\":1}x", "malformed"},
        {JSON, "{\"a\":1,}", "malformed"},
        {JSON, "{\"a\":null}", "malformed"},
        {JSON, "{\"a\":\"1\",\"a\":\"1\"}", "malformed"},
        {JSON, "{\"a\":\"1\",\"b\":2,\"\\u0061\":\"2\"}", "malformed"},
        {JSON, "{\"\":1}", "malformed"},
        {JSON, "{\"a\":\"\\u0000\"}", "malformed"},
        {JSON, "{\"a\\u0000\":1}", "malformed"},
        {JSON, "{\"a\":\"\\ud800\"}", "malformed"},
        {JSON, "{\"\\ud800\":1}", "malformed"},
        {JSON, "{\"a\":\"\xff\"}", "malformed"},
        {JSON, "\xEF\xBB\xBF{\"a\":1}", "malformed"},
        {JSON, "{\"a\":[1]}", "too-large"},
        {JSON, "{\"a\":{}}", "too-large"},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        is(read_n(cases[i].type, cases[i].body, strlen(cases[i].body)), cases[i].want,
           "%s: %s", cases[i].type, cases[i].body);
    is(read_n(FORM, "a=x\0y", 5), "malformed", "a NUL in a form");
    is(read_n(JSON, "{\"a\":1}\0", 8), "malformed", "a NUL after JSON");
}

/* `n` fields called f0, f1, … */
static const char *many(int n, bool json)
{
    const char *body = "";

    for (int i = 0; i < n; i++)
        body = apr_psprintf(pool, json ? "%s%s\"f%d\":1" : "%s%sf%d=1", body,
                            i == 0 ? ""
                            : json ? ","
                                   : "&",
                            i);
    body = json ? apr_pstrcat(pool, "{", body, "}", NULL) : body;
    return read_n(json ? JSON : FORM, body, strlen(body));
}

static void limits(void)
{
    apr_size_t n = 1000;
    char *deep = apr_palloc(pool, n + 5);

    is(many(SC_FIELDS_MAX, false), "- -", "a form with as many fields as are read");
    is(many(SC_FIELDS_MAX + 1, false), "too-large", "and with one more");
    is(many(SC_FIELDS_MAX, true), "- -", "JSON with as many");
    is(many(SC_FIELDS_MAX + 1, true), "too-large", "and with one more");
    memset(deep, '[', n + 5);
    memcpy(deep, "{\"a\":", 5);
    is(read_n(JSON, deep, n + 5), "too-large", "JSON of 1,000 levels");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    read_fields();
    limits();
    apr_pool_destroy(pool);
    return done();
}
