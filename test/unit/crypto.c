/* SPDX-License-Identifier: Apache-2.0 */
/* Digests and HMAC against RFC 1321, 2202, 4231 and FIPS 180; comparison; secrets'
 * memory. */
#include "tap.h"
#include "core/crypto/crypto.h"
#include "core/crypto/local.h"
#include "core/crypto/suite.h"
#include <apr_general.h>
#include <sodium.h>
#include <stdlib.h>

static apr_pool_t *pool;

static sc_bytes_t fill(int byte, apr_size_t n)
{
    unsigned char *to = apr_palloc(pool, n + 1);

    memset(to, byte, n);
    return sc_bytes(to, n);
}

static int is_hex(const unsigned char *got, apr_size_t n, const char *hex)
{
    char two[3];
    apr_size_t i;

    if (strlen(hex) != 2 * n) return 0;
    for (i = 0; i < n; i++) {
        snprintf(two, sizeof two, "%02x", got[i]);
        if (memcmp(two, hex + 2 * i, 2)) return 0;
    }
    return 1;
}

/* --- digests --- */

static void test_digest(void)
{
    static const struct {
        const char *name, *abc, *empty;
    } known[] = {
        {"md5", "900150983cd24fb0d6963f7d28e17f72", "d41d8cd98f00b204e9800998ecf8427e"},
        {"sha1", "a9993e364706816aba3e25717850c26c9cd0d89d",
         "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
        {"sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
         "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"sha384",
         "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
         "8086072ba1e7cc2358baeca134c825a7",
         "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
         "274edebfe76f65fbd51ad2f14898b95b"},
        {"sha512",
         "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
         "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
         "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
         "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"},
    };
    static const char *const not_names[] = {"",     "SHA1",    "sha",
                                            "sha2", "sha256 ", "sha-1"};
    sc_bytes_t parts[3] = {sc_bytes("a", 1), sc_bytes(NULL, 0), sc_bytes("bc", 2)};
    unsigned char out[SC_DIGEST_MAX];
    sc_digest_t digest;
    unsigned i;

    for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
        digest = (sc_digest_t)-1;
        ok(sc_digest_find(&digest, known[i].name) && digest == (sc_digest_t)i,
           "%s is found by name", known[i].name);
        ok(sc_digest(out, digest, parts, 3) == SC_OK &&
               is_hex(out, sc_digest_size(digest), known[i].abc),
           "%s of abc in parts", known[i].name);
        ok(sc_digest(out, digest, NULL, 0) == SC_OK &&
               is_hex(out, sc_digest_size(digest), known[i].empty),
           "%s of nothing", known[i].name);
    }
    for (i = 0; i < sizeof(not_names) / sizeof(*not_names); i++)
        ok(!sc_digest_find(&digest, not_names[i]), "\"%s\" is not a digest",
           not_names[i]);
}

/* --- HMAC --- */

static void mac_is(const char *name, sc_digest_t digest, sc_bytes_t key, sc_bytes_t text,
                   const char *hex)
{
    sc_hmac_t *hmac = sc_hmac_make(digest, key, pool);
    sc_bytes_t parts[3] = {sc_bytes(text.p, text.n / 2), sc_bytes(NULL, 0),
                           sc_bytes_from(text, text.n / 2)};
    unsigned char out[SC_DIGEST_MAX], again[SC_DIGEST_MAX];

    ok(hmac && sc_hmac(out, hmac, &text, 1) == SC_OK &&
           is_hex(out, sc_digest_size(digest), hex),
       "%s", name);
    ok(hmac && sc_hmac(again, hmac, parts, 3) == SC_OK &&
           !memcmp(out, again, sc_digest_size(digest)),
       "%s, in parts and a second time", name);
}

static void test_hmac(void)
{
    sc_bytes_t hi = sc_bytes_str("Hi There"), jefe = sc_bytes_str("Jefe");
    sc_bytes_t what = sc_bytes_str("what do ya want for nothing?");
    sc_bytes_t larger =
        sc_bytes_str("Test Using Larger Than Block-Size Key - Hash Key First");

    mac_is("HMAC-MD5 (RFC 2202 2, case 1)", SC_MD5, fill(0x0b, 16), hi,
           "9294727a3638bb1c13f48ef8158bfc9d");
    mac_is("HMAC-SHA1 (RFC 2202 3, case 1)", SC_SHA1, fill(0x0b, 20), hi,
           "b617318655057264e28bc0b6fb378c8ef146be00");
    mac_is("HMAC-SHA1 (RFC 2202 3, case 2)", SC_SHA1, jefe, what,
           "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    mac_is("HMAC-SHA1, a key longer than the block (RFC 2202 3, case 6)", SC_SHA1,
           fill(0xaa, 80), larger, "aa4ae5e15272d00e95705637ce8a3b55ed402112");
    mac_is("HMAC-SHA256 (RFC 4231 4.3)", SC_SHA256, jefe, what,
           "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    mac_is("HMAC-SHA384 (RFC 4231 4.3)", SC_SHA384, jefe, what,
           "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
           "8e2240ca5e69e2c78b3239ecfab21649");
    mac_is("HMAC-SHA512 (RFC 4231 4.3)", SC_SHA512, jefe, what,
           "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
           "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
    mac_is("HMAC-SHA256, a key longer than the block (RFC 4231 4.7)", SC_SHA256,
           fill(0xaa, 131), larger,
           "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    mac_is("HMAC-SHA512, a key longer than the block (RFC 4231 4.7)", SC_SHA512,
           fill(0xaa, 131), larger,
           "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
           "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598");
    mac_is("HMAC-SHA1 of nothing with no key", SC_SHA1, sc_bytes(NULL, 0),
           sc_bytes("", 0), "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d");
}

/* A key of a whole block is used as it is, one byte more is hashed first: the longer key
 * then gives what its digest gives. */
static void test_block(void)
{
    static const struct {
        sc_digest_t digest;
        apr_size_t block;
    } blocks[] = {
        {SC_MD5, 64}, {SC_SHA1, 64}, {SC_SHA256, 64}, {SC_SHA384, 128}, {SC_SHA512, 128}};
    unsigned char hash[SC_DIGEST_MAX], a[SC_DIGEST_MAX], b[SC_DIGEST_MAX];
    sc_bytes_t text = sc_bytes_str("text"), key;
    unsigned i;
    int longer;

    for (i = 0; i < 5; i++)
        for (longer = 0; longer < 2; longer++) {
            apr_size_t n = sc_digest_size(blocks[i].digest);
            int same;

            key = fill('k', blocks[i].block + (apr_size_t)longer);
            if (sc_digest(hash, blocks[i].digest, &key, 1) ||
                sc_hmac(a, sc_hmac_make(blocks[i].digest, key, pool), &text, 1) ||
                sc_hmac(b, sc_hmac_make(blocks[i].digest, sc_bytes(hash, n), pool), &text,
                        1)) {
                ok(0, "digest %u is there", i);
                continue;
            }
            same = !memcmp(a, b, n);
            ok(same == longer, "digest %u: a key of %d bytes is %s", i, (int)key.n,
               longer ? "hashed first" : "used as it is");
        }
}

static void test_check(void)
{
    sc_hmac_t *hmac = sc_hmac_make(SC_SHA1, sc_bytes_str("key"), pool);
    sc_bytes_t text = sc_bytes_str("text");
    unsigned char mac[SC_DIGEST_MAX + 1] = {0};
    unsigned i, passed = 0;

    if (!ok(hmac && sc_hmac(mac, hmac, &text, 1) == SC_OK, "a MAC is made")) return;
    ok(sc_hmac_check(hmac, &text, 1, sc_bytes(mac, 20)) == SC_OK, "and is right");
    for (i = 0; i < 160; i++) {
        mac[i / 8] ^= (unsigned char)(1 << i % 8);
        passed += sc_hmac_check(hmac, &text, 1, sc_bytes(mac, 20)) != SC_BAD_SIGNATURE;
        mac[i / 8] ^= (unsigned char)(1 << i % 8);
    }
    ok(passed == 0, "no flipped bit is");
    for (i = 0; i < 20; i++)
        passed += sc_hmac_check(hmac, &text, 1, sc_bytes(mac, i)) != SC_BAD_SIGNATURE;
    ok(passed == 0, "no shorter MAC is, an empty one neither");
    ok(sc_hmac_check(hmac, &text, 1, sc_bytes(mac, 21)) == SC_BAD_SIGNATURE,
       "nor is one with a byte more");
}

/* --- comparison and memory --- */

static void test_equal(void)
{
    ok(sc_equal(sc_bytes("abc", 3), sc_bytes("abc", 3)), "equal bytes are equal");
    ok(sc_equal(sc_bytes(NULL, 0), sc_bytes("x", 0)), "nothing equals nothing");
    ok(sc_equal(sc_bytes("a\0b", 3), sc_bytes("a\0b", 3)), "NUL is a byte");
    ok(!sc_equal(sc_bytes("a\0b", 3), sc_bytes("a\0c", 3)), "and does not end them");
    ok(!sc_equal(sc_bytes("abc", 3), sc_bytes("abd", 3)), "other bytes are not equal");
    ok(!sc_equal(sc_bytes("abc", 3), sc_bytes("abc", 2)), "nor is a part");
    ok(!sc_equal(sc_bytes("", 0), sc_bytes("a", 1)), "nor is nothing");
}

static apr_status_t count_zeroes(void *data)
{
    sc_bytes_t *b = data;
    apr_size_t i, zeroes = 0;

    for (i = 0; i < b->n; i++)
        zeroes += b->p[i] == 0;
    b->n = zeroes;
    return APR_SUCCESS;
}

static void test_secret(void)
{
    apr_pool_t *p;
    sc_bytes_t copy, seen;
    unsigned char random[2][32] = {{0}};

    apr_pool_create(&p, pool);
    /* Cleanups run last in, first out: this one looks after the secret's has wiped. */
    apr_pool_cleanup_register(p, &seen, count_zeroes, apr_pool_cleanup_null);
    copy = sc_secret_dup(sc_bytes("0123456789", 10), p);
    ok(copy.n == 10 && !memcmp(copy.p, "0123456789", 11), "a secret's copy ends in NUL");
    seen = copy;
    apr_pool_destroy(p);
    ok(seen.n == 10, "and is wiped with its pool");
    ok(sc_secret_dup(sc_bytes(NULL, 0), pool).n == 0, "an empty secret can be copied");
    ok(sc_crypto_random(NULL, random[0], 32) == 0 &&
           sc_crypto_random(NULL, random[1], 32) == 0 && memcmp(random[0], random[1], 32),
       "two random values differ");
}

/* --- the algorithms of a version --- */

static void test_suite_mac(void)
{
    const sc_bytes_t text = fill('t', 200), parts[17] = {text, text};
    unsigned char got[SC_SUITE_MAC_MAX], want[SC_DIGEST_MAX];
    static const apr_size_t sizes[] = {0, 1, 127, 128, 129, 300};

    for (unsigned i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        const sc_bytes_t key = fill('k', sizes[i]);
        const sc_hmac_t *hmac = sc_hmac_make(SC_SHA384, key, pool);

        ok(hmac && !sc_hmac(want, hmac, parts, 2) &&
               !sc_suite_mac(got, 48, 3, key, parts, 2) && !memcmp(got, want, 48),
           "v3: a MAC under a key of %d bytes is an HMAC", (int)sizes[i]);
    }
    ok(!sc_suite_mac(got, 48, 1, text, NULL, 0), "it may be over nothing");
    ok(sc_suite_mac(got, 49, 1, text, parts, 1) == SC_ERROR &&
           sc_suite_mac(got, 65, 4, text, parts, 1) == SC_ERROR &&
           sc_suite_hash(got, 49, 3, parts, 1) == SC_ERROR,
       "no MAC and no hash is longer than its algorithm's");
    ok(sc_suite_mac(got, 32, 3, text, parts, 17) == SC_ERROR, "17 parts are too many");
    ok(sc_suite_mac(got, 32, 4, sc_bytes(NULL, 0), parts, 1) == SC_ERROR &&
           sc_suite_mac(got, 32, 4, fill('k', 65), parts, 1) == SC_ERROR,
       "BLAKE2b's key has 1 to 64 bytes");
    ok(!sc_suite_xor(got, 3, got, got, sc_bytes("", 0)),
       "nothing is encrypted to nothing");
}

static void test_suite_password(void)
{
    const sc_bytes_t salt = fill('s', crypto_pwhash_SALTBYTES);
    unsigned char out[SC_SUITE_KEY];

    ok(sc_suite_pbkdf2(out, salt, salt, 0) == SC_ERROR &&
           sc_suite_pbkdf2(out, salt, salt, 1u << 31) == SC_ERROR,
       "PBKDF2 has 1 to 2^31 - 1 iterations");
    ok(sc_suite_argon2id(out, salt, fill('s', 8), 8192, 1) == SC_ERROR,
       "Argon2id's salt has 16 bytes");
}

static void test_local(void)
{
    ok(!sc_local_make(0, fill('k', 32), pool) && !sc_local_make(5, fill('k', 32), pool),
       "there are versions 1 to 4");
    ok(!sc_local_make(2, fill('k', 31), pool) && !sc_local_make(4, fill('k', 65), pool) &&
           !sc_local_make(4, fill('k', 0), pool) && !sc_local_make(1, fill('k', 0), pool),
       "a secret has a length that its version takes");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    ok(sc_crypto_init() == NULL, "the libraries start");
    ok(sc_crypto_init() == NULL, "twice does no harm");
    test_digest();
    test_hmac();
    test_block();
    test_check();
    test_equal();
    test_secret();
    test_suite_mac();
    test_suite_password();
    test_local();
    apr_pool_destroy(pool);
    apr_terminate();
    return done();
}
