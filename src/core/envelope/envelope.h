/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_ENVELOPE_H
#define SC_ENVELOPE_H

#include <stdbool.h>
#include "core/crypto/crypto.h"
#include "core/document/document.h"
#include "core/key/key.h"

/* Envelopes: how a token is authenticated or encrypted. What is inside is somebody
 * else's concern. */

#define SC_NEVER ((apr_time_t)-1) /* no such time in the token */

/* How a key is made from a secret (itsdangerous' names). */
typedef enum {
    SC_DERIVE_HMAC,          /* HMAC(secret, salt) */
    SC_DERIVE_DJANGO_CONCAT, /* H(salt "signer" secret) */
    SC_DERIVE_CONCAT,        /* H(salt secret) */
    SC_DERIVE_NONE           /* the secret */
} sc_derivation_t;

/* What the options of a source say to its envelope. */
typedef struct {
    const char *salt;
    sc_digest_t digest;
    sc_derivation_t derivation;
    int timed;             /* 0: itsdangerous without a timestamp */
    int version;           /* PASETO: 1 to 4, 0: as the token's header says */
    const char *purpose;   /* PASETO: "local", "public", NULL: as the header says */
    const char *assertion; /* PASETO v3, v4: implicit assertion; "" by default */
} sc_envelope_options_t;

/* What opens and seals the tokens of one source: an envelope's settings and keys. */
typedef struct {
    const char *format; /* its name, for sentences */
    char sep;           /* what parts the token */
    const sc_envelope_options_t *options;
    const sc_limits_t *limits;
    int nkeys;
    const sc_key_t *const *keys; /* the first seals, all open */
    void **state;                /* per key, the envelope's */
} sc_sealer_t;

/* What opening has found. */
typedef struct {
    sc_bytes_t payload; /* authenticated (decrypted), as it was signed */
    int key;            /* index in sealer->keys */
    apr_time_t issued;
    sc_bytes_t footer;
    sc_doc_t *doc; /* what exactly these bytes say, where the envelope had to read them */
} sc_opened_t;

/* What is to be sealed. */
typedef struct {
    sc_bytes_t payload;
    int key;           /* which key seals: 0 except where the document picks it */
    apr_time_t issued; /* what the token is to say */
    sc_bytes_t footer;
} sc_sealing_t;

/* What a token looks like from outside. */
typedef enum {
    SC_LAYOUT_TIMED, /* payload SEP timestamp SEP signature; untimed without the middle */
    SC_LAYOUT_SIGNED, /* payload SEP signature */
    SC_LAYOUT_ITEMS,  /* signature "?" payload */
    SC_LAYOUT_PASETO  /* "vN." purpose "." body, or with "." footer */
} sc_layout_t;

typedef struct {
    sc_layout_t layout;
    bool takes_digest;  /* digest= chooses the hash of its MAC */
    bool takes_untimed; /* timed=off: it has a form without a timestamp */

    /* Start-up: what key number i needs, into sealer->state[i]. NULL or a sentence that
     * begins with "key NAME …". */
    const char *(*prepare)(sc_sealer_t *sealer, int i, apr_pool_t *p);
    /* Authenticates a token and answers the payload as it was signed; decodes nothing
     * that the MAC protects before the MAC is known to be right. */
    sc_status_t (*open)(sc_opened_t *opened, const sc_sealer_t *sealer, sc_bytes_t token,
                        const sc_env_t *env, apr_pool_t *p);
    sc_status_t (*seal)(sc_bytes_t *token, const sc_sealer_t *sealer,
                        const sc_sealing_t *in, const sc_env_t *env, apr_pool_t *p);
    /* The most verifications with a public key (sc_env_t) that opening one token may
     * take: that of a token which no key has signed. NULL: there are no public keys. */
    int (*most_verifications)(const sc_sealer_t *sealer);
    /* Reads the timestamp of a timed layout. NULL: tokens have none. */
    sc_status_t (*read_stamp)(apr_time_t *issued, sc_bytes_t stamp, apr_pool_t *p);
} sc_envelope_t;

#endif
