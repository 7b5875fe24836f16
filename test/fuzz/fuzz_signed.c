/* SPDX-License-Identifier: Apache-2.0 */
/* The envelopes that only sign, behind their MAC: the first byte picks the format, the
 * others are signed with a known key, once as they are (payload and timestamp are the
 * fuzzer's) and once as a payload with a timestamp of ours, and opened. What opens is
 * sealed again and opens to the same document. Without that MAC the bytes never open, and
 * a key_id is always that of the key that verified. */
#include "fuzz.h"
#include "core/base/base64.h"
#include "core/codec/codec.h"

static const sc_env_t env = {.now = FUZZ_NOW, .random = fuzz_random};

static sc_codec_t *codec_of(const char *format, const char *option, apr_pool_t *p)
{
    static const char *const ids[] = {"key1", "key2"};
    const sc_key_t **keys = apr_palloc(p, 2 * sizeof(*keys));
    sc_codec_t *codec;
    int i;

    for (i = 0; i < 2; i++) {
        sc_key_t *key = apr_pcalloc(p, sizeof(*key));

        key->id = ids[i];
        key->secret = sc_bytes_str("the same secret for both");
        keys[i] = key;
    }
    must(sc_codec_make(&codec, format, keys, 2, &option, option ? 1 : 0, p) == NULL);
    return codec;
}

/* text SEPARATOR signature, as itsdangerous and Django have it. */
static sc_bytes_t signed_text(const sc_codec_t *codec, sc_bytes_t text, apr_pool_t *p)
{
    unsigned char mac[SC_DIGEST_MAX];
    sc_bytes_t parts[3] = {text, sc_bytes(&codec->format->sep, 1)};

    must(sc_hmac(mac, codec->sealer.state[0], &text, 1) == SC_OK);
    parts[2] = sc_base64url_encode(
        sc_bytes(mac, sc_digest_size(codec->options.envelope.digest)), p);
    return sc_bytes_join(parts, 3, p);
}

static void named_itself(const sc_session_t *s)
{
    const sc_value_t *id;

    if (!s->codec->format->names_key) return;
    must(sc_doc_find(&id, s->doc, "key_id"));
    must(sc_bytes_eq(sc_value_string(id), sc_bytes_str(s->key->id)));
}

static void open_token(const sc_codec_t *codec, sc_bytes_t token, apr_pool_t *p)
{
    const sc_session_t *session, *again;

    if (sc_codec_open(&session, codec, token, &env, p) != SC_OK) return;
    named_itself(session);
    if (sc_codec_seal(&token, codec, session->doc, session, &env, p) != SC_OK) return;
    must(sc_codec_open(&again, codec, token, &env, p) == SC_OK);
    must(sc_bytes_eq(sc_doc_write(session->doc, SC_TAGGED, SC_COMPACT, p),
                     sc_doc_write(again->doc, SC_TAGGED, SC_COMPACT, p)));
    must(again->key == session->key && again->issued <= env.now);
}

static const struct {
    const char *name, *option;
} formats[] = {{"flask", NULL},
               {"flask", "max-age=off"},
               {"itsdangerous", "timed=off"},
               {"cookie-manager", "max-age=1h"},
               {"django", NULL},
               {"django", "max-age=off"},
               {"starlette", NULL},
               {"flask-login", NULL}};

#define FORMATS 8

static sc_codec_t *codecs[FORMATS];

void fuzz_start(apr_pool_t *p)
{
    must(sc_crypto_init() == NULL);
    for (int i = 0; i < FORMATS; i++)
        codecs[i] = codec_of(formats[i].name, formats[i].option, p);
}

void fuzz_try(sc_bytes_t bytes, apr_pool_t *p)
{
    const sc_codec_t *codec = codecs[fuzz_byte(&bytes) % FORMATS];
    sc_sealing_t in = {bytes, 0, env.now, {NULL, 0}};
    const sc_session_t *session;
    sc_bytes_t token;

    must(sc_codec_open(&session, codec, bytes, &env, p) != SC_OK);
    if (codec->format->salt) open_token(codec, signed_text(codec, bytes, p), p);
    must(codec->format->envelope->seal(&token, &codec->sealer, &in, &env, p) == SC_OK);
    open_token(codec, token, p);
}
