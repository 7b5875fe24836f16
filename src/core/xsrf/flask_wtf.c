/* SPDX-License-Identifier: Apache-2.0 */
/* Flask-WTF: URLSafeTimedSerializer(secret, salt="wtf-csrf-token") of the session's
 * csrf_token, which is a JSON string. Two checks: the signature with its age, and
 * equality with what the verified session holds. Refused: the session's own value sent as
 * it is, a signed value that is not a string, a future time where an age is asked for. */
#include "core/xsrf/flask_wtf.h"
#include "core/codec/claims.h"
#include "core/codec/codec.h"
#include "core/document/read.h"
#include <apr_strings.h>

/* All keys are in one codec, which is state[0]. */
static const char *flask_wtf_prepare(sc_xsrf_t *xsrf, int i, apr_pool_t *p)
{
    static const char *const options[] = {"salt=wtf-csrf-token", "max-age=off"};
    sc_codec_t *codec;
    const char *err;

    if (i > 0) return NULL;
    err = sc_codec_make(&codec, "itsdangerous", xsrf->keys, xsrf->nkeys, options, 2, p);
    if (!err) xsrf->state[0] = codec;
    return err;
}

static sc_status_t flask_wtf_make(sc_bytes_t *token, const sc_xsrf_t *xsrf,
                                  const sc_xsrf_binding_t *binding, const sc_env_t *env,
                                  apr_pool_t *p)
{
    const sc_codec_t *codec = xsrf->state[0];
    sc_sealing_t in = {.issued = env->now};
    sc_value_t *text;
    sc_bytes_t json;
    sc_status_t st;

    if (binding->secret.n == 0) return SC_ABSENT;
    text = sc_value_make_string(binding->secret);
    json = sc_value_write(text, SC_COMPACT, p);
    sc_value_release(text);
    st = codec->format->coding->pack(&in.payload, json, p);
    if (st) return st;
    return codec->format->envelope->seal(token, &codec->sealer, &in, env, p);
}

/* The string that was signed. */
static sc_status_t open_text(sc_bytes_t *text, const sc_codec_t *codec, sc_bytes_t packed,
                             apr_pool_t *p)
{
    const sc_limits_t *limits = &codec->options.limits;
    sc_value_t *value;
    sc_bytes_t json;
    sc_status_t st = codec->format->coding->unpack(&json, packed, limits, p);

    if (!st) st = sc_value_parse(&value, json, limits, p);
    if (st) return st;
    if (sc_value_type(value) != SC_STRING) return SC_MALFORMED;
    *text = sc_value_string(value);
    return SC_OK;
}

static sc_status_t flask_wtf_check(const sc_xsrf_t *xsrf, sc_bytes_t token,
                                   const sc_xsrf_binding_t *binding,
                                   apr_interval_time_t timeout, const sc_env_t *env,
                                   apr_pool_t *p)
{
    const sc_codec_t *codec = xsrf->state[0];
    sc_options_t aged = codec->options;
    sc_opened_t opened = {.issued = SC_NEVER};
    apr_time_t expires;
    sc_bytes_t text;
    sc_status_t st =
        codec->format->envelope->open(&opened, &codec->sealer, token, env, p);

    if (st) return st;
    aged.max_age = timeout;
    st = sc_age_check(&expires, codec->format, &aged, opened.issued, env->now);
    if (!st) st = open_text(&text, codec, opened.payload, p);
    if (st) return st;
    if (binding->secret.n == 0 || !sc_equal(text, binding->secret)) return SC_MISMATCH;
    return SC_OK;
}

const sc_xsrf_scheme_t sc_xsrf_flask_wtf = {
    .name = "flask-wtf",
    .field = "csrf_token",
    .binds = SC_XSRF_SECRET,
    .secret = SC_SECRET_IN_SESSION,
    .secret_name = "csrf_token",
    .wanted = "give a session with a csrf_token, as in --session "
              "'{\"csrf_token\":\"VALUE\"}'",
    .prepare = flask_wtf_prepare,
    .make = flask_wtf_make,
    .check = flask_wtf_check,
};
