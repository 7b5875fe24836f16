/* SPDX-License-Identifier: Apache-2.0 */
/* Keys on the command line: --key ID=SOURCE with what stands behind it, as in
 * CookieSessionKey. No message holds a byte of a key. */
#include "tool.h"
#include "core/base/utf8.h"
#include "core/key/source.h"
#include <apr_strings.h>

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

static const sc_key_t *find_key(const tool_args_t *args, const char *id)
{
    int i;

    for (i = 0; i < args->keys->nelts; i++) {
        const sc_key_t *key = APR_ARRAY_IDX(args->keys, i, const sc_key_t *);

        if (!strcmp(key->id, id)) return key;
    }
    return NULL;
}

/* iss=…, password=…, unwrap=… behind a key belong to it. *took: it was one of them. */
static const char *take_attribute(int *took, sc_key_config_t *config,
                                  const tool_args_t *args, const char *word)
{
    *took = 1;
    if (!strncmp(word, "iss=", 4)) {
        config->issuer = word + 4;
        return NULL;
    }
    if (!strncmp(word, "password=", 9)) {
        config->password = word + 9;
        return NULL;
    }
    if (!strncmp(word, "unwrap=", 7)) {
        config->unwrap = find_key(args, word + 7);
        if (config->unwrap) return NULL;
        return apr_psprintf(
            args->pool,
            "--key %s: unwrap=%s names a key that was not given before: put "
            "--key %s=SOURCE first",
            config->id, word + 7, word + 7);
    }
    *took = 0;
    return NULL;
}

const char *tool_key_add(int *words, tool_args_t *args, const char *value,
                         const char *const *behind, int n)
{
    const char *equals = strchr(value, '='), *err;
    sc_key_config_t config = {NULL, NULL, NULL, NULL, NULL};
    sc_key_t *key;
    int took = 1, used = 0;

    if (!equals)
        return "--key takes ID=SOURCE, as in --key main=file:/etc/secret or --key "
               "main=env:SECRET_KEY";
    config.id = apr_pstrmemdup(args->pool, value, (apr_size_t)(equals - value));
    config.source = equals + 1;
    if (!sc_utf8_valid(sc_bytes_str(config.id))) return "--key: an ID is UTF-8 text";
    if (find_key(args, config.id))
        return apr_psprintf(
            args->pool, "--key %s was given twice: give every key its own ID", config.id);
    if (!strcmp(config.source, "-"))
        return "--key reads no standard input (the token does): use file:, env: or exec:";
    while (used < n) {
        err = take_attribute(&took, &config, args, behind[used]);
        if (err) return err;
        if (!took) break;
        used++;
    }
    err = tool_key_load(&key, &config, args->pool);
    if (err) return err;
    if (config.unwrap) APR_ARRAY_PUSH(args->wrappers, const sc_key_t *) = config.unwrap;
    APR_ARRAY_PUSH(args->keys, const sc_key_t *) = key;
    *words = used;
    return NULL;
}

static int is_wrapper(const tool_args_t *args, const sc_key_t *key)
{
    int i;

    for (i = 0; i < args->wrappers->nelts; i++)
        if (APR_ARRAY_IDX(args->wrappers, i, const sc_key_t *) == key) return 1;
    return 0;
}

void tool_key_take_out_wrappers(tool_args_t *args)
{
    int i, kept = 0;

    for (i = 0; i < args->keys->nelts; i++) {
        const sc_key_t *key = APR_ARRAY_IDX(args->keys, i, const sc_key_t *);

        if (!is_wrapper(args, key))
            APR_ARRAY_IDX(args->keys, kept++, const sc_key_t *) = key;
    }
    args->keys->nelts = kept;
}
