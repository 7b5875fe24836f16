/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of formats and of XSRF schemes: what their rows say to the rest of the
 * program. */
#include "core/codec/codec.h"
#include "core/xsrf/xsrf.h"
#include "tap.h"
#include <apr_general.h>

static apr_pool_t *pool;

/* --- formats --- */

static const struct {
    const char *name;
    sc_end_t end;
    sc_which_cookie_t which_cookie;
    sc_age_t age;
    bool tagged, remember_me, names_key, any_purpose, is_id, has_browser;
} rows[] = {
    {.name = "flask", .end = SC_END_IN_TOKEN, .tagged = true, .has_browser = true},
    {.name = "itsdangerous", .end = SC_END_IN_TOKEN},
    {.name = "paseto", .end = SC_END_IN_EXP, .any_purpose = true},
    {.name = "flask-paseto", .end = SC_END_IN_MEMBER, .tagged = true},
    {.name = "paseto-remember", .end = SC_END_NOWHERE, .remember_me = true},
    {.name = "cookie-manager", .end = SC_END_IN_TOKEN, .names_key = true},
    {.name = "werkzeug", .end = SC_END_IN_EXPIRES, .which_cookie = SC_LAST_COOKIE},
    {.name = "django",
     .end = SC_END_IN_TOKEN,
     .age = SC_AGE_DJANGO,
     .which_cookie = SC_LAST_COOKIE},
    {.name = "starlette", .end = SC_END_IN_TOKEN, .which_cookie = SC_LAST_COOKIE},
    {.name = "flask-login", .end = SC_END_NOWHERE, .remember_me = true},
    {.name = "flask-session",
     .end = SC_END_NOWHERE,
     .tagged = true,
     .is_id = true,
     .has_browser = true},
};
#define ROWS ((int)(sizeof(rows) / sizeof(*rows)))

/* A codec without keys: what it says of its sessions needs none. */
static sc_codec_t codec_of(const char *format, const char *option)
{
    sc_codec_t codec = {.format = sc_format_find(format)};

    sc_options_default(&codec.options, codec.format);
    if (option && sc_option_set(&codec.options, codec.format, option, pool)) abort();
    return codec;
}

static void test_formats(void)
{
    int i, n = 0;

    for (i = 0; i < ROWS; i++) {
        const sc_format_t *format = sc_format_find(rows[i].name);
        sc_codec_t codec;

        if (!ok(format != NULL, "there is a format %s", rows[i].name)) continue;
        codec = codec_of(rows[i].name, NULL);
        ok(sc_codec_end(&codec) == rows[i].end, "%s: where its end stands", rows[i].name);
        ok(format->which_cookie == rows[i].which_cookie,
           "%s: which of several cookies its peer reads", rows[i].name);
        ok(format->age == rows[i].age, "%s: how its peer counts age", rows[i].name);
        ok(sc_codec_is_tagged(&codec) == rows[i].tagged, "%s: tags", rows[i].name);
        ok(format->remember_me == rows[i].remember_me, "%s: remember me", rows[i].name);
        ok(format->names_key == rows[i].names_key, "%s: key_id", rows[i].name);
        ok(format->is_id == rows[i].is_id, "%s: an id", rows[i].name);
        ok(format->has_browser == rows[i].has_browser, "%s: protect=", rows[i].name);
        ok(sc_format_takes_any_purpose(format) == rows[i].any_purpose,
           "%s: local and public", rows[i].name);
    }
    while (sc_format_at(n))
        n++;
    ok(n == ROWS, "and no other");
}

static void test_codecs(void)
{
    sc_codec_t untimed = codec_of("itsdangerous", "timed=off");
    sc_codec_t json = codec_of("flask", "serializer=json");
    sc_codec_t tagged = codec_of("itsdangerous", "serializer=tagged");
    sc_codec_t pickle = codec_of("werkzeug", "serializer=pickle");

    ok(sc_codec_end(&untimed) == SC_END_IN_MEMBER,
       "without a timestamp a token does not say when it ends");
    ok(!sc_codec_is_tagged(&json), "serializer=json: a Flask session without tags");
    ok(sc_codec_is_tagged(&tagged), "serializer=tagged: an itsdangerous one with them");
    ok(sc_codec_is_tagged(&pickle), "a pickle's tuples and bytes show as tags");
}

/* --- schemes --- */

#define SIGNED_BINDS                                                                     \
    (SC_XSRF_USER | SC_XSRF_SESSION | SC_XSRF_IP | SC_XSRF_VISITOR | SC_XSRF_SOURCE |    \
     SC_XSRF_ACTION)

static const struct {
    const char *name, *field;
    unsigned binds;
    sc_secret_place_t secret;
    const char *secret_name;
    bool one_time, keyless;
} schemes[] = {
    {"signed", "xsrf-token", SIGNED_BINDS, SC_SECRET_NOWHERE, NULL, false, false},
    {"flask-xsrf", "xsrf-token", SC_XSRF_USER | SC_XSRF_ACTION, SC_SECRET_NOWHERE, NULL,
     true, false},
    {"flask-wtf", "csrf_token", SC_XSRF_SECRET, SC_SECRET_IN_SESSION, "csrf_token", false,
     false},
    {"django", "csrfmiddlewaretoken", SC_XSRF_SECRET, SC_SECRET_IN_COOKIE, "csrftoken",
     false, true},
};
#define SCHEMES ((int)(sizeof(schemes) / sizeof(*schemes)))

static int is_text(const char *a, const char *b)
{
    return a && b ? !strcmp(a, b) : a == b;
}

static void test_schemes(void)
{
    int i;

    for (i = 0; i < SCHEMES; i++) {
        const sc_xsrf_scheme_t *scheme = sc_xsrf_scheme_find(schemes[i].name);

        if (!ok(scheme && scheme == sc_xsrf_scheme_at(i), "scheme %s is row %d",
                schemes[i].name, i))
            continue;
        ok(is_text(scheme->field, schemes[i].field), "%s: its field", scheme->name);
        ok(scheme->binds == schemes[i].binds, "%s: what it binds to", scheme->name);
        ok(scheme->secret == schemes[i].secret &&
               is_text(scheme->secret_name, schemes[i].secret_name),
           "%s: where its secret is", scheme->name);
        ok(scheme->one_time == schemes[i].one_time, "%s: used up", scheme->name);
        ok(!scheme->keyless == !schemes[i].keyless &&
               (!scheme->keyless || scheme->keyless->scheme == scheme),
           "%s: its keys", scheme->name);
        ok(scheme->wanted != NULL, "%s: what it wants", scheme->name);
    }
    ok(!sc_xsrf_scheme_at(SCHEMES) && !sc_xsrf_scheme_at(-1), "and no other");
    ok(!sc_xsrf_scheme_find("flask") && !sc_xsrf_scheme_find(""), "a name that is none");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    test_formats();
    test_codecs();
    test_schemes();
    apr_pool_destroy(pool);
    apr_terminate();
    return done();
}
