/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions that are kept on a server: which tokens are ids, and what may be stored for
 * one. MessagePack by hand, from its specification, and as Python makes it
 * (test/vectors/msgpack.json, written by make_msgpack.py). */
#include "core/base/base64.h"
#include "core/base/chars.h"
#include "core/codec/codec.h"
#include "core/crypto/crypto.h"
#include "core/key/load.h"
#include "core/serializer/msgpack.h"
#include "core/serializer/stored.h"
#include "vectors/vectors.h"

#include <apr_general.h>
#include <apr_strings.h>

#define NOW (apr_time_from_sec(1760000000))

static apr_pool_t *pool;
static const sc_env_t env = {.now = NOW, .random = sc_crypto_random};

/* --- what is stored --- */

static sc_bytes_t bytes_of(const char *hex)
{
    unsigned char *to = apr_palloc(pool, strlen(hex) + 1);
    apr_size_t n = 0;

    for (; *hex; hex++) {
        if (*hex == ' ') continue;
        to[n++] = (unsigned char)(sc_hex_value((unsigned char)hex[0]) << 4 |
                                  sc_hex_value((unsigned char)hex[1]));
        hex++;
    }
    return sc_bytes(to, n);
}

static const sc_limits_t LIMITS = {8192, 65536, 32, 1024};

static bool reads_as(sc_bytes_t stored, const char *want)
{
    sc_bytes_t text;
    sc_doc_t *doc;
    sc_status_t st = sc_serializer_stored.decode(&doc, stored, &LIMITS, pool);

    if (st) return !strcmp(sc_status_name(st), want);
    text = sc_doc_write(doc, SC_TAGGED, SC_COMPACT, pool);
    if (!strcmp((const char *)text.p, want)) return true;
    printf("# %s\n", text.p);
    return false;
}

/* Those that need libmsgpack-c: everything with a map of MessagePack. */
static const struct {
    const char *hex, *want, *what;
} packed[] = {
    {"80", "{}", "an empty map"},
    {"81 a1 61 01", "{\"a\":1}", "a fixmap"},
    {"de 0001 a1 61 c0", "{\"a\":null}", "a map of 16 bits, nil"},
    {"df 00000001 a1 61 c3", "{\"a\":true}", "a map of 32 bits, true"},
    {"81 a1 61 c2", "{\"a\":false}", "false"},
    {"81 a1 61 7f", "{\"a\":127}", "the largest fixint"},
    {"81 a1 61 e0", "{\"a\":-32}", "the smallest fixint"},
    {"81 a1 61 cc ff", "{\"a\":255}", "uint 8"},
    {"81 a1 61 cd ffff", "{\"a\":65535}", "uint 16"},
    {"81 a1 61 ce ffffffff", "{\"a\":4294967295}", "uint 32"},
    {"81 a1 61 cf ffffffffffffffff", "{\"a\":18446744073709551615}", "uint 64"},
    {"81 a1 61 d0 80", "{\"a\":-128}", "int 8"},
    {"81 a1 61 d1 8000", "{\"a\":-32768}", "int 16"},
    {"81 a1 61 d2 80000000", "{\"a\":-2147483648}", "int 32"},
    {"81 a1 61 d3 8000000000000000", "{\"a\":-9223372036854775808}", "int 64"},
    {"81 a1 61 ca 3fc00000", "{\"a\":1.5}", "float 32"},
    {"81 a1 61 cb 3ff8000000000000", "{\"a\":1.5}", "float 64"},
    {"81 a1 61 cb 7ff8000000000000", "{\"a\":NaN}", "not a number, as in JSON"},
    {"81 a1 61 a0", "{\"a\":\"\"}", "an empty text"},
    {"81 a1 61 a2 c3a9", "{\"a\":\"\\u00e9\"}", "a text of UTF-8"},
    {"81 a1 61 d9 01 62", "{\"a\":\"b\"}", "str 8"},
    {"81 a1 61 da 0001 62", "{\"a\":\"b\"}", "str 16"},
    {"81 a1 61 db 00000001 62", "{\"a\":\"b\"}", "str 32"},
    {"81 a1 61 a1 00", "{\"a\":\"\\u0000\"}", "a text with NUL"},
    {"81 a1 61 c4 02 00ff", "{\"a\":{\" b\":\"AP8=\"}}", "bin 8 is bytes"},
    {"81 a1 61 c5 0001 61", "{\"a\":{\" b\":\"YQ==\"}}", "bin 16"},
    {"81 a1 61 c6 00000001 61", "{\"a\":{\" b\":\"YQ==\"}}", "bin 32"},
    {"81 a1 61 93 01 a1 62 c0", "{\"a\":[1,\"b\",null]}", "a fixarray"},
    {"81 a1 61 dc 0001 90", "{\"a\":[[]]}", "array 16"},
    {"81 a1 61 dd 00000001 80", "{\"a\":[{}]}", "array 32"},
    {"81 a1 61 d6 ff 5e0be100", "{\"a\":\"Wed, 01 Jan 2020 00:00:00 GMT\"}",
     "a time of 32 bits"},
    {"81 a1 61 d7 ff 00000000 5e0be100", "{\"a\":\"Wed, 01 Jan 2020 00:00:00 GMT\"}",
     "a time of 64 bits"},
    {"81 a1 61 c7 0c ff 00000000 ffffffffffffffff",
     "{\"a\":\"Wed, 31 Dec 1969 23:59:59 GMT\"}", "a time of 96 bits"},
    {"81 a1 61 c7 0c ff 00000000 7fffffffffffffff", "unsupported", "a time without end"},
    {"81 a1 61 c7 0c ff 00000000 8000000000000000", "unsupported",
     "a time before all times"},
    {"81 a1 61 d4 01 00", "unsupported", "another extension type"},
    {"81 a1 61 d4 ff 00", "unsupported", "a time of 8 bits"},
    {"82 a1 61 01 a1 61 02", "{\"a\":2}", "the last of two members with one name"},
    {"81 01 02", "{\"1\":2}", "a number as a name"},
    {"81 c3 02", "{\"true\":2}", "a boolean as a name"},
    {"81 c0 02", "{\"null\":2}", "nil as a name"},
    {"81 90 02", "unsupported", "an array as a name"},
    {"81 c4 01 61 02", "unsupported", "bytes as a name"},
    {"81 a2 2074 01", "{\" di\":{\" t__\":1}}", "a map that looks like a tag"},
    {"81 a1 61 81 a2 2062 01", "{\"a\":{\" di\":{\" b__\":1}}}", "the same further in"},
    {"82 a2 2074 01 a2 2074 02", "{\" di\":{\" t__\":2}}",
     "a map that looks like a tag, whose name comes twice"},
    {"82 a2 2074 01 a1 61 02", "{\" t\":1,\"a\":2}", "a tag's name and another"},
    {"81 a1 61 a1 ff", "malformed", "a text that is not UTF-8"},
    {"81 a1 ff 01", "malformed", "a name that is not UTF-8"},
    {"81 a1 61", "malformed", "a member without a value"},
    {"81 a1 61 c1", "malformed", "the byte that is never used"},
    {"81 a1 61 01 00", "malformed", "a byte too many"},
    {"81 a1 61 a5 62", "malformed", "a text that is cut off"},
    {"81 a1 61 cf 00", "malformed", "a number that is cut off"},
    {"81 a1 61 d9", "malformed", "a length that is cut off"},
    {"81 a1 61 db ffffffff 62", "malformed", "a text of 4 GiB in a byte"},
    {"81 a1 61 c6 ffffffff 62", "malformed", "the same of bytes"},
    {"81 a1 61 c9 ffffffff ff 62", "malformed", "the same of an extension"},
    {"81 a1 61 dd 00000300 90", "malformed", "an array of 768 elements in a byte"},
    {"81 a1 61 dd ffffffff 90", "too-large", "an array of 4 billion in a byte"},
    {"df ffffffff a1", "too-large", "a map of 4 billion in two bytes"},
    {"de 0401 a1", "too-large", "more members than the limit"},
};

static const struct {
    const char *text, *want, *what;
} others[] = {
    {"{\"a\":1}", "{\"a\":1}", "JSON"},
    {"{\"a\":1", "malformed", "JSON that is cut off"},
    {"(dp0\nS'a'\nI1\ns.", "{\"a\":1}", "a pickle of protocol 0"},
    {"}U\001aK\001s.", "{\"a\":1}", "a pickle of protocol 1"},
    {"\200\002}U\001aK\001s.", "{\"a\":1}", "a pickle of protocol 2"},
    {"\200\004}.", "{}", "a pickle of nothing"},
    {"\200\004].", "malformed", "a pickled list"},
    {"\200\004).", "malformed", "a pickled tuple, which is an object with a tag"},
    {"\200\004C\001a.", "malformed", "pickled bytes, likewise"},
    {"\200\004K\001.", "malformed", "a pickled number"},
    {"\200\004cos\nsystem\n.", "unsupported", "a pickle that reaches for code"},
    {"\200\004", "malformed", "a pickle that is cut off"},
    {"", "malformed", "nothing"},
    {"[1]", "malformed", "a JSON array"},
    {"garbage", "malformed", "garbage"},
};

static void test_stored(void)
{
    sc_limits_t left = LIMITS;
    sc_value_t *value;
    bool has_msgpack = !sc_msgpack_read(&value, &left, bytes_of("c0"), pool);

    for (unsigned i = 0; i < sizeof(packed) / sizeof(*packed); i++) {
        sc_bytes_t stored = bytes_of(packed[i].hex);

        ok(reads_as(stored, has_msgpack ? packed[i].want : "unsupported"),
           "MessagePack: %s: %s", packed[i].what, packed[i].want);
    }
    for (unsigned i = 0; i < sizeof(others) / sizeof(*others); i++)
        ok(reads_as(sc_bytes_str(others[i].text), others[i].want), "%s: %s",
           others[i].what, others[i].want);
}

/* --- made by msgpack, as msgspec makes it --- */

/* What stops short is never read, wherever it stops. */
static bool no_prefix(sc_bytes_t stored, apr_pool_t *parent)
{
    bool good = true;
    apr_pool_t *p;
    sc_doc_t *doc;

    apr_pool_create(&p, parent);
    for (apr_size_t n = 0; n < stored.n; n++) {
        if (!sc_serializer_stored.decode(&doc, sc_bytes(stored.p, n), &LIMITS, p))
            good = false;
        apr_pool_clear(p);
    }
    apr_pool_destroy(p);
    return good;
}

static void check_vector(const sc_value_t *vector, bool has_msgpack, apr_pool_t *p)
{
    sc_bytes_t name = text_of(vector, "name"), expect = text_of(vector, "expect"), stored;
    sc_doc_t *doc;
    sc_status_t st = sc_base64_decode_python(&stored, text_of(vector, "msgpack"), 0, p);

    if (!has_msgpack) return;
    if (!st) st = sc_serializer_stored.decode(&doc, stored, &LIMITS, p);
    if (!ok(sc_bytes_eq(expect, sc_bytes_str(sc_status_name(st))), "%.*s: %.*s (%s)",
            (int)name.n, name.p, (int)expect.n, expect.p, sc_status_name(st)) ||
        st)
        return;
    ok(sc_bytes_eq(sc_doc_write(doc, SC_TAGGED, SC_COMPACT, p),
                   text_of(vector, "tagged")),
       "%.*s: as Flask writes it", (int)name.n, name.p);
    if (stored.n < 1000)
        ok(no_prefix(stored, p), "%.*s: refused when cut anywhere", (int)name.n, name.p);
}

static void test_vectors(void)
{
    const sc_value_t *vectors = read_vectors(SRCDIR "/test/vectors/msgpack.json", pool);
    sc_limits_t left = LIMITS;
    sc_value_t *value;
    bool has_msgpack = !sc_msgpack_read(&value, &left, bytes_of("c0"), pool);
    apr_pool_t *each;

    if (!ok(sc_value_length(vectors) > 80, "the vectors are there")) return;
    apr_pool_create(&each, pool);
    for (int i = 0; i < sc_value_length(vectors); i++) {
        check_vector(sc_value_at(vectors, i), has_msgpack, each);
        apr_pool_clear(each);
    }
}

/* {"a":[[…]]} */
static void test_depth(void)
{
    unsigned char nested[64] = {0x81, 0xa1, 'a'};
    sc_limits_t left = LIMITS;
    sc_value_t *value;

    if (sc_msgpack_read(&value, &left, bytes_of("c0"), pool)) return;
    memset(nested + 3, 0x91, sizeof(nested) - 3);
    nested[3 + 30] = 0x90;
    ok(!reads_as(sc_bytes(nested, 34), "too-large"), "32 deep");
    nested[3 + 30] = 0x91;
    nested[3 + 31] = 0x90;
    ok(reads_as(sc_bytes(nested, 35), "too-large"), "33 deep");
    nested[3 + 31] = 0x91;
    nested[63] = 0x90;
    ok(reads_as(sc_bytes(nested, 64), "too-large"), "62 deep");
}

/* --- ids --- */

static const sc_codec_t *codec_of(const char *format, const char *secret,
                                  const char *options)
{
    static const sc_key_t *key;
    const char *list[8], *err = NULL, *warning, *word;
    char *rest = apr_pstrdup(pool, options), *state;
    sc_key_config_t config = {.id = "main", .source = secret};
    sc_codec_t *codec;
    sc_key_t *made;
    int n = 0;

    for (word = apr_strtok(rest, " ", &state); word; word = apr_strtok(NULL, " ", &state))
        list[n++] = word;
    if (secret) err = sc_key_load(&made, &warning, &config, pool);
    if (!err && secret) key = made;
    if (!err) err = sc_codec_make(&codec, format, &key, secret ? 1 : 0, list, n, pool);
    if (err) printf("# %s\n", err);
    return err ? NULL : codec;
}

#define UUID "6f1c5a04-8f5e-4a0c-9f1e-0d7d2b6a1c11"

static void test_ids(void)
{
    static const struct {
        const char *token, *what;
        bool good;
    } cases[] = {
        {UUID, "a uuid4", true},
        {"abcdefgh", "eight characters", true},
        {"abcdefg", "seven characters", false},
        {"", "nothing", false},
        {"'; DROP TABLE django_session; --", "SQL", false},
        {"abcdefgh%s", "a percent sign", false},
        {"abcdefgh\n", "a line feed", false},
        {"abcdefg\303\251", "UTF-8", false},
        {"abcd efgh", "a space", false},
        {"session:abcdefgh", "a colon", false},
        {"../../etc/passwd", "a path", false},
        {"abcdefgh.MAC", "a dot", false},
    };
    const sc_codec_t *codec = codec_of("flask-session", NULL, "lookup=redis:");
    char *text = apr_palloc(pool, 10241);
    const sc_session_t *session;
    sc_id_t id;

    for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        sc_bytes_t token = sc_bytes_str(cases[i].token);
        sc_status_t st = sc_codec_open_id(&id, codec, token, &env, pool);

        ok(st == (cases[i].good ? SC_OK : SC_MALFORMED), "an id: %s: %s", cases[i].what,
           sc_status_name(st));
        if (!st) ok(sc_bytes_eq(id.id, token) && !id.key, "as it is, without a key");
    }
    memset(text, 'a', 10240);
    ok(sc_codec_open_id(&id, codec, sc_bytes(text, 128), &env, pool) == SC_OK,
       "128 characters are an id");
    ok(sc_codec_open_id(&id, codec, sc_bytes(text, 129), &env, pool) == SC_MALFORMED,
       "129 are none");
    ok(sc_codec_open_id(&id, codec, sc_bytes(text, 10240), &env, pool) == SC_TOO_LARGE,
       "10 KB are too large");
    ok(sc_codec_open_id(&id, codec, sc_bytes("abcdefgh\0i", 10), &env, pool) ==
           SC_MALFORMED,
       "nor with NUL");
    ok(sc_codec_open(&session, codec, sc_bytes_str(UUID), &env, pool) == SC_UNSUPPORTED,
       "a token is not a session");
}

/* By itsdangerous 2.1.2: Signer("secret-of-flask-session", salt="flask-session",
 * key_derivation="hmac").sign(UUID). */
#define SECRET "text:secret-of-flask-session"
#define SIGNED UUID ".NMFlVnH-RYdbQWyiMQByxVB4CH8"

static void test_signed_ids(void)
{
    const sc_codec_t *codec = codec_of("flask-session", SECRET, "lookup=redis:");
    const sc_codec_t *other = codec_of("flask-session", SECRET "s", "lookup=redis:");
    sc_bytes_t token = sc_bytes_str(SIGNED);
    sc_id_t id;

    ok(!sc_codec_open_id(&id, codec, token, &env, pool) &&
           sc_bytes_eq(id.id, sc_bytes_str(UUID)) && !strcmp(id.key->id, "main"),
       "a signed id of the real Flask-Session");
    ok(sc_codec_open_id(&id, other, token, &env, pool) == SC_BAD_SIGNATURE,
       "not under another secret");
    ok(sc_codec_open_id(&id, codec, sc_bytes_str(UUID), &env, pool) == SC_MALFORMED,
       "nor without a signature");
    ok(sc_codec_open_id(&id, codec, sc_bytes(SIGNED, strlen(SIGNED) - 2), &env, pool) ==
           SC_BAD_SIGNATURE,
       "nor with half of one");
}

/* --- both --- */

static sc_status_t open_stored(const sc_session_t **session, const sc_codec_t *codec,
                               sc_bytes_t stored, apr_time_t end)
{
    sc_id_t id;
    sc_status_t st = sc_codec_open_id(&id, codec, sc_bytes_str(UUID), &env, pool);

    return st ? st : sc_codec_open_stored(session, codec, &id, stored, end, &env, pool);
}

static void test_ends(void)
{
    const sc_codec_t *codec = codec_of("flask-session", NULL, "lookup=redis:");
    sc_bytes_t stored = sc_bytes_str("{\"_user_id\":\"7\"}");
    sc_bytes_t large = sc_bytes_join((sc_bytes_t[]){stored, sc_bytes("", 0)}, 2, pool);
    const sc_session_t *s;

    ok(!open_stored(&s, codec, stored, SC_NEVER) && s->expires == SC_NEVER &&
           s->issued == SC_NEVER && !s->key && sc_bytes_eq(s->id, sc_bytes_str(UUID)),
       "a session without an end");
    ok(!open_stored(&s, codec, stored, NOW + 1) && s->expires == NOW + 1,
       "the end that the store says");
    ok(open_stored(&s, codec, stored, NOW) == SC_EXPIRED, "when it is over");
    large.n = sc_codec_stored_max(codec) + 1;
    ok(open_stored(&s, codec, large, SC_NEVER) == SC_TOO_LARGE, "more than is read");
    ok(open_stored(&s, codec, sc_bytes("", 0), SC_NEVER) == SC_MALFORMED, "nothing");
}

/* What is stored is a token; it says when it was saved. */
static void test_tokens(void)
{
    const sc_codec_t *codec = codec_of("django", SECRET, "lookup=dbd:s salt=x");
    const sc_codec_t *aged = codec_of("django", SECRET, "max-age=1h lookup=dbd:s salt=x");
    const sc_codec_t *sealer = codec_of("django", SECRET, "salt=x");
    const sc_env_t before = {.now = NOW - apr_time_from_sec(40 * 86400),
                             .random = sc_crypto_random};
    const sc_session_t *s;
    sc_doc_t *doc;
    sc_bytes_t stored, again;

    if (sc_doc_parse(&doc, sc_bytes_str("{\"_auth_user_id\":\"7\"}"), 0, &LIMITS, pool) ||
        sc_codec_seal(&stored, sealer, doc, NULL, &before, pool))
        abort();
    ok(!open_stored(&s, codec, stored, SC_NEVER) && s->issued == SC_NEVER &&
           !strcmp(s->key->id, "main"),
       "a row of Django's that was saved long ago");
    ok(open_stored(&s, aged, stored, SC_NEVER) == SC_EXPIRED,
       "is too old where max-age says so, wherever it stands");
    ok(open_stored(&s, codec_of("django", SECRET "s", "lookup=dbd:s salt=x"), stored,
                   SC_NEVER) == SC_BAD_SIGNATURE,
       "and refused under another secret");
    ok(open_stored(&s, codec, sc_bytes_str("garbage"), SC_NEVER) == SC_MALFORMED,
       "and so is garbage");
    ok(sc_codec_seal(&again, codec, doc, NULL, &env, pool) == SC_UNSUPPORTED &&
           !codec->options.write,
       "it is not written");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    if (sc_crypto_init()) abort();
    test_stored();
    test_vectors();
    test_depth();
    test_ids();
    test_signed_ids();
    test_ends();
    test_tokens();
    apr_pool_destroy(pool);
    apr_terminate();
    return done();
}
