/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the status page share: texts and numbers as people read them. */

#include "httpd/endpoint/status_text.h"

const char *msc_status_html(request_rec *r, const char *text)
{
    return ap_escape_html2(r->pool, text, 1);
}

/* 1234567 as "1,234,567". */
const char *msc_status_grouped(request_rec *r, uint64_t value)
{
    const char *digits = apr_psprintf(r->pool, "%" APR_UINT64_T_FMT, value);
    size_t n = strlen(digits);
    char *to = apr_palloc(r->pool, 2 * n + 1), *at = to;

    for (size_t i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0) *at++ = ',';
        *at++ = digits[i];
    }
    *at = '\0';
    return to;
}

/* "45 days": of a duration in seconds, in the largest unit that it fills. */
const char *msc_status_span(request_rec *r, apr_int64_t seconds)
{
    static const struct {
        apr_int64_t seconds;
        const char *name;
    } units[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
    int i = 0;

    if (seconds < 1) return "a moment";
    while (seconds < units[i].seconds)
        i++;
    return apr_psprintf(r->pool, "%" APR_INT64_T_FMT " %s%s", seconds / units[i].seconds,
                        units[i].name, seconds / units[i].seconds == 1 ? "" : "s");
}

uint64_t msc_status_value(msc_metric_t metric, int which)
{
    const msc_count_group_t *row;
    int i = 0;

    row = msc_metric_row(&i, metric);
    return row ? msc_metric_value(metric, row, which) : 0;
}

/* How often a histogram's event happened; the average, in microseconds. */
uint64_t msc_status_times(msc_metric_t metric)
{
    uint64_t sum = 0;

    for (int i = 0; i < MSC_BUCKETS; i++)
        sum += msc_status_value(metric, i);
    return sum;
}

const char *msc_status_average(request_rec *r, msc_metric_t metric)
{
    uint64_t times = msc_status_times(metric);

    return apr_psprintf(
        r->pool, "%.0f µs",
        times ? (double)msc_status_value(metric, MSC_BUCKETS) / (double)times : 0.0);
}
