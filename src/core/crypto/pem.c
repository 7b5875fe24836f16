/* SPDX-License-Identifier: Apache-2.0 */
/* PEM files: RSA, Ed25519 and P-384, private (also encrypted) or public. Certificates,
 * other algorithms and other curves are refused, and the message says what to give
 * instead. OpenSSL never asks for a password on the terminal: httpd has none. */
#include "core/crypto/pem.h"
#include "core/crypto/crypto.h"
#include "core/crypto/pkey_private.h"
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>
#include <stdbool.h>

typedef struct {
    sc_bytes_t password;
    bool asked;
} pem_password_t;

static int give_password(char *to, int size, int writing, void *data)
{
    pem_password_t *baton = data;

    baton->asked = true;
    if (writing || !baton->password.p || baton->password.n > (apr_size_t)size) return -1;
    if (baton->password.n) memcpy(to, baton->password.p, baton->password.n);
    return (int)baton->password.n;
}

static EVP_PKEY *read_evp(sc_bytes_t pem, bool secret, pem_password_t *baton)
{
    BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
    EVP_PKEY *evp = NULL;

    if (bio)
        evp = secret ? PEM_read_bio_PrivateKey(bio, NULL, give_password, baton)
                     : PEM_read_bio_PUBKEY(bio, NULL, give_password, baton);
    BIO_free(bio);
    ERR_clear_error();
    return evp;
}

static bool pem_has(sc_bytes_t pem, const char *word)
{
    return memmem(pem.p, pem.n, word, strlen(word)) != NULL;
}

/* Why a PEM gave no key. */
static const char *why_no_key(sc_bytes_t pem, const pem_password_t *baton)
{
    if (baton->asked && !baton->password.p)
        return "the PEM is encrypted: add password=SOURCE to the directive";
    if (baton->asked) return "the PEM does not open with the password= that was given";
    if (pem_has(pem, "-----BEGIN CERTIFICATE-----"))
        return "the PEM is a certificate: extract its public key "
               "(openssl x509 -pubkey -noout) and give that";
    return "the PEM cannot be read: give an RSA, Ed25519 or P-384 key in PKCS#8, "
           "PKCS#1, SEC1 or SubjectPublicKeyInfo form";
}

static sc_pkey_t *from_ed25519_evp(const EVP_PKEY *evp, bool secret, apr_pool_t *p)
{
    unsigned char raw[32];
    size_t size = sizeof raw;
    sc_pkey_t *pkey = NULL;

    if ((secret ? EVP_PKEY_get_raw_private_key(evp, raw, &size)
                : EVP_PKEY_get_raw_public_key(evp, raw, &size)) == 1 &&
        size == sizeof raw)
        pkey = secret ? sc_pkey_from_seed(raw, p) : sc_pkey_from_ed25519(raw, p);
    sc_wipe(raw, sizeof raw);
    return pkey;
}

static bool is_p384(const EVP_PKEY *evp)
{
    char group[64];
    size_t size;

    return EVP_PKEY_is_a(evp, "EC") &&
           EVP_PKEY_get_group_name(evp, group, sizeof group, &size) == 1 &&
           strcmp(group, SN_secp384r1) == 0;
}

/* A private key whose public half is somebody else's would sign what nobody can verify.
 */
static bool halves_match(EVP_PKEY *evp)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, evp, NULL);
    bool good = ctx && EVP_PKEY_pairwise_check(ctx) == 1;

    EVP_PKEY_CTX_free(ctx);
    ERR_clear_error();
    return good;
}

/* Makes the key of what OpenSSL read, which it takes over. */
static const char *adopt_evp(sc_pkey_t **pkey, EVP_PKEY *evp, bool secret, apr_pool_t *p)
{
    if (EVP_PKEY_is_a(evp, "ED25519")) {
        *pkey = from_ed25519_evp(evp, secret, p);
        EVP_PKEY_free(evp);
        return *pkey ? NULL
                     : "the Ed25519 key is not valid: make a new one "
                       "(openssl genpkey -algorithm ed25519)";
    }
    if (EVP_PKEY_is_a(evp, "RSA")) {
        *pkey = sc_pkey_from_evp(evp, SC_ALG_RSA, secret, p);
        return *pkey ? NULL
                     : "an RSA key must have 2048 bits (4096 to open PASERK k1.seal) "
                       "and the exponent 65537";
    }
    if (!is_p384(evp)) {
        EVP_PKEY_free(evp);
        return "the PEM is of an algorithm or curve that PASETO does not use: give an "
               "RSA (v1), Ed25519 (v2, v4) or P-384 (v3) key";
    }
    *pkey = sc_pkey_from_evp(evp, SC_ALG_P384, secret, p);
    return *pkey ? NULL
                 : "the P-384 key is not valid: make a new one "
                   "(openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384)";
}

const char *sc_pkey_read_pem(sc_pkey_t **pkey, sc_bytes_t pem, sc_bytes_t password,
                             apr_pool_t *p)
{
    pem_password_t baton = {password, false};
    sc_pkey_t *found = NULL;
    const char *err;
    EVP_PKEY *evp;
    bool secret = true;

    evp = read_evp(pem, true, &baton);
    if (!evp) {
        secret = false;
        evp = read_evp(pem, false, &baton);
    }
    if (!evp) return why_no_key(pem, &baton);
    if (secret && !halves_match(evp)) {
        EVP_PKEY_free(evp);
        return "the PEM's private key does not belong to the public key inside it";
    }
    err = adopt_evp(&found, evp, secret, p);
    ERR_clear_error();
    if (!err) *pkey = found;
    return err;
}
