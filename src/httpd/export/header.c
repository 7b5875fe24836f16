/* SPDX-License-Identifier: Apache-2.0 */
/* CookieSessionHeader: members of the session as request headers for back ends, which
 * trust them. So headers of these names that the client sent are removed before all else,
 * with or without a session, in every spelling that CGI, PHP or WSGI would fold to the
 * same variable. Nor can a client have the module's own removed by naming it in
 * Connection. */

#include "httpd/export/header.h"
#include "httpd/export/env.h"
#include "httpd/setter.h"
#include "httpd/session/session.h"
#include "apr_lib.h"

/* Headers that frame the message or belong to the connection: never a member's value. */
static const char *const reserved[] = {"Connection",       "Content-Length",
                                       "Content-Type",     "Cookie",
                                       "Expect",           "Host",
                                       "Keep-Alive",       "Proxy-Authorization",
                                       "Proxy-Connection", "TE",
                                       "Trailer",          "Transfer-Encoding",
                                       "Upgrade",          NULL};

static int folded(int c)
{
    return apr_isalnum(c) ? apr_toupper(c) : '_';
}

/* Whether both names fold to one CGI variable: X-User, x_user, X.USER. */
static bool same_variable(const char *a, apr_size_t n, const char *b)
{
    apr_size_t i;

    for (i = 0; i < n && b[i]; i++) {
        if (folded((unsigned char)a[i]) != folded((unsigned char)b[i])) return false;
    }
    return i == n && !b[i];
}

bool msc_header_same(const char *a, const char *b)
{
    return same_variable(a, strlen(a), b);
}

bool msc_header_is_reserved(const char *name)
{
    for (int i = 0; reserved[i]; i++) {
        if (msc_header_same(name, reserved[i])) return true;
    }
    return false;
}

static const char *header_refused(const char *name)
{
    if (!msc_is_token(name)) return "is not a valid header name";
    return msc_header_is_reserved(name)
               ? "is a header that HTTP itself needs; choose another one"
               : NULL;
}

const char *msc_header_directive(cmd_parms *cmd, void *dir, const char *name,
                                 const char *path)
{
    msc_dir_t *conf = dir;
    const char *why = header_refused(name);

    if (why) return msc_refuse(cmd, name, why, "X-User _user_id");
    if (!conf->headers)
        conf->headers = apr_array_make(cmd->pool, 2, sizeof(msc_export_t));
    APR_ARRAY_PUSH(conf->headers, msc_export_t) = (msc_export_t){path, name};
    MSC_MARK_SET(conf, headers);
    return NULL;
}

static bool is_ours(const apr_array_header_t *headers, const char *name, apr_size_t n)
{
    for (int i = 0; i < headers->nelts; i++) {
        if (same_variable(name, n, APR_ARRAY_IDX(headers, i, msc_export_t).name))
            return true;
    }
    return false;
}

bool msc_header_is_ours(request_rec *r, const char *name)
{
    const apr_array_header_t *headers = msc_dir(r)->headers;

    return headers && is_ours(headers, name, strlen(name));
}

/* Removes the names of these headers from Connection: mod_proxy drops every header that
 * it names. Names are separated as mod_proxy separates them: by ",", ";" or white space.
 */
static void clean_connection(request_rec *r, const apr_array_header_t *headers)
{
    const char *list = apr_table_get(r->headers_in, "Connection");
    char *kept, *to;
    bool changed = false;

    if (!list) return;
    to = kept = apr_palloc(r->pool, 2 * strlen(list) + 1);
    while (*list) {
        apr_size_t n = (apr_size_t)(ap_scan_http_token(list) - list);

        if (n && is_ours(headers, list, n))
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

/* Removes these headers, and their names from Connection. */
static void remove_headers(request_rec *r, const apr_array_header_t *headers)
{
    const apr_array_header_t *in;

    if (!headers) return;
    own_table(r);
    in = apr_table_elts(r->headers_in);
    for (int i = in->nelts - 1; i >= 0; i--) {
        const char *name = APR_ARRAY_IDX(in, i, apr_table_entry_t).key;

        if (!is_ours(headers, name, strlen(name))) continue;
        apr_table_unset(r->headers_in, apr_pstrdup(r->pool, name));
        /* It removes all lines of that name. */
        if (i > in->nelts) i = in->nelts;
    }
    clean_connection(r, headers);
}

int msc_header_remove(request_rec *r)
{
    remove_headers(r, msc_dir(r)->headers);
    return DECLINED;
}

void msc_header_remove_inherited(request_rec *r)
{
    for (request_rec *q = r; q; q = q->main ? q->main : q->prev)
        remove_headers(r, msc_dir(q)->headers);
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

int msc_header_fixups(request_rec *r)
{
    const apr_array_header_t *headers = msc_dir(r)->headers;
    const msc_found_t *found;

    if (!headers) return DECLINED;
    /* DirectoryIndex, FallbackResource and MultiViews change the scope of a request after
     * post_perdir_config, and leave its headers what they were. */
    (void)msc_header_remove(r);
    found = msc_session_get(r);
    if (!found || !found->session) return DECLINED;
    for (int i = 0; i < headers->nelts; i++) {
        const msc_export_t *header = &APR_ARRAY_IDX(headers, i, msc_export_t);
        const sc_value_t *value;
        const char *text = NULL;

        if (sc_doc_find(&value, found->session->doc, header->path))
            text = msc_env_text(r, value, r->pool);
        if (!text || apr_table_get(r->headers_in, header->name)) continue;
        if (fits(text))
            apr_table_setn(r->headers_in, header->name, text);
        else
            ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r,
                          "CookieSessionHeader %s is not sent: the member's value is "
                          "empty, begins or "
                          "ends with a space, or has control characters",
                          header->name);
    }
    return DECLINED;
}
