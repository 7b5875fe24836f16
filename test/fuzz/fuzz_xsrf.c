/* SPDX-License-Identifier: Apache-2.0 */
/* The XSRF token schemes, one of which the first byte picks. Any bytes as a token: none
 * with a key takes them. Any bytes as the payload that Flask-WTF's key has signed. Any
 * bytes as whom a token is made for: it passes for them, and for nobody else. */
#include "fuzz.h"
#include "core/codec/codec.h"
#include "core/xsrf/flask_wtf.h"
#include "core/xsrf/xsrf.h"

static const sc_env_t env = {.now = FUZZ_NOW, .random = fuzz_random};

static void signed_payload(const sc_xsrf_t *xsrf, sc_bytes_t bytes,
                           const sc_xsrf_binding_t *binding, apr_pool_t *p)
{
    const sc_codec_t *codec = xsrf->state[0];
    const sc_format_t *format = codec->format;
    sc_sealing_t in = {bytes, 0, env.now, {NULL, 0}};
    sc_bytes_t token;
    sc_status_t st;

    must(format->envelope->seal(&token, &codec->sealer, &in, &env, p) == SC_OK);
    st = sc_xsrf_check(xsrf, token, binding, 0, &env, p);
    must(st != SC_BAD_SIGNATURE && st != SC_EXPIRED);
    if (format->coding->pack(&in.payload, bytes, p)) return;
    must(format->envelope->seal(&token, &codec->sealer, &in, &env, p) == SC_OK);
    st = sc_xsrf_check(xsrf, token, binding, 0, &env, p);
    must(st != SC_BAD_SIGNATURE && st != SC_EXPIRED);
}

static void made_for(const sc_xsrf_t *xsrf, sc_bytes_t bytes, apr_pool_t *p)
{
    sc_xsrf_binding_t b = {.user = bytes, .secret = bytes}, other;
    sc_bytes_t token;
    sc_status_t st = sc_xsrf_make(&token, xsrf, &b, &env, p);

    if (st) {
        must(st == SC_ABSENT || st == SC_MALFORMED || st == SC_TOO_LARGE);
        return;
    }
    /* What is no UTF-8 is not written as JSON and read back. */
    st = sc_xsrf_check(xsrf, token, &b, 0, &env, p);
    must(st == SC_OK || xsrf->scheme == &sc_xsrf_flask_wtf);
    other = b;
    other.user = other.secret = sc_bytes(bytes.p, bytes.n - 1);
    must(sc_xsrf_check(xsrf, token, &other, 0, &env, p) != SC_OK);
}

#define SCHEMES_MAX 8

static sc_xsrf_t *prepared[SCHEMES_MAX];
static int nschemes;

void fuzz_start(apr_pool_t *p)
{
    sc_key_t *key = apr_pcalloc(p, sizeof(*key));
    const sc_key_t **keys = apr_palloc(p, sizeof(*keys));
    const sc_xsrf_scheme_t *scheme;

    must(sc_crypto_init() == NULL);
    key->id = "main";
    key->secret = sc_bytes_str("a secret for fuzzing");
    keys[0] = key;
    for (; (scheme = sc_xsrf_scheme_at(nschemes)); nschemes++) {
        must(nschemes < SCHEMES_MAX);
        must(!sc_xsrf_prepare(&prepared[nschemes], scheme->name, keys, 1, p));
    }
}

void fuzz_try(sc_bytes_t bytes, apr_pool_t *p)
{
    const sc_xsrf_t *xsrf = prepared[fuzz_byte(&bytes) % (unsigned)nschemes];
    sc_xsrf_binding_t b = {.user = sc_bytes_str("u"),
                           .secret = sc_bytes_str("abcdefghijABCDEFGHIJ0123456789zZ")};
    sc_status_t st = sc_xsrf_check(xsrf, bytes, &b, -1, &env, p);
    bool keyless = xsrf->scheme->keyless;

    must(st != SC_OK || keyless);
    made_for(xsrf, bytes, p);
    if (xsrf->scheme == &sc_xsrf_flask_wtf) signed_payload(xsrf, bytes, &b, p);
    if (!keyless || bytes.n < 64) return;

    /* As token and cookie at once. */
    b.secret = sc_bytes_from(bytes, bytes.n / 2);
    st = sc_xsrf_check(xsrf, sc_bytes(bytes.p, bytes.n / 2), &b, -1, &env, p);
    must(st == SC_OK || st == SC_MALFORMED || st == SC_MISMATCH || st == SC_TOO_LARGE);
}
