/* SPDX-License-Identifier: Apache-2.0 */
/* New keys and public halves. */
#include "core/key/key.h"
#include "core/crypto/crypto.h"
#include <apr_strings.h>

sc_alg_t sc_key_alg(int version)
{
    return version == 1 ? SC_ALG_RSA : version == 3 ? SC_ALG_P384 : SC_ALG_ED25519;
}

const char *sc_key_new(sc_key_t **key, int version, const char *purpose,
                       const sc_env_t *env, apr_pool_t *p)
{
    sc_key_t *made = apr_pcalloc(p, sizeof *made);
    unsigned char *secret;

    if (version < 1 || version > 4)
        return apr_psprintf(p, "%d is not a version of PASETO: give 1, 2, 3 or 4",
                            version);
    made->version = version;
    if (strcmp(purpose, "local") == 0) {
        secret = sc_secret_alloc(32, p);
        if (env->random(env->baton, secret, 32))
            return "the system gave no random bytes for a key";
        made->kind = SC_KEY_LOCAL;
        made->secret = sc_bytes(secret, 32);
        *key = made;
        return NULL;
    }
    if (strcmp(purpose, "secret") != 0)
        return apr_psprintf(p, "\"%s\" is not a purpose of a key: give local or secret",
                            purpose);
    made->kind = SC_KEY_SECRET;
    made->alg = sc_key_alg(version);
    made->pkey = sc_pkey_generate(made->alg, env, p);
    if (!made->pkey) return "the cryptographic library failed to make a key";
    *key = made;
    return NULL;
}

const char *sc_key_public(sc_key_t **pub, const sc_key_t *secret, apr_pool_t *p)
{
    sc_key_t *made = apr_pmemdup(p, secret, sizeof *made);

    if (!secret->pkey)
        return "only an asymmetric key has a public half: give a k4.secret or PEM";
    made->kind = SC_KEY_PUBLIC;
    made->pkey = sc_pkey_public(secret->pkey, p);
    if (!made->pkey) return "the cryptographic library failed to make the public key";
    *pub = made;
    return NULL;
}
