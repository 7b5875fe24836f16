/* SPDX-License-Identifier: Apache-2.0 */
/* A session is put into the store under an alias. What it says goes with it, and what
 * those need to know who fetch it: how long it lives, where it comes from. */

#include "httpd/handoff/issue.h"
#include "httpd/count/metrics.h"
#include "httpd/session/revoked.h"
#include "httpd/store/store.h"
#include "core/crypto/crypto.h"
#include "core/handoff/grant.h"

_Static_assert(SC_ALIAS_ID == MSC_STORE_KEY, "an alias is a key of the store");

/* --- where it comes from --- */

/* A part behind its length, so that no two lists of parts read alike. */
static void add_part(apr_array_header_t *parts, sc_bytes_t part)
{
    APR_ARRAY_PUSH(parts, sc_bytes_t) =
        sc_bytes_str(apr_psprintf(parts->pool, "%" APR_SIZE_T_FMT ":", part.n));
    APR_ARRAY_PUSH(parts, sc_bytes_t) = part;
}

static void add_lower(apr_array_header_t *parts, const char *text)
{
    char *lower = apr_pstrdup(parts->pool, text);

    ap_str_tolower(lower);
    add_part(parts, sc_bytes_str(lower));
}

/* Its id and what it is: another server may have another key under the same id. */
static void add_key(apr_array_header_t *parts, const sc_key_t *key)
{
    add_part(parts, sc_bytes_str(key->id));
    add_part(parts, key->secret.n || !key->pkey
                        ? key->secret
                        : sc_pkey_export(key->pkey, false, parts->pool));
}

sc_status_t msc_handoff_origin(unsigned char origin[MSC_HANDOFF_ORIGIN], request_rec *r,
                               const msc_source_t *source)
{
    const sc_sealer_t *sealer = &source->codec->sealer;
    apr_array_header_t *parts = apr_array_make(r->pool, 16, sizeof(sc_bytes_t));

    add_lower(parts, r->server->server_hostname ? r->server->server_hostname : "");
    if (source->place == MSC_HEADER)
        add_lower(parts, source->text);
    else
        add_part(parts, sc_bytes_str(source->text));
    add_part(parts, sc_bytes_str(source->format));
    for (int i = 0; i < sealer->nkeys; i++)
        add_key(parts, sealer->keys[i]);
    return sc_digest(origin, SC_SHA256, (const sc_bytes_t *)parts->elts, parts->nelts);
}

/* --- the session --- */

/* The members that are handed over. A document that names its key keeps the name: the
 * application asks for certain keys as one asks for a role. */
static const sc_doc_t *handed_doc(const sc_session_t *session, const msc_words_t *members,
                                  apr_pool_t *p)
{
    const char **names = apr_palloc(p, sizeof(*names) * (apr_size_t)(members->n + 1));
    int n = members->n;

    if (!n) return session->doc;
    memcpy(names, members->word, sizeof(*names) * (apr_size_t)n);
    if (session->codec->format->names_key) names[n++] = "key_id";
    return sc_grant_members(session->doc, names, n, p);
}

static sc_status_t fill_grant(sc_grant_t *grant, request_rec *r, const msc_found_t *found)
{
    const msc_handoff_conf_t *conf = msc_dir(r)->handoff;
    const sc_session_t *session = found->session;
    msc_revoked_facts_t facts;
    sc_status_t st = msc_revoked_facts(&facts, session, found->source, r);

    if (st) return st;
    *grant = (sc_grant_t){
        .doc = handed_doc(session, &conf->members, r->pool),
        .is_tagged = sc_codec_is_tagged(session->codec),
        .issued = session->issued,
        .expires = session->expires,
        .footer = session->footer,
        .realm = conf->realm ? sc_bytes_str(conf->realm) : sc_bytes("", 0),
        .source = facts.source,
        .user = facts.user,
        .key = facts.key,
        .digest = facts.digest,
    };
    return SC_OK;
}

static sc_status_t put_grant(request_rec *r, const sc_grant_t *grant,
                             const sc_alias_t *alias, apr_interval_time_t life)
{
    const sc_env_t env = {.now = apr_time_now(), .random = sc_crypto_random};
    unsigned char id[SC_ALIAS_ID];
    sc_bytes_t stored;
    sc_status_t st = sc_alias_id(id, alias);

    if (!st)
        st = sc_alias_seal(&stored, alias, sc_grant_write(grant, r->pool), &env, r->pool);
    return st ? st : msc_store_put(r, id, stored, life);
}

sc_status_t msc_handoff_issue(apr_interval_time_t *life, request_rec *r,
                              const msc_found_t *found, const sc_alias_t *alias,
                              sc_bytes_t challenge)
{
    const sc_session_t *session = found->session;
    unsigned char origin[MSC_HANDOFF_ORIGIN];
    apr_interval_time_t left = msc_dir(r)->handoff->ttl;
    apr_time_t now = apr_time_now();
    sc_grant_t grant;
    sc_status_t st;

    if (session->issued == SC_NEVER && session->expires == SC_NEVER)
        return SC_UNSUPPORTED;
    if (session->expires != SC_NEVER && session->expires - now < left)
        left = session->expires - now;
    if (left <= 0) return SC_EXPIRED;
    st = msc_handoff_origin(origin, r, found->source);
    if (!st) st = fill_grant(&grant, r, found);
    if (st) return st;
    grant.origin = sc_bytes(origin, sizeof(origin));
    grant.challenge = challenge;
    grant.dies = now + left;
    st = put_grant(r, &grant, alias, left);
    if (st) return st;
    msc_metric_count(MSC_ALIASES, MSC_ALIAS_ISSUED);
    *life = left;
    return SC_OK;
}
