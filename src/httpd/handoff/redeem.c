/* SPDX-License-Identifier: Apache-2.0 */
/* An alias is redeemed. It is taken out of the store before anything of it is looked at,
 * so that nobody has a second try; then every reason to refuse counts, and the client
 * hears of none. */

#include "httpd/handoff/redeem.h"
#include "httpd/count/metrics.h"
#include "httpd/handoff/issue.h"
#include "httpd/mod_session/write.h"
#include "httpd/session/revoked.h"
#include "httpd/store/store.h"
#include "core/crypto/crypto.h"
#include "core/handoff/grant.h"
#include "core/handoff/pkce.h"

typedef struct {
    request_rec *r;
    const msc_found_t *found;   /* what the client showed */
    const msc_source_t *target; /* whose cookie it gets */
    sc_grant_t grant;
    bool is_same_source;
    bool is_away; /* the store, or what the browser shows cannot be read */
} redemption_t;

/* Each step answers NULL, or why not, for the log. */

static const char *find_target(redemption_t *it)
{
    const msc_found_t *found = msc_session_get(it->r);

    if (!found) return "no CookieSession is in scope";
    /* Whose browser it is cannot be told. */
    if (found->is_anonymous) return "the path is in XSRFExempt";
    it->is_away = found->has_failed;
    if (it->is_away) return "the browser's own session cannot be opened now";
    it->found = found;
    it->target = msc_write_new_target(found->sources);
    return it->target ? NULL : "no source in scope may be written";
}

static const char *take_grant(redemption_t *it, sc_bytes_t code)
{
    apr_pool_t *p = it->r->pool;
    unsigned char id[SC_ALIAS_ID];
    sc_bytes_t stored, text;
    sc_alias_t alias;
    sc_status_t st = sc_alias_read(&alias, code, p);

    if (st) return "the code is not one";
    st = sc_alias_id(id, &alias);
    if (!st) st = msc_store_take(&stored, it->r, id);
    if (st == SC_ABSENT) return "there is no such code, or it has been used";
    it->is_away = st == SC_ERROR;
    if (st) return "the store cannot be asked";
    st = sc_alias_open(&text, &alias, stored, p);
    if (!st) st = sc_grant_read(&it->grant, text, &it->target->codec->options.limits, p);
    return st ? "what is stored cannot be read here" : NULL;
}

static const char *check_challenge(const redemption_t *it, sc_bytes_t verifier)
{
    sc_bytes_t challenge = it->grant.challenge;

    if (challenge.n)
        return sc_pkce_is_met(challenge, verifier) ? NULL : "the verifier is wrong";
    if (msc_dir(it->r)->handoff->needs_challenge)
        return "it was issued without a code_challenge";
    /* Who sends one relies on it: a code of somebody else's must not pass. */
    return verifier.p ? "a verifier came with a code that has no challenge" : NULL;
}

static const char *check_place(redemption_t *it)
{
    const char *realm = msc_dir(it->r)->handoff->realm;
    unsigned char origin[MSC_HANDOFF_ORIGIN];

    if (msc_handoff_origin(origin, it->r, it->target)) return "OpenSSL failed";
    it->is_same_source = sc_equal(it->grant.origin, sc_bytes(origin, sizeof(origin)));
    if (it->is_same_source) return NULL;
    if (!realm || !it->grant.realm.n)
        return "it was issued for another source or server, and no realm= is in common";
    return sc_bytes_eq(it->grant.realm, sc_bytes_str(realm))
               ? NULL
               : "it was issued in another realm";
}

static const char *check_time(const redemption_t *it)
{
    apr_time_t now = apr_time_now();

    if (!sc_grant_is_alive(&it->grant, now)) return "the code has expired";
    return it->grant.expires != SC_NEVER && now > it->grant.expires
               ? "the session has expired"
               : NULL;
}

static const char *check_revocation(const redemption_t *it)
{
    const sc_grant_t *grant = &it->grant;
    const msc_revoked_facts_t facts = {grant->source, grant->user, grant->key,
                                       grant->digest, grant->issued};

    return msc_revoked_by_facts(&facts, it->r) ? "the session has been revoked" : NULL;
}

/* A browser does not become somebody else unawares. Where no member is the user, any
 * other session counts as somebody else's. */
static const char *check_browser(const redemption_t *it)
{
    const char *shown, *handed;

    if (!it->found->session) return NULL;
    if (!msc_dir(it->r)->user.n) return "the browser shows a session already";
    shown = msc_session_user(it->r, it->found);
    handed = msc_session_user_of(it->r, it->grant.doc);
    if (!shown || (handed && !strcmp(shown, handed))) return NULL;
    return "the browser shows another user's session";
}

static const char *write_session(const redemption_t *it)
{
    const sc_doc_t *doc;
    sc_session_t *from = apr_palloc(it->r->pool, sizeof(*from));

    if (sc_grant_carry(&doc, from, &it->grant, it->target->codec, it->is_same_source,
                       apr_time_now(), it->r->pool))
        return "the source cannot say when the session was issued or when it ends";
    return msc_write_now(it->found, it->r, it->target, doc, from)
               ? NULL
               : "the cookie cannot be written";
}

sc_status_t msc_handoff_redeem(request_rec *r, sc_bytes_t code, sc_bytes_t verifier)
{
    redemption_t it = {.r = r};
    const char *why = find_target(&it);

    if (!why) why = take_grant(&it, code);
    if (!why) why = check_challenge(&it, verifier);
    if (!why) why = check_time(&it);
    if (!why) why = check_place(&it);
    if (!why) why = check_revocation(&it);
    if (!why) why = check_browser(&it);
    if (!why) why = write_session(&it);
    msc_metric_count(MSC_ALIASES, why ? MSC_ALIAS_REFUSED : MSC_ALIAS_REDEEMED);
    if (!why) return SC_OK;
    ap_log_rerror(APLOG_MARK, it.is_away ? APLOG_ERR : APLOG_WARNING, 0, r,
                  "hand-off refused: %s", why);
    return it.is_away ? SC_ERROR : SC_MISMATCH;
}
