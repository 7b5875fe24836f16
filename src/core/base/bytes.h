/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_BYTES_H
#define SC_BYTES_H

#include <stdbool.h>
#include <string.h>
#include <apr.h>
#include <apr_pools.h>
#include <apr_time.h>

/* The compiler insists that an answer is looked at. */
#define SC_CHECK __attribute__((warn_unused_result))

/* A run of bytes: not NUL-terminated, may hold NUL. Does not own what it points to. */
typedef struct {
    const unsigned char *p;
    apr_size_t n;
} sc_bytes_t;

/* The outcome of reading untrusted bytes; sc_status_name() has the word for each. */
typedef enum {
    SC_OK = 0,
    SC_ABSENT,
    SC_MALFORMED,
    SC_BAD_SIGNATURE,
    SC_UNKNOWN_KEY,
    SC_EXPIRED,
    SC_NOT_YET_VALID,
    SC_WRONG_CLAIM,
    SC_UNSUPPORTED,
    SC_TOO_LARGE,
    SC_REVOKED, /* ended before its time: core/revocation/ */
    SC_ERROR,
    SC_MISMATCH /* XSRF only: authentic, but somebody else's */
} sc_status_t;

/* The word for a status ("bad-signature"); static storage. */
const char *sc_status_name(sc_status_t status);

/* How much work untrusted bytes may cause. */
typedef struct {
    apr_size_t token;    /* bytes of a token */
    apr_size_t document; /* bytes of a document, inflated */
    int depth;           /* nested arrays and objects, the document itself is 1 */
    int members;         /* members and elements in the whole document */
} sc_limits_t;

/* What the core may not reach for by itself: the clock and randomness.
 * `random` fills n bytes and answers 0, or non-zero when it could not. `verifications`
 * says how many signatures may still be verified with a public key, which costs a hundred
 * times what a MAC does: it is counted down, and -1 after one was refused. NULL: there is
 * no limit. */
typedef struct {
    apr_time_t now; /* microseconds since 1970 */
    int (*random)(void *baton, unsigned char *to, apr_size_t n);
    void *baton;
    int *verifications;
} sc_env_t;

static inline sc_bytes_t sc_bytes(const void *p, apr_size_t n)
{
    sc_bytes_t b = {p, n};
    return b;
}

/* The bytes of a C string of our own (a literal, an option): never of a client. */
static inline sc_bytes_t sc_bytes_str(const char *s)
{
    return sc_bytes(s, strlen(s));
}

static inline bool sc_bytes_eq(sc_bytes_t a, sc_bytes_t b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline sc_bytes_t sc_bytes_from(sc_bytes_t b, apr_size_t skip)
{
    return sc_bytes(b.p + skip, b.n - skip);
}

/* Whether b begins with a word of our own. */
static inline bool sc_bytes_starts(sc_bytes_t b, const char *word)
{
    apr_size_t n = strlen(word);

    return b.n >= n && memcmp(b.p, word, n) == 0;
}

/* Index of the first (last) byte c, or -1. */
apr_ssize_t sc_bytes_index(sc_bytes_t b, char c);
apr_ssize_t sc_bytes_rindex(sc_bytes_t b, char c);

/* A copy, followed by a NUL that does not count. */
sc_bytes_t sc_bytes_dup(sc_bytes_t b, apr_pool_t *p);

/* The concatenation of n runs, followed by a NUL as well. */
sc_bytes_t sc_bytes_join(const sc_bytes_t *parts, int n, apr_pool_t *p);

#endif
