/* SPDX-License-Identifier: Apache-2.0 */
/* The status page: what is counted, for people. One document without scripts, images or
 * fonts; it follows the browser's colour scheme and fits a telephone. Every text of the
 * configuration is escaped. */

#include "httpd/endpoint/status_page.h"
#include "httpd/endpoint/status_tables.h"
#include "httpd/endpoint/status_text.h"
#include "http_protocol.h"

static const char style[] =
    ":root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--text:#1c2430;"
    "--soft:#5c6675;--line:#dde2e9;--ok:#2e9e6b;--none:#b9c2ce;--old:#d99a1c;"
    "--bad:#d0443e;--info:#3f7fd0}"
    "@media(prefers-color-scheme:dark){:root{--page:#14181e;--card:#1d232c;"
    "--text:#e6eaf0;--soft:#9aa5b5;--line:#323b48;--ok:#3fbf85;--none:#4a5666;"
    "--old:#e0ac40;--bad:#ee6a62;--info:#6aa3ec}}"
    "*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--text);"
    "font:15px/1.5 system-ui,sans-serif}main{max-width:64rem;margin:0 auto;"
    "padding:1.5rem 1rem 3rem}h1{font-size:1.4rem;margin:0}h2{font-size:1.05rem;"
    "margin:0 0 .8rem}p{margin:.3rem 0}.soft{color:var(--soft)}"
    "section{background:var(--card);border:1px solid var(--line);border-radius:.6rem;"
    "padding:1rem 1.2rem;margin-top:1rem}.cards{display:grid;gap:1rem;"
    "grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));margin-top:1rem}"
    ".cards section{margin:0}.cards b{display:block;font-size:1.6rem;line-height:1.3}"
    ".bar{display:flex;height:1rem;border-radius:.3rem;overflow:hidden;gap:1px;"
    "background:var(--line);margin:.3rem 0}.bar i{display:block;min-width:3px}"
    ".ok{background:var(--ok)}.none{background:var(--none)}.old{background:var(--old)}"
    ".bad{background:var(--bad)}.info{background:var(--info)}"
    "ul.legend{list-style:none;margin:.3rem 0 1rem;padding:0;display:flex;"
    "flex-wrap:wrap;gap:.1rem 1.1rem}ul.legend i{display:inline-block;width:.7rem;"
    "height:.7rem;border-radius:.15rem;margin-right:.4rem}"
    ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{"
    "text-align:left;padding:.35rem .8rem .35rem 0;border-top:1px solid var(--line);"
    "vertical-align:top}th{color:var(--soft);font-weight:600;border:0}"
    "td.n,th.n{text-align:right}code{font:.92em ui-monospace,monospace;"
    "overflow-wrap:anywhere}.wide code{white-space:nowrap}section>:last-child{"
    "margin-bottom:0}svg{display:block;width:100%;height:5rem}"
    "svg rect{fill:var(--bad)}svg line{stroke:var(--line)}";

/* How a status or a verdict looks. No token is no harm to a lookup, but one for which the
 * guard refuses. */
static const char *class_of(msc_metric_t metric, const char *word)
{
    static const char *const pairs[][2] = {{"ok", "ok"},
                                           {"safe", "none"},
                                           {"absent", "none"},
                                           {"expired", "old"},
                                           {"revoked", "info"},
                                           {"exempt", "info"},
                                           {"not-yet-valid", "old"},
                                           {"not-ambient", "info"},
                                           {"no-cookie", "info"},
                                           {"issued", "info"},
                                           {"redeemed", "ok"},
                                           {"backend", "ok"},
                                           {"client", "info"}};

    if (metric == MSC_XSRF_VERDICTS && !strcmp(word, "absent")) return "bad";
    for (unsigned i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        if (!strcmp(pairs[i][0], word)) return pairs[i][1];
    return "bad";
}

/* --- bars --- */

static uint64_t row_sum(msc_metric_t metric, const msc_count_group_t *row)
{
    uint64_t sum = 0;

    for (int i = 0; i < row->n; i++)
        sum += msc_metric_value(metric, row, i);
    return sum;
}

/* A row's counters as one bar, and what is what below it. */
static void put_bar(request_rec *r, msc_metric_t metric, const msc_count_group_t *row)
{
    const msc_metric_about_t *about = msc_metric_about(metric);
    uint64_t sum = row_sum(metric, row);

    if (!sum) {
        ap_rputs("<p class=soft>nothing yet</p>\n", r);
        return;
    }
    ap_rputs("<div class=bar role=presentation>", r);
    for (int i = 0; i < about->n; i++) {
        uint64_t value = msc_metric_value(metric, row, i);

        if (value)
            ap_rprintf(r, "<i class=%s style=\"flex:%.4f 0 0\" title=\"%s\"></i>",
                       class_of(metric, msc_metric_word(metric, i)),
                       (double)value / (double)sum * 100, msc_metric_word(metric, i));
    }
    ap_rputs("</div>\n<ul class=legend>", r);
    for (int i = 0; i < about->n; i++) {
        uint64_t value = msc_metric_value(metric, row, i);

        if (value)
            ap_rprintf(r, "<li><i class=%s></i>%s %s</li>",
                       class_of(metric, msc_metric_word(metric, i)),
                       msc_metric_word(metric, i), msc_status_grouped(r, value));
    }
    ap_rputs("</ul>\n", r);
}

static void put_sources(request_rec *r)
{
    const msc_count_group_t *row;
    int i = 0, shown = 0;

    ap_rputs("<section><h2>Sources</h2>\n", r);
    while ((row = msc_metric_row(&i, MSC_LOOKUPS)) != NULL) {
        if (!*row->format && !row_sum(MSC_LOOKUPS, row)) continue;
        ap_rprintf(r, "<p><code>%s</code> <span class=soft>%s</span></p>\n",
                   msc_status_html(r, row->what), msc_status_html(r, row->format));
        put_bar(r, MSC_LOOKUPS, row);
        shown++;
    }
    if (!shown) ap_rputs("<p class=soft>No source is configured.</p>\n", r);
    ap_rputs("</section>\n", r);
}

/* A metric with one row, in a section of its own. */
static void put_section(request_rec *r, const char *title, msc_metric_t metric)
{
    const msc_count_group_t *row;
    int i = 0;

    row = msc_metric_row(&i, metric);
    if (!row) return;
    ap_rprintf(r, "<section><h2>%s</h2>\n", title);
    put_bar(r, metric, row);
    ap_rputs("</section>\n", r);
}

/* --- the picture of the last hour --- */

static void put_minutes(request_rec *r, apr_time_t now)
{
    uint64_t minutes[MSC_COUNT_MINUTES], most = 1, sum = 0;

    msc_metric_minutes(minutes, now);
    for (int i = 0; i < MSC_COUNT_MINUTES; i++) {
        sum += minutes[i];
        if (minutes[i] > most) most = minutes[i];
    }
    ap_rprintf(r,
               "<section><h2>Refusals a minute, over the last hour</h2>\n"
               "<svg viewBox=\"0 0 %d 40\" preserveAspectRatio=none role=img "
               "aria-label=\"%s refusals in the last hour, at most %s in a minute\">"
               "<line x1=0 y1=39.5 x2=%d y2=39.5 />",
               MSC_COUNT_MINUTES * 4, msc_status_grouped(r, sum),
               msc_status_grouped(r, sum ? most : 0), MSC_COUNT_MINUTES * 4);
    for (int i = 0; i < MSC_COUNT_MINUTES; i++) {
        double height = (double)minutes[i] / (double)most * 38;

        if (minutes[i])
            ap_rprintf(r,
                       "<rect x=%d y=%.2f width=3 height=%.2f><title>%s, %d minutes "
                       "ago</title></rect>",
                       i * 4, 39 - height, height, msc_status_grouped(r, minutes[i]),
                       MSC_COUNT_MINUTES - 1 - i);
    }
    ap_rprintf(r,
               "</svg>\n<p class=soft>%s in the last hour, at most %s in one "
               "minute: tokens that were not good, and requests that the guard "
               "refused.</p></section>\n",
               msc_status_grouped(r, sum), msc_status_grouped(r, sum ? most : 0));
}

/* --- the page --- */

static void put_card(request_rec *r, const char *value, const char *what)
{
    ap_rprintf(r, "<section><b>%s</b>%s</section>\n", value, what);
}

static void put_cards(request_rec *r)
{
    uint64_t opened = msc_status_value(MSC_SESSIONS, MSC_SESSION_OPENED);
    uint64_t remembered = msc_status_value(MSC_SESSIONS, MSC_SESSION_REMEMBERED);
    uint64_t all = opened + remembered, openings = msc_status_times(MSC_OPEN_SECONDS);

    ap_rputs("<div class=cards>", r);
    put_card(r, msc_status_grouped(r, all), "requests with a good session");
    put_card(r,
             apr_psprintf(r->pool, "%.1f %%",
                          all ? (double)remembered / (double)all * 100 : 0.0),
             "of them remembered, not opened again");
    put_card(r, msc_status_grouped(r, openings > opened ? openings - opened : 0),
             "tokens refused");
    put_card(r, msc_status_average(r, MSC_OPEN_SECONDS), "on average to open a token");
    ap_rputs("</div>\n", r);
}

static void put_head(request_rec *r, int refresh, apr_time_t now)
{
    char date[APR_RFC822_DATE_LEN];

    apr_rfc822_date(date, now);
    ap_rputs("<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8>\n"
             "<meta name=viewport content=\"width=device-width,initial-scale=1\">\n",
             r);
    if (refresh) ap_rprintf(r, "<meta http-equiv=refresh content=%d>\n", refresh);
    ap_rvputs(r, "<title>mod_sessioncookie</title><style>", style, "</style></head>\n",
              NULL);
    ap_rvputs(
        r, "<body><main><h1>mod_sessioncookie " MSC_VERSION "</h1><p class=soft>",
        r->server->server_hostname ? msc_status_html(r, r->server->server_hostname) : "-",
        ", ", date, msc_metric_since() ? ". Counting for " : ". Nothing is counted",
        msc_metric_since() ? msc_status_span(r, apr_time_sec(now) - msc_metric_since())
                           : "",
        ".</p>\n", NULL);
}

void msc_status_page_send(request_rec *r, int refresh)
{
    apr_time_t now = apr_time_now();

    ap_set_content_type(r, "text/html; charset=utf-8");
    apr_table_setn(r->headers_out, "Content-Security-Policy",
                   "default-src 'none'; style-src 'unsafe-inline'; "
                   "frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
    put_head(r, refresh, now);
    put_cards(r);
    put_minutes(r, now);
    put_sources(r);
    put_section(r, "The XSRF guard's verdicts", MSC_XSRF_VERDICTS);
    msc_status_put_keys(r, now);
    put_section(r, "Tokens minted", MSC_TOKENS);
    put_section(r, "One-time aliases", MSC_ALIASES);
    msc_status_put_state(r);
    msc_status_put_configuration(r);
    ap_rprintf(r, "<p class=soft>For programs: <a href=\"?json\">JSON</a>, "
                  "<a href=\"?prometheus\">Prometheus</a>. "
                  "<a href=\"?refresh=10\">Refresh every 10 seconds</a>.</p>"
                  "</main></body></html>\n");
}
