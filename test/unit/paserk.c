/* SPDX-License-Identifier: Apache-2.0 */
/* PASERK: every version and wrapping there and back, and what is refused. The official
 * vectors are run by test/vectors/paseto.c. */
#include <unistd.h>
#include <apr_general.h>
#include <apr_strings.h>
#include <apr_time.h>
#include "core/base/base64.h"
#include "core/crypto/crypto.h"
#include "core/key/load.h"
#include "core/key/paserk.h"
#include "core/key/paserk_make.h"
#include "tap.h"

static sc_env_t env = {.random = sc_crypto_random};
static const sc_bytes_t none = {NULL, 0};
static const sc_paserk_cost_t cheap = {1000, 8192, 1, 1};

/* Valgrind looks for an RSA key's primes for half a minute: there, the tests' own serves.
 */
static sc_key_t *known_rsa(apr_pool_t *p)
{
    sc_key_config_t config = {0};
    const char *warning;
    sc_key_t *key = NULL;

    config.source = "file:" SRCDIR "/test/unit/keys/rsa.pem";
    if (sc_key_load(&key, &warning, &config, p)) ok(0, "the known RSA key is read");
    return key;
}

static sc_key_t *new_key(int version, const char *purpose, apr_pool_t *p)
{
    sc_key_t *key = NULL;

    if (version == 1 && *purpose == 's' && tap_valgrind()) return known_rsa(p);
    if (sc_key_new(&key, version, purpose, &env, p))
        ok(0, "a key of v%d is made", version);
    return key;
}

static const char *open_text(sc_key_t **key, const char *text, const sc_key_t *unwrap,
                             sc_bytes_t password, apr_pool_t *p)
{
    *key = NULL;
    return sc_paserk_open(key, sc_bytes_str(text), unwrap, password, p);
}

static int same(const sc_key_t *a, const sc_key_t *b, apr_pool_t *p)
{
    return a && b && a->kind == b->kind && a->version == b->version &&
           strcmp(sc_paserk_write(a, p), sc_paserk_write(b, p)) == 0;
}

/* No text that differs from `text` in a bit, or is shorter, opens to a key. */
static int only_itself(const char *text, const sc_key_t *unwrap, sc_bytes_t password,
                       apr_size_t step, apr_pool_t *p)
{
    apr_size_t n = strlen(text), i, passed = 0;
    /* A changed bit of a P-384 point costs valgrind a second's arithmetic. */
    const apr_size_t stride = step * (tap_valgrind() ? 17 : 1);
    char *copy = apr_pstrdup(p, text);
    sc_key_t *key;

    for (i = 0; i < n; i += stride) {
        copy[i] ^= 1;
        passed += !sc_paserk_open(&key, sc_bytes(copy, n), unwrap, password, p);
        copy[i] ^= 1;
        passed += !sc_paserk_open(&key, sc_bytes(copy, i), unwrap, password, p);
    }
    return passed == 0;
}

static void plain(int version, const char *purpose, apr_pool_t *p)
{
    sc_key_t *key = new_key(version, purpose, p), *back, *pub = NULL;
    const char *text = sc_paserk_write(key, p);

    ok(!open_text(&back, text, NULL, none, p) && same(key, back, p),
       "k%d.%s: there and back", version, purpose);
    ok(open_text(&back, apr_pstrcat(p, text, "=", NULL), NULL, none, p) &&
           open_text(&back, apr_pstrcat(p, text, "A", NULL), NULL, none, p) &&
           open_text(&back, apr_pstrcat(p, text, "AAAA", NULL), NULL, none, p) &&
           open_text(&back, apr_pstrmemdup(p, text, strlen(text) - 4), NULL, none, p),
       "k%d.%s: longer or shorter is refused", version, purpose);
    ok(open_text(&back, apr_psprintf(p, "k%d%s", version == 1 ? 2 : 1, text + 2), NULL,
                 none, p) != NULL ||
           !same(key, back, p),
       "k%d.%s: under another version it is not the same key", version, purpose);
    if (key->kind == SC_KEY_LOCAL) {
        like(sc_key_public(&pub, key, p), "asymmetric", "k%d.local has no public half",
             version);
        return;
    }
    ok(!sc_key_public(&pub, key, p) && pub->kind == SC_KEY_PUBLIC &&
           strcmp(sc_paserk_id(key, SC_KEY_PUBLIC, p),
                  sc_paserk_id(pub, SC_KEY_PUBLIC, p)) == 0,
       "k%d.secret: its pid is its public half's", version);
    ok(!sc_paserk_id(pub, SC_KEY_SECRET, p) && !sc_paserk_id(pub, SC_KEY_LOCAL, p),
       "k%d.public has no sid and no lid", version);
}

static void pie(int version, const char *purpose, apr_pool_t *p)
{
    sc_key_t *key = new_key(version, purpose, p), *with = new_key(version, "local", p),
             *back;
    sc_key_t *other = new_key(version == 4 ? 2 : version + 1, "local", p);
    sc_key_t *wrong = new_key(version, "local", p);
    const char *text = NULL;

    ok(!sc_paserk_wrap_pie(&text, key, with, &env, p) &&
           !open_text(&back, text, with, none, p) && same(key, back, p),
       "k%d.%s-wrap.pie: there and back", version, purpose);
    like(open_text(&back, text, wrong, none, p), "does not open",
         "another key does not open it");
    like(open_text(&back, text, NULL, none, p),
         "unwrap=", "without a key it asks for one");
    other->secret = with->secret;
    like(open_text(&back, text, other, none, p),
         "unwrap=", "the same bytes as a key of another version do not open it");
    ok(only_itself(text, with, none, version == 1 ? 13 : 1, p),
       "no changed or cut text opens");
    like(sc_paserk_wrap_pie(&text, key, other, &env, p), "must be a k",
         "a key of another version does not wrap it");
}

static void pw(int version, const char *purpose, apr_pool_t *p)
{
    sc_key_t *key = new_key(version, purpose, p), *back;
    const char *text = NULL;

    ok(!sc_paserk_wrap_pw(&text, key, sc_bytes_str("sesame"), &cheap, &env, p) &&
           !open_text(&back, text, NULL, sc_bytes_str("sesame"), p) && same(key, back, p),
       "k%d.%s-pw: there and back", version, purpose);
    like(open_text(&back, text, NULL, sc_bytes_str("Sesame"), p), "does not open",
         "another password does not open it");
    like(open_text(&back, text, NULL, none, p), "password=SOURCE",
         "without a password it asks for one");
    like(sc_paserk_wrap_pw(&text, key, sc_bytes_str(""), &cheap, &env, p), "empty",
         "an empty password is refused");
}

/* A password-wrapped text that asks for these costs; the rest is zeros. */
static const char *asking(int version, apr_uint64_t memory, apr_uint64_t time,
                          apr_uint64_t lanes, apr_pool_t *p)
{
    unsigned char data[200] = {0};
    apr_size_t at = version % 2 ? 32 : 16;
    int i;

    for (i = 0; i < 8 && version % 2 == 0; i++)
        data[at + (apr_size_t)i] = (unsigned char)(memory >> (56 - 8 * i));
    if (version % 2 == 0) at += 8;
    for (i = 0; i < 4; i++)
        data[at + (apr_size_t)i] = (unsigned char)(time >> (24 - 8 * i));
    for (i = 0; i < 4 && version % 2 == 0; i++)
        data[at + 4 + (apr_size_t)i] = (unsigned char)(lanes >> (24 - 8 * i));
    return apr_psprintf(
        p, "k%d.local-pw.%s", version,
        (const char *)sc_base64url_encode(sc_bytes(data, sizeof data), p).p);
}

/* Whether a text that asks for these costs is refused with this word. */
static int answers(int version, apr_uint64_t memory, apr_uint64_t time,
                   apr_uint64_t lanes, const char *word, apr_pool_t *p)
{
    sc_key_t *key;

    return says(open_text(&key, asking(version, memory, time, lanes, p), NULL,
                          sc_bytes_str("sesame"), p),
                word);
}

static void costs(apr_pool_t *p)
{
    const sc_bytes_t password = sc_bytes_str("sesame");
    const unsigned most = SC_PW_ITERATIONS_MAX;
    sc_paserk_cost_t dear = {0};
    const char *text = NULL;
    int v;

    alarm(120); /* ends the test, should it do the work; that would take hours */
    for (v = 1; v <= 3; v += 2) {
        ok(answers(v, 0, 0xffffffff, 0, "more work", p) &&
               answers(v, 0, most + 1, 0, "more work", p),
           "k%d: more than 5,000,000 iterations are refused", v);
        ok(answers(v, 0, 0, 0, "invalid password parameters", p), "k%d: so are none", v);
    }
    for (v = 2; v <= 4; v += 2) {
        ok(answers(v, 1ull << 40, 1, 1, "more work", p) &&
               answers(v, ~0ull, 1, 1, "more work", p),
           "k%d: a terabyte of memory is refused", v);
        ok(answers(v, 65536, 0xffffffff, 1, "more work", p),
           "k%d: 2^32-1 passes are refused", v);
        ok(answers(v, 65536, 1, 2, "invalid password parameters", p) &&
               answers(v, 65536, 0, 1, "invalid password parameters", p) &&
               answers(v, 0, 1, 1, "invalid password parameters", p),
           "k%d: two lanes, no pass, no memory are refused", v);
    }
    ok(alarm(0) > 0, "all of that is refused before any work is done");
    dear.iterations = most + 1;
    ok(sc_paserk_wrap_pw(&text, new_key(3, "local", p), password, &dear, &env, p) != NULL,
       "what is not opened is not wrapped");
}

static void seal(int version, apr_pool_t *p)
{
    sc_key_t *key = new_key(version, "local", p), *to = new_key(version, "secret", p),
             *back;
    sc_key_t *other = new_key(version, "secret", p), *pub = NULL;
    const char *text = NULL;

    ok(!sc_key_public(&pub, to, p) && !sc_paserk_seal(&text, key, pub, &env, p) &&
           !open_text(&back, text, to, none, p) && same(key, back, p),
       "k%d.seal: there and back", version);
    like(open_text(&back, text, other, none, p), "does not open",
         "another key does not open it");
    like(open_text(&back, text, pub, none, p),
         "unwrap=", "the public key does not open it");
    like(open_text(&back, text, key, none, p), "unwrap=", "a local key does not either");
    ok(only_itself(text, to, none, 1, p), "no changed or cut text opens");
    like(sc_paserk_seal(&text, to, pub, &env, p), "only a local key",
         "a secret is not sealed");
}

static void refused(apr_pool_t *p)
{
    sc_key_t *rsa = new_key(1, "secret", p), *k1 = new_key(1, "local", p), *key = NULL;
    sc_key_t *ed2 = new_key(2, "secret", p), *k4 = new_key(4, "local", p);
    const char *text = NULL;
    sc_key_t raw = {0};

    like(sc_paserk_seal(&text, k1, rsa, &env, p), "4096",
         "k1.seal refuses RSA of 2048 bits");
    like(sc_paserk_seal(&text, k4, ed2, &env, p), "k4 public key",
         "k4.seal refuses a k2 key");
    ok(open_text(&key, "k/.local.AAAA", NULL, none, p) &&
           open_text(&key, "k:.local.AAAA", NULL, none, p) &&
           open_text(&key, "k0.local.AAAA", NULL, none, p) &&
           open_text(&key, "k5.local.AAAA", NULL, none, p) &&
           open_text(&key, "k44local.AAAA", NULL, none, p) &&
           open_text(&key, "K4.local.AAAA", NULL, none, p),
       "a version that is none is refused");
    ok(!sc_paserk_wrap_pie(&text, k1, k1, &env, p) &&
           open_text(&key, text, k4, none, p) && open_text(&key, text, ed2, none, p) &&
           open_text(&key, text, NULL, none, p),
       "a wrapped key does not open with a key of another version or kind");
    ok(sc_paserk_wrap_pie(&text, k4, ed2, &env, p) &&
           sc_paserk_wrap_pie(&text, k4, k1, &env, p),
       "nor is it wrapped under one");
    ok(sc_paserk_wrap_pw(&text, &raw, sc_bytes_str("x"), &cheap, &env, p) &&
           sc_paserk_seal(&text, ed2, ed2, &env, p) &&
           sc_paserk_seal(&text, k4, k4, &env, p) &&
           sc_paserk_seal(&text, k4, rsa, &env, p),
       "a secret without a version is not wrapped, a pair not sealed, nothing to a local "
       "key");
    raw.secret = sc_bytes("0123456789abcdef0123456789abcdef", 32);
    ok(!sc_paserk_write(&raw, p) && !sc_paserk_id(&raw, SC_KEY_LOCAL, p),
       "a secret without a version has no PASERK");
    ok(sc_paserk_wrap_pie(&text, &raw, k4, &env, p) != NULL, "nor is it wrapped");
    ok(says(sc_key_new(&key, 5, "local", &env, p), "1, 2, 3 or 4") &&
           says(sc_key_new(&key, 4, "public", &env, p), "local or secret"),
       "a key is local or secret, of version 1 to 4");
    ok(open_text(&key, "", NULL, none, p) && open_text(&key, "k4", NULL, none, p) &&
           open_text(&key, "k4.", NULL, none, p) &&
           open_text(&key, "k4.local", NULL, none, p) &&
           open_text(&key, "k4.local.", NULL, none, p) &&
           open_text(&key, "k4.local-wrap.aws-kms.AAAA", NULL, none, p),
       "what is not a PASERK, or is of an unknown wrapping, is refused");
    ok(open_text(&key, "k4.local-pw.AAAA", NULL, sc_bytes_str("x"), p) &&
           open_text(&key, "k4.local-wrap.pie.", k4, none, p) &&
           open_text(&key, "k2.seal.AAAA", ed2, none, p),
       "a wrapping too short for its own parts is refused");
}

static void numbers(apr_pool_t *p)
{
    unsigned char order[48] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                               0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                               0xff, 0xff, 0xff, 0xff, 0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37,
                               0x2d, 0xdf, 0x58, 0x1a, 0x0d, 0xb2, 0x48, 0xb0, 0xa7, 0x7a,
                               0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73};
    unsigned char zero[49] = {0}, ed[64] = {0};

    ok(!sc_pkey_import(SC_ALG_P384, 1, sc_bytes(zero, 48), p), "P-384: 0 is not a key");
    ok(!sc_pkey_import(SC_ALG_P384, 1, sc_bytes(order, 48), p),
       "P-384: the order is not a key");
    order[47]--;
    ok(sc_pkey_import(SC_ALG_P384, 1, sc_bytes(order, 48), p) != NULL,
       "P-384: one less is");
    ok(!sc_pkey_import(SC_ALG_P384, 0, sc_bytes(zero, 49), p),
       "P-384: infinity is not a key");
    zero[0] = 2;
    zero[48] = 1;
    ok(!sc_pkey_import(SC_ALG_P384, 0, sc_bytes(zero, 49), p),
       "P-384: x=1 is not on the curve");
    zero[48] = 2;
    ok(sc_pkey_import(SC_ALG_P384, 0, sc_bytes(zero, 49), p) != NULL, "P-384: x=2 is");
    zero[0] = 4;
    ok(!sc_pkey_import(SC_ALG_P384, 0, sc_bytes(zero, 49), p),
       "P-384: but not in that form");
    ok(!sc_pkey_import(SC_ALG_ED25519, 1, sc_bytes(ed, 64), p),
       "Ed25519: a secret whose public half is not its own is refused");
    ok(!sc_pkey_import(SC_ALG_ED25519, 1, sc_bytes(ed, 32), p),
       "Ed25519: a seed alone is refused");
}

int main(void)
{
    static const char *const purposes[] = {"local", "secret"};
    apr_pool_t *p;
    int version, i;

    apr_initialize();
    apr_pool_create(&p, NULL);
    if (sc_crypto_init()) return 1;
    for (version = 1; version <= 4; version++) {
        for (i = 0; i < 2; i++) {
            plain(version, purposes[i], p);
            pie(version, purposes[i], p);
            pw(version, purposes[i], p);
        }
        if (version > 1) seal(version, p);
    }
    costs(p);
    refused(p);
    numbers(p);
    apr_pool_destroy(p);
    return done();
}
