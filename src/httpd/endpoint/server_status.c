/* SPDX-License-Identifier: Apache-2.0 */
/* What is counted, in mod_status' page and in its ?auto. */

#include "httpd/endpoint/server_status.h"
#include "httpd/count/metrics.h"
#include "http_protocol.h"
#include "mod_status.h"

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

void msc_server_status_register(void)
{
    APR_OPTIONAL_HOOK(ap, status_hook, add_to_mod_status, NULL, NULL, APR_HOOK_MIDDLE);
}
