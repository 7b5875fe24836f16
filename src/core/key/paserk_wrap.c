/* SPDX-License-Identifier: Apache-2.0 */
/* PASERK's wrappings under keys: PIE (under a local key) and PKE (sealed to a public
 * key), for all four versions. The tag is checked before a byte is decrypted. */
#include "core/key/paserk_wrap.h"

#define PIE_NONCE 32
#define LOCAL     32 /* what a seal holds */

static sc_bytes_t one(const unsigned char *byte)
{
    return sc_bytes(byte, 1);
}

/* --- PIE --- */

static sc_status_t pie_keys(sc_wrap_keys_t *keys, int version, sc_bytes_t with,
                            const unsigned char *n)
{
    sc_bytes_t parts[] = {one((const unsigned char *)"\x80"), {n, PIE_NONCE}};
    apr_size_t stream = SC_SUITE_KEY + sc_suite_nonce_size(version);
    sc_status_t st = sc_suite_mac(keys->stream, stream, version, with, parts, 2);

    parts[0] = one((const unsigned char *)"\x81");
    return st ? st
              : sc_suite_mac(keys->mac, sc_suite_mac_size(version), version, with, parts,
                             2);
}

sc_status_t sc_wrap_tag(unsigned char *tag, int version, sc_bytes_t mac_key,
                        const char *header, sc_bytes_t a, sc_bytes_t b)
{
    const sc_bytes_t parts[] = {sc_bytes_str(header), a, b};

    return sc_suite_mac(tag, sc_suite_mac_size(version), version, mac_key, parts, 3);
}

/* PIE cuts the MAC's key to 32 bytes in every version: so do the official vectors and
 * PASERK's reference implementation, though the text of k1 and k3 does not say it. */
static sc_bytes_t pie_mac_key(const sc_wrap_keys_t *keys)
{
    return sc_bytes(keys->mac, 32);
}

sc_status_t sc_wrap_decrypt(sc_bytes_t *plain, int version, const unsigned char *key,
                            const unsigned char *nonce, sc_bytes_t cipher, apr_pool_t *p)
{
    unsigned char *out = sc_secret_alloc(cipher.n + 1, p);
    sc_status_t st = sc_suite_xor(out, version, key, nonce, cipher);

    if (!st) *plain = sc_bytes(out, cipher.n);
    return st;
}

sc_status_t sc_wrap_pie_open(sc_bytes_t *plain, int version, const char *header,
                             sc_bytes_t with, sc_bytes_t data, apr_pool_t *p)
{
    apr_size_t size = sc_suite_mac_size(version);
    unsigned char tag[SC_SUITE_MAC_MAX];
    sc_bytes_t nonce, cipher;
    sc_status_t st;
    sc_wrap_keys_t keys;

    if (data.n < size + PIE_NONCE) return SC_MALFORMED;
    nonce = sc_bytes(data.p + size, PIE_NONCE);
    cipher = sc_bytes_from(data, size + PIE_NONCE);
    st = pie_keys(&keys, version, with, nonce.p);
    if (!st) st = sc_wrap_tag(tag, version, pie_mac_key(&keys), header, nonce, cipher);
    if (!st && !sc_equal(sc_bytes(tag, size), sc_bytes(data.p, size)))
        st = SC_BAD_SIGNATURE;
    if (!st)
        st = sc_wrap_decrypt(plain, version, keys.stream, keys.stream + SC_SUITE_KEY,
                             cipher, p);
    sc_wipe(&keys, sizeof keys);
    return st;
}

sc_status_t sc_wrap_pie_seal(sc_bytes_t *data, int version, const char *header,
                             sc_bytes_t with, sc_bytes_t plain, const sc_env_t *env,
                             apr_pool_t *p)
{
    apr_size_t size = sc_suite_mac_size(version), total = size + PIE_NONCE + plain.n;
    unsigned char *out = apr_palloc(p, total), *nonce = out + size;
    sc_bytes_t cipher = sc_bytes(nonce + PIE_NONCE, plain.n);
    sc_status_t st;
    sc_wrap_keys_t keys;

    if (env->random(env->baton, nonce, PIE_NONCE)) return SC_ERROR;
    st = pie_keys(&keys, version, with, nonce);
    if (!st)
        st = sc_suite_xor(nonce + PIE_NONCE, version, keys.stream,
                          keys.stream + SC_SUITE_KEY, plain);
    if (!st)
        st = sc_wrap_tag(out, version, pie_mac_key(&keys), header,
                         sc_bytes(nonce, PIE_NONCE), cipher);
    sc_wipe(&keys, sizeof keys);
    if (!st) *data = sc_bytes(out, total);
    return st;
}

/* --- PKE --- */

/* k1: HMACs of the secret under the hash of what was sent. */
static sc_status_t rsa_keys(sc_wrap_keys_t *keys, sc_bytes_t header, sc_bytes_t shared,
                            sc_bytes_t sent)
{
    unsigned char hash[48];
    sc_bytes_t parts[] = {one((const unsigned char *)"\x01"), header, shared};
    sc_status_t st = sc_suite_hash(hash, sizeof hash, 1, &sent, 1);

    if (!st) st = sc_suite_mac(keys->stream, 48, 1, sc_bytes(hash, 48), parts, 3);
    parts[0] = one((const unsigned char *)"\x02");
    return st ? st : sc_suite_mac(keys->mac, 48, 1, sc_bytes(hash, 48), parts, 3);
}

/* k2, k3, k4: hashes of the secret and both public keys. */
static sc_status_t dh_keys(sc_wrap_keys_t *keys, int version, sc_bytes_t header,
                           sc_bytes_t shared, sc_bytes_t sent, sc_bytes_t pub)
{
    const apr_size_t stream = version == 3 ? 48 : SC_SUITE_KEY;
    sc_bytes_t parts[] = {one((const unsigned char *)"\x01"), header, shared, sent, pub};
    sc_status_t st = sc_suite_hash(keys->stream, stream, version, parts, 5);

    parts[0] = one((const unsigned char *)"\x02");
    if (!st) st = sc_suite_hash(keys->mac, sc_suite_mac_size(version), version, parts, 5);
    if (st || version == 3) return st;
    return sc_suite_hash(keys->stream + SC_SUITE_KEY, 24, version, parts + 3, 2);
}

static sc_status_t seal_keys(sc_wrap_keys_t *keys, int version, const char *header,
                             sc_bytes_t shared, sc_bytes_t sent, const sc_pkey_t *pkey,
                             apr_pool_t *p)
{
    sc_status_t st;
    sc_bytes_t pub;

    if (version == 1) return rsa_keys(keys, sc_bytes_str(header), shared, sent);
    st = sc_kem_public(&pub, pkey, p);
    return st ? st : dh_keys(keys, version, sc_bytes_str(header), shared, sent, pub);
}

sc_status_t sc_wrap_seal_open(sc_bytes_t *plain, int version, const char *header,
                              const sc_pkey_t *with, sc_bytes_t data, apr_pool_t *p)
{
    apr_size_t size = sc_suite_mac_size(version), kem = sc_kem_size(with), got;
    unsigned char shared[SC_KEM_SECRET_MAX], tag[SC_SUITE_MAC_MAX];
    sc_bytes_t sent, cipher;
    sc_status_t st;
    sc_wrap_keys_t keys;

    if (data.n != size + LOCAL + kem) return SC_MALFORMED;
    /* k1 puts what was sent last, the others before the ciphertext. */
    sent = sc_bytes(data.p + size + (version == 1 ? LOCAL : 0), kem);
    cipher = sc_bytes(data.p + size + (version == 1 ? 0 : kem), LOCAL);
    st = sc_kem_receive(shared, &got, sent, with);
    if (st) return st;
    st = seal_keys(&keys, version, header, sc_bytes(shared, got), sent, with, p);
    if (!st)
        st = sc_wrap_tag(tag, version, sc_bytes(keys.mac, sc_suite_mac_size(version)),
                         header, sent, cipher);
    if (!st && !sc_equal(sc_bytes(tag, size), sc_bytes(data.p, size)))
        st = SC_BAD_SIGNATURE;
    if (!st)
        st = sc_wrap_decrypt(plain, version, keys.stream, keys.stream + SC_SUITE_KEY,
                             cipher, p);
    sc_wipe(shared, sizeof shared);
    sc_wipe(&keys, sizeof keys);
    return st;
}

sc_status_t sc_wrap_seal_seal(sc_bytes_t *data, int version, const char *header,
                              const sc_pkey_t *to, sc_bytes_t plain, const sc_env_t *env,
                              apr_pool_t *p)
{
    unsigned char shared[SC_KEM_SECRET_MAX], tag[SC_SUITE_MAC_MAX], cipher[LOCAL];
    const sc_bytes_t tagged = sc_bytes(tag, sc_suite_mac_size(version));
    const sc_bytes_t hidden = sc_bytes(cipher, LOCAL);
    sc_bytes_t sent;
    apr_size_t got;
    sc_status_t st;
    sc_wrap_keys_t keys;

    if (plain.n != LOCAL) return SC_UNSUPPORTED;
    st = sc_kem_send(shared, &got, &sent, to, env, p);
    if (st) return st;
    st = seal_keys(&keys, version, header, sc_bytes(shared, got), sent, to, p);
    if (!st)
        st =
            sc_suite_xor(cipher, version, keys.stream, keys.stream + SC_SUITE_KEY, plain);
    if (!st)
        st = sc_wrap_tag(tag, version, sc_bytes(keys.mac, sc_suite_mac_size(version)),
                         header, sent, hidden);
    if (!st) {
        const sc_bytes_t parts[] = {tagged, version == 1 ? hidden : sent,
                                    version == 1 ? sent : hidden};

        *data = sc_bytes_join(parts, 3, p);
    }
    sc_wipe(shared, sizeof shared);
    sc_wipe(&keys, sizeof keys);
    return st;
}
