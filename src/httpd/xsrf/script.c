/* SPDX-License-Identifier: Apache-2.0 */
/* Where the guard's own script is served, and the element by which a page loads it. It is
 * the same for everybody and has no secret, so it is public, and its URL has a version: a
 * browser asks for it once, and again after an upgrade that has changed it. */

#include "httpd/xsrf/script.h"
#include "httpd/startup.h"
#include "httpd/xsrf/token.h"
#include "core/base/base64.h"
#include "core/base/chars.h"
#include "core/crypto/crypto.h"
#include "core/http/path.h"
#include "http_core.h"
#include "http_protocol.h"
#include "http_request.h"

#define SCRIPT_PATH "/.well-known/xsrf.js"

static const char script[] =
#include <script_js.h> /* made of script.js by contrib/js.awk */
    ;

/* --- the directive --- */

/* It is compared with the request as it came, and written into pages as it is. */
static const char *path_refused(const char *path)
{
    apr_size_t n = strlen(path);

    if (*path != '/') return "is not a path: it does not begin with /";
    for (const char *c = path; *c; c++) {
        if (!sc_char_is_alnum((unsigned char)*c) && !strchr("/._~-", *c))
            return "has a character that is none of: letters, digits, / . _ ~ -";
    }
    if (n < 2 || path[n - 1] == '/' || !sc_path_is_plain(sc_bytes(path, n)))
        return "is not the path of a file";
    return NULL;
}

const char *msc_script_directive(cmd_parms *cmd, void *dir, const char *arg)
{
    const char *why = path_refused(arg);

    (void)dir;
    if (cmd->path)
        return "XSRFScript cannot stand in a section or in .htaccess, since the script "
               "is served before a section is chosen; move it to the server or to "
               "<VirtualHost>";
    if (why) return msc_refuse(cmd, arg, why, SCRIPT_PATH);
    msc_server(cmd->server)->script = arg;
    return NULL;
}

static bool has_script(const server_rec *s)
{
    const apr_array_header_t *list = msc_server(s)->xsrf;

    for (int i = 0; i < list->nelts; i++) {
        if (APR_ARRAY_IDX(list, i, const msc_xsrf_conf_t *)->send & MSC_SEND_SCRIPT)
            return true;
    }
    return false;
}

/* 66 bits of the script's digest, in characters that a URL and an ETag take. */
static const char *version(apr_pool_t *p)
{
    unsigned char digest[32];
    sc_bytes_t text = sc_bytes(script, sizeof(script) - 1);

    if (sc_digest(digest, SC_SHA256, &text, 1)) return NULL;
    text = sc_base64url_encode(sc_bytes(digest, sizeof(digest)), p);
    return apr_pstrmemdup(p, (const char *)text.p, 11);
}

/* The main server's sections hold for virtual hosts too. A server with XSRFScript has the
 * script for its .htaccess files. */
int msc_script_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                     server_rec *base)
{
    const char *tag = version(pconf);

    (void)plog;
    (void)ptemp;
    for (server_rec *s = base; tag && s; s = s->next) {
        msc_server_t *conf = msc_server(s);

        if (!conf->script && !has_script(s) && !has_script(base)) continue;
        if (!conf->script) conf->script = SCRIPT_PATH;
        conf->script_tag = tag;
    }
    return OK;
}

/* --- the script --- */

static void describe(request_rec *r, const char *tag)
{
    bool is_this = r->args && !strncmp(r->args, "v=", 2) && !strcmp(r->args + 2, tag);

    ap_set_content_type(r, "text/javascript; charset=utf-8");
    ap_set_content_length(r, sizeof(script) - 1);
    apr_table_setn(r->headers_out, "ETag", apr_pstrcat(r->pool, "\"", tag, "\"", NULL));
    apr_table_setn(r->headers_out, "X-Content-Type-Options", "nosniff");
    apr_table_setn(r->headers_out, "Cache-Control",
                   is_this ? "public, max-age=31536000, immutable" : "no-cache");
}

int msc_script_handler(request_rec *r, int lookup)
{
    const msc_server_t *conf = msc_server(r->server);
    int rv;

    if (lookup || r->main || r->proxyreq == PROXYREQ_PROXY || !conf->script_tag ||
        !r->uri || strcmp(r->uri, conf->script) != 0)
        return DECLINED;
    if (r->method_number != M_GET) {
        ap_allow_standard_methods(r, REPLACE_ALLOW, M_GET, -1);
        return HTTP_METHOD_NOT_ALLOWED;
    }
    rv = ap_discard_request_body(r);
    if (rv != OK) return rv;
    describe(r, conf->script_tag);
    rv = ap_meets_conditions(r);
    if (rv == OK) ap_rwrite(script, sizeof(script) - 1, r);
    return rv;
}

/* --- the element --- */

const char *msc_script_element(const request_rec *r, const msc_xsrf_conf_t *conf)
{
    const msc_server_t *server = msc_server(r->server);
    const char *names;

    if (!server->script_tag) return NULL;
    names = apr_pstrcat(r->pool, conf->send_cookie, " ", conf->headers.word[0], " ",
                        msc_xsrf_field(conf), NULL);
    return apr_pstrcat(r->pool, "<script src=\"", server->script,
                       "?v=", server->script_tag, "\" data-xsrf=\"",
                       ap_escape_html(r->pool, names), "\"></script>", NULL);
}
