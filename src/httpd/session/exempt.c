/* SPDX-License-Identifier: Apache-2.0 */
/* XSRFExempt: which requests are exempt, and what becomes of an unsafe one. Any site can
 * send it with the visitor's cookies, so it is anonymous where `XSRF On` would have
 * guarded it: no session, no user, no Cookie header. The request target decides, which no
 * rewriting changes. */

#include "httpd/session/exempt.h"
#include "httpd/setter.h"
#include "core/http/path.h"

/* What is known of a request here. */
typedef struct msc_exempt_t {
    enum { NOT_COMPARED, NOT_EXEMPT, EXEMPT } path; /* of the root */
    bool is_placed;                                 /* its scope is known */
} msc_exempt_t;

static msc_exempt_t *exempt_of(request_rec *r)
{
    msc_request_t *state = msc_request(r);

    if (!state->exempt) state->exempt = apr_pcalloc(r->pool, sizeof(*state->exempt));
    return state->exempt;
}

/* --- the directive --- */

static const char *path_refused(const char *path)
{
    apr_size_t n = strlen(path);

    if (*path != '/') return "is not a path: it does not begin with /";
    if (strchr(path, '?')) return "has a query (?): only paths are compared";
    if (n >= 2 && !strcmp(path + n - 2, "/*")) n--;
    if (memchr(path, '*', n)) return "has a * that is not a whole last segment";
    if (!sc_path_is_plain(sc_bytes(path, n)))
        return "would match nothing: write the path decoded, without escapes (%), "
               "semicolons, backslashes, empty segments and dot segments";
    return NULL;
}

const char *msc_exempt_directive(cmd_parms *cmd, void *dir, const char *arg)
{
    msc_server_t *server = msc_server(cmd->server);
    const char *why = path_refused(arg);

    (void)dir;
    if (cmd->path)
        return "XSRFExempt cannot stand in a section or in .htaccess, since its paths "
               "are compared before a section is chosen; move it to the server or to "
               "<VirtualHost>";
    if (why) return msc_refuse(cmd, arg, why, "/hooks/payment");
    if (!server->exempt)
        server->exempt = apr_array_make(cmd->pool, 2, sizeof(const char *));
    APR_ARRAY_PUSH(server->exempt, const char *) = arg;
    return NULL;
}

/* --- the path and the method --- */

static bool is_listed(const apr_array_header_t *list, const char *target, apr_pool_t *p)
{
    sc_bytes_t path;

    if (!target || !sc_path_of_target(&path, sc_bytes_str(target), p)) return false;
    for (int i = 0; i < list->nelts; i++) {
        const char *pattern = APR_ARRAY_IDX(list, i, const char *);

        if (sc_path_matches(sc_bytes_str(pattern), path)) return true;
    }
    return false;
}

bool msc_exempt_path(request_rec *r)
{
    request_rec *root = msc_request_root(r);
    const apr_array_header_t *list = msc_server(root->server)->exempt;
    msc_exempt_t *exempt;

    if (!list) return false;
    exempt = exempt_of(root);
    if (exempt->path == NOT_COMPARED)
        exempt->path =
            is_listed(list, root->unparsed_uri, root->pool) ? EXEMPT : NOT_EXEMPT;
    return exempt->path == EXEMPT;
}

/* CONNECT only asks for a tunnel, and no page can send it. */
static bool is_default_safe(const char *method)
{
    static const char *const safe[] = {"GET", "HEAD", "OPTIONS", "TRACE", "CONNECT"};

    for (unsigned i = 0; i < sizeof(safe) / sizeof(safe[0]); i++) {
        if (!strcmp(method, safe[i])) return true;
    }
    return false;
}

bool msc_exempt_is_safe(const msc_xsrf_conf_t *conf, const char *method)
{
    if (!conf->methods.n) return is_default_safe(method);
    for (int i = 0; i < conf->methods.n; i++) {
        if (!strcmp(method, conf->methods.word[i])) return false;
    }
    return true;
}

/* --- anonymous --- */

/* Who was authenticated by a session, in a scope that the request has left: httpd tells
 * CGI of the users of requests that were redirected. */
static void drop_user(request_rec *r)
{
    for (; r; r = r->prev) {
        const char *type = r->ap_auth_type;

        if (type && ap_cstr_casecmp(type, MSC_AUTH_TYPE) && ap_cstr_casecmp(type, "form"))
            continue;
        r->user = NULL;
        r->ap_auth_type = NULL;
    }
}

static void make_anonymous(request_rec *r)
{
    if (msc_request_is_anonymous(r)) return;
    msc_request_make_anonymous(r);
    drop_user(r);
}

/* The method that counts is the client's: a subrequest and an error page have another. */
static bool is_unsafe(request_rec *r)
{
    return !msc_exempt_is_safe(msc_dir(r)->xsrf, msc_request_root(r)->method) &&
           msc_exempt_path(r);
}

static bool is_guarded(const request_rec *r)
{
    return msc_dir(r)->xsrf->mode == MSC_XSRF_ON;
}

/* Who asks before the scope is known (SetEnvIfExpr, RewriteCond, <If>) could hand on what
 * it learns to a guarded scope, which may list other methods. And the scope may depend on
 * the answer (<If "session('_user_id') == '7'"> XSRF On </If>): who was told that there
 * is no session has made the request anonymous for good. */
static bool may_become_anonymous(request_rec *r)
{
    if (is_guarded(r) && is_unsafe(r)) return true;
    return msc_server(r->server)->has_guard &&
           !is_default_safe(msc_request_root(r)->method) && msc_exempt_path(r);
}

bool msc_exempt_is_anonymous(request_rec *r)
{
    if (!msc_server(r->server)->exempt) return false;
    if (msc_request_is_anonymous(r)) return true;
    if (exempt_of(r)->is_placed ? !is_guarded(r) || !is_unsafe(r)
                                : !may_become_anonymous(r))
        return false;
    make_anonymous(r);
    return true;
}

int msc_exempt_fixups(request_rec *r)
{
    if (msc_server(r->server)->exempt && is_guarded(r) && is_unsafe(r)) make_anonymous(r);
    return DECLINED;
}

int msc_exempt_enter(request_rec *r)
{
    if (msc_server(r->server)->exempt) exempt_of(r)->is_placed = true;
    return msc_exempt_fixups(r);
}
