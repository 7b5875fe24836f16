/* SPDX-License-Identifier: Apache-2.0 */
/* CookieSessionKey: the keys of a server. They are read while the configuration is
 * parsed, when httpd is root, and live in its pool, which wipes them at a restart.
 * Refuses a second key of one id in one server, an id that keys= could not name, and
 * whatever the core refuses. */

#include "httpd/session/keyring.h"
#include "httpd/setter.h"
#include "httpd/startup.h"
#include "core/key/load.h"
#include "http_main.h"

/* An id may contain spaces: the application chooses those of cookie-manager. */
static const char *id_refused(const char *id)
{
    if (!*id) return "an id cannot be empty";
    for (; *id; id++) {
        if (*id == ',')
            return "an id cannot contain a comma, which separates ids in keys=";
        if ((unsigned char)*id < ' ' || *id == 0x7f)
            return "an id cannot contain control characters";
    }
    return NULL;
}

static const sc_key_t *key_find(const server_rec *s, const char *id)
{
    const msc_server_t *conf = s ? msc_server(s) : NULL;
    const msc_key_t *entry =
        conf ? apr_hash_get(conf->keys, id, APR_HASH_KEY_STRING) : NULL;

    return entry ? entry->key : NULL;
}

/* Options after the source: version= iss= password= unwrap=. */
static const char *set_key_option(sc_key_config_t *config, cmd_parms *cmd,
                                  const char *option)
{
    if (!strncmp(option, "version=", 8)) {
        const char *why = sc_key_version_parse(&config->version, option + 8);

        return why ? apr_pstrcat(cmd->pool, "\"", option + 8, "\" ", why, NULL) : NULL;
    }
    if (!strncmp(option, "iss=", 4)) {
        config->issuer = option + 4;
        return NULL;
    }
    if (!strncmp(option, "password=", 9)) {
        config->password = msc_absolute_source(cmd, option + 9);
        return NULL;
    }
    if (strncmp(option, "unwrap=", 7))
        return "unknown option; options are: version=N, iss=ISSUER, password=SOURCE, "
               "unwrap=ID";
    config->unwrap = key_find(cmd->server, option + 7);
    if (!config->unwrap) config->unwrap = key_find(ap_server_conf, option + 7);
    return config->unwrap
               ? NULL
               : apr_psprintf(cmd->pool,
                              "no key with the id %s is defined above; move its "
                              "CookieSessionKey line before this one",
                              option + 7);
}

/* The name before "=": an option's value may be a secret (password=text:…). */
static const char *option_name(apr_pool_t *p, const char *option)
{
    return apr_pstrndup(p, option, strcspn(option, "="));
}

static const char *load_key(sc_key_config_t *config, cmd_parms *cmd)
{
    msc_server_t *conf = msc_server(cmd->server);
    const char *sentence, *warning = NULL;
    sc_key_t *key;
    msc_key_t *entry;

    sentence = sc_key_load(&key, &warning, config, cmd->pool);
    if (sentence) {
        return apr_psprintf(cmd->pool, "CookieSessionKey %s: %s", config->id, sentence);
    }
    if (warning)
        msc_warn(cmd->server, cmd->directive,
                 apr_pstrcat(cmd->pool, "CookieSessionKey ", config->id, NULL), warning);
    entry = apr_palloc(cmd->pool, sizeof(*entry));
    entry->key = key;
    entry->where = apr_psprintf(cmd->pool, "%s:%d", cmd->directive->filename,
                                cmd->directive->line_num);
    apr_hash_set(conf->keys, config->id, APR_HASH_KEY_STRING, entry);
    return NULL;
}

const char *msc_key_directive(cmd_parms *cmd, void *dir, int argc, char *const argv[])
{
    sc_key_config_t config = {0};
    const msc_key_t *old;
    const char *why;

    (void)dir;
    if (argc < 2) {
        return "CookieSessionKey needs an id and a source; for example: "
               "CookieSessionKey main file:/etc/apache2/session.key";
    }
    config.id = argv[0];
    config.source = msc_absolute_source(cmd, argv[1]);
    why = id_refused(config.id);
    if (why) {
        return apr_psprintf(cmd->pool, "CookieSessionKey \"%s\": %s; for example: main",
                            config.id, why);
    }
    for (int i = 2; i < argc; i++) {
        why = set_key_option(&config, cmd, argv[i]);
        if (why) {
            return apr_psprintf(cmd->pool, "CookieSessionKey %s, option \"%s\": %s",
                                config.id, option_name(cmd->pool, argv[i]), why);
        }
    }
    old = apr_hash_get(msc_server(cmd->server)->keys, config.id, APR_HASH_KEY_STRING);
    if (old) {
        return apr_psprintf(
            cmd->pool,
            "CookieSessionKey %s: this server already has a key with this id (%s); "
            "give one of them another id",
            config.id, old->where);
    }
    return load_key(&config, cmd);
}

/* The ids of a server's keys, for a sentence. */
static const char *key_ids(const server_rec *s, apr_pool_t *p)
{
    const msc_server_t *conf = msc_server(s);
    const char *list = NULL;

    for (apr_hash_index_t *i = apr_hash_first(p, conf->keys); i; i = apr_hash_next(i)) {
        const char *id = apr_hash_this_key(i);

        list = list ? apr_pstrcat(p, list, ", ", id, NULL) : id;
    }
    return list ? list : "none";
}

const char *msc_key_list(const sc_key_t *const **keys, const server_rec *s,
                         const msc_words_t *ids, apr_pool_t *p)
{
    const sc_key_t **found = apr_palloc(p, sizeof(*found) * (apr_size_t)ids->n);

    for (int i = 0; i < ids->n; i++) {
        const char *id = ids->word[i];

        found[i] = key_find(s, id);
        if (!found[i])
            return apr_psprintf(p,
                                "%s is not the id of a key of this server (its keys: "
                                "%s); add a line CookieSessionKey %s file:PATH",
                                id, key_ids(s, p), id);
    }
    *keys = found;
    return NULL;
}
