/* SPDX-License-Identifier: Apache-2.0 */
/* CookieSessionHandoff and CookieSessionHandoffSend: one-time aliases of sessions. */

#include "httpd/handoff/conf.h"
#include "httpd/sections.h"
#include "httpd/setter.h"
#include "httpd/startup.h"
#include "httpd/mod_session/write.h"
#include "httpd/store/store.h"
#include "core/base/duration.h"
#include "core/handoff/grant.h"

#define TTL_MIN   APR_USEC_PER_SEC
#define REALM_MAX 64

/* --- options --- */

static const char *set_ttl(msc_handoff_conf_t *conf, const char *value, apr_pool_t *p)
{
    (void)p;
    if (sc_duration_parse(&conf->ttl, value, 0) || conf->ttl < TTL_MIN ||
        conf->ttl > SC_ALIAS_LIFE_MAX)
        return "is not a time from 1s to 10min; for example: ttl=30s";
    return NULL;
}

static const char *set_realm(msc_handoff_conf_t *conf, const char *value, apr_pool_t *p)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

    (void)p;
    if (!*value || strlen(value) > REALM_MAX || value[strspn(value, letters)])
        return "is not a name of up to 64 letters, digits, dots, _ and -; for example: "
               "realm=shop";
    conf->realm = value;
    return NULL;
}

static const char *set_members(msc_handoff_conf_t *conf, const char *value, apr_pool_t *p)
{
    apr_array_header_t *names = apr_array_make(p, 4, sizeof(const char *));

    for (;;) {
        apr_size_t n = strcspn(value, ",");

        if (n == 0) return "has an empty name; for example: members=_user_id,user_name";
        APR_ARRAY_PUSH(names, const char *) = apr_pstrndup(p, value, n);
        if (!value[n]) break;
        value += n + 1;
    }
    conf->members = (msc_words_t){names->nelts, (const char *const *)names->elts};
    return NULL;
}

static const char *set_challenge(msc_handoff_conf_t *conf, const char *value,
                                 apr_pool_t *p)
{
    (void)p;
    conf->needs_challenge = !ap_cstr_casecmp(value, "required");
    if (conf->needs_challenge || !ap_cstr_casecmp(value, "optional")) return NULL;
    return "is neither optional nor required; for example: challenge=required";
}

static const struct {
    const char *name;
    const char *(*set)(msc_handoff_conf_t *conf, const char *value, apr_pool_t *p);
} option_table[] = {
    {"ttl", set_ttl},
    {"realm", set_realm},
    {"members", set_members},
    {"challenge", set_challenge},
};

#define OPTIONS (sizeof(option_table) / sizeof(option_table[0]))

static const char *set_option(msc_handoff_conf_t *conf, unsigned *seen,
                              const char *option, apr_pool_t *p)
{
    apr_size_t n = strcspn(option, "=");

    for (unsigned i = 0; option[n] && i < OPTIONS; i++) {
        if (strlen(option_table[i].name) != n || strncmp(option_table[i].name, option, n))
            continue;
        if (*seen & 1u << i) return "is given twice; leave one of them out";
        *seen |= 1u << i;
        return option_table[i].set(conf, option + n + 1, p);
    }
    return "is not one of the options ttl=, realm=, members=, challenge=; for example: "
           "CookieSessionHandoff ttl=30s";
}

const char *msc_handoff_directive(cmd_parms *cmd, void *dir, int argc, char *const argv[])
{
    msc_dir_t *conf = dir;
    msc_handoff_conf_t *handoff =
        apr_pmemdup(cmd->pool, &msc_handoff_defaults, sizeof(*handoff));
    unsigned seen = 0;

    handoff->directive = cmd->directive;
    for (int i = 0; i < argc; i++) {
        const char *why = set_option(handoff, &seen, argv[i], cmd->pool);

        if (why)
            return apr_psprintf(cmd->pool, "CookieSessionHandoff \"%s\" %s", argv[i],
                                why);
    }
    conf->handoff = handoff;
    MSC_MARK_SET(conf, handoff);
    msc_store_need(cmd->directive);
    return NULL;
}

const char *msc_handoff_send_directive(cmd_parms *cmd, void *dir, const char *arg)
{
    const char *why = msc_add_choice(cmd, dir, arg);
    const msc_dir_t *record = dir;

    if (why || !record->handoff_send) return why;
    msc_store_need(cmd->directive);
    if (record->handoff_send & MSC_SEND_COOKIE)
        msc_server(cmd->server)->has_aliases = true;
    return NULL;
}

/* --- when all lines are known --- */

static const char *check_scope(const msc_dir_t *scope, apr_pool_t *p)
{
    const msc_handoff_conf_t *conf = scope->handoff;
    const msc_source_t *target;

    if (!conf->directive || !scope->sources) return NULL;
    if (conf->needs_challenge && scope->handoff_send)
        return apr_psprintf(
            p,
            "CookieSessionHandoff challenge=required (line %d of %s): an "
            "alias that CookieSessionHandoffSend gives to a page has no "
            "challenge; use challenge=optional, or CookieSessionHandoffSend "
            "Off",
            conf->directive->line_num, conf->directive->filename);
    target = msc_write_new_target(scope->sources);
    if (!target || sc_grant_suits(target->codec)) return NULL;
    return apr_psprintf(p,
                        "CookieSessionHandoff (line %d of %s): a session of %s %s says "
                        "neither when it was issued nor when it ends, so that one that "
                        "was handed over would live for ever; use another format, for "
                        "example flask or paseto, or write=off where sessions are only "
                        "handed out",
                        conf->directive->line_num, conf->directive->filename,
                        target->text, target->format);
}

/* Cookies with aliases go to every path of a host, and a host may have several virtual
 * hosts. */
static void tell_of_aliases(server_rec *base)
{
    bool any = false;

    for (server_rec *s = base; s; s = s->next)
        any = any || msc_server(s)->has_aliases;
    for (server_rec *s = base; s; s = s->next)
        msc_server(s)->has_aliases = any;
}

int msc_handoff_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                      server_rec *base)
{
    (void)pconf;
    (void)plog;
    tell_of_aliases(base);
    return msc_sections_check(base, check_scope, ptemp);
}
