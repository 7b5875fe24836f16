/* SPDX-License-Identifier: Apache-2.0 */
/* A response that nobody else may get. To a shared cache all visitors without cookies are
 * the same, whatever Vary says, so it must not keep the response; a browser must not use
 * it for longer than its token is good. */

#include "httpd/xsrf/personal.h"
#include "httpd/request.h"
#include "core/http/caching.h"
#include "apr_date.h"

/* What certain caches obey instead of Cache-Control: RFC 9213 and its kin, Surrogate
 * Control, Akamai, nginx, LiteSpeed. Without them they go by Cache-Control. */
static void drop_targeted(request_rec *r)
{
    static const char *const names[] = {
        "CDN-Cache-Control",
        "Surrogate-Control",
        "Cloudflare-CDN-Cache-Control",
        "Vercel-CDN-Cache-Control",
        "Netlify-CDN-Cache-Control",
        "Akamai-Cache-Control",
        "Edge-Control",
        "X-Accel-Expires",
        "X-LiteSpeed-Cache-Control",
    };

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        msc_response_remove(r, names[i]);
}

/* Ends apr_table_do (0) at a date after the given one. */
static int is_before(void *end, const char *name, const char *value)
{
    apr_time_t date = apr_date_parse_http(value);

    (void)name;
    return date == APR_DATE_BAD || date <= *(const apr_time_t *)end;
}

/* Removes an Expires that is too late. True: there was one. */
static bool drop_late_expires(request_rec *r, apr_time_t end)
{
    if (apr_table_do(is_before, &end, r->headers_out, "Expires", NULL) &&
        apr_table_do(is_before, &end, r->err_headers_out, "Expires", NULL))
        return false;
    msc_response_remove(r, "Expires");
    return true;
}

/* RFC 9111 4.2.2: where nothing says how long a response is fresh, caches take a tenth of
 * its age. */
static bool is_guessed_long(const request_rec *r, apr_interval_time_t life)
{
    const char *modified = msc_response_header(r, "Last-Modified");
    apr_time_t date = modified ? apr_date_parse_http(modified) : APR_DATE_BAD;

    if (date == APR_DATE_BAD || msc_response_header(r, "Expires")) return false;
    return (r->request_time - date) / 10 > life;
}

void msc_personal_make(request_rec *r, apr_interval_time_t life)
{
    apr_int64_t seconds = life < 0 ? -1 : apr_time_sec(life);
    const char *control = msc_response_cache_control(r);
    bool is_long = false;

    if (life >= 0) {
        is_long = drop_late_expires(r, r->request_time + life);
        is_long = is_long || is_guessed_long(r, life);
    }
    control = sc_caching_private(control, seconds, r->pool);
    if (is_long && !sc_caching_is_explicit(control))
        control =
            apr_psprintf(r->pool, "%s, max-age=%" APR_INT64_T_FMT, control, seconds);
    msc_response_set_cache_control(r, MSC_THIS_RESPONSE, control);
    drop_targeted(r);
    msc_response_vary(r, MSC_THIS_RESPONSE, "Cookie");
}
