/* SPDX-License-Identifier: Apache-2.0 */
/* CookieSession: the sources. A line is read in two steps, since a source may name keys
 * that are defined further down: the directive notes what was written, and when all lines
 * have been read (check_config) the keys are looked up in the server that the line stands
 * in and the codec is made. A .htaccess file is read with a request, when all keys are
 * known: its sources are resolved at once. */

#include "httpd/session/source.h"
#include "httpd/session/lookup.h"
#include "httpd/session/vault.h"
#include "httpd/session/keyring.h"
#include "httpd/request.h"
#include "httpd/setter.h"
#include "httpd/startup.h"
#include "core/base/chars.h"
#include "core/crypto/crypto.h"

static const char *parse_place(msc_source_t *source, const char *arg, apr_pool_t *p)
{
    source->text = arg;
    if (!strncmp(arg, "cookie:", 7))
        source->place = MSC_COOKIE;
    else if (!strncmp(arg, "header:", 7))
        source->place = MSC_HEADER;
    else
        return apr_psprintf(p,
                            "\"%s\" is not a place where tokens are found; use "
                            "cookie:NAME or header:NAME, for example: cookie:session",
                            arg);
    source->name = arg + 7;
    /* RFC 6265 4.1.1: the name of a cookie is a token, too. */
    if (!msc_is_token(source->name))
        return apr_psprintf(p,
                            "\"%s\": \"%s\" is not a valid name of a %.6s; for "
                            "example: cookie:session",
                            arg, source->name, arg);
    if (source->place == MSC_HEADER && !ap_cstr_casecmp(source->name, "Cookie"))
        return apr_psprintf(p,
                            "\"%s\": the Cookie header is not a source itself, name one "
                            "of its cookies; for example: cookie:session",
                            arg);
    return NULL;
}

/* Names of formats are written in lower case. */
static const char *unknown_format(const char *name, apr_pool_t *p)
{
    const sc_format_t *format;
    const char *meant = "";

    for (int i = 0; (format = sc_format_at(i)) != NULL; i++)
        if (!ap_cstr_casecmp(format->name, name))
            meant = apr_psprintf(p, "; write it \"%s\"", format->name);
    return apr_psprintf(p, "unknown format \"%s\"%s; formats are: %s", name, meant,
                        sc_format_names(p));
}

/* What else there is to an option than its place, the codec checks (source_resolve). */
static const char *parse_option(msc_source_t *source, const char *option, apr_pool_t *p)
{
    if (!strncmp(option, "keys=", 5)) {
        if (source->ids.n)
            return "keys= is given twice; put all ids into one list, for example: "
                   "keys=new,old";
        return msc_split_words(&source->ids, option + 5, p)
                   ? NULL
                   : "keys= needs ids, with a comma between two of them; for example: "
                     "keys=new,old";
    }
    APR_ARRAY_PUSH(source->options, const char *) = option;
    return NULL;
}

static const char *parse_source(msc_source_t *source, int argc, char *const argv[],
                                apr_pool_t *p)
{
    const char *sentence = parse_place(source, argv[0], p);

    if (sentence) return sentence;
    if (argc < 2)
        return apr_psprintf(p, "%s: a format is missing after it; formats are: %s",
                            source->text, sc_format_names(p));
    if (!sc_format_find(argv[1]))
        return apr_psprintf(p, "%s: %s", source->text, unknown_format(argv[1], p));
    source->format = argv[1];
    source->options = apr_array_make(p, 4, sizeof(const char *));
    for (int i = 2; i < argc && !sentence; i++)
        sentence = parse_option(source, argv[i], p);
    if (!sentence && !source->ids.n && !sc_format_find(source->format)->is_id)
        sentence =
            "keys= is missing; for example: keys=main, with a line CookieSessionKey "
            "main file:/etc/apache2/session.key";
    return sentence ? apr_psprintf(p, "%s: %s", source->text, sentence) : NULL;
}

static bool has_option(const msc_source_t *source, const char *option)
{
    for (int i = 0; i < source->options->nelts; i++) {
        if (!ap_cstr_casecmp(APR_ARRAY_IDX(source->options, i, const char *), option))
            return true;
    }
    return false;
}

/* Whether the format, with the first key, can seal. */
static bool can_seal(const sc_codec_t *codec, apr_pool_t *p)
{
    sc_env_t env = {.now = apr_time_now(), .random = sc_crypto_random};
    sc_doc_t *doc = sc_doc_make(0, p);
    sc_bytes_t token;

    sc_doc_put(doc, sc_bytes_str("_user_id"), sc_value_make_string(sc_bytes_str("0")));
    return sc_codec_seal(&token, codec, doc, NULL, &env, p) != SC_UNSUPPORTED;
}

/* Whether an option of that name ("write=") is given. */
static bool has_option_of(const msc_source_t *source, const char *name)
{
    for (int i = 0; i < source->options->nelts; i++) {
        const char *option = APR_ARRAY_IDX(source->options, i, const char *);

        if (!ap_cstr_casecmpn(option, name, strlen(name))) return true;
    }
    return false;
}

/* Where its sessions are kept, if not in its tokens. */
static const char *resolve_lookup(msc_source_t *source, apr_pool_t *p)
{
    const sc_codec_t *codec = source->codec;
    const char *where = codec->options.lookup, *sentence;

    if (!where && codec->format->is_id)
        return "its tokens are ids of sessions that are kept on a server; say where, for "
               "example: lookup=redis:session:";
    if (!where)
        return has_option_of(source, "recheck=")
                   ? "recheck=: this is for sessions that are kept on a server "
                     "(lookup=); remove this option"
                   : NULL;
    /* Its writer could name any key and any statement. */
    if (source->htaccess)
        return "lookup= cannot be used in a .htaccess file; put the line into a "
               "<Directory> section";
    if (has_option(source, "write=on"))
        return "write=on: a session that is kept on a server (lookup=) is read-only; "
               "remove this option";
    sentence = msc_lookup_make(&source->lookup, where, source->server, p);
    return sentence ? apr_psprintf(p, "lookup=%s: %s", where, sentence) : NULL;
}

/* What is asked for explicitly must be possible. */
static const char *check_writing(const msc_source_t *source, apr_pool_t *p)
{
    const sc_options_t *options = &source->codec->options;
    const char *option = options->rekey ? "rekey=on" : "write=on";

    if (!options->write || (!options->rekey && !has_option(source, "write=on")))
        return NULL;
    if (source->place == MSC_HEADER)
        return apr_psprintf(
            p, "%s: the token of a header is never written; remove this option", option);
    if (!can_seal(source->codec, p))
        return apr_psprintf(
            p,
            "%s: this source is read-only, since its serializer cannot write or its "
            "first key cannot sign; remove this option, or put a key that can sign "
            "first in keys=",
            option);
    if (options->rekey && source->codec->format->names_key)
        return "rekey=on: a session of this format names its key itself (key_id); remove "
               "this option";
    return NULL;
}

/* A token that the last of them signed would be refused unless it names its key. */
static void warn_of_many_keys(const msc_source_t *source, apr_pool_t *p)
{
    int n = sc_codec_most_verifications(source->codec);

    if (source->htaccess || n <= MSC_VERIFICATIONS_MAX) return;
    msc_warn(source->server, source->directive,
             apr_pstrcat(p, "CookieSession ", source->text, NULL),
             apr_psprintf(p,
                          "keys= lists %d public keys of one version, and a request has "
                          "at most %d signatures verified; remove keys that are no "
                          "longer in use, or have every token name its key by kid in its "
                          "footer",
                          n, MSC_VERIFICATIONS_MAX));
}

/* Finds the keys and makes the codec. NULL or a sentence. */
static const char *source_resolve(msc_source_t *source, apr_pool_t *p)
{
    const sc_key_t *const *keys;
    const char *sentence = msc_key_list(&keys, source->server, &source->ids, p);
    sc_codec_t *codec;

    if (sentence) return apr_psprintf(p, "%s: keys=%s", source->text, sentence);
    sentence = sc_codec_make(&codec, source->format, keys, source->ids.n,
                             (const char *const *)source->options->elts,
                             source->options->nelts, p);
    if (!sentence) {
        source->codec = codec;
        sentence = resolve_lookup(source, p);
    }
    if (!sentence) sentence = check_writing(source, p);
    if (sentence)
        return apr_psprintf(p, "%s %s: %s", source->text, source->format, sentence);
    warn_of_many_keys(source, p);
    if (source->place == MSC_COOKIE && codec->options.write)
        return msc_vault_make(&source->vault, codec, source->name, p);
    return NULL;
}

/* One more source of the scope: a second line adds to the first. */
static void push_source(msc_dir_t *conf, msc_source_t *source, cmd_parms *cmd)
{
    msc_sources_t *sources;

    if (!conf->sources) {
        sources = apr_palloc(cmd->pool, sizeof(*sources));
        sources->list = apr_array_make(cmd->pool, 2, sizeof(msc_source_t *));
        sources->htaccess = msc_in_htaccess(cmd) ? cmd->pool : NULL;
        conf->sources = sources;
    }
    source->scope = conf->sources;
    APR_ARRAY_PUSH(conf->sources->list, msc_source_t *) = source;
}

bool msc_source_same_place(const msc_source_t *a, const msc_source_t *b)
{
    if (a->place != b->place) return false;
    return a->place == MSC_HEADER ? !ap_cstr_casecmp(a->name, b->name)
                                  : !strcmp(a->name, b->name);
}

bool msc_source_same_settings(const msc_source_t *a, const msc_source_t *b)
{
    if (strcmp(a->format, b->format) || a->ids.n != b->ids.n ||
        a->options->nelts != b->options->nelts)
        return false;
    for (int i = 0; i < a->ids.n; i++)
        if (strcmp(a->ids.word[i], b->ids.word[i])) return false;
    for (int i = 0; i < a->options->nelts; i++)
        if (!has_option(b, APR_ARRAY_IDX(a->options, i, const char *))) return false;
    return true;
}

/* The first line is enough: the second would only look at the same tokens again. */
static void warn_of_repetition(const msc_source_t *source)
{
    const apr_array_header_t *list = source->scope->list;

    for (int i = 0; i < list->nelts - 1; i++) {
        const msc_source_t *other = APR_ARRAY_IDX(list, i, const msc_source_t *);

        if (!msc_source_same_place(other, source) ||
            !msc_source_same_settings(other, source))
            continue;
        msc_warn(source->server, source->directive,
                 apr_pstrcat(list->pool, "CookieSession ", source->text, NULL),
                 apr_psprintf(list->pool,
                              "line %d of %s has the same source; remove one of them",
                              other->directive->line_num, other->directive->filename));
        return;
    }
}

/* The directive of the scope that sets a header of this name, or NULL. Authorization
 * stays until it has been read: see msc_header_remove. */
static const char *setter_of(const msc_dir_t *conf, const char *name)
{
    const apr_array_header_t *headers = conf->headers;
    const msc_token_t *token = conf->token;

    for (int i = 0; headers && i < headers->nelts; i++) {
        if (sc_same_variable(APR_ARRAY_IDX(headers, i, msc_export_t).name, SC_WHOLE,
                             name))
            return "CookieSessionHeader";
    }
    return token && token->header && !token->is_bearer &&
                   sc_same_variable(token->header, SC_WHOLE, name)
               ? "CookieSessionToken"
               : NULL;
}

const char *msc_source_clash(const msc_dir_t *conf, apr_pool_t *p)
{
    const apr_array_header_t *list = conf->sources ? conf->sources->list : NULL;

    for (int i = 0; list && i < list->nelts; i++) {
        const msc_source_t *source = APR_ARRAY_IDX(list, i, const msc_source_t *);
        const char *directive =
            source->place == MSC_HEADER ? setter_of(conf, source->name) : NULL;

        if (directive)
            return apr_psprintf(p,
                                "CookieSession %s: %s sets this header in the same "
                                "scope, so the client's own is removed before a token is "
                                "looked for in it; give one of the two another name, for "
                                "example: header:X-Session",
                                source->text, directive);
    }
    return NULL;
}

static const char *add_source(msc_dir_t *conf, cmd_parms *cmd, int argc,
                              char *const argv[])
{
    msc_source_t *source = apr_pcalloc(cmd->pool, sizeof(*source));
    const char *sentence = parse_source(source, argc, argv, cmd->pool);

    if (sentence) return apr_pstrcat(cmd->pool, "CookieSession ", sentence, NULL);
    source->server = cmd->server;
    source->htaccess = msc_in_htaccess(cmd);
    source->directive = cmd->directive;
    push_source(conf, source, cmd);
    sentence = msc_source_clash(conf, cmd->pool);
    if (sentence) return sentence;
    if (!source->htaccess) {
        warn_of_repetition(source);
        APR_ARRAY_PUSH(msc_server(cmd->server)->pending, msc_source_t *) = source;
        return NULL;
    }
    sentence = source_resolve(source, cmd->pool);
    return sentence ? apr_pstrcat(cmd->pool, "CookieSession ", sentence, NULL) : NULL;
}

const char *msc_source_directive(cmd_parms *cmd, void *dir, int argc, char *const argv[])
{
    msc_dir_t *conf = dir;
    bool off = argc == 1 && !ap_cstr_casecmp(argv[0], "off");

    if (argc == 0)
        return "CookieSession needs a source; for example: CookieSession cookie:session "
               "flask keys=main";
    /* Set, and without sources: by Off. */
    if (MSC_IS_SET(conf, sources) && off != !conf->sources)
        return "CookieSession Off: this scope has sources as well; remove one or the "
               "other";
    MSC_MARK_SET(conf, sources);
    return off ? NULL : add_source(conf, cmd, argc, argv);
}

/* Numbers the sources of a server from *id on, and resolves them. */
static const char *resolve_pending(server_rec *s, apr_pool_t *pconf, apr_uint32_t *id,
                                   const msc_source_t **culprit)
{
    const msc_server_t *conf = msc_server(s);

    for (int i = 0; conf && i < conf->pending->nelts; i++) {
        msc_source_t *source = APR_ARRAY_IDX(conf->pending, i, msc_source_t *);
        const char *sentence = source->codec ? NULL : source_resolve(source, pconf);

        source->id = ++*id;
        *culprit = source;
        if (sentence) return sentence;
    }
    return NULL;
}

int msc_source_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                     server_rec *base)
{
    apr_uint32_t id = 0;

    (void)plog;
    for (server_rec *s = base; s; s = s->next) {
        const msc_source_t *source;
        const char *sentence = resolve_pending(s, pconf, &id, &source);

        if (sentence)
            return msc_complain(s, source->directive,
                                apr_pstrcat(ptemp, "CookieSession ", sentence, NULL));
    }
    return OK;
}
