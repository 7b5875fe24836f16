/* SPDX-License-Identifier: Apache-2.0 */
/* A session is sealed for its cookie. Beside what its consumers changed, the end of the
 * session goes into the document, where the format has a member for it, and passwords
 * that an old key encrypted are encrypted with the new one. */

#include "httpd/mod_session/seal.h"
#include "httpd/mod_session/auth_form.h"
#include "httpd/mod_session/expiry.h"
#include "httpd/session/vault.h"
#include "core/crypto/crypto.h"

typedef struct {
    const sc_doc_t *doc;
    sc_doc_t *own; /* a copy of it, once something must be changed */
    const msc_source_t *source;
    apr_pool_t *pool;
} renew_t;

static sc_doc_t *own_doc(renew_t *renew)
{
    if (!renew->own) renew->own = sc_doc_dup(renew->doc, renew->pool);
    return renew->own;
}

static bool doc_has(const void *baton, const char *name)
{
    const renew_t *renew = baton;
    const sc_value_t *value;

    return *name != '/' && sc_doc_find(&value, renew->doc, name);
}

/* A password under an old key is sealed anew, so that it outlives the key as the session
 * does. */
static int renew_member(void *baton, sc_bytes_t bytes, const sc_value_t *value)
{
    renew_t *renew = baton;
    const char *name, *text;
    bool old = false;

    if (sc_value_type(value) != SC_STRING) return 0;
    name = apr_pstrmemdup(renew->pool, (const char *)bytes.p, bytes.n);
    if (!msc_form_is_secret(name, doc_has, renew)) return 0;
    if (msc_vault_open(&text, &old, renew->source->vault, name, sc_value_string(value),
                       renew->pool) &&
        old && msc_vault_seal(&text, renew->source->vault, name, text, renew->pool))
        sc_doc_put(own_doc(renew), bytes, sc_value_make_string(sc_bytes_str(text)));
    return 0;
}

/* The document as it is sealed. */
static const sc_doc_t *final_doc(const msc_sealing_t *sealing, apr_time_t now,
                                 apr_pool_t *p)
{
    renew_t renew = {sealing->doc, NULL, sealing->source, p};
    const sc_codec_t *codec = sealing->source->codec;

    sc_doc_each(sealing->doc, SC_PLAIN, renew_member, &renew);
    if (msc_expiry_is_member(codec))
        msc_expiry_put(own_doc(&renew), codec, sealing->from, sealing->expiry,
                       sealing->is_rekey ? 0 : now, p);
    return renew.own ? renew.own : renew.doc;
}

sc_status_t msc_seal(sc_bytes_t *token, const msc_sealing_t *sealing, apr_pool_t *p)
{
    const sc_codec_t *codec = sealing->source->codec;
    const sc_session_t *from = sealing->from, *again;
    sc_env_t now = {.now = apr_time_now(), .random = sc_crypto_random};
    sc_env_t env = now;
    sc_bytes_t made;
    sc_status_t st;

    /* A session does not become younger by another key. */
    if (sealing->is_rekey && from->issued != SC_NEVER) env.now = from->issued;
    st = sc_codec_seal(&made, codec, final_doc(sealing, now.now, p), from, &env, p);
    if (!st && (!from || sealing->doc != from->doc))
        st = sc_codec_open(&again, codec, made, &now, p);
    if (!st) *token = made;
    return st;
}
