/* SPDX-License-Identifier: Apache-2.0 */
/* A cache of one entry a connection: its last good session. A browser sends the same
 * cookie with every request of a keep-alive connection, and opening the token again gives
 * the same answer as long as the clock is between the time when it was opened and the
 * session's end. Anything else (another token, another source, an expired session, a
 * clock that was set back) is opened anew. Refusals are not cached. */

#include "httpd/session/connection_cache.h"
#include <stdbool.h>

/* It lives in the connection's pool and, as the connection, in one thread at a time. */
typedef struct {
    apr_pool_t *pool; /* of session and token; cleared for the next session */
    const msc_source_t *source;
    sc_bytes_t token;
    const sc_session_t *session; /* NULL: none */
    apr_time_t opened;
    int users; /* living requests that use it; with pipelining there may be several */
} cached_t;

static apr_status_t leave(void *data)
{
    cached_t *cache = data;

    cache->users--;
    return APR_SUCCESS;
}

static void enter(cached_t *cache, request_rec *root)
{
    cache->users++;
    apr_pool_cleanup_register(root->pool, cache, leave, apr_pool_cleanup_null);
}

/* NULL for a stream of HTTP/2, which is a connection of its own for a single request. */
static cached_t *cache_of(request_rec *root)
{
    conn_rec *c = root->connection;
    cached_t *cache = ap_get_module_config(c->conn_config, &sessioncookie_module);

    if (cache || c->master) return cache;
    cache = apr_pcalloc(c->pool, sizeof(*cache));
    ap_set_module_config(c->conn_config, &sessioncookie_module, cache);
    return cache;
}

static bool is_good(const cached_t *cache, const msc_source_t *source, sc_bytes_t token,
                    apr_time_t now)
{
    const sc_session_t *session = cache->session;

    return session && cache->source == source && sc_bytes_eq(cache->token, token) &&
           now >= cache->opened &&
           (session->expires == SC_NEVER || now < session->expires);
}

/* Drops the session for another one; false while a request uses it. */
static bool make_room(cached_t *cache, conn_rec *c)
{
    if (cache->users) return false;
    cache->session = NULL;
    if (cache->pool)
        apr_pool_clear(cache->pool);
    else
        apr_pool_create(&cache->pool, c->pool);
    return true;
}

sc_status_t msc_connection_cache_open(const sc_session_t **session,
                                      const msc_source_t *source, sc_bytes_t token,
                                      const sc_env_t *env, request_rec *root)
{
    /* A source in a .htaccess file lives no longer than its request. */
    cached_t *cache = source->htaccess ? NULL : cache_of(root);
    sc_status_t status;

    if (cache && is_good(cache, source, token, env->now)) {
        enter(cache, root);
        *session = cache->session;
        return SC_OK;
    }
    if (!cache || !make_room(cache, root->connection)) {
        return sc_codec_open(session, source->codec, token, env, root->pool);
    }
    /* The session points into its token, which is in a header of the request. */
    token = sc_bytes_dup(token, cache->pool);
    status = sc_codec_open(session, source->codec, token, env, cache->pool);
    if (status) return status;
    cache->source = source;
    cache->token = token;
    cache->session = *session;
    cache->opened = env->now;
    enter(cache, root);
    return SC_OK;
}
