/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_STATUS_TEXT_H
#define MSC_STATUS_TEXT_H

#include "httpd/config.h"
#include "httpd/count/metrics.h"

/* Texts and numbers of the status page, in the request's pool. */

/* A text of the configuration, escaped. */
const char *msc_status_html(request_rec *r, const char *text);

/* 1234567 as "1,234,567". */
const char *msc_status_grouped(request_rec *r, uint64_t value);

/* A duration in seconds as "45 days", in the largest unit that it fills. */
const char *msc_status_span(request_rec *r, apr_int64_t seconds);

/* A counter of a metric that has one row; how often a histogram's event happened; how
 * long it took on average, as "26 µs". */
uint64_t msc_status_value(msc_metric_t metric, int which);
uint64_t msc_status_times(msc_metric_t metric);
const char *msc_status_average(request_rec *r, msc_metric_t metric);

#endif
