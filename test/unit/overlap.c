/* SPDX-License-Identifier: Apache-2.0 */
/* Which codecs take each other's tokens when they have one secret. A line is a pair of
 * sources; either may be the reader. */
#include "tap.h"
#include "core/codec/overlap.h"
#include "core/crypto/crypto.h"
#include "core/key/load.h"
#include <apr_general.h>
#include <apr_strings.h>

#define SECRET "a-secret-of-32-bytes-for-this-01"
#define OTHER  "another-secret-of-32-bytes-here!"
#define PEMS   "file:" SRCDIR "/test/unit/keys/"

static apr_pool_t *pool;

/* "format [option]…" and the sources of its keys, each with an id of its own. */
static const sc_codec_t *codec_of(const char *text, const char *keys)
{
    static int id;
    const sc_key_t **list = apr_pcalloc(pool, 4 * sizeof(*list));
    const char *options[8], *err = NULL, *warning, *word;
    char *line = apr_pstrdup(pool, text), *rest = apr_pstrdup(pool, keys), *state;
    char *format = apr_strtok(line, " ", &line);
    sc_codec_t *codec;
    int n = 0, nkeys = 0;

    while ((word = apr_strtok(NULL, " ", &line)))
        options[n++] = word;
    for (word = apr_strtok(rest, " ", &state); word && !err;
         word = apr_strtok(NULL, " ", &state)) {
        sc_key_config_t config = {.id = apr_itoa(pool, ++id), .source = word};
        sc_key_t *key;

        err = sc_key_load(&key, &warning, &config, pool);
        if (!err) list[nkeys++] = key;
    }
    if (!err) err = sc_codec_make(&codec, format, list, nkeys, options, n, pool);
    if (err) printf("# %s: %s\n", text, err);
    return err ? NULL : codec;
}

static bool reads(const char *reader, const char *reader_keys, const char *writer,
                  const char *writer_keys)
{
    const sc_env_t env = {.now = apr_time_from_sec(1760000000),
                          .random = sc_crypto_random};
    const sc_codec_t *one = codec_of(reader, reader_keys);
    const sc_codec_t *two = codec_of(writer, writer_keys);

    return one && two && sc_codec_reads(one, two, &env, pool);
}

static void pairs(void)
{
    static const struct {
        const char *one, *two;
        bool one_reads, two_reads;
    } cases[] = {
        {"flask", "flask", true, true},
        {"flask", "flask salt=other", false, false},
        {"flask", "flask digest=sha256", false, false},
        {"flask", "flask derivation=django-concat", false, false},
        {"flask", "flask max-age=1h", true, true},
        {"flask", "itsdangerous", false, false},
        {"flask", "itsdangerous salt=cookie-session", false, false},
        {"flask", "itsdangerous salt=cookie-session derivation=hmac", true, true},
        {"flask", "itsdangerous salt=cookie-session derivation=hmac timed=off", false,
         false},
        {"itsdangerous", "cookie-manager salt=itsdangerous", false, false},
        {"itsdangerous salt=x", "django salt=x", false, false},
        {"django", "django", true, true},
        {"flask", "flask-login", false, false},
        {"flask", "werkzeug", false, false},
        {"werkzeug", "werkzeug", true, true},
        {"werkzeug", "werkzeug serializer=pickle", false, false},
        {"cookie-manager", "werkzeug", false, false},
        {"flask-paseto", "paseto", true, true},
        {"flask-paseto", "paseto version=4", true, true},
        {"flask-paseto", "paseto version=3", false, false},
        {"flask-paseto", "paseto assertion=api", false, false},
        {"flask-paseto assertion=api", "paseto assertion=api", true, true},
        {"flask-paseto", "paseto audience=api", true, false},
        {"paseto audience=a", "paseto audience=b", false, false},
        {"paseto audience=a", "paseto audience=a", true, true},
        {"paseto issuer=a", "paseto", false, true},
        {"flask-paseto", "paseto-remember", false, false},
        {"flask-paseto", "flask", false, false},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ok(reads(cases[i].one, "text:" SECRET, cases[i].two, "text:" SECRET) ==
               cases[i].one_reads,
           "%s %s tokens of %s", cases[i].one,
           cases[i].one_reads ? "takes" : "does not take", cases[i].two);
        ok(reads(cases[i].two, "text:" SECRET, cases[i].one, "text:" SECRET) ==
               cases[i].two_reads,
           "%s %s tokens of %s", cases[i].two,
           cases[i].two_reads ? "takes" : "does not take", cases[i].one);
        ok(!reads(cases[i].one, "text:" SECRET, cases[i].two, "text:" OTHER),
           "%s takes none of %s under another secret", cases[i].one, cases[i].two);
    }
}

static void keys(void)
{
    ok(reads("flask", "text:" OTHER " text:" SECRET, "flask", "text:" SECRET),
       "the reader's second key counts");
    ok(reads("flask", "text:" SECRET, "flask", "text:" OTHER " text:" SECRET),
       "so does the writer's, under which old tokens were made");
    ok(reads("paseto", PEMS "ed.pem", "paseto", PEMS "ed.pem"),
       "a PEM that was loaded twice is one key");
    ok(reads("paseto", PEMS "ed-pub.pem", "paseto", PEMS "ed.pem"),
       "its public half reads what it signs");
    ok(!reads("paseto version=2", PEMS "ed.pem", "paseto", PEMS "ed.pem"),
       "but not what it signs for another version");
    ok(!reads("paseto", PEMS "ed.pem", "paseto", PEMS "ed-pub.pem"),
       "whoever cannot sign has no tokens");
    ok(sc_codec_shares_key(codec_of("flask", "text:" SECRET),
                           codec_of("paseto", "text:" OTHER " text:" SECRET), pool) &&
           !sc_codec_shares_key(codec_of("flask", "text:" SECRET),
                                codec_of("flask", "text:" OTHER), pool),
       "keys are told apart by their bytes");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    if (sc_crypto_init()) abort();
    pairs();
    keys();
    apr_pool_destroy(pool);
    apr_terminate();
    return done();
}
