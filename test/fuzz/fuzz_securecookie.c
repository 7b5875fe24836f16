/* SPDX-License-Identifier: Apache-2.0 */
/* SecureCookie behind its MAC: any items are signed with a known key, and opened as JSON
 * and as pickles. What opens as JSON is sealed again, and opens to the same document. The
 * bytes alone, without that MAC, never open. */
#include "fuzz.h"
#include "core/codec/codec.h"

#include <apr_strings.h>

static const sc_env_t env = {.now = FUZZ_NOW, .random = fuzz_random};

static sc_codec_t *codec_of(const char *option, apr_pool_t *p)
{
    sc_key_t *key = apr_pcalloc(p, sizeof(*key));
    const sc_key_t **keys = apr_palloc(p, sizeof(*keys));
    sc_codec_t *codec;

    key->id = "main";
    key->secret = sc_bytes_str("a secret for fuzzing");
    keys[0] = key;
    must(sc_codec_make(&codec, "werkzeug", keys, 1, &option, 1, p) == NULL);
    return codec;
}

static void open_items(const sc_codec_t *codec, sc_bytes_t items, apr_pool_t *p)
{
    sc_sealing_t in = {items, 0, SC_NEVER, {NULL, 0}};
    const sc_session_t *session, *again;
    sc_bytes_t token;

    must(sc_codec_open(&session, codec, items, &env, p) != SC_OK);
    must(codec->format->envelope->seal(&token, &codec->sealer, &in, &env, p) == SC_OK);
    if (sc_codec_open(&session, codec, token, &env, p) != SC_OK) return;
    must(sc_doc_write(session->doc, SC_PLAIN, SC_COMPACT, p).n >= 2);
    if (!codec->options.serializer->encode || sc_doc_size(session->doc) == 0) return;
    if (sc_codec_seal(&token, codec, session->doc, NULL, &env, p) != SC_OK) return;
    must(sc_codec_open(&again, codec, token, &env, p) == SC_OK);
    must(sc_bytes_eq(sc_doc_write(session->doc, SC_TAGGED, SC_COMPACT, p),
                     sc_doc_write(again->doc, SC_TAGGED, SC_COMPACT, p)));
}

static sc_codec_t *json, *pickle;

void fuzz_start(apr_pool_t *p)
{
    must(sc_crypto_init() == NULL);
    json = codec_of("serializer=json", p);
    pickle = codec_of("serializer=pickle", p);
}

void fuzz_try(sc_bytes_t items, apr_pool_t *p)
{
    open_items(json, items, p);
    open_items(pickle, items, p);
}
