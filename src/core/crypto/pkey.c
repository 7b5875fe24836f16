/* SPDX-License-Identifier: Apache-2.0 */
/* Asymmetric keys in memory: made from and written to PASERK's encodings, generated,
 * reduced to their public half. Refused: RSA without e=65537 or with other than 2048 bits
 * (PASETO v1 signs with it) or 4096 (PASERK k1.seal); an Ed25519 secret key whose second
 * half is not its public key; trailing bytes. */
#include "core/crypto/pkey.h"
#include "core/crypto/crypto.h"
#include "core/crypto/p384.h"
#include "core/crypto/pkey_private.h"
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sodium.h>

static apr_status_t free_evp(void *data)
{
    EVP_PKEY_free(data);
    return APR_SUCCESS;
}

static apr_status_t free_ctx(void *data)
{
    EVP_PKEY_CTX_free(data);
    return APR_SUCCESS;
}

/* A context that checks signatures, with everything set that does not depend on the
 * token. */
static EVP_PKEY_CTX *make_verifier(EVP_PKEY *evp, sc_alg_t alg)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, evp, NULL);

    if (ctx && EVP_PKEY_verify_init(ctx) == 1 &&
        EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha384()) == 1 &&
        (alg != SC_ALG_RSA ||
         (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
          EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha384()) == 1 &&
          EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, 48) == 1)))
        return ctx;
    EVP_PKEY_CTX_free(ctx);
    return NULL;
}

static bool rsa_fits(const EVP_PKEY *evp)
{
    BIGNUM *e = NULL;
    int bits = EVP_PKEY_get_bits(evp);
    bool good;

    good = (bits == 2048 || bits == 4096) &&
           EVP_PKEY_get_bn_param(evp, OSSL_PKEY_PARAM_RSA_E, &e) == 1 &&
           BN_is_word(e, 65537);
    BN_free(e);
    return good;
}

/* The compressed form of the public key, whatever form OpenSSL holds it in. */
static bool compress_point(unsigned char *to, const EVP_PKEY *evp)
{
    unsigned char point[97];
    size_t size = 0;

    if (EVP_PKEY_get_octet_string_param(evp, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point,
                                        &size) != 1)
        return false;
    if (size == sizeof point) point[0] = (unsigned char)(0x02 | (point[96] & 1));
    memcpy(to, point, SC_P384_POINT);
    return size == sizeof point || size == SC_P384_POINT;
}

sc_pkey_t *sc_pkey_from_evp(EVP_PKEY *evp, sc_alg_t alg, bool secret, apr_pool_t *p)
{
    sc_pkey_t *pkey = apr_pcalloc(p, sizeof *pkey);

    if (evp) apr_pool_cleanup_register(p, evp, free_evp, apr_pool_cleanup_null);
    pkey->alg = alg;
    pkey->secret = secret;
    pkey->evp = evp;
    if (evp && (alg != SC_ALG_RSA || rsa_fits(evp)) &&
        (alg != SC_ALG_P384 || compress_point(pkey->point, evp)))
        pkey->verifier = make_verifier(evp, alg);
    ERR_clear_error();
    if (!pkey->verifier) return NULL;
    apr_pool_cleanup_register(p, pkey->verifier, free_ctx, apr_pool_cleanup_null);
    return pkey;
}

sc_pkey_t *sc_pkey_from_seed(const unsigned char *seed, apr_pool_t *p)
{
    sc_pkey_t *pkey = apr_pcalloc(p, sizeof *pkey);
    unsigned char pub[crypto_sign_PUBLICKEYBYTES];

    pkey->alg = SC_ALG_ED25519;
    pkey->secret = true;
    pkey->ed = sc_secret_alloc(crypto_sign_SECRETKEYBYTES, p);
    return crypto_sign_seed_keypair(pub, pkey->ed, seed) ? NULL : pkey;
}

sc_pkey_t *sc_pkey_from_ed25519(const unsigned char *pub, apr_pool_t *p)
{
    sc_pkey_t *pkey = apr_pcalloc(p, sizeof *pkey);

    pkey->alg = SC_ALG_ED25519;
    pkey->ed = apr_pcalloc(p, crypto_sign_SECRETKEYBYTES);
    memcpy(pkey->ed + crypto_sign_SEEDBYTES, pub, crypto_sign_PUBLICKEYBYTES);
    return pkey;
}

static sc_pkey_t *import_ed25519(bool secret, sc_bytes_t data, apr_pool_t *p)
{
    sc_pkey_t *pkey;

    if (!secret) return data.n == 32 ? sc_pkey_from_ed25519(data.p, p) : NULL;
    if (data.n != 64) return NULL;
    pkey = sc_pkey_from_seed(data.p, p);
    return pkey && sc_equal(sc_bytes(pkey->ed, 64), data) ? pkey : NULL;
}

static sc_pkey_t *import_p384(bool secret, sc_bytes_t data, apr_pool_t *p)
{
    if (data.n != (secret ? SC_P384_SCALAR : SC_P384_POINT)) return NULL;
    return sc_pkey_from_evp(secret ? sc_p384_secret(data.p) : sc_p384_public(data.p),
                            SC_ALG_P384, secret, p);
}

static sc_pkey_t *import_rsa(bool secret, sc_bytes_t data, apr_pool_t *p)
{
    const unsigned char *at = data.p;
    EVP_PKEY *evp;

    if (data.n == 0 || data.n > 8192) return NULL;
    evp = secret ? d2i_PrivateKey(EVP_PKEY_RSA, NULL, &at, (long)data.n)
                 : d2i_PUBKEY(NULL, &at, (long)data.n);
    if (evp && (at != data.p + data.n || !EVP_PKEY_is_a(evp, "RSA"))) {
        EVP_PKEY_free(evp);
        evp = NULL;
    }
    return sc_pkey_from_evp(evp, SC_ALG_RSA, secret, p);
}

sc_pkey_t *sc_pkey_import(sc_alg_t alg, bool secret, sc_bytes_t data, apr_pool_t *p)
{
    sc_pkey_t *pkey;

    if (alg == SC_ALG_RSA)
        pkey = import_rsa(secret, data, p);
    else if (alg == SC_ALG_ED25519)
        pkey = import_ed25519(secret, data, p);
    else
        pkey = import_p384(secret, data, p);
    ERR_clear_error();
    return pkey;
}

static sc_bytes_t export_rsa(const sc_pkey_t *pkey, bool secret, apr_pool_t *p)
{
    unsigned char *der = NULL;
    int size = secret ? i2d_PrivateKey(pkey->evp, &der) : i2d_PUBKEY(pkey->evp, &der);
    sc_bytes_t data = sc_bytes(NULL, 0);

    ERR_clear_error();
    if (size <= 0) return data;
    data = secret ? sc_secret_dup(sc_bytes(der, (apr_size_t)size), p)
                  : sc_bytes_dup(sc_bytes(der, (apr_size_t)size), p);
    OPENSSL_clear_free(der, (size_t)size);
    return data;
}

static sc_bytes_t export_scalar(const sc_pkey_t *pkey, apr_pool_t *p)
{
    unsigned char *scalar = sc_secret_alloc(SC_P384_SCALAR, p);
    BIGNUM *k = NULL;
    bool good = EVP_PKEY_get_bn_param(pkey->evp, OSSL_PKEY_PARAM_PRIV_KEY, &k) == 1 &&
                BN_bn2binpad(k, scalar, SC_P384_SCALAR) == SC_P384_SCALAR;

    BN_clear_free(k);
    ERR_clear_error();
    return good ? sc_bytes(scalar, SC_P384_SCALAR) : sc_bytes(NULL, 0);
}

sc_bytes_t sc_pkey_export(const sc_pkey_t *pkey, bool secret, apr_pool_t *p)
{
    if (secret && !pkey->secret) return sc_bytes(NULL, 0);
    if (pkey->alg == SC_ALG_RSA) return export_rsa(pkey, secret, p);
    if (pkey->alg == SC_ALG_ED25519)
        return secret ? sc_bytes(pkey->ed, 64) : sc_bytes(pkey->ed + 32, 32);
    return secret ? export_scalar(pkey, p) : sc_pkey_point(pkey);
}

static sc_pkey_t *generate_p384(const sc_env_t *env, apr_pool_t *p)
{
    unsigned char scalar[SC_P384_SCALAR];
    EVP_PKEY *evp = NULL;
    int tries;

    /* About one number in 2^194 is not a scalar: the second try is for tests, whose
     * "random" bytes may be all ones. */
    for (tries = 0; !evp && tries < 2; tries++) {
        if (env->random(env->baton, scalar, sizeof scalar)) return NULL;
        evp = sc_p384_secret(scalar);
    }
    sc_wipe(scalar, sizeof scalar);
    return sc_pkey_from_evp(evp, SC_ALG_P384, true, p);
}

sc_pkey_t *sc_pkey_generate(sc_alg_t alg, const sc_env_t *env, apr_pool_t *p)
{
    unsigned char seed[32];
    sc_pkey_t *pkey;

    if (alg == SC_ALG_RSA) return sc_pkey_from_evp(EVP_RSA_gen(2048), alg, true, p);
    if (alg == SC_ALG_P384) return generate_p384(env, p);
    if (env->random(env->baton, seed, sizeof seed)) return NULL;
    pkey = sc_pkey_from_seed(seed, p);
    sc_wipe(seed, sizeof seed);
    return pkey;
}

sc_pkey_t *sc_pkey_public(const sc_pkey_t *pkey, apr_pool_t *p)
{
    sc_bytes_t data = sc_pkey_export(pkey, false, p);

    return data.p ? sc_pkey_import(pkey->alg, false, data, p) : NULL;
}

sc_alg_t sc_pkey_alg(const sc_pkey_t *pkey)
{
    return pkey->alg;
}

bool sc_pkey_is_secret(const sc_pkey_t *pkey)
{
    return pkey->secret;
}

int sc_pkey_bits(const sc_pkey_t *pkey)
{
    return pkey->alg == SC_ALG_RSA ? EVP_PKEY_get_bits(pkey->evp) : 0;
}

sc_bytes_t sc_pkey_point(const sc_pkey_t *pkey)
{
    return sc_bytes(pkey->point, SC_P384_POINT);
}
