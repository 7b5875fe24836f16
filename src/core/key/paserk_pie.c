/* SPDX-License-Identifier: Apache-2.0 */
/* PASERK's wrapping under a local key, PIE: tag, nonce, ciphertext. The tag is checked
 * before a byte is decrypted. */
#include "core/key/paserk_pie.h"
#include "core/crypto/crypto.h"
#include "core/key/paserk_wrap.h"

#define PIE_NONCE 32

static sc_status_t pie_keys(sc_wrap_keys_t *keys, int version, sc_bytes_t with,
                            const unsigned char *n)
{
    sc_bytes_t parts[] = {{(const unsigned char *)"\x80", 1}, {n, PIE_NONCE}};
    apr_size_t stream = SC_SUITE_KEY + sc_suite_nonce_size(version);
    sc_status_t st = sc_suite_mac(keys->stream, stream, version, with, parts, 2);

    parts[0] = sc_bytes("\x81", 1);
    return st ? st
              : sc_suite_mac(keys->mac, sc_suite_mac_size(version), version, with, parts,
                             2);
}

/* PIE cuts the MAC's key to 32 bytes in every version: so do the official vectors and
 * PASERK's reference implementation, though the text of k1 and k3 does not say it. */
static sc_bytes_t pie_mac_key(const sc_wrap_keys_t *keys)
{
    return sc_bytes(keys->mac, 32);
}

sc_status_t sc_pie_open(sc_bytes_t *plain, int version, const char *header,
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

sc_status_t sc_pie_seal(sc_bytes_t *data, int version, const char *header,
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
