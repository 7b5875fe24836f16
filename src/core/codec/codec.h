/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_CODEC_H
#define SC_CODEC_H

#include "core/codec/format.h"
#include "core/codec/options.h"
#include "core/codec/session.h"

/* The codec: a format with its keys and options, prepared at start-up, that opens and
 * seals tokens. */
typedef struct sc_codec_t {
    const sc_format_t *format;
    sc_options_t options;
    sc_sealer_t sealer; /* the keys; points into the options */
} sc_codec_t;

/* Prepares a codec: checks format, keys and options ("name=value", n of them) and
 * computes whatever does not depend on a token. The keys are not copied. NULL, or a
 * sentence for the administrator naming the option or key, its value and a good one. */
const char *sc_codec_make(sc_codec_t **codec, const char *format,
                          const sc_key_t *const *keys, int nkeys,
                          const char *const *options, int noptions,
                          apr_pool_t *p) SC_CHECK;

/* Opens a token: limits, envelope, time, payload, claims, in this order. On OK *session
 * is set; on any other status nothing is. The token must live as long as the pool. */
sc_status_t sc_codec_open(const sc_session_t **session, const sc_codec_t *codec,
                          sc_bytes_t token, const sc_env_t *env, apr_pool_t *p) SC_CHECK;

/* Whether its tokens are ids of sessions that are kept elsewhere (lookup=). Such a codec
 * opens with the two functions below; sc_codec_open and sc_codec_seal are UNSUPPORTED. */
bool sc_codec_is_looked_up(const sc_codec_t *codec);

/* What a session is looked up by. */
typedef struct {
    sc_bytes_t id;
    const sc_key_t *key; /* that signed it, or NULL */
} sc_id_t;

/* The id in a token, which it points into. MALFORMED unless it is 8 to 128 characters of
 * A-Z a-z 0-9 _ -; BAD_SIGNATURE where the format's ids are signed, and this one is not
 * by any of the keys. */
sc_status_t sc_codec_open_id(sc_id_t *id, const sc_codec_t *codec, sc_bytes_t token,
                             const sc_env_t *env, apr_pool_t *p) SC_CHECK;

/* The session of an id, from what is stored for it: the bare document where the format's
 * tokens are ids, else a token of the format. It does not say when it was issued, even
 * where what is stored has a time: that is when it was saved. It ends as `stored` says,
 * or with `end` (SC_NEVER: unknown) if that is earlier. EXPIRED, and as of sc_codec_open.
 * The id and the value must live as long as the pool. */
sc_status_t sc_codec_open_stored(const sc_session_t **session, const sc_codec_t *codec,
                                 const sc_id_t *id, sc_bytes_t stored, apr_time_t end,
                                 const sc_env_t *env, apr_pool_t *p) SC_CHECK;

/* The most bytes that may be stored for an id: twice max-document, for base64. */
apr_size_t sc_codec_stored_max(const sc_codec_t *codec);

/* Seals a document with the codec's first key (a format that names its key: with the one
 * that the document's key_id names, else the first, whose id it then writes). `from`: the
 * session the document came from, whose footer and _expires are kept, or NULL; when `doc`
 * is its very document, the payload is sealed as it was. UNSUPPORTED for a format that
 * only opens or a key that cannot sign, TOO_LARGE past the limits. */
sc_status_t sc_codec_seal(sc_bytes_t *token, const sc_codec_t *codec, const sc_doc_t *doc,
                          const sc_session_t *from, const sc_env_t *env,
                          apr_pool_t *p) SC_CHECK;

/* Reads the document of an authenticated payload: the coding, then the serializer. */
sc_status_t sc_codec_decode(sc_doc_t **doc, const sc_codec_t *codec, sc_bytes_t payload,
                            apr_pool_t *p) SC_CHECK;

/* Where its sessions say when they end: as the format's row has it, but a token that is
 * configured without a timestamp says nothing. */
sc_end_t sc_codec_end(const sc_codec_t *codec);

/* The most verifications with a public key that opening one token may take, by however
 * many of its keys are public and of one version; 0 where none is. */
int sc_codec_most_verifications(const sc_codec_t *codec);

/* Whether its documents carry Flask's type tags. */
bool sc_codec_is_tagged(const sc_codec_t *codec);

#endif
