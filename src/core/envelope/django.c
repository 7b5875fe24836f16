/* SPDX-License-Identifier: Apache-2.0 */
/* Django's TimestampSigner: payload:timestamp:signature, as signed_cookies sessions and
 * django.core.signing.dumps write it (django/core/signing.py). The signature is compared
 * as text, so unlike itsdangerous' it has one form only; the timestamp is base 62. */
#include "core/envelope/django.h"
#include "core/base/base64.h"
#include "core/envelope/salted.h"

#define STAMP_MAX 11 /* base 62 digits of any 64-bit number */

/* Any key may have signed, the sealer first. The text of the MAC is what is compared. */
static sc_status_t django_verify(int *key, const sc_sealer_t *sealer, sc_bytes_t text,
                                 sc_bytes_t signature, apr_pool_t *p)
{
    unsigned char mac[SC_DIGEST_MAX];
    sc_bytes_t want;
    sc_status_t st;
    int i;

    for (i = 0; i < sealer->nkeys; i++) {
        st = sc_hmac(mac, sealer->state[i], &text, 1);
        if (st) return st;
        want = sc_base64url_encode(sc_bytes(mac, sc_digest_size(sealer->options->digest)),
                                   p);
        if (!sc_equal(want, signature)) continue;
        *key = i;
        return SC_OK;
    }
    return SC_BAD_SIGNATURE;
}

static int base62(unsigned char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
    if (c >= 'a' && c <= 'z') return c - 'a' + 36;
    return -1;
}

/* signing.py b62_decode: unbounded there; here what apr_time_t cannot hold is the end of
 * time. */
static sc_status_t django_stamp(apr_time_t *issued, sc_bytes_t text, apr_pool_t *p)
{
    const apr_int64_t end = APR_INT64_MAX / APR_USEC_PER_SEC;
    apr_int64_t seconds = 0;
    int minus = text.n && text.p[0] == '-', digit;
    apr_size_t i = minus ? 1 : 0;

    (void)p;
    if (text.n == i) return SC_MALFORMED;
    for (; i < text.n; i++) {
        digit = base62(text.p[i]);
        if (digit < 0) return SC_MALFORMED;
        seconds = seconds > (end - digit) / 62 ? end : seconds * 62 + digit;
    }
    *issued = apr_time_from_sec(minus ? -seconds : seconds);
    return SC_OK;
}

static sc_status_t django_open(sc_opened_t *opened, const sc_sealer_t *sealer,
                               sc_bytes_t token, const sc_env_t *env, apr_pool_t *p)
{
    sc_bytes_t text = token, signature, stamp;
    sc_status_t st;

    (void)env;
    if (!sc_cut_last(&signature, &text, sealer->sep)) return SC_MALFORMED;
    st = django_verify(&opened->key, sealer, text, signature, p);
    if (st) return st;
    if (!sc_cut_last(&stamp, &text, sealer->sep)) return SC_MALFORMED;
    st = django_stamp(&opened->issued, stamp, p);
    if (st) return st;
    opened->payload = text;
    return SC_OK;
}

static sc_bytes_t django_stamp_of(apr_time_t issued, apr_pool_t *p)
{
    static const char alphabet[] =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    apr_uint64_t seconds = issued > 0 ? (apr_uint64_t)apr_time_sec(issued) : 0;
    char text[STAMP_MAX];
    int at = STAMP_MAX;

    do
        text[--at] = alphabet[seconds % 62];
    while ((seconds /= 62) != 0);
    return sc_bytes_dup(sc_bytes(text + at, (apr_size_t)(STAMP_MAX - at)), p);
}

static sc_status_t django_seal(sc_bytes_t *token, const sc_sealer_t *sealer,
                               const sc_sealing_t *in, const sc_env_t *env, apr_pool_t *p)
{
    sc_bytes_t sep = sc_bytes(&sealer->sep, 1);
    sc_bytes_t parts[5] = {in->payload, sep, django_stamp_of(in->issued, p), sep};
    unsigned char mac[SC_DIGEST_MAX];
    sc_status_t st = sc_hmac(mac, sealer->state[in->key], parts, 3);

    (void)env;
    if (st) return st;
    parts[4] =
        sc_base64url_encode(sc_bytes(mac, sc_digest_size(sealer->options->digest)), p);
    *token = sc_bytes_join(parts, 5, p);
    return SC_OK;
}

const sc_envelope_t sc_envelope_django = {.layout = SC_LAYOUT_TIMED,
                                          .takes_digest = true,
                                          .prepare = sc_salted_prepare,
                                          .open = django_open,
                                          .seal = django_seal,
                                          .read_stamp = django_stamp};
