/* SPDX-License-Identifier: Apache-2.0 */
/* Which names a session may set in an environment. */

#include "httpd/export/envname.h"
#include "tap.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <string.h>

static const char *const refused[] = {
    "HTTP_COOKIE",
    "HTTP_PROXY",
    "http_proxy",
    "HTTP_",
    "PATH",
    "Path",
    "PATH_INFO",
    "PATHEXT",
    "LD_PRELOAD",
    "ld_audit",
    "DYLD_INSERT",
    "PHP_VALUE",
    "PHPRC",
    "PHP",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "PERL5LIB",
    "PERLLIB",
    "RUBYLIB",
    "NODE_PATH",
    "NODE_OPTIONS",
    "BASH_ENV",
    "BASH_FUNC_a",
    "ENV",
    "IFS",
    "TZ",
    "TZDIR",
    "LANG",
    "LANGUAGE",
    "LC_ALL",
    "HOME",
    "USER",
    "SHELL",
    "SHELLOPTS",
    "TMPDIR",
    "TEMP",
    "REMOTE_USER",
    "REMOTE_ADDR",
    "AUTH_TYPE",
    "SERVER_NAME",
    "SCRIPT_NAME",
    "QUERY_STRING",
    "REQUEST_URI",
    "CONTENT_TYPE",
    "DOCUMENT_ROOT",
    "REDIRECT_STATUS",
    "GATEWAY_INTERFACE",
    "HTTPS",
    "SSL_CLIENT_S_DN",
    "COOKIESESSION_STATUS",
    "XSRF_TOKEN",
    "GCONV_PATH",
    "OPENSSL_CONF",
    "JAVA_TOOL_OPTIONS",
    "_JAVA_OPTIONS",
    "CLASSPATH",
    "GIT_DIR",
    "PS4",
    "ALL_PROXY",
    "no_proxy",
    "MALLOC_CHECK_",
    "DJANGO_SETTINGS_MODULE",
    "FLASK_APP",
    "APP_DEBUG",
    "app_key",
    "APP_USER",
    "ORIG_PATH_INFO",
    "UNENCODED_URL",
    "IIS_WASURLREWRITTEN",
    "SYMFONY_TRUSTED_PROXIES",
    "TRUSTED_HOSTS",
    "MESSENGER_TRANSPORT_DSN",
    "DB_HOST",
    "DATABASE_URL",
    "REDIS_HOST",
    "CACHE_STORE",
    "QUEUE_CONNECTION",
    "LOG_CHANNEL",
    "MAIL_HOST",
    "SECRET_KEY_BASE",
    "DEBUG",
    "WP_HOME",
    "AWS_ACCESS_KEY_ID",
    "AZURE_CLIENT_SECRET",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "KUBECONFIG",
    "DOCKER_HOST",
    "VAULT_ADDR",
    "SENTRY_DSN",
    "NEW_RELIC_LICENSE_KEY",
    "DD_AGENT_HOST",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "LDAPTLS_REQCERT",
    "",
    "1A",
    "A-B",
    "A B",
    "A=B",
    "A.B",
    "\xc3\xa9",
};

static const char *const accepted[] = {
    "SESSION_USER", "VISITOR_USER",   "visitor_user",  "USERS", "USERID",
    "HOMEPAGE",     "PATIENT",        "ENVOY",         "_X",    "X",
    "SESSION_PATH", "SESSION_HTTP_X", "MY_LD_PRELOAD", "LDAP",  "HTTP",
    "IFSX",
};

static const char *const bad_prefixes[] = {
    "",     "H",      "HT",      "HTTP",       "HTTP_",    "HTTP_X_",
    "h",    "P",      "PA",      "PATH",       "PATH_",    "L",
    "LD",   "LD_",    "PHP",     "PHP_",       "PHP_X",    "S",
    "SE",   "SERVER", "SERVER_", "SCRIPT_",    "R",        "REMOTE_",
    "RE",   "C",      "CO",      "CON",        "CONTENT_", "COOKIESESSION",
    "X",    "XSRF_",  "U",       "USER",       "E",        "EN",
    "T",    "TZ",     "I",       "B",          "N",        "D",
    "G",    "1",      "A-",      "_",          "J",        "APP_",
    "app_", "AP",     "ORIG_",   "UNENCODED_", "SYMFONY_", "DB_",
    "AWS_", "REDIS_", "WP_",     "W",
};

static const char *const good_prefixes[] = {
    "SESSION_", "SESSION", "VISITOR_",   "visitor_", "MY_",
    "SESS",     "FLASKY_", "USER_ATTR_", "CLAIM_",   "W_",
};

#define COUNT(a) (int)(sizeof(a) / sizeof(*(a)))

int main(void)
{
    apr_pool_t *p;

    apr_initialize();
    apr_pool_create(&p, NULL);
    for (int i = 0; i < COUNT(refused); i++) {
        ok(msc_env_name_refused(refused[i], p) != NULL, "the name \"%s\" is refused",
           refused[i]);
    }
    for (int i = 0; i < COUNT(accepted); i++) {
        ok(!msc_env_name_refused(accepted[i], p), "the name %s is accepted", accepted[i]);
    }
    for (int i = 0; i < COUNT(bad_prefixes); i++) {
        ok(msc_env_prefix_refused(bad_prefixes[i], p) != NULL,
           "the prefix \"%s\" is refused", bad_prefixes[i]);
    }
    for (int i = 0; i < COUNT(good_prefixes); i++) {
        ok(!msc_env_prefix_refused(good_prefixes[i], p), "the prefix %s is accepted",
           good_prefixes[i]);
    }
    /* The property behind both: a prefix that is accepted makes no name that is refused.
     */
    for (int i = 0; i < COUNT(good_prefixes); i++) {
        int bad = 0;

        for (int j = 0; j < COUNT(refused); j++) {
            const char *name = apr_pstrcat(p, good_prefixes[i], "X", NULL);

            bad += !strncasecmp(refused[j], good_prefixes[i], strlen(good_prefixes[i])) &&
                   *refused[j];
            bad += msc_env_name_refused(name, p) != NULL;
        }
        ok(!bad, "no refused name starts with %s", good_prefixes[i]);
    }
    ok(strstr(msc_env_name_refused("LD_PRELOAD", p), "LD_") != NULL,
       "the reason names what is refused");
    apr_pool_destroy(p);
    apr_terminate();
    return done();
}
