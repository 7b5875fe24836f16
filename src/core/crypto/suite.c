/* SPDX-License-Identifier: Apache-2.0 */
/* The building blocks of PASETO and PASERK by version, with the same functions for
 * NIST's algorithms (1, 3) and the others (2, 4), so that what is built of them (PIE,
 * password wrapping, sealing) is written once. */
#include "core/crypto/suite.h"
#include "core/crypto/crypto.h"
#include <limits.h>
#include <openssl/evp.h>
#include <sodium.h>

#define BLOCK     128 /* SHA-384's */
#define PARTS_MAX 16

/* Versions 1 and 3 use the algorithms that NIST standardised. */
static bool is_nist(int version)
{
    return version == 1 || version == 3;
}

apr_size_t sc_suite_mac_size(int version)
{
    return is_nist(version) ? 48 : 32;
}

apr_size_t sc_suite_nonce_size(int version)
{
    return is_nist(version) ? 16 : 24;
}

/* A digest over one block and the parts. */
static sc_status_t keyed_digest(unsigned char *out, const unsigned char *block,
                                const sc_bytes_t *parts, int n)
{
    sc_bytes_t all[PARTS_MAX + 1];

    all[0] = sc_bytes(block, BLOCK);
    if (n) memcpy(all + 1, parts, (size_t)n * sizeof *parts);
    return sc_digest(out, SC_SHA384, all, n + 1);
}

/* HMAC-SHA384 under a key that is used once: no prepared state, nothing allocated. */
static sc_status_t hmac384(unsigned char *out, sc_bytes_t key, const sc_bytes_t *parts,
                           int n)
{
    unsigned char pad[BLOCK] = {0}, inner[48];
    sc_bytes_t hashed = sc_bytes(inner, sizeof inner);
    sc_status_t st = SC_OK;
    int i;

    if (key.n > BLOCK)
        st = sc_digest(pad, SC_SHA384, &key, 1);
    else if (key.n)
        memcpy(pad, key.p, key.n);
    for (i = 0; i < BLOCK; i++)
        pad[i] ^= 0x36;
    if (!st) st = keyed_digest(inner, pad, parts, n);
    for (i = 0; i < BLOCK; i++)
        pad[i] ^= 0x36 ^ 0x5c;
    if (!st) st = keyed_digest(out, pad, &hashed, 1);
    sc_wipe(pad, sizeof pad);
    sc_wipe(inner, sizeof inner);
    return st;
}

static sc_status_t blake2b(unsigned char *out, apr_size_t size, sc_bytes_t key,
                           const sc_bytes_t *parts, int n)
{
    crypto_generichash_state state;
    int rv = crypto_generichash_init(&state, key.n ? key.p : NULL, key.n, size);

    for (int i = 0; !rv && i < n; i++)
        rv = crypto_generichash_update(&state, parts[i].p, parts[i].n);
    if (!rv) rv = crypto_generichash_final(&state, out, size);
    if (key.n) sc_wipe(&state, sizeof state);
    return rv ? SC_ERROR : SC_OK;
}

sc_status_t sc_suite_mac(unsigned char *out, apr_size_t size, int version, sc_bytes_t key,
                         const sc_bytes_t *parts, int n)
{
    unsigned char mac[SC_DIGEST_MAX];
    sc_status_t st;

    if (n > PARTS_MAX || size > SC_SUITE_MAC_MAX) return SC_ERROR;
    if (!is_nist(version)) return key.n ? blake2b(out, size, key, parts, n) : SC_ERROR;
    if (size > 48) return SC_ERROR;
    st = hmac384(mac, key, parts, n);
    if (!st) memcpy(out, mac, size);
    sc_wipe(mac, sizeof mac);
    return st;
}

sc_status_t sc_suite_hash(unsigned char *out, apr_size_t size, int version,
                          const sc_bytes_t *parts, int n)
{
    unsigned char hash[SC_DIGEST_MAX];
    sc_status_t st;

    if (!is_nist(version)) return blake2b(out, size, sc_bytes(NULL, 0), parts, n);
    if (size > 48) return SC_ERROR;
    st = sc_digest(hash, SC_SHA384, parts, n);
    if (!st) memcpy(out, hash, size);
    sc_wipe(hash, sizeof hash);
    return st;
}

static sc_status_t aes_ctr(unsigned char *out, const unsigned char *key,
                           const unsigned char *nonce, sc_bytes_t in)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    bool good;
    int size;

    good = ctx && in.n <= INT_MAX &&
           EVP_EncryptInit_ex2(ctx, EVP_aes_256_ctr(), key, nonce, NULL) == 1 &&
           EVP_EncryptUpdate(ctx, out, &size, in.p, (int)in.n) == 1;
    EVP_CIPHER_CTX_free(ctx);
    return good ? SC_OK : SC_ERROR;
}

sc_status_t sc_suite_xor(unsigned char *out, int version, const unsigned char *key,
                         const unsigned char *nonce, sc_bytes_t in)
{
    if (in.n == 0) return SC_OK;
    if (is_nist(version)) return aes_ctr(out, key, nonce, in);
    return crypto_stream_xchacha20_xor(out, in.p, in.n, nonce, key) ? SC_ERROR : SC_OK;
}

sc_status_t sc_suite_pbkdf2(unsigned char *out, sc_bytes_t password, sc_bytes_t salt,
                            unsigned iterations)
{
    if (iterations == 0 || iterations > INT_MAX || password.n > INT_MAX) return SC_ERROR;
    return PKCS5_PBKDF2_HMAC((const char *)password.p, (int)password.n, salt.p,
                             (int)salt.n, (int)iterations, EVP_sha384(), SC_SUITE_KEY,
                             out) == 1
               ? SC_OK
               : SC_ERROR;
}

sc_status_t sc_suite_argon2id(unsigned char *out, sc_bytes_t password, sc_bytes_t salt,
                              apr_uint64_t memory, unsigned passes)
{
    if (salt.n != crypto_pwhash_SALTBYTES) return SC_ERROR;
    return crypto_pwhash(out, SC_SUITE_KEY, (const char *)password.p, password.n, salt.p,
                         passes, (size_t)memory, crypto_pwhash_ALG_ARGON2ID13)
               ? SC_ERROR
               : SC_OK;
}
