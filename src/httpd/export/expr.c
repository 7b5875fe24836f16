/* SPDX-License-Identifier: Apache-2.0 */
/* The session for httpd's expressions and for other modules: session('path') and
 * %{COOKIESESSION_STATUS} in <If>, Require expr, RewriteCond expr=, Header, and the
 * optional functions. Whoever asks first has the token looked up. */

#include "httpd/export/expr.h"
#include "httpd/export/env.h"
#include "httpd/session/session.h"
#include "mod_sessioncookie.h"

/* A member as text, or NULL. */
static const char *sessioncookie_member(request_rec *r, const char *path)
{
    const msc_found_t *found = msc_session_get(r);
    const sc_value_t *value;

    if (!found || !found->session || !sc_doc_find(&value, found->session->doc, path))
        return NULL;
    return msc_env_text(r, value, r->pool);
}

static const char *sessioncookie_status(request_rec *r)
{
    const msc_found_t *found = msc_session_get(r);

    return found ? sc_status_name(found->status) : NULL;
}

static const char *sessioncookie_json(request_rec *r)
{
    const msc_found_t *found = msc_session_get(r);

    if (!found || !found->session) return NULL;
    return (const char *)sc_doc_write(found->session->doc, SC_PLAIN, SC_COMPACT, r->pool)
        .p;
}

/* httpd puts the text of an expression into headers (RequestHeader, Header) and URLs as
 * it is: a member with a line break in it could add a header of its own. */
static bool has_control(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7f) return true;
    }
    return false;
}

static const char *eval_session(ap_expr_eval_ctx_t *ctx, const void *data,
                                const char *path)
{
    const char *text = ctx->r ? sessioncookie_member(ctx->r, path) : NULL;

    (void)data;
    return text && !has_control(text) ? text : "";
}

static const char *eval_status(ap_expr_eval_ctx_t *ctx, const void *data)
{
    const char *word = ctx->r ? sessioncookie_status(ctx->r) : NULL;

    (void)data;
    return word ? word : "";
}

int msc_expr_lookup(ap_expr_lookup_parms *parms)
{
    if (parms->type == AP_EXPR_FUNC_STRING && !ap_cstr_casecmp(parms->name, "session"))
        *parms->func = eval_session;
    else if (parms->type == AP_EXPR_FUNC_VAR &&
             !ap_cstr_casecmp(parms->name, "COOKIESESSION_STATUS"))
        *parms->func = eval_status;
    else
        return DECLINED;
    *parms->data = NULL;
    return OK;
}

void msc_expr_register_optional(void)
{
    APR_REGISTER_OPTIONAL_FN(sessioncookie_status);
    APR_REGISTER_OPTIONAL_FN(sessioncookie_json);
    APR_REGISTER_OPTIONAL_FN(sessioncookie_member);
}
