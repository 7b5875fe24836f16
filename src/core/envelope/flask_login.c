/* SPDX-License-Identifier: Apache-2.0 */
/* Flask-Login's remember cookie: the user id, "|", and the HMAC-SHA512 of the id in
 * lower-case hex (flask_login/utils.py encode_cookie). It carries no time: it is good for
 * as long as the key is. The id may hold "|", so the cut is at the last one. */
#include "core/envelope/flask_login.h"
#include "core/base/chars.h"
#include "core/base/utf8.h"
#include "core/envelope/salted.h"
#include <apr_strings.h>

/* Flask-Login makes bytes of the key's characters as latin-1, where Flask takes UTF-8
 * (flask_login/utils.py _secret_key). Other bytes are taken as they are. */
static sc_bytes_t latin1_of(sc_bytes_t key, apr_pool_t *p)
{
    unsigned char *to, *at;
    apr_size_t i;

    if (!sc_utf8_valid(key)) return key;
    to = at = sc_secret_alloc(key.n, p);
    for (i = 0; i < key.n; i++) {
        if (key.p[i] > 0xC3) return key;
        if (key.p[i] < 0x80)
            *at++ = key.p[i];
        else {
            *at++ = (unsigned char)(key.p[i] << 6 | (key.p[i + 1] & 0x3F));
            i++;
        }
    }
    return sc_bytes(to, (apr_size_t)(at - to));
}

static const char *flask_login_prepare(sc_sealer_t *sealer, int i, apr_pool_t *p)
{
    const sc_key_t *key = sealer->keys[i];

    if (key->kind != SC_KEY_RAW)
        return apr_psprintf(p,
                            "key %s is a PASETO or PEM key; format %s needs the "
                            "application's SECRET_KEY as text, hex: or base64:",
                            key->id, sealer->format);
    sealer->state[i] = sc_hmac_make(SC_SHA512, latin1_of(key->secret, p), p);
    return sealer->state[i]
               ? NULL
               : apr_psprintf(p, "key %s: OpenSSL offers no SHA-512", key->id);
}

static sc_status_t hex_mac(unsigned char *hex, const sc_hmac_t *hmac, sc_bytes_t text)
{
    unsigned char mac[SC_DIGEST_MAX];
    sc_status_t st = sc_hmac(mac, hmac, &text, 1);

    if (st) return st;
    sc_hex_write(hex, sc_bytes(mac, 64), SC_HEX_LOWER);
    return SC_OK;
}

static sc_status_t flask_login_open(sc_opened_t *opened, const sc_sealer_t *sealer,
                                    sc_bytes_t token, const sc_env_t *env, apr_pool_t *p)
{
    sc_bytes_t text = token, signature;
    unsigned char hex[128];
    sc_status_t st;
    int i;

    (void)env;
    (void)p;
    if (!sc_cut_last(&signature, &text, sealer->sep)) return SC_MALFORMED;
    for (i = 0; i < sealer->nkeys; i++) {
        st = hex_mac(hex, sealer->state[i], text);
        if (st) return st;
        if (!sc_equal(sc_bytes(hex, sizeof(hex)), signature)) continue;
        opened->key = i;
        opened->payload = text;
        return SC_OK;
    }
    return SC_BAD_SIGNATURE;
}

static sc_status_t flask_login_seal(sc_bytes_t *token, const sc_sealer_t *sealer,
                                    const sc_sealing_t *in, const sc_env_t *env,
                                    apr_pool_t *p)
{
    unsigned char hex[128];
    sc_bytes_t parts[3] = {in->payload, sc_bytes(&sealer->sep, 1),
                           sc_bytes(hex, sizeof(hex))};
    sc_status_t st = hex_mac(hex, sealer->state[in->key], in->payload);

    (void)env;
    if (st) return st;
    *token = sc_bytes_join(parts, 3, p);
    return SC_OK;
}

const sc_envelope_t sc_envelope_flask_login = {.layout = SC_LAYOUT_SIGNED,
                                               .prepare = flask_login_prepare,
                                               .open = flask_login_open,
                                               .seal = flask_login_seal};
