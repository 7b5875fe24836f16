/* SPDX-License-Identifier: Apache-2.0 */
/* The sessioncookie command: the core on the command line, without a server. Opens and
 * seals session cookies and PASETO tokens, makes keys, measures. Links no httpd. */
#include "args.h"
#include "bench.h"
#include "decode.h"
#include "key.h"
#include "revoke.h"
#include "xsrf.h"
#include "core/codec/format.h"
#include "core/xsrf/xsrf.h"
#include <stdio.h>
#include <stdlib.h>
#include <apr_general.h>

static const char usage_text[] =
    "usage:\n"
    "  sessioncookie decode --format F --key ID=SOURCE... [--option NAME=VALUE]...\n"
    "                       [--now EPOCH] [--tagged] [--explain] TOKEN|-\n"
    "  sessioncookie decode --format F --unverified [--option NAME=VALUE]... TOKEN|-\n"
    "  sessioncookie decode --value --format F [--key ID=SOURCE]... VALUE|-\n"
    "  sessioncookie encode --format F --key ID=SOURCE... [--option NAME=VALUE]...\n"
    "                       [--now EPOCH] JSON|-\n"
    "  sessioncookie key new VERSION.PURPOSE\n"
    "  sessioncookie key id|public SOURCE [--version N]\n"
    "  sessioncookie key wrap pie|pw|seal SOURCE --with SOURCE [--version N]\n"
    "  sessioncookie key unwrap SOURCE --with SOURCE [--version N]\n"
    "  sessioncookie xsrf make|check --scheme S --key ID=SOURCE... [--option "
    "NAME=VALUE]...\n"
    "                       [--session JSON] [--now EPOCH] [TOKEN|-]\n"
    "  sessioncookie revoke add FILE user SOURCE NAME [EPOCH|ban]\n"
    "  sessioncookie revoke add FILE key ID [EPOCH|ban]\n"
    "  sessioncookie revoke add FILE session DIGEST [EPOCH|ban]\n"
    "  sessioncookie revoke list FILE\n"
    "  sessioncookie revoke compact FILE [--older-than DURATION]\n"
    "  sessioncookie bench [--format F] [--seconds S]\n"
    "  sessioncookie --version\n"
    "\n"
    "F is a format: %s.\n"
    "S is a scheme: %s.\n"
    "SOURCE is file:PATH, env:NAME, exec:COMMAND or text:SECRET; it holds a PASERK, a\n"
    "PEM, hex:..., base64:... or the secret itself. A --key may be followed by "
    "iss=ISSUER,\n"
    "password=SOURCE and unwrap=ID (of a key before it), as in CookieSessionKey.\n"
    "The first key seals, all of them open. Options are those of CookieSession.\n"
    "- is standard input; with --lines it holds a token (or document) a line.\n"
    "\n"
    "Exit code: 0 ok, 1 any other status, 2 wrong usage.\n";

static const struct {
    const char *name;
    int (*run)(int argc, const char *const *argv, apr_pool_t *p);
} commands[] = {
    {"decode", tool_decode}, {"encode", tool_encode}, {"key", tool_key},
    {"bench", tool_bench},   {"xsrf", tool_xsrf},     {"revoke", tool_revoke},
};

static void print_usage(FILE *to, apr_pool_t *p)
{
    fprintf(to, usage_text, sc_format_names(p), sc_xsrf_scheme_names(p));
}

static int run(int argc, const char *const *argv, apr_pool_t *p)
{
    const char *err;
    int i;

    if (argc < 2) {
        print_usage(stderr, p);
        return TOOL_USAGE;
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "help")) {
        print_usage(stdout, p);
        return TOOL_OK;
    }
    if (!strcmp(argv[1], "--version")) {
        puts("sessioncookie " MSC_VERSION);
        return TOOL_OK;
    }
    err = sc_crypto_init();
    if (err) return tool_usage(err);
    for (i = 0; i < (int)(sizeof(commands) / sizeof(*commands)); i++)
        if (!strcmp(argv[1], commands[i].name))
            return commands[i].run(argc - 2, argv + 2, p);
    fprintf(stderr,
            "sessioncookie: %s is not a command: use decode, encode, key, xsrf, revoke "
            "or bench "
            "(sessioncookie --help)\n",
            argv[1]);
    return TOOL_USAGE;
}

int main(int argc, const char *const *argv)
{
    apr_pool_t *p;
    int code;

    if (apr_initialize() != APR_SUCCESS || apr_pool_create(&p, NULL) != APR_SUCCESS) {
        fputs("sessioncookie: APR does not start: is there memory left?\n", stderr);
        return TOOL_USAGE;
    }
    code = run(argc, argv, p);
    apr_pool_destroy(p); /* wipes the keys */
    apr_terminate();
    if (fflush(stdout) == 0 && !ferror(stdout)) return code;
    fputs("sessioncookie: standard output cannot be written\n", stderr);
    return TOOL_USAGE;
}
