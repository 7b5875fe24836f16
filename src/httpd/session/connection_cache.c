/* SPDX-License-Identifier: Apache-2.0 */
/* The last good session of a connection. A browser sends one cookie with every request of
 * a keep-alive connection; opening it again could only give the same answer while the
 * clock stands between the moment when it was opened and its end. Whatever else (another
 * token, another source, the last second, a clock that went back) is opened anew.
 * Refusals are not kept. */

#include "httpd/session/connection_cache.h"

/* Kept on the connection: in its pool, and used by one thread at a time as it is. */
typedef struct {
    apr_pool_t *pool; /* of session and token; cleared for the next ones */
    const msc_source_t *source;
    sc_bytes_t token;
    const sc_session_t *session; /* NULL: none */
    apr_time_t opened;
    int users; /* requests that look at it: with pipelining more than one may be alive */
} recent_t;

static apr_status_t leave(void *data)
{
    recent_t *recent = data;

    recent->users--;
    return APR_SUCCESS;
}

static void enter(recent_t *recent, request_rec *root)
{
    recent->users++;
    apr_pool_cleanup_register(root->pool, recent, leave, apr_pool_cleanup_null);
}

/* A stream of HTTP/2 has a connection of its own, for its only request: nothing to
 * remember. */
static recent_t *recent_of(request_rec *root)
{
    conn_rec *c = root->connection;
    recent_t *recent = ap_get_module_config(c->conn_config, &sessioncookie_module);

    if (recent || c->master) return recent;
    recent = apr_pcalloc(c->pool, sizeof(*recent));
    ap_set_module_config(c->conn_config, &sessioncookie_module, recent);
    return recent;
}

static int is_good(const recent_t *recent, const msc_source_t *source, sc_bytes_t token,
                   apr_time_t now)
{
    const sc_session_t *session = recent->session;

    return session && recent->source == source && sc_bytes_eq(recent->token, token) &&
           now >= recent->opened &&
           (session->expires == SC_NEVER || now < session->expires);
}

/* Makes room for another session; 0 when somebody looks at the present one. */
static int make_room(recent_t *recent, conn_rec *c)
{
    if (recent->users) return 0;
    recent->session = NULL;
    if (recent->pool)
        apr_pool_clear(recent->pool);
    else
        apr_pool_create(&recent->pool, c->pool);
    return 1;
}

sc_status_t msc_connection_cache_open(const sc_session_t **session,
                                      const msc_source_t *source, sc_bytes_t token,
                                      const sc_env_t *env, request_rec *root)
{
    /* What a .htaccess file says is gone with its request. */
    recent_t *recent = source->htaccess ? NULL : recent_of(root);
    sc_status_t status;

    if (recent && is_good(recent, source, token, env->now)) {
        enter(recent, root);
        *session = recent->session;
        return SC_OK;
    }
    if (!recent || !make_room(recent, root->connection)) {
        return sc_codec_open(session, source->codec, token, env, root->pool);
    }
    /* The session points into its token, which is in a header of the request. */
    token = sc_bytes_dup(token, recent->pool);
    status = sc_codec_open(session, source->codec, token, env, recent->pool);
    if (status) return status;
    recent->source = source;
    recent->token = token;
    recent->session = *session;
    recent->opened = env->now;
    enter(recent, root);
    return SC_OK;
}
