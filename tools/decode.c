/* SPDX-License-Identifier: Apache-2.0 */
/* decode and encode: a token in, a line of JSON out, and the other way round; one, or a
 * line of standard input each. A refused token prints its status and nothing of what is
 * in it. */
#include "decode.h"
#include "explain.h"
#include "input.h"
#include "print.h"
#include "unverified.h"
#include <apr_strings.h>

typedef int (*answer_t)(const sc_codec_t *codec, const tool_args_t *args, sc_bytes_t text,
                        apr_pool_t *p);

/* A token, or with --value what a look-up found for one. */
static sc_status_t open_text(const sc_session_t **session, const sc_codec_t *codec,
                             const tool_args_t *args, sc_bytes_t text,
                             const sc_env_t *env, apr_pool_t *p)
{
    const sc_id_t nobody = {.id = sc_bytes("", 0)};

    if (!(args->given & ARG_VALUE)) return sc_codec_open(session, codec, text, env, p);
    return sc_codec_open_stored(session, codec, &nobody, text, SC_NEVER, env, p);
}

static int decode_one(const sc_codec_t *codec, const tool_args_t *args, sc_bytes_t token,
                      apr_pool_t *p)
{
    const sc_session_t *session;
    tool_found_t found = {0};
    sc_env_t env = tool_env(args);
    sc_status_t st;

    if (args->given & ARG_UNVERIFIED) {
        tool_unverified(codec, args, token, p);
        return TOOL_REFUSED;
    }
    st = open_text(&session, codec, args, token, &env, p);
    if (st) {
        tool_put_refusal(st, args->format);
        if (args->given & ARG_EXPLAIN) tool_explain(codec, args, token, st, p);
        return TOOL_REFUSED;
    }
    found.key = session->key ? session->key->id : NULL;
    found.issued = session->issued;
    found.expires = session->expires;
    found.footer = session->footer;
    found.doc = session->doc;
    found.face = tool_face(codec);
    tool_put_session(&found, sc_status_name(SC_OK), args->format,
                     (args->given & ARG_TAGGED) != 0, p);
    return TOOL_OK;
}

static const char *why_not_sealed(sc_status_t status)
{
    switch (status) {
    case SC_MALFORMED:
        return "the document is not a JSON object that this format can carry";
    case SC_TOO_LARGE:
        return "the document or its token is larger, deeper or longer than the limits";
    case SC_UNSUPPORTED:
        return "this format, or this kind of key, only opens tokens: give a key that "
               "seals";
    case SC_UNKNOWN_KEY:
        return "the document's key_id names a key that was not given";
    default:
        return "a library or the random source failed";
    }
}

static sc_status_t seal_json(sc_bytes_t *token, const sc_codec_t *codec, sc_bytes_t json,
                             const sc_env_t *env, apr_pool_t *p)
{
    sc_status_t st;
    sc_doc_t *doc;

    if (json.n > codec->options.limits.document) return SC_TOO_LARGE;
    st = sc_doc_parse(&doc, json, sc_codec_is_tagged(codec), &codec->options.limits, p);
    if (st) return st;
    return sc_codec_seal(token, codec, doc, NULL, env, p);
}

static int encode_one(const sc_codec_t *codec, const tool_args_t *args, sc_bytes_t json,
                      apr_pool_t *p)
{
    sc_env_t env = tool_env(args);
    sc_bytes_t token;
    sc_status_t st = seal_json(&token, codec, json, &env, p);

    if (st) {
        tool_put_refusal(st, args->format);
        fprintf(stderr, "sessioncookie: no token was made: %s\n", why_not_sealed(st));
        return TOOL_REFUSED;
    }
    fwrite(token.p, 1, token.n, stdout);
    putchar('\n');
    return TOOL_OK;
}

/* An answer for every line of standard input. */
static int answer_lines(answer_t answer, const sc_codec_t *codec, const tool_args_t *args,
                        apr_pool_t *p)
{
    int code = TOOL_OK, more;
    tool_lines_t lines;
    sc_bytes_t line;
    apr_pool_t *each;

    if (apr_pool_create(&each, p) != APR_SUCCESS)
        return tool_usage("there is no memory left");
    tool_lines_init(&lines, p);
    while ((more = tool_lines_next(&line, &lines)) != 0) {
        if (more < 0) {
            tool_put_refusal(SC_TOO_LARGE, args->format);
            code = TOOL_REFUSED;
        }
        else if (answer(codec, args, line, each) != TOOL_OK) {
            code = TOOL_REFUSED;
        }
        apr_pool_clear(each);
    }
    return code;
}

/* What is to be answered: lines, standard input, or the one argument. */
static int answer_all(answer_t answer, const sc_codec_t *codec, const tool_args_t *args,
                      apr_pool_t *p)
{
    const char *word, *err;
    sc_bytes_t text;

    if (args->given & ARG_LINES) return answer_lines(answer, codec, args, p);
    word = APR_ARRAY_IDX(args->rest, 0, const char *);
    if (strcmp(word, "-")) return answer(codec, args, sc_bytes_str(word), p);
    err = tool_read_all(&text, p);
    if (err) return tool_usage(err);
    return answer(codec, args, text, p);
}

/* Whether what is to be decoded is a bare document, that has no key. */
static bool is_bare(const tool_args_t *args)
{
    return (args->given & ARG_VALUE) && sc_format_find(args->format)->is_id;
}

/* Faults that do not depend on what the keys and options say. */
static const char *check_args(const tool_args_t *args, const char *what,
                              bool answers_tokens, apr_pool_t *p)
{
    int words = args->rest->nelts;
    int dash = words == 1 && !strcmp(APR_ARRAY_IDX(args->rest, 0, const char *), "-");

    if (!(args->given & ARG_FORMAT))
        return "--format is missing: name the format, as in --format flask";
    if (answers_tokens && !(args->given & ARG_VALUE) &&
        sc_format_find(args->format)->is_id)
        return apr_psprintf(p,
                            "a token of %s is an id: give what is stored for it, with "
                            "--value",
                            args->format);
    if (is_bare(args)) {
        if (args->given & (ARG_EXPLAIN | ARG_UNVERIFIED))
            return "nothing signs what is stored for an id of this format: leave out "
                   "--explain and --unverified";
    }
    else if (args->given & ARG_UNVERIFIED) {
        if (args->ring.keys->nelts)
            return "--unverified looks at no key: leave out --key, or leave out "
                   "--unverified";
    }
    else if (!args->ring.keys->nelts) {
        return "--key is missing: name a key, as in --key main=file:/etc/secret";
    }
    if (args->given & ARG_LINES) {
        if (words == 0 || dash) return NULL;
        return apr_psprintf(p, "--lines reads standard input: leave out the %s", what);
    }
    if (words == 0)
        return apr_psprintf(p, "the %s is missing: give it, or - for standard input",
                            what);
    if (words > 1)
        return apr_psprintf(p,
                            "one %s is expected, %d words were given: quote it, or use "
                            "--lines",
                            what, words);
    return NULL;
}

/* Puts an option before those that were given, which may say otherwise. */
static void prefer(apr_array_header_t *options, const char *option)
{
    const char **list;

    APR_ARRAY_PUSH(options, const char *) = option;
    list = (const char **)options->elts;
    memmove(list + 1, list, sizeof(*list) * (apr_size_t)(options->nelts - 1));
    list[0] = option;
}

static int run(answer_t answer, const char *what, unsigned allowed, int argc,
               const char *const *argv, apr_pool_t *p)
{
    sc_codec_t *codec;
    tool_args_t args;
    const char *err = tool_args_parse(&args, allowed, argc, argv, p);

    if (!err) err = check_args(&args, what, allowed & ARG_TAGGED, p);
    /* As with lookup=: where it was stored it is known when it ends. */
    if (!err && (args.given & ARG_VALUE)) prefer(args.options, "max-age=off");
    if (!err) err = tool_codec(&codec, &args, p);
    if (err) return tool_usage(err);
    return answer_all(answer, codec, &args, p);
}

int tool_decode(int argc, const char *const *argv, apr_pool_t *p)
{
    return run(decode_one, "token",
               ARG_FORMAT | ARG_KEY | ARG_OPTION | ARG_NOW | ARG_TAGGED | ARG_LINES |
                   ARG_EXPLAIN | ARG_UNVERIFIED | ARG_VALUE,
               argc, argv, p);
}

int tool_encode(int argc, const char *const *argv, apr_pool_t *p)
{
    return run(encode_one, "document",
               ARG_FORMAT | ARG_KEY | ARG_OPTION | ARG_NOW | ARG_LINES, argc, argv, p);
}
