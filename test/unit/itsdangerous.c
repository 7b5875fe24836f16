/* SPDX-License-Identifier: Apache-2.0 */
/* The itsdangerous envelope against values that itsdangerous 2.1.2 and Flask 2.2.2 made.
 */
#include "tap.h"
#include "core/codec/codec.h"
#include <apr_general.h>
#include <apr_strings.h>

#define NOW APR_INT64_C(1760000000)

static apr_pool_t *pool;

static const sc_key_t *key_of(const char *id, const char *secret)
{
    sc_key_t *key = apr_pcalloc(pool, sizeof(*key));

    key->id = id;
    key->secret = sc_bytes_str(secret);
    return key;
}

static const sc_codec_t *codec_of(const char *format, const char *secret, const char *old,
                                  const char *option)
{
    const sc_key_t **keys = apr_pcalloc(pool, 2 * sizeof(*keys));
    sc_codec_t *codec = NULL;
    const char *err;

    keys[0] = key_of("new", secret);
    keys[1] = old ? key_of("old", old) : NULL;
    err = sc_codec_make(&codec, format, keys, old ? 2 : 1, &option, option ? 1 : 0, pool);
    if (err) printf("# %s\n", err);
    return codec;
}

static sc_status_t opened(const sc_session_t **session, const sc_codec_t *codec,
                          const char *token, apr_int64_t now)
{
    sc_env_t env = {.now = apr_time_from_sec(now), .random = sc_crypto_random};

    return sc_codec_open(session, codec, sc_bytes_str(token), &env, pool);
}

static void peers_cookies(void)
{
    const sc_codec_t *codec = codec_of("flask", "dev-secret-key-0123456789", NULL, NULL);
    const char *token = "eyJ1c2VyX2lkIjoxfQ.aOd3xA.QhKcMAleizTAKGxLcrNW14AaGqg";
    const sc_session_t *s = NULL;
    sc_bytes_t json;

    if (!ok(codec != NULL, "a codec for flask is made")) return;
    ok(opened(&s, codec, token, NOW) == SC_OK, "Flask's own cookie opens");
    json = sc_doc_write(s->doc, SC_TAGGED, SC_COMPACT, pool);
    ok(sc_bytes_eq(json, sc_bytes_str("{\"user_id\":1}")),
       "and holds what Flask put there");
    ok(s->issued == apr_time_from_sec(1759999940), "issued when the timestamp says");
    ok(s->expires == apr_time_from_sec(1759999940 + 31 * 86400),
       "and expires 31 days later");
    ok(opened(&s, codec, token, 1759999940 + 31 * 86400) == SC_OK,
       "a cookie as old as max-age is good");
    ok(opened(&s, codec, token, 1759999940 + 31 * 86400 + 1) == SC_EXPIRED,
       "a second more is too old");
    ok(opened(&s, codec, token, 1759999939) == SC_NOT_YET_VALID,
       "a cookie from the next second is refused");
}

static void refusals(void)
{
    static const struct {
        const char *token;
        sc_status_t status;
        const char *name;
    } cases[] = {
        {"", SC_MALFORMED, "empty"},
        {"eyJ1c2VyX2lkIjoxfQ", SC_MALFORMED, "no separator"},
        {"eyJ1c2VyX2lkIjoxfQ.aOd3xA.", SC_BAD_SIGNATURE, "empty-signature"},
        {"eyJ1c2VyX2lkIjoxfQ.aOd3xA.QhKcMAleizTAKGxLcrNW14AaGq", SC_BAD_SIGNATURE,
         "truncated-mac"},
        {"eyJ1c2VyX2lkIjoxfQ.aOd3xA.QhKcMAleizTAKGxLcrNW14AaGqgA", SC_BAD_SIGNATURE,
         "extended-mac"},
        {"eyJ1c2VyX2lkIjoyfQ.aOd3xA.QhKcMAleizTAKGxLcrNW14AaGqg", SC_BAD_SIGNATURE,
         "changed-payload"},
        {"eyJ1c2VyX2lkIjoxfQ.aOd3xB.QhKcMAleizTAKGxLcrNW14AaGqg", SC_BAD_SIGNATURE,
         "changed-timestamp"},
        {"..", SC_BAD_SIGNATURE, "only-separators"},
        {".", SC_BAD_SIGNATURE, "one-separator"},
    };
    const sc_codec_t *codec = codec_of("flask", "dev-secret-key-0123456789", NULL, NULL);
    const sc_session_t *s = NULL;
    unsigned i;

    for (i = 0; codec && i < sizeof(cases) / sizeof(cases[0]); i++)
        ok(opened(&s, codec, cases[i].token, NOW) == cases[i].status && !s, "%s is %s",
           cases[i].name, sc_status_name(cases[i].status));
}

static void rotation(void)
{
    const sc_codec_t *codec =
        codec_of("flask", "a-new-secret-0123456789", "dev-secret-key-0123456789", NULL);
    const char *token = "eyJ1c2VyX2lkIjoxfQ.aOd3xA.QhKcMAleizTAKGxLcrNW14AaGqg";
    const sc_session_t *s = NULL;
    sc_env_t env = {.now = apr_time_from_sec(NOW), .random = sc_crypto_random};
    sc_bytes_t sealed;

    ok(opened(&s, codec, token, NOW) == SC_OK && !strcmp(s->key->id, "old"),
       "a token signed with a retired key still opens");
    ok(sc_codec_seal(&sealed, codec, s->doc, s, &env, pool) == SC_OK,
       "and is sealed again");
    s = NULL;
    ok(sc_codec_open(&s, codec, sealed, &env, pool) == SC_OK &&
           !strcmp(s->key->id, "new"),
       "with the new key");
    ok(opened(&s, codec_of("flask", "a-new-secret-0123456789", NULL, NULL), token, NOW) ==
           SC_BAD_SIGNATURE,
       "a key that is not listed any more does not open");
}

/* {"user_id": 1}, with a blank that we would not write. */
#define BLANK "eyJ1c2VyX2lkIjogMX0"

static int starts(sc_bytes_t token, const char *with)
{
    return token.n > strlen(with) && !memcmp(token.p, with, strlen(with));
}

static void untouched(void)
{
    const sc_codec_t *codec = codec_of("flask", "dev-secret-key-0123456789", NULL, NULL);
    const char *token = "eyJ1c2VyX2lkIjoxfQ.aOd3xA.QhKcMAleizTAKGxLcrNW14AaGqg";
    sc_env_t env = {.now = apr_time_from_sec(NOW), .random = sc_crypto_random};
    const sc_session_t *s = NULL;
    sc_session_t other;
    sc_doc_t *changed;
    sc_bytes_t sealed;

    if (!ok(opened(&s, codec, token, NOW) == SC_OK, "a session is opened")) return;
    other = *s;
    other.payload = sc_bytes_str(BLANK);
    ok(sc_codec_seal(&sealed, codec, s->doc, &other, &env, pool) == SC_OK &&
           starts(sealed, BLANK "."),
       "a session that was not touched is sealed byte for byte");
    ok(sc_codec_open(&s, codec, sealed, &env, pool) == SC_OK && s->issued == env.now,
       "with the time of now");
    changed = sc_doc_dup(s->doc, pool);
    sc_doc_put(changed, sc_bytes_str("a"), sc_value_make_int(2));
    ok(sc_codec_seal(&sealed, codec, changed, s, &env, pool) == SC_OK &&
           !starts(sealed, "eyJ1c2VyX2lkIjog"),
       "another document is written anew");
    ok(sc_codec_open(&s, codec, sealed, &env, pool) == SC_OK && sc_doc_size(s->doc) == 2,
       "and is the changed one");
    ok(sc_codec_seal(&sealed, codec_of("flask", "another-secret-0123456789", NULL, NULL),
                     s->doc, s, &env, pool) == SC_OK &&
           starts(sealed, "eyJ1c2VyX2lkIjoxLCJhIjoyfQ."),
       "so is what another codec seals");
}

static void bits(void)
{
    const sc_codec_t *codec = codec_of("itsdangerous", "0123456789abcdef", NULL, NULL);
    sc_env_t env = {.now = apr_time_from_sec(NOW), .random = sc_crypto_random};
    const sc_session_t *s = NULL;
    sc_bytes_t token,
        json = sc_bytes_str("{\"a\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}");
    sc_doc_t *doc;
    unsigned char *copy;
    apr_size_t i;
    int opens = 0;

    if (sc_doc_parse(&doc, json, 0, &codec->options.limits, pool) ||
        sc_codec_seal(&token, codec, doc, NULL, &env, pool)) {
        ok(0, "a document is sealed");
        return;
    }
    ok(token.p[0] == '.', "a payload that deflates well is deflated");
    for (i = 0; i < token.n * 8; i++) {
        copy = apr_pmemdup(pool, token.p, token.n);
        copy[i / 8] ^= (unsigned char)(1 << i % 8);
        if (sc_codec_open(&s, codec, sc_bytes(copy, token.n), &env, pool) == SC_OK)
            opens +=
                i / 8 < token.n - 1; /* two bits of the last character are nobody's */
    }
    ok(opens == 0, "no flipped bit is ok");
    for (i = 0, opens = 0; i < token.n; i++)
        opens += sc_codec_open(&s, codec, sc_bytes(token.p, i), &env, pool) == SC_OK;
    ok(opens == 0, "no truncated token is ok");
}

/* --- cookie-manager: the document names its key --- */

/* Text with a right signature by key number i, and a timestamp of now. */
static const char *signed_by(const sc_codec_t *codec, int i, const char *text)
{
    sc_env_t env = {.now = apr_time_from_sec(NOW), .random = sc_crypto_random};
    sc_sealing_t in = {sc_bytes_str(text), i, env.now, {NULL, 0}};
    sc_bytes_t token;

    if (codec->format->envelope->seal(&token, &codec->sealer, &in, &env, pool)) return "";
    return apr_pstrmemdup(pool, (const char *)token.p, token.n);
}

/* The keys are called "new" and "old". */
static void named_keys(void)
{
    static const struct {
        const char *name, *text;
        int key;
        sc_status_t status;
    } cases[] = {
        {"the key that it names", "{\"key_id\": \"old\"}", 1, SC_OK},
        {"the first key", "{\"key_id\": \"new\"}", 0, SC_OK},
        {"blank lines before it", "\n\r\n\t {\"key_id\": \"old\"}", 1, SC_OK},
        {"cookie-manager: another key of the ring", "{\"key_id\": \"new\"}", 1,
         SC_BAD_SIGNATURE},
        {"cookie-manager: no key_id", "{\"a\": 1}", 0, SC_UNKNOWN_KEY},
        {"cookie-manager: a key of nobody", "{\"key_id\": \"neu\"}", 0, SC_UNKNOWN_KEY},
        {"cookie-manager: a NUL behind the id", "{\"key_id\": \"new\\u0000\"}", 0,
         SC_UNKNOWN_KEY},
        {"cookie-manager: a list", "{\"key_id\": [\"new\"]}", 0, SC_MALFORMED},
        {"cookie-manager: a line inside that names the signer",
         "{\"a\":\n{\"key_id\": \"old\"}\n, \"key_id\": \"new\"}", 1, SC_MALFORMED},
        {"cookie-manager: the same, cut into whole objects",
         "{\"key_id\": \"old\"}\n{\"key_id\": \"new\"}", 1, SC_MALFORMED},
        {"cookie-manager: a document over two lines", "{\"a\": 1,\n\"key_id\": \"new\"}",
         0, SC_MALFORMED},
        {"cookie-manager: nothing but blanks", " \n \n", 0, SC_MALFORMED},
        {"cookie-manager: no JSON", "new", 0, SC_MALFORMED},
    };
    const sc_codec_t *codec =
        codec_of("cookie-manager", "secret-of-new", "secret-of-old", NULL);
    unsigned i;

    for (i = 0; codec && i < sizeof(cases) / sizeof(cases[0]); i++) {
        const sc_session_t *s = NULL;
        sc_status_t st =
            opened(&s, codec, signed_by(codec, cases[i].key, cases[i].text), NOW);

        ok(st == cases[i].status &&
               (st ? !s : s->key == codec->sealer.keys[cases[i].key]),
           "cookie-manager, %s: %s", cases[i].name, sc_status_name(st));
    }
}

/* Signature, then age, then payload: the first that is wrong is the answer. */
static void order(void)
{
    const sc_codec_t *codec = codec_of("flask", "0123456789abcdef", NULL, "max-age=60");
    sc_bytes_t bomb, zeroes = sc_bytes(apr_pcalloc(pool, 100000), 100000);
    const sc_session_t *s = NULL;
    const char *token;
    char *changed;

    if (codec->format->coding->pack(&bomb, zeroes, pool)) return;
    token = signed_by(codec, 0, (const char *)bomb.p);
    ok(opened(&s, codec, token, NOW) == SC_TOO_LARGE, "a signed bomb is too large");
    ok(opened(&s, codec, token, NOW + 61) == SC_EXPIRED, "an expired bomb is expired");
    changed = apr_pstrdup(pool, token);
    changed[3] ^= 1;
    ok(opened(&s, codec, changed, NOW + 61) == SC_BAD_SIGNATURE && !s,
       "an expired bomb under a wrong signature is not looked at");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    if (sc_crypto_init()) return 2;
    peers_cookies();
    refusals();
    rotation();
    untouched();
    bits();
    named_keys();
    order();
    apr_pool_destroy(pool);
    apr_terminate();
    return done();
}
