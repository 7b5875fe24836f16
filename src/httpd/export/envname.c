/* SPDX-License-Identifier: Apache-2.0 */
/* The names that a session must not set in a handler's environment: those under which a
 * client's header or the request itself arrives, those that CGI (RFC 3875) and httpd
 * define, those that a loader, an interpreter, a shell or a library obeys, and those that
 * common frameworks and their libraries take settings from, where what httpd sets wins
 * over an .env file. The default, SESSION_, is one of those (Laravel's SESSION_DRIVER);
 * the documents say so. Compared without regard to case, as httpd's tables are. */

#include "httpd/export/envname.h"
#include <apr_lib.h>
#include <apr_strings.h>
#include <stdbool.h>
#include <string.h>

/* A name that ends in "_" or "*" stands for all that begin with it; the "*" is not part
 * of it. */
typedef struct {
    const char *name;
    const char *why;
} rule_t;

#define CLIENT "carries what the client sent"
#define CGI    "is what httpd tells a handler about the request"
#define OWN    "is this module's own"
#define TRUST  "is obeyed by loaders, interpreters, shells or libraries"
#define CONFIG "configures a framework, a library or a cloud service"

static const rule_t rules[] = {
    {"HTTP_", CLIENT},       {"HTTP2", CGI},
    {"HTTPS", CGI},          {"H2_", CGI},
    {"H2PUSH", CGI},         {"CONTENT_", CLIENT},
    {"QUERY_", CLIENT},      {"REQUEST_", CLIENT},
    {"REDIRECT_", CGI},      {"PATH*", CGI},
    {"REMOTE_", CGI},        {"AUTH_", CGI},
    {"AUTHENTICATE_", CGI},  {"AUTHORIZE_", CGI},
    {"SERVER_", CGI},        {"SCRIPT_", CGI},
    {"DOCUMENT_", CGI},      {"CONTEXT_", CGI},
    {"GATEWAY_", CGI},       {"SSL_", CGI},
    {"UNIQUE_ID", CGI},      {"DATE_", CGI},
    {"LAST_MODIFIED", CGI},  {"USER_NAME", CGI},
    {"PROXY_", CGI},         {"PROXY*", CGI},
    {"FCGI_", CGI},          {"FCGI*", CGI},
    {"SCGI", CGI},           {"AJP_", CGI},
    {"UWSGI_", CGI},         {"WSGI_", CGI},
    {"MOD_WSGI*", CGI},      {"APACHE_", CGI},
    {"MOD_PERL*", CGI},      {"NOKEEPALIVE", CGI},
    {"NO_CACHE", CGI},       {"CGI_", CGI},
    {"COOKIESESSION_", OWN}, {"XSRF_", OWN},
    {"LD_", TRUST},          {"DYLD_", TRUST},
    {"_RLD*", TRUST},        {"LIBPATH", TRUST},
    {"SHLIB_PATH", TRUST},   {"GLIBC_", TRUST},
    {"GCONV_", TRUST},       {"MALLOC_", TRUST},
    {"MEMUSAGE*", TRUST},    {"NLSPATH", TRUST},
    {"LOCPATH", TRUST},      {"LOCALDOMAIN", TRUST},
    {"LANG*", TRUST},        {"LC_", TRUST},
    {"TZ*", TRUST},          {"TMP*", TRUST},
    {"TEMP*", TRUST},        {"RES_OPTIONS", TRUST},
    {"RESOLV_", TRUST},      {"HOSTALIASES", TRUST},
    {"GETCONF_DIR", TRUST},  {"ASAN_", TRUST},
    {"LSAN_", TRUST},        {"UBSAN_", TRUST},
    {"TSAN_", TRUST},        {"OPENSSL_", TRUST},
    {"NSS_", TRUST},         {"GNUTLS_", TRUST},
    {"KRB5*", TRUST},        {"CURL_", TRUST},
    {"ALL_PROXY", TRUST},    {"FTP_PROXY", TRUST},
    {"NO_PROXY", TRUST},     {"RSYNC_", TRUST},
    {"IFS", TRUST},          {"CDPATH", TRUST},
    {"ENV", TRUST},          {"BASH*", TRUST},
    {"ZDOTDIR", TRUST},      {"FPATH", TRUST},
    {"SHELL*", TRUST},       {"PS4", TRUST},
    {"PS1", TRUST},          {"PROMPT_COMMAND", TRUST},
    {"GLOBIGNORE", TRUST},   {"HOME", TRUST},
    {"USER", TRUST},         {"LOGNAME", TRUST},
    {"PWD", TRUST},          {"OLDPWD", TRUST},
    {"MAIL*", TRUST},        {"EDITOR", TRUST},
    {"VISUAL", TRUST},       {"PAGER", TRUST},
    {"LESS*", TRUST},        {"BROWSER", TRUST},
    {"TERM*", TRUST},        {"XDG_", TRUST},
    {"DBUS_", TRUST},        {"DISPLAY", TRUST},
    {"PHP*", TRUST},         {"USE_ZEND_ALLOC", TRUST},
    {"ZEND_", TRUST},        {"PERL*", TRUST},
    {"PYTHON*", TRUST},      {"VIRTUAL_ENV", TRUST},
    {"DJANGO_", TRUST},      {"FLASK_", TRUST},
    {"WERKZEUG_", TRUST},    {"RUBY*", TRUST},
    {"RAILS_", TRUST},       {"RACK_", TRUST},
    {"GEM_", TRUST},         {"BUNDLE*", TRUST},
    {"NODE*", TRUST},        {"NPM_", TRUST},
    {"DENO_", TRUST},        {"BUN_", TRUST},
    {"LUA*", TRUST},         {"TCL*", TRUST},
    {"JAVA_", TRUST},        {"_JAVA_", TRUST},
    {"JDK_", TRUST},         {"CLASSPATH", TRUST},
    {"DOTNET_", TRUST},      {"CORECLR_", TRUST},
    {"COMPLUS_", TRUST},     {"ASPNETCORE_", TRUST},
    {"GODEBUG", TRUST},      {"GOTRACEBACK", TRUST},
    {"GOMAXPROCS", TRUST},   {"R_", TRUST},
    {"GIT_", TRUST},         {"SSH_", TRUST},
    {"SUDO_", TRUST},        {"PG*", TRUST},
    {"MYSQL_", TRUST},       {"ORACLE_", TRUST},
    {"LISTEN_", TRUST},      {"NOTIFY_SOCKET", TRUST},
    {"SYSTEMROOT", TRUST},   {"COMSPEC", TRUST},
    {"WINDIR", TRUST},       {"ORIG_", CGI},
    {"UNENCODED_", CLIENT},  {"IIS_", CLIENT},
    {"LDAPCONF", TRUST},     {"LDAPRC", TRUST},
    {"LDAPTLS_", TRUST},     {"LDAPURI", TRUST},
    {"LDAPBASE", TRUST},
};

/* All of them CONFIG. */
static const char *const settings[] = {
    "APP_",         "APPLICATION_", "LARAVEL_",
    "OCTANE_",      "VITE_",        "BCRYPT_",
    "BROADCAST_",   "FILESYSTEM_",  "QUEUE_",
    "PUSHER_",      "SYMFONY_",     "MESSENGER_",
    "TRUSTED_",     "DEFAULT_URI",  "LOCK_",
    "CORS_",        "JWT_",         "COMPOSER_",
    "WP_",          "WORDPRESS_",   "DRUPAL_",
    "DRUSH_",       "CAKE_",        "YII_",
    "CI_",          "CRAFT_",       "TYPO3_",
    "FLOW_",        "MAGE_",        "JOOMLA_",
    "ZF_",          "SECRET*",      "ALLOWED_HOSTS",
    "DEBUG*",       "CELERY_",      "GUNICORN_",
    "DASH_",        "STARLETTE_",   "FASTAPI_",
    "UVICORN_",     "QUART_",       "SPRING_",
    "RUST_",        "CARGO_",       "DB_",
    "DATABASE_",    "REDIS_",       "REDISCLI_",
    "MEMCACHE*",    "CACHE_",       "LOG_",
    "LOGGING_",     "MARIADB_",     "MONGO*",
    "SQLITE_",      "ODBC*",        "TNS_",
    "NLS_",         "ELASTIC*",     "RABBITMQ_",
    "AMQP_",        "KAFKA_",       "SMTP_",
    "S3_",          "AWS_",         "AZURE_",
    "GOOGLE_",      "GCP_",         "GCLOUD_",
    "FIREBASE_",    "CLOUDSDK_",    "CLOUDFLARE_",
    "KUBE*",        "DOCKER_",      "VAULT_",
    "CONSUL_",      "SENTRY_",      "NEW_RELIC_",
    "NEWRELIC_",    "DD_",          "DATADOG_",
    "OTEL_",        "BLACKFIRE_",   "TIDEWAYS_",
    "XDEBUG_",      "ROLLBAR_",     "BUGSNAG_",
    "HONEYBADGER_", "GITHUB_",      "GITLAB_",
    "SLACK_",       "STRIPE_",      "TWILIO_",
    "OPENAI_",      "ANTHROPIC_",   "MAGICK_",
    "GS_",          "FONTCONFIG_",  "REQUESTS_CA_BUNDLE"};

#define RULES    (sizeof(rules) / sizeof(*rules))
#define SETTINGS (sizeof(settings) / sizeof(*settings))

static rule_t rule_at(apr_size_t i)
{
    return i < RULES ? rules[i] : (rule_t){settings[i - RULES], CONFIG};
}

static bool is_open_ended(const rule_t *rule, apr_size_t *n)
{
    *n = strlen(rule->name);
    if (rule->name[*n - 1] == '*') {
        (*n)--;
        return true;
    }
    return rule->name[*n - 1] == '_';
}

static const char *rule_reason(const rule_t *rule, apr_pool_t *p)
{
    return apr_pstrcat(p, rule->name, " ", rule->why, NULL);
}

/* Letters, digits and "_", no digit first: what every shell and handler can read. */
static const char *bad_spelling(const char *name)
{
    if (!*name) return "it is empty";
    if (apr_isdigit(*name)) return "it starts with a digit";
    for (; *name; name++) {
        if (!apr_isalnum(*name) && *name != '_') {
            return "it may hold letters, digits and _ only";
        }
    }
    return NULL;
}

const char *msc_env_name_refused(const char *name, apr_pool_t *p)
{
    const char *why = bad_spelling(name);

    for (apr_size_t i = 0; !why && i < RULES + SETTINGS; i++) {
        rule_t rule = rule_at(i);
        apr_size_t n;
        bool open = is_open_ended(&rule, &n);

        if (!strncasecmp(name, rule.name, n) && (open || !name[n])) {
            why = rule_reason(&rule, p);
        }
    }
    return why;
}

const char *msc_env_prefix_refused(const char *prefix, apr_pool_t *p)
{
    const char *why = msc_env_name_refused(prefix, p);
    apr_size_t length = strlen(prefix);

    /* "S" would let a member named "erver_name" set SERVER_NAME. */
    for (apr_size_t i = 0; !why && i < RULES + SETTINGS; i++) {
        rule_t rule = rule_at(i);
        apr_size_t n;

        (void)is_open_ended(&rule, &n);
        if (length <= n && !strncasecmp(prefix, rule.name, length)) {
            why = rule_reason(&rule, p);
        }
    }
    return why;
}
