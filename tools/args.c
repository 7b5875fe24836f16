/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: options in any order, keys as in CookieSessionKey. Refuses, with a
 * sentence, what a command does not know and what is given twice. */
#include "args.h"
#include "core/base/duration.h"
#include "core/codec/format.h"
#include <stdio.h>
#include <stdlib.h>
#include <apr_strings.h>

/* Where argv is being read. */
typedef struct {
    const char *const *argv;
    int argc, at;
} reader_t;

typedef const char *(*setter_t)(tool_args_t *args, const char *value, reader_t *reader);

int tool_usage(const char *sentence)
{
    fprintf(stderr, "sessioncookie: %s\n", sentence);
    return TOOL_USAGE;
}

sc_env_t tool_env(const tool_args_t *args)
{
    sc_env_t env = {.now = (args->given & ARG_NOW) ? args->now : apr_time_now(),
                    .random = sc_crypto_random};
    return env;
}

static const char *set_key(tool_args_t *args, const char *value, reader_t *reader)
{
    int words = 0;
    const char *err = tool_key_add(&words, &args->ring, value, reader->argv + reader->at,
                                   reader->argc - reader->at);

    reader->at += words;
    return err;
}

static const char *set_format(tool_args_t *args, const char *value, reader_t *reader)
{
    (void)reader;
    args->format = value;
    if (sc_format_find(value)) return NULL;
    return apr_psprintf(args->pool, "--format %s is not a format: use one of %s", value,
                        sc_format_names(args->pool));
}

static const char *set_option(tool_args_t *args, const char *value, reader_t *reader)
{
    (void)reader;
    if (!strchr(value, '='))
        return apr_psprintf(args->pool,
                            "--option %s has no value: write --option name=value, as in "
                            "--option max-age=1d",
                            value);
    APR_ARRAY_PUSH(args->options, const char *) = value;
    return NULL;
}

/* Seconds since 1970 with up to six digits after the point; later ones do not count. */
static const char *set_now(tool_args_t *args, const char *value, reader_t *reader)
{
    apr_int64_t seconds = 0, unit = APR_USEC_PER_SEC, fraction = 0;
    const char *at = value, *digits;

    (void)reader;
    for (; *at >= '0' && *at <= '9' && seconds < APR_INT64_C(9000000000000) / 10; at++)
        seconds = seconds * 10 + (*at - '0');
    if (at != value && *at == '.') {
        digits = ++at;
        for (; *at >= '0' && *at <= '9'; at++) {
            unit /= 10;
            fraction += unit * (*at - '0');
        }
        if (at == digits) at = value; /* "5." */
    }
    if (at == value || *at)
        return apr_psprintf(
            args->pool,
            "--now %s is not a time: give seconds since 1970, as in --now "
            "1700000000 or --now 1700000000.5",
            value);
    args->now = seconds * APR_USEC_PER_SEC + fraction;
    return NULL;
}

static const char *set_with(tool_args_t *args, const char *value, reader_t *reader)
{
    (void)reader;
    args->with = value;
    return NULL;
}

static const char *set_scheme(tool_args_t *args, const char *value, reader_t *reader)
{
    (void)reader;
    args->scheme = value;
    return NULL;
}

static const char *set_session(tool_args_t *args, const char *value, reader_t *reader)
{
    (void)reader;
    args->session = value;
    return NULL;
}

static const char *set_version(tool_args_t *args, const char *value, reader_t *reader)
{
    (void)reader;
    if (*value == 'v') value++;
    if (value[0] < '1' || value[0] > '4' || value[1])
        return apr_psprintf(args->pool,
                            "--version %s is not a PASETO version: use 1 to 4", value);
    args->version = value[0] - '0';
    return NULL;
}

static const char *set_seconds(tool_args_t *args, const char *value, reader_t *reader)
{
    char *end;

    (void)reader;
    args->seconds = strtod(value, &end);
    if (end == value || *end || !(args->seconds > 0 && args->seconds <= 600))
        return apr_psprintf(args->pool, "--seconds %s: use a number above 0, at most 600",
                            value);
    return NULL;
}

static const char *set_older_than(tool_args_t *args, const char *value, reader_t *reader)
{
    const char *why = sc_duration_parse(&args->older_than, value, false);

    (void)reader;
    return why ? apr_psprintf(args->pool, "--older-than %s %s", value, why) : NULL;
}

static const struct {
    const char *name;
    unsigned bit;
    setter_t set; /* NULL: takes no value */
    int repeats;
} table[] = {
    {"--format", ARG_FORMAT, set_format, 0},
    {"--key", ARG_KEY, set_key, 1},
    {"--option", ARG_OPTION, set_option, 1},
    {"--now", ARG_NOW, set_now, 0},
    {"--tagged", ARG_TAGGED, NULL, 0},
    {"--lines", ARG_LINES, NULL, 0},
    {"--explain", ARG_EXPLAIN, NULL, 0},
    {"--unverified", ARG_UNVERIFIED, NULL, 0},
    {"--value", ARG_VALUE, NULL, 0},
    {"--with", ARG_WITH, set_with, 0},
    {"--version", ARG_VERSION, set_version, 0},
    {"--seconds", ARG_SECONDS, set_seconds, 0},
    {"--scheme", ARG_SCHEME, set_scheme, 0},
    {"--session", ARG_SESSION, set_session, 0},
    {"--older-than", ARG_OLDER_THAN, set_older_than, 0},
};
#define TABLE_SIZE ((int)(sizeof(table) / sizeof(*table)))

static const char *unknown_option(unsigned allowed, const char *word, apr_pool_t *p)
{
    const char *names = "";
    int i;

    for (i = 0; i < TABLE_SIZE; i++)
        if (table[i].bit & allowed)
            names = apr_pstrcat(p, names, " ", table[i].name, NULL);
    return apr_psprintf(p, "%s is not an option here: this command knows%s", word, names);
}

/* The row of the table that word names ("--now", "--now=5"), or -1. */
static int find_row(unsigned allowed, const char *word)
{
    apr_size_t n = strcspn(word, "=");
    int i;

    for (i = 0; i < TABLE_SIZE; i++)
        if ((table[i].bit & allowed) && strlen(table[i].name) == n &&
            !strncmp(table[i].name, word, n))
            return i;
    return -1;
}

/* One option, of which word is the first argument. */
static const char *take_option(tool_args_t *args, unsigned allowed, const char *word,
                               reader_t *reader)
{
    int i = find_row(allowed, word);
    const char *value = strchr(word, '=');

    if (i < 0) return unknown_option(allowed, word, args->pool);
    if ((args->given & table[i].bit) && !table[i].repeats)
        return apr_psprintf(args->pool, "%s was given twice: give it once",
                            table[i].name);
    args->given |= table[i].bit;
    if (!table[i].set) {
        if (!value) return NULL;
        return apr_psprintf(args->pool, "%s takes no value: write it alone",
                            table[i].name);
    }
    if (value) return table[i].set(args, value + 1, reader);
    if (reader->at == reader->argc)
        return apr_psprintf(args->pool, "%s needs a value after it", table[i].name);
    return table[i].set(args, reader->argv[reader->at++], reader);
}

const char *tool_args_parse(tool_args_t *args, unsigned allowed, int argc,
                            const char *const *argv, apr_pool_t *p)
{
    reader_t reader = {argv, argc, 0};
    const char *word, *err;
    int only_words = 0;

    memset(args, 0, sizeof(*args));
    args->pool = p;
    tool_keyring_init(&args->ring, p);
    args->options = apr_array_make(p, 4, sizeof(const char *));
    args->rest = apr_array_make(p, 2, sizeof(const char *));
    while (reader.at < argc) {
        word = argv[reader.at++];
        if (only_words || strncmp(word, "--", 2)) {
            APR_ARRAY_PUSH(args->rest, const char *) = word;
        }
        else if (!word[2]) {
            only_words = 1; /* "--": a token may begin with two dashes */
        }
        else {
            err = take_option(args, allowed, word, &reader);
            if (err) return err;
        }
    }
    tool_key_take_out_wrappers(&args->ring);
    return NULL;
}
