/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_FORMAT_H
#define SC_FORMAT_H

#include "core/base/bytes.h"
#include "core/crypto/crypto.h"
#include "core/document/document.h"
#include "core/key/key.h"

/* Formats: a table of envelope × serializer × defaults, and the codec: a format with its
 * keys and options, prepared at start-up, that opens and seals tokens. */

#define SC_NEVER ((apr_time_t)-1) /* no such time in the token */

/* How a key is made from a secret (itsdangerous' names). */
typedef enum {
    SC_DERIVE_HMAC,          /* HMAC(secret, salt) */
    SC_DERIVE_DJANGO_CONCAT, /* H(salt "signer" secret) */
    SC_DERIVE_CONCAT,        /* H(salt secret) */
    SC_DERIVE_NONE           /* the secret */
} sc_derivation_t;

/* Options of a source; defaults come from the format's row. */
typedef struct {
    const char *salt;
    sc_digest_t digest;
    sc_derivation_t derivation;
    apr_interval_time_t max_age; /* -1: off */
    apr_interval_time_t leeway;
    int timed;           /* 0: itsdangerous without a timestamp */
    int version;         /* PASETO: 1 to 4, 0: as the token's header says */
    const char *purpose; /* PASETO: "local", "public", NULL: as the header says */
    const char *issuer;  /* NULL: any */
    const char *audience;
    const char *subject;
    const char *assertion; /* PASETO v3, v4: implicit assertion; "" by default */
    const char *footer;    /* PASETO: written when sealing what was not opened, or NULL */
    sc_limits_t limits;
    int write; /* the glue's: may this source be written */
    int rekey; /* the glue's: write at once what an old key opened */
} sc_options_t;

typedef struct sc_format_t sc_format_t;
typedef struct sc_codec_t sc_codec_t;

/* A verified document with its provenance. All of it lives in the pool it was opened in,
 * and no longer than the token. */
typedef struct {
    const sc_codec_t *codec;
    const sc_doc_t *doc;
    const sc_key_t *key; /* the one that opened it, or NULL (new, not sealed yet) */
    apr_time_t issued;   /* SC_NEVER where the token does not say */
    apr_time_t expires;  /* likewise: issued + max-age, exp, _expires */
    sc_bytes_t footer;   /* PASETO; p is NULL where there is none */
    sc_bytes_t payload;  /* as it was signed; may point into the token. Sealing `doc` anew
                          * seals this */
} sc_session_t;

/* What an envelope's open() has found, step by step. */
typedef struct {
    sc_bytes_t payload; /* authenticated (decrypted), as it was signed */
    int key;            /* index in codec->keys */
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

/* How a token is authenticated or encrypted. */
typedef struct {
    const char *name;
    /* Start-up: what key number i of the codec needs, into codec->state[i]. NULL or a
     * sentence that begins with "key NAME …". */
    const char *(*prepare)(sc_codec_t *codec, int i, apr_pool_t *p);
    /* Authenticates and answers the payload as it was signed; decodes nothing behind the
     * MAC. */
    sc_status_t (*open)(sc_opened_t *opened, const sc_codec_t *codec, sc_bytes_t token,
                        const sc_env_t *env, apr_pool_t *p);
    sc_status_t (*seal)(sc_bytes_t *token, const sc_codec_t *codec,
                        const sc_sealing_t *in, const sc_env_t *env, apr_pool_t *p);
    /* Transport codings of the payload, undone after the time rules: base64 and zlib.
     * NULL: none. */
    sc_status_t (*unpack)(sc_bytes_t *payload, const sc_codec_t *codec, sc_bytes_t packed,
                          apr_pool_t *p);
    sc_status_t (*pack)(sc_bytes_t *packed, const sc_codec_t *codec, sc_bytes_t payload,
                        apr_pool_t *p);
} sc_envelope_t;

/* How a payload becomes a document and back. A NULL encode is a format that only opens:
 * sealing it is UNSUPPORTED. */
typedef struct {
    const char *name;
    sc_status_t (*decode)(sc_doc_t **doc, const sc_codec_t *codec, sc_bytes_t payload,
                          apr_pool_t *p);
    sc_status_t (*encode)(sc_bytes_t *payload, const sc_codec_t *codec,
                          const sc_doc_t *doc, apr_pool_t *p);
} sc_serializer_t;

/* Format flags: what an envelope or the time rules need to know of a row. */
#define SC_F_URLSAFE   0x01 /* payload is base64url, "." before it when zlib */
#define SC_F_KEY_ID    0x02 /* the payload's key_id picks the key (cookie-manager) */
#define SC_F_CLAIMS    0x04 /* exp, nbf, iat, iss, aud, sub mean something */
#define SC_F_EXPIRES   0x08 /* the member _expires means something, and is taken out */
#define SC_F_FUTURE_OK 0x10 /* age < 0 is accepted (Django) */
#define SC_F_SPACED    0x20 /* JSON is written with ", " and ": " */
#define SC_F_BESIDE    0x40 /* sessions are sealed with the same key, and look the same */

/* One row of the table. */
struct sc_format_t {
    const char *name;
    const sc_envelope_t *envelope;
    const sc_serializer_t *serializer;
    const sc_serializer_t *other; /* what serializer=NAME may choose instead, or NULL */
    unsigned flags;
    char sep;
    const char *salt;
    sc_digest_t digest;
    sc_derivation_t derivation;
    int max_age; /* seconds, -1: off */
    int version;
    const char *purpose;
};

struct sc_codec_t {
    const sc_format_t *format;
    const sc_serializer_t *serializer; /* the row's, or what serializer= chose */
    sc_options_t options;
    int nkeys;
    const sc_key_t *const *keys; /* the first seals, all open */
    void **state;                /* per key, the envelope's */
};

extern const sc_envelope_t sc_envelope_itsdangerous;
extern const sc_envelope_t sc_envelope_django;
extern const sc_envelope_t sc_envelope_securecookie;
extern const sc_envelope_t sc_envelope_paseto;
extern const sc_envelope_t sc_envelope_login;

extern const sc_serializer_t sc_serializer_json;
extern const sc_serializer_t sc_serializer_tagged;
extern const sc_serializer_t sc_serializer_items;  /* SecureCookie, a JSON text a value */
extern const sc_serializer_t sc_serializer_pickle; /* SecureCookie, a pickle a value */
extern const sc_serializer_t
    sc_serializer_userid; /* text -> {"_user_id": text, "_fresh": false} */

/* Row i of the table, or NULL behind the last. */
const sc_format_t *sc_format_at(int i);

/* The row of that name, or NULL. */
const sc_format_t *sc_format_find(const char *name);

/* Prepares a codec: checks format, keys and options ("name=value", n of them) and
 * computes whatever does not depend on a token. The keys are not copied. NULL, or a
 * sentence for the administrator naming the option or key, its value and a good one. */
const char *sc_codec_make(sc_codec_t **codec, const char *format,
                          const sc_key_t *const *keys, int nkeys,
                          const char *const *options, int noptions,
                          apr_pool_t *p) SC_CHECK;

/* 1 when `option` ("name=value") is one that sc_codec_make knows by name. */
int sc_option_known(const char *option);

/* Parses a duration: "ms s min h d", a bare number is seconds, "off" is -1 where allowed.
 * NULL or a sentence. */
const char *sc_duration_parse(apr_interval_time_t *t, const char *text,
                              int off_allowed) SC_CHECK;

/* Opens a token: limits, envelope, time, payload, claims, in this order. On OK *session
 * is set; on any other status nothing is. */
sc_status_t sc_codec_open(const sc_session_t **session, const sc_codec_t *codec,
                          sc_bytes_t token, const sc_env_t *env, apr_pool_t *p) SC_CHECK;

/* Seals a document with the codec's first key (cookie-manager: with the key that the
 * document's key_id names, else the first, whose id it then writes). `from`: the session
 * the document came from, whose footer and _expires are kept, or NULL; when `doc` is its
 * very document, the payload is sealed as it was. UNSUPPORTED for a format that only
 * opens or a key that cannot sign, TOO_LARGE past the limits. */
sc_status_t sc_codec_seal(sc_bytes_t *token, const sc_codec_t *codec, const sc_doc_t *doc,
                          const sc_session_t *from, const sc_env_t *env,
                          apr_pool_t *p) SC_CHECK;

#endif
