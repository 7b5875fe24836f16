/* SPDX-License-Identifier: Apache-2.0 */
/* PASETO's local purpose. Every version authenticates the header, the nonce, the
 * ciphertext and the footer (v3 and v4 the implicit assertion, too) before anything is
 * decrypted. A body too short for nonce and tag is refused before lengths are subtracted.
 */
#include "core/crypto/local.h"
#include "core/crypto/crypto.h"
#include "core/crypto/pae.h"
#include "core/crypto/suite.h"
#include <sodium.h>

#define NONCE    32 /* v1, v3, v4 */
#define V2_NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define V2_TAG   crypto_aead_xchacha20poly1305_ietf_ABYTES
#define ENC      "paseto-encryption-key"
#define AUTH     "paseto-auth-key-for-aead"
#define STATE    sizeof(crypto_generichash_state)

struct sc_local_t {
    int version;
    const char *header;
    sc_bytes_t secret;
    sc_hmac_t *prk; /* v3: HKDF's pseudorandom key */
    /* v4: BLAKE2b states, keyed, that have read ENC and AUTH. Kept as bytes, since the
     * type wants an alignment that a pool does not give. */
    unsigned char *enc;
    unsigned char *auth;
};

/* The keys of one token. */
typedef struct {
    /* The cipher's key, then its nonce. */
    unsigned char stream[SC_SUITE_KEY + SC_SUITE_NONCE_MAX];
    unsigned char mac[48];
    apr_size_t mac_size;
} split_t;

bool sc_local_fits(int version, apr_size_t n)
{
    if (version == 2) return n == 32;
    if (version == 4) return n >= 1 && n <= crypto_generichash_BYTES_MAX;
    return n >= 1;
}

/* HKDF-SHA384's extract step without a salt, which is 48 zero bytes (RFC 5869 2.2). */
static sc_hmac_t *hkdf_extract(sc_bytes_t secret, apr_pool_t *p)
{
    static const unsigned char zeros[48];
    unsigned char prk[SC_DIGEST_MAX];
    sc_hmac_t *hmac = NULL;

    if (!sc_suite_mac(prk, 48, 3, sc_bytes(zeros, sizeof zeros), &secret, 1))
        hmac = sc_hmac_make(SC_SHA384, sc_bytes(prk, 48), p);
    sc_wipe(prk, sizeof prk);
    return hmac;
}

/* A BLAKE2b state under the key that has read the word, as bytes. */
static unsigned char *keyed_state(sc_bytes_t key, const char *word, apr_size_t size,
                                  apr_pool_t *p)
{
    crypto_generichash_state state;
    unsigned char *kept = sc_secret_alloc(STATE, p);

    if (crypto_generichash_init(&state, key.p, key.n, size) ||
        crypto_generichash_update(&state, (const unsigned char *)word, strlen(word)))
        kept = NULL;
    else
        memcpy(kept, &state, STATE);
    sc_wipe(&state, STATE);
    return kept;
}

sc_local_t *sc_local_make(int version, sc_bytes_t secret, apr_pool_t *p)
{
    static const char *const headers[] = {"v1.local.", "v2.local.", "v3.local.",
                                          "v4.local."};
    sc_local_t *key = apr_pcalloc(p, sizeof *key);

    if (version < 1 || version > 4 || !sc_local_fits(version, secret.n)) return NULL;
    key->version = version;
    key->header = headers[version - 1];
    key->secret = sc_secret_dup(secret, p);
    if (version == 3) {
        key->prk = hkdf_extract(secret, p);
        if (!key->prk) return NULL;
    }
    if (version == 4) {
        key->enc = keyed_state(secret, ENC, 56, p);
        key->auth = keyed_state(secret, AUTH, 32, p);
        if (!key->enc || !key->auth) return NULL;
    }
    return key;
}

/* HKDF-SHA384's expand step for at most 48 bytes: one block. */
static sc_status_t hkdf_expand(unsigned char *out, apr_size_t size, sc_bytes_t prk,
                               const char *info)
{
    const sc_bytes_t parts[] = {sc_bytes_str(info), {(const unsigned char *)"\x01", 1}};

    return sc_suite_mac(out, size, 1, prk, parts, 2);
}

/* v1.local: HKDF with the first half of the nonce as its salt; the other half is the IV.
 */
static sc_status_t split_v1(split_t *split, const sc_local_t *key,
                            const unsigned char *nonce)
{
    unsigned char prk[48];
    sc_status_t st;

    st = sc_suite_mac(prk, 48, 1, sc_bytes(nonce, 16), &key->secret, 1);
    if (!st) st = hkdf_expand(split->stream, SC_SUITE_KEY, sc_bytes(prk, 48), ENC);
    if (!st) st = hkdf_expand(split->mac, 32, sc_bytes(prk, 48), AUTH);
    memcpy(split->stream + SC_SUITE_KEY, nonce + 16, 16);
    split->mac_size = 32;
    sc_wipe(prk, sizeof prk);
    return st;
}

/* v3.local: the nonce goes into HKDF's info; 48 bytes are the key and the IV. */
static sc_status_t split_v3(split_t *split, const sc_local_t *key,
                            const unsigned char *nonce)
{
    sc_bytes_t info[] = {
        sc_bytes_str(ENC), {nonce, NONCE}, {(const unsigned char *)"\x01", 1}};
    unsigned char out[SC_DIGEST_MAX];
    sc_status_t st = sc_hmac(out, key->prk, info, 3);

    memcpy(split->stream, out, 48);
    info[0] = sc_bytes_str(AUTH);
    if (!st) st = sc_hmac(out, key->prk, info, 3);
    memcpy(split->mac, out, 48);
    split->mac_size = 48;
    sc_wipe(out, sizeof out);
    return st;
}

/* What a copy of the kept state gives once it has read the nonce, too. */
static sc_status_t finish_keyed(unsigned char *out, apr_size_t size,
                                const unsigned char *kept, const unsigned char *nonce)
{
    crypto_generichash_state state;
    sc_status_t st = SC_OK;

    memcpy(&state, kept, STATE);
    if (crypto_generichash_update(&state, nonce, NONCE) ||
        crypto_generichash_final(&state, out, size))
        st = SC_ERROR;
    sc_wipe(&state, STATE);
    return st;
}

/* v4.local: keyed BLAKE2b makes 56 bytes, the key and the nonce of XChaCha20. */
static sc_status_t split_v4(split_t *split, const sc_local_t *key,
                            const unsigned char *nonce)
{
    sc_status_t st = finish_keyed(split->stream, 56, key->enc, nonce);

    split->mac_size = 32;
    return st ? st : finish_keyed(split->mac, 32, key->auth, nonce);
}

static sc_status_t split_key(split_t *split, const sc_local_t *key,
                             const unsigned char *nonce)
{
    if (key->version == 1) return split_v1(split, key, nonce);
    return key->version == 3 ? split_v3(split, key, nonce) : split_v4(split, key, nonce);
}

/* v1, v3, v4: the tag over header, nonce, ciphertext, footer and (v3, v4) assertion. */
static sc_status_t local_tag(unsigned char *tag, const sc_local_t *key,
                             const split_t *split, sc_bytes_t nonce, sc_bytes_t cipher,
                             sc_bytes_t footer, sc_bytes_t assertion)
{
    const sc_bytes_t pieces[] = {sc_bytes_str(key->header), nonce, cipher, footer,
                                 assertion};
    sc_pae_t pae;

    sc_pae_make(&pae, pieces, key->version == 1 ? 4 : 5);
    return sc_suite_mac(tag, sc_suite_mac_size(key->version), key->version,
                        sc_bytes(split->mac, split->mac_size), pae.parts, pae.n);
}

static sc_status_t open_split(sc_bytes_t *message, const sc_local_t *key, sc_bytes_t body,
                              sc_bytes_t footer, sc_bytes_t assertion, apr_pool_t *p)
{
    apr_size_t size = sc_suite_mac_size(key->version);
    unsigned char tag[SC_SUITE_MAC_MAX], *out;
    sc_bytes_t cipher;
    split_t split;
    sc_status_t st;

    if (body.n < NONCE + size) return SC_MALFORMED;
    cipher = sc_bytes(body.p + NONCE, body.n - NONCE - size);
    st = split_key(&split, key, body.p);
    if (!st)
        st = local_tag(tag, key, &split, sc_bytes(body.p, NONCE), cipher, footer,
                       assertion);
    if (!st && !sc_equal(sc_bytes(tag, size), sc_bytes(cipher.p + cipher.n, size)))
        st = SC_BAD_SIGNATURE;
    if (!st) {
        out = apr_palloc(p, cipher.n + 1);
        out[cipher.n] = '\0';
        st = sc_suite_xor(out, key->version, split.stream, split.stream + SC_SUITE_KEY,
                          cipher);
        if (!st) *message = sc_bytes(out, cipher.n);
    }
    sc_wipe(&split, sizeof split);
    return st;
}

/* v2: the encoding of header, nonce and footer is the AEAD's additional data. */
static sc_bytes_t v2_data(const sc_local_t *key, const unsigned char *nonce,
                          sc_bytes_t footer, apr_pool_t *p)
{
    const sc_bytes_t pieces[] = {sc_bytes_str(key->header), {nonce, V2_NONCE}, footer};
    sc_pae_t pae;

    sc_pae_make(&pae, pieces, 3);
    return sc_bytes_join(pae.parts, pae.n, p);
}

static sc_status_t open_v2(sc_bytes_t *message, const sc_local_t *key, sc_bytes_t body,
                           sc_bytes_t footer, apr_pool_t *p)
{
    unsigned char *out;
    sc_bytes_t data;
    apr_size_t n;

    if (body.n < V2_NONCE + V2_TAG) return SC_MALFORMED;
    n = body.n - V2_NONCE - V2_TAG;
    out = apr_palloc(p, n + 1);
    data = v2_data(key, body.p, footer, p);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, body.p + V2_NONCE,
                                                   n + V2_TAG, data.p, data.n, body.p,
                                                   key->secret.p))
        return SC_BAD_SIGNATURE;
    out[n] = '\0';
    *message = sc_bytes(out, n);
    return SC_OK;
}

sc_status_t sc_local_open(sc_bytes_t *message, const sc_local_t *key, sc_bytes_t body,
                          sc_bytes_t footer, sc_bytes_t assertion, apr_pool_t *p)
{
    if (key->version == 2) return open_v2(message, key, body, footer, p);
    return open_split(message, key, body, footer, assertion, p);
}

static sc_status_t seal_split(sc_bytes_t *body, const sc_local_t *key, sc_bytes_t message,
                              sc_bytes_t footer, sc_bytes_t assertion,
                              const sc_env_t *env, apr_pool_t *p)
{
    apr_size_t size = sc_suite_mac_size(key->version);
    unsigned char *out = apr_palloc(p, NONCE + message.n + size);
    sc_bytes_t cipher = sc_bytes(out + NONCE, message.n);
    sc_status_t st = SC_OK;
    split_t split;

    if (env->random(env->baton, out, NONCE)) return SC_ERROR;
    if (key->version == 1) /* PASETO v1, GetNonce: the random bytes are the MAC's key */
        st = sc_suite_mac(out, NONCE, 1, sc_bytes(out, NONCE), &message, 1);
    if (!st) st = split_key(&split, key, out);
    if (!st)
        st = sc_suite_xor(out + NONCE, key->version, split.stream,
                          split.stream + SC_SUITE_KEY, message);
    if (!st)
        st = local_tag(out + NONCE + message.n, key, &split, sc_bytes(out, NONCE), cipher,
                       footer, assertion);
    sc_wipe(&split, sizeof split);
    if (!st) *body = sc_bytes(out, NONCE + message.n + size);
    return st;
}

static sc_status_t seal_v2(sc_bytes_t *body, const sc_local_t *key, sc_bytes_t message,
                           sc_bytes_t footer, const sc_env_t *env, apr_pool_t *p)
{
    unsigned char *out = apr_palloc(p, V2_NONCE + message.n + V2_TAG);
    sc_bytes_t data;

    if (env->random(env->baton, out, V2_NONCE)) return SC_ERROR;
    if (sc_suite_mac(out, V2_NONCE, 2, sc_bytes(out, V2_NONCE), &message, 1))
        return SC_ERROR;
    data = v2_data(key, out, footer, p);
    if (crypto_aead_xchacha20poly1305_ietf_encrypt(out + V2_NONCE, NULL, message.p,
                                                   message.n, data.p, data.n, NULL, out,
                                                   key->secret.p))
        return SC_ERROR;
    *body = sc_bytes(out, V2_NONCE + message.n + V2_TAG);
    return SC_OK;
}

sc_status_t sc_local_seal(sc_bytes_t *body, const sc_local_t *key, sc_bytes_t message,
                          sc_bytes_t footer, sc_bytes_t assertion, const sc_env_t *env,
                          apr_pool_t *p)
{
    if (key->version == 2) return seal_v2(body, key, message, footer, env, p);
    return seal_split(body, key, message, footer, assertion, env, p);
}
