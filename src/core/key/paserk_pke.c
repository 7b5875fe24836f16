/* SPDX-License-Identifier: Apache-2.0 */
/* PASERK's sealing to a public key, PKE: tag, what the key encapsulation sent, ciphertext
 * (k1 puts what was sent last). The tag is checked before a byte is decrypted. */
#include "core/key/paserk_pke.h"
#include "core/crypto/crypto.h"
#include "core/crypto/kem.h"
#include "core/key/paserk_wrap.h"

#define PKE_KEY 32 /* bytes of the local key that is sealed */

/* k1: HMACs of the secret under the hash of what was sent. */
static sc_status_t pke_rsa_keys(sc_wrap_keys_t *keys, sc_bytes_t header,
                                sc_bytes_t shared, sc_bytes_t sent)
{
    unsigned char hash[48];
    sc_bytes_t parts[] = {{(const unsigned char *)"\x01", 1}, header, shared};
    sc_status_t st = sc_suite_hash(hash, sizeof hash, 1, &sent, 1);

    if (!st) st = sc_suite_mac(keys->stream, 48, 1, sc_bytes(hash, 48), parts, 3);
    parts[0] = sc_bytes("\x02", 1);
    return st ? st : sc_suite_mac(keys->mac, 48, 1, sc_bytes(hash, 48), parts, 3);
}

/* k2, k3, k4: hashes of the secret and both public keys. */
static sc_status_t pke_dh_keys(sc_wrap_keys_t *keys, int version, sc_bytes_t header,
                               sc_bytes_t shared, sc_bytes_t sent, sc_bytes_t pub)
{
    const apr_size_t stream = version == 3 ? 48 : SC_SUITE_KEY;
    sc_bytes_t parts[] = {{(const unsigned char *)"\x01", 1}, header, shared, sent, pub};
    sc_status_t st = sc_suite_hash(keys->stream, stream, version, parts, 5);

    parts[0] = sc_bytes("\x02", 1);
    if (!st) st = sc_suite_hash(keys->mac, sc_suite_mac_size(version), version, parts, 5);
    if (st || version == 3) return st;
    return sc_suite_hash(keys->stream + SC_SUITE_KEY, 24, version, parts + 3, 2);
}

static sc_status_t pke_keys(sc_wrap_keys_t *keys, int version, const char *header,
                            sc_bytes_t shared, sc_bytes_t sent, const sc_pkey_t *pkey,
                            apr_pool_t *p)
{
    sc_status_t st;
    sc_bytes_t pub;

    if (version == 1) return pke_rsa_keys(keys, sc_bytes_str(header), shared, sent);
    st = sc_kem_public(&pub, pkey, p);
    return st ? st : pke_dh_keys(keys, version, sc_bytes_str(header), shared, sent, pub);
}

sc_status_t sc_pke_open(sc_bytes_t *plain, int version, const char *header,
                        const sc_pkey_t *with, sc_bytes_t data, apr_pool_t *p)
{
    apr_size_t size = sc_suite_mac_size(version), kem = sc_kem_size(with), got;
    unsigned char shared[SC_KEM_SECRET_MAX], tag[SC_SUITE_MAC_MAX];
    sc_bytes_t sent, cipher;
    sc_status_t st;
    sc_wrap_keys_t keys;

    if (data.n != size + PKE_KEY + kem) return SC_MALFORMED;
    /* k1 puts what was sent last, the others before the ciphertext. */
    sent = sc_bytes(data.p + size + (version == 1 ? PKE_KEY : 0), kem);
    cipher = sc_bytes(data.p + size + (version == 1 ? 0 : kem), PKE_KEY);
    st = sc_kem_receive(shared, &got, sent, with);
    if (st) return st;
    st = pke_keys(&keys, version, header, sc_bytes(shared, got), sent, with, p);
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

sc_status_t sc_pke_seal(sc_bytes_t *data, int version, const char *header,
                        const sc_pkey_t *to, sc_bytes_t plain, const sc_env_t *env,
                        apr_pool_t *p)
{
    unsigned char shared[SC_KEM_SECRET_MAX], tag[SC_SUITE_MAC_MAX], cipher[PKE_KEY];
    const sc_bytes_t tagged = sc_bytes(tag, sc_suite_mac_size(version));
    const sc_bytes_t hidden = sc_bytes(cipher, PKE_KEY);
    sc_bytes_t sent;
    apr_size_t got;
    sc_status_t st;
    sc_wrap_keys_t keys;

    if (plain.n != PKE_KEY) return SC_UNSUPPORTED;
    st = sc_kem_send(shared, &got, &sent, to, env, p);
    if (st) return st;
    st = pke_keys(&keys, version, header, sc_bytes(shared, got), sent, to, p);
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
