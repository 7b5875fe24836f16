/* SPDX-License-Identifier: Apache-2.0 */
/* The origin step: what the request says of where it comes from, compared with the origin
 * that the client sees and with XSRFTrustedOrigin. */

#include "httpd/xsrf/origin.h"
#include "httpd/request.h"

static sc_bytes_t header_in(const request_rec *r, const char *name)
{
    const char *value = apr_table_get(r->headers_in, name);

    return value ? sc_bytes_str(value) : sc_bytes(NULL, 0);
}

bool msc_xsrf_origin_is_sent(const request_rec *r)
{
    return header_in(r, "Sec-Fetch-Site").p || header_in(r, "Origin").p ||
           header_in(r, "Referer").p;
}

sc_from_t msc_xsrf_origin(request_rec *r, const msc_xsrf_conf_t *conf)
{
    sc_origin_t own;
    sc_from_facts_t facts = {
        .fetch_site = header_in(r, "Sec-Fetch-Site"),
        .origin = header_in(r, "Origin"),
        .referer = header_in(r, "Referer"),
        .trusted = conf->trusted ? (const sc_origin_t *)conf->trusted->elts : NULL,
        .ntrusted = conf->trusted ? conf->trusted->nelts : 0,
    };
    const char *by;

    /* A client that names no host (HTTP/1.0): no origin equals ours. */
    if (!msc_request_origin(&own, r)) own = (sc_origin_t){.port = -1};
    facts.self = &own;
    return sc_origin_judge(&by, &facts, r->pool);
}

bool msc_xsrf_is_from_here(request_rec *r)
{
    sc_bytes_t site = header_in(r, "Sec-Fetch-Site");
    sc_origin_t own, origin;

    if (site.p) return sc_bytes_eq(site, sc_bytes_str("same-origin"));
    return sc_origin_parse(&origin, header_in(r, "Origin"), r->pool) &&
           msc_request_origin(&own, r) && sc_origin_eq(&origin, &own);
}
