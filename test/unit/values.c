/* SPDX-License-Identifier: Apache-2.0 */
/* Documents are looked into, changed and built; the faces agree, and nothing dangles. */
#include "core/document/document.h"
#include "bytes.h"
#include "core/document/read.h"
#include "core/document/text.h"
#include "tap.h"
#include <stdlib.h>

static const sc_limits_t limits = {8192, 65536, 32, 1024};

static sc_doc_t *parsed(const char *json, int tagged, apr_pool_t *p)
{
    sc_doc_t *doc;

    if (sc_doc_parse(&doc, sc_bytes_str(json), tagged, &limits, p) == SC_OK) return doc;
    printf("Bail out! %s does not parse\n", json);
    exit(1);
}

/* A value that the caller owns. */
static sc_value_t *value_of(const char *json, apr_pool_t *p)
{
    sc_value_t *v;

    if (sc_value_parse(&v, sc_bytes_str(json), &limits, p) == SC_OK)
        return sc_value_ref(v);
    printf("Bail out! %s does not parse\n", json);
    exit(1);
}

static int faces(const sc_doc_t *doc, const char *tagged, const char *plain,
                 apr_pool_t *p)
{
    return bytes_are(sc_doc_write(doc, SC_TAGGED, SC_COMPACT, p), tagged) &&
           bytes_are(sc_doc_write(doc, SC_PLAIN, SC_COMPACT, p), plain);
}

static void put(sc_doc_t *doc, const char *name, const char *json, apr_pool_t *p)
{
    sc_doc_put(doc, sc_bytes_str(name), value_of(json, p));
}

/* --- finding --- */

static void test_find(apr_pool_t *p)
{
    static const struct {
        const char *path, *want;
    } good[] = {{"a", "{\"b\":[10,{\"c\":\"x\"},null]}"},
                {"/a/b/0", "10"},
                {"/a/b/1/c", "\"x\""},
                {"/a/b/2", "null"},
                {"/~1", "1"},
                {"~", "2"},
                {"/~0", "2"},
                {"/", "{\"\":3}"},
                {"//", "3"},
                {"", "{\"\":3}"},
                {"a/b", "4"},
                {"/a~1b", "4"},
                {"/m~0n", "5"},
                {"m~n", "5"},
                {"0", "6"},
                {"/0", "6"},
                {"n", "null"},
                {"/n", "null"},
                {"~1", "7"},
                {"/~01", "7"},
                {"/t/1", "\"y\""}};
    static const char *const bad[] = {"b",
                                      "A",
                                      "a ",
                                      "/a/b/3",
                                      "/a/b/-",
                                      "/a/b/01",
                                      "/a/b/00",
                                      "/a/b/-1",
                                      "/a/b/+1",
                                      "/a/b/1x",
                                      "/a/b/",
                                      "/a/b/4294967296",
                                      "/a/b/18446744073709551616",
                                      "/a/",
                                      "/a/b/0/",
                                      "/a/b/0/0",
                                      "/n/",
                                      "/~",
                                      "/~2",
                                      "/m~n",
                                      "/m~",
                                      "/a~0b",
                                      "/a/b/1/c/0",
                                      "/a/b/1/cc",
                                      "/aa",
                                      "/a/b/1/",
                                      "/t/ t",
                                      "z",
                                      "/z"};
    sc_doc_t *doc =
        parsed("{\"a\":{\"b\":[10,{\"c\":\"x\"},null]},\"/\":1,\"~\":2,\"\":{\"\":3},"
               "\"a/b\":4,\"m~n\":5,\"0\":6,\"n\":null,\"~1\":7,\"z\\u0000\":8,"
               "\"t\":{\" t\":[7,{\" m\":\"y\"}]}}",
               1, p);
    const sc_value_t *v, *untouched = (const sc_value_t *)p;
    apr_size_t i;

    for (i = 0; i < sizeof good / sizeof *good; i++) {
        v = NULL;
        ok(sc_doc_find(&v, doc, good[i].path) &&
               bytes_are(sc_value_write(v, SC_COMPACT, p), good[i].want),
           "path \"%s\" finds %s", good[i].path, good[i].want);
    }
    for (i = 0; i < sizeof bad / sizeof *bad; i++) {
        v = untouched;
        ok(!sc_doc_find(&v, doc, bad[i]) && v == untouched, "path \"%s\" finds nothing",
           bad[i]);
    }
}

struct names {
    char text[200];
    int n, stop;
};

static int note_name(void *baton, sc_bytes_t name, const sc_value_t *value)
{
    struct names *names = baton;
    apr_size_t at = strlen(names->text);

    snprintf(names->text + at, sizeof names->text - at, "%d:%c=%d ", (int)name.n,
             name.n && name.p[0] ? name.p[0] : '?', (int)sc_value_type(value));
    return ++names->n == names->stop ? 42 : 0;
}

static void test_each(apr_pool_t *p)
{
    sc_doc_t *doc = parsed("{\"b\":1,\"\\u0000x\\u00e9\":null,\"a\":{\" t\":[]}}", 1, p);
    struct names plain = {"", 0, 0}, tagged = {"", 0, 0}, some = {"", 0, 2};

    ok(sc_doc_each(doc, SC_PLAIN, note_name, &plain) == 0 &&
           bytes_are(sc_bytes_str(plain.text), "1:b=2 4:?=0 1:a=4 "),
       "members come in order, a name with NUL in full");
    ok(sc_doc_each(doc, SC_TAGGED, note_name, &tagged) == 0 &&
           bytes_are(sc_bytes_str(tagged.text), "1:b=2 4:?=0 1:a=5 "),
       "the tagged face shows the tags");
    ok(sc_doc_each(doc, SC_PLAIN, note_name, &some) == 42 && some.n == 2,
       "each() stops at an answer and hands it on");
    ok(sc_doc_size(doc) == 3, "a document knows its size");
}

/* A session that a connection keeps is walked through by each of its requests. Two pieces
 * of a pool lie side by side when nothing was taken from it in between. */
static void test_each_takes_no_memory(apr_pool_t *p)
{
    char json[400] = "{\"\\u0000a\":1,\"", *to = json + strlen(json);
    struct names names = {"", 0, 0};
    const char *before, *after;
    sc_doc_t *doc;
    int i;

    memset(to, 'x', 300);
    strcpy(to + 300, "\\u0000\":2}");
    doc = parsed(json, 1, p);
    before = apr_palloc(p, 8);
    for (i = 0; i < 1000; i++) {
        names = (struct names){"", 0, 0};
        (void)sc_doc_each(doc, SC_PLAIN, note_name, &names);
    }
    after = apr_palloc(p, 8);
    is(names.text, "2:?=2 301:x=2 ", "names with NUL come in full, short or long");
    ok(after - before == 8, "each() takes no memory from the document's pool");
}

static void test_member(apr_pool_t *p)
{
    sc_value_t *object = value_of("{\"a\\u0000b\":1,\"c\":null}", p);
    const sc_value_t *v = object;

    ok(sc_value_member(&v, object, sc_bytes("a\0b", 3)) &&
           bytes_are(sc_value_write(v, SC_COMPACT, p), "1"),
       "a member with NUL in its name is found by the whole of it");
    v = object;
    ok(!sc_value_member(&v, object, sc_bytes_str("a")) &&
           !sc_value_member(&v, object, sc_bytes("a\0", 2)) &&
           !sc_value_member(&v, object, sc_bytes("a\0bc", 4)) && v == object,
       "and by no part of it");
    ok(sc_value_member(&v, object, sc_bytes("cx", 1)) && v == NULL,
       "a member may be null");
    v = object;
    ok(!sc_value_member(&v, NULL, sc_bytes("c", 1)) && v == object,
       "null has no members");
    sc_value_release(object);
}

/* --- texts --- */

static void test_text(apr_pool_t *p)
{
    static const struct {
        const char *json, *want, *name;
    } rows[] = {
        {"\"x\\u00e9\"", "x\xC3\xA9", "a string is itself"},
        {"\"\"", "", "an empty string is empty"},
        {"-5", "-5", "an integer is its JSON"},
        {"1.50", "1.50", "a float is its JSON"},
        {"true", "true", "true is true"},
        {"{\"a\":[1,\"\\u00e9\"]}", "{\"a\":[1,\"\\u00e9\"]}", "an object is JSON"},
        {"[1,\"a,b\",false,2.0]", "1;a,b;false;2.0", "an array of scalars is joined"},
        {"[]", "", "an empty array is empty"},
        {"[\"x\"]", "x", "one element has no delimiter"},
        {"[1,[2]]", "[1,[2]]", "an array that holds an array is JSON"},
        {"[1,null]", "[1,null]", "an array that holds null is JSON"},
        {"{\" d\":\"Wed, 21 Oct 2015 07:28:00 GMT\"}", "Wed, 21 Oct 2015 07:28:00 GMT",
         "a date is its text"},
        {"{\" t\":[{\" b\":\"YQ==\"},{\" m\":\"<i>\"}]}", "YQ==;<i>",
         "a tuple is joined like an array"}};
    const sc_value_t *v;
    sc_bytes_t text;
    sc_doc_t *doc = sc_doc_make(1, p);
    apr_size_t i;

    for (i = 0; i < sizeof rows / sizeof *rows; i++) {
        put(doc, "v", rows[i].json, p);
        ok(sc_doc_find(&v, doc, "v") && sc_value_text(&text, v, ";", p) &&
               bytes_are(text, rows[i].want),
           "%s", rows[i].name);
    }
    text = sc_bytes("unset", 5);
    ok(!sc_value_text(&text, NULL, ";", p) && text.n == 5, "null has no text");
    put(doc, "v", "\"a\\u0000b\"", p);
    ok(sc_doc_find(&v, doc, "v") && sc_value_text(&text, v, ";", p) && text.n == 3,
       "a string with NUL keeps its length");
    put(doc, "v", "[1,2]", p);
    ok(sc_doc_find(&v, doc, "v") && !sc_value_at(v, -1) && !sc_value_at(v, 2) &&
           sc_value_at(v, 1),
       "an index outside an array finds nothing");
    ok(sc_value_string(v).n == 0 && sc_value_length(NULL) == 0 && !sc_value_at(NULL, 0),
       "an array is not a string, and null not an array");
}

/* --- building and changing --- */

static void test_build(apr_pool_t *p)
{
    sc_value_t *object = sc_value_make_object(), *list = sc_value_make_array();
    sc_value_t *text = sc_value_make_string(sc_bytes_str("s"));
    static const char want[] =
        "{\"l\":[-9223372036854775808,123456789012345678901,true,null,\"s\","
        "\"s\",\"\"],\"n\\u0000m\":2,\"l2\":[-9223372036854775808,"
        "123456789012345678901,true,null,\"s\",\"s\",\"\"]}";

    sc_value_append(list, sc_value_make_int(APR_INT64_MIN));
    sc_value_append(list, sc_value_make_number(sc_bytes_str("123456789012345678901")));
    sc_value_append(list, sc_value_make_bool(1));
    sc_value_append(list, NULL);
    sc_value_append(list, text);
    sc_value_append(list, sc_value_ref(text));
    sc_value_append(list, sc_value_make_string(sc_bytes(NULL, 0)));
    sc_value_put(object, sc_bytes_str("l"), list);
    sc_value_put(object, sc_bytes("n\0m", 3), sc_value_make_int(1));
    sc_value_put(object, sc_bytes_str("l2"), sc_value_ref(list));
    sc_value_put(object, sc_bytes("n\0m", 3), sc_value_make_int(2));
    ok(faces(sc_doc_wrap(object, 0, p), want, want, p),
       "what is built is written, what is "
       "shared twice");
    text = sc_value_make_string(sc_bytes("\xED\xA0\x80\xFF\xC3\xF4\x90\x80\x80", 9));
    ok(bytes_are(sc_value_write(text, SC_COMPACT, p),
                 "\"\\ud800\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\""),
       "bytes that are not UTF-8 are written as U+FFFD, a lone surrogate as itself");
    sc_value_release(text);
    sc_value_release(NULL);
}

static void test_long_name(apr_pool_t *p)
{
    unsigned char name[500];
    sc_value_t *object = sc_value_make_object();
    const sc_value_t *v;

    memset(name, 'n', sizeof name);
    name[250] = '\0';
    sc_value_put(object, sc_bytes(name, sizeof name), sc_value_make_int(1));
    ok(sc_value_member(&v, object, sc_bytes(name, sizeof name)) &&
           !sc_value_member(&v, object, sc_bytes(name, 499)),
       "a long name is kept whole");
    ok(sc_doc_size(sc_doc_wrap(object, 0, p)) == 1, "and is one member");
}

static void test_change(apr_pool_t *p)
{
    static const char first[] = "{\"a\":1,\"b\":{\" t\":[1]},\"c\":3}";
    sc_doc_t *doc = parsed(first, 1, p), *copy = sc_doc_dup(doc, p);

    put(copy, "a", "\"x\"", p);
    put(copy, "d", "{\" b\":\"YQ==\"}", p);
    sc_doc_remove(copy, sc_bytes_str("c"));
    sc_doc_remove(copy, sc_bytes_str("none"));
    ok(faces(copy, "{\"a\":\"x\",\"b\":{\" t\":[1]},\"d\":{\" b\":\"YQ==\"}}",
             "{\"a\":\"x\",\"b\":[1],\"d\":\"YQ==\"}", p),
       "a changed member keeps its place, a new one comes last, tags elsewhere stay");
    ok(faces(doc, first, "{\"a\":1,\"b\":[1],\"c\":3}", p),
       "the first does not change with its copy");
    doc = parsed("{\"a\":1}", 1, p);
    copy = sc_doc_dup(doc, p);
    put(doc, "b", "{\" m\":\"x\"}", p);
    ok(faces(doc, "{\"a\":1,\"b\":{\" m\":\"x\"}}", "{\"a\":1,\"b\":\"x\"}", p),
       "a tagged value can be put where there was none");
    put(doc, "b", "null", p);
    put(doc, "a", "[{}]", p);
    ok(faces(doc, "{\"a\":[{}],\"b\":null}", "{\"a\":[{}],\"b\":null}", p),
       "and be replaced");
    ok(faces(copy, "{\"a\":1}", "{\"a\":1}", p),
       "an earlier copy does not change with the first");
}

static void test_guard(apr_pool_t *p)
{
    sc_doc_t *doc = sc_doc_make(1, p);

    ok(faces(doc, "{}", "{}", p), "a new document is empty");
    put(doc, " t", "1", p);
    ok(faces(doc, "{\" di\":{\" t__\":1}}", "{\" t\":1}", p),
       "an only member that looks like a tag is guarded as Flask does");
    put(doc, "a", "2", p);
    ok(faces(doc, "{\" t\":1,\"a\":2}", "{\" t\":1,\"a\":2}", p),
       "the guard goes when a second member comes");
    sc_doc_remove(doc, sc_bytes_str("a"));
    ok(faces(doc, "{\" di\":{\" t__\":1}}", "{\" t\":1}", p),
       "and is back when that goes");
    put(doc, " t", "{\" t\":[3]}", p);
    ok(faces(doc, "{\" di\":{\" t__\":{\" t\":[3]}}}", "{\" t\":[3]}", p),
       "a guarded member can be changed");
    sc_doc_remove(doc, sc_bytes_str(" t"));
    ok(faces(doc, "{}", "{}", p), "and removed");
    doc = parsed("{\" di\":{\" di__\":{\" t\":[1]}}}", 1, p);
    put(doc, "x", "false", p);
    ok(faces(doc, "{\" di\":{\" t\":[1]},\"x\":false}", "{\" di\":[1],\"x\":false}", p),
       "a guarded document that was read can be added to");
    doc = parsed("{\"a\":{\" t\":1},\"b\":{\" x\":2}}", 0, p);
    ok(faces(doc, "{\"a\":{\" di\":{\" t__\":1}},\"b\":{\" x\":2}}",
             "{\"a\":{\" t\":1},\"b\":{\" x\":2}}", p),
       "an untagged document is guarded when it is written with tags");
    doc = sc_doc_wrap(value_of("{\" t\":[1]}", p), 1, p);
    ok(sc_doc_size(doc) == 1,
       "what is wrapped stays an object even if it reads as a tuple");
    doc = sc_doc_wrap(value_of("{\" di\":{\"x__\":{\" t\":[1]}}}", p), 1, p);
    ok(sc_doc_size(doc) == 1 &&
           faces(doc, "{\" di\":{\"x__\":{\" t\":[1]}}}", "{\"x\":[1]}", p),
       "what is wrapped has its tags resolved");
}

static void test_lifetime(apr_pool_t *p)
{
    static const char want[] = "{\"kept\":{\"deep\":[\"value\",12345678901234567890]}}";
    sc_doc_t *doc = sc_doc_make(0, p), *short_lived;
    apr_pool_t *inner;
    const sc_value_t *v = NULL;

    apr_pool_create(&inner, p);
    short_lived =
        parsed("{\"name\":{\"deep\":[\"value\",12345678901234567890]}}", 1, inner);
    if (sc_doc_find(&v, short_lived, "name"))
        sc_doc_put(doc, sc_bytes_str("kept"), sc_value_ref(v));
    apr_pool_destroy(inner);
    ok(faces(doc, want, want, p), "a value that another document took outlives its own");
}

int main(void)
{
    apr_pool_t *p;

    apr_initialize();
    apr_pool_create(&p, NULL);
    test_find(p);
    test_each(p);
    test_each_takes_no_memory(p);
    test_member(p);
    test_text(p);
    test_build(p);
    test_long_name(p);
    test_change(p);
    test_guard(p);
    test_lifetime(p);
    apr_pool_destroy(p);
    apr_terminate();
    return done();
}
