/* SPDX-License-Identifier: Apache-2.0 */
/* A PASETO source's keys at start-up: which version and purpose each serves, whether it
 * can, and what can be computed of it before a token comes. A key that cannot do what the
 * source's options say is refused in a sentence. */
#include "core/envelope/paseto_key.h"
#include "core/key/paserk.h"
#include <apr_strings.h>

/* A secret or an Ed25519 PEM does not say its version: its own version= does, or the
 * source's option, else it is 4. */
static int version_of(const sc_key_t *key, const sc_envelope_options_t *options)
{
    if (key->version) return key->version;
    return options->version ? options->version : 4;
}

static bool alg_serves(sc_alg_t alg, int version)
{
    if (version == 1) return alg == SC_ALG_RSA;
    return version == 3 ? alg == SC_ALG_P384 : alg == SC_ALG_ED25519;
}

/* The bytes of a public or secret key, as PASERK encodes it, in hex: or base64:. Only
 * where the source asks for purpose=public: a bare secret never verifies by itself, or a
 * public key that somebody took for one could be used to make tokens. */
static const sc_key_t *as_public(const sc_key_t *key,
                                 const sc_envelope_options_t *options, apr_pool_t *p)
{
    static const sc_alg_t algs[] = {SC_ALG_RSA, SC_ALG_ED25519, SC_ALG_P384,
                                    SC_ALG_ED25519};
    apr_size_t n = key->secret.n;
    int version = key->version         ? key->version
                  : options->version   ? options->version
                  : n == 48 || n == 49 ? 3
                                       : 4;
    sc_key_t *made = apr_pmemdup(p, key, sizeof *key);

    made->alg = algs[version - 1];
    made->version = version;
    made->kind = SC_KEY_PUBLIC;
    made->pkey = sc_pkey_import(made->alg, 0, key->secret, p);
    if (made->pkey) return made;
    made->kind = SC_KEY_SECRET;
    made->pkey = sc_pkey_import(made->alg, 1, key->secret, p);
    return made->pkey ? made : key;
}

static const char *check_purpose(const sc_key_t *key, int pub, const char *purpose,
                                 apr_pool_t *p)
{
    if (!purpose || strcmp(purpose, pub ? "public" : "local") == 0) return NULL;
    if (pub)
        return apr_psprintf(p,
                            "key %s is an asymmetric key, and purpose=local needs a "
                            "symmetric one: give a k4.local PASERK or 32 random bytes",
                            key->id);
    return apr_psprintf(
        p,
        "key %s is %s, and purpose=public needs an asymmetric key: give a PEM, a "
        "k4.public or a k4.secret PASERK, or the bytes of one in hex: or base64: with "
        "its version=",
        key->id, key->kind == SC_KEY_RAW ? "a bare secret" : "a local key");
}

static const char *check_version(const sc_key_t *key, int version, int pub, int wanted,
                                 apr_pool_t *p)
{
    if (wanted && wanted != version)
        return apr_psprintf(
            p,
            "key %s is for PASETO v%d, and version=%d is asked for: give a "
            "key of that version",
            key->id, version, wanted);
    if (pub && !alg_serves(key->alg, version))
        return apr_psprintf(p,
                            "key %s is of an algorithm that PASETO v%d does not use: v1 "
                            "needs RSA, v2 and v4 Ed25519, v3 P-384",
                            key->id, version);
    return NULL;
}

static const char *check_size(const sc_key_t *key, int version, int pub, apr_pool_t *p)
{
    if (pub && version == 1 && sc_pkey_bits(key->pkey) != 2048)
        return apr_psprintf(
            p,
            "key %s has %d bits, and PASETO v1 signs with RSA of 2048: give "
            "such a key",
            key->id, sc_pkey_bits(key->pkey));
    if (!pub && !sc_local_fits(version, key->secret.n))
        return apr_psprintf(
            p, "key %s has a length that PASETO v%d cannot use: give %s bytes", key->id,
            version, version == 2 ? "exactly 32" : "1 to 64");
    return NULL;
}

static const char *check_key(const sc_sealer_t *sealer, const sc_key_t *key, int version,
                             int pub, apr_pool_t *p)
{
    const sc_envelope_options_t *options = sealer->options;
    const char *err = check_purpose(key, pub, options->purpose, p);

    if (!err) err = check_version(key, version, pub, options->version, p);
    if (!err) err = check_size(key, version, pub, p);
    if (!err && version < 3 && options->assertion && *options->assertion)
        err = apr_psprintf(
            p,
            "key %s is for PASETO v%d, which has no implicit assertion: leave "
            "assertion= out, or use v3 or v4",
            key->id, version);
    return err;
}

/* The PASERK ids by which a footer may name the key. */
static void make_ids(sc_paseto_key_t *state, const sc_key_t *key, apr_pool_t *p)
{
    sc_key_t typed = *key;

    typed.version = state->version;
    if (!state->pub) typed.kind = SC_KEY_LOCAL;
    state->ids[0] = sc_paserk_id(&typed, state->pub ? SC_KEY_PUBLIC : SC_KEY_LOCAL, p);
    if (key->kind == SC_KEY_SECRET)
        state->ids[1] = sc_paserk_id(&typed, SC_KEY_SECRET, p);
}

const char *sc_paseto_prepare(sc_sealer_t *sealer, int i, apr_pool_t *p)
{
    const sc_envelope_options_t *options = sealer->options;
    const sc_key_t *key = sealer->keys[i];
    sc_paseto_key_t *state = apr_pcalloc(p, sizeof *state);
    const char *err;
    int pub, version;

    if (key->kind == SC_KEY_RAW && options->purpose && *options->purpose == 'p')
        key = as_public(key, options, p);
    pub = key->kind == SC_KEY_SECRET || key->kind == SC_KEY_PUBLIC;
    version = version_of(key, options);
    err = check_key(sealer, key, version, pub, p);
    if (err) return err;
    state->version = version;
    state->pub = pub;
    if (pub)
        state->pkey = key->pkey;
    else {
        state->local = sc_local_make(version, key->secret, p);
        if (!state->local)
            return apr_psprintf(
                p, "key %s cannot be used: the cryptographic library failed", key->id);
    }
    make_ids(state, key, p);
    sealer->state[i] = state;
    return NULL;
}
