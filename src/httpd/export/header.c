/* SPDX-License-Identifier: Apache-2.0 */
/* CookieSessionHeader and the header of CookieSessionToken: members of the session, and a
 * token that was minted of it, as request headers for back ends, which trust them. So
 * headers of these names that the client sent are removed before all else,
 * with or without a session, in every spelling that CGI, PHP or WSGI would fold to the
 * same variable. Nor can a client have the module's own removed by naming it in
 * Connection. */

#include "httpd/export/header.h"
#include "core/base/chars.h"
#include "httpd/export/env.h"
#include "httpd/export/token.h"
#include "httpd/setter.h"
#include "httpd/session/session.h"
#include "httpd/session/source.h"

/* Headers that frame the message or belong to the connection: never a member's value. */
static const char *const reserved[] = {"Connection",       "Content-Length",
                                       "Content-Type",     "Cookie",
                                       "Expect",           "Host",
                                       "Keep-Alive",       "Proxy-Authorization",
                                       "Proxy-Connection", "TE",
                                       "Trailer",          "Transfer-Encoding",
                                       "Upgrade",          NULL};

bool msc_header_same(const char *a, const char *b)
{
    return sc_same_variable(a, SC_WHOLE, b);
}

bool msc_header_is_reserved(const char *name)
{
    for (int i = 0; reserved[i]; i++) {
        if (msc_header_same(name, reserved[i])) return true;
    }
    return false;
}

const char *msc_header_refused(const char *name)
{
    if (!msc_is_token(name)) return "is not a valid header name";
    if (msc_header_same(name, "Proxy"))
        return "becomes HTTP_PROXY, from which programs take the proxy of their own "
               "requests; choose another one";
    return msc_header_is_reserved(name)
               ? "is a header that HTTP itself needs; choose another one"
               : NULL;
}

const char *msc_header_directive(cmd_parms *cmd, void *dir, const char *name,
                                 const char *path)
{
    msc_dir_t *conf = dir;
    const char *why = msc_header_refused(name);

    if (why) return msc_refuse(cmd, name, why, "X-User _user_id");
    if (!conf->headers)
        conf->headers = apr_array_make(cmd->pool, 2, sizeof(msc_export_t));
    APR_ARRAY_PUSH(conf->headers, msc_export_t) = (msc_export_t){path, name};
    MSC_MARK_SET(conf, headers);
    return msc_source_clash(conf, cmd->pool);
}

/* Whether the scope owns a header of this name. `early`: but for Authorization, which
 * authentication and the look-up have yet to read. */
static bool is_ours(const msc_dir_t *conf, const char *name, apr_size_t n, bool early)
{
    const apr_array_header_t *headers = conf->headers;
    const msc_token_t *token = conf->token;

    for (int i = 0; headers && i < headers->nelts; i++) {
        if (sc_same_variable(name, n, APR_ARRAY_IDX(headers, i, msc_export_t).name))
            return true;
    }
    return token && token->header && !(early && token->is_bearer) &&
           sc_same_variable(name, n, token->header);
}

/* A bit for a name's first letter. */
static inline unsigned beginning_of(const char *name)
{
    return 1U << sc_char_folded(*name) % 32;
}

/* Those of the headers that the scope owns; 0: it owns none. Hardly any other header
 * begins as they do. */
static inline unsigned beginnings(const msc_dir_t *conf)
{
    const apr_array_header_t *headers = conf->headers;
    unsigned bits = 0;

    for (int i = 0; headers && i < headers->nelts; i++)
        bits |= beginning_of(APR_ARRAY_IDX(headers, i, msc_export_t).name);
    if (conf->token && conf->token->header) bits |= beginning_of(conf->token->header);
    return bits;
}

bool msc_header_is_ours(request_rec *r, const char *name)
{
    return is_ours(msc_dir(r), name, SC_WHOLE, false);
}

/* Removes the names of these headers from Connection: mod_proxy drops every header that
 * it names. Names are separated as mod_proxy separates them: by ",", ";" or white space.
 */
static void clean_connection(request_rec *r, const msc_dir_t *conf)
{
    const char *list = apr_table_get(r->headers_in, "Connection");
    char *kept, *to;
    bool changed = false;

    if (!list) return;
    to = kept = apr_palloc(r->pool, 2 * strlen(list) + 1);
    while (*list) {
        apr_size_t n = (apr_size_t)(ap_scan_http_token(list) - list);

        if (n && is_ours(conf, list, n, false))
            changed = true;
        else if (n) {
            if (to != kept) to = apr_cpystrn(to, ", ", 3);
            to = apr_cpystrn(to, list, n + 1);
        }
        list += n ? n : 1;
    }
    *to = '\0';
    if (!changed) return;
    if (*kept)
        apr_table_setn(r->headers_in, "Connection", kept);
    else
        apr_table_unset(r->headers_in, "Connection");
}

/* A subrequest shares the table with its parent, whose scope may be another. */
static void own_table(request_rec *r)
{
    if (r->main && r->headers_in == r->main->headers_in)
        r->headers_in = apr_table_copy(r->pool, r->headers_in);
}

/* Removes what the scope owns. */
static void remove_headers(request_rec *r, const msc_dir_t *conf)
{
    const apr_array_header_t *in;
    unsigned bits = beginnings(conf);

    if (!bits) return;
    own_table(r);
    in = apr_table_elts(r->headers_in);
    for (int i = in->nelts - 1; i >= 0; i--) {
        const char *name = APR_ARRAY_IDX(in, i, apr_table_entry_t).key;

        if (!(bits & beginning_of(name)) || !is_ours(conf, name, SC_WHOLE, true))
            continue;
        apr_table_unset(r->headers_in, apr_pstrdup(r->pool, name));
        /* It removes all lines of that name. */
        if (i > in->nelts) i = in->nelts;
    }
}

int msc_header_remove(request_rec *r)
{
    msc_request_take_headers_back(r);
    remove_headers(r, msc_dir(r));
    return DECLINED;
}

void msc_header_remove_inherited(request_rec *r)
{
    for (request_rec *q = r; q; q = q->main ? q->main : q->prev)
        remove_headers(r, msc_dir(q));
}

/* Whether a header field carries the text unchanged (RFC 9110 5.5): it has no control
 * characters and no white space at its ends. */
static bool fits(const char *text)
{
    apr_size_t n = strlen(text);

    if (n == 0 || text[0] == ' ' || text[n - 1] == ' ') return false;
    for (apr_size_t i = 0; i < n; i++) {
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f) return false;
    }
    return true;
}

static void set_token(request_rec *r, const msc_token_t *token)
{
    const char *text = msc_token_for_back_end(r);

    if (text && token->is_bearer) text = apr_pstrcat(r->pool, "Bearer ", text, NULL);
    msc_request_lend_header(r, token->header, text);
}

static void set_member(request_rec *r, const msc_found_t *found,
                       const msc_export_t *header)
{
    const sc_value_t *value;
    const char *text = NULL;

    if (sc_doc_find(&value, found->session->doc, header->path))
        text = msc_env_text(r, value, r->pool);
    if (!text || apr_table_get(r->headers_in, header->name)) return;
    if (fits(text))
        msc_request_lend_header(r, header->name, text);
    else
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r,
                      "CookieSessionHeader %s is not sent: the member's value is "
                      "empty, begins or "
                      "ends with a space, or has control characters",
                      header->name);
}

int msc_header_fixups(request_rec *r)
{
    const msc_dir_t *conf = msc_dir(r);
    const msc_found_t *found;

    if (!beginnings(conf)) return DECLINED;
    /* DirectoryIndex, FallbackResource and MultiViews change the scope of a request after
     * post_perdir_config, and leave its headers what they were. */
    remove_headers(r, conf);
    clean_connection(r, conf);
    if (conf->token && conf->token->header) set_token(r, conf->token);
    if (!conf->headers) return DECLINED;
    found = msc_session_get(r);
    if (!found || !found->session) return DECLINED;
    for (int i = 0; i < conf->headers->nelts; i++)
        set_member(r, found, &APR_ARRAY_IDX(conf->headers, i, msc_export_t));
    return DECLINED;
}
