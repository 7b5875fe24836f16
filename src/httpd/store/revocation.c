/* SPDX-License-Identifier: Apache-2.0 */
/* CookieSessionRevocation. The table outlives a graceful restart: the children of both
 * generations look into the same one, so that a session that is ended while the old ones
 * finish their work is refused by them too. It has no pool, whose cleanup would be called
 * when this module is no longer loaded. */

#include "httpd/store/revocation.h"
#include "httpd/startup.h"
#include "httpd/store/spread.h"
#include "httpd/store/store.h"
#include "core/base/duration.h"
#include "core/revocation/file.h"
#include "http_core.h"
#include "mod_watchdog.h"
#include "mpm_common.h"
#include "unixd.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define DIRECTIVE "CookieSessionRevocation"
#define EXAMPLE   DIRECTIVE " file:/var/lib/sessioncookie/revoked"

/* How often a file is looked at. */
#define INTERVAL (AP_WD_TM_INTERVAL / 2)

#define SPREAD_MIN APR_USEC_PER_SEC
#define SPREAD_MAX apr_time_from_sec(3600)

/* Seconds that an entry looks ahead: more than the interval and the reading take. */
#define MARGIN 2

/* --- the directive --- */

static const char *set_file(cmd_parms *cmd, const char *arg)
{
    msc_server_t *conf = msc_server(cmd->server);
    const char *name = arg + strlen("file:");
    msc_revocation_t *revocation;

    if (strncmp(arg, "file:", 5) || !*name)
        return apr_psprintf(
            cmd->pool,
            DIRECTIVE " \"%s\" is neither Off nor a file; for example: " EXAMPLE, arg);
    revocation = apr_pcalloc(cmd->pool, sizeof(*revocation));
    revocation->path = ap_server_root_relative(cmd->pool, name);
    if (!revocation->path)
        return apr_psprintf(cmd->pool, DIRECTIVE " \"%s\" is not a path", arg);
    revocation->server = cmd->server;
    revocation->directive = cmd->directive;
    conf->revocation = revocation;
    return NULL;
}

static const char *set_option(msc_revocation_t *revocation, const char *option,
                              apr_pool_t *p)
{
    const char *why;

    if (!revocation || strncmp(option, "spread=", 7))
        return apr_psprintf(p, DIRECTIVE ": unknown option \"%s\"", option);
    why = sc_duration_parse(&revocation->spread, option + 7, false);
    if (!why && (revocation->spread < SPREAD_MIN || revocation->spread > SPREAD_MAX))
        why = "is not a time from 1s to 1h";
    return why ? apr_psprintf(p, DIRECTIVE " spread=\"%s\" %s; for example: spread=5s",
                              option + 7, why)
               : NULL;
}

const char *msc_revocation_directive(cmd_parms *cmd, void *dir, int argc,
                                     char *const argv[])
{
    msc_server_t *conf = msc_server(cmd->server);
    const char *why = NULL;

    (void)dir;
    if (argc < 1) return DIRECTIVE " needs a file, or Off; for example: " EXAMPLE;
    conf->revocation_set = true;
    conf->revocation = NULL;
    if (ap_cstr_casecmp(argv[0], "off")) why = set_file(cmd, argv[0]);
    for (int i = 1; i < argc && !why; i++)
        why = set_option(conf->revocation, argv[i], cmd->pool);
    return why;
}

/* --- asking and adding --- */

bool msc_revocation_is_on(const server_rec *s)
{
    return msc_server(s)->revocation != NULL;
}

sc_revoked_t *msc_revocation_table(const server_rec *s)
{
    const msc_revocation_t *revocation = msc_server(s)->revocation;

    return revocation ? revocation->table : NULL;
}

int64_t msc_revocation_now(void)
{
    return apr_time_sec(apr_time_now()) + MARGIN;
}

sc_status_t msc_revocation_add(const server_rec *s, const sc_revocation_t *entry,
                               apr_pool_t *p)
{
    const msc_revocation_t *revocation = msc_server(s)->revocation;
    sc_bytes_t line;
    sc_status_t status;
    apr_status_t rv;

    if (!revocation) return SC_ABSENT;
    status = sc_revocation_write(&line, entry, p);
    if (status) return status;
    rv = sc_revocation_append(revocation->path, line);
    if (rv) {
        ap_log_error(APLOG_MARK, APLOG_ERR, rv, s,
                     DIRECTIVE " file:%s: a session could not be ended, since the file "
                               "cannot be written",
                     revocation->path);
        return SC_ERROR;
    }
    sc_revoked_add(revocation->table, entry);
    return SC_OK;
}

/* --- start-up --- */

/* Calls one for each path, until one answers a status with which a hook stops httpd. */
static int each_file(server_rec *base, apr_pool_t *p,
                     int (*one)(msc_revocation_t *, apr_pool_t *))
{
    apr_hash_t *seen = apr_hash_make(p);

    for (server_rec *s = base; s; s = s->next) {
        msc_revocation_t *revocation = msc_server(s)->revocation;
        int rv;

        if (!revocation || apr_hash_get(seen, revocation->path, APR_HASH_KEY_STRING))
            continue;
        apr_hash_set(seen, revocation->path, APR_HASH_KEY_STRING, revocation);
        rv = one(revocation, p);
        if (rv != OK) return rv;
    }
    return OK;
}

static int complain(const msc_revocation_t *revocation, apr_pool_t *p, const char *why,
                    int error)
{
    return msc_complain(revocation->server, revocation->directive,
                        apr_psprintf(p, DIRECTIVE " file:%s: %s%s%s", revocation->path,
                                     why, error ? ": " : "",
                                     error ? strerror(error) : ""));
}

/* 0, or why a child cannot open it: a process tries that has what children have of
 * rights.
 */
static int child_opens(const char *path, apr_pool_t *p, server_rec *s)
{
    int status;
    pid_t pid = fork();

    if (pid < 0) return errno;
    if (pid == 0) {
        if (geteuid() == 0 && ap_run_drop_privileges(p, s)) _exit(EPERM);
        _exit(open(path, O_RDWR | O_APPEND | O_NOCTTY | O_NONBLOCK) < 0 ? errno : 0);
    }
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) return errno;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}

static int check_directory(const msc_revocation_t *revocation, apr_pool_t *p)
{
    char *directory = apr_pstrdup(p, revocation->path);
    char *slash = strrchr(directory, '/');
    struct stat there;

    if (slash) slash[slash == directory] = '\0';
    if (stat(directory, &there))
        return complain(revocation, p, "its directory cannot be found", errno);
    return OK;
}

static int check_file(msc_revocation_t *revocation, apr_pool_t *p)
{
    struct stat there;
    int error;

    if (stat(revocation->path, &there))
        return errno == ENOENT ? check_directory(revocation, p)
                               : complain(revocation, p, "it cannot be found", errno);
    if (!S_ISREG(there.st_mode)) return complain(revocation, p, "it is not a file", 0);
    error = child_opens(revocation->path, p, revocation->server);
    if (!error) return OK;
    return complain(
        revocation, p,
        apr_psprintf(p, "httpd's children (user %s) cannot read and write it",
                     ap_unixd_config.user_name ? ap_unixd_config.user_name : "?"),
        error);
}

/* Servers tell each other of one list: there is one stream. */
static int check_spread(const msc_revocation_t **first,
                        const msc_revocation_t *revocation, apr_pool_t *p)
{
    if (!revocation->spread) return OK;
    if (!msc_store_redis())
        return complain(
            revocation, p,
            "spread= needs a redis server, by which servers exchange entries; "
            "for example: CookieSessionStore redis:10.0.0.5:6379",
            0);
    if (*first && strcmp((*first)->path, revocation->path))
        return complain(revocation, p,
                        apr_psprintf(p, "spread= is for one list alone, and %s has it",
                                     (*first)->path),
                        0);
    *first = revocation;
    return OK;
}

int msc_revocation_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                         server_rec *base)
{
    const msc_revocation_t *spread_one = NULL;
    apr_uint32_t number = 0;

    (void)pconf;
    (void)plog;
    for (server_rec *s = base; s; s = s->next) {
        msc_revocation_t *revocation = msc_server(s)->revocation;

        if (msc_server_is_own(s, base)) msc_server(s)->number = ++number;
        int rv = revocation ? check_spread(&spread_one, revocation, ptemp) : OK;

        if (rv != OK) return rv;
        if (revocation && !ap_find_linked_module("mod_watchdog.c"))
            return complain(revocation, ptemp,
                            "mod_watchdog is missing, which looks at the file; add "
                            "LoadModule watchdog_module modules/mod_watchdog.so",
                            0);
    }
    return each_file(base, ptemp, check_file);
}

/* An empty file that the children may write; one that is there stays. */
static int make_file(msc_revocation_t *revocation, apr_pool_t *p)
{
    int fd = open(revocation->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return errno == EEXIST ? OK : complain(revocation, p, "it cannot be made", errno);
    if (geteuid() == 0 && fchown(fd, ap_unixd_config.user_id, ap_unixd_config.group_id)) {
        close(fd);
        return complain(revocation, p, "it cannot be given to httpd's user", errno);
    }
    close(fd);
    return check_file(revocation, p);
}

/* Under another name for another version of this module, which may lay it out in another
 * way. */
static sc_revoked_t **retained_table(const char *path, apr_pool_t *p)
{
    const char *key =
        apr_pstrcat(p, "mod_sessioncookie " MSC_VERSION " revoked ", path, NULL);
    sc_revoked_t **table = ap_retained_data_get(key);

    return table ? table : ap_retained_data_create(key, sizeof(*table));
}

static void say_news(const msc_revocation_t *revocation, const sc_revoked_news_t *news)
{
    const server_rec *s = revocation->server;

    if (news->is_first_failure)
        ap_log_error(APLOG_MARK, APLOG_ERR, news->failed, s,
                     DIRECTIVE
                     " file:%s: it cannot be read; what was read before stays in "
                     "force (%" APR_UINT64_T_FMT " entries)",
                     revocation->path, news->entries);
    if (news->bad)
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s,
                     DIRECTIVE
                     " file:%s: %" APR_UINT64_T_FMT
                     " lines are not entries and are skipped, the first is line "
                     "%" APR_UINT64_T_FMT,
                     revocation->path, news->bad, news->first_bad);
    if (news->left_out)
        ap_log_error(APLOG_MARK, APLOG_CRIT, 0, s,
                     DIRECTIVE
                     " file:%s: %" APR_UINT64_T_FMT
                     " entries do not count, since there is no room for more than "
                     "%" APR_UINT64_T_FMT
                     "; remove old ones with sessioncookie revoke compact",
                     revocation->path, news->left_out, news->entries);
    if (news->is_changed)
        ap_log_error(APLOG_MARK, APLOG_DEBUG, 0, s,
                     DIRECTIVE " file:%s: %" APR_UINT64_T_FMT
                               " lines read, %" APR_UINT64_T_FMT " entries",
                     revocation->path, news->lines, news->entries);
}

static apr_status_t look(int state, void *data, apr_pool_t *p)
{
    const msc_revocation_t *revocation = data;
    sc_revoked_news_t news;

    if (state != AP_WATCHDOG_STATE_RUNNING) return APR_SUCCESS;
    /* Where another process is at it, that one has the news. */
    (void)!sc_revoked_refresh(&news, revocation->table, revocation->path, false, p);
    say_news(revocation, &news);
    return APR_SUCCESS;
}

/* Exchanges entries with other servers. A redis that is away says so itself. */
static apr_status_t spread(int state, void *data, apr_pool_t *p)
{
    msc_revocation_t *revocation = data;
    apr_status_t failed;

    if (state == AP_WATCHDOG_STATE_STARTING)
        revocation->spreading = msc_spread_make(revocation->path, revocation->table);
    if (state != AP_WATCHDOG_STATE_RUNNING || !msc_store_redis() ||
        !revocation->spreading)
        return APR_SUCCESS;
    if (msc_spread_round(&failed, revocation->spreading, msc_store_redis(), p) && failed)
        ap_log_error(APLOG_MARK, APLOG_ERR, failed, revocation->server,
                     DIRECTIVE
                     " file:%s: entries of other servers could not be exchanged, "
                     "since the file cannot be read or written",
                     revocation->path);
    return APR_SUCCESS;
}

/* Outside of requests, in one process at a time. */
static bool watch(const char *name, apr_interval_time_t interval,
                  ap_watchdog_callback_fn_t *callback, msc_revocation_t *revocation)
{
    APR_OPTIONAL_FN_TYPE(ap_watchdog_get_instance) *get =
        APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_get_instance);
    APR_OPTIONAL_FN_TYPE(ap_watchdog_register_callback) *add =
        APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_register_callback);
    ap_watchdog_t *watchdog;

    return get && add &&
           !get(&watchdog, name, 0, 1, revocation->server->process->pconf) &&
           !add(watchdog, interval, revocation, callback);
}

static int start_file(msc_revocation_t *revocation, apr_pool_t *p)
{
    static const sc_env_t env = {.random = sc_crypto_random};
    sc_revoked_t **table = retained_table(revocation->path, p);
    sc_revoked_news_t news;
    bool was_there = *table && sc_revoked_entries(*table);

    /* A file that has vanished does not begin anew with a graceful restart. */
    if (!was_there) {
        int rv = make_file(revocation, p);

        if (rv != OK) return rv;
    }
    if (!*table) *table = sc_revoked_make(SC_REVOKED_SLOTS, &env);
    if (!*table)
        return complain(revocation, p, "there is no memory for its entries", errno);
    revocation->table = *table;
    (void)!sc_revoked_refresh(&news, *table, revocation->path, true, p);
    say_news(revocation, &news);
    if (news.failed && !was_there)
        return complain(revocation, p, "it cannot be read", news.failed);
    /* Not by one watchdog: a redis that is slow does not hold up the other. */
    if (!watch("sessioncookie-revocation", INTERVAL, look, revocation) ||
        (revocation->spread &&
         !watch("sessioncookie-spread", revocation->spread, spread, revocation)))
        return complain(revocation, p, "mod_watchdog does not look at it", 0);
    return OK;
}

int msc_revocation_post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                               server_rec *base)
{
    int rv;

    (void)pconf;
    (void)plog;
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG) return OK;
    rv = each_file(base, ptemp, start_file);
    if (rv != OK) return rv;
    /* Lines with one path have one table. */
    for (server_rec *s = base; s; s = s->next) {
        msc_revocation_t *revocation = msc_server(s)->revocation;

        if (revocation) revocation->table = *retained_table(revocation->path, ptemp);
    }
    return OK;
}
