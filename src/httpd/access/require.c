/* SPDX-License-Identifier: Apache-2.0 */
/* Require session, session-key, session-format. They need a session, not a user; under
 * AuthType CookieSession, a request without a session is asked to log in. */

#include "httpd/access/require.h"
#include "core/document/text.h"
#include "httpd/access/authn.h"
#include "httpd/session/session.h"
#include "ap_provider.h"
#include "http_request.h"
#include "mod_auth.h"

/* The words of a Require line, read once at start-up. */
typedef struct {
    int n;
    const char **words;
} words_t;

static words_t *words_of(const char *line, apr_pool_t *p)
{
    apr_array_header_t *list = apr_array_make(p, 4, sizeof(const char *));
    words_t *words = apr_palloc(p, sizeof(*words));

    while (*line) {
        const char *word = ap_getword_conf(p, &line);

        APR_ARRAY_PUSH(list, const char *) = word;
    }
    words->n = list->nelts;
    words->words = (const char **)list->elts;
    return words;
}

static const char *parse_session(cmd_parms *cmd, const char *line, const void **parsed)
{
    words_t *words = words_of(line, cmd->pool);

    if (words->n && !*words->words[0])
        return "Require session \"\": the member needs a name; for example: Require "
               "session "
               "role admin";
    *parsed = words;
    return NULL;
}

static const char *parse_ids(cmd_parms *cmd, const char *line, const void **parsed)
{
    words_t *words = words_of(line, cmd->pool);

    if (words->n == 0)
        return "Require session-key: no key is named; for example: Require session-key "
               "main";
    *parsed = words;
    return NULL;
}

static const char *parse_formats(cmd_parms *cmd, const char *line, const void **parsed)
{
    words_t *words = words_of(line, cmd->pool);

    for (int i = 0; i < words->n; i++) {
        if (!sc_format_find(words->words[i]))
            return apr_psprintf(cmd->pool,
                                "Require session-format %s: there is no such "
                                "format; for example: Require session-format flask",
                                words->words[i]);
    }
    if (words->n == 0)
        return "Require session-format: no format is named; for example: Require "
               "session-format flask";
    *parsed = words;
    return NULL;
}

/* Without a session: asked to log in where there is a login, else refused. */
static authz_status denied(const request_rec *r, const msc_found_t *found)
{
    if (found && found->session) return AUTHZ_DENIED;
    return found && msc_access_is_ours(r) && !r->user ? AUTHZ_DENIED_NO_USER
                                                      : AUTHZ_DENIED;
}

static bool is_word(const char *text, apr_size_t n, const words_t *words, int first)
{
    for (int i = first; i < words->n; i++) {
        if (strlen(words->words[i]) == n && !memcmp(words->words[i], text, n))
            return true;
    }
    return false;
}

/* A scalar equals one of the values; an array has one of them as an element. */
static bool matches(const sc_value_t *value, const words_t *words, apr_pool_t *p)
{
    sc_type_t type = sc_value_type(value);
    sc_bytes_t text;

    if (type == SC_ARRAY) {
        for (int i = 0; i < sc_value_length(value); i++) {
            const sc_value_t *element = sc_value_at(value, i);

            if (sc_value_type(element) != SC_ARRAY && matches(element, words, p))
                return true;
        }
        return false;
    }
    if (type == SC_NULL || type == SC_OBJECT || !sc_value_text(&text, value, "", p))
        return false;
    return is_word((const char *)text.p, text.n, words, 1);
}

static authz_status check_session(request_rec *r, const char *line, const void *parsed)
{
    const msc_found_t *found = msc_session_get(r);
    const words_t *words = parsed;
    const sc_value_t *value;

    (void)line;
    if (!found || !found->session) return denied(r, found);
    if (words->n == 0) return AUTHZ_GRANTED;
    if (!sc_doc_find(&value, found->session->doc, words->words[0]) ||
        sc_value_type(value) == SC_NULL)
        return AUTHZ_DENIED;
    return words->n == 1 || matches(value, words, r->pool) ? AUTHZ_GRANTED : AUTHZ_DENIED;
}

static authz_status check_key(request_rec *r, const char *line, const void *parsed)
{
    const msc_found_t *found = msc_session_get(r);
    const char *id;

    (void)line;
    if (!found || !found->session || !found->session->key) return denied(r, found);
    id = found->session->key->id;
    return is_word(id, strlen(id), parsed, 0) ? AUTHZ_GRANTED : AUTHZ_DENIED;
}

static authz_status check_format(request_rec *r, const char *line, const void *parsed)
{
    const msc_found_t *found = msc_session_get(r);
    const char *name;

    (void)line;
    if (!found || !found->session) return denied(r, found);
    name = found->source->format;
    return is_word(name, strlen(name), parsed, 0) ? AUTHZ_GRANTED : AUTHZ_DENIED;
}

void msc_require_register(apr_pool_t *p)
{
    static const authz_provider session = {check_session, parse_session};
    static const authz_provider key = {check_key, parse_ids};
    static const authz_provider format = {check_format, parse_formats};

    ap_register_auth_provider(p, AUTHZ_PROVIDER_GROUP, "session", AUTHZ_PROVIDER_VERSION,
                              &session, AP_AUTH_INTERNAL_PER_CONF);
    ap_register_auth_provider(p, AUTHZ_PROVIDER_GROUP, "session-key",
                              AUTHZ_PROVIDER_VERSION, &key, AP_AUTH_INTERNAL_PER_CONF);
    ap_register_auth_provider(p, AUTHZ_PROVIDER_GROUP, "session-format",
                              AUTHZ_PROVIDER_VERSION, &format, AP_AUTH_INTERNAL_PER_CONF);
}
