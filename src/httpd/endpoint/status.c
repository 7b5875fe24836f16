/* SPDX-License-Identifier: Apache-2.0 */
/* What is counted, for programs: Prometheus' text format 0.0.4, JSON, and mod_status.
 * Texts come from the configuration; they are escaped all the same. */

#include "httpd/endpoint/status.h"
#include "httpd/count/metrics.h"
#include "httpd/endpoint/status_page.h"
#include "httpd/store/revocation.h"
#include "http_main.h"
#include "http_protocol.h"
#include "mod_status.h"

#define PREFIX "sessioncookie_"

/* Of all lists. Servers may share one: it counts once. */
static uint64_t entries_in_force(void)
{
    uint64_t sum = 0;

    for (server_rec *s = ap_server_conf; s; s = s->next) {
        const sc_revoked_t *table = msc_revocation_table(s);
        server_rec *other = ap_server_conf;

        while (other != s && msc_revocation_table(other) != table)
            other = other->next;
        if (table && other == s) sum += sc_revoked_entries(table);
    }
    return sum;
}

/* --- Prometheus --- */

/* A label's value: quotes, backslashes and line ends are escaped. */
static const char *label(request_rec *r, const char *text)
{
    char *to = apr_palloc(r->pool, 2 * strlen(text) + 1), *at = to;

    for (; *text; text++) {
        if (*text == '"' || *text == '\\' || *text == '\n') *at++ = '\\';
        *at++ = *text == '\n' ? 'n' : *text;
    }
    *at = '\0';
    return to;
}

/* The labels of a row, without braces; "" where there are none. */
static const char *row_labels(request_rec *r, const msc_metric_about_t *about,
                              const msc_count_group_t *row)
{
    if (!about->about) return "";
    if (!*row->format)
        return apr_psprintf(r->pool, "%s=\"%s\"", about->about, label(r, row->what));
    return apr_psprintf(r->pool, "%s=\"%s\",format=\"%s\"", about->about,
                        label(r, row->what), label(r, row->format));
}

static void put_sample(request_rec *r, const char *name, const char *suffix,
                       const char *labels, const char *value)
{
    ap_rvputs(r, PREFIX, name, suffix, *labels ? "{" : "", labels, *labels ? "} " : " ",
              value, "\n", NULL);
}

static const char *number(request_rec *r, uint64_t value)
{
    return apr_psprintf(r->pool, "%" APR_UINT64_T_FMT, value);
}

static const char *seconds(request_rec *r, uint64_t microseconds)
{
    return apr_psprintf(r->pool, "%" APR_UINT64_T_FMT ".%06u", microseconds / 1000000,
                        (unsigned)(microseconds % 1000000));
}

static void put_histogram(request_rec *r, msc_metric_t metric,
                          const msc_count_group_t *row)
{
    const char *name = msc_metric_about(metric)->name;
    uint64_t sum = 0;

    for (int i = 0; i < MSC_BUCKETS; i++) {
        const char *bound =
            i < MSC_BUCKETS - 1 ? seconds(r, (uint64_t)msc_metric_bounds[i]) : "+Inf";

        sum += msc_metric_value(metric, row, i);
        put_sample(r, name, "_bucket", apr_psprintf(r->pool, "le=\"%s\"", bound),
                   number(r, sum));
    }
    put_sample(r, name, "_sum", "",
               seconds(r, msc_metric_value(metric, row, MSC_BUCKETS)));
    put_sample(r, name, "_count", "", number(r, sum));
}

static void put_row(request_rec *r, msc_metric_t metric, const msc_count_group_t *row)
{
    const msc_metric_about_t *about = msc_metric_about(metric);
    const char *labels = row_labels(r, about, row);

    for (int i = 0; i < about->n; i++) {
        const char *all = labels;

        if (about->label)
            all = apr_psprintf(r->pool, "%s%s%s=\"%s\"", labels, *labels ? "," : "",
                               about->label, msc_metric_word(metric, i));
        put_sample(r, about->name, "", all, number(r, msc_metric_value(metric, row, i)));
    }
}

static void put_head(request_rec *r, const char *name, const char *type, const char *help)
{
    ap_rvputs(r, "# HELP " PREFIX, name, " ", help, "\n# TYPE " PREFIX, name, " ", type,
              "\n", NULL);
}

static void put_metric(request_rec *r, msc_metric_t metric)
{
    static const char *const types[] = {"counter", "gauge", "histogram"};
    const msc_metric_about_t *about = msc_metric_about(metric);
    const msc_count_group_t *row;
    int i = 0;

    put_head(r, about->name, types[about->kind], about->help);
    while ((row = msc_metric_row(&i, metric)) != NULL) {
        if (about->kind == MSC_HISTOGRAM)
            put_histogram(r, metric, row);
        else
            put_row(r, metric, row);
    }
}

static void put_gauge(request_rec *r, const char *name, const char *help,
                      const char *labels, uint64_t value)
{
    put_head(r, name, "gauge", help);
    put_sample(r, name, "", labels, number(r, value));
}

static void send_prometheus(request_rec *r)
{
    ap_set_content_type(r, "text/plain; version=0.0.4; charset=utf-8");
    put_gauge(r, "info", "The module's version.", "version=\"" MSC_VERSION "\"", 1);
    put_gauge(r, "counting_since_timestamp_seconds", "When counting began.", "",
              (uint64_t)msc_metric_since());
    put_gauge(r, "revocations", "Entries of the lists of revocations that are in force.",
              "", entries_in_force());
    for (int i = 0; i < MSC_METRICS; i++)
        put_metric(r, (msc_metric_t)i);
}

/* --- JSON --- */

static void put_text(sc_value_t *object, const char *name, const char *text)
{
    sc_value_put(object, sc_bytes_str(name), sc_value_make_string(sc_bytes_str(text)));
}

static void put_number(sc_value_t *object, const char *name, uint64_t number)
{
    sc_value_put(object, sc_bytes_str(name), sc_value_make_int((apr_int64_t)number));
}

/* A row as an object: its labels, then a member for each counter. */
static sc_value_t *row_object(msc_metric_t metric, const msc_count_group_t *row)
{
    const msc_metric_about_t *about = msc_metric_about(metric);
    sc_value_t *object = sc_value_make_object();
    sc_value_t *counters = about->label ? sc_value_make_object() : object;

    if (about->about) put_text(object, about->about, row->what);
    if (*row->format) put_text(object, "format", row->format);
    for (int i = 0; i < about->n; i++)
        put_number(counters, about->label ? msc_metric_word(metric, i) : "value",
                   msc_metric_value(metric, row, i));
    if (about->label) sc_value_put(object, sc_bytes_str(about->label), counters);
    return object;
}

static sc_value_t *histogram_object(request_rec *r, msc_metric_t metric,
                                    const msc_count_group_t *row)
{
    sc_value_t *object = sc_value_make_object();
    sc_value_t *buckets = sc_value_make_array();
    uint64_t sum = 0;

    for (int i = 0; i < MSC_BUCKETS; i++) {
        sc_value_t *bucket = sc_value_make_object();

        sum += msc_metric_value(metric, row, i);
        if (i < MSC_BUCKETS - 1)
            sc_value_put(bucket, sc_bytes_str("le"),
                         sc_value_make_number(
                             sc_bytes_str(seconds(r, (uint64_t)msc_metric_bounds[i]))));
        put_number(bucket, "count", sum);
        sc_value_append(buckets, bucket);
    }
    sc_value_put(object, sc_bytes_str("buckets"), buckets);
    sc_value_put(object, sc_bytes_str("sum"),
                 sc_value_make_number(sc_bytes_str(
                     seconds(r, msc_metric_value(metric, row, MSC_BUCKETS)))));
    return object;
}

static sc_value_t *metric_rows(request_rec *r, msc_metric_t metric)
{
    bool is_histogram = msc_metric_about(metric)->kind == MSC_HISTOGRAM;
    sc_value_t *rows = sc_value_make_array();
    const msc_count_group_t *row;
    int i = 0;

    while ((row = msc_metric_row(&i, metric)) != NULL)
        sc_value_append(rows, is_histogram ? histogram_object(r, metric, row)
                                           : row_object(metric, row));
    return rows;
}

static sc_value_t *refused_minutes(void)
{
    uint64_t minutes[MSC_COUNT_MINUTES];
    sc_value_t *array = sc_value_make_array();

    msc_metric_minutes(minutes, apr_time_now());
    for (int i = 0; i < MSC_COUNT_MINUTES; i++)
        sc_value_append(array, sc_value_make_int((apr_int64_t)minutes[i]));
    return array;
}

static int send_json(request_rec *r)
{
    sc_value_t *object = sc_value_make_object();

    put_text(object, "version", MSC_VERSION);
    put_number(object, "counting_since", (uint64_t)msc_metric_since());
    put_number(object, "revocations", entries_in_force());
    sc_value_put(object, sc_bytes_str("refused_per_minute"), refused_minutes());
    for (int i = 0; i < MSC_METRICS; i++)
        sc_value_put(object, sc_bytes_str(msc_metric_about((msc_metric_t)i)->name),
                     metric_rows(r, (msc_metric_t)i));
    return msc_endpoint_answer(r, HTTP_OK, object);
}

/* --- the endpoint --- */

#define REFRESH_LEAST 2
#define REFRESH_MOST  3600

/* Seconds; 0: never. */
static int refresh_of(const sc_fields_t *fields)
{
    const char *text = sc_fields_get(fields, "refresh");
    apr_int64_t n = text ? apr_atoi64(text) : 0;

    return n >= REFRESH_LEAST && n <= REFRESH_MOST ? (int)n : 0;
}

int msc_status_answer(request_rec *r, const sc_fields_t *fields)
{
    if (sc_fields_get(fields, "json")) return send_json(r);
    if (sc_fields_get(fields, "prometheus"))
        send_prometheus(r);
    else
        msc_status_page_send(r, refresh_of(fields));
    return OK;
}

/* --- mod_status --- */

/* "SessionCookie-lookups-ok: 12": all rows of a metric together. */
static void put_auto(request_rec *r, msc_metric_t metric)
{
    const msc_metric_about_t *about = msc_metric_about(metric);

    for (int k = 0; about->label && k < about->n; k++) {
        const msc_count_group_t *row;
        uint64_t sum = 0;
        int i = 0;

        while ((row = msc_metric_row(&i, metric)) != NULL)
            sum += msc_metric_value(metric, row, k);
        ap_rprintf(r, "SessionCookie-%s-%s: %" APR_UINT64_T_FMT "\n", about->name,
                   msc_metric_word(metric, k), sum);
    }
}

static void put_table(request_rec *r, msc_metric_t metric)
{
    const msc_metric_about_t *about = msc_metric_about(metric);
    const msc_count_group_t *row;
    int i = 0;

    while ((row = msc_metric_row(&i, metric)) != NULL) {
        ap_rprintf(r, "<tr><td>%s</td><td>",
                   *row->what ? ap_escape_html(r->pool, row->what) : about->help);
        for (int k = 0; k < about->n; k++) {
            uint64_t value = msc_metric_value(metric, row, k);

            if (value)
                ap_rprintf(r, "%s %" APR_UINT64_T_FMT " ", msc_metric_word(metric, k),
                           value);
        }
        ap_rputs("</td></tr>\n", r);
    }
}

static int add_to_mod_status(request_rec *r, int flags)
{
    static const msc_metric_t shown[] = {MSC_LOOKUPS, MSC_SESSIONS, MSC_XSRF_VERDICTS,
                                         MSC_TOKENS, MSC_ALIASES};
    bool is_auto = flags & AP_STATUS_SHORT;

    if (!is_auto)
        ap_rputs("<hr />\n<h2>mod_sessioncookie " MSC_VERSION "</h2>\n<table>\n", r);
    for (unsigned i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
        if (is_auto)
            put_auto(r, shown[i]);
        else
            put_table(r, shown[i]);
    }
    if (!is_auto) ap_rputs("</table>\n", r);
    return OK;
}

void msc_status_register(void)
{
    APR_OPTIONAL_HOOK(ap, status_hook, add_to_mod_status, NULL, NULL, APR_HOOK_MIDDLE);
}
