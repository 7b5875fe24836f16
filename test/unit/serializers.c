/* SPDX-License-Identifier: Apache-2.0 */
/* Serializers: a payload becomes a document and goes back as the peer wrote it. */
#include "core/serializer/json.h"
#include "core/serializer/tagged.h"
#include "core/serializer/userid.h"
#include <apr_general.h>
#include "tap.h"

static const sc_limits_t limits = {8192, 64, 4, 8};

static sc_status_t decode(sc_doc_t **doc, const sc_serializer_t *s, sc_bytes_t payload,
                          apr_pool_t *p)
{
    return s->decode(doc, payload, &limits, p);
}

static int encodes(const sc_serializer_t *s, const sc_doc_t *doc, const char *want,
                   apr_pool_t *p)
{
    sc_bytes_t payload;

    return s->encode(&payload, doc, p) == SC_OK &&
           sc_bytes_eq(payload, sc_bytes_str(want));
}

static int returns(const sc_serializer_t *s, const char *payload, apr_pool_t *p)
{
    sc_doc_t *doc;

    return decode(&doc, s, sc_bytes_str(payload), p) == SC_OK &&
           encodes(s, doc, payload, p);
}

static void test_json(apr_pool_t *p)
{
    const sc_serializer_t *json = &sc_serializer_json, *tagged = &sc_serializer_tagged;
    static const char tuple[] = "{\"a\":{\" t\":[1]},\"b\":2}";
    sc_doc_t *doc = NULL;

    ok(returns(json, "{\"a\":1,\"b\":[2,3]}", p), "plain JSON goes back compact");
    ok(returns(&sc_serializer_json_spaced, "{\"a\": 1, \"b\": [2, 3]}", p),
       "or spaced, as the format says");
    ok(returns(json, tuple, p), "to plain JSON a tag is an object like any other");
    ok(returns(tagged, tuple, p), "tagged JSON keeps its tags");
    ok(decode(&doc, tagged, sc_bytes_str(tuple), p) == SC_OK &&
           encodes(json, doc, "{\"a\":[1],\"b\":2}", p),
       "a Flask session written as plain JSON has its tags resolved");
    ok(decode(&doc, json, sc_bytes_str(tuple), p) == SC_OK &&
           encodes(tagged, doc, "{\"a\":{\" di\":{\" t__\":[1]}},\"b\":2}", p),
       "plain JSON that looks tagged is guarded when it is written as a Flask session");
    doc = NULL;
    ok(decode(&doc, json, sc_bytes_str("[1]"), p) == SC_MALFORMED && !doc,
       "an array is no session");
    ok(decode(&doc, tagged, sc_bytes_str("{\" t\":[1]}"), p) == SC_MALFORMED && !doc,
       "a tuple is no session");
    ok(decode(&doc, tagged, sc_bytes_str("{\"a\":{\" u\":\"1\"}}"), p) == SC_MALFORMED,
       "a tag that Flask cannot resolve is malformed");
    ok(decode(&doc, json, sc_bytes_str("{\"a\":[[[[1]]]]}"), p) == SC_TOO_LARGE,
       "the source's limit of depth holds");
    ok(decode(&doc, tagged, sc_bytes_str("{\"a\":[1,2,3,4,5,6,7,8]}"), p) == SC_TOO_LARGE,
       "the source's limit of members holds");
}

static void test_userid(apr_pool_t *p)
{
    static const char *const good[] = {
        "007",      "a|b",        "\xD0\x96\xD0\xB0\xD0\xBD\xD0\xBD\xD0\xB0",
        " ",        "null",       "[1]",
        "\"x\"",    "{",          "}",
        "{a}",      "{ ",         "{3F2504E0-4F89-41D3-9A0C-0305E82C3301}",
        "{\"a\":1", "x{\"a\":1}", "{\"a\":1}x",
        "}{"};
    static const char *const objects[] = {"{}",
                                          "{ }",
                                          " {}\n",
                                          "{\"_user_id\":\"1\"}",
                                          "\t{ \"a\" : 1 }\r\n",
                                          "{\n\"a\":1}",
                                          "{\"a\":01}"};
    const sc_serializer_t *s = &sc_serializer_userid_not_object,
                          *any = &sc_serializer_userid;
    sc_doc_t *doc = NULL;
    apr_size_t i;

    for (i = 0; i < sizeof good / sizeof *good; i++)
        ok(returns(s, good[i], p), "the id %s goes back as it came", good[i]);
    for (i = 0; i < sizeof objects / sizeof *objects; i++) {
        ok(decode(&doc, s, sc_bytes_str(objects[i]), p) == SC_UNSUPPORTED && !doc,
           "text of the shape of a session is no id (%d)", (int)i);
        ok(returns(any, objects[i], p), "but where no session could be taken for it (%d)",
           (int)i);
    }
    ok(decode(&doc, any, sc_bytes("", 0), p) == SC_MALFORMED && !doc, "nothing is no id");
    ok(decode(&doc, any, sc_bytes_str("\xC3"), p) == SC_MALFORMED, "cut UTF-8 is no id");
    ok(decode(&doc, any, sc_bytes_str("\xED\xA0\x80"), p) == SC_MALFORMED,
       "a surrogate is no id");
    ok(decode(&doc, any,
              sc_bytes_str(
                  "0123456789012345678901234567890123456789012345678901234567890123x"),
              p) == SC_TOO_LARGE,
       "an id longer than a document may be is too large");
    ok(decode(&doc, any, sc_bytes_str("7"), p) == SC_OK &&
           encodes(&sc_serializer_json, doc, "{\"_user_id\":\"7\",\"_fresh\":false}", p),
       "an id is a session that is not fresh");
}

static void test_userid_encode(apr_pool_t *p)
{
    static const char *const bad[] = {"{}",
                                      "{\"_user_id\":7}",
                                      "{\"_user_id\":\"\"}",
                                      "{\"_user_id\":null}",
                                      "{\"_user_id\":\"{}\"}",
                                      "{\"_user_id\":\"\\ud800\"}",
                                      "{\"user_id\":\"7\"}"};
    sc_bytes_t payload = {NULL, 0};
    sc_doc_t *doc;
    apr_size_t i;

    for (i = 0; i < sizeof bad / sizeof *bad; i++)
        ok(decode(&doc, &sc_serializer_json, sc_bytes_str(bad[i]), p) == SC_OK &&
               sc_serializer_userid_not_object.encode(&payload, doc, p) ==
                   SC_UNSUPPORTED &&
               payload.p == NULL,
           "%s has no id that could be written", bad[i]);
}

int main(void)
{
    apr_pool_t *p;

    apr_initialize();
    apr_pool_create(&p, NULL);
    test_json(p);
    test_userid(p);
    test_userid_encode(p);
    apr_pool_destroy(p);
    apr_terminate();
    return done();
}
