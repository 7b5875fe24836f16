/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings and errors about the configuration. While it is read, a virtual host has no
 * error log yet, and httpd reads it twice at start-up: a warning that was logged at once
 * would be lost or come twice. So warnings are collected, in the server that the line
 * stands in, and said when the logs are open, all of them in the main server's log. */

#include "httpd/startup.h"
#include "http_core.h"

int msc_complain(const server_rec *s, const ap_directive_t *line, const char *sentence)
{
    ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_ERR, 0, s,
                 "Syntax error on line %d of %s: %s", line->line_num, line->filename,
                 sentence);
    return HTTP_INTERNAL_SERVER_ERROR;
}

void msc_warn(const server_rec *s, const ap_directive_t *line, const char *about,
              const char *sentence)
{
    apr_array_header_t *warnings = msc_server(s)->warnings;

    APR_ARRAY_PUSH(warnings, const char *) =
        apr_psprintf(warnings->pool, "%s at %s:%d: %s", about, line->filename,
                     line->line_num, sentence);
}

static void say_warnings(const server_rec *base)
{
    for (const server_rec *s = base; s; s = s->next) {
        const apr_array_header_t *warnings = msc_server(s)->warnings;

        for (int i = 0; i < warnings->nelts && msc_server_is_own(s, base); i++)
            ap_log_error(APLOG_MARK, APLOG_WARNING, 0, base, "%s",
                         APR_ARRAY_IDX(warnings, i, const char *));
    }
}

void msc_startup_test(apr_pool_t *pconf, server_rec *base)
{
    (void)pconf;
    /* Not for `apachectl -S` and its like, which run this hook too. */
    if (ap_state_query(AP_SQ_RUN_MODE) == AP_SQ_RM_CONFIG_TEST) say_warnings(base);
}

int msc_startup_say(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                    server_rec *base)
{
    (void)plog;
    (void)ptemp;
    /* Shown in responses with ServerTokens Full alone, and in the log at start-up. */
    ap_add_version_component(pconf, "mod_sessioncookie/" MSC_VERSION);
    if (ap_state_query(AP_SQ_MAIN_STATE) != AP_SQ_MS_CREATE_PRE_CONFIG)
        say_warnings(base);
    return OK;
}
