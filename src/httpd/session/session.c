/* SPDX-License-Identifier: Apache-2.0 */
/* The lookup of a request's session: finds tokens in the sources in scope, opens them
 * until one is good, and keeps the outcome where subrequests and internal redirects find
 * it. A refused token is one line in the log, with the source and the status and no byte
 * of the client's; the request continues unauthenticated. */

#include "httpd/session/session.h"
#include "httpd/count/count.h"
#include "httpd/session/exempt.h"
#include "httpd/session/protect.h"
#include "httpd/session/remember.h"
#include "httpd/session/revoked.h"
#include "httpd/session/tally.h"
#include "core/document/text.h"
#include "core/crypto/crypto.h"
#include "core/http/cookie.h"
#include "http_protocol.h"

/* How much one request may make the module open. A browser sends one or two tokens. A
 * malformed one costs no more than reading the header did, and does not count.
 * Verifications with public keys are limited as well (MSC_VERIFICATIONS_MAX). */
#define TOKENS_MAX 16          /* of one source */
#define BYTES_MAX  (64 * 1024) /* of all sources */
#define IDS_MAX    4           /* of one source, each of which may be a query */

/* Which request keeps a lookup: the root, unless its sources live shorter. Those of a
 * .htaccess file live in the pool of the request that read it, which may be a subrequest.
 */
static request_rec *home_of(request_rec *r, const msc_sources_t *sources)
{
    request_rec *home = r;

    if (!sources->htaccess) return msc_request_root(r);
    for (request_rec *q = r; q; q = q->main ? q->main : q->prev) {
        if (q->pool == sources->htaccess) home = q;
    }
    return home;
}

/* One search through the sources. */
typedef struct {
    msc_found_t *found;
    const msc_source_t *source;
    sc_status_t status; /* of this source: of the first token that failed, or OK */
    int index;          /* of this source */
    int tokens;         /* of this source so far */
    apr_size_t bytes;   /* of all sources so far */
    sc_env_t env;
} search_t;

/* Whether the token was refused unread, since nothing was left for its signature. */
static bool is_over_budget(const search_t *search, sc_status_t status)
{
    return status == SC_TOO_LARGE && *search->env.verifications < 0;
}

static apr_uint64_t bit_of(int index)
{
    return (apr_uint64_t)1 << (index < 63 ? index : 63);
}

/* The session that was opened has been ended, or nobody can tell: it is nobody's then. */
static sc_status_t check_revocation(search_t *search)
{
    msc_found_t *found = search->found;
    sc_status_t status = msc_revoked(&found->checked, found->kept, found->session,
                                     search->source, found->home);

    if (!status) return SC_OK;
    found->session = NULL;
    found->kept = NULL;
    if (status == SC_REVOKED) found->revoked |= bit_of(search->index);
    return status;
}

/* Whether the session that was opened came from another browser. */
static bool was_moved(search_t *search)
{
    msc_found_t *found = search->found;

    if (!search->source->codec->options.protect) return false;
    msc_response_vary(found->home, MSC_ANY_RESPONSE, "User-Agent");
    if (msc_protect_holds(found->session, found->home)) return false;
    found->session = NULL;
    found->kept = NULL;
    return true;
}

/* Opens one token: true when the search is over. The status of the first one that failed
 * stays, unless a later one is good, or might have been: "bad-signature" would be a guess
 * about a token whose signature nobody looked at. */
static bool try_token(search_t *search, sc_bytes_t token)
{
    msc_found_t *found = search->found;
    sc_status_t status;

    if (token.n == 0) return false; /* an empty value is how a cookie is deleted */
    if (search->tokens == (search->source->lookup ? IDS_MAX : TOKENS_MAX)) return false;
    if (search->bytes && search->bytes + token.n > BYTES_MAX) return false;
    status = msc_remember_open(&found->session, &found->kept, search->source, token,
                               &search->env, found->home);
    if (!status) status = check_revocation(search);
    if (!status && was_moved(search)) status = SC_WRONG_CLAIM;
    if (status != SC_MALFORMED) {
        search->tokens++;
        search->bytes += token.n;
    }
    if (status == SC_ERROR) found->has_failed = true;
    if (status == SC_OK || search->status == SC_ABSENT) search->status = status;
    if (status == SC_OK || found->status == SC_ABSENT ||
        (found->status != SC_TOO_LARGE && is_over_budget(search, status))) {
        found->status = status;
        found->source = search->source;
        found->token = token;
    }
    return status == SC_OK;
}

/* In the order in which the format's peer reads cookies of one name, so that httpd and
 * the application find the same session. */
static bool try_cookies(search_t *search, const char *header)
{
    apr_pool_t *p = search->found->home->pool;
    bool last_first = search->source->codec->format->which_cookie == SC_LAST_COOKIE;
    apr_array_header_t *tokens;
    apr_size_t at = 0;
    sc_bytes_t token;

    if (!header) return false;
    tokens = apr_array_make(p, 1, sizeof(token));
    while (sc_cookie_next(&token, &at, sc_bytes_str(header), search->source->name, p))
        APR_ARRAY_PUSH(tokens, sc_bytes_t) = token;
    for (int i = 0; i < tokens->nelts; i++) {
        int k = last_first ? tokens->nelts - 1 - i : i;

        if (try_token(search, APR_ARRAY_IDX(tokens, k, sc_bytes_t))) return true;
    }
    return false;
}

/* The whole value is the token; in Authorization, what stands after "Bearer " (RFC 6750
 * 2.1). */
static bool try_header(search_t *search, const char *value)
{
    if (!value) return false;
    if (!ap_cstr_casecmp(search->source->name, "Authorization")) {
        if (ap_cstr_casecmpn(value, "Bearer ", 7)) return false;
        value += 7;
        while (*value == ' ')
            value++;
    }
    return try_token(search, sc_bytes_str(value));
}

static search_t search_of(msc_found_t *found, request_rec *r)
{
    search_t search = {.found = found};

    search.env.now = apr_time_now();
    search.env.random = sc_crypto_random;
    search.env.verifications = msc_request_verifications(r);
    return search;
}

/* True when the search is over. */
static bool search_source(search_t *search, int index, request_rec *r)
{
    const msc_source_t *source =
        APR_ARRAY_IDX(search->found->sources->list, index, const msc_source_t *);
    bool over;

    search->source = source;
    search->index = index;
    search->status = SC_ABSENT;
    search->tokens = 0;
    over = source->place == MSC_COOKIE
               ? try_cookies(search, msc_request_cookies(r))
               : try_header(search, apr_table_get(r->headers_in, source->name));
    msc_tally_lookup(source, search->status);
    return over;
}

static void search_sources(msc_found_t *found, request_rec *r)
{
    search_t search = search_of(found, r);

    for (int i = 0; i < found->sources->list->nelts; i++) {
        if (search_source(&search, i, r)) break;
    }
    if (found->session) msc_tally_session(found->source, found->session, search.env.now);
}

static int index_of(const msc_found_t *found)
{
    int i = 0;

    while (APR_ARRAY_IDX(found->sources->list, i, const msc_source_t *) != found->source)
        i++;
    return i;
}

/* The lookup in a single source, kept with the whole one. */
static const msc_found_t *look_in(msc_found_t *found, const msc_source_t *source,
                                  request_rec *r)
{
    apr_pool_t *p = found->home->pool;
    msc_sources_t *sources;
    msc_found_t *other;
    search_t search;

    for (other = found->others; other; other = other->next) {
        if (APR_ARRAY_IDX(other->sources->list, 0, const msc_source_t *) == source)
            return other;
    }
    sources = apr_pmemdup(p, found->sources, sizeof(*sources));
    sources->list = apr_array_make(p, 1, sizeof(const msc_source_t *));
    APR_ARRAY_PUSH(sources->list, const msc_source_t *) = source;
    other = apr_pcalloc(p, sizeof(*other));
    other->status = SC_ABSENT;
    other->sources = sources;
    other->home = found->home;
    search = search_of(other, r);
    (void)search_source(&search, 0, r);
    other->next = found->others;
    found->others = other;
    return other;
}

/* The sources before the one that was good were all tried; those after it were not. */
bool msc_session_opens(sc_bytes_t *token, bool *revoked, const msc_found_t *found,
                       int index, request_rec *r)
{
    int good = found->session ? index_of(found) : found->sources->list->nelts;

    *revoked = (found->revoked & bit_of(index)) != 0;
    if (index < good) return false;
    if (index > good) {
        found =
            look_in((msc_found_t *)found,
                    APR_ARRAY_IDX(found->sources->list, index, const msc_source_t *), r);
        *revoked = found->revoked != 0;
    }
    if (found->session) *token = found->token;
    return found->session != NULL;
}

bool msc_session_is_over(msc_found_t *found, request_rec *r)
{
    return found->session &&
           msc_revoked(&found->checked, found->kept, found->session, found->source, r);
}

static void vary(request_rec *r, const msc_sources_t *sources)
{
    for (int i = 0; i < sources->list->nelts; i++) {
        const msc_source_t *source =
            APR_ARRAY_IDX(sources->list, i, const msc_source_t *);

        msc_response_vary(r, MSC_ANY_RESPONSE,
                          source->place == MSC_COOKIE ? "Cookie" : source->name);
    }
}

static void report(request_rec *r, const msc_found_t *found)
{
    if (found->status == SC_OK || found->status == SC_ABSENT) return;
    msc_count_minute(r->request_time);
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r, "session token refused: %s (%s %s)",
                  sc_status_name(found->status), found->source->text,
                  found->source->format);
}

msc_found_t *msc_session_lookups(request_rec *r)
{
    return msc_request(r)->lookups;
}

const msc_found_t *msc_session_get(request_rec *r)
{
    const msc_sources_t *sources = msc_dir(r)->sources;
    msc_request_t *state;
    msc_found_t *found;
    request_rec *home;
    bool is_anonymous;

    if (!sources) return NULL;
    is_anonymous = msc_exempt_is_anonymous(r);
    home = home_of(r, sources);
    state = msc_request(home);
    for (found = state->lookups; found; found = found->next) {
        if (found->sources == sources && found->is_anonymous == is_anonymous)
            return found;
    }
    found = apr_pcalloc(home->pool, sizeof(*found));
    found->status = SC_ABSENT;
    found->sources = sources;
    found->home = home;
    found->is_anonymous = is_anonymous;
    if (!is_anonymous) search_sources(found, r);
    found->next = state->lookups;
    state->lookups = found;

    vary(r, sources);
    report(r, found);
    return found;
}

/* The name is used in headers, logs and other modules: no control characters. */
static bool is_user(sc_bytes_t text, const sc_value_t *value)
{
    sc_type_t type = sc_value_type(value);

    if (text.n == 0 || (type != SC_STRING && type != SC_NUMBER)) return false;
    for (apr_size_t i = 0; i < text.n; i++) {
        if (text.p[i] < ' ' || text.p[i] == 0x7f) return false;
    }
    return true;
}

const char *msc_session_user(request_rec *r, const msc_found_t *found)
{
    return found && found->session ? msc_session_user_of(r, found->session->doc) : NULL;
}

const char *msc_session_user_of(request_rec *r, const sc_doc_t *doc)
{
    const msc_words_t *path = &msc_dir(r)->user;

    for (int i = 0; i < path->n; i++) {
        const sc_value_t *value;
        sc_bytes_t text;

        if (!sc_doc_find(&value, doc, path->word[i]) || sc_value_type(value) == SC_NULL)
            continue;
        if (!sc_value_text(&text, value, "", r->pool) || !is_user(text, value))
            return NULL;
        return apr_pstrmemdup(r->pool, (const char *)text.p, text.n);
    }
    return NULL;
}
