/* SPDX-License-Identifier: Apache-2.0 */
/* Keys on the command line: --key ID=SOURCE with what follows it, as in
 * CookieSessionKey. No message holds a byte of a key. */
#include "keyring.h"
#include "input.h"
#include "core/base/utf8.h"
#include "core/key/source.h"
#include <stdbool.h>
#include <stdio.h>
#include <apr_strings.h>

void tool_keyring_init(tool_keyring_t *ring, apr_pool_t *p)
{
    ring->pool = p;
    ring->keys = apr_array_make(p, 4, sizeof(const sc_key_t *));
    ring->wrappers = apr_array_make(p, 2, sizeof(const sc_key_t *));
}

const char *tool_key_load(sc_key_t **key, const sc_key_config_t *config, apr_pool_t *p)
{
    const char *err, *warning = NULL;
    sc_bytes_t contents = {NULL, 0};

    if (!strcmp(config->source, "-"))
        err = tool_read_all(&contents, p);
    else if (!strncmp(config->source, "text:", 5))
        /* What the source warns of is about configuration files. */
        err = sc_key_read(&contents, &warning, config->source, p);
    else
        err = NULL;
    if (err) return err;
    if (contents.p)
        err = sc_key_parse(key, &warning, contents, config, p);
    else
        err = sc_key_load(key, &warning, config, p);
    if (!err && warning) fprintf(stderr, "sessioncookie: warning: %s\n", warning);
    return err;
}

static const sc_key_t *find_key(const tool_keyring_t *ring, const char *id)
{
    int i;

    for (i = 0; i < ring->keys->nelts; i++) {
        const sc_key_t *key = APR_ARRAY_IDX(ring->keys, i, const sc_key_t *);

        if (!strcmp(key->id, id)) return key;
    }
    return NULL;
}

/* version=…, iss=…, password=…, unwrap=… after a key belong to it. *took: it was one of
 * them. */
static const char *take_attribute(int *took, sc_key_config_t *config,
                                  const tool_keyring_t *ring, const char *word)
{
    const char *why;

    *took = 1;
    if (!strncmp(word, "version=", 8)) {
        why = sc_key_version_parse(&config->version, word + 8);
        return why ? apr_psprintf(ring->pool, "--key %s: version=%s %s", config->id,
                                  word + 8, why)
                   : NULL;
    }
    if (!strncmp(word, "iss=", 4)) {
        config->issuer = word + 4;
        return NULL;
    }
    if (!strncmp(word, "password=", 9)) {
        config->password = word + 9;
        return NULL;
    }
    if (!strncmp(word, "unwrap=", 7)) {
        config->unwrap = find_key(ring, word + 7);
        if (config->unwrap) return NULL;
        return apr_psprintf(
            ring->pool,
            "--key %s: unwrap=%s names a key that was not given before: put "
            "--key %s=SOURCE first",
            config->id, word + 7, word + 7);
    }
    *took = 0;
    return NULL;
}

const char *tool_key_add(int *words, tool_keyring_t *ring, const char *value,
                         const char *const *after, int n)
{
    const char *equals = strchr(value, '='), *err;
    sc_key_config_t config = {0};
    sc_key_t *key;
    int took = 1, used = 0;

    if (!equals)
        return "--key takes ID=SOURCE, as in --key main=file:/etc/secret or --key "
               "main=env:SECRET_KEY";
    config.id = apr_pstrmemdup(ring->pool, value, (apr_size_t)(equals - value));
    config.source = equals + 1;
    if (!sc_utf8_valid(sc_bytes_str(config.id))) return "--key: an ID is UTF-8 text";
    if (find_key(ring, config.id))
        return apr_psprintf(
            ring->pool, "--key %s was given twice: give every key its own ID", config.id);
    if (!strcmp(config.source, "-"))
        return "--key reads no standard input (the token does): use file:, env: or exec:";
    while (used < n) {
        err = take_attribute(&took, &config, ring, after[used]);
        if (err) return err;
        if (!took) break;
        used++;
    }
    err = tool_key_load(&key, &config, ring->pool);
    if (err) return err;
    if (config.unwrap) APR_ARRAY_PUSH(ring->wrappers, const sc_key_t *) = config.unwrap;
    APR_ARRAY_PUSH(ring->keys, const sc_key_t *) = key;
    *words = used;
    return NULL;
}

static bool is_wrapper(const tool_keyring_t *ring, const sc_key_t *key)
{
    int i;

    for (i = 0; i < ring->wrappers->nelts; i++)
        if (APR_ARRAY_IDX(ring->wrappers, i, const sc_key_t *) == key) return true;
    return false;
}

void tool_key_take_out_wrappers(tool_keyring_t *ring)
{
    int i, kept = 0;

    for (i = 0; i < ring->keys->nelts; i++) {
        const sc_key_t *key = APR_ARRAY_IDX(ring->keys, i, const sc_key_t *);

        if (!is_wrapper(ring, key))
            APR_ARRAY_IDX(ring->keys, kept++, const sc_key_t *) = key;
    }
    ring->keys->nelts = kept;
}
