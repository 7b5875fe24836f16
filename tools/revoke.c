/* SPDX-License-Identifier: Apache-2.0 */
/* revoke: the list of revocations that CookieSessionRevocation names. httpd may be
 * running and writing to the file as well. */
#include "revoke.h"
#include "args.h"
#include <stdio.h>
#include <apr_strings.h>
#include "core/base/duration.h"
#include "core/crypto/crypto.h"
#include "core/revocation/compact.h"
#include "core/revocation/file.h"

/* An entry that is to end every session so far looks somewhat ahead: until httpd has read
 * it, an application may renew a session. */
#define MARGIN 2

static const char *word(const tool_args_t *args, int i)
{
    return i < args->rest->nelts ? APR_ARRAY_IDX(args->rest, i, const char *) : NULL;
}

static const char *no_file(const char *verb, const char *path, apr_status_t rv,
                           apr_pool_t *p)
{
    char why[120];

    return apr_psprintf(p, "revoke %s: %s: %s", verb, path,
                        apr_strerror(rv, why, sizeof(why)));
}

/* --- add --- */

static const char *set_until(sc_revocation_t *entry, const char *text,
                             const tool_args_t *args)
{
    char *end;

    if (!text) {
        entry->until = apr_time_sec(tool_env(args).now) + MARGIN;
        return NULL;
    }
    if (!strcmp(text, "ban")) {
        entry->until = SC_BAN;
        return NULL;
    }
    entry->until = apr_strtoi64(text, &end, 10);
    if (*text >= '0' && *text <= '9' && !*end && entry->until <= SC_EPOCH_MAX)
        return NULL;
    return apr_psprintf(args->pool,
                        "revoke add: %s is not a time: give seconds since 1970, or ban",
                        text);
}

/* The words after FILE: which entry, and how many of them it has without its time. */
static const char *set_subject(sc_revocation_t *entry, int *words,
                               const tool_args_t *args)
{
    const char *kind = word(args, 2), *first = word(args, 3), *second = word(args, 4);

    if (!kind || !first || (!strcmp(kind, "user") && !second))
        return "revoke add: use revoke add FILE user SOURCE NAME, FILE key ID or FILE "
               "session DIGEST; a time or ban may follow";
    entry->name = sc_bytes_str(first);
    *words = 4;
    if (!strcmp(kind, "key")) {
        entry->kind = SC_REVOKE_KEY;
        return NULL;
    }
    if (!strcmp(kind, "session")) {
        entry->kind = SC_REVOKE_SESSION;
        return NULL;
    }
    if (strcmp(kind, "user"))
        return apr_psprintf(args->pool,
                            "revoke add: %s is not what can be ended: use user, key or "
                            "session",
                            kind);
    entry->kind = SC_REVOKE_USER;
    entry->source = sc_bytes_str(first);
    entry->name = sc_bytes_str(second);
    *words = 5;
    return NULL;
}

static const char *why_not(const sc_revocation_t *entry, sc_status_t status)
{
    if (status == SC_TOO_LARGE) return "revoke add: the name is too long";
    if (entry->kind == SC_REVOKE_SESSION)
        return "revoke add: a session's DIGEST has 64 digits, 0 to 9 and a to f";
    if (entry->kind == SC_REVOKE_KEY)
        return "revoke add: the ID of a key is neither empty nor has it control "
               "characters";
    return "revoke add: neither SOURCE nor NAME may be empty, and SOURCE has no control "
           "characters; for example: revoke add FILE user cookie:session alice";
}

static const char *revoke_add(const tool_args_t *args, apr_pool_t *p)
{
    const char *path = word(args, 1), *err;
    sc_revocation_t entry = {.kind = SC_REVOKE_USER};
    sc_bytes_t line;
    sc_status_t status;
    apr_status_t rv;
    int words;

    err = set_subject(&entry, &words, args);
    if (!err) err = set_until(&entry, word(args, words), args);
    if (err) return err;
    if (args->rest->nelts > words + 1)
        return apr_psprintf(p, "revoke add: %s is one word too many",
                            word(args, words + 1));
    status = sc_revocation_write(&line, &entry, p);
    if (status) return why_not(&entry, status);
    rv = sc_revocation_append(path, line);
    if (rv) return no_file("add", path, rv, p);
    fwrite(line.p, 1, line.n, stdout);
    return NULL;
}

/* --- list, compact --- */

static void tell_bad(const sc_revocation_counts_t *counts, const char *path)
{
    if (counts->bad)
        fprintf(stderr,
                "sessioncookie: %s: %" APR_UINT64_T_FMT
                " lines are not entries, the first is line %" APR_UINT64_T_FMT "\n",
                path, counts->bad, counts->first_bad);
}

static apr_status_t print_line(void *baton, sc_bytes_t line)
{
    (void)baton;
    fwrite(line.p, 1, line.n, stdout);
    return APR_SUCCESS;
}

static const char *one_file(const tool_args_t *args, const char *verb)
{
    if (!word(args, 1))
        return apr_psprintf(args->pool, "revoke %s: the FILE is missing", verb);
    if (word(args, 2))
        return apr_psprintf(args->pool, "revoke %s: %s is one word too many", verb,
                            word(args, 2));
    return NULL;
}

static const char *revoke_list(const tool_args_t *args, apr_pool_t *p)
{
    const char *path = word(args, 1), *err = one_file(args, "list");
    sc_env_t env = tool_env(args);
    sc_revocation_counts_t counts;
    apr_status_t rv;

    if (err) return err;
    rv = sc_revocation_list(&counts, path, 0, print_line, NULL, &env, p);
    if (rv) return no_file("list", path, rv, p);
    tell_bad(&counts, path);
    return NULL;
}

static const char *revoke_compact(const tool_args_t *args, apr_pool_t *p)
{
    const char *path = word(args, 1), *err = one_file(args, "compact");
    sc_env_t env = tool_env(args);
    sc_revocation_counts_t counts;
    int64_t before = 0;
    apr_status_t rv;

    if (err) return err;
    if (args->older_than) before = apr_time_sec(env.now - args->older_than);
    rv = sc_revocation_compact(&counts, path, before, &env, p);
    if (rv) return no_file("compact", path, rv, p);
    tell_bad(&counts, path);
    printf("%" APR_UINT64_T_FMT " entries, %" APR_UINT64_T_FMT
           " superseded ones and %" APR_UINT64_T_FMT " old ones removed\n",
           counts.entries, counts.superseded, counts.old);
    return NULL;
}

static const struct {
    const char *name;
    const char *(*run)(const tool_args_t *args, apr_pool_t *p);
    unsigned allowed;
} verbs[] = {
    {"add", revoke_add, ARG_NOW},
    {"list", revoke_list, 0},
    {"compact", revoke_compact, ARG_NOW | ARG_OLDER_THAN},
};

static const char *run(const char *name, int argc, const char *const *argv, apr_pool_t *p)
{
    tool_args_t args;
    const char *err;

    for (unsigned i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
        if (strcmp(name, verbs[i].name)) continue;
        err = tool_args_parse(&args, verbs[i].allowed, argc, argv, p);
        return err ? err : verbs[i].run(&args, p);
    }
    return apr_psprintf(p, "revoke %s is not a command: use revoke add, list or compact",
                        name);
}

int tool_revoke(int argc, const char *const *argv, apr_pool_t *p)
{
    const char *err =
        argc ? run(argv[0], argc, argv, p) : "revoke: use revoke add, list or compact";

    return err ? tool_usage(err) : TOOL_OK;
}
