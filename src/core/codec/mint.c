/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens of our own: PASETO with its registered claims, of every version and purpose, as
 * the first key has it. A token is never good for longer than the session that it was
 * minted of. */
#include "core/codec/mint.h"
#include "core/base/base64.h"
#include "core/base/utf8.h"
#include "core/envelope/paseto_key.h"
#include <apr_strings.h>

#define ID_BYTES 16

/* PASETO, Registered Claims: what a verifier takes from them is not the session's. */
static bool is_registered(const char *name)
{
    static const char *const names[] = {"iss", "sub", "aud", "exp", "nbf", "iat", "jti"};

    for (apr_size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (!strcmp(name, names[i])) return true;
    return false;
}

/* The name of a member: the last step of a JSON Pointer, with "~1" and "~0" (RFC 6901 4);
 * any other path is the name itself. */
static const char *claim_name(const char *path, apr_pool_t *p)
{
    char *name, *to;

    if (*path != '/') return path;
    name = to = apr_pstrdup(p, strrchr(path, '/') + 1);
    for (const char *from = name; *from; from++) {
        bool is_escape = *from == '~' && (from[1] == '0' || from[1] == '1');

        if (is_escape) from++;
        *to++ = !is_escape ? *from : *from == '0' ? '~' : '/';
    }
    *to = '\0';
    return name;
}

static const char *name_claims(sc_minter_t *minter, apr_pool_t *p)
{
    const sc_mint_config_t *config = &minter->config;
    const char **names = apr_palloc(p, sizeof(*names) * (apr_size_t)(config->npaths + 1));

    for (int i = 0; i < config->npaths; i++) {
        names[i] = claim_name(config->paths[i], p);
        if (is_registered(names[i]))
            return apr_psprintf(p,
                                "claims=%s: the claim %s is the token's own; choose "
                                "members of other names, for example: claims=email,roles",
                                config->paths[i], names[i]);
        for (int k = 0; k < i; k++)
            if (!strcmp(names[k], names[i]))
                return apr_psprintf(p,
                                    "claims=: %s and %s would both be the claim %s; "
                                    "remove one of them",
                                    config->paths[k], config->paths[i], names[i]);
    }
    minter->names = names;
    return NULL;
}

/* The footer, once it is known what version each key is of. */
static const char *kid_footer(const sc_codec_t *codec, apr_pool_t *p)
{
    const sc_paseto_key_t *key = codec->sealer.state[0];

    return key->ids[0] ? apr_psprintf(p, "{\"kid\":\"%s\"}", key->ids[0]) : NULL;
}

const char *sc_minter_make(sc_minter_t **minter, const sc_key_t *const *keys, int nkeys,
                           const sc_mint_config_t *config, apr_pool_t *p)
{
    sc_minter_t *made = apr_pcalloc(p, sizeof(*made));
    sc_codec_t *codec;
    const char *err;

    made->config = *config;
    if (keys[0]->kind == SC_KEY_PUBLIC)
        return apr_psprintf(p,
                            "keys=%s…: this is a public key, which cannot sign; put a "
                            "secret or a local one first",
                            keys[0]->id);
    err = name_claims(made, p);
    if (!err) err = sc_codec_make(&codec, "paseto", keys, nkeys, NULL, 0, p);
    if (err) return err;
    if (config->names_key) codec->options.footer = kid_footer(codec, p);
    made->codec = codec;
    *minter = made;
    return NULL;
}

static void put_text(sc_doc_t *doc, const char *name, sc_bytes_t text)
{
    sc_doc_put(doc, sc_bytes_str(name), sc_value_make_string(text));
}

/* With the offset in full, which Python before 3.11 asks for; as PySETO writes it. */
static void put_time(sc_doc_t *doc, const char *name, apr_time_t t, apr_pool_t *p)
{
    apr_time_exp_t at;

    apr_time_exp_gmt(&at, t);
    put_text(doc, name,
             sc_bytes_str(apr_psprintf(p, "%04d-%02d-%02dT%02d:%02d:%02d+00:00",
                                       at.tm_year + 1900, at.tm_mon + 1, at.tm_mday,
                                       at.tm_hour, at.tm_min, at.tm_sec)));
}

static sc_status_t put_id(sc_doc_t *doc, const sc_env_t *env, apr_pool_t *p)
{
    unsigned char id[ID_BYTES];

    if (env->random(env->baton, id, sizeof(id))) return SC_ERROR;
    put_text(doc, "jti", sc_base64url_encode(sc_bytes(id, sizeof(id)), p));
    return SC_OK;
}

static void put_chosen(sc_doc_t *doc, const sc_minter_t *minter, const sc_doc_t *from)
{
    const sc_value_t *value;

    for (int i = 0; from && i < minter->config.npaths; i++) {
        if (!sc_doc_find(&value, from, minter->config.paths[i]) || !value) continue;
        sc_doc_put(doc, sc_bytes_str(minter->names[i]), sc_value_copy(value));
    }
}

static sc_doc_t *claims_of(const sc_minter_t *minter, const sc_minting_t *what,
                           apr_time_t issued, apr_time_t expires, apr_pool_t *p)
{
    const sc_mint_config_t *config = &minter->config;
    sc_doc_t *doc = sc_doc_make(false, p);

    if (config->issuer) put_text(doc, "iss", sc_bytes_str(config->issuer));
    if (config->audience) put_text(doc, "aud", sc_bytes_str(config->audience));
    put_text(doc, "sub", what->user);
    put_time(doc, "iat", issued, p);
    put_time(doc, "exp", expires, p);
    put_chosen(doc, minter, what->doc);
    return doc;
}

static apr_time_t whole_seconds(apr_time_t t)
{
    return apr_time_from_sec(apr_time_sec(t));
}

sc_status_t sc_mint(sc_bytes_t *token, apr_time_t *expires, const sc_minter_t *minter,
                    const sc_minting_t *what, const sc_env_t *env, apr_pool_t *p)
{
    apr_time_t issued = whole_seconds(env->now);
    apr_time_t exp = whole_seconds(env->now + minter->config.ttl);
    sc_doc_t *doc;
    sc_status_t st = SC_OK;

    if (!sc_utf8_valid(what->user)) return SC_UNSUPPORTED;
    if (what->end != SC_NEVER && what->end < exp) exp = whole_seconds(what->end);
    if (exp <= issued) return SC_EXPIRED;
    doc = claims_of(minter, what, issued, exp, p);
    if (what->has_id) st = put_id(doc, env, p);
    if (!st) st = sc_codec_seal(token, minter->codec, doc, NULL, env, p);
    if (!st) *expires = exp;
    return st;
}

/* The minter with key i alone. */
static sc_minter_t with_one_key(const sc_minter_t *minter, int i, sc_codec_t *codec)
{
    sc_minter_t one = *minter;

    *codec = *minter->codec;
    codec->sealer.nkeys = 1;
    codec->sealer.keys += i;
    codec->sealer.state += i;
    one.codec = codec;
    return one;
}

bool sc_minter_is_read(const sc_minter_t *minter, const sc_codec_t *reader,
                       const sc_env_t *env, apr_pool_t *p)
{
    const char *user = reader->options.subject ? reader->options.subject : "1";
    const sc_minting_t what = {.user = sc_bytes_str(user), .end = SC_NEVER};

    for (int i = 0; i < minter->codec->sealer.nkeys; i++) {
        const sc_session_t *session;
        sc_codec_t codec;
        sc_minter_t one = with_one_key(minter, i, &codec);
        sc_bytes_t token;
        apr_time_t expires;

        if (sc_mint(&token, &expires, &one, &what, env, p)) continue; /* a public key */
        if (!sc_codec_open(&session, reader, token, env, p)) return true;
    }
    return false;
}
