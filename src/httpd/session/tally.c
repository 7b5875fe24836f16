/* SPDX-License-Identifier: Apache-2.0 */
/* The counters of lookups. Sources that look in the same place and have the same format
 * are counted together, whichever scope and server they stand in, and so are keys of one
 * id; those of .htaccess files, whose writers are not asked for labels, are all one. */

#include "httpd/session/tally.h"
#include "httpd/count/metrics.h"
#include "httpd/session/keyring.h"

/* Set at start-up: the row of all sources of .htaccess files. */
static int htaccess;

static void register_sources(const msc_server_t *conf)
{
    for (int i = 0; i < conf->pending->nelts; i++) {
        msc_source_t *source = APR_ARRAY_IDX(conf->pending, i, msc_source_t *);

        source->lookups = msc_metric_register(MSC_LOOKUPS, source->text, source->format);
    }
}

static int by_id(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void register_keys(const msc_server_t *conf, apr_pool_t *p)
{
    unsigned n = apr_hash_count(conf->keys), i = 0;
    const char **ids = apr_palloc(p, (n + 1) * sizeof(*ids));

    for (apr_hash_index_t *hi = apr_hash_first(p, conf->keys); hi; hi = apr_hash_next(hi))
        ids[i++] = apr_hash_this_key(hi);
    qsort(ids, n, sizeof(*ids), by_id);
    for (i = 0; i < n; i++) {
        msc_key_t *key = apr_hash_get(conf->keys, ids[i], APR_HASH_KEY_STRING);

        key->opened = msc_metric_register(MSC_KEY_OPENED, ids[i], "");
        key->used = msc_metric_register(MSC_KEY_USED, ids[i], "");
    }
}

int msc_tally_post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                          server_rec *base)
{
    (void)pconf;
    (void)plog;
    for (server_rec *s = base; s; s = s->next) {
        if (!msc_server_is_own(s, base)) continue;
        register_sources(msc_server(s));
        register_keys(msc_server(s), ptemp);
    }
    htaccess = msc_metric_register(MSC_LOOKUPS, ".htaccess", "");
    return OK;
}

void msc_tally_lookup(const msc_source_t *source, sc_status_t status)
{
    int row = source->htaccess ? htaccess : source->lookups;

    if (row >= 0) msc_count(row + (int)status);
}

void msc_tally_session(const server_rec *s, const sc_session_t *session, apr_time_t now)
{
    const msc_key_t *key =
        session->key
            ? apr_hash_get(msc_server(s)->keys, session->key->id, APR_HASH_KEY_STRING)
            : NULL;

    if (!key) return;
    msc_count(key->opened);
    msc_count_time(key->used, now);
}
