/* SPDX-License-Identifier: Apache-2.0 */
/* decode --explain: why a token was refused, in sentences on standard error. Says which
 * keys and settings were tried, which part failed, and tries the usual other settings: a
 * wrong salt or digest is what goes wrong most. Never a byte of a key, and nothing that
 * is inside the token except a key id that it names. The module has none of this. */
#include "explain.h"
#include "print.h"
#include <apr_strings.h>
#include "core/base/base64.h"

#define SAY(...) fprintf(stderr, "sessioncookie: " __VA_ARGS__)

/* The usual settings, as options. */
static const char *const digests[] = {"digest=sha1", "digest=sha256", "digest=sha512",
                                      "digest=md5"};
static const char *const derivations[] = {"derivation=hmac", "derivation=django-concat",
                                          "derivation=concat", "derivation=none"};
static const char *const timings[] = {NULL, "timed=off"};
static const char *const salts[] = {
    NULL, /* the one that was given, or the format's own */
    "salt=cookie-session",
    "salt=itsdangerous",
    "salt=itsdangerous.Signer",
    "salt=django.contrib.sessions.backends.signed_cookies",
    "salt=django.core.signing",
    "salt=django.core.signing.TimestampSigner",
    "salt=wtf-csrf-token"};

static const char *const digest_names[] = {"md5", "sha1", "sha256", "sha384", "sha512"};
static const char *const derivation_names[] = {"hmac", "django-concat", "concat", "none"};

#define COUNT(array) ((int)(sizeof(array) / sizeof(*(array))))

/* Only the envelope: is the token authentic under this codec? */
static bool is_authentic(sc_opened_t *opened, const sc_codec_t *codec, sc_bytes_t token,
                         const sc_env_t *env, apr_pool_t *p)
{
    if (token.n > codec->options.limits.token) return 0;
    memset(opened, 0, sizeof(*opened));
    opened->issued = SC_NEVER;
    return codec->format->envelope->open(opened, &codec->sealer, token, env, p) == SC_OK;
}

static void say_tried(const sc_codec_t *codec)
{
    const sc_envelope_options_t *options = &codec->options.envelope;
    int i;

    SAY("tried as %s with %s", codec->format->name,
        codec->sealer.nkeys == 1 ? "key" : "keys");
    for (i = 0; i < codec->sealer.nkeys; i++)
        fprintf(stderr, "%s \"%s\"", i ? "," : "", codec->sealer.keys[i]->id);
    if (sc_option_applies("salt", codec->format))
        fprintf(stderr, ", salt %s, derivation %s", options->salt,
                derivation_names[options->derivation]);
    if (sc_option_applies("digest", codec->format))
        fprintf(stderr, ", digest %s", digest_names[options->digest]);
    fputc('\n', stderr);
}

/* What the outside of a token of this format looks like. */
static const char *shape(const sc_format_t *format, apr_pool_t *p)
{
    char sep = format->sep;

    switch (format->envelope->layout) {
    case SC_LAYOUT_TIMED:
        return apr_psprintf(p, "payload%ctimestamp%csignature%s", sep, sep,
                            sc_option_applies("timed", format)
                                ? " (without the timestamp with timed=off)"
                                : "");
    case SC_LAYOUT_SIGNED:
        return apr_psprintf(p, "payload%csignature", sep);
    case SC_LAYOUT_ITEMS:
        return "base64(signature)?name=value&name=value";
    case SC_LAYOUT_PASETO:
        return "vN.local.body or vN.public.body, with or without .footer, in base64url "
               "without padding";
    }
    return "unknown";
}

static void say_age(const sc_codec_t *codec, const sc_opened_t *opened,
                    const sc_env_t *env)
{
    if (opened->issued == SC_NEVER) return;
    SAY("it was issued at %" APR_INT64_T_FMT ", now is %" APR_INT64_T_FMT "",
        (apr_int64_t)(opened->issued / APR_USEC_PER_SEC),
        (apr_int64_t)(env->now / APR_USEC_PER_SEC));
    if (codec->options.max_age >= 0)
        fprintf(stderr, ", max-age is %" APR_INT64_T_FMT " seconds",
                (apr_int64_t)(codec->options.max_age / APR_USEC_PER_SEC));
    fputc('\n', stderr);
}

/* The signature is right, and still it was refused. */
static void say_after_signature(const sc_codec_t *codec, const sc_opened_t *opened,
                                sc_status_t status, const sc_env_t *env)
{
    SAY("its signature is right, under key \"%s\": what failed comes after that\n",
        codec->sealer.keys[opened->key]->id);
    switch (status) {
    case SC_EXPIRED:
        SAY("it is too old (max-age, exp or _expires)\n");
        break;
    case SC_NOT_YET_VALID:
        SAY("it is from the future: the two clocks differ, or nbf or iat is ahead "
            "(leeway= allows for clocks)\n");
        break;
    case SC_WRONG_CLAIM:
        SAY("it is for another issuer, audience or subject than issuer=, audience=, "
            "subject= or the key's iss= ask for\n");
        break;
    case SC_UNSUPPORTED:
        SAY("what was signed is of a kind that is not read (a pickle that is not plain "
            "data, a session in place of a user id; serializer=pickle reads plain "
            "pickles)\n");
        break;
    case SC_TOO_LARGE:
        SAY("what was signed is larger, deeper or has more members than the limits "
            "(max-bytes=)\n");
        break;
    default:
        SAY("what was signed is not a document of this format: another serializer?\n");
    }
    say_age(codec, opened, env);
}

/* The signature is wrong, or it did not come to that. */
static void say_before_signature(const sc_codec_t *codec, sc_bytes_t token,
                                 sc_status_t status, apr_pool_t *p)
{
    switch (status) {
    case SC_BAD_SIGNATURE:
        SAY("its signature (or authentication tag) is right under none of these keys: "
            "it was changed, or made with another secret or another setting\n");
        break;
    case SC_UNKNOWN_KEY:
        SAY("it names a key (key_id or kid) that is not among these\n");
        break;
    case SC_TOO_LARGE:
        SAY("it has %" APR_SIZE_T_FMT " bytes, the limit is %" APR_SIZE_T_FMT
            " (max-bytes=)\n",
            token.n, codec->options.limits.token);
        break;
    case SC_MALFORMED:
        SAY("it does not have this format's outer form: %s\n", shape(codec->format, p));
        break;
    case SC_UNSUPPORTED:
        SAY("it is of another version or purpose than the keys and options allow\n");
        break;
    default:
        SAY("it came no further than: %s\n", sc_status_name(status));
    }
}

/* A PASETO's own header and footer say what key it wants. */
static void say_paseto(sc_bytes_t token, apr_pool_t *p)
{
    apr_ssize_t dot = sc_bytes_rindex(token, '.');
    const sc_value_t *kid = NULL;
    sc_limits_t limits = {8192, 8192, 8, 64};
    sc_bytes_t footer;
    sc_doc_t *doc;

    if (token.n < 10 || token.p[0] != 'v') return;
    SAY("it says that it is v%c.%s\n",
        token.p[1] >= '1' && token.p[1] <= '4' ? token.p[1] : '?',
        !memcmp(token.p + 2, ".local.", 7) ? "local" : "public");
    if (sc_base64url_decode(&footer, sc_bytes_from(token, (apr_size_t)dot + 1), p))
        return;
    if (sc_doc_parse(&doc, footer, 0, &limits, p) || !sc_doc_find(&kid, doc, "kid"))
        return;
    if (sc_value_type(kid) != SC_STRING) return;
    SAY("its footer names the key (unverified): ");
    tool_put_string(stderr, sc_value_string(kid), p);
    fputc('\n', stderr);
}

/* --- other settings --- */

typedef struct {
    const sc_codec_t *codec; /* the one that failed: its keys are used */
    sc_bytes_t token;
    const sc_env_t *env;
    const char *own_salt; /* "salt=…" */
    apr_pool_t *p;        /* cleared for every try */
    int tried;
} search_t;

/* Whether an option says what holds anyway: the given setting of the format that was
 * asked for, the default of another. */
static bool is_set(const search_t *search, const sc_format_t *format, const char *option)
{
    const sc_envelope_options_t *given = &search->codec->options.envelope;
    int own = format == search->codec->format;
    const char *value = strchr(option, '=') + 1;

    if (*option == 's') return !strcmp(value, own ? given->salt : format->salt);
    if (!strncmp(option, "digest", 6))
        return !strcmp(value, digest_names[own ? given->digest : format->digest]);
    if (!strncmp(option, "derivation", 10))
        return !strcmp(value,
                       derivation_names[own ? given->derivation : format->derivation]);
    return 0;
}

/* Would it have verified like this? Settings that a format does not take count as no. */
static bool would_verify(search_t *search, const sc_format_t *format,
                         const char *const *options, int n)
{
    sc_opened_t opened;
    sc_codec_t *codec;
    int i;

    apr_pool_clear(search->p);
    if (sc_codec_make(&codec, format->name, search->codec->sealer.keys,
                      search->codec->sealer.nkeys, options, n, search->p))
        return 0;
    search->tried++;
    if (!is_authentic(&opened, codec, search->token, search->env, search->p)) return 0;
    SAY("it would have verified with");
    if (format != search->codec->format) fprintf(stderr, " --format %s", format->name);
    for (i = 0; i < n; i++)
        if (!is_set(search, format, options[i]))
            fprintf(stderr, " --option %s", options[i]);
    fprintf(stderr, ", key \"%s\"\n", codec->sealer.keys[opened.key]->id);
    return 1;
}

/* One format under every usual salt, digest and derivation that it has. */
static bool search_settings(search_t *search, const sc_format_t *format)
{
    int nderivations = sc_option_applies("derivation", format) ? COUNT(derivations) : 1;
    int ntimings = sc_option_applies("timed", format) ? COUNT(timings) : 1;
    int nsalts = sc_option_applies("salt", format) ? COUNT(salts) : 1;
    int total = COUNT(digests) * nderivations * nsalts * ntimings, i, n, at;
    const char *options[4], *salt, *timing;

    for (i = 0; i < total; i++) {
        n = 0;
        at = i;
        options[n++] = digests[at % COUNT(digests)];
        at /= COUNT(digests);
        if (nderivations > 1) options[n++] = derivations[at % nderivations];
        at /= nderivations;
        salt = at % nsalts ? salts[at % nsalts] : search->own_salt;
        if (nsalts > 1 && salt) options[n++] = salt;
        timing = timings[at / nsalts];
        if (timing) options[n++] = timing;
        if (would_verify(search, format, options, n)) return 1;
    }
    return 0;
}

/* Other formats as they are, then other settings of this one, then of the others. */
static void search_all(search_t *search)
{
    const sc_format_t *own = search->codec->format, *format;
    int i;

    for (i = 0; (format = sc_format_at(i)) != NULL; i++)
        if (format != own && !format->is_id && would_verify(search, format, NULL, 0))
            return;
    if (sc_option_applies("digest", own) && search_settings(search, own)) return;
    for (i = 0; (format = sc_format_at(i)) != NULL; i++)
        if (format != own && !format->is_id && sc_option_applies("digest", format) &&
            search_settings(search, format))
            return;
    SAY("none of %d usual combinations of format, salt, digest and key derivation "
        "verifies it with these keys\n",
        search->tried);
}

void tool_explain(const sc_codec_t *codec, const tool_args_t *args, sc_bytes_t token,
                  sc_status_t status, apr_pool_t *p)
{
    sc_env_t env = tool_env(args);
    search_t search = {codec, token, &env, NULL, NULL, 0};
    sc_opened_t opened;

    say_tried(codec);
    if (is_authentic(&opened, codec, token, &env, p)) {
        say_after_signature(codec, &opened, status, &env);
        return;
    }
    say_before_signature(codec, token, status, p);
    if (codec->format->envelope->layout == SC_LAYOUT_PASETO) say_paseto(token, p);
    if (token.n > codec->options.limits.token) return;
    if (apr_pool_create(&search.p, p) != APR_SUCCESS) return;
    if (codec->options.envelope.salt)
        search.own_salt = apr_pstrcat(p, "salt=", codec->options.envelope.salt, NULL);
    search_all(&search);
}
