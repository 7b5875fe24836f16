/* SPDX-License-Identifier: Apache-2.0 */
/* A login of mod_auth_form inside a session that the application shares. mod_auth_form
 * keeps the name and the password in the session and checks them on each request. The
 * password is encrypted on its own (session/vault.c); the name is also put where the
 * application looks for its user. */

#include "httpd/mod_session/auth_form.h"

/* After something, and from the last dash on. */
static bool has_end(const char *name, const char *end)
{
    const char *dash = strrchr(name, '-');

    return dash && dash != name && !strcmp(dash, end);
}

bool msc_form_realm(const char **realm, const char *name, const char *end, apr_pool_t *p)
{
    if (!has_end(name, end)) return false;
    *realm = apr_pstrndup(p, name, strlen(name) - strlen(end));
    return true;
}

bool msc_form_is_secret(const char *name,
                        bool (*has)(const void *baton, const char *name),
                        const void *baton)
{
    char user[256];
    apr_size_t n;

    if (has_end(name, "-pw")) return true;
    if (!has_end(name, "-site")) return false;
    n = strlen(name) - strlen("-site");
    if (n + sizeof("-user") > sizeof(user)) return true;
    memcpy(user, name, n);
    memcpy(user + n, "-user", sizeof("-user"));
    return has(baton, user);
}

const char *msc_form_user_member(request_rec *r)
{
    const msc_words_t *user = &msc_dir(r)->user;

    for (int i = 0; i < user->n; i++) {
        if (*user->word[i] != '/') return user->word[i];
    }
    return NULL;
}

static bool string_member(sc_bytes_t *text, const sc_doc_t *doc, const char *name)
{
    const sc_value_t *value;

    if (*name == '/' || !sc_doc_find(&value, doc, name)) return false;
    if (sc_value_type(value) != SC_STRING) return false;
    *text = sc_value_string(value);
    return true;
}

bool msc_form_is_over(request_rec *r, const sc_doc_t *doc, const char *name,
                      apr_pool_t *p)
{
    const char *realm, *member = msc_form_user_member(r);
    sc_bytes_t user, pw, now;

    if (!member) return false;
    if (!msc_form_realm(&realm, name, "-user", p) &&
        !msc_form_realm(&realm, name, "-pw", p) &&
        !msc_form_realm(&realm, name, "-site", p))
        return false;
    if (!string_member(&user, doc, apr_pstrcat(p, realm, "-user", NULL)) ||
        !string_member(&pw, doc, apr_pstrcat(p, realm, "-pw", NULL)))
        return false;
    return !string_member(&now, doc, member) || !sc_bytes_eq(user, now);
}
