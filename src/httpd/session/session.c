/* SPDX-License-Identifier: Apache-2.0 */
/* The lookup of a request's session: finds tokens in the sources in scope, opens them
 * until one is good, and keeps the outcome where subrequests and internal redirects find
 * it. A refused token is one line in the log, with the source and the status and no byte
 * of the client's; the request goes on without a session. */

#include "httpd/session/session.h"
#include "httpd/session/connection_cache.h"
#include "core/document/text.h"
#include "core/crypto/crypto.h"
#include "core/http/cookie.h"
#include "http_protocol.h"

/* What one request may make us open: of one name, and in all. A browser sends one or two.
 * What is malformed costs no more than reading the header did, and does not count. */
#define TOKENS_MAX 16
#define BYTES_MAX  (64 * 1024)

msc_request_t *msc_request(request_rec *r)
{
    msc_request_t *state = ap_get_module_config(r->request_config, &sessioncookie_module);

    if (!state) {
        state = apr_pcalloc(r->pool, sizeof(*state));
        ap_set_module_config(r->request_config, &sessioncookie_module, state);
    }
    return state;
}

/* The request that the client sent, behind subrequests and internal redirects. */
static request_rec *root_of(request_rec *r)
{
    while (r->main || r->prev) {
        r = r->main ? r->main : r->prev;
    }
    return r;
}

/* Where a lookup is kept: on the root, but no longer than its sources live. Those of a
 * .htaccess file live in the pool of the request that read it, which may be a subrequest.
 */
static request_rec *home_of(request_rec *r, const msc_sources_t *sources)
{
    request_rec *home = r;

    if (!sources->htaccess) return root_of(r);
    for (request_rec *q = r; q; q = q->main ? q->main : q->prev) {
        if (q->pool == sources->htaccess) home = q;
    }
    return home;
}

void msc_cookie_header_keep(request_rec *r)
{
    msc_request_t *state = msc_request(root_of(r));

    if (state->cookie_kept) return;
    state->cookie = apr_table_get(r->headers_in, "Cookie");
    state->cookie_kept = 1;
}

const char *msc_cookie_header(request_rec *r)
{
    const msc_request_t *state = msc_request(root_of(r));

    return state->cookie_kept ? state->cookie : apr_table_get(r->headers_in, "Cookie");
}

/* One search through the sources. */
typedef struct {
    msc_found_t *found;
    const msc_source_t *source;
    int tokens;       /* of this source so far */
    apr_size_t bytes; /* of all sources so far */
    sc_env_t env;
    request_rec *home; /* the request that keeps the outcome */
} search_t;

/* Opens one token: 1 when the search is over. The status of the first one that failed
 * stays, unless a later one is good. */
static int try_token(search_t *search, sc_bytes_t token)
{
    msc_found_t *found = search->found;
    sc_status_t status;

    if (token.n == 0) return 0; /* an empty value is how a cookie is deleted */
    if (search->tokens == TOKENS_MAX) return 0;
    if (search->bytes && search->bytes + token.n > BYTES_MAX) return 0;
    status = msc_connection_cache_open(&found->session, search->source, token,
                                       &search->env, search->home);
    if (status != SC_MALFORMED) {
        search->tokens++;
        search->bytes += token.n;
    }
    if (status == SC_OK || found->status == SC_ABSENT) {
        found->status = status;
        found->source = search->source;
    }
    return status == SC_OK;
}

static int try_cookies(search_t *search, const char *header)
{
    apr_size_t at = 0;
    sc_bytes_t token;

    if (!header) return 0;
    while (search->tokens < TOKENS_MAX &&
           sc_cookie_next(&token, &at, sc_bytes_str(header), search->source->name,
                          search->home->pool)) {
        if (try_token(search, token)) return 1;
    }
    return 0;
}

/* Other headers are taken as they are; Authorization says first what it carries (RFC
 * 6750 2.1). */
static int try_header(search_t *search, const char *value)
{
    if (!value) return 0;
    if (!ap_cstr_casecmp(search->source->name, "Authorization")) {
        if (ap_cstr_casecmpn(value, "Bearer ", 7)) return 0;
        value += 7;
        while (*value == ' ')
            value++;
    }
    return try_token(search, sc_bytes_str(value));
}

static void search_sources(msc_found_t *found, request_rec *r, request_rec *home)
{
    search_t search = {.found = found, .home = home};

    search.env.now = apr_time_now();
    search.env.random = sc_crypto_random;
    for (int i = 0; i < found->sources->list->nelts; i++) {
        const msc_source_t *source =
            APR_ARRAY_IDX(found->sources->list, i, const msc_source_t *);
        int over;

        search.source = source;
        search.tokens = 0;
        over = source->place == MSC_COOKIE
                   ? try_cookies(&search, msc_cookie_header(r))
                   : try_header(&search, apr_table_get(r->headers_in, source->name));
        if (over) return;
    }
}

/* The tables that survive an error page and a 304 are the main request's err_headers_out;
 * httpd joins all Vary lines into one before it sends them. */
static void vary(request_rec *r, const msc_sources_t *sources)
{
    while (r->main) {
        r = r->main;
    }
    for (int i = 0; i < sources->list->nelts; i++) {
        const msc_source_t *source =
            APR_ARRAY_IDX(sources->list, i, const msc_source_t *);
        const char *name = source->place == MSC_COOKIE ? "Cookie" : source->name;
        const char *old = apr_table_get(r->err_headers_out, "Vary");

        if (!old || !ap_find_token(r->pool, old, name)) {
            apr_table_mergen(r->err_headers_out, "Vary", name);
        }
    }
}

static void report(request_rec *r, const msc_found_t *found)
{
    if (found->status == SC_OK || found->status == SC_ABSENT) return;
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r, "session token refused: %s (%s %s)",
                  sc_status_name(found->status), found->source->text,
                  found->source->format);
}

msc_found_t *msc_session_get(request_rec *r)
{
    const msc_sources_t *sources = msc_dir(r)->sources;
    msc_request_t *state;
    msc_found_t *found;
    request_rec *home;

    if (!sources) return NULL;
    home = home_of(r, sources);
    state = msc_request(home);
    for (found = state->found; found; found = found->next) {
        if (found->sources == sources) return found;
    }
    found = apr_pcalloc(home->pool, sizeof(*found));
    found->status = SC_ABSENT;
    found->sources = sources;
    found->pool = home->pool;
    search_sources(found, r, home);
    found->next = state->found;
    state->found = found;

    vary(r, sources);
    report(r, found);
    return found;
}

/* A user's name goes into headers and logs of others. */
static int is_user(sc_bytes_t text, const sc_value_t *value)
{
    sc_type_t type = sc_value_type(value);

    if (text.n == 0 || (type != SC_STRING && type != SC_NUMBER)) return 0;
    for (apr_size_t i = 0; i < text.n; i++) {
        if (text.p[i] < ' ' || text.p[i] == 0x7f) return 0;
    }
    return 1;
}

const char *msc_session_user(request_rec *r, const msc_found_t *found)
{
    const msc_words_t *path = &msc_dir(r)->user;

    if (!found || !found->session) return NULL;
    for (int i = 0; i < path->n; i++) {
        const sc_value_t *value;
        sc_bytes_t text;

        if (!sc_doc_find(&value, found->session->doc, path->word[i]) ||
            sc_value_type(value) == SC_NULL)
            continue;
        if (!sc_value_text(&text, value, "", r->pool) || !is_user(text, value))
            return NULL;
        return apr_pstrmemdup(r->pool, (const char *)text.p, text.n);
    }
    return NULL;
}
