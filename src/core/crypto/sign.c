/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures of PASETO's public purpose. The message comes in parts, which RSA and ECDSA
 * hash as they are; Ed25519 needs them in one piece. A signature of the wrong length is
 * refused before any arithmetic. */
#include "core/crypto/sign.h"
#include "core/crypto/crypto.h"
#include "core/crypto/pkey_private.h"
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <sodium.h>

#define HASH    48
#define HALF    48  /* bytes of r and of s */
#define DER_MAX 112 /* of the two in ASN.1 */

apr_size_t sc_pkey_signature_size(const sc_pkey_t *pkey)
{
    if (pkey->alg == SC_ALG_ED25519) return crypto_sign_BYTES;
    if (pkey->alg == SC_ALG_P384) return 2 * HALF;
    return (apr_size_t)EVP_PKEY_get_size(pkey->evp);
}

/* r and s out of ASN.1, as 96 bytes. */
static bool rs_from_der(unsigned char *to, const unsigned char *der, size_t size)
{
    ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)size);
    bool good = sig && BN_bn2binpad(ECDSA_SIG_get0_r(sig), to, HALF) == HALF &&
                BN_bn2binpad(ECDSA_SIG_get0_s(sig), to + HALF, HALF) == HALF;

    ECDSA_SIG_free(sig);
    return good;
}

/* Writes 48 bytes as an INTEGER of ASN.1, unsigned; returns its end. */
static unsigned char *der_integer(unsigned char *to, const unsigned char *from)
{
    apr_size_t skip = 0, size;

    while (skip < HALF - 1 && from[skip] == 0)
        skip++;
    size = HALF - skip;
    *to++ = 0x02;
    *to++ = (unsigned char)(size + (from[skip] >> 7));
    if (from[skip] >> 7) *to++ = 0;
    memcpy(to, from + skip, size);
    return to + size;
}

/* r and s as ASN.1, the only form that EVP_PKEY_verify reads: at most 104 bytes. */
static size_t rs_to_der(unsigned char *der, const unsigned char *from)
{
    unsigned char *end = der_integer(der_integer(der + 2, from), from + HALF);

    der[0] = 0x30;
    der[1] = (unsigned char)(end - der - 2);
    return (size_t)(end - der);
}

static EVP_PKEY_CTX *make_signer(const sc_pkey_t *pkey)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey->evp, NULL);

    if (ctx && EVP_PKEY_sign_init(ctx) == 1 &&
        EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha384()) == 1 &&
        (pkey->alg != SC_ALG_RSA ||
         (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
          EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha384()) == 1 &&
          EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, HASH) == 1)))
        return ctx;
    EVP_PKEY_CTX_free(ctx);
    return NULL;
}

static sc_status_t sign_evp(sc_bytes_t *signature, const sc_pkey_t *pkey,
                            const unsigned char *hash, apr_pool_t *p)
{
    size_t size = (size_t)EVP_PKEY_get_size(pkey->evp);
    unsigned char *raw = apr_palloc(p, size), *sig = raw;
    EVP_PKEY_CTX *ctx = make_signer(pkey);
    bool good = ctx && EVP_PKEY_sign(ctx, raw, &size, hash, HASH) == 1;

    EVP_PKEY_CTX_free(ctx);
    if (good && pkey->alg == SC_ALG_P384) {
        sig = apr_palloc(p, 2 * HALF);
        good = rs_from_der(sig, raw, size);
        size = 2 * HALF;
    }
    if (!good) return sc_openssl_failed();
    *signature = sc_bytes(sig, size);
    return SC_OK;
}

sc_status_t sc_pkey_sign(sc_bytes_t *signature, const sc_pkey_t *pkey,
                         const sc_bytes_t *parts, int n, apr_pool_t *p)
{
    unsigned char hash[SC_DIGEST_MAX], *sig;
    sc_bytes_t message;

    if (!pkey->secret) return SC_UNSUPPORTED;
    if (pkey->alg != SC_ALG_ED25519) {
        sc_status_t st = sc_digest(hash, SC_SHA384, parts, n);

        return st ? st : sign_evp(signature, pkey, hash, p);
    }
    message = sc_bytes_join(parts, n, p);
    sig = apr_palloc(p, crypto_sign_BYTES);
    if (crypto_sign_detached(sig, NULL, message.p, message.n, pkey->ed)) return SC_ERROR;
    *signature = sc_bytes(sig, crypto_sign_BYTES);
    return SC_OK;
}

static sc_status_t verify_evp(const sc_pkey_t *pkey, const unsigned char *hash,
                              sc_bytes_t signature)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_dup(pkey->verifier);
    unsigned char der[DER_MAX];
    int good;

    if (!ctx) return sc_openssl_failed();
    if (pkey->alg == SC_ALG_P384) signature = sc_bytes(der, rs_to_der(der, signature.p));
    good = EVP_PKEY_verify(ctx, signature.p, signature.n, hash, HASH);
    EVP_PKEY_CTX_free(ctx);
    if (good == 1) return SC_OK;
    ERR_clear_error();
    return SC_BAD_SIGNATURE;
}

sc_status_t sc_pkey_verify(const sc_pkey_t *pkey, const sc_bytes_t *parts, int n,
                           sc_bytes_t signature, apr_pool_t *p)
{
    unsigned char hash[SC_DIGEST_MAX];
    sc_bytes_t message;
    sc_status_t st;

    if (signature.n != sc_pkey_signature_size(pkey)) return SC_BAD_SIGNATURE;
    if (pkey->alg == SC_ALG_ED25519) {
        message = sc_bytes_join(parts, n, p);
        return crypto_sign_verify_detached(signature.p, message.p, message.n,
                                           pkey->ed + 32)
                   ? SC_BAD_SIGNATURE
                   : SC_OK;
    }
    st = sc_digest(hash, SC_SHA384, parts, n);
    return st ? st : verify_evp(pkey, hash, signature);
}
