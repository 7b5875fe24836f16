/* SPDX-License-Identifier: Apache-2.0 */
/* CookieSessionStore shmcb[:SIZE] | redis:HOST:PORT[/DB] | redis:/SOCKET, and the options
 * of redis: password=SOURCE timeout=DURATION db=NUMBER. Refused: what is none of these, a
 * name without an address, sizes and times that no store would work with. */

#include <sys/un.h>
#include "httpd/store/conf.h"
#include "httpd/setter.h"
#include "httpd/startup.h"
#include "httpd/store/shmcb.h"
#include "core/base/duration.h"
#include "core/key/source.h"
#include "apr_lib.h"
#include "apr_network_io.h"

#define DB_MAX        65535
#define TIMEOUT_MAX   apr_time_from_sec(10)
#define ADDRESSES_MAX 8

static const char *shmcb_parse(msc_store_conf_t *conf, const char *size)
{
    apr_off_t n;

    if (!size) return NULL;
    if (!msc_size_parse(&n, size) || n < MSC_SHMCB_SIZE_MIN)
        return "the size is not a number of bytes from 512K to 1024M; for example: "
               "CookieSessionStore shmcb:4M";
    conf->size = (apr_size_t)n;
    return NULL;
}

static const char *db_parse(int *db, const char *text)
{
    apr_int64_t n;
    char *end;

    n = apr_isdigit(*text) ? apr_strtoi64(text, &end, 10) : -1;
    if (n < 0 || *end || n > DB_MAX)
        return "the database is not a number from 0 to 65535; for example: "
               "CookieSessionStore redis:127.0.0.1:6379/1";
    *db = (int)n;
    return NULL;
}

static const char *resolve(msc_redis_conf_t *redis, const char *host, apr_pool_t *p)
{
    const char **addresses = apr_pcalloc(p, sizeof(*addresses) * (ADDRESSES_MAX + 1));
    apr_sockaddr_t *found;
    apr_status_t rv;
    char *text;
    int n = 0;

    rv = apr_sockaddr_info_get(&found, host, APR_UNSPEC, 0, 0, p);
    if (rv != APR_SUCCESS)
        return apr_psprintf(p,
                            "the host's name has no address now (%pm); give its address: "
                            "it is looked up at the start only",
                            &rv);
    for (; found && n < ADDRESSES_MAX; found = found->next)
        if (apr_sockaddr_ip_get(&text, found) == APR_SUCCESS) addresses[n++] = text;
    redis->addresses = addresses;
    return NULL;
}

static const char *tcp_parse(msc_redis_conf_t *redis, const char *place, apr_pool_t *p)
{
    const char *slash = strchr(place, '/');
    const char *why = slash ? db_parse(&redis->db, slash + 1) : NULL;
    char *host, *scope;
    apr_port_t port;

    if (why) return why;
    if (slash) place = apr_pstrndup(p, place, (apr_size_t)(slash - place));
    if (apr_parse_addr_port(&host, &scope, &port, place, p) != APR_SUCCESS || !host ||
        !port || scope)
        return "it is neither HOST:PORT nor the path of a socket; for example: "
               "CookieSessionStore redis:127.0.0.1:6379";
    redis->name = place;
    redis->port = port;
    return resolve(redis, host, p);
}

static const char *redis_parse(msc_redis_conf_t *redis, const char *place, apr_pool_t *p)
{
    if (*place != '/') return tcp_parse(redis, place, p);
    if (strlen(place) >= sizeof(((struct sockaddr_un *)NULL)->sun_path))
        return "the path is longer than that of a socket can be (107 bytes)";
    redis->name = redis->socket = place;
    return NULL;
}

static const char *read_password(msc_store_conf_t *conf, cmd_parms *cmd,
                                 const char *source)
{
    const char *warning = NULL, *why;

    why = sc_key_read(&conf->redis.password, &warning, msc_absolute_source(cmd, source),
                      cmd->pool);
    if (!why && !conf->redis.password.n) why = "the password is empty";
    if (!why && warning)
        msc_warn(cmd->server, cmd->directive, "CookieSessionStore, password", warning);
    return why;
}

static const char *read_timeout(msc_store_conf_t *conf, const char *text, apr_pool_t *p)
{
    const char *why = sc_duration_parse(&conf->timeout, text, false);

    if (why) return apr_psprintf(p, "\"%s\" %s", text, why);
    if (conf->timeout < apr_time_from_msec(1) || conf->timeout > TIMEOUT_MAX)
        return apr_psprintf(p,
                            "\"%s\" is not a time from 1ms to 10s; for example: "
                            "timeout=50ms",
                            text);
    return NULL;
}

static const char *set_option(msc_store_conf_t *conf, cmd_parms *cmd, const char *option)
{
    if (!strncmp(option, "password=", 9)) return read_password(conf, cmd, option + 9);
    if (!strncmp(option, "timeout=", 8)) return read_timeout(conf, option + 8, cmd->pool);
    if (!strncmp(option, "db=", 3)) return db_parse(&conf->redis.db, option + 3);
    return "unknown option; options are: password=SOURCE, timeout=50ms, db=NUMBER";
}

/* The name before "=": the value may be a secret. */
static const char *refused_option(cmd_parms *cmd, const char *option, const char *why)
{
    return apr_psprintf(cmd->pool, "CookieSessionStore, option \"%.*s\": %s",
                        (int)strcspn(option, "="), option, why);
}

const char *msc_store_conf_parse(msc_store_conf_t *conf, cmd_parms *cmd, int argc,
                                 char *const argv[])
{
    const char *store = argc ? argv[0] : "", *why;

    *conf = (msc_store_conf_t){.size = MSC_SHMCB_SIZE, .timeout = MSC_STORE_TIMEOUT};
    if (!strcmp(store, "shmcb") || !strncmp(store, "shmcb:", 6))
        why = shmcb_parse(conf, store[5] ? store + 6 : NULL);
    else if ((conf->is_redis = !strncmp(store, "redis:", 6)))
        why = redis_parse(&conf->redis, store + 6, cmd->pool);
    else
        why =
            "it is neither shmcb[:SIZE] nor redis:HOST:PORT[/DB] nor redis:/SOCKET; for "
            "example: CookieSessionStore redis:127.0.0.1:6379";
    if (why) return apr_psprintf(cmd->pool, "CookieSessionStore \"%s\": %s", store, why);
    for (int i = 1; i < argc; i++) {
        why = conf->is_redis ? set_option(conf, cmd, argv[i])
                             : "shmcb has no options; its size is in shmcb:SIZE";
        if (why) return refused_option(cmd, argv[i], why);
    }
    return NULL;
}
