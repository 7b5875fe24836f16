/* SPDX-License-Identifier: Apache-2.0 */
/* CookieSessionStore: which store there is, and what a value looks like in it. A value is
 * stored as a byte that says its version, eight bytes of its expiry (microseconds since
 * 1970, big-endian) and itself: it is refused after its expiry whatever the store thinks,
 * and so is what a later version of this module has written. */

#include "httpd/store/store.h"
#include "httpd/count/metrics.h"
#include "httpd/startup.h"
#include "httpd/store/conf.h"
#include "httpd/store/redis.h"
#include "httpd/store/shmcb.h"
#include "http_core.h"
#include "http_main.h"

#define VERSION 1
#define FRONT   9 /* bytes before the value */

/* Of the main server: there is one store. */
typedef struct msc_store_t {
    msc_store_conf_t conf;
    const ap_directive_t *needed; /* the first line that needs it, or NULL */
    msc_shmcb_t *shmcb;           /* NULL until it was made */
    msc_redis_t *redis;           /* likewise */
} msc_store_t;

static msc_store_t *the_store(void)
{
    msc_server_t *conf = msc_server(ap_server_conf);

    if (!conf->store) {
        conf->store = apr_pcalloc(ap_server_conf->process->pconf, sizeof(msc_store_t));
        conf->store->conf.size = MSC_SHMCB_SIZE;
    }
    return conf->store;
}

static void say(void *baton, bool is_error, const char *sentence)
{
    (void)baton;
    ap_log_error(APLOG_MARK, is_error ? APLOG_ERR : APLOG_NOTICE, 0, ap_server_conf,
                 "CookieSessionStore: %s", sentence);
}

const char *msc_store_directive(cmd_parms *cmd, void *dir, int argc, char *const argv[])
{
    const char *why = ap_check_cmd_context(cmd, GLOBAL_ONLY);
    msc_store_t *store = the_store();

    (void)dir;
    store->redis = NULL;
    if (!why) why = msc_store_conf_parse(&store->conf, cmd, argc, argv);
    if (why || !store->conf.is_redis) return why;
    store->conf.redis.say = say;
    why = msc_redis_make(&store->redis, &store->conf.redis, cmd->pool);
    return why ? apr_psprintf(cmd->pool, "CookieSessionStore \"%s\": %s", argv[0], why)
               : NULL;
}

void msc_store_need(const ap_directive_t *line)
{
    msc_store_t *store = the_store();

    if (!store->needed) store->needed = line;
}

struct msc_redis_t *msc_store_redis(void)
{
    return the_store()->redis;
}

const char *msc_store_name(void)
{
    const msc_store_t *store = the_store();

    return store->redis ? "redis" : store->needed ? "shmcb" : "none";
}

void msc_store_register(apr_pool_t *pconf)
{
    msc_shmcb_register(pconf);
}

int msc_store_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                    server_rec *base)
{
    const msc_store_t *store = the_store();

    (void)pconf;
    (void)plog;
    if (!store->needed || store->redis || msc_shmcb_is_there()) return OK;
    return msc_complain(
        base, store->needed,
        apr_pstrcat(ptemp, store->needed->directive,
                    " needs CookieSessionStore, which is shmcb unless it says otherwise, "
                    "and mod_socache_shmcb is not loaded; on Debian: a2enmod "
                    "socache_shmcb",
                    NULL));
}

int msc_store_post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                          server_rec *base)
{
    msc_store_t *store = the_store();

    (void)plog;
    (void)ptemp;
    /* At a start the configuration is read twice. */
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG) return OK;
    if (!store->needed || store->redis) return OK;
    return msc_shmcb_make(&store->shmcb, store->conf.size, base, pconf) == APR_SUCCESS
               ? OK
               : HTTP_INTERNAL_SERVER_ERROR;
}

void msc_store_child_init(apr_pool_t *pchild, server_rec *base)
{
    msc_store_t *store = the_store();
    apr_status_t rv = APR_SUCCESS;

    if (store->shmcb) rv = msc_shmcb_child_init(store->shmcb, pchild);
    if (store->redis) rv = msc_redis_child_init(store->redis, pchild);
    if (rv == APR_SUCCESS) return;
    ap_log_error(APLOG_MARK, APLOG_ERR, rv, base,
                 "CookieSessionStore: this process has no lock for it, and goes without");
    store->shmcb = NULL;
    store->redis = NULL;
}

static sc_bytes_t wrapped(sc_bytes_t value, apr_time_t expires, apr_pool_t *p)
{
    unsigned char front[FRONT] = {VERSION};
    sc_bytes_t parts[] = {sc_bytes(front, FRONT), value};

    for (int i = 1; i < FRONT; i++)
        front[i] = (unsigned char)((apr_uint64_t)expires >> 8 * (FRONT - 1 - i));
    return sc_bytes_join(parts, 2, p);
}

static sc_status_t unwrap(sc_bytes_t *value, sc_bytes_t stored)
{
    apr_uint64_t expires = 0;

    if (stored.n < FRONT || stored.p[0] != VERSION) return SC_ABSENT;
    for (int i = 1; i < FRONT; i++)
        expires = expires << 8 | stored.p[i];
    if (expires <= (apr_uint64_t)apr_time_now()) return SC_ABSENT;
    *value = sc_bytes_from(stored, FRONT);
    return SC_OK;
}

/* Counts what the store was asked at `begin`. */
static sc_status_t counted(sc_status_t status, apr_time_t begin)
{
    msc_metric_took(MSC_STORE_SECONDS, apr_time_now() - begin);
    if (status == SC_ERROR) msc_metric_count(MSC_STORE_ERRORS, 0);
    return status;
}

static sc_status_t put(request_rec *r, sc_bytes_t name, sc_bytes_t stored,
                       apr_time_t expires, apr_interval_time_t ttl)
{
    const msc_store_t *store = the_store();

    if (store->redis)
        return msc_redis_put(store->redis, name, stored, ttl, store->conf.timeout,
                             r->pool);
    if (!store->shmcb) return SC_ERROR;
    return msc_shmcb_put(store->shmcb, r->server, name, stored, expires, r->pool);
}

sc_status_t msc_store_put(request_rec *r, const unsigned char *key, sc_bytes_t value,
                          apr_interval_time_t ttl)
{
    sc_bytes_t name = sc_bytes(key, MSC_STORE_KEY);
    apr_time_t now = apr_time_now();

    if (value.n > MSC_STORE_VALUE_MAX) return SC_TOO_LARGE;
    return counted(put(r, name, wrapped(value, now + ttl, r->pool), now + ttl, ttl), now);
}

sc_status_t msc_store_take(sc_bytes_t *value, request_rec *r, const unsigned char *key)
{
    const msc_store_t *store = the_store();
    sc_bytes_t name = sc_bytes(key, MSC_STORE_KEY), stored;
    apr_size_t max = FRONT + MSC_STORE_VALUE_MAX;
    sc_status_t status = SC_ERROR;
    apr_time_t begin = apr_time_now();

    if (store->redis)
        status = msc_redis_take(&stored, store->redis, name, max, store->conf.timeout,
                                r->pool);
    else if (store->shmcb)
        status = msc_shmcb_take(&stored, store->shmcb, r->server, name, max, r->pool);
    status = counted(status, begin);
    return status ? status : unwrap(value, stored);
}

sc_status_t msc_store_get(sc_bytes_t *value, apr_interval_time_t *ttl, request_rec *r,
                          sc_bytes_t name, apr_size_t max)
{
    const msc_store_t *store = the_store();
    apr_time_t begin = apr_time_now();

    if (!store->redis) return SC_ERROR;
    return counted(
        msc_redis_get(value, ttl, store->redis, name, max, store->conf.timeout, r->pool),
        begin);
}
