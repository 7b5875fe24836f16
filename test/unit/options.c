/* SPDX-License-Identifier: Apache-2.0 */
/* The options of a source: every one with good and bad values, and with formats that it
 * means nothing to; durations; and that no sentence holds a byte of a key. */
#include "tap.h"
#include "core/base/duration.h"
#include "core/codec/codec.h"
#include <apr_general.h>
#include <apr_strings.h>

#define DAY APR_INT64_C(86400000000)

static apr_pool_t *pool;

static sc_codec_t *codec_of(const char *format)
{
    sc_codec_t *codec = apr_pcalloc(pool, sizeof(*codec));

    codec->format = sc_format_find(format);
    sc_options_default(&codec->options, codec->format);
    return codec;
}

static const char *option_set(sc_codec_t *codec, const char *option)
{
    return sc_option_set(&codec->options, codec->format, option, pool);
}

/* --- durations --- */

static void durations(void)
{
    static const struct {
        const char *text;
        apr_interval_time_t t; /* -2: refused */
    } cases[] = {
        {"31d", 31 * DAY},
        {"12h", DAY / 2},
        {"90min", 5400000000},
        {"50s", 50000000},
        {"50", 50000000},
        {"250ms", 250000},
        {"0", 0},
        {"0s", 0},
        {"007", 7000000},
        {"off", -1},
        {"OFF", -1},
        {"36600d", 36600 * DAY},
        {"3162240000", 36600 * DAY},
        {"3162240000000ms", 36600 * DAY},
        {"36601d", -2},
        {"3162240001", -2},
        {"99999999999999999999999999d", -2},
        {"99999999999999999999999999", -2},
        {"9223372036854775808ms", -2},
        {"", -2},
        {"d", -2},
        {"-1", -2},
        {"+1", -2},
        {" 1", -2},
        {"1 ", -2},
        {"1 d", -2},
        {"1.5h", -2},
        {"1e3", -2},
        {"0x10", -2},
        {"1D", DAY},
        {"2Min", 120000000},
        {"250MS", 250000},
        {"1m", -2},
        {"1mi", -2},
        {"1w", -2},
        {"1dd", -2},
        {"1d1h", -2},
        {"1mins", -2},
        {"of f", -2},
        {" off", -2},
        {"of", -2},
        {"never", -2},
    };
    unsigned i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        apr_interval_time_t t = 3;
        const char *err = sc_duration_parse(&t, cases[i].text, 1);

        if (cases[i].t == -2)
            ok(err && strstr(err, "31d") && t == 3, "\"%s\" is no duration",
               cases[i].text);
        else
            ok(!err && t == cases[i].t, "\"%s\" is a duration", cases[i].text);
    }
}

static void not_off(void)
{
    apr_interval_time_t t = 3;

    ok(sc_duration_parse(&t, "off", 0) != NULL && t == 3,
       "off is none where it is not allowed");
}

/* --- values --- */

static void good_values(void)
{
    static const struct {
        const char *format, *option;
    } cases[] = {
        {"flask", "max-age=off"},
        {"flask", "leeway=10s"},
        {"flask", "salt="},
        {"flask", "salt=a=b"},
        {"flask", "digest=md5"},
        {"flask", "digest=sha512"},
        {"flask", "derivation=none"},
        {"flask", "serializer=json"},
        {"flask", "serializer=tagged"},
        {"flask", "max-bytes=1"},
        {"flask", "max-bytes=1048576"},
        {"flask", "max-document=16777216"},
        {"flask", "max-depth=512"},
        {"flask", "max-members=1048576"},
        {"flask", "write=off"},
        {"flask", "write=ON"},
        {"flask", "rekey=on"},
        {"itsdangerous", "timed=off"},
        {"itsdangerous", "timed=on"},
        {"itsdangerous", "serializer=tagged"},
        {"cookie-manager", "max-age=1h"},
        {"django", "salt=django.core.signing"},
        {"django", "digest=sha1"},
        {"werkzeug", "digest=sha256"},
        {"werkzeug", "serializer=pickle"},
        {"werkzeug", "leeway=1s"},
        {"paseto", "version=4"},
        {"paseto", "version=v3"},
        {"paseto", "purpose=public"},
        {"paseto", "issuer=https://login.example"},
        {"paseto", "audience=shop"},
        {"paseto", "subject=alice"},
        {"paseto", "assertion=tenant-1"},
        {"paseto", "footer=note"},
        {"paseto", "max-age=1d"},
        {"paseto", "leeway=5s"},
        {"flask-paseto", "version=1"},
        {"flask-paseto", "purpose=local"},
        {"paseto-remember", "version=2"},
        {"flask-login", "max-bytes=4096"},
    };
    unsigned i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *err = option_set(codec_of(cases[i].format), cases[i].option);

        ok(err == NULL && sc_option_known(cases[i].option), "%s takes %s%s%s",
           cases[i].format, cases[i].option, err ? ": " : "", err ? err : "");
    }
}

static void bad_values(void)
{
    static const struct {
        const char *format, *option, *good; /* the sentence shows a good value */
    } cases[] = {
        {"flask", "max-age=", "max-age=31d"},
        {"flask", "max-age=-1", "max-age=31d"},
        {"flask", "max-age=forever", "max-age=31d"},
        {"flask", "max-age=40000d", "100 years"},
        {"flask", "leeway=off", "leeway=10s"},
        {"flask", "leeway=", "leeway=10s"},
        {"flask", "digest=", "digest=sha256"},
        {"flask", "digest=SHA256", "digest=sha256"},
        {"flask", "digest=sha224", "digest=sha256"},
        {"flask", "digest=crc32", "digest=sha256"},
        {"flask", "derivation=", "derivation=hmac"},
        {"flask", "derivation=HMAC", "derivation=hmac"},
        {"flask", "derivation=django", "django-concat"},
        {"flask", "serializer=", "tagged nor json"},
        {"flask", "serializer=pickle", "tagged nor json"},
        {"werkzeug", "serializer=tagged", "pickle"},
        {"itsdangerous", "timed=no", "timed=off"},
        {"itsdangerous", "timed=", "timed=off"},
        {"itsdangerous", "timed=o ff", "timed=off"},
        {"flask", "write=yes", "write=on"},
        {"flask", "rekey=1", "rekey=on"},
        {"flask", "max-bytes=0", "max-bytes=8192"},
        {"flask", "max-bytes=-1", "max-bytes=8192"},
        {"flask", "max-bytes=8K", "max-bytes=8192"},
        {"flask", "max-bytes=1048577", "max-bytes=8192"},
        {"flask", "max-bytes=18446744073709551617", "max-bytes=8192"},
        {"flask", "max-document=16777217", "max-document=65536"},
        {"flask", "max-depth=0", "max-depth=32"},
        {"flask", "max-depth=513", "max-depth=32"},
        {"flask", "max-members=0", "max-members=1024"},
        {"flask", "max-members= 5", "max-members=1024"},
        {"paseto", "version=", "version=4"},
        {"paseto", "version=0", "version=4"},
        {"paseto", "version=5", "version=4"},
        {"paseto", "version=vv4", "version=4"},
        {"paseto", "version=4.0", "version=4"},
        {"paseto", "purpose=Local", "purpose=local"},
        {"paseto", "purpose=", "purpose=local"},
        {"flask-paseto", "purpose=public", "purpose=local"},
        {"django", "lookup=", "lookup=redis:session:"},
        {"django", "lookup=dbd:", "lookup=redis:session:"},
        {"django", "lookup=memcached:x", "lookup=redis:session:"},
        {"django", "recheck=-1", "recheck=2s"},
        {"flask", "protect=strong", "protect=on"},
    };
    unsigned i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        sc_codec_t *codec = codec_of(cases[i].format);
        sc_options_t before = codec->options;
        const char *err = option_set(codec, cases[i].option);

        ok(err && !strncmp(err, cases[i].option, strlen(cases[i].option)) &&
               strstr(err, cases[i].good),
           "%s refuses: %s", cases[i].format, err ? err : cases[i].option);
        ok(!memcmp(&before, &codec->options, sizeof(before)) &&
               codec->options.serializer == codec->format->serializer,
           "and changes nothing");
    }
}

/* Which option means something to which format: a column each, as the table of formats
 * runs. */
static void meanings(void)
{
    static const char *const formats[] = {
        "flask",       "itsdangerous", "cookie-manager", "werkzeug",
        "django",      "paseto",       "flask-paseto",   "paseto-remember",
        "flask-login", "starlette",    "flask-session"};
    static const struct {
        const char *option, *row;
    } cases[] = {
        {"max-age=31d", "+++-++---+-"},     {"leeway=10s", "++++++---+-"},
        {"salt=x", "+++-+----++"},          {"digest=sha256", "+++++----++"},
        {"derivation=hmac", "+++-+----++"}, {"timed=off", "-+---------"},
        {"timed=on", "+++-+----++"},        {"max-age=off", "+++++++++++"},
        {"version=4", "-----+++---"},       {"purpose=local", "-----+++---"},
        {"issuer=x", "-----+-----"},        {"audience=x", "-----+-----"},
        {"subject=x", "-----+-----"},       {"assertion=x", "-----+++---"},
        {"footer=x", "-----+++---"},        {"serializer=json", "++++++---+-"},
        {"max-bytes=9", "+++++++++++"},     {"max-document=9", "+++++++++++"},
        {"max-depth=9", "+++++++++++"},     {"max-members=9", "+++++++++++"},
        {"lookup=redis:", "+++++++++++"},   {"recheck=1s", "+++++++++++"},
        {"protect=on", "+---------+"},      {"write=on", "+++++++++++"},
        {"rekey=on", "+++++++++++"},
    };
    unsigned i, k;
    int n = 0;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        for (k = 0; k < 11; k++) {
            const char *err = option_set(codec_of(formats[k]), cases[i].option);

            if (cases[i].row[k] == '+')
                ok(!err, "%s: %s", formats[k], cases[i].option);
            else
                ok(err && strstr(err, cases[i].option) && strstr(err, formats[k]) &&
                       strstr(err, "leave it out"),
                   "%s: %s is refused", formats[k], cases[i].option);
        }
    while (sc_format_at(n))
        n++;
    ok(n == 11, "every format has a column");
}

static void unknown(void)
{
    static const char *const cases[] = {
        "",           "=",          "=31d",       "max_age=1",  "maxage=1",
        "max-ag",     "MAX-AGE=1",  "max-age =1", " max-age=1", "max-ag=1",
        "max-agee=1", "key=text:x", "m=1"};
    const char *err;
    unsigned i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        err = option_set(codec_of("flask"), cases[i]);
        ok(says(err, "unknown option \"") && says(err, "options are: max-age, leeway") &&
               !sc_option_known(cases[i]),
           "\"%s\" is not an option", cases[i]);
    }
    err = option_set(codec_of("flask"), "max-aeg=1h");
    like(err, "unknown option \"max-aeg\"; options are: max-age, leeway, salt, digest, ",
         "an unknown option is named, and those that there are");
    ok(!says(err, "1h"), "its value is not");
    ok(!says(err, "audience") && says(option_set(codec_of("paseto"), "x=1"), "audience"),
       "the list has those alone that mean something to the format");
    like(option_set(codec_of("flask"), "max-age"),
         "max-age: has no value (as max-age=31d)", "an option needs a value");
    ok(!sc_option_known("max-age"), "and is not one without it");
}

/* --- codecs --- */

static const char *made(const char *format, int nkeys, sc_key_kind_t kind,
                        const char *one, const char *two)
{
    sc_key_t *key = apr_pcalloc(pool, sizeof(*key));
    const sc_key_t **keys = apr_palloc(pool, sizeof(*keys));
    const char *options[] = {one, two};
    sc_codec_t *codec = NULL;
    const char *err;

    key->id = "main";
    key->kind = kind;
    key->secret = sc_bytes_str("hunter2-hunter2-hunter2-hunter2");
    keys[0] = key;
    err = sc_codec_make(&codec, format, keys, nkeys, options,
                        (one != NULL) + (two != NULL), pool);
    if (!err != (codec != NULL)) return "neither a codec nor a sentence";
    if (err && strstr(err, "hunter2")) return "the sentence shows the key";
    return err;
}

static void refuses(const char *err, const char *what, const char *remedy)
{
    ok(err && strstr(err, what) && strcasestr(err, remedy), "%s", err ? err : what);
}

static void codecs(void)
{
    static const char *const signing[] = {"flask",  "itsdangerous", "cookie-manager",
                                          "django", "flask-login",  "werkzeug"};
    unsigned i;

    refuses(made("flsk", 1, SC_KEY_RAW, NULL, NULL), "flsk", "flask, itsdangerous");
    refuses(made("", 1, SC_KEY_RAW, NULL, NULL), "no such format", "flask");
    refuses(made("Flask", 1, SC_KEY_RAW, NULL, NULL), "Flask: there is no such format",
            "flask");
    refuses(made("flask", 0, SC_KEY_RAW, NULL, NULL), "flask needs a key",
            "CookieSessionKey");
    refuses(made("itsdangerous", 1, SC_KEY_RAW, "timed=off", "max-age=5"), "max-age",
            "timed=off");
    refuses(made("itsdangerous", 1, SC_KEY_RAW, "max-age=5", "timed=off"), "max-age",
            "timed=off");
    refuses(made("flask-paseto", 1, SC_KEY_RAW, "version=1", "assertion=x"), "assertion",
            "leave it out");
    refuses(made("flask", 1, SC_KEY_RAW, "max-age=1d", "digest=x"), "digest=x",
            "digest=sha256");
    for (i = 0; i < sizeof(signing) / sizeof(signing[0]); i++) {
        ok(!made(signing[i], 1, SC_KEY_RAW, NULL, NULL), "%s takes a secret", signing[i]);
        refuses(made(signing[i], 1, SC_KEY_LOCAL, NULL, NULL), "key main", "SECRET_KEY");
        refuses(made(signing[i], 1, SC_KEY_PUBLIC, NULL, NULL), signing[i], "SECRET_KEY");
    }
    ok(!made("itsdangerous", 1, SC_KEY_RAW, "timed=off", "max-age=off"),
       "a max-age that is off goes with timed=off");
    ok(!made("paseto", 1, SC_KEY_LOCAL, "max-age=1d", NULL) ||
           !strstr(made("paseto", 1, SC_KEY_LOCAL, "max-age=1d", NULL), "hunter2"),
       "no sentence about a PASETO key shows it");
}

static void unknown_name(void)
{
    ok(!sc_option_applies("nonsense", sc_format_find("flask")),
       "an option that there is not applies to nothing");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    unknown_name();
    if (sc_crypto_init()) return 2;
    durations();
    not_off();
    good_values();
    bad_values();
    meanings();
    unknown();
    codecs();
    apr_pool_destroy(pool);
    apr_terminate();
    return done();
}
