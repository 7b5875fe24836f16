/* SPDX-License-Identifier: Apache-2.0 */
/* Keys wrapped as PASERK: under a local key (PIE), under a password, sealed to a public
 * key. Refused: a key without a version, and a wrapping key of another version. */
#include "core/key/paserk_make.h"
#include "core/base/base64.h"
#include "core/crypto/crypto.h"
#include "core/key/paserk.h"
#include "core/key/paserk_pie.h"
#include "core/key/paserk_pke.h"
#include <apr_strings.h>
#include <stdint.h>

/* The bytes of a key that may be wrapped, local or secret, and what it is called. */
static const char *wrappable(sc_bytes_t *bytes, const char **name, const sc_key_t *key,
                             apr_pool_t *p)
{
    *name = key->kind == SC_KEY_LOCAL ? "local" : "secret";
    *bytes = sc_bytes(NULL, 0);
    if (key->kind == SC_KEY_LOCAL || key->kind == SC_KEY_SECRET)
        *bytes = sc_paserk_bytes(key, key->kind, p);
    return bytes->p
               ? NULL
               : "only a local or secret key of a known version can be wrapped: give "
                 "it as PASERK (k4.local.…)";
}

const char *sc_paserk_wrap_pie(const char **text, const sc_key_t *key,
                               const sc_key_t *with, const sc_env_t *env, apr_pool_t *p)
{
    sc_bytes_t plain, data;
    const char *name, *header, *err = wrappable(&plain, &name, key, p);

    if (err) return err;
    if (with->kind != SC_KEY_LOCAL || with->version != key->version)
        return apr_psprintf(p, "the wrapping key must be a k%d.local key", key->version);
    header = apr_psprintf(p, "k%d.%s-wrap.pie.", key->version, name);
    if (sc_pie_seal(&data, key->version, header, with->secret, plain, env, p))
        return "the key could not be wrapped: the cryptographic library failed";
    *text = sc_paserk_compose(header, data, p);
    return NULL;
}

/* PKCS#1 as a PEM without a last line end: what k1.secret-pw holds in the official
 * vectors. */
static sc_bytes_t pkcs1_pem(sc_bytes_t der, apr_pool_t *p)
{
    static const char head[] = "-----BEGIN RSA PRIVATE KEY-----\n";
    static const char tail[] = "-----END RSA PRIVATE KEY-----";
    sc_bytes_t body = sc_base64_encode(der, p);
    unsigned char *to =
        sc_secret_alloc(body.n + body.n / 64 + sizeof head + sizeof tail, p);
    unsigned char *at = to + sizeof head - 1;
    apr_size_t i, n;

    memcpy(to, head, sizeof head - 1);
    for (i = 0; i < body.n; i += n) {
        n = body.n - i < 64 ? body.n - i : 64;
        memcpy(at, body.p + i, n);
        at[n] = '\n';
        at += n + 1;
    }
    memcpy(at, tail, sizeof tail - 1);
    sc_wipe((void *)(uintptr_t)body.p, body.n);
    return sc_bytes(to, (apr_size_t)(at - to) + sizeof tail - 1);
}

const char *sc_paserk_wrap_pw(const char **text, const sc_key_t *key, sc_bytes_t password,
                              const sc_paserk_cost_t *cost, const sc_env_t *env,
                              apr_pool_t *p)
{
    static const sc_paserk_cost_t usual = {100000, 64 * 1024 * 1024, 2, 1};
    sc_bytes_t plain, data;
    const char *name, *header, *err = wrappable(&plain, &name, key, p);

    if (err) return err;
    if (!password.n) return "a key cannot be wrapped under an empty password";
    if (key->alg == SC_ALG_RSA) plain = pkcs1_pem(plain, p);
    header = apr_psprintf(p, "k%d.%s-pw.", key->version, name);
    if (sc_pw_seal(&data, key->version, header, password, cost ? cost : &usual, plain,
                   env, p))
        return "the key could not be wrapped: the cost is beyond what is accepted, or "
               "the cryptographic library failed";
    *text = sc_paserk_compose(header, data, p);
    return NULL;
}

const char *sc_paserk_seal(const char **text, const sc_key_t *key, const sc_key_t *to,
                           const sc_env_t *env, apr_pool_t *p)
{
    const char *name, *header, *size = key->version == 1 ? " (RSA of 4096 bits)" : "";
    sc_bytes_t plain, data;

    if (key->kind != SC_KEY_LOCAL || wrappable(&plain, &name, key, p))
        return "only a local key of a known version can be sealed: give it as PASERK "
               "(k4.local.…)";
    if (!to->pkey || to->alg != sc_key_alg(key->version) ||
        (to->version && to->version != key->version))
        return apr_psprintf(p, "the key to seal to must be a k%d public key%s",
                            key->version, size);
    header = apr_psprintf(p, "k%d.seal.", key->version);
    if (sc_pke_seal(&data, key->version, header, to->pkey, plain, env, p))
        return apr_psprintf(p,
                            "the key could not be sealed to this k%d public key: give "
                            "another%s",
                            key->version, size);
    *text = sc_paserk_compose(header, data, p);
    return NULL;
}
