/* SPDX-License-Identifier: Apache-2.0 */
/* CookieSessionToken: which tokens are minted. With header: or env: they are for back
 * ends; without either, for the clients of the endpoint sessioncookie-token; with keys=
 * alone none is minted, and sessioncookie-keys publishes the keys. As with a source, the
 * keys may be defined further down: they are looked up when all lines have been read.
 *
 * A back end must not be able to come back as the visitor: no source may accept a token
 * that was minted for one. */

#include "httpd/export/token_conf.h"
#include "core/base/duration.h"
#include "core/crypto/crypto.h"
#include "core/key/paserk_list.h"
#include "httpd/export/envname.h"
#include "httpd/export/header.h"
#include "httpd/session/keyring.h"
#include "httpd/session/source.h"
#include "httpd/setter.h"
#include "httpd/startup.h"

#define NAME "CookieSessionToken"

#define TTL_OF_BACK_END apr_time_from_sec(60)
#define TTL_OF_CLIENT   apr_time_from_sec(15 * 60)

/* A line in the making. */
typedef struct {
    msc_token_t *token;
    apr_pool_t *pool;
    bool has_ttl;
    bool has_footer;
} line_t;

/* --- its words: each sets something, and answers NULL or a sentence --- */

static const char *set_header(line_t *line, const char *value)
{
    const char *why = msc_header_refused(value);

    line->token->header = value;
    line->token->is_bearer = msc_header_same(value, "Authorization");
    return why ? apr_psprintf(line->pool,
                              "header: \"%s\" %s; for example: header:X-Visitor-Token",
                              value, why)
               : NULL;
}

static const char *set_env(line_t *line, const char *value)
{
    const char *why = msc_env_name_refused(value, line->pool);

    line->token->env = value;
    return why ? apr_psprintf(line->pool,
                              "env:%s: %s; choose a name of your own, for example: "
                              "env:VISITOR_TOKEN",
                              value, why)
               : NULL;
}

static const char *set_keys(line_t *line, const char *value)
{
    return msc_split_words(&line->token->ids, value, line->pool)
               ? NULL
               : "keys= needs ids, with a comma between two of them; for example: "
                 "keys=new,old";
}

/* A URI, or any other name that both sides know. */
static const char *set_audience(line_t *line, const char *value)
{
    line->token->config.audience = value;
    return *value ? NULL
                  : "audience= is empty; for example: audience=https://api.example";
}

static const char *set_issuer(line_t *line, const char *value)
{
    line->token->config.issuer = value;
    return *value ? NULL : "issuer= is empty; for example: issuer=https://www.example";
}

static const char *set_ttl(line_t *line, const char *value)
{
    apr_interval_time_t t;
    const char *why = sc_duration_parse(&t, value, false);

    if (!why && (t < SC_MINT_TTL_MIN || t > SC_MINT_TTL_MAX))
        why = "is not between 1s and 1d";
    if (why)
        return apr_psprintf(line->pool, "ttl=%s: %s; for example: ttl=60s", value, why);
    line->token->config.ttl = t;
    line->has_ttl = true;
    return NULL;
}

static const char *set_claims(line_t *line, const char *value)
{
    msc_words_t paths;

    if (!msc_split_words(&paths, value, line->pool))
        return "claims= needs members of the session, with a comma between two of them; "
               "for example: claims=email,/profile/roles";
    line->token->config.paths = paths.word;
    line->token->config.npaths = paths.n;
    return NULL;
}

static const char *set_footer(line_t *line, const char *value)
{
    line->token->config.names_key = !strcmp(value, "kid");
    line->has_footer = true;
    return line->token->config.names_key || !strcmp(value, "none")
               ? NULL
               : apr_psprintf(line->pool, "footer=%s: write footer=kid or footer=none",
                              value);
}

static const struct {
    const char *name; /* with what stands before the value */
    const char *(*set)(line_t *line, const char *value);
} words[] = {
    {"header:", set_header},     {"env:", set_env},       {"keys=", set_keys},
    {"audience=", set_audience}, {"issuer=", set_issuer}, {"ttl=", set_ttl},
    {"claims=", set_claims},     {"footer=", set_footer},
};

#define WORDS (sizeof(words) / sizeof(*words))

static const char *read_word(line_t *line, unsigned *seen, const char *word)
{
    for (unsigned i = 0; i < WORDS; i++) {
        apr_size_t n = strlen(words[i].name);

        if (strncmp(word, words[i].name, n)) continue;
        if (*seen & 1U << i)
            return apr_psprintf(line->pool, "%s is given twice; remove one of them",
                                words[i].name);
        *seen |= 1U << i;
        return words[i].set(line, word + n);
    }
    return apr_psprintf(line->pool,
                        "unknown option \"%s\"; options are: header:NAME, env:NAME, "
                        "keys=ID,…, audience=URI, issuer=URI, ttl=DURATION, "
                        "claims=PATH,…, footer=kid|none",
                        word);
}

/* What the words come to. */
static const char *check_line(line_t *line)
{
    msc_token_t *token = line->token;
    sc_mint_config_t *config = &token->config;
    bool is_for_back_end = token->header || token->env;

    if (!token->ids.n)
        return "keys= is missing; for example: keys=signing, with a line "
               "CookieSessionKey signing file:/etc/apache2/signing.key";
    if (!config->audience)
        return !is_for_back_end && !config->issuer && !config->npaths && !line->has_ttl &&
                       !line->has_footer
                   ? NULL /* keys= alone */
                   : "audience= is missing, and a token that does not say for whom it "
                     "is opens every door; for example: audience=https://api.example";
    if (!is_for_back_end && !config->issuer)
        return "issuer= is missing, by which those who verify tokens of the endpoint "
               "sessioncookie-token know this server (for a back end, add header: or "
               "env:); for example: issuer=https://www.example";
    if (!line->has_ttl) config->ttl = is_for_back_end ? TTL_OF_BACK_END : TTL_OF_CLIENT;
    if (!line->has_footer) config->names_key = true;
    return NULL;
}

static const char *read_line(msc_token_t *token, int argc, char *const argv[],
                             apr_pool_t *p)
{
    line_t line = {.token = token, .pool = p};
    const char *why = NULL;
    unsigned seen = 0;

    for (int i = 0; i < argc && !why; i++)
        why = read_word(&line, &seen, argv[i]);
    return why ? why : check_line(&line);
}

const char *msc_token_directive(cmd_parms *cmd, void *dir, int argc, char *const argv[])
{
    msc_dir_t *conf = dir;
    msc_token_t *token;
    const char *why;

    if (MSC_IS_SET(conf, token))
        return NAME " is given twice in this scope; remove one of the lines, or put it "
                    "into a <Location> of its own";
    MSC_MARK_SET(conf, token);
    if (argc == 1 && !ap_cstr_casecmp(argv[0], "off")) return NULL;
    token = apr_pcalloc(cmd->pool, sizeof(*token));
    why = read_line(token, argc, argv, cmd->pool);
    if (why) return apr_pstrcat(cmd->pool, NAME ": ", why, NULL);
    token->server = cmd->server;
    token->directive = cmd->directive;
    conf->token = token;
    APR_ARRAY_PUSH(msc_server(cmd->server)->tokens, msc_token_t *) = token;
    return msc_source_clash(conf, cmd->pool);
}

/* --- when all lines have been read --- */

/* The keys that have a public half: all of them, where nothing else is said. */
static const char *publish(msc_token_t *token, const sc_key_t *const *keys, apr_pool_t *p)
{
    const sc_key_t **pairs = apr_palloc(p, sizeof(*pairs) * (apr_size_t)token->ids.n);
    int n = 0;

    if (!token->config.audience)
        return sc_paserk_list(&token->keys, keys, token->ids.n, p);
    for (int i = 0; i < token->ids.n; i++)
        if (keys[i]->pkey) pairs[n++] = keys[i];
    return n ? sc_paserk_list(&token->keys, pairs, n, p) : NULL;
}

static const char *resolve(msc_token_t *token, apr_pool_t *p)
{
    const sc_key_t *const *keys;
    sc_minter_t *minter;
    const char *why = msc_key_list(&keys, token->server, &token->ids, p);

    if (why) return apr_pstrcat(p, "keys=", why, NULL);
    if (token->config.audience) {
        why = sc_minter_make(&minter, keys, token->ids.n, &token->config, p);
        if (why) return why;
        token->minter = minter;
    }
    return publish(token, keys, p);
}

/* The first source of a server that would take a token for a session, or NULL. */
static const msc_source_t *reader_of(const msc_token_t *token, const server_rec *s,
                                     apr_pool_t *p)
{
    const sc_env_t env = {.now = apr_time_now(), .random = sc_crypto_random};
    const apr_array_header_t *sources = msc_server(s)->pending;

    for (int i = 0; i < sources->nelts; i++) {
        const msc_source_t *source = APR_ARRAY_IDX(sources, i, const msc_source_t *);

        if (sc_minter_is_read(token->minter, source->codec, &env, p)) return source;
    }
    return NULL;
}

/* Nobody but the back end has such a token, but it may send it here. */
static const char *refuse_reader(const msc_token_t *token, server_rec *base,
                                 apr_pool_t *p)
{
    if (!token->header && !token->env) return NULL;
    for (const server_rec *s = base; s; s = s->next) {
        const msc_source_t *source = reader_of(token, s, p);

        if (source)
            return apr_psprintf(p,
                                "the source %s (%s, %s:%d) would accept this token, so "
                                "that the back end could come back as the visitor; sign "
                                "with another key, or give the source an audience= of "
                                "its own",
                                source->text, source->format, source->directive->filename,
                                source->directive->line_num);
    }
    return NULL;
}

int msc_token_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                    server_rec *base)
{
    (void)plog;
    for (server_rec *s = base; s; s = s->next) {
        const apr_array_header_t *tokens = msc_server(s)->tokens;

        for (int i = 0; i < tokens->nelts && msc_server_is_own(s, base); i++) {
            msc_token_t *token = APR_ARRAY_IDX(tokens, i, msc_token_t *);
            const char *why = resolve(token, pconf);

            if (!why) why = refuse_reader(token, base, ptemp);
            if (why)
                return msc_complain(s, token->directive,
                                    apr_pstrcat(ptemp, NAME ": ", why, NULL));
        }
    }
    return OK;
}
