/* SPDX-License-Identifier: Apache-2.0 */
/* Digests, HMAC, randomness, comparison and wiping: the part of cryptography that every
 * format uses. OpenSSL makes the digests, libsodium does the rest. */
#include "core/crypto/crypto.h"
#include <openssl/err.h>
#include <openssl/evp.h>
#include <sodium.h>

static const struct {
    const char *name;
    unsigned size;
    unsigned block; /* what HMAC pads a key to */
} digests[] = {{"md5", 16, 64},
               {"sha1", 20, 64},
               {"sha256", 32, 64},
               {"sha384", 48, 128},
               {"sha512", 64, 128}};

#define BLOCK_MAX 128

_Static_assert(SC_HASH_KEY == crypto_shorthash_KEYBYTES, "libsodium's SipHash has 16");

struct sc_hmac_t {
    unsigned size;
    EVP_MD_CTX *inner;
    EVP_MD_CTX *outer;
};

sc_status_t sc_openssl_failed(void)
{
    ERR_clear_error();
    return SC_ERROR;
}

static const EVP_MD *evp_digest(sc_digest_t digest)
{
    switch (digest) {
    case SC_MD5:
        return EVP_md5();
    case SC_SHA1:
        return EVP_sha1();
    case SC_SHA256:
        return EVP_sha256();
    case SC_SHA384:
        return EVP_sha384();
    default:
        return EVP_sha512();
    }
}

apr_size_t sc_digest_size(sc_digest_t digest)
{
    return digests[digest].size;
}

bool sc_digest_find(sc_digest_t *digest, const char *name)
{
    unsigned i;

    for (i = 0; i < sizeof(digests) / sizeof(digests[0]); i++) {
        if (strcmp(name, digests[i].name)) continue;
        *digest = (sc_digest_t)i;
        return true;
    }
    return false;
}

const char *sc_crypto_init(void)
{
    return sodium_init() < 0 ? "libsodium could not be initialised" : NULL;
}

int sc_crypto_random(void *baton, unsigned char *to, apr_size_t n)
{
    (void)baton;
    randombytes_buf(to, n);
    return 0;
}

void sc_wipe(void *p, apr_size_t n)
{
    sodium_memzero(p, n);
}

static apr_status_t wipe_secret(void *data)
{
    sc_bytes_t *secret = data;

    sodium_memzero((void *)secret->p, secret->n);
    return APR_SUCCESS;
}

unsigned char *sc_secret_alloc(apr_size_t n, apr_pool_t *p)
{
    sc_bytes_t *secret = apr_palloc(p, sizeof(*secret));
    unsigned char *bytes = apr_pcalloc(p, n + 1);

    *secret = sc_bytes(bytes, n);
    apr_pool_cleanup_register(p, secret, wipe_secret, wipe_secret);
    return bytes;
}

sc_bytes_t sc_secret_dup(sc_bytes_t b, apr_pool_t *p)
{
    unsigned char *copy = sc_secret_alloc(b.n, p);

    if (b.n) memcpy(copy, b.p, b.n);
    return sc_bytes(copy, b.n);
}

bool sc_equal(sc_bytes_t a, sc_bytes_t b)
{
    return a.n == b.n && (a.n == 0 || sodium_memcmp(a.p, b.p, a.n) == 0);
}

static bool digest_parts(EVP_MD_CTX *ctx, const sc_bytes_t *parts, int n)
{
    int i;

    for (i = 0; i < n; i++)
        if (parts[i].n && !EVP_DigestUpdate(ctx, parts[i].p, parts[i].n)) return false;
    return true;
}

sc_status_t sc_digest(unsigned char *out, sc_digest_t digest, const sc_bytes_t *parts,
                      int n)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = ctx && EVP_DigestInit_ex(ctx, evp_digest(digest), NULL) &&
                digest_parts(ctx, parts, n) && EVP_DigestFinal_ex(ctx, out, NULL);

    EVP_MD_CTX_free(ctx);
    return good ? SC_OK : sc_openssl_failed();
}

static apr_status_t free_hmac(void *data)
{
    sc_hmac_t *hmac = data;

    EVP_MD_CTX_free(hmac->inner);
    EVP_MD_CTX_free(hmac->outer);
    return APR_SUCCESS;
}

/* A digest that has read the key, a block long, XORed with `pad` (RFC 2104 2). */
static EVP_MD_CTX *hmac_half(sc_digest_t digest, const unsigned char *key,
                             unsigned char pad)
{
    unsigned char block[BLOCK_MAX];
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    unsigned i;

    for (i = 0; i < digests[digest].block; i++)
        block[i] = key[i] ^ pad;
    if (ctx && (!EVP_DigestInit_ex(ctx, evp_digest(digest), NULL) ||
                !EVP_DigestUpdate(ctx, block, digests[digest].block))) {
        EVP_MD_CTX_free(ctx);
        ctx = NULL;
    }
    sc_wipe(block, sizeof(block));
    return ctx;
}

sc_hmac_t *sc_hmac_make(sc_digest_t digest, sc_bytes_t key, apr_pool_t *p)
{
    sc_hmac_t *hmac = apr_pcalloc(p, sizeof(*hmac));
    unsigned char block[BLOCK_MAX] = {0};

    hmac->size = digests[digest].size;
    apr_pool_cleanup_register(p, hmac, free_hmac, apr_pool_cleanup_null);
    /* A key longer than a block is hashed first; one of just a block is not. */
    if (key.n <= digests[digest].block) {
        if (key.n) memcpy(block, key.p, key.n);
    }
    else if (sc_digest(block, digest, &key, 1))
        return NULL;
    hmac->inner = hmac_half(digest, block, 0x36);
    hmac->outer = hmac_half(digest, block, 0x5c);
    sc_wipe(block, sizeof(block));
    if (hmac->inner && hmac->outer) return hmac;
    ERR_clear_error();
    return NULL;
}

sc_status_t sc_hmac(unsigned char *out, const sc_hmac_t *key, const sc_bytes_t *parts,
                    int n)
{
    unsigned char hash[SC_DIGEST_MAX];
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good =
        ctx && EVP_MD_CTX_copy_ex(ctx, key->inner) && digest_parts(ctx, parts, n) &&
        EVP_DigestFinal_ex(ctx, hash, NULL) && EVP_MD_CTX_copy_ex(ctx, key->outer) &&
        EVP_DigestUpdate(ctx, hash, key->size) && EVP_DigestFinal_ex(ctx, out, NULL);

    EVP_MD_CTX_free(ctx);
    return good ? SC_OK : sc_openssl_failed();
}

sc_status_t sc_hmac_check(const sc_hmac_t *key, const sc_bytes_t *parts, int n,
                          sc_bytes_t mac)
{
    unsigned char want[SC_DIGEST_MAX];
    sc_status_t st = sc_hmac(want, key, parts, n);

    if (st) return st;
    return sc_equal(sc_bytes(want, key->size), mac) ? SC_OK : SC_BAD_SIGNATURE;
}

uint64_t sc_hash(const unsigned char key[SC_HASH_KEY], sc_bytes_t bytes)
{
    unsigned char hash[crypto_shorthash_BYTES];
    uint64_t number;

    crypto_shorthash(hash, bytes.p, bytes.n, key);
    memcpy(&number, hash, sizeof(number));
    return number;
}
