/* SPDX-License-Identifier: Apache-2.0 */
/* The origin step: what the request says of where it comes from, against what the client
 * sees of this server. Behind a TLS proxy that mod_remoteip trusts, that is what the
 * proxy says. */

#include "httpd/xsrf/guard.h"
#include "http_core.h"
#include "http_protocol.h"

/* mod_remoteip has accepted the client's address from a proxy: that one may speak for
 * him. */
static int is_proxied(const request_rec *r)
{
    return r->useragent_ip && r->connection->client_ip &&
           strcmp(r->useragent_ip, r->connection->client_ip) != 0;
}

/* The last of a list: what the proxy next to us wrote. */
static const char *last_of(request_rec *r, const char *name)
{
    const char *list = apr_table_get(r->headers_in, name), *comma;

    if (!list) return NULL;
    comma = strrchr(list, ',');
    list = comma ? comma + 1 : list;
    while (*list == ' ' || *list == '\t')
        list++;
    return *list ? list : NULL;
}

int msc_xsrf_own_origin(sc_origin_t *origin, request_rec *r)
{
    const char *scheme = ap_http_scheme(r), *host = r->hostname, *said;

    if (!host) return 0;
    if (r->parsed_uri.port_str)
        host = apr_pstrcat(r->pool, host, ":", r->parsed_uri.port_str, NULL);
    if (is_proxied(r)) {
        said = last_of(r, "X-Forwarded-Proto");
        if (said) scheme = !ap_cstr_casecmp(said, "https") ? "https" : "http";
        said = last_of(r, "X-Forwarded-Host");
        if (said) host = said;
    }
    return sc_origin_of_host(origin, scheme, sc_bytes_str(host), r->pool);
}

int msc_xsrf_is_https(request_rec *r)
{
    msc_xsrf_t *state = msc_xsrf_state(r);
    sc_origin_t own = {.port = -1};

    if (!state->https) {
        state->https = msc_xsrf_own_origin(&own, r)
                           ? 1 + sc_bytes_eq(own.scheme, sc_bytes_str("https"))
                           : 1 + !strcmp(ap_http_scheme(r), "https");
    }
    return state->https == 2;
}

static sc_bytes_t header(request_rec *r, const char *name)
{
    const char *value = apr_table_get(r->headers_in, name);

    return value ? sc_bytes_str(value) : sc_bytes(NULL, 0);
}

sc_from_t msc_xsrf_origin(request_rec *r, const msc_xsrf_conf_t *conf)
{
    sc_origin_t own;
    sc_from_facts_t facts = {
        .fetch_site = header(r, "Sec-Fetch-Site"),
        .origin = header(r, "Origin"),
        .referer = header(r, "Referer"),
        .trusted = conf->trusted ? (const sc_origin_t *)conf->trusted->elts : NULL,
        .ntrusted = conf->trusted ? conf->trusted->nelts : 0,
    };
    const char *by;

    /* A client that names no host (HTTP/1.0) is at no origin of ours. */
    if (!msc_xsrf_own_origin(&own, r)) own = (sc_origin_t){.port = -1};
    facts.self = &own;
    return sc_origin_judge(&by, &facts, r->pool);
}
