/* SPDX-License-Identifier: Apache-2.0 */
/* What a handler sees of the session: environment variables, the same as notes in lower
 * case, and, where it is asked for, REMOTE_USER. Of a refused token only the status is
 * exported. A value with a NUL is not exported, since an environment would cut it off
 * there. */

#include "httpd/export/env.h"
#include <apr_strings.h>
#include "core/base/chars.h"
#include "core/document/text.h"
#include "httpd/export/token.h"
#include "httpd/export/variables.h"
#include "http_core.h"

/* What this file put into a request's environment. */
typedef struct msc_exported_t {
    const msc_variables_t *variables;
    const char *token;            /* the variable that has a token, or NULL */
    const char *user;             /* what r->user was set to, or NULL */
    const msc_found_t *collision; /* of which a collision of names was logged */
} msc_exported_t;

/* The variables of one request in the making. */
typedef struct {
    msc_variables_t *variables;
    request_rec *r;
    sc_bytes_t prefix;
    const char *note_prefix; /* in lower case */
    bool has_collision;
} making_t;

static msc_exported_t *exported_of(request_rec *r)
{
    msc_request_t *state = msc_request(r);

    if (!state->exported) state->exported = apr_pcalloc(r->pool, sizeof(msc_exported_t));
    return state->exported;
}

/* A variable of our own, whose prefix no member's variable has. */
#define ADD(making, name, note, text)                                                    \
    (void)msc_variables_add((making)->variables, name, note, sizeof(name) - 1, text)

const char *msc_env_text(request_rec *r, const sc_value_t *value, apr_pool_t *p)
{
    sc_bytes_t text;

    if (!sc_value_text(&text, value, msc_dir(r)->delimiter, p)) return NULL;
    if (text.n && memchr(text.p, 0, text.n)) return NULL;
    return (const char *)text.p;
}

/* "user.id" -> "SESSION_USER_ID" and "session_user_id", each with its NUL. */
static void fold_name(char *variable, char *note, const making_t *making, sc_bytes_t name)
{
    memcpy(variable, making->prefix.p, making->prefix.n);
    memcpy(note, making->note_prefix, making->prefix.n);
    variable += making->prefix.n;
    note += making->prefix.n;
    for (apr_size_t i = 0; i < name.n; i++) {
        unsigned char c = name.p[i];
        bool is_letter = sc_char_is_letter(c);

        if (!is_letter && !sc_char_is_digit(c)) c = '_';
        variable[i] = (char)(is_letter ? c & ~0x20 : c);
        note[i] = (char)(is_letter ? c | 0x20 : c);
    }
    variable[name.n] = note[name.n] = '\0';
}

static int add_member(void *baton, sc_bytes_t name, const sc_value_t *value)
{
    making_t *making = baton;
    apr_pool_t *p = making->r->pool;
    const char *text = msc_env_text(making->r, value, p);
    apr_size_t n = making->prefix.n + name.n;
    char *variable, *note;

    if (!text) return 0;
    variable = apr_palloc(p, 2 * (n + 1));
    note = variable + n + 1;
    fold_name(variable, note, making, name);
    if (!msc_variables_add(making->variables, variable, note, n, text))
        making->has_collision = true;
    return 0;
}

static const char *time_text(apr_time_t t, apr_pool_t *p)
{
    return apr_off_t_toa(p, (apr_off_t)apr_time_sec(t));
}

/* The bytes as a string; NULL where there are none, or a NUL is among them. */
static const char *bytes_text(sc_bytes_t bytes, apr_pool_t *p)
{
    if (bytes.n == 0 || memchr(bytes.p, 0, bytes.n)) return NULL;
    return apr_pstrmemdup(p, (const char *)bytes.p, bytes.n);
}

static void add_provenance(making_t *making, const msc_found_t *found)
{
    const sc_session_t *session = found->session;
    apr_pool_t *p = making->r->pool;
    sc_bytes_t json = sc_doc_write(session->doc, SC_PLAIN, SC_COMPACT, p);
    const char *footer = session->footer.p ? bytes_text(session->footer, p) : NULL;

    ADD(making, "COOKIESESSION_JSON", "cookiesession_json", (const char *)json.p);
    ADD(making, "COOKIESESSION_FORMAT", "cookiesession_format", found->source->format);
    ADD(making, "COOKIESESSION_SOURCE", "cookiesession_source", found->source->text);
    if (session->key)
        ADD(making, "COOKIESESSION_KEY", "cookiesession_key", session->key->id);
    if (session->issued != SC_NEVER)
        ADD(making, "COOKIESESSION_ISSUED", "cookiesession_issued",
            time_text(session->issued, p));
    if (session->expires != SC_NEVER)
        ADD(making, "COOKIESESSION_EXPIRES", "cookiesession_expires",
            time_text(session->expires, p));
    if (footer) ADD(making, "COOKIESESSION_FOOTER", "cookiesession_footer", footer);
}

/* CookieSessionExport: it replaces a variable that a member's name was folded to, and the
 * export of an inner scope that of an outer one. */
static void add_exports(making_t *making, const msc_found_t *found)
{
    const apr_array_header_t *exports = msc_dir(making->r)->exports;

    for (int i = 0; exports && i < exports->nelts; i++) {
        const msc_export_t *export = &APR_ARRAY_IDX(exports, i, msc_export_t);
        const sc_value_t *value;
        const char *text = NULL, *note;
        apr_size_t n;

        if (sc_doc_find(&value, found->session->doc, export->path)) {
            text = msc_env_text(making->r, value, making->r->pool);
        }
        if (!text) continue;
        n = strlen(export->name);
        note = msc_variables_note(export->name, n, making->r->pool);
        msc_variables_set(making->variables, export->name, note, n, text);
    }
}

/* Once a lookup; once for a session that is remembered. */
static void log_collision(request_rec *r, const msc_found_t *found)
{
    msc_exported_t *exported = exported_of(found->home);

    if (exported->collision == found) return;
    exported->collision = found;
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r,
                  "two members of the session map to the same environment variable; the "
                  "first is exported");
}

static const msc_variables_t *make_variables(request_rec *r, const msc_found_t *found)
{
    making_t making = {.variables = msc_variables_make(r->pool), .r = r};
    const char *user;

    making.prefix = sc_bytes_str(msc_dir(r)->env);
    making.note_prefix = msc_variables_note(msc_dir(r)->env, making.prefix.n, r->pool);
    user = msc_session_user(r, found);
    ADD(&making, "COOKIESESSION_STATUS", "cookiesession_status",
        sc_status_name(found->status));
    ADD(&making, "COOKIESESSION_VERSION", "cookiesession_version", MSC_VERSION);
    if (!found->session) return making.variables;
    if (user) ADD(&making, "COOKIESESSION_USER", "cookiesession_user", user);
    if (making.prefix.n) {
        add_provenance(&making, found);
        sc_doc_each(found->session->doc, SC_PLAIN, add_member, &making);
    }
    add_exports(&making, found);
    if (making.has_collision) log_collision(r, found);
    return making.variables;
}

static const void *copy_variables(const void *variables, apr_pool_t *p)
{
    return msc_variables_copy(variables, p);
}

/* Made once for a session that is remembered, and kept with it; once more for a scope
 * with other directives. */
static const msc_variables_t *variables_of(request_rec *r, const msc_found_t *found)
{
    apr_uint64_t shape = msc_dir(r)->shape;
    msc_kept_t *kept = shape == MSC_NO_SHAPE ? NULL : found->kept;
    const msc_variables_t *variables = kept ? msc_kept_note(kept, shape) : NULL;

    if (variables) return variables;
    variables = make_variables(r, found);
    if (!kept) return variables;
    return msc_kept_add_note(kept, shape, variables, msc_variables_size(variables),
                             copy_variables);
}

/* A subrequest starts with a copy of its parent's environment. What this module put there
 * belongs to the parent's scope. */
static void drop_inherited(request_rec *r, request_rec *parent)
{
    const msc_exported_t *exported = exported_of(parent);

    if (exported->variables)
        msc_variables_drop(r->subprocess_env, exported->variables, r->pool);
    if (exported->token) apr_table_unset(r->subprocess_env, exported->token);
    if (exported->user && exported->user == parent->user) {
        apr_table_unset(r->subprocess_env, "REMOTE_USER");
        if (r->user == parent->user) r->user = NULL;
    }
}

/* httpd keeps the variables of a request that was redirected, each with REDIRECT_ before
 * its name for each redirect. A token is for the handlers of its own scope. */
static void drop_redirected_token(request_rec *r)
{
    const char *prefix = "REDIRECT_";

    for (request_rec *q = r->prev; q; q = q->prev) {
        const char *token = exported_of(q)->token;

        if (token)
            apr_table_unset(r->subprocess_env, apr_pstrcat(r->pool, prefix, token, NULL));
        prefix = apr_pstrcat(r->pool, "REDIRECT_", prefix, NULL);
    }
}

/* A user who logged in by other means stays. Only where it is asked for: an application
 * may give whatever it likes to a REMOTE_USER called admin. */
static bool takes_user(request_rec *r)
{
    const char *type = ap_auth_type(r);

    if (r->user || r->ap_auth_type) return false;
    return msc_dir(r)->remote_user || (type && !ap_cstr_casecmp(type, MSC_AUTH_TYPE));
}

bool msc_env_exported(request_rec *r, const char *name)
{
    const msc_exported_t *exported = msc_request(r)->exported;

    if (!exported) return false;
    if (exported->token && !ap_cstr_casecmp(exported->token, name)) return true;
    return exported->variables && msc_variables_has(exported->variables, name, r->pool);
}

/* Not a note, which a log may write. */
static void set_token(request_rec *r, msc_exported_t *exported)
{
    const msc_token_t *token = msc_dir(r)->token;
    const char *text = token && token->env ? msc_token_for_back_end(r) : NULL;

    if (!text) return;
    exported->token = token->env;
    apr_table_setn(r->subprocess_env, token->env, text);
}

/* Of the scope, whether there is a session or not. */
static void publish_url(request_rec *r, const char *name, const char *note,
                        const char *url)
{
    if (url) {
        apr_table_setn(r->subprocess_env, name, url);
        apr_table_setn(r->notes, note, url);
    }
    else if (r->main) {
        apr_table_unset(r->subprocess_env, name);
    }
}

bool msc_env_has_set_user(request_rec *r)
{
    const msc_exported_t *exported = msc_request(r)->exported;

    return exported && exported->user && exported->user == r->user;
}

int msc_env_fixups(request_rec *r)
{
    const msc_dir_t *conf = msc_dir(r);
    const msc_found_t *found;
    msc_exported_t *exported;

    publish_url(r, "COOKIESESSION_LOGIN_URL", "cookiesession_login_url", conf->login_url);
    publish_url(r, "COOKIESESSION_LOGOUT_URL", "cookiesession_logout_url",
                conf->logout_url);
    for (request_rec *parent = r->main; parent; parent = parent->main)
        drop_inherited(r, parent);
    drop_redirected_token(r);
    found = msc_session_get(r);
    if (!found) return DECLINED;
    exported = exported_of(r);
    exported->variables = variables_of(r, found);
    msc_variables_publish(r->subprocess_env, r->notes, exported->variables, r->pool);
    set_token(r, exported);
    if (takes_user(r)) {
        r->user = (char *)msc_session_user(r, found);
        exported->user = r->user;
    }
    return DECLINED;
}
