/* SPDX-License-Identifier: Apache-2.0 */
/* CookieSession: the sources. A line is read in two steps, since a source may name keys
 * that are defined further down: the directive notes what was written, and when all has
 * been read (check_config) the keys are looked up in the server that the line stands in
 * and the codec is made. A .htaccess file comes long after that: it is resolved on the
 * spot. */

#include "httpd/session/source.h"
#include "httpd/mod_session/auth_form.h"
#include "httpd/session/keyring.h"
#include "core/crypto/crypto.h"
#include "apr_lib.h"

/* What RFC 6265 4.1.1 and RFC 9110 5.6.2 call a token: names of cookies and headers. */
static int is_name(const char *name)
{
    if (!*name) return 0;
    for (; *name; name++) {
        if (!apr_isalnum(*name) && !strchr("!#$%&'*+-.^_`|~", *name)) return 0;
    }
    return 1;
}

static const char *parse_place(msc_source_t *source, const char *arg, apr_pool_t *p)
{
    source->text = arg;
    if (!strncmp(arg, "cookie:", 7)) {
        source->place = MSC_COOKIE;
        source->name = arg + 7;
    }
    else if (!strncmp(arg, "header:", 7)) {
        source->place = MSC_HEADER;
        source->name = arg + 7;
    }
    else {
        return apr_psprintf(p,
                            "%s is no place for tokens; for example: cookie:session or "
                            "header:Authorization",
                            arg);
    }
    if (!is_name(source->name)) {
        return apr_psprintf(p,
                            "%s: \"%s\" is no name of a cookie or header; for example: "
                            "cookie:session",
                            arg, source->name);
    }
    if (source->place == MSC_HEADER && !ap_cstr_casecmp(source->name, "Cookie")) {
        return apr_psprintf(p,
                            "%s: cookies are found by their name; for example: "
                            "cookie:session",
                            arg);
    }
    return NULL;
}

static const char *format_names(apr_pool_t *p)
{
    const char *list = "";
    const sc_format_t *format;

    for (int i = 0; (format = sc_format_at(i)) != NULL; i++) {
        list = apr_pstrcat(p, list, i ? " " : "", format->name, NULL);
    }
    return list;
}

static const char *parse_keys(msc_source_t *source, const char *list, apr_pool_t *p)
{
    source->ids = apr_array_make(p, 2, sizeof(const char *));
    for (;;) {
        apr_size_t n = strcspn(list, ",");

        if (n == 0)
            return "keys= wants ids with a comma between; for example: keys=new,old";
        APR_ARRAY_PUSH(source->ids, const char *) = apr_pstrndup(p, list, n);
        if (!list[n]) return NULL;
        list += n + 1;
    }
}

static const char *parse_option(msc_source_t *source, const char *option, apr_pool_t *p)
{
    if (!strncmp(option, "keys=", 5)) {
        if (source->ids) return "keys= is there twice; name all ids in one list";
        return parse_keys(source, option + 5, p);
    }
    if (!sc_option_known(option)) {
        return apr_psprintf(p,
                            "there is no option %s; see docs/directives.md for those "
                            "there are, for example: max-age=31d",
                            option);
    }
    APR_ARRAY_PUSH(source->options, const char *) = option;
    return NULL;
}

static const char *parse(msc_source_t *source, int argc, char *const argv[],
                         apr_pool_t *p)
{
    const char *sentence = parse_place(source, argv[0], p);

    if (sentence) return sentence;
    if (argc < 2 || !sc_format_find(argv[1])) {
        return apr_psprintf(p, "%s: format \"%s\" is unknown; there are: %s",
                            source->text, argc < 2 ? "" : argv[1], format_names(p));
    }
    source->format = argv[1];
    source->options = apr_array_make(p, 4, sizeof(const char *));
    for (int i = 2; i < argc && !sentence; i++) {
        sentence = parse_option(source, argv[i], p);
    }
    if (!sentence && !source->ids) {
        sentence =
            "keys= is missing; for example: keys=main, with a line CookieSessionKey "
            "main file:/etc/apache2/session.key";
    }
    return sentence ? apr_psprintf(p, "%s: %s", source->text, sentence) : NULL;
}

static int said(const msc_source_t *source, const char *option)
{
    for (int i = 0; i < source->options->nelts; i++) {
        if (!ap_cstr_casecmp(APR_ARRAY_IDX(source->options, i, const char *), option))
            return 1;
    }
    return 0;
}

/* 1 when the format, with the first key, can seal. */
static int can_seal(const sc_codec_t *codec, apr_pool_t *p)
{
    sc_env_t env = {.now = apr_time_now(), .random = sc_crypto_random};
    sc_doc_t *doc = sc_doc_make(0, p);
    sc_bytes_t token;

    sc_doc_put(doc, sc_bytes_str("_user_id"), sc_value_make_string(sc_bytes_str("0")));
    return sc_codec_seal(&token, codec, doc, NULL, &env, p) != SC_UNSUPPORTED;
}

/* What is asked for explicitly must be possible. */
static const char *check_writing(const msc_source_t *source, apr_pool_t *p)
{
    const sc_options_t *options = &source->codec->options;
    const char *option = options->rekey ? "rekey=on" : "write=on";

    if (!options->write || (!options->rekey && !said(source, "write=on"))) return NULL;
    if (source->place == MSC_HEADER)
        return apr_psprintf(p, "%s: a header is never written; leave it out", option);
    if (!can_seal(source->codec, p))
        return apr_psprintf(
            p,
            "%s: this can only be read, because of its serializer or because "
            "its first key cannot sign; leave it out, or put a key that can "
            "sign first in keys=",
            option);
    if (options->rekey && (source->codec->format->flags & SC_F_KEY_ID))
        return "rekey=on: a session of this format names its key itself (key_id); leave "
               "it out";
    return NULL;
}

/* Finds the keys and makes the codec. NULL or a sentence. */
static const char *resolve(msc_source_t *source, apr_pool_t *p)
{
    int n = source->ids->nelts;
    const sc_key_t **keys = apr_palloc(p, sizeof(*keys) * (apr_size_t)n);
    const char *sentence;
    sc_codec_t *codec;

    for (int i = 0; i < n; i++) {
        const char *id = APR_ARRAY_IDX(source->ids, i, const char *);

        keys[i] = msc_key_find(source->server, id);
        if (!keys[i]) {
            return apr_psprintf(
                p,
                "%s: keys=%s names no key of this server (there are: %s); "
                "add a line CookieSessionKey %s file:PATH",
                source->text, id, msc_key_ids(source->server, p), id);
        }
    }
    sentence = sc_codec_make(&codec, source->format, keys, n,
                             (const char *const *)source->options->elts,
                             source->options->nelts, p);
    if (sentence) {
        return apr_psprintf(p, "%s %s: %s", source->text, source->format, sentence);
    }
    source->codec = codec;
    sentence = check_writing(source, p);
    if (sentence)
        return apr_psprintf(p, "%s %s: %s", source->text, source->format, sentence);
    if (source->place == MSC_COOKIE && codec->options.write)
        return msc_form_vault(&source->vault, codec, source->name, p);
    return NULL;
}

/* The scope's sources so far: a second line adds to the first. */
static msc_sources_t *sources_of(msc_dir_t *conf, cmd_parms *cmd)
{
    if (!conf->sources) {
        conf->sources = apr_pcalloc(cmd->pool, sizeof(*conf->sources));
        conf->sources->list = apr_array_make(cmd->pool, 2, sizeof(msc_source_t *));
        conf->sources->htaccess = msc_in_htaccess(cmd) ? cmd->pool : NULL;
    }
    return conf->sources;
}

static const char *add(msc_sources_t *sources, cmd_parms *cmd, int argc,
                       char *const argv[])
{
    msc_source_t *source = apr_pcalloc(cmd->pool, sizeof(*source));
    const char *sentence = parse(source, argc, argv, cmd->pool);

    if (sentence) return apr_pstrcat(cmd->pool, "CookieSession ", sentence, NULL);
    source->server = cmd->server;
    source->htaccess = msc_in_htaccess(cmd);
    source->directive = cmd->directive;
    APR_ARRAY_PUSH(sources->list, msc_source_t *) = source;
    if (!source->htaccess) {
        APR_ARRAY_PUSH(msc_server(cmd->server)->pending, msc_source_t *) = source;
        return NULL;
    }
    sentence = resolve(source, cmd->pool);
    return sentence ? apr_pstrcat(cmd->pool, "CookieSession ", sentence, NULL) : NULL;
}

const char *msc_source_directive(cmd_parms *cmd, void *dir, int argc, char *const argv[])
{
    msc_sources_t *sources = sources_of(dir, cmd);
    int off = argc == 1 && !ap_cstr_casecmp(argv[0], "off");

    if (argc == 0) {
        return "CookieSession: a source is needed; for example: CookieSession "
               "cookie:session flask keys=main";
    }
    if (off ? sources->list->nelts : sources->off) {
        return "CookieSession Off: this scope has sources too; keep the one or the other";
    }
    sources->off = off;
    return off ? NULL : add(sources, cmd, argc, argv);
}

static const char *check_server(server_rec *s, apr_pool_t *pconf,
                                const msc_source_t **culprit)
{
    const msc_server_t *conf = msc_server(s);

    for (int i = 0; conf && i < conf->pending->nelts; i++) {
        msc_source_t *source = APR_ARRAY_IDX(conf->pending, i, msc_source_t *);
        const char *sentence = source->codec ? NULL : resolve(source, pconf);

        *culprit = source;
        if (sentence) return sentence;
    }
    return NULL;
}

int msc_source_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                     server_rec *base)
{
    (void)plog;
    (void)ptemp;
    for (server_rec *s = base; s; s = s->next) {
        const msc_source_t *source;
        const char *sentence = check_server(s, pconf, &source);

        if (sentence) {
            ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_ERR, 0, s,
                         "Syntax error on line %d of %s: CookieSession %s",
                         source->directive->line_num, source->directive->filename,
                         sentence);
            return HTTP_INTERNAL_SERVER_ERROR;
        }
    }
    return OK;
}
