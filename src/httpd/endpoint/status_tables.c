/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the status page: keys, the store and the lists of revocations, what is
 * configured. Of a key it says where it may be dropped, but never of one that seals. */

#include "httpd/endpoint/status_tables.h"
#include "httpd/endpoint/status_text.h"
#include "httpd/session/source.h"
#include "httpd/store/revocation.h"
#include "httpd/store/store.h"
#include "httpd/xsrf/conf.h"
#include "http_main.h"
#include "http_protocol.h"

/* --- keys --- */

static bool lists(const msc_source_t *source, const char *id)
{
    for (int i = 0; i < source->ids.n; i++)
        if (!strcmp(source->ids.word[i], id)) return true;
    return false;
}

/* How long a session that the key sealed may still be good, in seconds: the longest
 * max-age of the sources that list it. -1: for ever, or the key seals new ones, or no
 * source lists it. */
static apr_int64_t longest_age(const char *id)
{
    apr_int64_t longest = -1;

    for (server_rec *s = ap_server_conf; s; s = s->next) {
        const apr_array_header_t *sources = msc_server(s)->pending;

        for (int i = 0; i < sources->nelts; i++) {
            const msc_source_t *source = APR_ARRAY_IDX(sources, i, const msc_source_t *);
            apr_int64_t age;

            if (!lists(source, id)) continue;
            age = source->codec->options.max_age;
            if (age < 0 || !strcmp(source->ids.word[0], id)) return -1;
            if (apr_time_sec(age) > longest) longest = apr_time_sec(age);
        }
    }
    return longest;
}

static const char *last_use(request_rec *r, const char *id, apr_int64_t used,
                            apr_int64_t now)
{
    apr_int64_t age = longest_age(id);
    apr_int64_t idle = now - (used ? used : msc_metric_since());
    const char *text = used
                           ? apr_psprintf(r->pool, "%s ago", msc_status_span(r, idle))
                           : apr_psprintf(r->pool, "not used since counting began %s ago",
                                          msc_status_span(r, idle));

    return age >= 0 && idle > age ? apr_psprintf(r->pool, "old: %s: may be dropped", text)
                                  : text;
}

void msc_status_put_keys(request_rec *r, apr_time_t now)
{
    const msc_count_group_t *opened, *used;
    int i = 0, k = 0;

    ap_rputs("<section><h2>Keys</h2><div class=wide>\n<table><tr><th>id</th>"
             "<th class=n>sessions</th><th>last good for one</th></tr>\n",
             r);
    while ((opened = msc_metric_row(&i, MSC_KEY_OPENED)) != NULL &&
           (used = msc_metric_row(&k, MSC_KEY_USED)) != NULL)
        ap_rprintf(r, "<tr><td><code>%s</code></td><td class=n>%s</td><td>%s</td></tr>\n",
                   msc_status_html(r, opened->what),
                   msc_status_grouped(r, msc_metric_value(MSC_KEY_OPENED, opened, 0)),
                   last_use(r, opened->what,
                            (apr_int64_t)msc_metric_value(MSC_KEY_USED, used, 0),
                            apr_time_sec(now)));
    ap_rputs("</table></div></section>\n", r);
}

/* --- the store, and the list of revocations --- */

static void put_list_of(request_rec *r, const server_rec *s)
{
    const sc_revoked_t *table = msc_revocation_table(s);

    if (!table) return;
    ap_rprintf(r, "<tr><td>%s</td><td><code>%s</code></td><td class=n>%s</td></tr>\n",
               msc_status_html(r, s->server_hostname ? s->server_hostname : "-"),
               msc_status_html(r, msc_server(s)->revocation->path),
               msc_status_grouped(r, sc_revoked_entries(table)));
}

void msc_status_put_state(request_rec *r)
{
    ap_rprintf(r,
               "<section><h2>Store and revocations</h2>\n<p>Store of one-time "
               "aliases: %s, asked %s times, %s of them in vain, %s on average.</p>\n"
               "<p>Entries of revocations added by endpoints: %s.</p><div class=wide>"
               "<table><tr><th>server</th><th>list</th><th class=n>entries</th></tr>\n",
               msc_store_name(),
               msc_status_grouped(r, msc_status_times(MSC_STORE_SECONDS)),
               msc_status_grouped(r, msc_status_value(MSC_STORE_ERRORS, 0)),
               msc_status_average(r, MSC_STORE_SECONDS),
               msc_status_grouped(r, msc_status_value(MSC_REVOCATIONS, 0)));
    for (server_rec *s = ap_server_conf; s; s = s->next)
        if (msc_server_is_own(s, ap_server_conf)) put_list_of(r, s);
    ap_rputs("</table></div></section>\n", r);
}

/* --- what is configured --- */

static const char *key_ids(request_rec *r, const msc_source_t *source)
{
    const char *ids = "";

    for (int i = 0; i < source->ids.n; i++)
        ids = apr_pstrcat(r->pool, ids, i ? ", " : "", source->ids.word[i], NULL);
    return ids;
}

static void put_source_line(request_rec *r, const msc_source_t *source)
{
    const ap_directive_t *line = source->directive;
    apr_interval_time_t age = source->codec->options.max_age;

    ap_rprintf(r,
               "<tr><td>%s</td><td><code>%s</code></td><td>%s</td><td><code>%s</code>"
               "</td><td>%s</td><td>%s</td><td><code>%s:%d</code></td></tr>\n",
               msc_status_html(r, source->server->server_hostname
                                      ? source->server->server_hostname
                                      : "-"),
               msc_status_html(r, source->text), msc_status_html(r, source->format),
               msc_status_html(r, key_ids(r, source)),
               age < 0 ? "any" : msc_status_span(r, apr_time_sec(age)),
               source->codec->options.write ? "yes" : "no",
               msc_status_html(r, line->filename), line->line_num);
}

static void put_sources(request_rec *r)
{
    ap_rputs("<section><h2>Configuration in force</h2><div class=wide>\n<table><tr>"
             "<th>server</th><th>source</th><th>format</th><th>keys</th><th>max-age</th>"
             "<th>written</th><th>line</th></tr>\n",
             r);
    for (server_rec *s = ap_server_conf; s; s = s->next) {
        const apr_array_header_t *sources = msc_server(s)->pending;

        if (!msc_server_is_own(s, ap_server_conf)) continue;
        for (int i = 0; i < sources->nelts; i++)
            put_source_line(r, APR_ARRAY_IDX(sources, i, const msc_source_t *));
    }
    ap_rputs("</table></div></section>\n", r);
}

static void put_guard_line(request_rec *r, const server_rec *s,
                           const msc_xsrf_conf_t *conf)
{
    static const char *const modes[] = {"Off", "On", "Report"};

    ap_rprintf(
        r, "<tr><td>%s</td><td>%s</td><td>%s</td><td><code>%s:%d</code></td></tr>\n",
        msc_status_html(r, s->server_hostname ? s->server_hostname : "-"),
        modes[conf->mode],
        MSC_IS_SET(conf, policy) ? msc_xsrf_policy_name(conf->policy) : "as around it",
        msc_status_html(r, conf->directive->filename), conf->directive->line_num);
}

static void put_guards(request_rec *r)
{
    ap_rputs("<section><h2>The guard in force</h2><div class=wide>\n<table><tr>"
             "<th>server</th><th>XSRF</th><th>policy</th><th>last line</th></tr>\n",
             r);
    for (server_rec *s = ap_server_conf; s; s = s->next) {
        const apr_array_header_t *scopes = msc_server(s)->xsrf;

        if (!msc_server_is_own(s, ap_server_conf)) continue;
        for (int i = 0; i < scopes->nelts; i++) {
            const msc_xsrf_conf_t *conf =
                APR_ARRAY_IDX(scopes, i, const msc_xsrf_conf_t *);

            if (MSC_IS_SET(conf, mode)) put_guard_line(r, s, conf);
        }
    }
    ap_rputs("</table></div></section>\n", r);
}

void msc_status_put_configuration(request_rec *r)
{
    put_sources(r);
    put_guards(r);
}
