/* SPDX-License-Identifier: Apache-2.0 */
/* The codec: a format with its keys and options. It opens a token in one order for all
 * formats: limits, envelope, time, payload, claims, so that nothing under a MAC is
 * looked at before the MAC is known to be right, and nothing is inflated that is too old
 * anyway. */
#include "core/codec/codec.h"
#include "core/codec/claims.h"
#include <apr_strings.h>

/* Options that exclude each other. */
static const char *contradiction(const sc_codec_t *codec)
{
    const sc_options_t *o = &codec->options;

    if (!o->envelope.timed && o->max_age >= 0)
        return "max-age: a token without a timestamp (timed=off) has no age; leave one "
               "of them out";
    if (*o->envelope.assertion && (o->envelope.version == 1 || o->envelope.version == 2))
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
        return apr_psprintf(p, "%s: there is no such format; formats are %s", format,
                            sc_format_names(p));
    if (nkeys < 1)
        return apr_psprintf(p, "format %s needs a key: keys=ID of a CookieSessionKey",
                            format);
    sc_options_default(&c->options, c->format);
    for (i = 0; i < noptions; i++) {
        err = sc_option_set(&c->options, c->format, options[i], p);
        if (err) return err;
    }
    err = contradiction(c);
    c->sealer = (sc_sealer_t){.format = c->format->name,
                              .sep = c->format->sep,
                              .options = &c->options.envelope,
                              .limits = &c->options.limits,
                              .nkeys = nkeys,
                              .keys = keys};
    c->sealer.state = apr_pcalloc(p, (apr_size_t)nkeys * sizeof(*c->sealer.state));
    for (i = 0; !err && i < nkeys; i++)
        err = c->format->envelope->prepare(&c->sealer, i, p);
    if (!err) *codec = c;
    return err;
}

static sc_status_t unpack_payload(sc_bytes_t *text, const sc_codec_t *codec,
                                  sc_bytes_t payload, apr_pool_t *p)
{
    const sc_coding_t *coding = codec->format->coding;
    const sc_limits_t *limits = &codec->options.limits;
    sc_status_t st = SC_OK;

    *text = payload;
    if (coding) st = coding->unpack(text, payload, limits, p);
    if (st) return st;
    return text->n > limits->document ? SC_TOO_LARGE : SC_OK;
}

sc_status_t sc_codec_decode(sc_doc_t **doc, const sc_codec_t *codec, sc_bytes_t payload,
                            apr_pool_t *p)
{
    sc_bytes_t text;
    sc_status_t st = unpack_payload(&text, codec, payload, p);

    if (st) return st;
    return codec->options.serializer->decode(doc, text, &codec->options.limits, p);
}

/* What the envelope has read already is not read again; its size is bounded all the same.
 */
static sc_status_t opened_doc(sc_doc_t **doc, const sc_codec_t *codec,
                              const sc_opened_t *opened, apr_pool_t *p)
{
    if (!opened->doc) return sc_codec_decode(doc, codec, opened->payload, p);
    if (opened->payload.n > codec->options.limits.document) return SC_TOO_LARGE;
    *doc = opened->doc;
    return SC_OK;
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
    st = codec->format->envelope->open(&opened, &codec->sealer, token, env, p);
    if (st) return st;
    s = apr_pcalloc(p, sizeof(*s));
    s->codec = codec;
    s->key = codec->sealer.keys[opened.key];
    s->issued = opened.issued;
    s->expires = SC_NEVER;
    s->footer = opened.footer;
    s->payload = opened.payload;
    st = sc_age_check(&s->expires, codec->format, &codec->options, s->issued, env->now);
    if (st) return st;
    st = opened_doc(&doc, codec, &opened, p);
    if (st) return st;
    st = sc_claims_check(&s->issued, &s->expires, codec->format, &codec->options, s->key,
                         doc, env->now);
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
        for (*key = 0; *key < codec->sealer.nkeys; ++*key)
            if (sc_bytes_eq(sc_value_string(id),
                            sc_bytes_str(codec->sealer.keys[*key]->id)))
                return doc;
    }
    *key = 0;
    named = sc_doc_dup(doc, p);
    sc_doc_put(named, sc_bytes_str("key_id"),
               sc_value_make_string(sc_bytes_str(codec->sealer.keys[0]->id)));
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
    const sc_coding_t *coding = codec->format->coding;
    sc_bytes_t text;
    sc_status_t st;

    if (from && from->codec == codec && from->doc == doc) {
        *payload = from->payload;
        return SC_OK;
    }
    st = codec->options.serializer->encode(&text, doc, p);
    if (st) return st;
    if (text.n > codec->options.limits.document) return SC_TOO_LARGE;
    if (coding) return coding->pack(payload, text, p);
    *payload = text;
    return SC_OK;
}

sc_status_t sc_codec_seal(sc_bytes_t *token, const sc_codec_t *codec, const sc_doc_t *doc,
                          const sc_session_t *from, const sc_env_t *env, apr_pool_t *p)
{
    const sc_format_t *format = codec->format;
    sc_sealing_t in = {.issued = env->now};
    sc_bytes_t sealed;
    sc_status_t st;

    if (!codec->options.serializer->encode) return SC_UNSUPPORTED;
    if (format->names_key) doc = with_key_id(&in.key, codec, doc, p);
    if (from && doc != from->doc && format->end == SC_END_IN_EXPIRES)
        doc = with_expires(doc, from, p);
    if (from)
        in.footer = from->footer;
    else if (codec->options.footer)
        in.footer = sc_bytes_str(codec->options.footer);
    st = payload_of(&in.payload, codec, doc, from, p);
    if (st) return st;
    st = format->envelope->seal(&sealed, &codec->sealer, &in, env, p);
    if (st) return st;
    if (sealed.n > codec->options.limits.token) return SC_TOO_LARGE;
    *token = sealed;
    return SC_OK;
}

sc_end_t sc_codec_end(const sc_codec_t *codec)
{
    sc_end_t end = codec->format->end;

    return end == SC_END_IN_TOKEN && !codec->options.envelope.timed ? SC_END_IN_MEMBER
                                                                    : end;
}

int sc_codec_most_verifications(const sc_codec_t *codec)
{
    const sc_envelope_t *envelope = codec->format->envelope;

    return envelope->most_verifications ? envelope->most_verifications(&codec->sealer)
                                        : 0;
}

bool sc_codec_is_tagged(const sc_codec_t *codec)
{
    return codec->options.serializer->tagged;
}
