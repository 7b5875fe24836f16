/* SPDX-License-Identifier: Apache-2.0 */
/* The facts about a request that several concerns ask for, each defined once: its root,
 * TLS, its origin, the Cookie header; and the one writer of Set-Cookie, Vary and
 * Cache-Control. Facts about the client are kept on the root: they are the same for all
 * of its subrequests and internal redirects. */

#include "httpd/request.h"
#include "http_core.h"
#include "http_protocol.h"
#include "http_ssl.h"
#include "apr_lib.h"

/* Of the request that the client sent. */
typedef struct msc_client_t {
    bool is_known; /* the next three are set */
    bool is_tls;
    bool has_origin;
    sc_origin_t origin;
    bool cookies_kept; /* the next is the Cookie header, or NULL for none */
    const char *cookies;
    int verifications; /* that are left, see sc_env_t */
} msc_client_t;

/* A header that was lent to a request. */
typedef struct msc_lent_t {
    const char *name;
    const char *value;  /* NULL: it was removed */
    const char *before; /* its value from before, or NULL */
    struct msc_lent_t *next;
} msc_lent_t;

msc_request_t *msc_request(request_rec *r)
{
    msc_request_t *state = ap_get_module_config(r->request_config, &sessioncookie_module);

    if (!state) {
        state = apr_pcalloc(r->pool, sizeof(*state));
        ap_set_module_config(r->request_config, &sessioncookie_module, state);
    }
    return state;
}

request_rec *msc_request_root(request_rec *r)
{
    while (r->main || r->prev)
        r = r->main ? r->main : r->prev;
    return r;
}

static msc_client_t *client_of(request_rec *root)
{
    msc_request_t *state = msc_request(root);

    if (!state->client) {
        state->client = apr_pcalloc(root->pool, sizeof(*state->client));
        state->client->verifications = MSC_VERIFICATIONS_MAX;
    }
    return state->client;
}

/* --- what the client sees and sent --- */

/* mod_remoteip has taken the client's address from a proxy: the proxy may speak for the
 * client. */
static bool is_proxied(const request_rec *root)
{
    return root->useragent_ip && root->connection->client_ip &&
           strcmp(root->useragent_ip, root->connection->client_ip) != 0;
}

/* What the trusted proxy says in a header: the last of a list, which the proxy next to
 * this server wrote. NULL: nothing. */
static const char *forwarded(const request_rec *root, const char *name)
{
    const char *list = is_proxied(root) ? apr_table_get(root->headers_in, name) : NULL;
    const char *comma;

    if (!list) return NULL;
    comma = strrchr(list, ',');
    list = comma ? comma + 1 : list;
    while (*list == ' ' || *list == '\t')
        list++;
    return *list ? list : NULL;
}

static bool learn_tls(const request_rec *root)
{
    const char *proto = forwarded(root, "X-Forwarded-Proto");

    if (proto) return !ap_cstr_casecmp(proto, "https");
    return ap_ssl_conn_is_ssl(root->connection) || !strcmp(ap_http_scheme(root), "https");
}

static bool learn_origin(sc_origin_t *origin, request_rec *root, bool is_tls)
{
    const char *host = root->hostname, *said = forwarded(root, "X-Forwarded-Host");

    if (!host) return false;
    if (root->parsed_uri.port_str)
        host = apr_pstrcat(root->pool, host, ":", root->parsed_uri.port_str, NULL);
    return sc_origin_of_host(origin, is_tls ? "https" : "http",
                             sc_bytes_str(said ? said : host), root->pool);
}

static const msc_client_t *known_client(request_rec *r)
{
    request_rec *root = msc_request_root(r);
    msc_client_t *client = client_of(root);

    if (!client->is_known) {
        client->is_tls = learn_tls(root);
        client->has_origin = learn_origin(&client->origin, root, client->is_tls);
        client->is_known = true;
    }
    return client;
}

bool msc_request_is_tls(request_rec *r)
{
    return known_client(r)->is_tls;
}

bool msc_request_origin(sc_origin_t *origin, request_rec *r)
{
    const msc_client_t *client = known_client(r);

    if (client->has_origin) *origin = client->origin;
    return client->has_origin;
}

const char *msc_request_cookies(request_rec *r)
{
    const msc_client_t *client = client_of(msc_request_root(r));

    if (msc_request_is_anonymous(r)) return NULL;
    return client->cookies_kept ? client->cookies
                                : apr_table_get(r->headers_in, "Cookie");
}

bool msc_request_has_cookies(request_rec *r)
{
    const msc_client_t *client = client_of(msc_request_root(r));

    return client->cookies_kept ? client->cookies != NULL
                                : apr_table_get(r->headers_in, "Cookie") != NULL;
}

int *msc_request_verifications(request_rec *r)
{
    return &client_of(msc_request_root(r))->verifications;
}

void msc_request_keep_cookies(request_rec *r)
{
    msc_client_t *client = client_of(msc_request_root(r));

    if (client->cookies_kept) return;
    client->cookies = apr_table_get(r->headers_in, "Cookie");
    client->cookies_kept = true;
}

static void put_header(request_rec *r, const char *name, const char *value)
{
    /* A subrequest shares the table with its parent. */
    if (r->main && r->headers_in == r->main->headers_in)
        r->headers_in = apr_table_copy(r->pool, r->headers_in);
    if (value)
        apr_table_setn(r->headers_in, name, value);
    else
        apr_table_unset(r->headers_in, name);
}

/* Copies of a header in the environment: mod_include makes them for its page, SetEnvIf
 * and RewriteRule where they are told to. */
static void drop_variables(request_rec *r, const char *header)
{
    char *variable = apr_pstrcat(r->pool, "REDIRECT_HTTP_", header, NULL);

    for (char *at = variable; *at; at++)
        *at = (char)(apr_isalnum(*at) ? apr_toupper(*at) : '_');
    apr_table_unset(r->subprocess_env, variable);
    apr_table_unset(r->subprocess_env, variable + strlen("REDIRECT_"));
}

void msc_request_lend_header(request_rec *r, const char *name, const char *value)
{
    msc_request_t *state = msc_request(r);
    msc_lent_t *lent = apr_palloc(r->pool, sizeof(*lent));

    *lent = (msc_lent_t){name, value, apr_table_get(r->headers_in, name), state->lent};
    state->lent = lent;
    put_header(r, name, value);
    /* Other headers of ours were removed before anybody could copy the client's. */
    if (r->main || r->prev || !ap_cstr_casecmp(name, "Authorization"))
        drop_variables(r, name);
}

/* What the nearest request that this one comes from, and that was lent headers, was lent;
 * or NULL. */
static const msc_lent_t *lent_before(const request_rec *r)
{
    while ((r = r->main ? r->main : r->prev)) {
        const msc_request_t *state =
            ap_get_module_config(r->request_config, &sessioncookie_module);

        if (state && state->lent) return state->lent;
    }
    return NULL;
}

void msc_request_take_headers_back(request_rec *r)
{
    for (const msc_lent_t *lent = lent_before(r); lent; lent = lent->next) {
        /* The very string: somebody else may have set the header since. */
        if (apr_table_get(r->headers_in, lent->name) != lent->value) continue;
        put_header(r, lent->name, lent->before);
        drop_variables(r, lent->name);
    }
}

#define TEXT_MAX 200

/* "…" in ASCII where it is cut. */
static const char *bounded_text(const char *text, apr_size_t n, apr_pool_t *p)
{
    char *to = apr_palloc(p, TEXT_MAX + 4), *at = to;

    for (apr_size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];

        if (at - to > TEXT_MAX - 3) {
            strcpy(at, "...");
            return to;
        }
        if (c > ' ' && c < 0x7f && c != '"' && c != '\\')
            *at++ = (char)c;
        else
            at += apr_snprintf(at, 4, "%%%02X", c);
    }
    *at = '\0';
    return to;
}

const char *msc_request_text(const request_rec *r, const char *text)
{
    return bounded_text(text, strlen(text), r->pool);
}

const char *msc_request_path_text(request_rec *r)
{
    const char *target = msc_request_root(r)->unparsed_uri;

    if (!target) return "-";
    return bounded_text(target, strcspn(target, "?#"), r->pool);
}

bool msc_request_is_anonymous(const request_rec *r)
{
    for (; r; r = r->main ? r->main : r->prev) {
        const msc_request_t *state =
            ap_get_module_config(r->request_config, &sessioncookie_module);

        if (state && state->is_anonymous) return true;
    }
    return false;
}

void msc_request_make_anonymous(request_rec *r)
{
    msc_request(r)->is_anonymous = true;
    msc_request_keep_cookies(r);
    /* A subrequest shares the table with its parent, which may keep its cookies. */
    if (r->main && r->headers_in == r->main->headers_in)
        r->headers_in = apr_table_copy(r->pool, r->headers_in);
    apr_table_unset(r->headers_in, "Cookie");
    apr_table_unset(r->subprocess_env, "HTTP_COOKIE");
}

/* --- headers of the response --- */

static apr_table_t *headers_of(const request_rec *r, msc_when_t when)
{
    return when == MSC_ANY_RESPONSE ? r->err_headers_out : r->headers_out;
}

const char *msc_response_header(const request_rec *r, const char *name)
{
    const char *value = apr_table_get(r->headers_out, name);

    return value ? value : apr_table_get(r->err_headers_out, name);
}

void msc_response_remove(request_rec *r, const char *name)
{
    apr_table_unset(r->headers_out, name);
    apr_table_unset(r->err_headers_out, name);
}

const char *msc_response_cache_control(request_rec *r)
{
    const char *control = apr_table_getm(r->pool, r->headers_out, "Cache-Control");
    const char *always = apr_table_getm(r->pool, r->err_headers_out, "Cache-Control");

    if (!control || !always) return control ? control : always;
    return apr_pstrcat(r->pool, control, ", ", always, NULL);
}

void msc_response_set_cache_control(request_rec *r, msc_when_t when, const char *control)
{
    msc_response_remove(r, "Cache-Control");
    apr_table_setn(headers_of(r, when), "Cache-Control", control);
}

static bool varies(const apr_table_t *headers, request_rec *r, const char *name)
{
    const char *list = apr_table_get(headers, "Vary");

    return list && ap_find_token(r->pool, list, name);
}

/* A subrequest's answer is a part of its main request's. httpd joins the lines of both
 * tables before it sends them. */
void msc_response_vary(request_rec *r, msc_when_t when, const char *name)
{
    while (r->main)
        r = r->main;
    if (!varies(r->err_headers_out, r, name) && !varies(headers_of(r, when), r, name))
        apr_table_mergen(headers_of(r, when), "Vary", name);
}

/* Ends apr_table_do (0) at a Set-Cookie line of that name. */
static int is_other_cookie(void *name, const char *header, const char *line)
{
    apr_size_t n;

    (void)header;
    line += strspn(line, " \t");
    n = strcspn(line, "=;");
    while (n && (line[n - 1] == ' ' || line[n - 1] == '\t'))
        n--;
    return n != strlen(name) || strncmp(line, name, n) != 0;
}

bool msc_response_sets_cookie(const request_rec *r, const char *name)
{
    void *baton = (void *)name;

    return !apr_table_do(is_other_cookie, baton, r->headers_out, "Set-Cookie", NULL) ||
           !apr_table_do(is_other_cookie, baton, r->err_headers_out, "Set-Cookie", NULL);
}

/* Whether the line has a value: a session. */
static bool has_value(const char *line)
{
    line += strcspn(line, "=;");
    if (*line == '=') line += 1 + strspn(line + 1, " \t\"");
    return *line && *line != ';';
}

static void unset_in(apr_table_t *headers, apr_pool_t *p, const char *name)
{
    const apr_array_header_t *all = apr_array_copy(p, apr_table_elts(headers));

    apr_table_unset(headers, "Set-Cookie");
    for (int i = 0; i < all->nelts; i++) {
        const apr_table_entry_t *header = &APR_ARRAY_IDX(all, i, apr_table_entry_t);

        if (ap_cstr_casecmp(header->key, "Set-Cookie")) continue;
        if (is_other_cookie((void *)name, header->key, header->val) ||
            !has_value(header->val))
            apr_table_addn(headers, header->key, header->val);
    }
}

void msc_response_unset_cookie(request_rec *r, const char *name)
{
    if (!msc_response_sets_cookie(r, name)) return;
    unset_in(r->headers_out, r->pool, name);
    unset_in(r->err_headers_out, r->pool, name);
}

static const char *lifetime_attributes(apr_int64_t lifetime, const request_rec *r)
{
    char *date;

    if (lifetime < 0) return "";
    date = apr_palloc(r->pool, APR_RFC822_DATE_LEN);
    apr_rfc822_date(date, lifetime ? r->request_time + apr_time_from_sec(lifetime) : 0);
    return apr_psprintf(r->pool, "; Max-Age=%" APR_INT64_T_FMT "; Expires=%s", lifetime,
                        date);
}

static bool has_prefix(const char *name, const char *prefix)
{
    return !ap_cstr_casecmpn(name, prefix, strlen(prefix));
}

static const char *cookie_line(request_rec *r, const msc_cookie_t *cookie)
{
    bool secure = cookie->secure || has_prefix(cookie->name, "__Host-") ||
                  has_prefix(cookie->name, "__Secure-") || msc_request_is_tls(r);
    const char *value =
        apr_pstrmemdup(r->pool, (const char *)cookie->value.p, cookie->value.n);

    return apr_pstrcat(r->pool, cookie->name, "=", value, cookie->front,
                       lifetime_attributes(cookie->lifetime, r), secure ? "; Secure" : "",
                       cookie->back, NULL);
}

sc_status_t msc_response_set_cookie(apr_size_t *size, request_rec *r, msc_when_t when,
                                    const msc_cookie_t *cookie)
{
    const char *line;

    if (msc_response_sets_cookie(r, cookie->name)) return SC_OK;
    line = cookie_line(r, cookie);
    if (strlen(line) > MSC_COOKIE_MAX) {
        *size = strlen(line);
        return SC_TOO_LARGE;
    }
    apr_table_addn(headers_of(r, when), "Set-Cookie", line);
    return SC_OK;
}

void msc_response_remove_cookie(request_rec *r, const msc_cookie_t *cookie)
{
    msc_cookie_t gone = *cookie;

    gone.value = sc_bytes("", 0);
    gone.lifetime = 0;
    apr_table_addn(headers_of(r, MSC_ANY_RESPONSE), "Set-Cookie", cookie_line(r, &gone));
}
