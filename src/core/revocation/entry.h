/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_REVOCATION_ENTRY_H
#define SC_REVOCATION_ENTRY_H

#include "core/crypto/crypto.h"

/* An entry of a list of revocations, and its line in the file (docs/revocation.md):
 *
 *     user TAB SOURCE TAB NAME TAB EPOCH
 *     key TAB ID TAB EPOCH
 *     session TAB DIGEST TAB EPOCH
 *
 * NAME is percent-encoded. EPOCH is a number of seconds, or "ban". */

typedef enum { SC_REVOKE_USER, SC_REVOKE_KEY, SC_REVOKE_SESSION } sc_revoke_t;

#define SC_REVOKE_KINDS 3

/* The user's source: any. */
#define SC_ANY_SOURCE "*"

/* The entry's end: whatever time a session was issued at. */
#define SC_BAN INT64_MAX

/* The last second that a line can say: 9999-12-31. */
#define SC_EPOCH_MAX INT64_C(253402300799)

typedef struct {
    sc_revoke_t kind;
    sc_bytes_t source; /* of a user: as COOKIESESSION_SOURCE has it, or SC_ANY_SOURCE */
    sc_bytes_t name;   /* the user, the id of the key, the digest of the session */
    int64_t until;     /* seconds: ends what was issued by then; or SC_BAN */
} sc_revocation_t;

/* The longest line, with its line feed. */
#define SC_REVOCATION_LINE 4096

/* Reads a line, without its line feed; a carriage return at its end is ignored. ABSENT:
 * it is empty or a comment ("#"). MALFORMED: it is not an entry. A name that is encoded
 * is decoded in place; the entry points into the line. */
sc_status_t sc_revocation_read(sc_revocation_t *entry, unsigned char *line,
                               apr_size_t n) SC_CHECK;

/* The line of an entry, with its line feed. MALFORMED: a line cannot say this: a source
 * or an id that is empty or has control characters, a digest that is none, a time after
 * SC_EPOCH_MAX. TOO_LARGE: it would be too long. */
sc_status_t sc_revocation_write(sc_bytes_t *line, const sc_revocation_t *entry,
                                apr_pool_t *p) SC_CHECK;

/* The subject of an entry, hashed: entries of one subject have one hash, whatever their
 * time. Never 0. Zero for what no line can say. */
uint64_t sc_revocation_hash(const unsigned char key[SC_HASH_KEY],
                            const sc_revocation_t *entry);

/* Hexadecimal digits of a digest, lower case. */
#define SC_REVOCATION_DIGEST 64

/* The digest of a session: SHA-256 of the source's text, a zero byte and the session's
 * document, in hexadecimal digits and a NUL. Neither the time nor the signature is in
 * it, as a framework signs the same document again. */
sc_status_t sc_revocation_digest(char to[SC_REVOCATION_DIGEST + 1], sc_bytes_t source,
                                 sc_bytes_t document) SC_CHECK;

#endif
