/* What a handler sees of the session: environment variables, the same as notes in lower case,
 * and REMOTE_USER. Nothing of a refused token is exported, only its status; a value with NUL
 * is not exported, since an environment would cut it. */

#include "env.h"

/* The variables of one request in the making. */
typedef struct {
    apr_table_t *vars;
    request_rec *r;
    const char *prefix;
    int collision;
} making_t;

const char *msc_env_text(request_rec *r, const sc_value_t *value, apr_pool_t *p)
{
    sc_bytes_t text;

    if (!sc_value_text(&text, value, MSC_GET(msc_dir(r), delimiter), p)) return NULL;
    if (text.n && memchr(text.p, 0, text.n)) return NULL;
    return apr_pstrmemdup(p, (const char *)text.p, text.n);
}

/* "user.id" -> "SESSION_USER_ID" */
static const char *fold(const char *prefix, sc_bytes_t name, apr_pool_t *p)
{
    apr_size_t n = strlen(prefix);
    char *folded = apr_palloc(p, n + name.n + 1), *to = folded + n;

    memcpy(folded, prefix, n);
    for (apr_size_t i = 0; i < name.n; i++) {
        int c = name.p[i];

        if (c >= 'a' && c <= 'z') c -= 'a' - 'A';
        *to++ = (char)((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_');
    }
    *to = '\0';
    return folded;
}

static int add_member(void *baton, sc_bytes_t name, const sc_value_t *value)
{
    making_t *making = baton;
    apr_pool_t *p = making->r->pool;
    const char *text = msc_env_text(making->r, value, p), *variable;

    if (!text) return 0;
    variable = fold(making->prefix, name, p);
    if (apr_table_get(making->vars, variable)) {
        making->collision = 1;
        return 0;
    }
    apr_table_addn(making->vars, variable, text);
    return 0;
}

static void add_time(apr_table_t *vars, const char *name, apr_time_t t, apr_pool_t *p)
{
    if (t == SC_NEVER) return;
    apr_table_addn(vars, name,
                   apr_psprintf(p, "%" APR_TIME_T_FMT, apr_time_sec(t)));
}

static void add_bytes(apr_table_t *vars, const char *name, sc_bytes_t text, apr_pool_t *p)
{
    if (text.n == 0 || memchr(text.p, 0, text.n)) return;
    apr_table_addn(vars, name, apr_pstrmemdup(p, (const char *)text.p, text.n));
}

static void add_provenance(apr_table_t *vars, const msc_found_t *found, apr_pool_t *p)
{
    const sc_session_t *session = found->session;

    add_bytes(vars, "COOKIESESSION_JSON",
              sc_doc_write(session->doc, SC_PLAIN, SC_COMPACT, p), p);
    apr_table_addn(vars, "COOKIESESSION_FORMAT", found->source->format);
    apr_table_addn(vars, "COOKIESESSION_SOURCE", found->source->text);
    if (session->key) apr_table_addn(vars, "COOKIESESSION_KEY", session->key->id);
    add_time(vars, "COOKIESESSION_ISSUED", session->issued, p);
    add_time(vars, "COOKIESESSION_EXPIRES", session->expires, p);
    if (session->footer.p) add_bytes(vars, "COOKIESESSION_FOOTER", session->footer, p);
}

/* CookieSessionExport: the administrator's choice stands above a folded name, an inner
 * scope's above an outer one's. */
static void add_exports(making_t *making, const msc_found_t *found)
{
    const apr_array_header_t *exports = msc_dir(making->r)->exports;

    for (int i = 0; exports && i < exports->nelts; i++) {
        const msc_export_t *export = &APR_ARRAY_IDX(exports, i, msc_export_t);
        const sc_value_t *value;
        const char *text = NULL;

        if (sc_doc_find(&value, found->session->doc, export->path)) {
            text = msc_env_text(making->r, value, making->r->pool);
        }
        if (text) apr_table_setn(making->vars, export->name, text);
    }
}

static apr_table_t *make_vars(request_rec *r, msc_found_t *found)
{
    making_t making = {.vars = apr_table_make(r->pool, 24), .r = r};

    making.prefix = MSC_GET(msc_dir(r), env);
    apr_table_addn(making.vars, "COOKIESESSION_STATUS", sc_status_name(found->status));
    if (!found->session) return making.vars;
    if (*making.prefix) {
        add_provenance(making.vars, found, r->pool);
        sc_doc_each(found->session->doc, SC_PLAIN, add_member, &making);
    }
    add_exports(&making, found);
    if (making.collision && !found->collision) {
        found->collision = 1;
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r,
                      "members of the session have one variable name; the first of them "
                      "is exported");
    }
    return making.vars;
}

/* A subrequest starts with a copy of its parent's environment. What this module put there
 * belongs to the parent's scope. */
static void drop_inherited(request_rec *r, request_rec *parent)
{
    const msc_request_t *state = msc_request(parent);
    const apr_array_header_t *vars = state->vars ? apr_table_elts(state->vars) : NULL;

    for (int i = 0; vars && i < vars->nelts; i++) {
        apr_table_unset(r->subprocess_env,
                        APR_ARRAY_IDX(vars, i, apr_table_entry_t).key);
    }
    if (state->user && state->user == parent->user) {
        apr_table_unset(r->subprocess_env, "REMOTE_USER");
        if (r->user == parent->user) r->user = NULL;
    }
}

static int put_var(void *baton, const char *name, const char *value)
{
    request_rec *r = baton;
    char *note = apr_pstrdup(r->pool, name);

    ap_str_tolower(note);
    apr_table_setn(r->subprocess_env, name, value);
    apr_table_setn(r->notes, note, value);
    return 1;
}

int msc_env_fixups(request_rec *r)
{
    msc_found_t *found;
    apr_table_t *vars;

    for (request_rec *parent = r->main; parent; parent = parent->main) {
        drop_inherited(r, parent);
    }
    found = msc_session_get(r);
    if (!found) return DECLINED;
    vars = make_vars(r, found);
    apr_table_do(put_var, r, vars, NULL);
    msc_request(r)->vars = vars;

    /* Who logged in by other means stays who he is. */
    if (!r->user && !r->ap_auth_type) {
        r->user = (char *)msc_session_user(r, found);
        msc_request(r)->user = r->user;
    }
    return DECLINED;
}
