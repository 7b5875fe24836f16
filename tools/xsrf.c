/* SPDX-License-Identifier: Apache-2.0 */
/* sessioncookie xsrf make|check: the XSRF token schemes on the command line, as the
 * module uses them. Refuses options that no scheme has, and a session that is not a
 * JSON object. */
#include "xsrf.h"
#include "args.h"
#include "input.h"
#include "core/base/duration.h"
#include "core/document/document.h"
#include "core/document/text.h"
#include "core/xsrf/xsrf.h"
#include <stdio.h>
#include <apr_strings.h>

/* XSRFTimeout's default. */
#define DEFAULT_TIMEOUT apr_time_from_sec(3600)

static const sc_limits_t session_limits = {0, 65536, 32, 1024};

typedef struct {
    const tool_args_t *args;
    const sc_xsrf_t *xsrf;
    sc_xsrf_binding_t binding;
    apr_interval_time_t timeout;
} xsrf_t;

static int put_status(const xsrf_t *xsrf, sc_status_t st)
{
    /* lint: core.NullDereference: prepare_xsrf has set it, or has said why not. */
    printf("{\"status\":\"%s\",\"scheme\":\"%s\"}\n", sc_status_name(st),
           xsrf->xsrf->scheme->name);
    return st ? TOOL_REFUSED : TOOL_OK;
}

static int check_token(const xsrf_t *xsrf, sc_bytes_t token, apr_pool_t *p)
{
    sc_env_t env = tool_env(xsrf->args);

    return put_status(
        xsrf, sc_xsrf_check(xsrf->xsrf, token, &xsrf->binding, xsrf->timeout, &env, p));
}

static int make_token(const xsrf_t *xsrf, apr_pool_t *p)
{
    sc_env_t env = tool_env(xsrf->args);
    sc_bytes_t token;
    sc_status_t st = sc_xsrf_make(&token, xsrf->xsrf, &xsrf->binding, &env, p);

    if (!st) {
        fwrite(token.p, 1, token.n, stdout);
        putchar('\n');
        return TOOL_OK;
    }
    if (st == SC_ABSENT || st == SC_MALFORMED)
        fprintf(stderr, "sessioncookie: no token was made: %s\n",
                xsrf->xsrf->scheme->wanted);
    return put_status(xsrf, st);
}

/* --- whom it is for --- */

static const char *set_part(xsrf_t *xsrf, const char *option, apr_pool_t *p)
{
    const struct {
        const char *name;
        sc_bytes_t *part;
    } parts[] = {{"user", &xsrf->binding.user},     {"session", &xsrf->binding.session},
                 {"ip", &xsrf->binding.ip},         {"visitor", &xsrf->binding.visitor},
                 {"source", &xsrf->binding.source}, {"action", &xsrf->binding.action},
                 {"cookie", &xsrf->binding.secret}};
    const char *value = strchr(option, '=') + 1, *err;
    apr_size_t i, n = (apr_size_t)(value - option) - 1;

    for (i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
        if (strlen(parts[i].name) != n || strncmp(option, parts[i].name, n)) continue;
        if (parts[i].part == &xsrf->binding.secret &&
            xsrf->xsrf->scheme->secret != SC_SECRET_IN_COOKIE)
            return apr_psprintf(
                p, "--option cookie= means nothing to --scheme %s: leave it out",
                xsrf->xsrf->scheme->name);
        *parts[i].part = sc_bytes_str(value);
        return NULL;
    }
    if (n == 7 && !strncmp(option, "timeout", n)) {
        err = sc_duration_parse(&xsrf->timeout, value, 1);
        return err ? apr_psprintf(p, "--option %s: %s", option, err) : NULL;
    }
    return apr_psprintf(p,
                        "--option %s: use user= session= ip= visitor= source= action= "
                        "cookie= or timeout=",
                        option);
}

/* The user is where CookieSessionUser looks by default; flask-wtf's secret is a member.
 */
static const char *set_session(xsrf_t *xsrf, const char *json, apr_pool_t *p)
{
    static const char *const users[] = {"_user_id", "user_id", "_auth_user_id", "sub"};
    const sc_value_t *value;
    sc_bytes_t text = sc_bytes_str(json);
    sc_doc_t *doc;
    apr_size_t i;

    if (text.n > session_limits.document ||
        sc_doc_parse(&doc, text, 1, &session_limits, p) != SC_OK)
        return "--session is not a JSON object: give the document that sessioncookie "
               "decode "
               "prints as \"session\"";
    for (i = 0; i < sizeof(users) / sizeof(*users) && !xsrf->binding.user.n; i++)
        if (sc_doc_find(&value, doc, users[i]) && sc_value_text(&text, value, ",", p))
            xsrf->binding.user = text;
    if (xsrf->xsrf->scheme->secret == SC_SECRET_IN_SESSION &&
        sc_doc_find(&value, doc, xsrf->xsrf->scheme->secret_name))
        xsrf->binding.secret = sc_value_string(value);
    return NULL;
}

static const char *prepare_xsrf(xsrf_t *xsrf, apr_pool_t *p)
{
    const tool_args_t *args = xsrf->args;
    const sc_xsrf_scheme_t *scheme;
    sc_xsrf_t *prepared;
    const char *err;
    int i;

    if (!(args->given & ARG_SCHEME))
        return "--scheme is missing: name the scheme, as in --scheme signed";
    scheme = sc_xsrf_scheme_find(args->scheme);
    if (args->ring.keys->nelts == 0 && scheme && !scheme->keyless)
        return "--key is missing: name a key, as in --key main=file:/etc/secret";
    err = sc_xsrf_prepare(&prepared, args->scheme,
                          (const sc_key_t *const *)args->ring.keys->elts,
                          args->ring.keys->nelts, p);
    if (err) return apr_psprintf(p, "--scheme: %s", err);
    xsrf->xsrf = prepared;
    xsrf->timeout = DEFAULT_TIMEOUT;
    for (i = 0; i < args->options->nelts && !err; i++)
        err = set_part(xsrf, APR_ARRAY_IDX(args->options, i, const char *), p);
    if (!err && (args->given & ARG_SESSION)) err = set_session(xsrf, args->session, p);
    return err;
}

/* --- the command --- */

static int check_lines(const xsrf_t *xsrf, apr_pool_t *p)
{
    int code = TOOL_OK, more;
    tool_lines_t lines;
    sc_bytes_t line;
    apr_pool_t *each;

    if (apr_pool_create(&each, p) != APR_SUCCESS)
        return tool_usage("there is no memory left");
    tool_lines_init(&lines, p);
    while ((more = tool_lines_next(&line, &lines)) != 0) {
        if ((more < 0 ? put_status(xsrf, SC_TOO_LARGE) : check_token(xsrf, line, each)) !=
            TOOL_OK)
            code = TOOL_REFUSED;
        apr_pool_clear(each);
    }
    return code;
}

static int check_all(const xsrf_t *xsrf, apr_pool_t *p)
{
    const apr_array_header_t *rest = xsrf->args->rest;
    const char *word, *err;
    sc_bytes_t token;

    if (xsrf->args->given & ARG_LINES) {
        if (rest->nelts)
            return tool_usage("--lines reads standard input: leave out the token");
        return check_lines(xsrf, p);
    }
    if (rest->nelts != 1)
        return tool_usage(rest->nelts
                              ? "one token is expected: quote it, or use --lines"
                              : "the token is missing: give it, or - for standard "
                                "input");
    word = APR_ARRAY_IDX(rest, 0, const char *);
    if (strcmp(word, "-")) return check_token(xsrf, sc_bytes_str(word), p);
    err = tool_read_all(&token, p);
    return err ? tool_usage(err) : check_token(xsrf, token, p);
}

int tool_xsrf(int argc, const char *const *argv, apr_pool_t *p)
{
    unsigned allowed = ARG_SCHEME | ARG_KEY | ARG_OPTION | ARG_SESSION | ARG_NOW;
    int making = argc && !strcmp(argv[0], "make");
    tool_args_t args;
    xsrf_t xsrf = {.args = &args};
    const char *err;

    if (!argc || (!making && strcmp(argv[0], "check") != 0))
        return tool_usage("xsrf needs to know what to do: use xsrf make or xsrf check");
    err = tool_args_parse(&args, making ? allowed : allowed | ARG_LINES, argc - 1,
                          argv + 1, p);
    if (!err) err = prepare_xsrf(&xsrf, p);
    if (err) return tool_usage(err);
    if (!making) return check_all(&xsrf, p);
    if (args.rest->nelts) return tool_usage("xsrf make takes no token: leave it out");
    return make_token(&xsrf, p);
}
