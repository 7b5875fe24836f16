/* SPDX-License-Identifier: Apache-2.0 */
/* CookieSessionAttributes: the attributes of a cookie that is written (RFC
 * 6265bis 4.1.2). Refused at start-up: what is no attribute, what would break out of the
 * header, and combinations with which browsers drop the cookie without a word. */

#include "httpd/mod_session/attributes.h"
#include "httpd/sections.h"
#include "httpd/session/source.h"
#include "apr_lib.h"
#include "http_core.h"

/* --- the directive --- */

static const char twice[] = "is given twice";

static const char *set_path(msc_attributes_t *a, const char *value)
{
    if (a->path) return twice;
    if (*value != '/') return "has to begin with /, as Path=/ does";
    for (const char *c = value; *c; c++) {
        if (*c <= ' ' || *c == 0x7f || *c == ';' || *c == ',' || *c == '"')
            return "contains a character that is not allowed in the path of a cookie; "
                   "encode it with %";
    }
    a->path = value;
    return NULL;
}

static const char *set_domain(msc_attributes_t *a, const char *value)
{
    static const char not_host[] = "is not a host name, as Domain=example.org is";

    if (a->domain) return twice;
    for (const char *c = value; *c; c++) {
        if (!apr_isalnum(*c) && *c != '-' && *c != '.') return not_host;
    }
    if (!*value || !strcmp(value, ".")) return not_host;
    a->domain = value;
    return NULL;
}

/* One of the words, in the case of the list. */
static const char *set_word(const char **to, const char *value, const char *const *words,
                            const char *otherwise)
{
    if (*to) return twice;
    for (; *words; words++) {
        if (!ap_cstr_casecmp(value, *words)) {
            *to = *words;
            return NULL;
        }
    }
    return otherwise;
}

static const char *set_same_site(msc_attributes_t *a, const char *value)
{
    static const char *const words[] = {"Strict", "Lax", "None", NULL};

    return set_word(&a->same_site, value, words, "is not one of Strict, Lax, None");
}

static const char *set_priority(msc_attributes_t *a, const char *value)
{
    static const char *const words[] = {"Low", "Medium", "High", NULL};

    return set_word(&a->priority, value, words, "is not one of Low, Medium, High");
}

static const char *set_max_age(msc_attributes_t *a, const char *value)
{
    if (a->max_age >= 0) return twice;
    if (!*value || strlen(value) > 10 || strspn(value, "0123456789") != strlen(value) ||
        (a->max_age = apr_atoi64(value)) == 0)
        return "is not a number of seconds above 0, as Max-Age=2592000 is";
    return NULL;
}

static const char *set_expires(msc_attributes_t *a, const char *value)
{
    (void)a;
    (void)value;
    return "is a fixed date; set how long the cookie is kept, as Max-Age=2592000 does";
}

static const char *set_switch(int *flag)
{
    if (*flag) return twice;
    *flag = 1;
    return NULL;
}

static const char *set_secure(msc_attributes_t *a, const char *value)
{
    (void)value;
    return set_switch(&a->secure);
}

static const char *set_http_only(msc_attributes_t *a, const char *value)
{
    (void)value;
    return set_switch(&a->http_only);
}

static const char *set_partitioned(msc_attributes_t *a, const char *value)
{
    (void)value;
    return set_switch(&a->partitioned);
}

static const struct {
    const char *name;
    int has_value;
    const char *(*set)(msc_attributes_t *a, const char *value);
} attribute_table[] = {
    {"Path", 1, set_path},
    {"Domain", 1, set_domain},
    {"SameSite", 1, set_same_site},
    {"Max-Age", 1, set_max_age},
    {"Expires", 1, set_expires},
    {"Priority", 1, set_priority},
    {"Secure", 0, set_secure},
    {"HttpOnly", 0, set_http_only},
    {"Partitioned", 0, set_partitioned},
};

/* "Name=value" or "Name", without white space around it. */
static const char *set_attribute(msc_attributes_t *a, char *item, apr_pool_t *p)
{
    char *value = strchr(item, '=');
    const char *why =
        "is not an attribute of a cookie; attributes are: Path, Domain, SameSite, "
        "Max-Age, Priority, Secure, HttpOnly, Partitioned";

    if (value) *value++ = '\0';
    for (apr_size_t i = 0; i < sizeof(attribute_table) / sizeof(attribute_table[0]);
         i++) {
        if (ap_cstr_casecmp(item, attribute_table[i].name)) continue;
        if (attribute_table[i].has_value && !value)
            why = "needs a value, as Path=/";
        else if (!attribute_table[i].has_value && value)
            why = "takes no value";
        else
            why = attribute_table[i].set(a, value);
        break;
    }
    return why ? apr_psprintf(p, "%s%s%s %s", item, value ? "=" : "", value ? value : "",
                              why)
               : NULL;
}

static const char *contradiction(const msc_attributes_t *a)
{
    if (a->same_site && !strcmp(a->same_site, "None") && !a->secure)
        return "browsers drop a cookie with SameSite=None and without Secure; add Secure";
    if (a->partitioned && !a->secure)
        return "browsers drop a cookie with Partitioned and without Secure; add Secure";
    return NULL;
}

static char *trimmed(char *text)
{
    char *end = text + strlen(text);

    while (apr_isspace(*text))
        text++;
    while (end > text && apr_isspace(end[-1]))
        *--end = '\0';
    return text;
}

const char *msc_attributes_directive(cmd_parms *cmd, void *dir, const char *arg)
{
    msc_dir_t *conf = dir;
    msc_attributes_t *a = apr_pcalloc(cmd->pool, sizeof(*a));
    char *rest = apr_pstrdup(cmd->pool, arg), *item;
    const char *why = NULL;

    a->max_age = -1;
    while (!why && (item = apr_strtok(rest, ";", &rest))) {
        item = trimmed(item);
        if (*item) why = set_attribute(a, item, cmd->pool);
    }
    if (!why) why = contradiction(a);
    if (why)
        return apr_psprintf(cmd->pool,
                            "CookieSessionAttributes \"%s\": %s; for example: "
                            "CookieSessionAttributes \"Path=/; HttpOnly; SameSite=Lax\"",
                            arg, why);
    if (!a->path) a->path = "/";
    conf->attributes = a;
    MSC_MARK_SET(conf, attributes);
    return NULL;
}

/* --- against the names of cookies --- */

static bool has_prefix(const char *name, const char *prefix)
{
    return !ap_cstr_casecmpn(name, prefix, strlen(prefix));
}

const char *msc_attributes_refused(const msc_attributes_t *a, const char *name,
                                   bool secure)
{
    bool host = has_prefix(name, "__Host-");

    if (!host && !has_prefix(name, "__Secure-")) return NULL;
    if (!secure) return "a cookie with this prefix needs Secure; add it";
    if (host && a->domain) return "a __Host- cookie has no Domain; leave it out";
    if (host && strcmp(a->path, "/")) return "a __Host- cookie needs Path=/";
    return NULL;
}

static const char *check_sources(const msc_attributes_t *attributes,
                                 const msc_sources_t *sources, apr_pool_t *p)
{
    for (int i = 0; sources && i < sources->list->nelts; i++) {
        const msc_source_t *source =
            APR_ARRAY_IDX(sources->list, i, const msc_source_t *);
        const char *why;

        if (source->place != MSC_COOKIE || !source->codec->options.write) continue;
        why = msc_attributes_refused(attributes, source->name, attributes->secure);
        if (why)
            return apr_psprintf(p,
                                "CookieSession %s (line %d of %s): %s in "
                                "CookieSessionAttributes, or "
                                "say write=off",
                                source->text, source->directive->line_num,
                                source->directive->filename, why);
    }
    return NULL;
}

static const char *check_scope(const msc_dir_t *scope, apr_pool_t *p)
{
    return scope->attributes->is_default
               ? NULL
               : check_sources(scope->attributes, scope->sources, p);
}

int msc_attributes_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                         server_rec *base)
{
    (void)pconf;
    (void)plog;
    return msc_sections_check(base, check_scope, ptemp);
}

/* --- writing --- */

void msc_attributes_fill(msc_cookie_t *cookie, const msc_attributes_t *a, apr_pool_t *p)
{
    cookie->secure = a->secure;
    cookie->front = apr_pstrcat(p, "; Path=", a->path, a->domain ? "; Domain=" : "",
                                a->domain ? a->domain : "", NULL);
    cookie->back = apr_pstrcat(
        p, a->http_only ? "; HttpOnly" : "", a->same_site ? "; SameSite=" : "",
        a->same_site ? a->same_site : "", a->partitioned ? "; Partitioned" : "",
        a->priority ? "; Priority=" : "", a->priority ? a->priority : "", NULL);
}
