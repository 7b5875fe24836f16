/* SPDX-License-Identifier: Apache-2.0 */
/* The guard's decision, in this order: exempt, safe method, not ambient, origin, token.
 * Each has a word, in XSRF_STATUS, in the log and in the notes. It is made as soon as the
 * scope is known and before anything else of it runs, even authentication, since a login
 * form is guarded as well. */

#include "httpd/xsrf/guard.h"
#include "httpd/count/metrics.h"
#include "httpd/session/exempt.h"
#include "httpd/session/session.h"
#include "httpd/xsrf/env.h"
#include "httpd/xsrf/once.h"
#include "httpd/xsrf/origin.h"
#include "httpd/xsrf/refusal.h"
#include "httpd/xsrf/state.h"
#include "httpd/xsrf/token.h"

/* Headers that a page of another site can have sent, some with a value of its choice
 * (Fetch 2.2.2, CORS-safelisted), without asking this server first. Not Authorization:
 * only Bearer is read there, which a browser does not send by itself. */
static bool is_ambient_header(const char *name)
{
    static const char *const names[] = {
        "Accept",           "Accept-Encoding", "Accept-Language",
        "Content-Language", "Content-Type",    "Host",
        "Origin",           "Referer",         "Range",
        "User-Agent",
    };

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!ap_cstr_casecmp(name, names[i])) return true;
    }
    return false;
}

/* Whether the session comes from a header that a browser does not send by itself, so that
 * no other site can have caused the request. */
static bool is_not_ambient(request_rec *r)
{
    const msc_found_t *found = msc_session_get(r);

    return found && found->session && found->source->place == MSC_HEADER &&
           !is_ambient_header(found->source->name);
}

/* The first header that holds a token, else the first field of the body. OK, or the HTTP
 * status to refuse with. */
static int find_token(sc_bytes_t *token, request_rec *r, const msc_xsrf_conf_t *conf)
{
    for (int i = 0; i < conf->headers.n; i++) {
        const char *value = apr_table_get(r->headers_in, conf->headers.word[i]);

        if (!value || !*value) continue;
        *token = sc_bytes_str(value);
        return OK;
    }
    return msc_xsrf_body_find(token, &msc_xsrf_state(r)->body, r, conf->fields.word,
                              conf->fields.n, conf->body_limit);
}

/* Notes the word of a decision and answers its HTTP status, or OK. */
static int verdict(const char **word, const char *said, int answer)
{
    *word = said;
    return answer;
}

/* What the answer does for the next request: one that a page of this site has sent with a
 * bad token is told so, and any whose token is past half its time gets a new one. */
static void note_token(request_rec *r, const msc_xsrf_conf_t *conf, sc_bytes_t token,
                       sc_status_t st)
{
    msc_xsrf_t *state = msc_xsrf_state(r);

    if (st == SC_ERROR || !(conf->send & (MSC_SEND_HEADER | MSC_SEND_COOKIE))) return;
    if (st)
        state->is_refused = conf->mode == MSC_XSRF_ON && msc_xsrf_is_from_here(r);
    else
        state->is_aging = !msc_xsrf_is_once(conf, msc_xsrf_issued(conf)) &&
                          !msc_xsrf_is_fresh(r, conf, token);
}

static int check_token(const char **word, request_rec *r, const msc_xsrf_conf_t *conf)
{
    sc_bytes_t token;
    int rv = find_token(&token, r, conf);
    sc_status_t st;

    if (rv == HTTP_REQUEST_ENTITY_TOO_LARGE)
        return verdict(word, sc_status_name(SC_TOO_LARGE), rv);
    if (rv != OK) return verdict(word, sc_status_name(SC_MALFORMED), rv);
    st = token.n ? msc_xsrf_check(r, conf, token) : SC_ABSENT;
    note_token(r, conf, token, st);
    if (st == SC_ERROR)
        return verdict(word, sc_status_name(st), HTTP_INTERNAL_SERVER_ERROR);
    return verdict(word, sc_status_name(st), st ? HTTP_FORBIDDEN : OK);
}

/* Nothing in the request is a visitor's: a webhook, cron, curl. */
static bool speaks_for_nobody(request_rec *r)
{
    return !msc_xsrf_origin_is_sent(r) && !msc_request_has_cookies(r);
}

static int check_origin(const char **word, request_rec *r, const msc_xsrf_conf_t *conf,
                        int policy)
{
    sc_from_t from = msc_xsrf_origin(r, conf);

    if (from == SC_FROM_FOREIGN) return verdict(word, "foreign-origin", HTTP_FORBIDDEN);
    /* A request that does not say where it comes from needs a token; where no token is
     * asked for, it is refused. */
    if (from == SC_FROM_OWN || policy & MSC_XSRF_TOKEN) return verdict(word, "ok", OK);
    if (policy & MSC_XSRF_IF_SENT && speaks_for_nobody(r))
        return verdict(word, "no-cookie", OK);
    return verdict(word, "no-origin", HTTP_FORBIDDEN);
}

static int decide_request(const char **word, request_rec *r, const msc_xsrf_conf_t *conf)
{
    int answer = OK;

    if (msc_exempt_path(r)) return verdict(word, "exempt", OK);
    if (msc_exempt_is_safe(conf, r->method)) return verdict(word, "safe", OK);
    if (is_not_ambient(r)) return verdict(word, "not-ambient", OK);
    if (conf->policy & MSC_XSRF_ORIGIN)
        answer = check_origin(word, r, conf, conf->policy);
    if (answer == OK && conf->policy & MSC_XSRF_TOKEN) return check_token(word, r, conf);
    return answer;
}

static void log_refusal(request_rec *r, const char *what, const char *word, int policy)
{
    ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r, "XSRF: %s %s %s: %s (policy %s)", what,
                  msc_request_text(r, msc_request_root(r)->method),
                  msc_request_path_text(r), word, msc_xsrf_policy_name(policy));
}

static void count_verdict(const request_rec *r, const msc_xsrf_t *state)
{
    msc_metric_count_word(MSC_XSRF_VERDICTS, state->word);
    if (state->answer != OK) msc_count_minute(r->request_time);
}

static void log_verdict(request_rec *r, const msc_xsrf_t *state, bool is_report)
{
    if (state->answer == OK)
        ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r, "XSRF: %s", state->word);
    else
        log_refusal(r, is_report ? "would refuse" : "refused", state->word,
                    state->conf->policy);
}

static void publish_verdict(request_rec *r, const char *word, int policy)
{
    const char *name = msc_xsrf_policy_name(policy);

    apr_table_setn(r->subprocess_env, "XSRF_STATUS", word);
    apr_table_setn(r->notes, "xsrf_status", word);
    apr_table_setn(r->subprocess_env, "XSRF_POLICY", name);
    apr_table_setn(r->notes, "xsrf_policy", name);
}

/* The verdict for this scope: made once, and again when a redirect leads to another
 * scope. */
static int guard_scope(request_rec *r)
{
    const msc_xsrf_conf_t *conf = msc_xsrf_conf(r);
    msc_xsrf_t *state;
    bool is_report;

    if (!conf) return OK;
    state = msc_xsrf_state(r);
    is_report = conf->mode == MSC_XSRF_REPORT;
    if (state->conf != conf) {
        state->conf = conf;
        state->is_refused = state->is_aging = false;
        state->answer = decide_request(&state->word, r, conf);
        count_verdict(r, state);
        log_verdict(r, state, is_report);
    }
    publish_verdict(r, state->word, conf->policy);
    if (state->answer == OK || is_report) return OK;
    if (state->answer == HTTP_FORBIDDEN) state->is_json = msc_refusal_explain(r);
    return state->answer;
}

/* An error page is shown, whatever the request was refused for; httpd asks for it by GET.
 */
static bool is_error_page(const request_rec *r)
{
    return r->prev && r->prev->status != HTTP_OK && r->method_number == M_GET;
}

int msc_xsrf_guard(request_rec *r)
{
    if (r->main || is_error_page(r)) return DECLINED;
    return guard_scope(r) == OK ? DECLINED : msc_xsrf_state(r)->answer;
}

bool msc_xsrf_is_forged(request_rec *r)
{
    int policy = MSC_XSRF_ORIGIN | MSC_XSRF_IF_SENT;
    const char *word;

    if (check_origin(&word, r, msc_dir(r)->xsrf, policy) == OK) return false;
    publish_verdict(r, word, policy);
    log_refusal(r, "refused", word, policy);
    return true;
}

int msc_xsrf_fixups(request_rec *r)
{
    const msc_xsrf_conf_t *conf = msc_xsrf_conf(r);
    int answer;

    if (r->main || !conf) return DECLINED;
    if (!is_error_page(r)) {
        answer = guard_scope(r);
        if (answer != OK) return answer;
    }
    msc_xsrf_env_export(r, conf);
    return DECLINED;
}
