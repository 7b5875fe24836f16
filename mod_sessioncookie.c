/* SPDX-License-Identifier: Apache-2.0 */
/* mod_sessioncookie: the module record and the hook table, nothing else. */

#include "httpd/directives.h"
#include "httpd/startup.h"
#include "httpd/access/authn.h"
#include "httpd/access/unasked.h"
#include "httpd/count/metrics.h"
#include "httpd/endpoint/status.h"
#include "httpd/endpoint/handler.h"
#include "httpd/mod_session/attributes.h"
#include "httpd/export/anonymous.h"
#include "httpd/export/env.h"
#include "httpd/export/expr.h"
#include "httpd/export/header.h"
#include "httpd/handoff/conf.h"
#include "httpd/handoff/send.h"
#include "httpd/export/token_conf.h"
#include "httpd/mod_session/provider.h"
#include "httpd/access/require.h"
#include "httpd/session/exempt.h"
#include "httpd/session/overlap.h"
#include "httpd/session/remember.h"
#include "httpd/session/source.h"
#include "httpd/session/tally.h"
#include "httpd/store/revocation.h"
#include "httpd/store/store.h"
#include "httpd/export/strip.h"
#include "httpd/export/trailers.h"
#include "httpd/mod_session/write.h"
#include "httpd/xsrf/body.h"
#include "httpd/xsrf/conf.h"
#include "httpd/xsrf/guard.h"
#include "httpd/xsrf/idle.h"
#include "httpd/xsrf/said.h"
#include "httpd/xsrf/script.h"
#include "httpd/xsrf/send.h"
#include "core/crypto/crypto.h"
#include "http_protocol.h"
#include "http_request.h"

/* Before any key is read, and when all modules are loaded. */
static int pre_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp)
{
    const char *sentence = sc_crypto_init();

    (void)plog;
    (void)ptemp;
    if (sentence) {
        ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_ERR, 0, NULL,
                     "mod_sessioncookie: %s", sentence);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    msc_provider_register(pconf);
    msc_store_register(pconf);
    return OK;
}

static void register_hooks(apr_pool_t *p)
{
    /* mod_dir may replace the request by DirectoryIndex's, with another configuration;
     * SetEnv must not hide a verified value; RequestHeader is to see our variables. */
    static const char *const after[] = {"mod_dir.c", "mod_env.c", NULL};
    static const char *const before[] = {"mod_headers.c", NULL};
    /* A Header directive may make a response public. */
    static const char *const headers[] = {"mod_headers.c", NULL};

    ap_hook_pre_config(pre_config, NULL, NULL, APR_HOOK_MIDDLE);
    /* Vhosts are merged and every line is read by then; it runs for `apachectl -t` too.
     */
    ap_hook_check_config(msc_source_check, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_config(msc_attributes_check, NULL, NULL, APR_HOOK_LAST);
    ap_hook_check_config(msc_handoff_check, NULL, NULL, APR_HOOK_LAST);
    ap_hook_check_config(msc_token_check, NULL, NULL, APR_HOOK_LAST);
    ap_hook_check_config(msc_overlap_check, NULL, NULL, APR_HOOK_LAST);
    ap_hook_check_config(msc_unasked_check, NULL, NULL, APR_HOOK_LAST);
    ap_hook_check_config(msc_xsrf_idle_check, NULL, NULL, APR_HOOK_LAST);
    ap_hook_check_config(msc_revocation_check, NULL, NULL, APR_HOOK_MIDDLE);
    /* Before mod_watchdog starts what is registered with it. */
    ap_hook_post_config(msc_revocation_post_config, NULL, NULL, APR_HOOK_MIDDLE);
    /* By then all lines that need a store have said so. */
    ap_hook_check_config(msc_store_check, NULL, NULL, APR_HOOK_LAST);
    ap_hook_test_config(msc_startup_test, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(msc_startup_say, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(msc_metrics_post_config, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_post_config(msc_tally_post_config, NULL, NULL, APR_HOOK_MIDDLE);
    msc_status_register();
    ap_hook_child_init(msc_metrics_child_init, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(msc_store_post_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(msc_store_child_init, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(msc_remember_child_init, NULL, NULL, APR_HOOK_MIDDLE);
    /* As soon as the scope is known, so that no hook and no error page sees a forged
     * header: SetEnvIf and early RequestHeader come with the request, RewriteRule with
     * its address. */
    ap_hook_post_read_request(msc_header_remove, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_translate_name(msc_header_remove, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_post_perdir_config(msc_header_remove, NULL, NULL, APR_HOOK_FIRST);
    /* Before anything of the scope reads the body. */
    msc_trailers_register();
    ap_hook_post_perdir_config(msc_trailers_insert, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_fixups(msc_trailers_insert, after, before, APR_HOOK_LAST);
    /* Before whoever reads cookies on its own, such as other modules' authentication. */
    ap_hook_post_perdir_config(msc_exempt_enter, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_fixups(msc_exempt_fixups, after, before, APR_HOOK_LAST);
    ap_hook_fixups(msc_anonymous_fixups, after, before, APR_HOOK_LAST);
    ap_hook_post_perdir_config(msc_endpoint_enter, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_handler(msc_endpoint_handler, NULL, NULL, APR_HOOK_MIDDLE);
    /* After that, and before authentication, which may read a login form's body. */
    ap_hook_post_perdir_config(msc_xsrf_guard, NULL, NULL, APR_HOOK_LAST);
    ap_hook_check_config(msc_xsrf_check_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_config(msc_script_check, NULL, NULL, APR_HOOK_MIDDLE);
    /* Before mod_cache, RewriteRule and ProxyPass: the script is nobody else's. */
    ap_hook_quick_handler(msc_script_handler, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_post_config(msc_xsrf_said_post_config, NULL, NULL, APR_HOOK_MIDDLE);
    msc_xsrf_body_register();
    msc_xsrf_send_register();
    ap_hook_insert_filter(msc_xsrf_insert_filter, headers, NULL, APR_HOOK_LAST);
    ap_hook_insert_error_filter(msc_xsrf_insert_error_filter, headers, NULL,
                                APR_HOOK_LAST);
    ap_hook_fixups(msc_xsrf_fixups, after, before, APR_HOOK_LAST);
    ap_hook_check_authn(msc_access_authn, NULL, NULL, APR_HOOK_MIDDLE,
                        AP_AUTH_INTERNAL_PER_CONF);
    ap_hook_note_auth_failure(msc_access_note, NULL, NULL, APR_HOOK_MIDDLE);
    msc_require_register(p);
    ap_hook_expr_lookup(msc_expr_lookup, NULL, NULL, APR_HOOK_MIDDLE);
    msc_expr_register_optional();
    ap_hook_fixups(msc_env_fixups, after, before, APR_HOOK_LAST);
    /* In any order: the Cookie header is remembered before it is stripped. */
    ap_hook_fixups(msc_header_fixups, after, before, APR_HOOK_LAST);
    ap_hook_fixups(msc_strip_fixups, after, before, APR_HOOK_LAST);
    msc_handoff_send_register();
    ap_hook_fixups(msc_handoff_fixups, after, before, APR_HOOK_LAST);
    ap_hook_insert_filter(msc_handoff_insert_filter, headers, NULL, APR_HOOK_LAST);
    /* The type of the filter decides its place in the chain, not this order. */
    msc_write_register();
    ap_hook_child_init(msc_write_child_init, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_insert_filter(msc_write_insert_filter, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_insert_error_filter(msc_write_insert_filter, NULL, NULL, APR_HOOK_MIDDLE);
}

module AP_MODULE_DECLARE_DATA sessioncookie_module = {
    STANDARD20_MODULE_STUFF, msc_dir_create, msc_dir_merge,  msc_server_create,
    msc_server_merge,        msc_commands,   register_hooks, AP_MODULE_FLAG_NONE,
};
