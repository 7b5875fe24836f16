/* SPDX-License-Identifier: Apache-2.0 */
/* Whether two codecs could take each other's tokens. This is not judged by names or by a
 * list of settings that must differ, which would have to follow every new envelope: the
 * one seals a token and the other tries to open it. */
#include "core/codec/overlap.h"
#include "core/crypto/pkey.h"

static bool is_same_key(const sc_key_t *a, const sc_key_t *b, apr_pool_t *p)
{
    sc_bytes_t one = a->secret, two = b->secret;

    if (a == b) return true;
    if (a->pkey && b->pkey && a->alg == b->alg) {
        one = sc_pkey_export(a->pkey, 0, p);
        two = sc_pkey_export(b->pkey, 0, p);
    }
    return one.n && two.n && sc_equal(one, two);
}

static bool has_key(const sc_codec_t *codec, const sc_key_t *key, apr_pool_t *p)
{
    for (int i = 0; i < codec->sealer.nkeys; i++)
        if (is_same_key(codec->sealer.keys[i], key, p)) return true;
    return false;
}

bool sc_codec_shares_key(const sc_codec_t *a, const sc_codec_t *b, apr_pool_t *p)
{
    for (int i = 0; i < a->sealer.nkeys; i++)
        if (has_key(b, a->sealer.keys[i], p)) return true;
    return false;
}

static void put_text(sc_doc_t *doc, const char *name, const char *text)
{
    if (text)
        sc_doc_put(doc, sc_bytes_str(name), sc_value_make_string(sc_bytes_str(text)));
}

/* What the writer's tokens say: a user, and the claims that it demands itself. */
static sc_doc_t *usual_document(const sc_codec_t *writer, const sc_key_t *key,
                                apr_pool_t *p)
{
    const sc_options_t *o = &writer->options;
    sc_doc_t *doc = sc_doc_make(0, p);

    put_text(doc, "_user_id", "1");
    put_text(doc, "iss", key->issuer ? key->issuer : o->issuer);
    put_text(doc, "aud", o->audience);
    put_text(doc, "sub", o->subject);
    return doc;
}

/* The writer with key i alone, which then seals. */
static sc_codec_t with_one_key(const sc_codec_t *writer, int i)
{
    sc_codec_t one = *writer;

    one.sealer.nkeys = 1;
    one.sealer.keys += i;
    one.sealer.state += i;
    return one;
}

bool sc_codec_reads(const sc_codec_t *reader, const sc_codec_t *writer,
                    const sc_env_t *env, apr_pool_t *p)
{
    for (int i = 0; i < writer->sealer.nkeys; i++) {
        const sc_key_t *key = writer->sealer.keys[i];
        const sc_session_t *session;
        sc_codec_t one;
        sc_bytes_t token;

        if (!has_key(reader, key, p)) continue;
        one = with_one_key(writer, i);
        if (sc_codec_seal(&token, &one, usual_document(writer, key, p), NULL, env, p))
            continue;
        if (!sc_codec_open(&session, reader, token, env, p)) return true;
    }
    return false;
}
