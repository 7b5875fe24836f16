/* SPDX-License-Identifier: Apache-2.0 */
/* decode --unverified: what is inside a token, without keys. Nothing here is authentic,
 * the module has no such function, and every answer says so: "status":"unverified", a
 * sentence on standard error, exit code 1. Local PASETO tokens are encrypted: their
 * footer and version are all that can be seen. */
#include "tool.h"
#include <apr_strings.h>
#include "core/base/base64.h"
#include "core/envelope/itsdangerous.h"
#include "core/codec/options.h"

/* A codec without keys, for the parts of an envelope that need none. */
static const char *codec_without_keys(sc_codec_t **out, const tool_args_t *args,
                                      apr_pool_t *p)
{
    sc_codec_t *codec = apr_pcalloc(p, sizeof(*codec));
    const char *err;
    int i;

    codec->format = sc_format_find(args->format);
    codec->serializer = codec->format->serializer;
    sc_options_default(&codec->options, codec->format);
    for (i = 0; i < args->options->nelts; i++) {
        err = sc_option_set(codec, APR_ARRAY_IDX(args->options, i, const char *), p);
        if (err) return err;
    }
    *out = codec;
    return NULL;
}

static int is_old_version(const tool_args_t *args)
{
    int i, version = 0;

    for (i = 0; i < args->options->nelts; i++) {
        const char *option = APR_ARRAY_IDX(args->options, i, const char *);

        if (!strncmp(option, "version=", 8))
            version = option[8 + (option[8] == 'v')] - '0';
    }
    if (!version && args->keys->nelts)
        version = APR_ARRAY_IDX(args->keys, 0, const sc_key_t *)->version;
    return version == 1 || version == 2;
}

/* PASETO v1 and v2 have no implicit assertion. A server's configuration that gives one is
 * refused, because it would protect nothing; who tries tokens by hand or by script may
 * give the same options to every version. */
static void drop_assertion(const tool_args_t *args)
{
    int i, kept = 0;

    if (!is_old_version(args)) return;
    for (i = 0; i < args->options->nelts; i++) {
        const char *option = APR_ARRAY_IDX(args->options, i, const char *);

        if (strncmp(option, "assertion=", 10))
            APR_ARRAY_IDX(args->options, kept++, const char *) = option;
    }
    if (kept < args->options->nelts)
        fputs("sessioncookie: warning: PASETO v1 and v2 have no implicit assertion: "
              "assertion= counts for nothing here\n",
              stderr);
    args->options->nelts = kept;
}

const char *tool_codec(sc_codec_t **codec, const tool_args_t *args, apr_pool_t *p)
{
    drop_assertion(args);
    if (args->given & ARG_UNVERIFIED) return codec_without_keys(codec, args, p);
    return sc_codec_make(codec, args->format, (const sc_key_t *const *)args->keys->elts,
                         args->keys->nelts, (const char *const *)args->options->elts,
                         args->options->nelts, p);
}

/* Django's base62. */
static int base62(apr_int64_t *number, sc_bytes_t text)
{
    static const char digits[] =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const char *at;
    apr_size_t i;

    *number = 0;
    if (text.n == 0 || text.n > 8) return 0;
    for (i = 0; i < text.n; i++) {
        at = text.p[i] ? strchr(digits, text.p[i]) : NULL;
        if (!at) return 0;
        *number = *number * 62 + (at - digits);
    }
    return 1;
}

int tool_timestamp(apr_time_t *t, const sc_format_t *format, sc_bytes_t text,
                   apr_pool_t *p)
{
    apr_int64_t seconds = 0;
    sc_bytes_t bytes;
    apr_size_t i;

    if (tool_enveloped(format, "django")) {
        if (!base62(&seconds, text)) return 0;
    }
    else {
        if (sc_base64_decode_python(&bytes, text, 1, p) || bytes.n > 5) return 0;
        for (i = 0; i < bytes.n; i++)
            seconds = seconds * 256 + bytes.p[i];
    }
    if (seconds > APR_INT64_MAX / APR_USEC_PER_SEC) return 0;
    *t = seconds * APR_USEC_PER_SEC;
    return 1;
}

static sc_status_t decode(tool_found_t *found, const sc_codec_t *codec,
                          sc_bytes_t payload, apr_pool_t *p)
{
    const sc_envelope_t *envelope = codec->format->envelope;
    sc_status_t st;
    sc_doc_t *doc;

    if (envelope->unpack) {
        st = envelope->unpack(&payload, codec, payload, p);
        if (st) return st;
    }
    st = codec->serializer->decode(&doc, codec, payload, p);
    if (st) return st;
    found->doc = doc;
    return SC_OK;
}

/* payload SEP timestamp SEP signature. */
static sc_status_t look_timed(tool_found_t *found, const sc_codec_t *codec,
                              sc_bytes_t token, apr_pool_t *p)
{
    sc_bytes_t signature, stamp;
    char sep = codec->format->sep;

    if (!sc_cut_last(&signature, &token, sep)) return SC_MALFORMED;
    if (codec->options.timed) {
        if (!sc_cut_last(&stamp, &token, sep)) return SC_MALFORMED;
        if (!tool_timestamp(&found->issued, codec->format, stamp, p)) return SC_MALFORMED;
    }
    return decode(found, codec, token, p);
}

/* base64(MAC) ? items. */
static sc_status_t look_items(tool_found_t *found, const sc_codec_t *codec,
                              sc_bytes_t token, apr_pool_t *p)
{
    apr_ssize_t at = sc_bytes_index(token, '?');

    if (at < 0) return SC_MALFORMED;
    return decode(found, codec, sc_bytes_from(token, (apr_size_t)at + 1), p);
}

/* text | hex(MAC). */
static sc_status_t look_login(tool_found_t *found, const sc_codec_t *codec,
                              sc_bytes_t token, apr_pool_t *p)
{
    sc_bytes_t mac;

    if (!sc_cut_last(&mac, &token, '|')) return SC_MALFORMED;
    return decode(found, codec, token, p);
}

/* How long a public token's signature is: RSA-2048, Ed25519, P-384, Ed25519. */
static apr_size_t signature_size(int version)
{
    static const apr_size_t sizes[] = {0, 256, 64, 96, 64};

    return sizes[version];
}

/* v4.local.body[.footer] */
static sc_status_t look_paseto(tool_found_t *found, const sc_codec_t *codec,
                               sc_bytes_t token, apr_pool_t *p)
{
    sc_bytes_t body, footer = {NULL, 0};
    apr_ssize_t dot;
    int local;

    if (token.n < 10 || token.p[0] != 'v' || token.p[1] < '1' || token.p[1] > '4')
        return SC_MALFORMED;
    local = !memcmp(token.p + 2, ".local.", 7);
    if (!local && memcmp(token.p + 2, ".public.", 8)) return SC_MALFORMED;
    found->version = token.p[1] - '0';
    found->purpose = local ? "local" : "public";
    body = sc_bytes_from(token, local ? 9 : 10);
    dot = sc_bytes_index(body, '.');
    if (dot >= 0) {
        footer = sc_bytes_from(body, (apr_size_t)dot + 1);
        body.n = (apr_size_t)dot;
        if (sc_base64url_decode(&footer, footer, p)) return SC_MALFORMED;
    }
    if (sc_base64url_decode(&body, body, p)) return SC_MALFORMED;
    found->footer = footer;
    if (local) return SC_OK;
    if (body.n < signature_size(found->version)) return SC_MALFORMED;
    body.n -= signature_size(found->version);
    return decode(found, codec, body, p);
}

static sc_status_t look(tool_found_t *found, const sc_codec_t *codec, sc_bytes_t token,
                        apr_pool_t *p)
{
    if (token.n > codec->options.limits.token) return SC_TOO_LARGE;
    if (tool_enveloped(codec->format, "itsdangerous") ||
        tool_enveloped(codec->format, "django"))
        return look_timed(found, codec, token, p);
    if (tool_enveloped(codec->format, "securecookie"))
        return look_items(found, codec, token, p);
    if (tool_enveloped(codec->format, "login")) return look_login(found, codec, token, p);
    if (tool_enveloped(codec->format, "paseto"))
        return look_paseto(found, codec, token, p);
    return SC_UNSUPPORTED;
}

void tool_unverified(const sc_codec_t *codec, const tool_args_t *args, sc_bytes_t token,
                     apr_pool_t *p)
{
    tool_found_t found = {
        .issued = SC_NEVER, .expires = SC_NEVER, .face = tool_face(codec)};
    sc_status_t st = look(&found, codec, token, p);

    if (st) {
        tool_put_refusal(st, args->format);
        return;
    }
    tool_put_session(&found, "unverified", args->format, (args->given & ARG_TAGGED) != 0,
                     p);
    fputs("sessioncookie: nothing was verified: anybody could have written this token\n",
          stderr);
}
