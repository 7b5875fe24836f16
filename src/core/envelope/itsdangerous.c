/* SPDX-License-Identifier: Apache-2.0 */
/* The itsdangerous envelope: payload.timestamp.signature, or payload.signature untimed.
 * Flask's sessions, URLSafe(Timed)Serializer. Cut from the right, since a payload may
 * hold the separator; the signature is over the text, is decoded as leniently as Python
 * does, and must be right in full length before anything else is looked at. */
#include "core/envelope/itsdangerous.h"
#include "core/base/base64.h"
#include "core/envelope/salted.h"

#define TIMESTAMP_MAX 8
#define YEAR_9999     253402300799u /* its last second */

/* Big-endian seconds, 0 to 8 bytes. Python has no date after the year 9999 either. */
sc_status_t sc_itsdangerous_stamp(apr_time_t *issued, sc_bytes_t stamp, apr_pool_t *p)
{
    apr_uint64_t seconds = 0;
    sc_bytes_t bytes;
    sc_status_t st = sc_base64_decode_python(&bytes, stamp, 1, p);
    apr_size_t i;

    if (st) return st;
    if (bytes.n > TIMESTAMP_MAX) return SC_MALFORMED;
    for (i = 0; i < bytes.n; i++)
        seconds = seconds << 8 | bytes.p[i];
    if (seconds > YEAR_9999) return SC_MALFORMED;
    *issued = apr_time_from_sec((apr_time_t)seconds);
    return SC_OK;
}

sc_status_t sc_itsdangerous_split(sc_bytes_t *text, sc_bytes_t *mac,
                                  const sc_sealer_t *sealer, sc_bytes_t token,
                                  apr_pool_t *p)
{
    sc_bytes_t signature;

    if (!sc_cut_last(&signature, &token, sealer->sep)) return SC_MALFORMED;
    if (sc_base64_decode_python(mac, signature, 1, p)) return SC_BAD_SIGNATURE;
    *text = token;
    return SC_OK;
}

/* Any key may have signed: the sealer first, then retired ones, so that rotation logs
 * nobody out. */
sc_status_t sc_itsdangerous_verify(int *key, const sc_sealer_t *sealer, sc_bytes_t text,
                                   sc_bytes_t mac)
{
    sc_status_t st = SC_BAD_SIGNATURE;
    int i;

    for (i = 0; i < sealer->nkeys && st == SC_BAD_SIGNATURE; i++) {
        st = sc_hmac_check(sealer->state[i], &text, 1, mac);
        if (!st) *key = i;
    }
    return st;
}

sc_status_t sc_itsdangerous_finish(sc_opened_t *opened, const sc_sealer_t *sealer,
                                   sc_bytes_t text, apr_pool_t *p)
{
    sc_bytes_t stamp;
    sc_status_t st;

    if (sealer->options->timed) {
        if (!sc_cut_last(&stamp, &text, sealer->sep)) return SC_MALFORMED;
        st = sc_itsdangerous_stamp(&opened->issued, stamp, p);
        if (st) return st;
    }
    opened->payload = text;
    return SC_OK;
}

static sc_status_t itsdangerous_open(sc_opened_t *opened, const sc_sealer_t *sealer,
                                     sc_bytes_t token, const sc_env_t *env, apr_pool_t *p)
{
    sc_bytes_t text, mac;
    sc_status_t st = sc_itsdangerous_split(&text, &mac, sealer, token, p);

    (void)env;
    if (!st) st = sc_itsdangerous_verify(&opened->key, sealer, text, mac);
    if (!st) st = sc_itsdangerous_finish(opened, sealer, text, p);
    return st;
}

static sc_bytes_t itsdangerous_stamp_of(apr_time_t issued, apr_pool_t *p)
{
    apr_uint64_t seconds = issued > 0 ? (apr_uint64_t)apr_time_sec(issued) : 0;
    unsigned char bytes[TIMESTAMP_MAX];
    apr_size_t at = TIMESTAMP_MAX;

    for (; seconds; seconds >>= 8)
        bytes[--at] = (unsigned char)seconds;
    return sc_base64url_encode(sc_bytes(bytes + at, TIMESTAMP_MAX - at), p);
}

sc_status_t sc_itsdangerous_seal(sc_bytes_t *token, const sc_sealer_t *sealer,
                                 const sc_sealing_t *in, const sc_env_t *env,
                                 apr_pool_t *p)
{
    sc_bytes_t sep = sc_bytes(&sealer->sep, 1), parts[5] = {in->payload};
    unsigned char mac[SC_DIGEST_MAX];
    int n = 1;
    sc_status_t st;

    (void)env;
    if (sealer->options->timed) {
        parts[n++] = sep;
        parts[n++] = itsdangerous_stamp_of(in->issued, p);
    }
    st = sc_hmac(mac, sealer->state[in->key], parts, n);
    if (st) return st;
    parts[n++] = sep;
    parts[n++] =
        sc_base64url_encode(sc_bytes(mac, sc_digest_size(sealer->options->digest)), p);
    *token = sc_bytes_join(parts, n, p);
    return SC_OK;
}

const sc_envelope_t sc_envelope_itsdangerous = {.layout = SC_LAYOUT_TIMED,
                                                .takes_digest = true,
                                                .takes_untimed = true,
                                                .prepare = sc_salted_prepare,
                                                .open = itsdangerous_open,
                                                .seal = sc_itsdangerous_seal,
                                                .read_stamp = sc_itsdangerous_stamp};
