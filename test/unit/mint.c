/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens of our own: minted under every kind of key and opened by the codec that any
 * verifier could be; what they say, when they end, what is refused at start-up, and which
 * sources would take them. What is published of the keys. */
#include "tap.h"
#include "core/codec/mint.h"
#include "core/crypto/crypto.h"
#include "core/key/load.h"
#include "core/key/paserk.h"
#include "core/key/paserk_list.h"
#include <apr_general.h>
#include <apr_strings.h>

#define PEMS   "file:" SRCDIR "/test/unit/keys/"
#define SECRET "text:a-secret-of-32-bytes-for-this-01"
#define SECOND apr_time_from_sec(1)
#define NOW    (apr_time_from_sec(1760000000) + 900000) /* 2025-10-09T08:53:20.9 */

static apr_pool_t *pool;
static const sc_env_t env = {.now = NOW, .random = sc_crypto_random};
static const sc_mint_config_t usual = {.issuer = "https://www.example",
                                       .audience = "https://api.example",
                                       .ttl = 60 * SECOND,
                                       .names_key = true};

static const sc_key_t *key_of(const char *source, int version)
{
    static int id;
    sc_key_config_t config = {.source = source, .version = version};
    const char *warning, *err;
    sc_key_t *key = NULL;

    config.id = apr_psprintf(pool, "key%d", ++id);
    err = sc_key_load(&key, &warning, &config, pool);
    if (err) printf("# %s: %s\n", source, err);
    return key;
}

static const sc_key_t *new_key(int version, const char *purpose)
{
    sc_key_t *key = NULL;

    /* Valgrind looks for an RSA key's primes for half a minute. */
    if (version == 1 && *purpose == 's' && tap_valgrind())
        return key_of(PEMS "rsa.pem", 0);
    if (sc_key_new(&key, version, purpose, &env, pool)) return NULL;
    key->id = apr_psprintf(pool, "v%d-%s", version, purpose);
    return key;
}

static const char *make(sc_minter_t **minter, const sc_mint_config_t *config,
                        const sc_key_t *one, const sc_key_t *two)
{
    const sc_key_t **keys = apr_palloc(pool, 2 * sizeof(*keys));

    keys[0] = one;
    keys[1] = two;
    *minter = NULL;
    return sc_minter_make(minter, keys, two ? 2 : 1, config, pool);
}

static const sc_minter_t *minter_of(const sc_mint_config_t *config, const sc_key_t *key)
{
    sc_minter_t *minter;
    const char *err = make(&minter, config, key, NULL);

    if (err) printf("# %s\n", err);
    return minter;
}

static const sc_doc_t *doc_of(const char *json, bool tagged)
{
    const sc_limits_t limits = {8192, 65536, 32, 1024};
    sc_doc_t *doc = NULL;

    if (sc_doc_parse(&doc, sc_bytes_str(json), tagged, &limits, pool)) return NULL;
    return doc;
}

static const sc_codec_t *codec_of(const sc_key_t *key, const char *format,
                                  const char *const *options, int n)
{
    const sc_key_t **keys = apr_palloc(pool, sizeof(*keys));
    sc_codec_t *codec;
    const char *err;

    keys[0] = key;
    err = sc_codec_make(&codec, format, keys, 1, options, n, pool);
    if (err) printf("# %s\n", err);
    return err ? NULL : codec;
}

/* The claims as JSON, read with the half of the key that a verifier has. */
static const char *claims_in(sc_bytes_t token, const sc_key_t *key, sc_bytes_t *footer)
{
    const sc_session_t *session;
    sc_key_t *pub;

    if (key->pkey && !sc_key_public(&pub, key, pool)) key = pub;
    if (sc_codec_open(&session, codec_of(key, "paseto", NULL, 0), token, &env, pool))
        return NULL;
    if (footer) *footer = session->footer;
    return (const char *)sc_doc_write(session->doc, SC_PLAIN, SC_COMPACT, pool).p;
}

static void every_version(void)
{
    for (int version = 1; version <= 4; version++) {
        for (int pair = 0; pair < 2; pair++) {
            const sc_key_t *key = new_key(version, pair ? "secret" : "local");
            const sc_minter_t *minter = minter_of(&usual, key);
            const sc_minting_t what = {.user = sc_bytes_str("7"), .end = SC_NEVER};
            const char *kid =
                sc_paserk_id(key, pair ? SC_KEY_PUBLIC : SC_KEY_LOCAL, pool);
            sc_bytes_t token, footer = {NULL, 0};
            apr_time_t expires;
            const char *start =
                apr_psprintf(pool, "v%d.%s.", version, pair ? "public" : "local");

            if (!ok(minter && !sc_mint(&token, &expires, minter, &what, &env, pool),
                    "%s: minted", start))
                continue;
            ok(sc_bytes_starts(token, start), "%s: it is of the key's version", start);
            is(claims_in(token, key, &footer),
               "{\"iss\":\"https://www.example\",\"aud\":\"https://api.example\","
               "\"sub\":\"7\",\"iat\":\"2025-10-09T08:53:20+00:00\","
               "\"exp\":\"2025-10-09T08:54:20+00:00\"}",
               "%s: what it says", start);
            is(footer.p ? apr_pstrmemdup(pool, (const char *)footer.p, footer.n) : NULL,
               apr_psprintf(pool, "{\"kid\":\"%s\"}", kid), "%s: its footer", start);
        }
    }
}

static sc_status_t mint(const char **claims, apr_time_t *expires,
                        const sc_mint_config_t *config, const sc_minting_t *what)
{
    const sc_key_t *key = new_key(4, "secret");
    sc_bytes_t token;
    sc_status_t st = sc_mint(&token, expires, minter_of(config, key), what, &env, pool);

    *claims = st ? NULL : claims_in(token, key, NULL);
    return st;
}

static void ends(void)
{
    static const struct {
        apr_interval_time_t ttl, left; /* of the session */
        int life;                      /* seconds; 0: none is minted */
        const char *sentence;
    } cases[] = {
        {60 * SECOND, 3600 * SECOND, 60, "a session that lives longer"},
        {60 * SECOND, 60 * SECOND, 60, "a session that ends with the token"},
        {60 * SECOND, 59 * SECOND, 59, "a session that ends before"},
        {60 * SECOND, SECOND, 1, "a session in its last second but one"},
        {60 * SECOND, SECOND / 20, 0, "a session in its last second"},
        {60 * SECOND, -SECOND, 0, "a session that is over"},
        {SECOND, 3600 * SECOND, 1, "the shortest ttl"},
        {86400 * SECOND, 2 * 86400 * SECOND, 86400, "the longest"},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        sc_mint_config_t config = usual;
        const sc_minting_t what = {.user = sc_bytes_str("7"), .end = NOW + cases[i].left};
        apr_time_t expires = 0;
        const char *claims;
        sc_status_t st;

        config.ttl = cases[i].ttl;
        st = mint(&claims, &expires, &config, &what);
        ok(cases[i].life
               ? st == SC_OK && expires == apr_time_from_sec(1760000000 + cases[i].life)
               : st == SC_EXPIRED,
           "%s: %d seconds", cases[i].sentence, cases[i].life);
    }
}

static void chosen(void)
{
    static const char *const paths[] = {"email", "/profile/roles", "/profile/a~1b~0",
                                        "none",  "missing",        "when"};
    const sc_mint_config_t config = {
        .audience = "api", .ttl = 60 * SECOND, .paths = paths, .npaths = 6};
    sc_minting_t what = {.user = sc_bytes_str("7"), .end = SC_NEVER};
    apr_time_t expires;
    const char *claims;

    what.doc =
        doc_of("{\"email\":\"a@b\",\"profile\":{\"roles\":[1,\"x\"],\"a/b~\":true},"
               "\"none\":null,\"when\":{\" t\":[1,2]},\"secret\":1}",
               true);
    ok(mint(&claims, &expires, &config, &what) == SC_OK, "members are chosen");
    is(claims,
       "{\"aud\":\"api\",\"sub\":\"7\",\"iat\":\"2025-10-09T08:53:20+00:00\","
       "\"exp\":\"2025-10-09T08:54:20+00:00\",\"email\":\"a@b\",\"roles\":[1,\"x\"],"
       "\"a/b~\":true,\"when\":[1,2]}",
       "each under the name of the member, typed, and nothing else");
    what.doc = NULL;
    ok(mint(&claims, &expires, &config, &what) == SC_OK && !says(claims, "email"),
       "without a session there are none");
}

static void users(void)
{
    sc_minting_t what = {.end = SC_NEVER, .has_id = true};
    apr_time_t expires;
    const char *claims, *other;

    what.user = sc_bytes_str("\xd0\x96\"\\\n");
    ok(mint(&claims, &expires, &usual, &what) == SC_OK, "a user of any characters");
    like(claims, "\"sub\":\"\\u0416\\\"\\\\\\n\"", "is written as JSON");
    like(claims, "\"jti\":\"", "with an id");
    ok(mint(&other, &expires, &usual, &what) == SC_OK && strcmp(claims, other) != 0,
       "no two have the same");
    what.user = sc_bytes_str("M\xfcller");
    ok(mint(&claims, &expires, &usual, &what) == SC_UNSUPPORTED,
       "a user that is not UTF-8 gets none");
}

static void large(void)
{
    static const char *const paths[] = {"text"};
    const sc_mint_config_t config = {
        .audience = "api", .ttl = 60 * SECOND, .paths = paths, .npaths = 1};
    char *text = memset(apr_palloc(pool, 8001), 'x', 8000);
    sc_minting_t what = {.user = sc_bytes_str("7"), .end = SC_NEVER};
    apr_time_t expires;
    const char *claims;

    text[8000] = '\0';
    what.doc = doc_of(apr_psprintf(pool, "{\"text\":\"%s\"}", text), false);
    ok(mint(&claims, &expires, &config, &what) == SC_TOO_LARGE,
       "a token that no server takes is not minted");
}

static int random_failed(void *baton, unsigned char *to, apr_size_t n)
{
    (void)baton;
    (void)to;
    (void)n;
    return -1;
}

static void no_random(void)
{
    const sc_env_t broken = {.now = NOW, .random = random_failed};
    const sc_minting_t with_id = {
        .user = sc_bytes_str("7"), .end = SC_NEVER, .has_id = true};
    const sc_minting_t without = {.user = sc_bytes_str("7"), .end = SC_NEVER};
    apr_time_t expires;
    sc_bytes_t token;

    ok(sc_mint(&token, &expires, minter_of(&usual, new_key(4, "secret")), &with_id,
               &broken, pool) == SC_ERROR,
       "no id without randomness");
    ok(sc_mint(&token, &expires, minter_of(&usual, new_key(4, "local")), &without,
               &broken, pool) == SC_ERROR,
       "nor a local token");
}

static void footers(void)
{
    sc_mint_config_t config = usual;
    const sc_minting_t what = {.user = sc_bytes_str("7"), .end = SC_NEVER};
    const sc_key_t *key = new_key(4, "secret"), *raw = key_of("text:0123456789abcdef", 3);
    sc_bytes_t token, footer = {NULL, 0};
    apr_time_t expires;

    config.names_key = false;
    ok(!sc_mint(&token, &expires, minter_of(&config, key), &what, &env, pool) &&
           claims_in(token, key, &footer) && !footer.p,
       "no kid where none is wanted");
    ok(!sc_mint(&token, &expires, minter_of(&usual, raw), &what, &env, pool) &&
           sc_bytes_starts(token, "v3.local.") && claims_in(token, raw, &footer) &&
           !footer.p,
       "nor for a secret that has no id, being no PASERK key");
}

static void refused_at_start(void)
{
    static const struct {
        const char *one, *two, *sentence;
    } cases[] = {
        {"iss", NULL, "claims=iss: the claim iss is the token's own"},
        {"/profile/sub", NULL, "claims=/profile/sub: the claim sub is the token's own"},
        {"exp", NULL, "the claim exp"},
        {"nbf", NULL, "the claim nbf"},
        {"iat", NULL, "the claim iat"},
        {"aud", NULL, "the claim aud"},
        {"jti", NULL, "the claim jti"},
        {"email", "/a/email", "email and /a/email would both be the claim email"},
        {"Iss", "isse", NULL},
    };
    sc_minter_t *minter;
    const sc_key_t *pub = key_of(PEMS "ed-pub.pem", 0), *key = new_key(4, "secret");

    for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *const paths[] = {cases[i].one, cases[i].two};
        sc_mint_config_t config = usual;
        const char *err;

        config.paths = paths;
        config.npaths = cases[i].two ? 2 : 1;
        err = make(&minter, &config, key, NULL);
        ok(cases[i].sentence ? says(err, cases[i].sentence) : err == NULL, "claims %s %s",
           cases[i].one, cases[i].two ? cases[i].two : "");
    }
    like(make(&minter, &usual, pub, key), "this is a public key, which cannot sign",
         "a public key first");
    ok(!make(&minter, &usual, key, pub), "a retired public key behind it");
    ok(!make(&minter, &usual, key_of(PEMS "rsa.pem", 0), key_of(PEMS "ec.pem", 0)),
       "keys of two versions");
}

static void readers(void)
{
    const sc_key_t *key = new_key(4, "secret"), *old = new_key(4, "secret");
    const sc_key_t *local = new_key(4, "local"), *raw = key_of(SECRET, 0);
    const struct {
        const sc_key_t *reader, *one, *two; /* keys */
        const char *format, *options[2];
        bool reads;
    } cases[] = {
        {key, key, NULL, "paseto", {NULL}, true},
        {old, key, NULL, "paseto", {NULL}, false},
        {old, key, old, "paseto", {NULL}, true},
        {key, key, NULL, "paseto", {"audience=https://api.example"}, true},
        {key, key, NULL, "paseto", {"audience=https://www.example"}, false},
        {key, key, NULL, "paseto", {"issuer=https://www.example"}, true},
        {key, key, NULL, "paseto", {"issuer=https://other.example"}, false},
        {key, key, NULL, "paseto", {"subject=alice", "max-age=1h"}, true},
        {key, key, NULL, "paseto", {"assertion=tenant"}, false},
        {local, local, NULL, "paseto", {NULL}, true},
        {local, local, NULL, "flask-paseto", {NULL}, true},
        {raw, raw, NULL, "flask-paseto", {NULL}, true},
        {raw, raw, NULL, "paseto-remember", {NULL}, false},
        {raw, raw, NULL, "flask", {NULL}, false},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        sc_minter_t *minter;
        const char *err = make(&minter, &usual, cases[i].one, cases[i].two);
        int n = !cases[i].options[0] ? 0 : !cases[i].options[1] ? 1 : 2;
        const sc_codec_t *codec =
            codec_of(cases[i].reader, cases[i].format, cases[i].options, n);

        ok(!err && codec &&
               sc_minter_is_read(minter, codec, &env, pool) == cases[i].reads,
           "%u: a source %s %s %s reads such a token", i, cases[i].format,
           n ? cases[i].options[0] : "", cases[i].reads ? "" : "not");
    }
}

static const char *listed(const char **json, const sc_key_t *one, const sc_key_t *two)
{
    const sc_key_t *keys[2];

    keys[0] = one;
    keys[1] = two;
    *json = NULL;
    return sc_paserk_list(json, keys, two ? 2 : 1, pool);
}

static void published(void)
{
    const sc_key_t *four = new_key(4, "secret"), *three = new_key(3, "secret");
    const char *json;
    sc_key_t *pub;

    ok(!listed(&json, four, three), "two keys are published");
    for (int i = 0; i < 2; i++) {
        const sc_key_t *key = i ? three : four;

        ok(!sc_key_public(&pub, key, pool) &&
               says(json, apr_psprintf(pool, "{\"kid\":\"%s\",\"paserk\":\"%s\"}",
                                       sc_paserk_id(key, SC_KEY_PUBLIC, pool),
                                       sc_paserk_write(pub, pool))),
           "the public half of v%d, with its pid", key->version);
        ok(!says(json, sc_paserk_write(key, pool) + 10), "and not the secret one");
    }
    ok(!strncmp(json, "{\"keys\":[{", 10) && !strcmp(json + strlen(json) - 4, "\"}]}"),
       "in a list");
    ok(!listed(&json, key_of(PEMS "ed-pub.pem", 2), NULL) && says(json, "k2.public."),
       "a PEM with version=2");
    ok(!listed(&json, key_of(PEMS "ed.pem", 0), NULL) && says(json, "k4.public."),
       "one without is of version 4");
    ok(!listed(&json, key_of(PEMS "rsa-pub.pem", 0), NULL) && says(json, "k1.public."),
       "RSA is of version 1");
    like(listed(&json, four, new_key(4, "local")), "a secret that both sides share",
         "a local key");
    like(listed(&json, key_of(SECRET, 0), NULL), "a secret that both sides share",
         "a bare secret");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    ok(sc_crypto_init() == NULL, "libsodium");
    every_version();
    ends();
    chosen();
    users();
    large();
    no_random();
    footers();
    refused_at_start();
    readers();
    published();
    apr_pool_destroy(pool);
    apr_terminate();
    return done();
}
