/* SPDX-License-Identifier: Apache-2.0 */
/* The end of every PASERK wrapping: the tag, and the decryption that follows its check.
 */
#include "core/key/paserk_wrap.h"
#include "core/crypto/crypto.h"

sc_status_t sc_wrap_tag(unsigned char *tag, int version, sc_bytes_t mac_key,
                        const char *header, sc_bytes_t a, sc_bytes_t b)
{
    const sc_bytes_t parts[] = {sc_bytes_str(header), a, b};

    return sc_suite_mac(tag, sc_suite_mac_size(version), version, mac_key, parts, 3);
}

sc_status_t sc_wrap_decrypt(sc_bytes_t *plain, int version, const unsigned char *key,
                            const unsigned char *nonce, sc_bytes_t cipher, apr_pool_t *p)
{
    unsigned char *out = sc_secret_alloc(cipher.n + 1, p);
    sc_status_t st = sc_suite_xor(out, version, key, nonce, cipher);

    if (!st) *plain = sc_bytes(out, cipher.n);
    return st;
}
