/* SPDX-License-Identifier: Apache-2.0 */
/* The counters of lookups. Sources that look in the same place and have the same format
 * are counted together, whichever scope and server they stand in, and so are keys of one
 * id; those of .htaccess files, whose writers are not asked for labels, are all one. */

#include "httpd/session/tally.h"
#include "httpd/count/metrics.h"
#include "httpd/session/keyring.h"

/* Set at start-up: the row of all sources of .htaccess files. */
static int htaccess;

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

static const msc_key_t *key_of(const server_rec *s, const char *id)
{
    return apr_hash_get(msc_server(s)->keys, id, APR_HASH_KEY_STRING);
}

/* Two counters for each of its keys: sessions, and when the last one came. */
static const int *key_rows(const msc_source_t *source, apr_pool_t *p)
{
    const sc_sealer_t *sealer = &source->codec->sealer;
    int *rows = apr_palloc(p, sizeof(*rows) * 2 * (size_t)sealer->nkeys);

    for (int i = 0; i < sealer->nkeys; i++) {
        const msc_key_t *key = key_of(source->server, sealer->keys[i]->id);

        rows[2 * i] = key ? key->opened : -1;
        rows[2 * i + 1] = key ? key->used : -1;
    }
    return rows;
}

static void register_sources(const msc_server_t *conf, apr_pool_t *p)
{
    for (int i = 0; i < conf->pending->nelts; i++) {
        msc_source_t *source = APR_ARRAY_IDX(conf->pending, i, msc_source_t *);

        source->lookups = msc_metric_register(MSC_LOOKUPS, source->text, source->format);
        source->key_rows = key_rows(source, p);
    }
}

int msc_tally_post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                          server_rec *base)
{
    (void)plog;
    for (server_rec *s = base; s; s = s->next) {
        if (!msc_server_is_own(s, base)) continue;
        register_keys(msc_server(s), ptemp);
        register_sources(msc_server(s), pconf);
    }
    htaccess = msc_metric_register(MSC_LOOKUPS, ".htaccess", "");
    return OK;
}

void msc_tally_lookup(const msc_source_t *source, sc_status_t status)
{
    int row = source->htaccess ? htaccess : source->lookups;

    if (row >= 0) msc_count(row + (int)status);
}

static void count_key(int opened, int used, apr_time_t now)
{
    msc_count(opened);
    msc_count_time(used, now);
}

void msc_tally_session(const msc_source_t *source, const sc_session_t *session,
                       apr_time_t now)
{
    const sc_sealer_t *sealer = &source->codec->sealer;
    const msc_key_t *key;

    for (int i = 0; source->key_rows && i < sealer->nkeys; i++) {
        if (sealer->keys[i] == session->key) {
            count_key(source->key_rows[2 * i], source->key_rows[2 * i + 1], now);
            return;
        }
    }
    key = session->key ? key_of(source->server, session->key->id) : NULL;
    if (key) count_key(key->opened, key->used, now);
}
