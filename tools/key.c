/* SPDX-License-Identifier: Apache-2.0 */
/* key: makes keys, says their ids, wraps and unwraps them, all as PASERK text. What it
 * prints for new and unwrap is a secret: send it to a file that nobody else may read. */
#include "key.h"
#include "args.h"
#include "input.h"
#include <stdio.h>
#include <apr_strings.h>
#include "core/key/paserk.h"
#include "core/key/paserk_list.h"
#include "core/key/paserk_make.h"
#include "core/key/source.h"

/* The word after the command's name, or NULL. */
static const char *word(const tool_args_t *args, int i)
{
    return i < args->rest->nelts ? APR_ARRAY_IDX(args->rest, i, const char *) : NULL;
}

/* The PASETO version of a key whose text does not name one: --version, else what its
 * algorithm is used for (Ed25519 serves 2 and 4: the newer). */
static const char *set_version(sc_key_t *key, const tool_args_t *args)
{
    static const int versions[] = {0, 1, 4, 3};

    if (key->version) {
        if (!args->version || args->version == key->version) return NULL;
        return apr_psprintf(args->pool,
                            "--version %d: this key says that it is of version %d",
                            args->version, key->version);
    }
    key->version = args->version;
    if (key->kind == SC_KEY_RAW) {
        if (!args->version)
            return "this key is a raw secret, which has no version: add --version 1 to 4";
        if (key->secret.n != 32)
            return apr_psprintf(
                args->pool,
                "a PASERK local key has 32 bytes, this one has %" APR_SIZE_T_FMT
                ": make one with sessioncookie key new v4.local",
                key->secret.n);
        key->kind = SC_KEY_LOCAL;
        return NULL;
    }
    if (!key->version) key->version = versions[key->alg];
    return NULL;
}

static const char *load(sc_key_t **key, const tool_args_t *args, const char *source,
                        const char *id, apr_pool_t *p)
{
    sc_key_config_t config = {.id = id, .source = source};
    const char *err = tool_key_load(key, &config, p);

    return err ? err : set_version(*key, args);
}

static const char *print(const char *text)
{
    if (!text)
        return "this key cannot be written as a PASERK: its type and version do not fit";
    puts(text);
    return NULL;
}

/* "v4.local", "4.local", "k4.secret"; "public" makes the pair, whose secret half is
 * printed. */
static const char *key_new(const tool_args_t *args, apr_pool_t *p)
{
    const char *what = word(args, 1), *purpose, *err;
    sc_env_t env = tool_env(args);
    sc_key_t *key = NULL;

    if (!what) return "key new: what kind is missing: use key new v4.local or v4.public";
    purpose = what + (*what == 'v' || *what == 'k');
    if (purpose[0] < '1' || purpose[0] > '4' || purpose[1] != '.')
        return apr_psprintf(
            p, "key new %s: use VERSION.PURPOSE, as in v4.local or v4.public", what);
    if (!strcmp(purpose + 2, "public") || !strcmp(purpose + 2, "secret"))
        err = sc_key_new(&key, purpose[0] - '0', "secret", &env, p);
    else if (!strcmp(purpose + 2, "local"))
        err = sc_key_new(&key, purpose[0] - '0', "local", &env, p);
    else
        err = apr_psprintf(p, "key new %s: the purpose is local or public", what);
    return err ? err : print(sc_paserk_write(key, p));
}

static const char *key_id(const tool_args_t *args, apr_pool_t *p)
{
    const char *source = word(args, 1), *err;
    sc_key_t *key;

    if (!source) return "key id: the SOURCE is missing, as in key id file:/etc/key";
    err = load(&key, args, source, "SOURCE", p);
    return err ? err : print(sc_paserk_id(key, key->kind, p));
}

static const char *key_public(const tool_args_t *args, apr_pool_t *p)
{
    const char *source = word(args, 1), *err;
    sc_key_t *key, *pub;

    if (!source)
        return "key public: the SOURCE is missing, as in key public file:/etc/key";
    err = load(&key, args, source, "SOURCE", p);
    if (err) return err;
    if (key->kind != SC_KEY_SECRET)
        return "key public: this is not a secret key of a pair: only v1 to v4 public "
               "has "
               "two halves";
    err = sc_key_public(&pub, key, p);
    return err ? err : print(sc_paserk_write(pub, p));
}

static const char *wrap_pw(const char **text, const sc_key_t *key,
                           const tool_args_t *args, apr_pool_t *p)
{
    sc_env_t env = tool_env(args);
    const char *err, *warning;
    sc_bytes_t password;

    err = sc_key_read(&password, &warning, args->with, p);
    if (err) return err;
    return sc_paserk_wrap_pw(text, key, password, NULL, &env, p);
}

static const char *key_wrap(const tool_args_t *args, apr_pool_t *p)
{
    const char *method = word(args, 1), *source = word(args, 2), *err, *text;
    sc_env_t env = tool_env(args);
    sc_key_t *key, *with;

    if (!method || !source || !args->with)
        return "key wrap: use key wrap pie|pw|seal SOURCE --with SOURCE";
    err = load(&key, args, source, "SOURCE", p);
    if (err) return err;
    if (!strcmp(method, "pw")) {
        err = wrap_pw(&text, key, args, p);
        return err ? err : print(text);
    }
    if (strcmp(method, "pie") && strcmp(method, "seal"))
        return apr_psprintf(p, "key wrap %s: the method is pie, pw or seal", method);
    err = load(&with, args, args->with, "--with", p);
    if (err) return err;
    err = !strcmp(method, "pie") ? sc_paserk_wrap_pie(&text, key, with, &env, p)
                                 : sc_paserk_seal(&text, key, with, &env, p);
    return err ? err : print(text);
}

/* Which of the two ways --with is meant is in the PASERK's own type. */
static bool is_password_wrapped(sc_bytes_t text)
{
    return text.n > 11 &&
           (!memcmp(text.p + 2, ".local-pw", 9) || !memcmp(text.p + 2, ".secret-pw", 10));
}

static const char *key_unwrap(const tool_args_t *args, apr_pool_t *p)
{
    const char *source = word(args, 1), *err, *warning;
    sc_key_config_t config = {.id = "SOURCE", .source = source};
    sc_bytes_t text;
    sc_key_t *key, *with;

    if (!source || !args->with) return "key unwrap: use key unwrap SOURCE --with SOURCE";
    err = strcmp(source, "-") ? sc_key_read(&text, &warning, source, p)
                              : tool_read_all(&text, p);
    if (err) return err;
    if (!sc_paserk_is(text))
        return "key unwrap: this is not a PASERK: a wrapped key begins with k1. to k4.";
    if (is_password_wrapped(text)) {
        config.password = args->with;
    }
    else {
        err = load(&with, args, args->with, "--with", p);
        if (err) return err;
        config.unwrap = with;
    }
    err = sc_key_parse(&key, &warning, text, &config, p);
    if (!err) err = set_version(key, args);
    return err ? err : print(sc_paserk_write(key, p));
}

/* What the endpoint sessioncookie-keys answers. */
static const char *key_list(const tool_args_t *args, apr_pool_t *p)
{
    const apr_array_header_t *keys = args->ring.keys;
    const char *json, *err;

    if (!keys->nelts)
        return "key list: a key is missing: add --key ID=SOURCE, as in --key "
               "main=file:/etc/key";
    err = sc_paserk_list(&json, (const sc_key_t *const *)keys->elts, keys->nelts, p);
    return err ? err : print(json);
}

static const struct {
    const char *name;
    const char *(*run)(const tool_args_t *args, apr_pool_t *p);
    unsigned allowed;
    int words; /* with the name itself */
} verbs[] = {
    {"new", key_new, 0, 2},
    {"id", key_id, ARG_VERSION, 2},
    {"public", key_public, ARG_VERSION, 2},
    {"wrap", key_wrap, ARG_VERSION | ARG_WITH, 3},
    {"unwrap", key_unwrap, ARG_VERSION | ARG_WITH, 2},
    {"list", key_list, ARG_KEY, 1},
};

static const char *run(const char *name, int argc, const char *const *argv, apr_pool_t *p)
{
    tool_args_t args;
    const char *err;
    int i;

    for (i = 0; i < (int)(sizeof(verbs) / sizeof(*verbs)); i++) {
        if (strcmp(name, verbs[i].name)) continue;
        err = tool_args_parse(&args, verbs[i].allowed, argc, argv, p);
        if (err) return err;
        if (args.rest->nelts > verbs[i].words)
            return apr_psprintf(p, "key %s: %s is one word too many", name,
                                word(&args, verbs[i].words));
        /* lint: returnDanglingLifetime: a sentence comes back, from the pool. */
        return verbs[i].run(&args, p);
    }
    return apr_psprintf(
        p, "key %s is not a command: use key new, id, public, wrap, unwrap or list",
        name);
}

int tool_key(int argc, const char *const *argv, apr_pool_t *p)
{
    const char *err = argc ? run(argv[0], argc, argv, p)
                           : "key: use key new, id, public, wrap, unwrap or list";

    return err ? tool_usage(err) : TOOL_OK;
}
