/* SPDX-License-Identifier: Apache-2.0 */
/* Our own tokens: "2." base64url(time 8 | random 16 | tag 16 | mac 32). The mac is
 * HMAC-SHA-256 over all before it; the tag is an HMAC of the binding under another key,
 * cut to 16 bytes, so that a token of somebody else's is told from a forged one. Both
 * keys come from the secret with a label, for the secret may seal sessions as well. Every
 * token is bound to a visitor. Refused: another length or version (version 1 did not
 * always bind to the visitor), bad mac, too old, from the future, another binding. */
#include "core/xsrf/signed.h"
#include "core/base/base64.h"
#include "core/crypto/crypto.h"
#include <apr_strings.h>

#define TIME_SIZE   8
#define RANDOM_SIZE 16
#define TAG_SIZE    16
#define MAC_SIZE    32
#define HEAD_SIZE   (TIME_SIZE + RANDOM_SIZE)
#define BODY_SIZE   (HEAD_SIZE + TAG_SIZE)
#define RAW_SIZE    (BODY_SIZE + MAC_SIZE)
#define VERSION     "2."
#define TEXT_SIZE   (2 + RAW_SIZE / 3 * 4)

/* Servers that share a key need not agree on the second. */
#define SKEW apr_time_from_sec(60)

typedef struct {
    sc_hmac_t *mac;
    sc_hmac_t *tag;
} signed_keys_t;

static sc_hmac_t *signed_derive(const sc_hmac_t *secret, const char *label, apr_pool_t *p)
{
    unsigned char bytes[SC_DIGEST_MAX];
    sc_bytes_t part = sc_bytes_str(label);
    sc_hmac_t *key = NULL;

    if (sc_hmac(bytes, secret, &part, 1) == SC_OK)
        key = sc_hmac_make(SC_SHA256, sc_bytes(bytes, MAC_SIZE), p);
    sc_wipe(bytes, sizeof(bytes));
    return key;
}

static const char *signed_prepare(sc_xsrf_t *xsrf, int i, apr_pool_t *p)
{
    const sc_key_t *key = xsrf->keys[i];
    signed_keys_t *keys = apr_palloc(p, sizeof(*keys));
    sc_hmac_t *secret;

    if (key->kind != SC_KEY_RAW && key->kind != SC_KEY_LOCAL)
        return apr_psprintf(p,
                            "key %s is a public or secret key; scheme signed needs a "
                            "secret as text, hex:, base64: or k4.local",
                            key->id);
    secret = sc_hmac_make(SC_SHA256, key->secret, p);
    keys->mac =
        secret ? signed_derive(secret, "mod_sessioncookie xsrf signed 2: mac", p) : NULL;
    keys->tag =
        secret ? signed_derive(secret, "mod_sessioncookie xsrf signed 2: tag", p) : NULL;
    if (!keys->mac || !keys->tag)
        return apr_psprintf(p, "key %s: OpenSSL does not offer SHA-256", key->id);
    xsrf->state[i] = keys;
    return NULL;
}

#define PARTS 6 /* of a binding */

/* The tag of a binding: each part after its letter and length, so that no two bindings
 * read alike. */
static sc_status_t tag_of(unsigned char *tag, const signed_keys_t *keys, sc_bytes_t head,
                          const sc_xsrf_binding_t *b)
{
    /* lint: -Wanalyzer-use-of-uninitialized-value: the caller has copied all of *b. */
    const sc_bytes_t values[PARTS] = {b->visitor, b->source, b->user,
                                      b->session, b->ip,     b->action};
    static const char letters[] = "vousia";
    unsigned char heads[PARTS][9], full[SC_DIGEST_MAX];
    sc_bytes_t parts[1 + 2 * PARTS] = {head};
    sc_status_t st;
    int i, j, n = 1;

    for (i = 0; i < PARTS; i++) {
        if (values[i].n == 0) continue;
        heads[i][0] = (unsigned char)letters[i];
        for (j = 0; j < 8; j++)
            heads[i][1 + j] = (unsigned char)((apr_uint64_t)values[i].n >> (56 - 8 * j));
        parts[n++] = sc_bytes(heads[i], sizeof(heads[i]));
        parts[n++] = values[i];
    }
    st = sc_hmac(full, keys->tag, parts, n);
    if (!st) memcpy(tag, full, TAG_SIZE);
    return st;
}

static sc_status_t signed_make(sc_bytes_t *token, const sc_xsrf_t *xsrf,
                               const sc_xsrf_binding_t *binding, const sc_env_t *env,
                               apr_pool_t *p)
{
    const signed_keys_t *keys = xsrf->state[0];
    apr_uint64_t seconds = env->now > 0 ? (apr_uint64_t)apr_time_sec(env->now) : 0;
    sc_bytes_t parts[2] = {sc_bytes_str(VERSION)};
    unsigned char raw[RAW_SIZE];
    sc_status_t st;
    int i;

    if (!binding->visitor.n) return SC_ABSENT;
    for (i = 0; i < TIME_SIZE; i++)
        raw[i] = (unsigned char)(seconds >> (56 - 8 * i));
    if (env->random(env->baton, raw + TIME_SIZE, RANDOM_SIZE) != 0) return SC_ERROR;
    st = tag_of(raw + HEAD_SIZE, keys, sc_bytes(raw, HEAD_SIZE), binding);
    if (st) return st;
    parts[1] = sc_bytes(raw, BODY_SIZE);
    st = sc_hmac(raw + BODY_SIZE, keys->mac, parts, 2);
    if (st) return st;
    parts[1] = sc_base64url_encode(sc_bytes(raw, RAW_SIZE), p);
    *token = sc_bytes_join(parts, 2, p);
    return SC_OK;
}

static sc_status_t age_of(const unsigned char *raw, apr_interval_time_t timeout,
                          apr_time_t now)
{
    apr_uint64_t seconds = 0;
    apr_time_t issued;
    int i;

    for (i = 0; i < TIME_SIZE; i++)
        seconds = seconds << 8 | raw[i];
    if (seconds > (apr_uint64_t)(APR_INT64_MAX / APR_USEC_PER_SEC))
        return SC_NOT_YET_VALID;
    issued = apr_time_from_sec((apr_time_t)seconds);
    now -= apr_time_usec(now);
    if (issued > now + SKEW) return SC_NOT_YET_VALID;
    return timeout >= 0 && now - issued > timeout ? SC_EXPIRED : SC_OK;
}

/* Whether the token, up to its mac, was made for this binding. */
static sc_status_t binding_check(const signed_keys_t *keys, sc_bytes_t raw,
                                 const sc_xsrf_binding_t *binding)
{
    unsigned char tag[TAG_SIZE];
    sc_status_t st = tag_of(tag, keys, sc_bytes(raw.p, HEAD_SIZE), binding);

    if (st) return st;
    return sc_equal(sc_bytes(tag, TAG_SIZE), sc_bytes(raw.p + HEAD_SIZE, TAG_SIZE))
               ? SC_OK
               : SC_MISMATCH;
}

/* The form may have been opened before the login: what a session adds to the binding may
 * be missing, never the visitor. */
static sc_status_t visitor_check(const signed_keys_t *keys, sc_bytes_t raw,
                                 const sc_xsrf_binding_t *binding)
{
    sc_xsrf_binding_t before = *binding;
    sc_status_t st;

    if (!binding->visitor.n) return SC_MISMATCH;
    st = binding_check(keys, raw, binding);
    if (st != SC_MISMATCH) return st;
    /* lint: -Wanalyzer-use-of-uninitialized-value: this assigns it. */
    before.source = before.user = before.session = sc_bytes(NULL, 0);
    return binding_check(keys, raw, &before);
}

static sc_status_t signed_check(const sc_xsrf_t *xsrf, sc_bytes_t token,
                                const sc_xsrf_binding_t *binding,
                                apr_interval_time_t timeout, const sc_env_t *env,
                                apr_pool_t *p)
{
    sc_bytes_t parts[2] = {sc_bytes_str(VERSION)}, raw;
    sc_status_t st;
    int i;

    if (token.n != TEXT_SIZE || memcmp(token.p, VERSION, 2)) return SC_MALFORMED;
    st = sc_base64url_decode(&raw, sc_bytes_from(token, 2), p);
    if (st) return st;

    parts[1] = sc_bytes(raw.p, BODY_SIZE);
    st = SC_BAD_SIGNATURE;
    for (i = 0; i < xsrf->nkeys && st == SC_BAD_SIGNATURE; i++)
        st = sc_hmac_check(((const signed_keys_t *)xsrf->state[i])->mac, parts, 2,
                           sc_bytes_from(raw, BODY_SIZE));
    if (st) return st;

    st = age_of(raw.p, timeout, env->now);
    return st ? st : visitor_check(xsrf->state[i - 1], raw, binding);
}

const sc_xsrf_scheme_t sc_xsrf_signed = {
    .name = "signed",
    .field = "xsrf-token",
    .binds = SC_XSRF_USER | SC_XSRF_SESSION | SC_XSRF_IP | SC_XSRF_VISITOR |
             SC_XSRF_SOURCE | SC_XSRF_ACTION,
    .wanted = "name the visitor, as in --option visitor=COOKIE; in a session also its "
              "source= and user=",
    .prepare = signed_prepare,
    .make = signed_make,
    .check = signed_check,
};
