/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PASERK_WRAP_H
#define SC_PASERK_WRAP_H

#include "core/crypto/suite.h"

/* What PASERK's three ways to wrap a key (paserk_pie.h, paserk_pw.h, paserk_pke.h) have
 * in common. In all of them `header` is "k4.local-wrap.pie." and so on, which is
 * authenticated; `data` is what follows it, decoded. To open one gives MALFORMED (too
 * short), BAD_SIGNATURE (wrong key or password, or changed) or ERROR; the key bytes that
 * it gives are wiped with the pool. */

/* A cipher key and its nonce, and the key of the MAC. */
typedef struct {
    unsigned char stream[SC_SUITE_KEY + SC_SUITE_NONCE_MAX];
    unsigned char mac[48];
} sc_wrap_keys_t;

/* The tag over the header and two parts of the data. */
sc_status_t sc_wrap_tag(unsigned char *tag, int version, sc_bytes_t mac_key,
                        const char *header, sc_bytes_t a, sc_bytes_t b) SC_CHECK;

/* Decrypts into memory that is wiped with the pool. */
sc_status_t sc_wrap_decrypt(sc_bytes_t *plain, int version, const unsigned char *key,
                            const unsigned char *nonce, sc_bytes_t cipher,
                            apr_pool_t *p) SC_CHECK;

#endif
