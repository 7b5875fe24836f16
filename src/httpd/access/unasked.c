/* SPDX-License-Identifier: Apache-2.0 */
/* AuthType CookieSession without Require lets everybody in: httpd asks who somebody is
 * only where a Require line wants to know. Read from the tree of lines, since the merged
 * records do not tell. A section counts with all that is nested in it. It may also say
 * AuthType for sections further inside, which have the Require lines: then nothing is
 * amiss. */

#include "httpd/access/unasked.h"
#include "httpd/access/authn.h"
#include "httpd/startup.h"
#include "util_cfgtree.h"

/* What the lines of a section say. */
typedef struct {
    const ap_directive_t *line;      /* of the section itself */
    const ap_directive_t *auth_type; /* AuthType CookieSession, or NULL */
    bool has_auth_type;              /* of any kind */
    bool has_require;
    bool asks_who; /* a Require line that needs to know the user or the session */
} section_t;

static bool is_named(const ap_directive_t *line, const char *name)
{
    return !ap_cstr_casecmp(line->directive, name);
}

static const char *first_word(const ap_directive_t *line, apr_pool_t *p)
{
    const char *args = line->args;

    return ap_getword_conf(p, &args);
}

/* Not those that look at the connection alone. */
static bool needs_to_know_who(const ap_directive_t *require, apr_pool_t *p)
{
    static const char *const others[] = {"all", "ip",          "host",   "local",
                                         "env", "forward-dns", "method", "expr"};
    const char *word = first_word(require, p);

    for (apr_size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        if (!ap_cstr_casecmp(word, others[i])) return false;
    return true;
}

static void read_lines(section_t *section, const ap_directive_t *line, apr_pool_t *p)
{
    for (; line; line = line->next) {
        if (is_named(line, "AuthType")) {
            section->has_auth_type = true;
            if (!ap_cstr_casecmp(first_word(line, p), MSC_AUTH_TYPE))
                section->auth_type = line;
        }
        if (is_named(line, "Require")) {
            section->has_require = true;
            if (needs_to_know_who(line, p)) section->asks_who = true;
        }
        read_lines(section, line->first_child, p);
    }
}

/* All sections of a server and, after it, of its virtual hosts. */
static void read_sections(apr_array_header_t *sections, const ap_directive_t *line,
                          apr_pool_t *p)
{
    for (; line; line = line->next) {
        section_t section = {.line = line};

        if (!line->first_child) continue;
        if (is_named(line, "<VirtualHost")) {
            read_sections(sections, line->first_child, p);
            continue;
        }
        read_lines(&section, line->first_child, p);
        APR_ARRAY_PUSH(sections, section_t) = section;
    }
}

/* The path of <Location "/path">. */
static const char *path_of(const section_t *section, apr_pool_t *p)
{
    const char *path = first_word(section->line, p);

    return apr_pstrndup(p, path, strcspn(path, ">"));
}

/* Whether a request in `inner` may be in `outer` too. Of sections of two kinds nobody
 * knows, but everything is in the root. */
static bool may_be_inside(const section_t *inner, const section_t *outer, apr_pool_t *p)
{
    const char *path = path_of(outer, p);

    if (!strcmp(path, "/")) return true;
    return is_named(inner->line, outer->line->directive) &&
           !strncmp(path_of(inner, p), path, strlen(path));
}

/* Whether some section inside has a Require line and relies on this AuthType for it. */
static bool is_for_others(const section_t *section, const apr_array_header_t *sections,
                          apr_pool_t *p)
{
    for (int i = 0; i < sections->nelts; i++) {
        const section_t *other = &APR_ARRAY_IDX(sections, i, section_t);

        if (other->asks_who && !other->has_auth_type && may_be_inside(other, section, p))
            return true;
    }
    return false;
}

int msc_unasked_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                      server_rec *base)
{
    apr_array_header_t *sections = apr_array_make(ptemp, 16, sizeof(section_t));

    (void)pconf;
    (void)plog;
    read_sections(sections, ap_conftree, ptemp);
    for (int i = 0; i < sections->nelts; i++) {
        const section_t *section = &APR_ARRAY_IDX(sections, i, section_t);

        if (!section->auth_type || section->has_require) continue;
        if (is_for_others(section, sections, ptemp)) continue;
        msc_warn(base, section->auth_type, "AuthType " MSC_AUTH_TYPE,
                 apr_psprintf(ptemp,
                              "%s %s has no Require line, so that everybody is let in; "
                              "add one, for example: Require valid-user",
                              section->line->directive, section->line->args));
    }
    return OK;
}
