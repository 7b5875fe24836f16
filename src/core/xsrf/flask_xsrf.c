/* SPDX-License-Identifier: Apache-2.0 */
/* flask-xsrf 1.0.3: base64url, padded, of hex HMAC-SHA256(user "|" [action "|"] time) "|"
 * time. What counts is the text: it is made again and compared, so of all spellings that
 * Python's base64 and int() read only the one that flask-xsrf writes passes. No token
 * without a user. A future time is accepted, as the peer does; the age is told after the
 * MAC, not before. */
#include "core/xsrf/flask_xsrf.h"
#include "core/base/base64.h"
#include "core/base/chars.h"
#include "core/crypto/crypto.h"
#include <apr_strings.h>

#define MAC_SIZE   32
#define DIGITS_MAX 18

static const char *flask_xsrf_prepare(sc_xsrf_t *xsrf, int i, apr_pool_t *p)
{
    const sc_key_t *key = xsrf->keys[i];

    if (key->kind != SC_KEY_RAW)
        return apr_psprintf(p,
                            "key %s is a PASETO or PEM key; scheme flask-xsrf needs the "
                            "secret of the application's XSRFTokenHandler as text, hex: "
                            "or base64:",
                            key->id);
    xsrf->state[i] = sc_hmac_make(SC_SHA256, key->secret, p);
    if (!xsrf->state[i])
        return apr_psprintf(p, "key %s: OpenSSL does not offer SHA-256", key->id);
    return NULL;
}

static sc_status_t flask_xsrf_text(sc_bytes_t *token, const sc_hmac_t *key,
                                   const sc_xsrf_binding_t *binding, sc_bytes_t time,
                                   apr_pool_t *p)
{
    sc_bytes_t parts[5], bar = sc_bytes_str("|");
    unsigned char mac[MAC_SIZE], hex[2 * MAC_SIZE];
    sc_status_t st;
    int n = 0;

    parts[n++] = binding->user;
    parts[n++] = bar;
    if (binding->action.n) {
        parts[n++] = binding->action;
        parts[n++] = bar;
    }
    parts[n++] = time;
    st = sc_hmac(mac, key, parts, n);
    if (st) return st;

    sc_hex_write(hex, sc_bytes(mac, MAC_SIZE), SC_HEX_LOWER);
    parts[0] = sc_bytes(hex, sizeof(hex));
    parts[1] = bar;
    parts[2] = time;
    parts[0] = sc_base64url_encode(sc_bytes_join(parts, 3, p), p);
    parts[1] = sc_bytes("===", (4 - parts[0].n % 4) % 4);
    *token = sc_bytes_join(parts, 2, p);
    return SC_OK;
}

static sc_status_t flask_xsrf_make(sc_bytes_t *token, const sc_xsrf_t *xsrf,
                                   const sc_xsrf_binding_t *binding, const sc_env_t *env,
                                   apr_pool_t *p)
{
    const char *time = apr_psprintf(p, "%" APR_INT64_T_FMT, apr_time_sec(env->now));

    if (binding->user.n == 0) return SC_ABSENT;
    return flask_xsrf_text(token, xsrf->state[0], binding, sc_bytes_str(time), p);
}

/* The time after the only "|", as Python's str() writes it. */
static sc_status_t flask_xsrf_time(sc_bytes_t *text, apr_time_t *issued, sc_bytes_t token,
                                   apr_pool_t *p)
{
    apr_int64_t seconds = 0;
    apr_ssize_t bar;
    apr_size_t i, sign;
    sc_bytes_t raw;
    sc_status_t st = sc_base64_decode_python(&raw, token, 0, p);

    if (st) return st;
    bar = sc_bytes_index(raw, '|');
    if (bar < 0 || bar != sc_bytes_rindex(raw, '|')) return SC_MALFORMED;
    *text = sc_bytes_from(raw, (apr_size_t)bar + 1);
    sign = text->n && text->p[0] == '-';
    if (text->n == sign || text->n - sign > DIGITS_MAX) return SC_MALFORMED;
    for (i = sign; i < text->n; i++) {
        if (text->p[i] < '0' || text->p[i] > '9') return SC_MALFORMED;
        seconds = seconds * 10 + (text->p[i] - '0');
    }
    if (text->p[sign] == '0' && text->n > 1) return SC_MALFORMED;
    if (seconds > APR_INT64_MAX / APR_USEC_PER_SEC)
        seconds = APR_INT64_MAX / APR_USEC_PER_SEC;
    *issued = apr_time_from_sec(sign ? -seconds : seconds);
    return SC_OK;
}

static sc_status_t flask_xsrf_check(const sc_xsrf_t *xsrf, sc_bytes_t token,
                                    const sc_xsrf_binding_t *binding,
                                    apr_interval_time_t timeout, const sc_env_t *env,
                                    apr_pool_t *p)
{
    sc_bytes_t time, want;
    apr_time_t issued, end;
    sc_status_t st = flask_xsrf_time(&time, &issued, token, p);
    bool good = false;
    int i;

    if (st) return st;
    if (binding->user.n == 0) return SC_BAD_SIGNATURE;
    for (i = 0; i < xsrf->nkeys && !good; i++) {
        st = flask_xsrf_text(&want, xsrf->state[i], binding, time, p);
        if (st) return st;
        good = sc_equal(want, token);
    }
    if (!good) return SC_BAD_SIGNATURE;
    if (timeout < 0 || __builtin_add_overflow(issued, timeout, &end)) return SC_OK;
    return end < env->now ? SC_EXPIRED : SC_OK;
}

const sc_xsrf_scheme_t sc_xsrf_flask_xsrf = {
    .name = "flask-xsrf",
    .field = "xsrf-token",
    .binds = SC_XSRF_USER | SC_XSRF_ACTION,
    .one_time = true, /* flask_xsrf.py, XSRFTokenHandler */
    .wanted = "give the user, as in --option user=ID",
    .prepare = flask_xsrf_prepare,
    .make = flask_xsrf_make,
    .check = flask_xsrf_check,
};
