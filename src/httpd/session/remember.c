/* SPDX-License-Identifier: Apache-2.0 */
/* CookieSessionCache: a browser sends the same cookie with every request, and opening it
 * again gives the same answer as long as the clock is between the time when it was opened
 * and the session's end. Verified sessions are remembered by the process, so that it does
 * not matter by which connection or HTTP/2 stream they come. A session is remembered when
 * it comes for the second time: those that come once, however many, push nothing out.
 * Refusals are not remembered: whoever sends bad tokens takes no memory. */

#include "httpd/session/remember.h"
#include "httpd/session/absent.h"
#include "httpd/session/lookup.h"
#include "ap_mpm.h"
#include "httpd/count/metrics.h"

#define ENTRIES          512
#define ENTRIES_OF_FORKS 32 /* in each of many processes with one thread */
#define ENTRIES_MAX      65536
#define BYTES_PER_ENTRY  (32 * 1024)

const char *msc_remember_directive(cmd_parms *cmd, void *dir, const char *arg)
{
    msc_server_t *conf = msc_server(cmd->server);
    const char *err = ap_check_cmd_context(cmd, GLOBAL_ONLY);
    bool off = !ap_cstr_casecmp(arg, "off");
    apr_int64_t n;
    char *end;

    (void)dir;
    if (err) return err;
    n = off ? 0 : apr_strtoi64(arg, &end, 10);
    if (!off && (*end || n < 1 || n > ENTRIES_MAX))
        return apr_psprintf(cmd->pool,
                            "CookieSessionCache \"%s\" is neither Off nor a number of "
                            "sessions from 1 to %d; for example: CookieSessionCache %d",
                            arg, ENTRIES_MAX, ENTRIES);
    conf->remembered = (int)n;
    conf->remembered_set = true;
    return NULL;
}

static int entries_of(const msc_server_t *conf)
{
    int is_threaded = AP_MPMQ_NOT_SUPPORTED;

    if (conf->remembered_set) return conf->remembered;
    ap_mpm_query(AP_MPMQ_IS_THREADED, &is_threaded);
    return is_threaded == AP_MPMQ_NOT_SUPPORTED ? ENTRIES_OF_FORKS : ENTRIES;
}

static bool has_lookups(server_rec *s)
{
    for (; s; s = s->next) {
        const apr_array_header_t *sources = msc_server(s)->pending;

        for (int i = 0; i < sources->nelts; i++)
            if (APR_ARRAY_IDX(sources, i, const msc_source_t *)->lookup) return true;
    }
    return false;
}

void msc_remember_child_init(apr_pool_t *pchild, server_rec *s)
{
    static const sc_env_t env = {.random = sc_crypto_random};
    apr_size_t entries = (apr_size_t)entries_of(msc_server(s));
    msc_cache_t *cache = NULL;
    msc_absent_t *absent = NULL;

    if (entries) {
        cache = msc_cache_make(entries, entries * BYTES_PER_ENTRY, &env, pchild);
        if (!cache)
            ap_log_error(APLOG_MARK, APLOG_ERR, 0, s,
                         "CookieSessionCache: no lock could be made; this process "
                         "remembers no sessions");
    }
    if (has_lookups(s)) absent = msc_absent_make(&env, pchild);
    for (; s; s = s->next) {
        msc_server(s)->cache = cache;
        msc_server(s)->absent = absent;
    }
}

static apr_status_t let_go(void *kept)
{
    msc_kept_let_go(kept);
    return APR_SUCCESS;
}

/* Until the request ends. */
static void hold(msc_kept_t *kept, request_rec *home)
{
    apr_pool_cleanup_register(home->pool, kept, let_go, apr_pool_cleanup_null);
}

static sc_status_t open_token(const sc_session_t **session, sc_bytes_t token,
                              const msc_source_t *source, const sc_env_t *env,
                              apr_pool_t *p)
{
    apr_time_t begin = apr_time_now();
    sc_status_t status = sc_codec_open(session, source->codec, token, env, p);

    msc_metric_took(MSC_OPEN_SECONDS, apr_time_now() - begin);
    if (!status) msc_metric_count(MSC_SESSIONS, MSC_SESSION_OPENED);
    return status;
}

/* For this request alone. The session is made of a copy of the token, whose header may be
 * that of a subrequest, which ends before `home` does. */
static sc_status_t open_once(const sc_session_t **session, sc_bytes_t token,
                             const msc_source_t *source, const sc_env_t *env,
                             apr_pool_t *p)
{
    return open_token(session, sc_bytes_dup(token, p), source, env, p);
}

/* What is good is worth being remembered when it comes again. */
static sc_status_t open_first(const sc_session_t **session, msc_cache_t *cache,
                              const msc_cache_key_t *key, const msc_source_t *source,
                              const sc_env_t *env, apr_pool_t *p)
{
    sc_status_t status = open_once(session, key->token, source, env, p);

    if (!status) msc_cache_see(cache, key);
    return status;
}

/* Into memory of its own, and into the cache. */
static sc_status_t open_kept(const sc_session_t **session, msc_kept_t *kept,
                             const msc_source_t *source, const sc_env_t *env)
{
    sc_bytes_t token = msc_kept_token(kept);
    const sc_session_t *opened;
    sc_status_t status = open_token(&opened, token, source, env, msc_kept_pool(kept));

    if (status) return status;
    /* What the decoding took of the pool is a few times the token. */
    msc_cache_keep(kept, opened, 4 * token.n + sc_doc_weight(opened->doc), env->now,
                   opened->expires);
    *session = opened;
    return SC_OK;
}

/* For tests, and for who wonders whether the cache is large enough. */
static void say(request_rec *home, const msc_source_t *source, const char *what)
{
    ap_log_rerror(APLOG_MARK, APLOG_TRACE1, 0, home, "session %s: %s %s", what,
                  source->text, source->format);
}

/* What is remembered under that key; it is held as long as the request lives. */
static const sc_session_t *recall(msc_kept_t **kept, msc_cache_t *cache,
                                  const msc_cache_key_t *key, const msc_source_t *source,
                                  const sc_env_t *env, request_rec *home)
{
    msc_kept_t *mine = msc_cache_find(cache, key, env->now);

    /* Whether it was revoked since is asked by whoever looks it up: see revoked.h. */
    if (!mine) return NULL;
    hold(mine, home);
    msc_metric_count(MSC_SESSIONS, MSC_SESSION_REMEMBERED);
    say(home, source, "found in the cache");
    *kept = mine;
    return msc_kept_what(mine);
}

/* --- sessions that are kept on a server --- */

/* Asks for an id, unless it was not there a moment ago. */
static sc_status_t ask(sc_bytes_t *stored, apr_time_t *end, const msc_source_t *source,
                       const sc_id_t *id, const sc_env_t *env, request_rec *home)
{
    const sc_codec_t *codec = source->codec;
    msc_absent_t *absent = msc_server(home->server)->absent;
    sc_status_t status;

    if (absent &&
        msc_absent_has(absent, source->id, id->id, env->now, codec->options.recheck))
        return SC_EXPIRED;
    say(home, source, "looked up");
    status = msc_lookup_ask(stored, end, source->lookup, id->id,
                            sc_codec_stored_max(codec), home);
    if (status == SC_EXPIRED && absent)
        msc_absent_put(absent, source->id, id->id, env->now);
    return status;
}

/* For how long it need not be asked for again. */
static apr_time_t end_of_memory(const sc_session_t *session, const sc_env_t *env)
{
    apr_time_t end = env->now + session->codec->options.recheck;

    return session->expires != SC_NEVER && session->expires < end ? session->expires
                                                                  : end;
}

/* Of an id whose session is not remembered. It is remembered at once: a page has many
 * files, and an id that is there was not made up. */
static sc_status_t open_asked(const sc_session_t **session, sc_id_t *id,
                              const msc_cache_key_t *key, const msc_source_t *source,
                              const sc_env_t *env, request_rec *home)
{
    msc_cache_t *cache = msc_server(home->server)->cache;
    const sc_session_t *opened;
    msc_kept_t *mine;
    apr_pool_t *p;
    sc_bytes_t stored;
    apr_time_t end;
    sc_status_t status = ask(&stored, &end, source, id, env, home);

    if (status) return status;
    mine = cache ? msc_kept_make(cache, key) : NULL;
    if (mine) hold(mine, home);
    p = mine ? msc_kept_pool(mine) : home->pool;
    if (mine) id->id = msc_kept_token(mine);
    stored = sc_bytes_dup(stored, p);
    status = sc_codec_open_stored(&opened, source->codec, id, stored, end, env, p);
    if (status) return status;
    msc_metric_count(MSC_SESSIONS, MSC_SESSION_OPENED);
    if (mine)
        msc_cache_keep(mine, opened, 4 * stored.n + sc_doc_weight(opened->doc), env->now,
                       end_of_memory(opened, env));
    *session = opened;
    return SC_OK;
}

/* Remembered by its id: several texts may be good signatures of one. */
static sc_status_t open_looked_up(const sc_session_t **session, msc_kept_t **kept,
                                  const msc_source_t *source, sc_bytes_t token,
                                  const sc_env_t *env, request_rec *home)
{
    msc_cache_t *cache = msc_server(home->server)->cache;
    const sc_session_t *known = NULL;
    msc_cache_key_t key;
    sc_id_t id;
    sc_status_t status;

    token = sc_bytes_dup(token, home->pool);
    status = sc_codec_open_id(&id, source->codec, token, env, home->pool);
    if (status) return status;
    if (cache) {
        key = msc_cache_key(cache, source->id, id.id);
        known = recall(kept, cache, &key, source, env, home);
    }
    /* Which key has signed the id is asked of this token, not of another one. */
    if (known && (!id.key || id.key == known->key)) {
        *session = known;
        return SC_OK;
    }
    *kept = NULL;
    return open_asked(session, &id, &key, source, env, home);
}

sc_status_t msc_remember_open(const sc_session_t **session, msc_kept_t **kept,
                              const msc_source_t *source, sc_bytes_t token,
                              const sc_env_t *env, request_rec *home)
{
    msc_cache_t *cache = source->id ? msc_server(home->server)->cache : NULL;
    msc_cache_key_t key;
    const sc_session_t *known;
    msc_kept_t *mine;
    sc_status_t status;

    if (source->lookup) return open_looked_up(session, kept, source, token, env, home);
    if (!cache) return open_once(session, token, source, env, home->pool);
    key = msc_cache_key(cache, source->id, token);
    known = recall(kept, cache, &key, source, env, home);
    if (known) {
        *session = known;
        return SC_OK;
    }
    mine = msc_cache_saw(cache, &key) ? msc_kept_make(cache, &key) : NULL;
    if (!mine) return open_first(session, cache, &key, source, env, home->pool);
    hold(mine, home);
    status = open_kept(session, mine, source, env);
    if (!status) say(home, source, "put into the cache");
    return status;
}
