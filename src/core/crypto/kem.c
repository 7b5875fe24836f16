/* SPDX-License-Identifier: Apache-2.0 */
/* Key encapsulation for PASERK seal: RSA-KEM with 4096 bits (k1), X25519 on the Ed25519
 * key (k2, k4), ECDH on P-384 (k3). A key of another size and bytes that are not a point
 * are refused. */
#include "core/crypto/kem.h"
#include "core/crypto/crypto.h"
#include "core/crypto/p384.h"
#include "core/crypto/pkey_private.h"
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <sodium.h>

#define RSA_SIZE 512

apr_size_t sc_kem_size(const sc_pkey_t *pkey)
{
    if (pkey->alg == SC_ALG_ED25519) return crypto_scalarmult_BYTES;
    if (pkey->alg == SC_ALG_P384) return SC_P384_POINT;
    return RSA_SIZE;
}

sc_status_t sc_kem_public(sc_bytes_t *bytes, const sc_pkey_t *pkey, apr_pool_t *p)
{
    unsigned char *x;

    if (pkey->alg == SC_ALG_P384) {
        *bytes = sc_pkey_point(pkey);
        return SC_OK;
    }
    x = apr_palloc(p, crypto_scalarmult_BYTES);
    if (crypto_sign_ed25519_pk_to_curve25519(x, pkey->ed + 32)) return SC_ERROR;
    *bytes = sc_bytes(x, crypto_scalarmult_BYTES);
    return SC_OK;
}

/* RSA without padding in either direction, on 512 bytes: RSA-KEM has none. */
static bool rsa_raw(unsigned char *to, const unsigned char *from, EVP_PKEY *evp,
                    bool secret)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, evp, NULL);
    size_t size = RSA_SIZE;
    bool good;

    good = ctx &&
           (secret ? EVP_PKEY_decrypt_init(ctx) : EVP_PKEY_encrypt_init(ctx)) == 1 &&
           EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) == 1 &&
           (secret ? EVP_PKEY_decrypt(ctx, to, &size, from, RSA_SIZE)
                   : EVP_PKEY_encrypt(ctx, to, &size, from, RSA_SIZE)) == 1 &&
           size == RSA_SIZE;
    EVP_PKEY_CTX_free(ctx);
    ERR_clear_error();
    return good;
}

static bool ecdh(unsigned char *shared, EVP_PKEY *own, EVP_PKEY *peer)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, own, NULL);
    size_t size = 48;
    bool good = ctx && EVP_PKEY_derive_init(ctx) == 1 &&
                EVP_PKEY_derive_set_peer(ctx, peer) == 1 &&
                EVP_PKEY_derive(ctx, shared, &size) == 1 && size == 48;

    EVP_PKEY_CTX_free(ctx);
    ERR_clear_error();
    return good;
}

static sc_status_t send_x25519(unsigned char *shared, unsigned char *sent,
                               const sc_pkey_t *to, const sc_env_t *env)
{
    unsigned char secret[crypto_scalarmult_SCALARBYTES], x[crypto_scalarmult_BYTES];
    bool good = env->random(env->baton, secret, sizeof secret) == 0 &&
                crypto_sign_ed25519_pk_to_curve25519(x, to->ed + 32) == 0 &&
                crypto_scalarmult_base(sent, secret) == 0 &&
                crypto_scalarmult(shared, secret, x) == 0;

    sc_wipe(secret, sizeof secret);
    return good ? SC_OK : SC_ERROR;
}

static sc_status_t send_p384(unsigned char *shared, unsigned char *sent,
                             const sc_pkey_t *to, const sc_env_t *env, apr_pool_t *p)
{
    sc_pkey_t *own = sc_pkey_generate(SC_ALG_P384, env, p);

    if (!own || !ecdh(shared, own->evp, to->evp)) return SC_ERROR;
    memcpy(sent, own->point, SC_P384_POINT);
    return SC_OK;
}

static sc_status_t send_rsa(unsigned char *shared, unsigned char *sent,
                            const sc_pkey_t *to, const sc_env_t *env)
{
    if (sc_pkey_bits(to) != 8 * RSA_SIZE) return SC_ERROR;
    if (env->random(env->baton, shared, RSA_SIZE)) return SC_ERROR;
    /* Below the modulus without a comparison: PASERK, PKE, version 1, step 1. */
    shared[0] = (unsigned char)((shared[0] & 0x7f) | 0x40);
    return rsa_raw(sent, shared, to->evp, false) ? SC_OK : SC_ERROR;
}

sc_status_t sc_kem_send(unsigned char *shared, apr_size_t *size, sc_bytes_t *sent,
                        const sc_pkey_t *to, const sc_env_t *env, apr_pool_t *p)
{
    unsigned char *out = apr_palloc(p, sc_kem_size(to));
    sc_status_t st;

    if (to->alg == SC_ALG_RSA)
        st = send_rsa(shared, out, to, env);
    else if (to->alg == SC_ALG_P384)
        st = send_p384(shared, out, to, env, p);
    else
        st = send_x25519(shared, out, to, env);
    if (st) return st;
    *size = to->alg == SC_ALG_RSA ? RSA_SIZE : to->alg == SC_ALG_P384 ? 48 : 32;
    *sent = sc_bytes(out, sc_kem_size(to));
    return SC_OK;
}

static bool receive_x25519(unsigned char *shared, const unsigned char *sent,
                           const sc_pkey_t *pkey)
{
    unsigned char secret[crypto_scalarmult_SCALARBYTES];
    bool good = crypto_sign_ed25519_sk_to_curve25519(secret, pkey->ed) == 0 &&
                crypto_scalarmult(shared, secret, sent) == 0;

    sc_wipe(secret, sizeof secret);
    return good;
}

static bool receive_p384(unsigned char *shared, const unsigned char *sent,
                         const sc_pkey_t *pkey)
{
    EVP_PKEY *peer = sc_p384_public(sent);
    bool good = peer && ecdh(shared, pkey->evp, peer);

    EVP_PKEY_free(peer);
    ERR_clear_error();
    return good;
}

sc_status_t sc_kem_receive(unsigned char *shared, apr_size_t *size, sc_bytes_t sent,
                           const sc_pkey_t *pkey)
{
    bool good;

    if (!pkey->secret || sent.n != sc_kem_size(pkey)) return SC_BAD_SIGNATURE;
    if (pkey->alg == SC_ALG_RSA)
        good = sc_pkey_bits(pkey) == 8 * RSA_SIZE &&
               rsa_raw(shared, sent.p, pkey->evp, true);
    else if (pkey->alg == SC_ALG_P384)
        good = receive_p384(shared, sent.p, pkey);
    else
        good = receive_x25519(shared, sent.p, pkey);
    if (!good) return SC_BAD_SIGNATURE;
    *size = pkey->alg == SC_ALG_RSA ? RSA_SIZE : pkey->alg == SC_ALG_P384 ? 48 : 32;
    return SC_OK;
}
