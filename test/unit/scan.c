/* SPDX-License-Identifier: Apache-2.0 */
/* The body scanners. Every body is pushed whole, byte by byte, and in two pieces cut at
 * every place: the answer is always the same. */
#include "tap.h"
#include "core/body/scanner.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <stdlib.h>

static apr_pool_t *pool;
static const char *const names[] = {"xsrf-token", "csrf_token", "ключ"};

#define FORM  "application/x-www-form-urlencoded"
#define JSON  "application/json"
#define MULTI "multipart/form-data; boundary=B"

typedef struct {
    sc_scan_answer_t answer;
    char value[SC_SCAN_VALUE_MAX + 1];
    apr_size_t n;
} result_t;

/* Pushes `body` in pieces of `step` bytes, the first of them `first` bytes long. */
static void scan(result_t *result, const char *type, sc_bytes_t body, apr_size_t first,
                 apr_size_t step)
{
    apr_size_t at = 0, n;
    sc_scanner_t *scanner;
    apr_pool_t *p;

    memset(result, 0, sizeof(*result));
    apr_pool_create(&p, pool);
    if (sc_scanner_make(&scanner, sc_bytes_str(type), names, 3, p) != SC_OK) abort();
    while (at < body.n) {
        n = at ? step : first;
        if (n > body.n - at) n = body.n - at;
        result->answer = sc_scanner_push(scanner, sc_bytes(body.p + at, n));
        at += n ? n : 1;
    }
    result->answer = sc_scanner_end(scanner);
    if (result->answer == SC_SCAN_FOUND) {
        result->n = sc_scanner_value(scanner).n;
        memcpy(result->value, sc_scanner_value(scanner).p, result->n);
    }
    apr_pool_destroy(p);
}

static int same(const result_t *a, const result_t *b)
{
    return a->answer == b->answer && a->n == b->n && !memcmp(a->value, b->value, a->n);
}

/* One answer for every cut; the answer is left in *whole. */
static int steady(result_t *whole, const char *type, sc_bytes_t body)
{
    result_t cut;
    apr_size_t i;

    scan(whole, type, body, body.n, 1);
    scan(&cut, type, body, 1, 1);
    if (!same(whole, &cut)) return 0;
    for (i = 1; i < body.n; i++) {
        scan(&cut, type, body, i, body.n);
        if (!same(whole, &cut)) return 0;
    }
    return 1;
}

typedef struct {
    const char *sentence;
    const char *body;
    const char *value; /* NULL: NONE; BAD: BAD */
} case_t;

static const char BAD[] = "(bad)";

static void check(const char *type, const case_t *c, sc_bytes_t body)
{
    result_t got;
    int one = steady(&got, type, body), right;

    if (!c->value)
        right = got.answer == SC_SCAN_NONE;
    else if (c->value == BAD)
        right = got.answer == SC_SCAN_BAD;
    else
        right = got.answer == SC_SCAN_FOUND && got.n == strlen(c->value) &&
                !memcmp(got.value, c->value, got.n);
    ok(right && one, "%s", c->sentence);
    if (!right) printf("# answer %d, value %.*s\n", got.answer, (int)got.n, got.value);
    if (!one) printf("# the answer depends on the cut\n");
}

static void table(const char *type, const case_t *cases, apr_size_t n)
{
    apr_size_t i;

    for (i = 0; i < n; i++)
        check(type, &cases[i], sc_bytes_str(cases[i].body));
}

#define TABLE(type, cases) table(type, cases, sizeof(cases) / sizeof((cases)[0]))

static void forms(void)
{
    static const case_t cases[] = {
        {"form: the only field", "csrf_token=abc", "abc"},
        {"form: the last field", "a=1&b=2&csrf_token=abc", "abc"},
        {"form: the field in the middle", "a=1&csrf_token=abc&b=2", "abc"},
        {"form: the first of two in the body wins, whatever the order of names",
         "csrf_token=1&xsrf-token=2", "1"},
        {"form: the first of one name wins", "csrf_token=1&csrf_token=2", "1"},
        {"form: an empty value is a value", "csrf_token=&xsrf-token=2", ""},
        {"form: a name without = is an empty value", "a&csrf_token&b", ""},
        {"form: a name without = at the end", "a=1&csrf_token", ""},
        {"form: = in the value stays", "csrf_token=a=b==", "a=b=="},
        {"form: + is a space", "csrf_token=a+b", "a b"},
        {"form: escapes in the value", "csrf_token=%61%2b%2B%26%3d", "a++&="},
        {"form: escapes in the name", "csrf%5ftoken=1", "1"},
        {"form: a name all in escapes", "%63%73%72%66%5F%74%6f%6b%65%6e=x", "x"},
        {"form: a name of other letters", "%d0%BA%d0%bb%d1%8e%d1%87=x", "x"},
        {"form: an escape that is none stays", "csrf_token=%zz%4%", "%zz%4%"},
        {"form: an escape cut by &", "csrf_token=%4&a=1", "%4"},
        {"form: an escape that follows a broken one", "csrf_token=%%41%4%41", "%A%4A"},
        {"form: an escaped & separates nothing", "a=1%26csrf_token=2", NULL},
        {"form: an escaped = separates nothing", "csrf_token%3d1", NULL},
        {"form: ; separates nothing", "a=1;csrf_token=2", NULL},
        {"form: empty pairs are skipped", "&&a=1&&&csrf_token=x&", "x"},
        {"form: a pair without a name", "=x&csrf_token=y", "y"},
        {"form: names are case-sensitive", "CSRF_TOKEN=1", NULL},
        {"form: a longer name is another", "csrf_token2=1&xcsrf_token=2", NULL},
        {"form: a shorter name is another", "csrf_toke=1", NULL},
        {"form: the name as a value", "a=csrf_token", NULL},
        {"form: a name with a space", "csrf_token+=1", NULL},
        {"form: no body", "", NULL},
        {"form: white space is a name", "\r\n", NULL},
        {"form: a line end belongs to the value", "csrf_token=a\r\n", "a\r\n"},
    };

    TABLE(FORM, cases);
}

static void json_found(void)
{
    static const case_t cases[] = {
        {"json: the only member", "{\"csrf_token\":\"abc\"}", "abc"},
        {"json: white space everywhere", " \r\n\t{ \"csrf_token\" : \"abc\" } ", "abc"},
        {"json: behind other members",
         "{\"a\":[1,-2.5e+10,{\"b\":null}],\"c\":true,\"xsrf-token\":\"x\"}", "x"},
        {"json: the first in the body wins",
         "{\"csrf_token\":\"1\",\"xsrf-token\":\"2\"}", "1"},
        {"json: an empty value", "{\"csrf_token\":\"\"}", ""},
        {"json: an escaped name", "{\"csrf\\u005ftoken\":\"x\"}", "x"},
        {"json: every escape",
         "{\"csrf_token\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20AC\"}",
         "\"\\/\b\f\n\r\tA\xC3\xA9\xE2\x82\xAC"},
        {"json: a pair of surrogates", "{\"csrf_token\":\"\\ud83d\\uDE00\"}",
         "\xF0\x9F\x98\x80"},
        {"json: a lone surrogate before text", "{\"csrf_token\":\"\\ud83dx\"}",
         "\xED\xA0\xBDx"},
        {"json: two lone surrogates", "{\"csrf_token\":\"\\ud83d\\ud83d\"}",
         "\xED\xA0\xBD\xED\xA0\xBD"},
        {"json: UTF-8 as it is", "{\"\xD0\xBA\xD0\xBB\xD1\x8E\xD1\x87\":\"\xC3\xA9\"}",
         "\xC3\xA9"},
        {"json: what follows the token is not looked at", "{\"csrf_token\":\"x\"!!", "x"},
        {"json: a number of that name is passed by",
         "{\"csrf_token\":5,\"csrf_token\":\"x\"}", "x"},
        {"json: an array of that name is passed by",
         "{\"csrf_token\":[\"no\"],\"csrf_token\":\"x\"}", "x"},
        {"json: a deeper member is passed by",
         "{\"a\":{\"csrf_token\":\"no\"},\"csrf_token\":\"x\"}", "x"},
    };

    TABLE(JSON, cases);
}

static void json_none(void)
{
    static const case_t cases[] = {
        {"json: no body", "", NULL},
        {"json: an empty object", "{}", NULL},
        {"json: an array", "[\"csrf_token\",\"x\",[],{}]", NULL},
        {"json: an object in an array", "[{\"csrf_token\":\"x\"}]", NULL},
        {"json: a deeper member", "{\"a\":{\"csrf_token\":\"x\"}}", NULL},
        {"json: a number", "-0.5E-3", NULL},
        {"json: zero", "0", NULL},
        {"json: a zero with a fraction", "[0.5,0e1,-0]", NULL},
        {"json: an exponent right after a digit", "[1e5,1.5E5,1.5]", NULL},
        {"json: other escapes", "\"\\b\\f\\n\\r\\t\\/\\\\ \\u00e9\\ue000\"", NULL},
        {"json: surrogates in the wrong order", "\"\\udc00\\ud800\\ud800\\ue000\"", NULL},
        {"json: an exponent", "10e5", NULL},
        {"json: a string", "\"csrf_token\"", NULL},
        {"json: true", "true", NULL},
        {"json: null of that name", "{\"csrf_token\":null}", NULL},
        {"json: another case", "{\"CSRF_TOKEN\":\"x\"}", NULL},
        {"json: the name with a NUL behind it", "{\"csrf_token\\u0000\":\"x\"}", NULL},
    };

    TABLE(JSON, cases);
}

static void json_bad(void)
{
    static const char *const bodies[] = {
        " ",
        "{",
        "}",
        "[",
        "]",
        "[}",
        "{]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "[1,]",
        "[,1]",
        "{,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1 \"b\":2}",
        "[1 2]",
        "1 2",
        "{}{}",
        "{} x",
        "01",
        "-",
        "+1",
        "1.",
        ".5",
        "1e",
        "1e+",
        "1.e5",
        "--1",
        "1x",
        "0x10",
        "NaN",
        "Infinity",
        "tru",
        "truex",
        "nul",
        "falsee",
        "True",
        "\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\",
        "\"\\\"",
        "1,2",
        ",",
        "1:",
        "\"a\":1",
        "[\"a\":1]",
        "00",
        "0a",
        "1.5.5",
        "1.5e5e",
        "\"\\ud800\n\"",
        "\"\\ud800\\x\"",
        "\"a\nb\"",
        "\"\x01\"",
        "\"\x80\"",
        "\"\xC0\x80\"",
        "\"\xC3\"",
        "\"\xED\xA0\x80\"",
        "\"\xF4\x90\x80\x80\"",
        "\"\xE0\x80\x80\"",
        "\"\xC3(\"",
        "\xEF\xBB\xBF{}",
        "/**/{}",
        "{}//",
        "csrf_token=x",
        "{\"csrf_token\":\"x",
        "{\"csrf_token\":\"x\\\"}",
        "{\"csrf_token\" \"x\"}",
        "{:\"x\"}",
        "{\"a\"::1}",
        "nullnull",
        "\f{}",
    };
    static const char utf16[] = "{\0\"\0a\0\"\0:\0001\0}\0";
    unsigned i;

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        case_t c = {apr_psprintf(pool, "json: number %u of what is no JSON", i),
                    bodies[i], BAD};
        check(JSON, &c, sc_bytes_str(bodies[i]));
    }
    {
        case_t c = {"json: UTF-16 is refused", NULL, BAD};
        check(JSON, &c, sc_bytes(utf16, sizeof(utf16) - 1));
    }
}

#define HEAD(rest)  "--B\r\nContent-Disposition: form-data; " rest "\r\n\r\n"
#define FIELD(n, v) HEAD("name=\"" n "\"") v "\r\n"
#define FILE1(v)    HEAD("name=\"f\"; filename=\"f.bin\"") v "\r\n"
#define CLOSE       "--B--\r\n"

static void multipart_found(void)
{
    static const case_t cases[] = {
        {"multipart: the only field", FIELD("csrf_token", "abc") CLOSE, "abc"},
        {"multipart: between files",
         FILE1("1") FIELD("csrf_token", "abc") FILE1("2") CLOSE, "abc"},
        {"multipart: behind files", FILE1("1") FILE1("") FIELD("xsrf-token", "x") CLOSE,
         "x"},
        {"multipart: the first in the body wins",
         FIELD("csrf_token", "1") FIELD("xsrf-token", "2") CLOSE, "1"},
        {"multipart: no final CRLF", FIELD("csrf_token", "abc") "--B--", "abc"},
        {"multipart: found before the body is whole",
         FIELD("csrf_token", "abc") "--B\r\n", "abc"},
        {"multipart: a preamble", "Hello\r\n\r\n" FIELD("csrf_token", "x") CLOSE, "x"},
        {"multipart: a preamble of one CRLF", "\r\n" FIELD("csrf_token", "x") CLOSE, "x"},
        {"multipart: an epilogue", FIELD("csrf_token", "x") CLOSE "bye\r\n--B\r\n", "x"},
        {"multipart: white space behind delimiters",
         "--B \t\r\nContent-Disposition: form-data; name=csrf_token\r\n\r\nx\r\n--B  "
         "\r\n",
         "x"},
        {"multipart: an empty value", FIELD("csrf_token", "") CLOSE, ""},
        {"multipart: a part without content at all", HEAD("name=csrf_token") "--B--", ""},
        {"multipart: line ends inside the value",
         FIELD("csrf_token", "a\r\nb\r\n\r\n") CLOSE, "a\r\nb\r\n\r\n"},
        {"multipart: a CR before the delimiter", FIELD("csrf_token", "a\r") CLOSE, "a\r"},
        {"multipart: delimiter-like value",
         FIELD("csrf_token", "\r\n--\r\n--B0\r\n--Bx") CLOSE, "\r\n--\r\n--B0\r\n--Bx"},
        {"multipart: a value that begins like a delimiter",
         FIELD("csrf_token", "--BB\r\n-") CLOSE, "--BB\r\n-"},
        {"multipart: a delimiter with one dash behind it",
         FIELD("csrf_token", "a\r\n--B-c") CLOSE, "a\r\n--B-c"},
        {"multipart: a delimiter without a line end",
         FIELD("csrf_token", "a\r\n--B \rb\r\n--B\r\rc") CLOSE,
         "a\r\n--B \rb\r\n--B\r\rc"},
        {"multipart: a delimiter with LF alone is content",
         FIELD("csrf_token", "a\n--B\nb\r\n--B\n") CLOSE, "a\n--B\nb\r\n--B\n"},
        {"multipart: a bad delimiter right before a good one",
         FIELD("csrf_token", "a\r\n--B\r") CLOSE, "a\r\n--B\r"},
        {"multipart: the name without quotes", HEAD("name=csrf_token") "x\r\n" CLOSE,
         "x"},
        {"multipart: parameters in any order and case",
         HEAD("foo=bar;NAME = \"csrf_token\" ; x=\"y\"") "x\r\n" CLOSE, "x"},
        {"multipart: header names in any case",
         "--B\r\ncontent-type: "
         "text/plain\r\nCONTENT-disposition:FORM-DATA;name=csrf_token"
         "\r\n\r\nx\r\n" CLOSE,
         "x"},
        {"multipart: blanks around a header's value",
         "--B\r\nContent-Disposition: \t form-data; name=csrf_token \t "
         "\r\n\r\nx\r\n" CLOSE,
         "x"},
        {"multipart: a header without a value",
         "--B\r\nX:\r\nY: \t \r\nContent-Disposition: form-data; "
         "name=csrf_token\r\n\r\nx\r\n" CLOSE,
         "x"},
        {"multipart: a header that is folded by a tab",
         "--B\r\nContent-Disposition: form-data;\r\n\tname=csrf_token\r\n\r\nx\r\n" CLOSE,
         "x"},
        {"multipart: a folded header",
         "--B\r\nContent-Disposition: form-data;\r\n "
         "name=\"csrf_token\"\r\n\r\nx\r\n" CLOSE,
         "x"},
        {"multipart: an empty parameter", HEAD("; name=csrf_token;") "x\r\n" CLOSE, "x"},
        {"multipart: a quote in another field's name",
         HEAD("name=\"a\\\"; name=\\\"csrf_token\"") "no\r\n" FIELD("csrf_token", "x")
             CLOSE,
         "x"},
        {"multipart: a part without headers",
         "--B\r\n\r\nno\r\n" FIELD("csrf_token", "x") CLOSE, "x"},
        {"multipart: part after part without content",
         HEAD("name=a") HEAD("name=b") FIELD("csrf_token", "x") CLOSE, "x"},
        {"multipart: a nested part is passed by",
         "--B\r\nContent-Disposition: form-data; name=csrf_token\r\n"
         "Content-Type: multipart/mixed; boundary=BB\r\n\r\n--BB\r\n"
         "Content-Disposition: form-data; "
         "name=csrf_token\r\n\r\nno\r\n--BB--\r\n\r\n" FIELD("csrf_token", "x") CLOSE,
         "x"},
    };

    TABLE(MULTI, cases);
}

static void multipart_refused(void)
{
    static const case_t cases[] = {
        {"multipart: no body", "", NULL},
        {"multipart: no part", "--B--", NULL},
        {"multipart: a file of that name is no token",
         HEAD("name=\"csrf_token\"; filename=\"x\"") "abc\r\n" CLOSE, NULL},
        {"multipart: a file without a name",
         HEAD("name=\"csrf_token\"; filename=\"\"") "abc\r\n" CLOSE, NULL},
        {"multipart: filename before name",
         HEAD("filename=x; name=csrf_token") "abc\r\n" CLOSE, NULL},
        {"multipart: filename*",
         HEAD("name=csrf_token; filename*=UTF-8''x") "abc\r\n" CLOSE, NULL},
        {"multipart: name* is no name", HEAD("name*=UTF-8''csrf_token") "a\r\n" CLOSE,
         NULL},
        {"multipart: the first name counts",
         HEAD("name=a; name=csrf_token") "a\r\n" CLOSE, NULL},
        {"multipart: a name inside a quoted filename",
         HEAD("name=\"f\"; filename=\"\\\"; name=\\\"csrf_token\"") "a\r\n" CLOSE, NULL},
        {"multipart: an attachment is no field",
         "--B\r\nContent-Disposition: attachment; name=csrf_token\r\n\r\na\r\n" CLOSE,
         NULL},
        {"multipart: a part without a disposition",
         "--B\r\nContent-Type: text/plain; name=csrf_token\r\n\r\na\r\n" CLOSE, NULL},
        {"multipart: a second disposition does not count",
         "--B\r\nContent-Disposition: form-data; name=a\r\n"
         "Content-Disposition: form-data; name=csrf_token\r\n\r\nx\r\n" CLOSE,
         NULL},
        {"multipart: a field written into a file",
         FILE1("\r\n-B\r\n--b\r\n"
               "Content-Disposition: form-data; name=csrf_token\r\n\r\nx") CLOSE,
         NULL},
        {"multipart: a boundary that goes on is content",
         FILE1("x\r\n--B1\r\nContent-Disposition: form-data; "
               "name=csrf_token\r\n\r\nx\r\n--B1") CLOSE,
         NULL},
        {"multipart: fields in the preamble",
         "--A\r\nContent-Disposition: form-data; name=csrf_token\r\n\r\nx\r\n" CLOSE,
         NULL},
        {"multipart: fields in the epilogue", CLOSE FIELD("csrf_token", "x") CLOSE, NULL},
        {"multipart: backslashes of a browser stay",
         HEAD("name=\"csrf\\_token\"") "x\r\n" CLOSE, NULL},
        {"multipart: cut inside the value", HEAD("name=csrf_token") "abc", BAD},
        {"multipart: cut before the last dash", FIELD("csrf_token", "abc") "--B-", BAD},
        {"multipart: cut inside the headers", "--B\r\nContent-Disp", BAD},
        {"multipart: cut behind a file", FILE1("x"), BAD},
        {"multipart: no delimiter", "csrf_token=x", BAD},
        {"multipart: lines that end in LF",
         "--B\nContent-Disposition: form-data; name=csrf_token\n\nx\n--B--\n", BAD},
        {"multipart: a header line that ends in LF",
         "--B\r\nContent-Disposition: form-data; name=csrf_token\n\r\nx\r\n" CLOSE, BAD},
        {"multipart: a header without a colon", "--B\r\nfoo\r\n\r\nx\r\n" CLOSE, BAD},
        {"multipart: a header without a name", "--B\r\n: foo\r\n\r\nx\r\n" CLOSE, BAD},
        {"multipart: a quote that does not end", HEAD("name=\"csrf_token") "x\r\n" CLOSE,
         BAD},
        {"multipart: a parameter without a value", HEAD("name") "x\r\n" CLOSE, BAD},
        {"multipart: two words without a ;", HEAD("name=a b") "x\r\n" CLOSE, BAD},
    };

    TABLE(MULTI, cases);
}

/* The boundary as Content-Type gives it. */
static void boundaries(void)
{
    static const struct {
        const char *type;
        const char *delimiter; /* NULL: malformed */
    } cases[] = {
        {"multipart/form-data; boundary=abc", "abc"},
        {"Multipart/Form-Data;BOUNDARY=\"abc\"", "abc"},
        {"multipart/form-data; charset=utf-8; boundary=abc; x=y", "abc"},
        {"multipart/form-data; boundary=\"a b\\\"c:/?\"", "a b\"c:/?"},
        {"multipart/form-data; boundary=----WebKitFormBoundary7MA4",
         "----WebKitFormBoundary7MA4"},
        {"multipart/form-data; boundary=--", "--"},
        {"multipart/form-data; boundary=a; boundary=b", "a"},
        {"multipart/form-data; boundary=\"a\\b\\\\c\"", "a\\b\\c"},
        {"multipart/form-data; boundary=\"a\\", NULL},
        {"multipart/form-data; boundary=\"a\\\"", NULL},
        {"multipart/form-data; boundary", NULL},
        {"multipart/form-data; boundary ", NULL},
        {"multipart/form-data; boundary:a", NULL},
        {"multipart/form-data; =a", NULL},
        {"multipart/form-data", NULL},
        {"multipart/form-data; boundary", NULL},
        {"multipart/form-data; boundary=", NULL},
        {"multipart/form-data; boundary=\"\"", NULL},
        {"multipart/form-data; boundary=\"abc", NULL},
        {"multipart/form-data; boundary=\"abc \"", NULL},
        {"multipart/form-data; boundary=\"a\tb\"", NULL},
        {"multipart/form-data; boundary=\"a\xC3\xA9\"", NULL},
        {"multipart/form-data; xboundary=abc", NULL},
    };
    char *longest = apr_pstrcat(pool, "multipart/form-data; boundary=", NULL);
    sc_scanner_t *scanner;
    unsigned i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        result_t got;
        const char *body;

        if (!cases[i].delimiter) {
            ok(sc_scanner_make(&scanner, sc_bytes_str(cases[i].type), names, 3, pool) ==
                   SC_MALFORMED,
               "\"%s\" has no usable boundary", cases[i].type);
            continue;
        }
        body = apr_pstrcat(
            pool, "--", cases[i].delimiter,
            "\r\nContent-Disposition: form-data; name=csrf_token\r\n\r\nx\r\n--",
            cases[i].delimiter, "--", NULL);
        ok(steady(&got, cases[i].type, sc_bytes_str(body)) &&
               got.answer == SC_SCAN_FOUND && got.n == 1,
           "\"%s\" has the boundary %s", cases[i].type, cases[i].delimiter);
    }
    for (i = 0; i < 201; i++)
        longest = apr_pstrcat(pool, longest, "b", NULL);
    ok(sc_scanner_make(&scanner, sc_bytes_str(longest), names, 3, pool) == SC_MALFORMED,
       "a boundary of 201 bytes is refused");
    longest[strlen(longest) - 1] = '\0';
    ok(sc_scanner_make(&scanner, sc_bytes_str(longest), names, 3, pool) == SC_OK,
       "a boundary of 200 bytes is taken");
}

static void types(void)
{
    static const struct {
        const char *type;
        sc_status_t status;
    } cases[] = {
        {"application/x-www-form-urlencoded; charset=UTF-8", SC_OK},
        {" APPLICATION/JSON ;charset=utf-8", SC_OK},
        {"application/problem+json", SC_OK},
        {"application/+json", SC_UNSUPPORTED},
        {"text/json", SC_UNSUPPORTED},
        {"text/plain", SC_UNSUPPORTED},
        {"application/jsonx", SC_UNSUPPORTED},
        {"application/json, text/plain", SC_UNSUPPORTED},
        {"multipart/mixed; boundary=B", SC_UNSUPPORTED},
        {"", SC_UNSUPPORTED},
        {" ", SC_UNSUPPORTED},
        {";", SC_UNSUPPORTED},
        {"application/octet-stream", SC_UNSUPPORTED},
    };
    sc_scanner_t *scanner;
    unsigned i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        ok(sc_scanner_make(&scanner, sc_bytes_str(cases[i].type), names, 3, pool) ==
               cases[i].status,
           "the Content-Type \"%s\" is %s", cases[i].type,
           sc_status_name(cases[i].status));
}

/* prefix, n times c, suffix */
static sc_bytes_t padded(const char *prefix, char c, apr_size_t n, const char *suffix)
{
    char *body = apr_palloc(pool, strlen(prefix) + n + strlen(suffix) + 1), *at = body;

    at += strlen(strcpy(at, prefix));
    memset(at, c, n);
    strcpy(at + n, suffix);
    return sc_bytes(body, strlen(prefix) + n + strlen(suffix));
}

/* n arrays, one inside the other. */
static sc_bytes_t nested(apr_size_t n)
{
    sc_bytes_t halves[] = {padded("", '[', n, ""), padded("", ']', n, "")};

    return sc_bytes_join(halves, 2, pool);
}

static sc_scan_answer_t answer_of(const char *type, sc_bytes_t body)
{
    result_t whole, bytes, cut;

    scan(&whole, type, body, body.n, 1);
    scan(&bytes, type, body, 1, 1);
    scan(&cut, type, body, 7, 4099);
    if (!same(&whole, &bytes) || !same(&whole, &cut)) return (sc_scan_answer_t)-1;
    return whole.answer;
}

static void sizes(void)
{
    static const struct {
        const char *type, *prefix, *suffix;
    } kinds[] = {
        {FORM, "csrf_token=", "&a=1"},
        {JSON, "{\"csrf_token\":\"", "\"}"},
        {MULTI, HEAD("name=csrf_token"), "\r\n" CLOSE},
    };
    unsigned i;

    for (i = 0; i < 3; i++) {
        ok(answer_of(kinds[i].type, padded(kinds[i].prefix, 'x', SC_SCAN_VALUE_MAX,
                                           kinds[i].suffix)) == SC_SCAN_FOUND,
           "%s: a value of the greatest length is found", kinds[i].type);
        ok(answer_of(kinds[i].type, padded(kinds[i].prefix, 'x', SC_SCAN_VALUE_MAX + 1,
                                           kinds[i].suffix)) == SC_SCAN_BAD,
           "%s: one byte more is refused", kinds[i].type);
        ok(answer_of(kinds[i].type, padded(kinds[i].prefix, '\r', SC_SCAN_VALUE_MAX + 300,
                                           kinds[i].suffix)) == SC_SCAN_BAD,
           "%s: so are bytes that may start a delimiter", kinds[i].type);
    }
    ok(answer_of(FORM, padded("", 'n', 300000, "=1&csrf_token=x")) == SC_SCAN_FOUND,
       "form: a long name before the field is passed by");
    ok(answer_of(FORM, padded("csrf_token%", '4', 300, "=1")) == SC_SCAN_NONE,
       "form: a long name that begins like ours is none");
    ok(answer_of(JSON, padded("{\"", 'n', 300000, "\":1,\"csrf_token\":\"x\"}")) ==
           SC_SCAN_FOUND,
       "json: a long name before the field is passed by");
    ok(answer_of(JSON, nested(512)) == SC_SCAN_NONE, "json: 512 levels are read");
    ok(answer_of(JSON, nested(513)) == SC_SCAN_BAD, "json: 513 are refused");
    ok(answer_of(MULTI, padded("--B\r\nX: ", 'x', 8000, "\r\n\r\n\r\n--B--")) ==
           SC_SCAN_NONE,
       "multipart: long headers are read");
    ok(answer_of(MULTI, padded("--B\r\nX: ", 'x', 8192, "\r\n\r\n\r\n--B--")) ==
           SC_SCAN_BAD,
       "multipart: too long headers are refused");
    ok(answer_of(MULTI, padded("--B", ' ', 17, "\r\n\r\n\r\n--B--")) == SC_SCAN_NONE,
       "multipart: a line end too far behind the boundary is no delimiter");
}

static void many_parts(void)
{
    char *body = malloc(10000 * 200), *at = body;
    int i, n = 10000;

    for (i = 0; i < n - 1; i++)
        at += sprintf(at,
                      "--B\r\nContent-Disposition: form-data; name=\"f%d\"; "
                      "filename=\"%d\"\r\nContent-Type: text/plain\r\n\r\n\r\n-%d\r\n",
                      i, i, i);
    at += sprintf(at, FIELD("csrf_token", "last") CLOSE);
    ok(answer_of(MULTI, sc_bytes(body, (apr_size_t)(at - body))) == SC_SCAN_FOUND,
       "multipart: the last of 10 000 parts is found");
    free(body);
}

/* What no table foresees: random bodies out of pieces that mean something. */
static void random_bodies(void)
{
    static const char *const pieces[] = {
        "\r\n",
        "--B",
        "--",
        "\r",
        "\n",
        "--B\r\n",
        "--B--",
        " ",
        "x",
        "B",
        "-",
        "\r\n\r\n",
        "Content-Disposition: form-data; name=csrf_token",
        "\r\n--B\r\n",
        "; filename=a",
        "csrf_token",
        "=",
        "&",
        "%",
        "%41",
        "4",
        "{",
        "}",
        "\"",
        ":",
        ",",
        "[",
        "]",
        "\\",
        "\\u0041",
        "\\ud83d",
        "\xC3\xA9",
        "\xC3",
        "1",
        "true",
        "{\"csrf_token\":\"",
    };
    static const char *const kinds[] = {FORM, JSON, MULTI};
    unsigned i, j, k, good = 0, found = 0, seed = 12345;
    result_t got;
    char body[2000];

    for (i = 0; i < 1500; i++) {
        body[0] = '\0';
        if (i % 3 == 2) strcat(body, HEAD("name=csrf_token"));
        for (j = 0; j < 12; j++) {
            seed = seed * 1103515245 + 12345;
            k = (seed >> 8) % (sizeof(pieces) / sizeof(pieces[0]));
            strcat(body, pieces[k]);
        }
        good += (unsigned)steady(&got, kinds[i % 3], sc_bytes_str(body));
        found += got.answer == SC_SCAN_FOUND;
    }
    ok(good == 1500 && found > 0, "1500 random bodies have one answer each, however cut");
}

static void after_the_answer(void)
{
    sc_scanner_t *scanner;
    sc_status_t st = sc_scanner_make(&scanner, sc_bytes_str(FORM), names, 3, pool);
    sc_scan_answer_t first = sc_scanner_push(scanner, sc_bytes_str("csrf_token=a&"));
    sc_scan_answer_t more = sc_scanner_push(scanner, sc_bytes_str("csrf_token=b&"));

    ok(st == SC_OK && first == SC_SCAN_FOUND && more == SC_SCAN_FOUND &&
           sc_scanner_end(scanner) == SC_SCAN_FOUND &&
           sc_bytes_eq(sc_scanner_value(scanner), sc_bytes_str("a")),
       "an answer stays as it is, whatever is pushed behind it");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    forms();
    json_found();
    json_none();
    json_bad();
    multipart_found();
    multipart_refused();
    boundaries();
    types();
    sizes();
    many_parts();
    random_bodies();
    after_the_answer();
    apr_pool_destroy(pool);
    return done();
}
