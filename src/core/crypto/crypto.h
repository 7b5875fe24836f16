/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_CRYPTO_H
#define SC_CRYPTO_H

#include "core/base/bytes.h"
#include <stdbool.h>
#include <stdint.h>

/* Digests, HMAC, random bytes, comparison in constant time, memory that is wiped. */

typedef enum { SC_MD5, SC_SHA1, SC_SHA256, SC_SHA384, SC_SHA512 } sc_digest_t;

#define SC_DIGEST_MAX 64

/* Bytes of a digest: 16, 20, 32, 48, 64. */
apr_size_t sc_digest_size(sc_digest_t digest);

/* Finds a digest by name ("sha1", "sha256", …), if there is one. */
bool sc_digest_find(sc_digest_t *digest, const char *name);

/* Once per process, before anything else here: initialises libsodium. NULL or a sentence.
 */
const char *sc_crypto_init(void);

/* Random bytes from libsodium, in the shape of sc_env_t.random. The baton is not used. */
int sc_crypto_random(void *baton, unsigned char *to, apr_size_t n);

/* After OpenSSL failed: an error left in the thread's queue would be reported by mod_ssl
 * as its own. ERROR. */
sc_status_t sc_openssl_failed(void) SC_CHECK;

/* Overwrites n bytes in a way that the compiler keeps. */
void sc_wipe(void *p, apr_size_t n);

/* A copy that is wiped when the pool is cleared. */
sc_bytes_t sc_secret_dup(sc_bytes_t b, apr_pool_t *p);

/* n bytes of memory that is wiped when the pool is cleared. */
unsigned char *sc_secret_alloc(apr_size_t n, apr_pool_t *p);

/* Whether a and b are equal; the time taken depends on the lengths alone. */
bool sc_equal(sc_bytes_t a, sc_bytes_t b) SC_CHECK;

/* The digest of the parts, one after another. `out` has room for sc_digest_size(). */
sc_status_t sc_digest(unsigned char *out, sc_digest_t digest, const sc_bytes_t *parts,
                      int n) SC_CHECK;

/* An HMAC key (RFC 2104) whose inner and outer states are computed once, at start-up.
 * Read-only afterwards: threads share it. */
typedef struct sc_hmac_t sc_hmac_t;

/* Prepares a key. NULL when OpenSSL fails. Freed with the pool. */
sc_hmac_t *sc_hmac_make(sc_digest_t digest, sc_bytes_t key, apr_pool_t *p);

/* The MAC over the parts, one after another. `out` has room for sc_digest_size(). */
sc_status_t sc_hmac(unsigned char *out, const sc_hmac_t *key, const sc_bytes_t *parts,
                    int n) SC_CHECK;

/* sc_hmac and a comparison in constant time: OK, BAD_SIGNATURE, ERROR. */
sc_status_t sc_hmac_check(const sc_hmac_t *key, const sc_bytes_t *parts, int n,
                          sc_bytes_t mac) SC_CHECK;

/* A keyed hash for tables (SipHash-2-4): who does not know the key cannot choose bytes
 * that collide. Not a MAC. */
#define SC_HASH_KEY 16
uint64_t sc_hash(const unsigned char key[SC_HASH_KEY], sc_bytes_t bytes);

#endif
