/* SPDX-License-Identifier: Apache-2.0 */
/* The time and claim rules: dates, max-age and leeway, PASETO's registered claims,
 * SecureCookie's _expires; and that no time of any token overflows. */
#include "tap.h"
#include "core/codec/claims.h"
#include "core/codec/codec.h"
#include "core/codec/date.h"
#include <apr_general.h>
#include <apr_strings.h>

#define NOW APR_INT64_C(1760000000) /* 2025-10-09T08:53:20Z */

static apr_pool_t *pool;

/* --- dates --- */

static void good_dates(void)
{
    static const struct {
        const char *text;
        apr_time_t seconds;
        int usec;
    } cases[] = {
        {"2025-10-09T08:53:20Z", NOW, 0},
        {"2025-10-09T08:53:20z", NOW, 0},
        {"2025-10-09t08:53:20Z", NOW, 0},
        {"2025-10-09 08:53:20Z", NOW, 0},
        {"2025-10-09T08:53:20", NOW, 0},
        {"2025-10-09T08:53:20+00:00", NOW, 0},
        {"2025-10-09T08:53:20-00:00", NOW, 0},
        {"2025-10-09T10:53:20+02:00", NOW, 0},
        {"2025-10-09T10:53:20+0200", NOW, 0},
        {"2025-10-09T10:53:20+02", NOW, 0},
        {"2025-10-09T14:23:20+05:30", NOW, 0},
        {"2025-10-08T23:53:20-09:00", NOW, 0},
        {"2025-10-09T08:53:20.000Z", NOW, 0},
        {"2025-10-09T08:53:20.5Z", NOW, 500000},
        {"2025-10-09T08:53:20,25Z", NOW, 250000},
        {"2025-10-09T08:53:20.123456789+00:00", NOW, 123456},
        {"2025-10-09T08:53Z", NOW - 20, 0},
        {"2025-10-09T08:53", NOW - 20, 0},
        {"2025-10-09", NOW - NOW % 86400, 0},
        {"1970-01-01T00:00:00Z", 0, 0},
        {"1970-01-01T00:00:00+23:59", -86340, 0},
        {"1969-12-31T23:59:59.999999Z", -1, 999999},
        {"0001-01-01T00:00:00Z", APR_INT64_C(-62135596800), 0},
        {"9999-12-31T23:59:59Z", APR_INT64_C(253402300799), 0},
        {"2024-02-29T00:00:00Z", 1709164800, 0},
        {"2000-02-29T00:00:00Z", 951782400, 0},
        {"2025-03-01T00:00:00Z", 1740787200, 0},
        {"2038-01-19T03:14:08Z", APR_INT64_C(2147483648), 0},
    };
    unsigned i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        apr_time_t t = 0;

        ok(sc_date_parse(&t, sc_bytes_str(cases[i].text)) &&
               t == apr_time_from_sec(cases[i].seconds) + cases[i].usec,
           "%s is a date", cases[i].text);
    }
}

static void bad_dates(void)
{
    static const char *const cases[] = {
        "",
        "2025",
        "2025-10",
        "2025-1-9",
        "20251009",
        "2025-10-09T",
        "2025-10-09Z",
        "2025-10-09T08",
        "2025-10-09T08:5",
        "2025-10-09T08:53:",
        "2025-10-09T08:53:2",
        "2025-10-09T8:53:20Z",
        "2025-10-09T24:00:00Z",
        "2025-10-09T08:60:00Z",
        "2025-10-09T08:53:60Z",
        "2025-13-01T00:00:00Z",
        "2025-00-01T00:00:00Z",
        "2025-01-00T00:00:00Z",
        "2025-02-30T00:00:00Z",
        "2025-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2025-04-31T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "-2025-10-09T08:53:20Z",
        "+2025-10-09T08:53:20Z",
        "2025-10-09T08:53:20.Z",
        "2025-10-09T08:53.5Z",
        "2025-10-09T08:53:20.5.5Z",
        "2025-10-09T08:53:20ZZ",
        "2025-10-09T08:53:20+",
        "2025-10-09T08:53:20+2",
        "2025-10-09T08:53:20+02:",
        "2025-10-09T08:53:20+02:0",
        "2025-10-09T08:53:20+24:00",
        "2025-10-09T08:53:20+02:60",
        "2025-10-09T08:53:20 Z",
        "2025-10-09T08:53:20 UTC",
        "2025-10-09T08:53:20+02:00:00",
        " 2025-10-09T08:53:20Z",
        "2025-10-09T08:53:20Z ",
        "2025-10-09  08:53:20Z",
        "2025/10/09T08:53:20Z",
        "2025-10-09T08.53.20Z",
        "2025-10-09T085320Z",
        "1760000000",
        "1760000000.5",
        "tomorrow",
        "Thu, 09 Oct 2025 08:53:20 GMT",
        "2025-W41-4",
        "2025-282",
        "\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa5-10-09",
        ("2025-10-09T08:53:20\xe2\x88\x92"
         "02:00"),
    };
    const char nul[] = "2025-10-09\0"
                       "08:53:20Z";
    apr_time_t t = 7;
    unsigned i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        ok(!sc_date_parse(&t, sc_bytes_str(cases[i])) && t == 7, "\"%s\" is no date",
           cases[i]);
    ok(!sc_date_parse(&t, sc_bytes(nul, sizeof(nul) - 1)), "a NUL for the T is no date");
    ok(!sc_date_parse(&t, sc_bytes("2025-10-09\0", 11)), "a NUL behind it is no date");
    ok(!sc_date_parse(&t, sc_bytes(NULL, 0)), "nothing is no date");
}

/* In a block of its own length: one byte too far shows under valgrind. */
static void cut_dates(void)
{
    const char *date = "2025-10-09T08:53:20.123456789+02:00";
    apr_size_t n, taken = 0;
    apr_time_t t;

    for (n = 0; n <= strlen(date); n++) {
        char *copy = malloc(n ? n : 1);

        memcpy(copy, date, n);
        taken += (apr_size_t)sc_date_parse(&t, sc_bytes(copy, n));
        free(copy);
    }
    ok(taken == 14, "a date may end behind day, minute, second, fraction, offset alone");
}

/* --- a codec of our own making --- */

static sc_codec_t *codec_of(const char *format, const char *const *options)
{
    sc_codec_t *codec = apr_pcalloc(pool, sizeof(*codec));
    const char *err;

    codec->format = sc_format_find(format);
    sc_options_default(&codec->options, codec->format);
    for (; options && *options; options++) {
        err = sc_option_set(&codec->options, codec->format, *options, pool);
        if (err) printf("# %s\n", err);
    }
    return codec;
}

/* --- max-age --- */

static void ages(void)
{
    static const struct {
        const char *name, *format, *max_age, *leeway;
        double age;
        sc_status_t status;
    } cases[] = {
        {"flask: as old as max-age", "flask", "max-age=50", NULL, 50, SC_OK},
        {"flask: a second older", "flask", "max-age=50", NULL, 51, SC_EXPIRED},
        {"flask: fractions do not count", "flask", "max-age=50", NULL, 50.9, SC_OK},
        {"flask: from the next second", "flask", "max-age=50", NULL, -1,
         SC_NOT_YET_VALID},
        {"flask: from this second", "flask", "max-age=50", NULL, 0, SC_OK},
        {"flask: without max-age as old as may be", "flask", "max-age=off", NULL, 1e9,
         SC_OK},
        {"flask: without max-age from the future", "flask", "max-age=off", NULL, -1e9,
         SC_OK},
        {"max-age 0 in the same second", "flask", "max-age=0", NULL, 0.5, SC_OK},
        {"max-age 0 a second later", "flask", "max-age=0", NULL, 1, SC_EXPIRED},
        {"leeway for the old", "flask", "max-age=50", "leeway=10", 60, SC_OK},
        {"leeway used up", "flask", "max-age=50", "leeway=10", 61, SC_EXPIRED},
        {"leeway for the early", "flask", "max-age=50", "leeway=10", -10, SC_OK},
        {"leeway used up by the early", "flask", "max-age=50", "leeway=10", -11,
         SC_NOT_YET_VALID},
        {"cookie-manager: 50 s by default", "cookie-manager", NULL, NULL, 50, SC_OK},
        {"cookie-manager: 51 s", "cookie-manager", NULL, NULL, 51, SC_EXPIRED},
        {"cookie-manager: the future", "cookie-manager", NULL, NULL, -1,
         SC_NOT_YET_VALID},
        {"django: 100.0 s of 100", "django", "max-age=100", NULL, 100, SC_OK},
        {"django: 100.5 s of 100", "django", "max-age=100", NULL, 100.5, SC_EXPIRED},
        {"django: the future", "django", "max-age=100", NULL, -1e6, SC_OK},
        {"django: two weeks by default", "django", NULL, NULL, 1209600, SC_OK},
        {"django: two weeks and a second", "django", NULL, NULL, 1209601, SC_EXPIRED},
    };
    unsigned i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *options[] = {cases[i].max_age ? cases[i].max_age : cases[i].leeway,
                                 cases[i].max_age ? cases[i].leeway : NULL, NULL};
        const sc_codec_t *codec = codec_of(cases[i].format, options);
        apr_time_t now = apr_time_from_sec(NOW) + (apr_time_t)(cases[i].age * 1e6),
                   expires = 3;
        sc_status_t st = sc_age_check(&expires, codec->format, &codec->options,
                                      apr_time_from_sec(NOW), now);
        apr_time_t want = st || codec->options.max_age < 0
                              ? 3
                              : apr_time_from_sec(NOW) + codec->options.max_age;

        ok(st == cases[i].status && expires == want, "%s: %s", cases[i].name,
           sc_status_name(st));
    }
}

/* No time of a token makes a sum overflow (UBSan looks on), and none wraps about. */
static void ends_of_time(void)
{
    static const apr_time_t times[] = {APR_INT64_MIN,     APR_INT64_MIN + 1, -2, 0, 1,
                                       APR_INT64_MAX - 1, APR_INT64_MAX};
    static const char *const options[] = {"max-age=100d", "leeway=36500d", NULL};
    const sc_codec_t *flask = codec_of("flask", options),
                     *django = codec_of("django", NULL);
    apr_time_t expires, now = apr_time_from_sec(NOW);
    unsigned i, k, wrong = 0;

    for (i = 0; i < 7; i++)
        for (k = 0; k < 7; k++) {
            sc_status_t st = sc_age_check(&expires, flask->format, &flask->options,
                                          times[i], times[k]);

            wrong += times[i] < times[k] ? st == SC_NOT_YET_VALID : st == SC_EXPIRED;
        }
    ok(wrong == 0, "what is older is never early, what is newer never expired");
    ok(sc_age_check(&expires, flask->format, &flask->options, APR_INT64_MAX, now) ==
           SC_NOT_YET_VALID,
       "the end of time is not yet");
    ok(sc_age_check(&expires, flask->format, &flask->options, APR_INT64_MIN, now) ==
           SC_EXPIRED,
       "its beginning is long ago");
    ok(sc_age_check(&expires, django->format, &django->options, APR_INT64_MAX, now) ==
               SC_OK &&
           expires == APR_INT64_MAX,
       "a Django token from the end of time is good to the end");
    ok(sc_age_check(&expires, django->format, &django->options, APR_INT64_MIN, now) ==
           SC_EXPIRED,
       "one from before time is not");
}

/* --- claims --- */

typedef struct {
    apr_time_t issued, expires;
} times_t;

static sc_status_t claims(times_t *t, const sc_codec_t *codec, const char *issuer,
                          const char *json, apr_time_t now)
{
    sc_key_t key = {.id = "main", .issuer = issuer};
    sc_doc_t *doc;

    *t = (times_t){SC_NEVER, SC_NEVER};
    if (sc_doc_parse(&doc, sc_bytes_str(json), 0, &codec->options.limits, pool))
        return SC_ERROR;
    return sc_claims_check(&t->issued, &t->expires, codec->format, &codec->options, &key,
                           doc, now);
}

static void paseto_claims(void)
{
    static const struct {
        const char *name, *options[3], *json;
        sc_status_t status;
    } cases[] = {
        {"claims: no claims at all", {0}, "{}", SC_OK},
        {"claims: exp now", {0}, "{\"exp\":\"2025-10-09T08:53:20Z\"}", SC_OK},
        {"claims: exp a second ago",
         {0},
         "{\"exp\":\"2025-10-09T08:53:19Z\"}",
         SC_EXPIRED},
        {"claims: exp a fraction ago",
         {0},
         "{\"exp\":\"2025-10-09T08:53:19.999Z\"}",
         SC_EXPIRED},
        {"claims: exp ahead", {0}, "{\"exp\":\"2025-10-09T08:53:21Z\"}", SC_OK},
        {"claims: exp within leeway",
         {"leeway=5"},
         "{\"exp\":\"2025-10-09T08:53:15Z\"}",
         SC_OK},
        {"claims: exp past leeway",
         {"leeway=5"},
         "{\"exp\":\"2025-10-09T08:53:14Z\"}",
         SC_EXPIRED},
        {"claims: nbf now", {0}, "{\"nbf\":\"2025-10-09T08:53:20Z\"}", SC_OK},
        {"claims: nbf ahead",
         {0},
         "{\"nbf\":\"2025-10-09T08:53:21Z\"}",
         SC_NOT_YET_VALID},
        {"claims: nbf within leeway",
         {"leeway=5"},
         "{\"nbf\":\"2025-10-09T08:53:25Z\"}",
         SC_OK},
        {"claims: nbf past leeway",
         {"leeway=5"},
         "{\"nbf\":\"2025-10-09T08:53:26Z\"}",
         SC_NOT_YET_VALID},
        {"claims: iat now", {0}, "{\"iat\":\"2025-10-09T08:53:20Z\"}", SC_OK},
        {"claims: iat ahead",
         {0},
         "{\"iat\":\"2025-10-09T08:53:21Z\"}",
         SC_NOT_YET_VALID},
        {"claims: exp in another zone, ahead",
         {0},
         "{\"exp\":\"2025-10-09T10:53:21+02:00\"}",
         SC_OK},
        {"claims: exp in another zone, past",
         {0},
         "{\"exp\":\"2025-10-09T09:53:20+02:00\"}",
         SC_EXPIRED},
        {"claims: exp a number", {0}, "{\"exp\":1760000100}", SC_MALFORMED},
        {"claims: exp null", {0}, "{\"exp\":null}", SC_MALFORMED},
        {"claims: exp true", {0}, "{\"exp\":true}", SC_MALFORMED},
        {"claims: exp a list", {0}, "{\"exp\":[\"2026-10-09T08:53:20Z\"]}", SC_MALFORMED},
        {"claims: exp empty", {0}, "{\"exp\":\"\"}", SC_MALFORMED},
        {"claims: exp junk", {0}, "{\"exp\":\"never\"}", SC_MALFORMED},
        {"claims: exp with NUL",
         {0},
         "{\"exp\":\"2026-10-09T08:53:20Z\\u0000\"}",
         SC_MALFORMED},
        {"claims: nbf junk", {0}, "{\"nbf\":\"now\"}", SC_MALFORMED},
        {"claims: iat a number", {0}, "{\"iat\":1}", SC_MALFORMED},
        {"exp in the last microsecond of 1969",
         {0},
         "{\"exp\":\"1969-12-31T23:59:59.999999Z\"}",
         SC_EXPIRED},
        {"exp in year 1",
         {"leeway=36500d"},
         "{\"exp\":\"0001-01-01T00:00:00Z\"}",
         SC_EXPIRED},
        {"exp in year 9999",
         {"leeway=36500d"},
         "{\"exp\":\"9999-12-31T23:59:59Z\"}",
         SC_OK},
        {"nbf in year 9999",
         {"leeway=36500d"},
         "{\"nbf\":\"9999-12-31T23:59:59Z\"}",
         SC_NOT_YET_VALID},
        {"claims: of two exp the last counts",
         {0},
         "{\"exp\":\"2026-10-09T08:53:20Z\",\"exp\":\"2025-10-09T08:53:19Z\"}",
         SC_EXPIRED},
        {"claims: also when it is written otherwise",
         {0},
         "{\"exp\":\"2025-10-09T08:53:19Z\",\"e\\u0078p\":\"2026-10-09T08:53:20Z\"}",
         SC_OK},
        {"exp further down is nobody's", {0}, "{\"a\":{\"exp\":\"2020-10-09\"}}", SC_OK},
        {"EXP is another name", {0}, "{\"EXP\":\"2020-10-09\"}", SC_OK},
        {"max-age from iat", {"max-age=60"}, "{\"iat\":\"2025-10-09T08:52:20Z\"}", SC_OK},
        {"max-age past iat",
         {"max-age=60"},
         "{\"iat\":\"2025-10-09T08:52:19Z\"}",
         SC_EXPIRED},
        {"max-age without iat", {"max-age=60"}, "{}", SC_EXPIRED},
        {"max-age with exp alone",
         {"max-age=60"},
         "{\"exp\":\"2026-10-09\"}",
         SC_EXPIRED},
        {"claims: aud equal", {"audience=shop"}, "{\"aud\":\"shop\"}", SC_OK},
        {"claims: aud other", {"audience=shop"}, "{\"aud\":\"shops\"}", SC_WRONG_CLAIM},
        {"claims: aud in other case",
         {"audience=shop"},
         "{\"aud\":\"Shop\"}",
         SC_WRONG_CLAIM},
        {"claims: aud a list with it",
         {"audience=shop"},
         "{\"aud\":[\"shop\"]}",
         SC_WRONG_CLAIM},
        {"claims: aud missing", {"audience=shop"}, "{}", SC_WRONG_CLAIM},
        {"claims: aud null", {"audience=shop"}, "{\"aud\":null}", SC_WRONG_CLAIM},
        {"claims: aud not asked for", {0}, "{\"aud\":[1]}", SC_OK},
        {"claims: iss with NUL",
         {"issuer=me"},
         "{\"iss\":\"me\\u0000\"}",
         SC_WRONG_CLAIM},
        {"claims: iss a number", {"issuer=1"}, "{\"iss\":1}", SC_WRONG_CLAIM},
        {"claims: iss equal", {"issuer=me"}, "{\"iss\":\"me\"}", SC_OK},
        {"claims: of two iss the last counts",
         {"issuer=me"},
         "{\"iss\":\"me\",\"iss\":\"you\"}",
         SC_WRONG_CLAIM},
        {"sub equal", {"subject=alice"}, "{\"sub\":\"alice\"}", SC_OK},
        {"sub other", {"subject=alice"}, "{\"sub\":\"bob\"}", SC_WRONG_CLAIM},
        {"iss and aud, one wrong",
         {"issuer=me", "audience=shop"},
         "{\"iss\":\"me\",\"aud\":\"x\"}",
         SC_WRONG_CLAIM},
    };
    unsigned i;
    times_t t;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        sc_status_t st = claims(&t, codec_of("paseto", cases[i].options), NULL,
                                cases[i].json, apr_time_from_sec(NOW));

        ok(st == cases[i].status &&
               (!st || (t.issued == SC_NEVER && t.expires == SC_NEVER)),
           "%s: %s", cases[i].name, sc_status_name(st));
    }
}

static void issuers_of_keys(void)
{
    static const char *const options[] = {"issuer=me", NULL};
    const sc_codec_t *codec = codec_of("paseto", NULL),
                     *both = codec_of("paseto", options);
    times_t t;

    ok(claims(&t, codec, "me", "{\"iss\":\"me\"}", 0) == SC_OK,
       "a key's issuer is asked for");
    ok(claims(&t, codec, "me", "{\"iss\":\"you\"}", 0) == SC_WRONG_CLAIM,
       "another is refused");
    ok(claims(&t, codec, "me", "{}", 0) == SC_WRONG_CLAIM, "none is refused");
    ok(claims(&t, both, "you", "{\"iss\":\"you\"}", 0) == SC_WRONG_CLAIM,
       "the source's issuer is asked for as well");
}

static void claimed_times(void)
{
    static const char *const age[] = {"max-age=1h", NULL};
    const char *json =
        "{\"iat\":\"2025-10-09T08:53:00Z\",\"exp\":\"2025-10-10T08:53:20Z\"}";
    apr_time_t now = apr_time_from_sec(NOW);
    times_t t;

    ok(claims(&t, codec_of("paseto", NULL), NULL, json, now) == SC_OK &&
           t.issued == now - apr_time_from_sec(20) &&
           t.expires == now + apr_time_from_sec(86400),
       "iat and exp are what the session says of itself");
    ok(claims(&t, codec_of("paseto", age), NULL, json, now) == SC_OK &&
           t.expires == now + apr_time_from_sec(3580),
       "with a max-age it expires when the first of both does");
    ok(claims(&t, codec_of("flask-paseto", NULL), NULL, "{\"exp\":1,\"nbf\":2}", now) ==
               SC_OK &&
           t.expires == SC_NEVER,
       "in a session exp is just data");
}

/* --- _expires --- */

static void expires_member(void)
{
    static const struct {
        const char *value;
        sc_status_t status;
        double expires; /* -1: never */
    } cases[] = {
        {"1760000000", SC_OK, 1760000000},
        {"1759999999", SC_EXPIRED, 0},
        {"1760000000.5", SC_OK, 1760000000.5},
        {"1759999999.999", SC_EXPIRED, 0},
        {"1.8e9", SC_OK, 1.8e9},
        {"17600000005E-1", SC_OK, 1760000000.5},
        {"17599999999e-1", SC_EXPIRED, 0},
        {"0.0000000001760000001E+19", SC_OK, 1760000001},
        {"1e-400", SC_EXPIRED, 0},
        {"0e999999999999999999999", SC_EXPIRED, 0},
        {"0", SC_EXPIRED, 0},
        {"-1", SC_EXPIRED, 0},
        {"-0", SC_EXPIRED, 0},
        {"-1e308", SC_EXPIRED, 0},
        {"-Infinity", SC_EXPIRED, 0},
        {"-99999999999999999999999", SC_EXPIRED, 0},
        {"true", SC_EXPIRED, 0},
        {"false", SC_EXPIRED, 0},
        {"9000000000000", SC_OK, -1},
        {"9223372036855", SC_OK, -1},
        {"99999999999999999999999", SC_OK, -1},
        {"1e308", SC_OK, -1},
        {"1e400", SC_OK, -1},
        {"Infinity", SC_OK, -1},
        {"NaN", SC_MALFORMED, 0},
        {"null", SC_MALFORMED, 0},
        {"\"1860000000\"", SC_MALFORMED, 0},
        {"\"\"", SC_MALFORMED, 0},
        {"[1860000000]", SC_MALFORMED, 0},
        {"{}", SC_MALFORMED, 0},
    };
    const sc_codec_t *codec = codec_of("werkzeug", NULL);
    unsigned i;
    times_t t;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        sc_status_t st =
            claims(&t, codec, NULL,
                   apr_pstrcat(pool, "{\"_expires\":", cases[i].value, "}", NULL),
                   apr_time_from_sec(NOW));
        apr_time_t want =
            st || cases[i].expires < 0 ? SC_NEVER : (apr_time_t)(cases[i].expires * 1e6);

        ok(st == cases[i].status && t.expires == want, "_expires %s: %s", cases[i].value,
           sc_status_name(st));
    }
    ok(claims(&t, codec_of("flask", NULL), NULL, "{\"_expires\":1}",
              apr_time_from_sec(NOW)) == SC_OK,
       "_expires means nothing to other formats");
    ok(claims(&t, codec, NULL, "{\"_expires\":5}", APR_INT64_MIN) == SC_OK &&
           claims(&t, codec, NULL, "{\"_expires\":5}", APR_INT64_MAX) == SC_EXPIRED,
       "whatever the clock says");
}

static void expires_is_taken_out(void)
{
    const sc_codec_t *codec = codec_of("werkzeug", NULL);
    apr_time_t issued = SC_NEVER, expires = SC_NEVER;
    sc_key_t key = {.id = "main"};
    sc_doc_t *doc;
    sc_status_t st;

    if (sc_doc_parse(&doc, sc_bytes_str("{\"a\":1,\"_expires\":1760000000,\"b\":2}"), 0,
                     &codec->options.limits, pool))
        return;
    st = sc_claims_check(&issued, &expires, codec->format, &codec->options, &key, doc,
                         apr_time_from_sec(NOW));
    ok(!st && sc_bytes_eq(sc_doc_write(doc, SC_TAGGED, SC_COMPACT, pool),
                          sc_bytes_str("{\"a\":1,\"b\":2}")),
       "_expires is taken out of the document");
}

static sc_bytes_t sealed_again(const char *json, const char *change)
{
    const sc_key_t key = {.id = "main", .secret = sc_bytes_str("not-a-real-secret")};
    const sc_key_t *const keys[] = {&key};
    sc_env_t env = {.now = apr_time_from_sec(NOW)};
    sc_bytes_t token = sc_bytes("", 0);
    const sc_session_t *s;
    sc_codec_t *codec;
    sc_doc_t *doc;

    if (sc_codec_make(&codec, "werkzeug", keys, 1, NULL, 0, pool) ||
        sc_doc_parse(&doc, sc_bytes_str(json), 0, &codec->options.limits, pool) ||
        sc_codec_seal(&token, codec, doc, NULL, &env, pool) ||
        sc_codec_open(&s, codec, token, &env, pool))
        return sc_bytes("", 0);
    doc = sc_doc_dup(s->doc, pool);
    if (change && *change)
        sc_doc_put(doc, sc_bytes_str("_expires"),
                   sc_value_make_number(sc_bytes_str(change)));
    if (sc_codec_seal(&token, codec, change && !*change ? s->doc : doc, s, &env, pool))
        return sc_bytes("", 0);
    return sc_bytes_from(token, (apr_size_t)sc_bytes_index(token, '?') + 1);
}

static void expires_is_put_back(void)
{
    static const struct {
        const char *name, *json, *change, *items;
    } cases[] = {
        {"a session that is sealed again keeps its _expires",
         "{\"_expires\":1760000000,\"a\":1}", NULL, "a=MQ==&_expires=MTc2MDAwMDAwMA=="},
        {"to the microsecond", "{\"_expires\":1760000000.000001,\"a\":1}", NULL,
         "a=MQ==&_expires=MTc2MDAwMDAwMC4wMDAwMDE="},
        {"an untouched one as it was", "{\"_expires\":1760000000.0,\"a\":1}", "",
         "_expires=MTc2MDAwMDAwMC4w&a=MQ=="},
        {"unless it was given another", "{\"_expires\":1760000000,\"a\":1}", "1760000009",
         "a=MQ==&_expires=MTc2MDAwMDAwOQ=="},
        {"and one that had none gets none", "{\"a\":1}", NULL, "a=MQ=="},
    };
    unsigned i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        ok(sc_bytes_eq(sealed_again(cases[i].json, cases[i].change),
                       sc_bytes_str(cases[i].items)),
           "%s", cases[i].name);
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    good_dates();
    bad_dates();
    cut_dates();
    ages();
    ends_of_time();
    paseto_claims();
    issuers_of_keys();
    claimed_times();
    expires_member();
    expires_is_taken_out();
    expires_is_put_back();
    apr_pool_destroy(pool);
    apr_terminate();
    return done();
}
