/* SPDX-License-Identifier: Apache-2.0 */
/* The codec: a format with its keys and options. It opens a token in one order for all
 * formats: limits, envelope, time, payload, claims, so that nothing under a MAC is
 * looked at before the MAC is known to be right, and nothing is inflated that is too old
 * anyway. */
#include "core/codec/codec.h"
#include "core/base/chars.h"
#include "core/codec/claims.h"
#include <apr_strings.h>

/* Of an id. A uuid4 has 36 characters, Django's ids have 32, secrets.token_urlsafe(32)
 * makes 43; what could be guessed, or is a page of text, is none. */
#define ID_MIN 8
#define ID_MAX 128

/* Options that exclude each other. */
static const char *contradiction(const sc_codec_t *codec)
{
    const sc_options_t *o = &codec->options;

    if (!o->envelope.timed && o->max_age >= 0)
        return "max-age: a token without a timestamp (timed=off) has no age; leave one "
               "of them out";
    if (o->lookup && o->rekey)
        return "rekey=on: a session that is kept elsewhere (lookup=) is only read; leave "
               "it out";
    if (*o->envelope.assertion && (o->envelope.version == 1 || o->envelope.version == 2))
        return "assertion: PASETO has implicit assertions from version 3 on; leave it "
               "out";
    return NULL;
}

static bool has_lookup(const char *const *options, int noptions)
{
    for (int i = 0; i < noptions; i++)
        if (!strncmp(options[i], "lookup=", 7)) return true;
    return false;
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
    if (nkeys < 1 && !c->format->is_id)
        return apr_psprintf(p, "format %s needs a key: keys=ID of a CookieSessionKey",
                            format);
    sc_options_default(&c->options, c->format);
    /* Where a session is kept it is known when it ends. */
    if (has_lookup(options, noptions)) c->options.max_age = -1;
    for (i = 0; i < noptions; i++) {
        err = sc_option_set(&c->options, c->format, options[i], p);
        if (err) return err;
    }
    if (sc_codec_is_looked_up(c)) c->options.write = 0;
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

static sc_status_t open_sealed(sc_session_t **session, const sc_codec_t *codec,
                               sc_bytes_t token, const sc_env_t *env, apr_pool_t *p)
{
    sc_opened_t opened = {.issued = SC_NEVER};
    sc_session_t *s;
    sc_doc_t *doc;
    sc_status_t st;

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

sc_status_t sc_codec_open(const sc_session_t **session, const sc_codec_t *codec,
                          sc_bytes_t token, const sc_env_t *env, apr_pool_t *p)
{
    sc_session_t *opened;
    sc_status_t st;

    if (token.n == 0) return SC_MALFORMED;
    if (token.n > codec->options.limits.token) return SC_TOO_LARGE;
    if (sc_codec_is_looked_up(codec)) return SC_UNSUPPORTED;
    st = open_sealed(&opened, codec, token, env, p);
    if (!st) *session = opened;
    return st;
}

/* --- sessions that are kept elsewhere --- */

bool sc_codec_is_looked_up(const sc_codec_t *codec)
{
    return codec->format->is_id || codec->options.lookup;
}

apr_size_t sc_codec_stored_max(const sc_codec_t *codec)
{
    return 2 * codec->options.limits.document;
}

static bool is_id(sc_bytes_t id)
{
    if (id.n < ID_MIN || id.n > ID_MAX) return false;
    for (apr_size_t i = 0; i < id.n; i++)
        if (!sc_char_is_alnum(id.p[i]) && id.p[i] != '_' && id.p[i] != '-') return false;
    return true;
}

sc_status_t sc_codec_open_id(sc_id_t *id, const sc_codec_t *codec, sc_bytes_t token,
                             const sc_env_t *env, apr_pool_t *p)
{
    sc_opened_t opened = {.payload = token};
    sc_status_t st = SC_OK;

    if (token.n > codec->options.limits.token) return SC_TOO_LARGE;
    if (codec->format->is_id)
        st = codec->format->envelope->open(&opened, &codec->sealer, token, env, p);
    if (st) return st;
    if (!is_id(opened.payload)) return SC_MALFORMED;
    id->id = opened.payload;
    id->key = codec->format->is_id && codec->sealer.nkeys ? codec->sealer.keys[opened.key]
                                                          : NULL;
    return SC_OK;
}

/* The bare document. */
static sc_status_t open_bare(sc_session_t **session, const sc_codec_t *codec,
                             const sc_id_t *id, sc_bytes_t stored, apr_pool_t *p)
{
    sc_session_t *s = apr_pcalloc(p, sizeof(*s));
    sc_doc_t *doc;
    sc_status_t st = sc_codec_decode(&doc, codec, stored, p);

    if (st) return st;
    s->codec = codec;
    s->key = id->key;
    s->expires = SC_NEVER;
    s->payload = stored;
    s->doc = doc;
    *session = s;
    return SC_OK;
}

sc_status_t sc_codec_open_stored(const sc_session_t **session, const sc_codec_t *codec,
                                 const sc_id_t *id, sc_bytes_t stored, apr_time_t end,
                                 const sc_env_t *env, apr_pool_t *p)
{
    sc_session_t *s;
    sc_status_t st;

    if (end != SC_NEVER && env->now >= end) return SC_EXPIRED;
    if (stored.n > sc_codec_stored_max(codec)) return SC_TOO_LARGE;
    if (stored.n == 0) return SC_MALFORMED;
    st = codec->format->is_id ? open_bare(&s, codec, id, stored, p)
                              : open_sealed(&s, codec, stored, env, p);
    if (st) return st;
    s->issued = SC_NEVER;
    s->id = id->id;
    if (end != SC_NEVER && (s->expires == SC_NEVER || end < s->expires)) s->expires = end;
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

    if (!codec->options.serializer->encode || sc_codec_is_looked_up(codec))
        return SC_UNSUPPORTED;
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
