/* SPDX-License-Identifier: Apache-2.0 */
/* What a handler sees of the session: environment variables, the same as notes in lower
 * case, and REMOTE_USER. Nothing of a refused token is exported, only its status; a value
 * with NUL is not exported, since an environment would cut it. */

#include "httpd/export/env.h"
#include "core/document/text.h"

/* Variables are kept in an array: a table would compare each with all whose names begin
 * alike, as these do. */
typedef struct {
    const char *name;
    apr_size_t n; /* bytes of the name */
    const char *text;
} var_t;

/* The variables of one request in the making. */
typedef struct {
    apr_array_header_t *vars; /* var_t */
    request_rec *r;
    const char *prefix;
    int collision;
} making_t;

static var_t *find(const making_t *making, const char *name, apr_size_t n)
{
    for (int i = 0; i < making->vars->nelts; i++) {
        var_t *var = &APR_ARRAY_IDX(making->vars, i, var_t);

        if (var->n == n && !ap_cstr_casecmpn(var->name, name, n)) return var;
    }
    return NULL;
}

static void add(making_t *making, const char *name, apr_size_t n, const char *text)
{
    APR_ARRAY_PUSH(making->vars, var_t) = (var_t){name, n, text};
}

#define ADD(making, name, text) add(making, name, sizeof(name) - 1, text)

const char *msc_env_text(request_rec *r, const sc_value_t *value, apr_pool_t *p)
{
    sc_bytes_t text;

    if (!sc_value_text(&text, value, msc_dir(r)->delimiter, p)) return NULL;
    if (text.n && memchr(text.p, 0, text.n)) return NULL;
    return apr_pstrmemdup(p, (const char *)text.p, text.n);
}

/* "user.id" -> "SESSION_USER_ID" */
static const char *fold(apr_size_t *n, const char *prefix, sc_bytes_t name, apr_pool_t *p)
{
    apr_size_t front = strlen(prefix);
    char *folded = apr_palloc(p, front + name.n + 1), *to = folded + front;

    memcpy(folded, prefix, front);
    for (apr_size_t i = 0; i < name.n; i++) {
        int c = name.p[i];

        if (c >= 'a' && c <= 'z') c -= 'a' - 'A';
        *to++ = (char)((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_');
    }
    *to = '\0';
    *n = front + name.n;
    return folded;
}

static int add_member(void *baton, sc_bytes_t name, const sc_value_t *value)
{
    making_t *making = baton;
    apr_pool_t *p = making->r->pool;
    const char *text = msc_env_text(making->r, value, p), *variable;
    apr_size_t n;

    if (!text) return 0;
    variable = fold(&n, making->prefix, name, p);
    if (find(making, variable, n))
        making->collision = 1;
    else
        add(making, variable, n, text);
    return 0;
}

static const char *time_text(apr_time_t t, apr_pool_t *p)
{
    return apr_psprintf(p, "%" APR_TIME_T_FMT, apr_time_sec(t));
}

/* The bytes as a string; NULL where they are none, or would be cut. */
static const char *bytes_text(sc_bytes_t bytes, apr_pool_t *p)
{
    if (bytes.n == 0 || memchr(bytes.p, 0, bytes.n)) return NULL;
    return apr_pstrmemdup(p, (const char *)bytes.p, bytes.n);
}

static void add_provenance(making_t *making, const msc_found_t *found)
{
    const sc_session_t *session = found->session;
    apr_pool_t *p = making->r->pool;
    const char *json = bytes_text(sc_doc_write(session->doc, SC_PLAIN, SC_COMPACT, p), p);
    const char *footer = session->footer.p ? bytes_text(session->footer, p) : NULL;

    if (json) ADD(making, "COOKIESESSION_JSON", json);
    ADD(making, "COOKIESESSION_FORMAT", found->source->format);
    ADD(making, "COOKIESESSION_SOURCE", found->source->text);
    if (session->key) ADD(making, "COOKIESESSION_KEY", session->key->id);
    if (session->issued != SC_NEVER)
        ADD(making, "COOKIESESSION_ISSUED", time_text(session->issued, p));
    if (session->expires != SC_NEVER)
        ADD(making, "COOKIESESSION_EXPIRES", time_text(session->expires, p));
    if (footer) ADD(making, "COOKIESESSION_FOOTER", footer);
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
        var_t *var;

        if (sc_doc_find(&value, found->session->doc, export->path)) {
            text = msc_env_text(making->r, value, making->r->pool);
        }
        if (!text) continue;
        var = find(making, export->name, strlen(export->name));
        if (var)
            var->text = text;
        else
            add(making, export->name, strlen(export->name), text);
    }
}

static apr_array_header_t *make_vars(request_rec *r, msc_found_t *found)
{
    making_t making = {.vars = apr_array_make(r->pool, 24, sizeof(var_t)), .r = r};

    making.prefix = msc_dir(r)->env;
    ADD(&making, "COOKIESESSION_STATUS", sc_status_name(found->status));
    if (!found->session) return making.vars;
    if (*making.prefix) {
        add_provenance(&making, found);
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
    const apr_array_header_t *vars = state->vars;

    for (int i = 0; vars && i < vars->nelts; i++) {
        apr_table_unset(r->subprocess_env, APR_ARRAY_IDX(vars, i, var_t).name);
    }
    if (state->user && state->user == parent->user) {
        apr_table_unset(r->subprocess_env, "REMOTE_USER");
        if (r->user == parent->user) r->user = NULL;
    }
}

static int has_any(const apr_table_t *table, const apr_array_header_t *vars)
{
    const apr_array_header_t *present = apr_table_elts(table);

    for (int i = 0; i < present->nelts; i++) {
        const char *name = APR_ARRAY_IDX(present, i, apr_table_entry_t).key;

        for (int j = 0; j < vars->nelts; j++) {
            const char *other = APR_ARRAY_IDX(vars, j, var_t).name;

            if (((*name ^ *other) & 0x5f) == 0 && !ap_cstr_casecmp(name, other)) return 1;
        }
    }
    return 0;
}

/* As environment variables and, in lower case, as notes. */
static void publish(request_rec *r, const apr_array_header_t *vars)
{
    int some = has_any(r->subprocess_env, vars) || has_any(r->notes, vars);

    for (int i = 0; i < vars->nelts; i++) {
        const var_t *var = &APR_ARRAY_IDX(vars, i, var_t);
        char *note = apr_pstrmemdup(r->pool, var->name, var->n);

        ap_str_tolower(note);
        (some ? apr_table_setn : apr_table_addn)(r->subprocess_env, var->name, var->text);
        (some ? apr_table_setn : apr_table_addn)(r->notes, note, var->text);
    }
}

int msc_env_fixups(request_rec *r)
{
    msc_found_t *found;
    apr_array_header_t *vars;

    for (request_rec *parent = r->main; parent; parent = parent->main) {
        drop_inherited(r, parent);
    }
    found = msc_session_get(r);
    if (!found) return DECLINED;
    vars = make_vars(r, found);
    publish(r, vars);
    msc_request(r)->vars = vars;

    /* Who logged in by other means stays who he is. */
    if (!r->user && !r->ap_auth_type) {
        r->user = (char *)msc_session_user(r, found);
        msc_request(r)->user = r->user;
    }
    return DECLINED;
}
