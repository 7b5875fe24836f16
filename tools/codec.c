/* SPDX-License-Identifier: Apache-2.0 */
/* The codec that a command line asks for. */
#include "codec.h"
#include <stdio.h>

/* A codec without keys, for the parts of an envelope that need none. */
static const char *codec_without_keys(sc_codec_t **out, const tool_args_t *args,
                                      apr_pool_t *p)
{
    sc_codec_t *codec = apr_pcalloc(p, sizeof(*codec));
    const char *err;
    int i;

    codec->format = sc_format_find(args->format);
    sc_options_default(&codec->options, codec->format);
    for (i = 0; i < args->options->nelts; i++) {
        err = sc_option_set(&codec->options, codec->format,
                            APR_ARRAY_IDX(args->options, i, const char *), p);
        if (err) return err;
    }
    *out = codec;
    return NULL;
}

static bool is_old_version(const tool_args_t *args)
{
    int i, version = 0;

    for (i = 0; i < args->options->nelts; i++) {
        const char *option = APR_ARRAY_IDX(args->options, i, const char *);

        if (!strncmp(option, "version=", 8))
            version = option[8 + (option[8] == 'v')] - '0';
    }
    if (!version && args->ring.keys->nelts)
        version = APR_ARRAY_IDX(args->ring.keys, 0, const sc_key_t *)->version;
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
    return sc_codec_make(codec, args->format,
                         (const sc_key_t *const *)args->ring.keys->elts,
                         args->ring.keys->nelts, (const char *const *)args->options->elts,
                         args->options->nelts, p);
}

sc_face_t tool_face(const sc_codec_t *codec)
{
    return sc_codec_is_tagged(codec) ? SC_TAGGED : SC_PLAIN;
}
