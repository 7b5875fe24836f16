/* SPDX-License-Identifier: Apache-2.0 */
/* Web origins: scheme, host, port. Refused is everything but a plain
 * scheme://host[:port]: "null", a user, a percent sign or a comma in the host, a
 * backslash, a port out of range. */
#include "core/http/origin.h"
#include "core/base/chars.h"
#include <apr_strings.h>
#include <arpa/inet.h>

/* The parts of an absolute URL, as written. */
typedef struct {
    sc_bytes_t scheme;
    sc_bytes_t host;
    int port;
    sc_bytes_t rest;
} parts_t;

static int default_port(sc_bytes_t scheme)
{
    if (sc_bytes_eq_word(scheme, "http")) return 80;
    return sc_bytes_eq_word(scheme, "https") ? 443 : -1;
}

/* RFC 3986 3.1. The length of a scheme that text begins with, its ":" not counted, or 0.
 */
static apr_size_t scheme_length(sc_bytes_t text)
{
    apr_size_t i;

    if (text.n == 0 || !sc_char_is_letter(text.p[0])) return 0;
    for (i = 1; i < text.n && text.p[i] != ':'; i++)
        if (!sc_char_is_alnum(text.p[i]) && !memchr("+-.", text.p[i], 3)) return 0;
    return i < text.n ? i : 0;
}

/* ":" and digits, or nothing. */
static bool port_of(int *port, sc_bytes_t text, sc_bytes_t scheme)
{
    apr_size_t i;
    int n = 0;

    if (text.n <= 1) {
        *port = default_port(scheme);
        return text.n == 0 || text.p[0] == ':';
    }
    if (text.p[0] != ':' || text.n > 6) return false;
    for (i = 1; i < text.n; i++) {
        if (!sc_char_is_digit(text.p[i])) return false;
        n = n * 10 + (text.p[i] - '0');
    }
    *port = n;
    return n <= 65535;
}

/* The host's bytes at the front of text: a name, an IPv4 address, or an IPv6 one in
 * brackets. */
static apr_size_t host_length(sc_bytes_t text)
{
    apr_size_t i = 0;

    if (text.n && text.p[0] == '[') {
        for (i = 1; i < text.n && text.p[i] != ']'; i++)
            if (!sc_char_is_alnum(text.p[i]) && text.p[i] != ':' && text.p[i] != '.')
                return 0;
        return i < text.n ? i + 1 : 0;
    }
    while (i < text.n && (sc_char_is_alnum(text.p[i]) || memchr("._-", text.p[i], 3)))
        i++;
    return i;
}

/* "host[:port]", up to the first of "/?#". */
static bool split_authority(parts_t *parts, sc_bytes_t text)
{
    apr_size_t end = 0, n;

    while (end < text.n && !memchr("/?#", text.p[end], 3))
        end++;
    parts->rest = sc_bytes_from(text, end);
    text.n = end;
    n = host_length(text);
    if (n == 0) return false;
    parts->host = sc_bytes(text.p, n);
    return port_of(&parts->port, sc_bytes_from(text, n), parts->scheme);
}

static bool split_url(parts_t *parts, sc_bytes_t url)
{
    apr_size_t n = scheme_length(url);

    if (n == 0 || url.n - n < 3 || memcmp(url.p + n, "://", 3)) return false;
    parts->scheme = sc_bytes(url.p, n);
    return split_authority(parts, sc_bytes_from(url, n + 3));
}

/* "[0:0::1]" as "[::1]", others in lower case. False when it is not an address. `room`
 * holds INET6_ADDRSTRLEN + 2 bytes and is used for addresses only. */
static bool normal_host(sc_bytes_t *host, char *room)
{
    unsigned char address[16];
    char text[INET6_ADDRSTRLEN];

    if (host->p[0] != '[') return true;
    if (host->n - 2 >= sizeof(text)) return false;
    memcpy(text, host->p + 1, host->n - 2);
    text[host->n - 2] = '\0';
    if (inet_pton(AF_INET6, text, address) != 1) return false;
    room[0] = '[';
    if (!inet_ntop(AF_INET6, address, room + 1, INET6_ADDRSTRLEN)) return false;
    strcat(room, "]");
    *host = sc_bytes_str(room);
    return true;
}

static sc_bytes_t lower_copy(sc_bytes_t text, apr_pool_t *p)
{
    unsigned char *to = apr_palloc(p, text.n + 1);
    apr_size_t i;

    for (i = 0; i < text.n; i++)
        to[i] = sc_char_lower(text.p[i]);
    to[text.n] = '\0';
    return sc_bytes(to, text.n);
}

static bool keep_origin(sc_origin_t *origin, parts_t parts, apr_pool_t *p)
{
    char room[INET6_ADDRSTRLEN + 2];

    if (!normal_host(&parts.host, room)) return false;
    origin->scheme = lower_copy(parts.scheme, p);
    origin->host = lower_copy(parts.host, p);
    origin->port = parts.port;
    return true;
}

bool sc_origin_parse(sc_origin_t *origin, sc_bytes_t text, apr_pool_t *p)
{
    parts_t parts;

    return split_url(&parts, text) && parts.rest.n == 0 && keep_origin(origin, parts, p);
}

bool sc_origin_of_url(sc_origin_t *origin, sc_bytes_t url, apr_pool_t *p)
{
    parts_t parts;

    return split_url(&parts, url) && keep_origin(origin, parts, p);
}

bool sc_origin_of_host(sc_origin_t *origin, const char *scheme, sc_bytes_t host,
                       apr_pool_t *p)
{
    parts_t parts = {.scheme = sc_bytes_str(scheme)};

    return split_authority(&parts, host) && parts.rest.n == 0 &&
           keep_origin(origin, parts, p);
}

bool sc_origin_eq(const sc_origin_t *a, const sc_origin_t *b)
{
    return a->port == b->port && sc_bytes_eq(a->scheme, b->scheme) &&
           sc_bytes_eq(a->host, b->host);
}

bool sc_origin_has_url(const sc_origin_t *origin, sc_bytes_t url)
{
    char room[INET6_ADDRSTRLEN + 2];
    parts_t parts;

    return split_url(&parts, url) && normal_host(&parts.host, room) &&
           parts.port == origin->port &&
           sc_bytes_eq_nocase(parts.scheme, origin->scheme) &&
           sc_bytes_eq_nocase(parts.host, origin->host);
}

/* An origin that the browser has called another site's is ours only when it is trusted by
 * name. */
static sc_from_t side_of(const sc_origin_t *origin, const sc_from_facts_t *facts,
                         bool other)
{
    int i;

    if (!other && sc_origin_eq(origin, facts->self)) return SC_FROM_OWN;
    for (i = 0; i < facts->ntrusted; i++)
        if (sc_origin_eq(origin, &facts->trusted[i])) return SC_FROM_OWN;
    return SC_FROM_FOREIGN;
}

sc_from_t sc_origin_judge(const char **by, const sc_from_facts_t *facts, apr_pool_t *p)
{
    sc_bytes_t site = facts->fetch_site;
    sc_origin_t origin;
    bool other;

    *by = "Sec-Fetch-Site";
    if (sc_bytes_eq(site, sc_bytes_str("same-origin"))) return SC_FROM_OWN;
    if (sc_bytes_eq(site, sc_bytes_str("none"))) return SC_FROM_OWN;
    other = sc_bytes_eq(site, sc_bytes_str("same-site")) ||
            sc_bytes_eq(site, sc_bytes_str("cross-site"));

    if (facts->origin.p) {
        *by = "Origin";
        if (!sc_origin_parse(&origin, facts->origin, p)) return SC_FROM_FOREIGN;
        return side_of(&origin, facts, other);
    }
    if (facts->referer.p) {
        *by = "Referer";
        if (!sc_origin_of_url(&origin, facts->referer, p)) return SC_FROM_FOREIGN;
        return side_of(&origin, facts, other);
    }
    if (other) return SC_FROM_FOREIGN;
    *by = NULL;
    return SC_FROM_UNKNOWN;
}
