/* SPDX-License-Identifier: Apache-2.0 */
/* What the itsdangerous and Django envelopes share: the key that is derived from the
 * application's secret, and cutting from the right, since a payload may hold the
 * separator. */
#include "core/envelope/salted.h"
#include <apr_strings.h>

static const char *derived(unsigned char *to, apr_size_t *n,
                           const sc_envelope_options_t *o, sc_bytes_t secret,
                           apr_pool_t *p)
{
    sc_bytes_t salt = sc_bytes_str(o->salt);
    sc_bytes_t concat[] = {salt, sc_bytes_str("signer"), secret};
    sc_hmac_t *hmac;
    sc_status_t st;

    *n = sc_digest_size(o->digest);
    switch (o->derivation) {
    case SC_DERIVE_HMAC:
        hmac = sc_hmac_make(o->digest, secret, p);
        st = hmac ? sc_hmac(to, hmac, &salt, 1) : SC_ERROR;
        break;
    case SC_DERIVE_DJANGO_CONCAT:
        st = sc_digest(to, o->digest, concat, 3);
        break;
    default:
        concat[1] = secret;
        st = sc_digest(to, o->digest, concat, 2);
        break;
    }
    return st ? "OpenSSL does not offer the digest; use digest=sha256" : NULL;
}

const char *sc_salted_prepare(sc_sealer_t *sealer, int i, apr_pool_t *p)
{
    const sc_key_t *key = sealer->keys[i];
    unsigned char bytes[SC_DIGEST_MAX];
    sc_bytes_t secret = key->secret;
    const char *err = NULL;
    apr_size_t n;

    if (key->kind != SC_KEY_RAW)
        return apr_psprintf(p,
                            "key %s is a PASETO or PEM key; format %s needs the "
                            "application's SECRET_KEY as text, hex: or base64:",
                            key->id, sealer->format);
    if (sealer->options->derivation != SC_DERIVE_NONE) {
        err = derived(bytes, &n, sealer->options, key->secret, p);
        secret = sc_bytes(bytes, n);
    }
    if (!err) sealer->state[i] = sc_hmac_make(sealer->options->digest, secret, p);
    sc_wipe(bytes, sizeof(bytes));
    if (!err && !sealer->state[i])
        err = "OpenSSL does not offer the digest; use digest=sha256";
    return err ? apr_psprintf(p, "key %s: %s", key->id, err) : NULL;
}

bool sc_cut_last(sc_bytes_t *tail, sc_bytes_t *text, char sep)
{
    apr_ssize_t at = sc_bytes_rindex(*text, sep);

    if (at < 0) return false;
    *tail = sc_bytes_from(*text, (apr_size_t)at + 1);
    text->n = (apr_size_t)at;
    return true;
}
