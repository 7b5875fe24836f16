/* SPDX-License-Identifier: Apache-2.0 */
/* The codec: a format with its keys and options. It opens a token in one order for all
 * formats: limits, envelope, time, payload, claims, so that nothing behind a MAC is
 * looked at before the MAC is known to be right, and nothing is inflated that is too old
 * anyway. */
#include "core/codec/claims.h"
#include "core/codec/options.h"
#include <apr_strings.h>

static const char *formats(apr_pool_t *p)
{
    const sc_format_t *format;
    const char *list = "";
    int i;

    for (i = 0; (format = sc_format_at(i)); i++)
        list = apr_pstrcat(p, list, i ? ", " : "", format->name, NULL);
    return list;
}

/* What one option forbids of another. */
static const char *contradiction(const sc_codec_t *codec)
{
    const sc_options_t *o = &codec->options;

    if (!o->timed && o->max_age >= 0)
        return "max-age: a token without a timestamp (timed=off) has no age; leave one "
               "of them out";
    if (*o->assertion && (o->version == 1 || o->version == 2))
        return "assertion: PASETO has implicit assertions from version 3 on; leave it "
               "out";
    return NULL;
}

const char *sc_codec_make(sc_codec_t **codec, const char *format,
                          const sc_key_t *const *keys, int nkeys,
                          const char *const *options, int noptions, apr_pool_t *p)
{
    sc_codec_t *c = apr_pcalloc(p, sizeof(*c));
    const char *err;
    int i;

    c->format = sc_format_find(format);
    if (!c->format)
        return apr_psprintf(p, "%s: there is no such format; there are %s", format,
                            formats(p));
    if (nkeys < 1)
        return apr_psprintf(p, "format %s needs a key: keys=ID of a CookieSessionKey",
                            format);
    c->serializer = c->format->serializer;
    c->keys = keys;
    c->nkeys = nkeys;
    c->state = apr_pcalloc(p, (apr_size_t)nkeys * sizeof(*c->state));
    sc_options_default(&c->options, c->format);
    for (i = 0; i < noptions; i++) {
        err = sc_option_set(c, options[i], p);
        if (err) return err;
    }
    err = contradiction(c);
    for (i = 0; !err && i < nkeys; i++)
        err = c->format->envelope->prepare(c, i, p);
    if (!err) *codec = c;
    return err;
}

/* From the payload as it was signed to the document. */
static sc_status_t decode(sc_doc_t **doc, const sc_codec_t *codec,
                          const sc_opened_t *opened, apr_pool_t *p)
{
    const sc_envelope_t *envelope = codec->format->envelope;
    sc_bytes_t payload = opened->payload;
    sc_status_t st;

    if (envelope->unpack) {
        st = envelope->unpack(&payload, codec, payload, p);
        if (st) return st;
    }
    if (payload.n > codec->options.limits.document) return SC_TOO_LARGE;
    if (opened->doc) {
        *doc = opened->doc;
        return SC_OK;
    }
    return codec->serializer->decode(doc, codec, payload, p);
}

sc_status_t sc_codec_open(const sc_session_t **session, const sc_codec_t *codec,
                          sc_bytes_t token, const sc_env_t *env, apr_pool_t *p)
{
    sc_opened_t opened = {.issued = SC_NEVER};
    sc_session_t *s;
    sc_doc_t *doc;
    sc_status_t st;

    if (token.n == 0) return SC_MALFORMED;
    if (token.n > codec->options.limits.token) return SC_TOO_LARGE;
    st = codec->format->envelope->open(&opened, codec, token, env, p);
    if (st) return st;
    s = apr_pcalloc(p, sizeof(*s));
    s->codec = codec;
    s->key = codec->keys[opened.key];
    s->issued = opened.issued;
    s->expires = SC_NEVER;
    s->footer = opened.footer;
    s->payload = opened.payload;
    st = sc_time_check(&s->expires, codec, s->issued, env->now);
    if (st) return st;
    st = decode(&doc, codec, &opened, p);
    if (st) return st;
    st = sc_claims_check(&s->issued, &s->expires, codec, s->key, doc, env->now);
    if (st) return st;
    s->doc = doc;
    *session = s;
    return SC_OK;
}

/* cookie-manager: the document says which key seals it. Its key_id stays what it was, for
 * the application asks for certain keys as one asks for a role. */
static const sc_doc_t *with_key_id(int *key, const sc_codec_t *codec, const sc_doc_t *doc,
                                   apr_pool_t *p)
{
    const sc_value_t *id;
    sc_doc_t *named;

    if (sc_doc_find(&id, doc, "key_id") && sc_value_type(id) == SC_STRING) {
        for (*key = 0; *key < codec->nkeys; ++*key)
            if (sc_bytes_eq(sc_value_string(id), sc_bytes_str(codec->keys[*key]->id)))
                return doc;
    }
    *key = 0;
    named = sc_doc_dup(doc, p);
    sc_doc_put(named, sc_bytes_str("key_id"),
               sc_value_make_string(sc_bytes_str(codec->keys[0]->id)));
    return named;
}

/* werkzeug: the opened session has lost its _expires to `from`, and would live for ever
 * without it. Where the document has one again, that counts. */
static const sc_doc_t *with_expires(const sc_doc_t *doc, const sc_session_t *from,
                                    apr_pool_t *p)
{
    const sc_value_t *value;
    apr_time_t usec;
    const char *text;
    sc_doc_t *dated;

    if (from->expires == SC_NEVER || sc_doc_find(&value, doc, "_expires")) return doc;
    usec = apr_time_usec(from->expires);
    text = apr_psprintf(p, "%" APR_INT64_T_FMT, (apr_int64_t)apr_time_sec(from->expires));
    if (usec > 0) text = apr_psprintf(p, "%s.%06d", text, (int)usec);
    dated = sc_doc_dup(doc, p);
    sc_doc_put(dated, sc_bytes_str("_expires"), sc_value_make_number(sc_bytes_str(text)));
    return dated;
}

/* The payload of a document: what it was signed as, if it came from a token of this codec
 * and was not touched. That spares the writing and deflating of a session that is sealed
 * anew for its time stamp or its key. */
static sc_status_t payload_of(sc_bytes_t *payload, const sc_codec_t *codec,
                              const sc_doc_t *doc, const sc_session_t *from,
                              apr_pool_t *p)
{
    const sc_envelope_t *envelope = codec->format->envelope;
    sc_bytes_t text;
    sc_status_t st;

    if (from && from->codec == codec && from->doc == doc) {
        *payload = from->payload;
        return SC_OK;
    }
    st = codec->serializer->encode(&text, codec, doc, p);
    if (st) return st;
    if (text.n > codec->options.limits.document) return SC_TOO_LARGE;
    if (envelope->pack) return envelope->pack(payload, codec, text, p);
    *payload = text;
    return SC_OK;
}

sc_status_t sc_codec_seal(sc_bytes_t *token, const sc_codec_t *codec, const sc_doc_t *doc,
                          const sc_session_t *from, const sc_env_t *env, apr_pool_t *p)
{
    const sc_envelope_t *envelope = codec->format->envelope;
    sc_sealing_t in = {.issued = env->now};
    sc_bytes_t sealed;
    sc_status_t st;

    if (!codec->serializer->encode) return SC_UNSUPPORTED;
    if (codec->format->flags & SC_F_KEY_ID) doc = with_key_id(&in.key, codec, doc, p);
    if (from && doc != from->doc && (codec->format->flags & SC_F_EXPIRES))
        doc = with_expires(doc, from, p);
    if (from)
        in.footer = from->footer;
    else if (codec->options.footer)
        in.footer = sc_bytes_str(codec->options.footer);
    st = payload_of(&in.payload, codec, doc, from, p);
    if (st) return st;
    st = envelope->seal(&sealed, codec, &in, env, p);
    if (st) return st;
    if (sealed.n > codec->options.limits.token) return SC_TOO_LARGE;
    *token = sealed;
    return SC_OK;
}
