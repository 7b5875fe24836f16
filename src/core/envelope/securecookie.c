/* SPDX-License-Identifier: Apache-2.0 */
/* The envelope of werkzeug's SecureCookie (werkzeug.contrib.securecookie up to 0.16, then
 * secure-cookie): base64(HMAC) "?" item "&" item, the MAC over "|" and the item for each
 * item as it stands in the cookie. Refuses a cookie without "?", one without items, and
 * any "|" among them. The key is the secret itself, the digest an option: the cookie does
 * not say. */

#include "core/envelope/securecookie.h"
#include "core/base/base64.h"

#include <apr_strings.h>

static const char *securecookie_prepare(sc_sealer_t *sealer, int i, apr_pool_t *p)
{
    const sc_key_t *key = sealer->keys[i];

    if (key->kind != SC_KEY_RAW)
        return apr_psprintf(
            p,
            "key %s is a PASERK or PEM key, but format werkzeug signs with "
            "the application's secret_key: give that text",
            key->id);
    sealer->state[i] = sc_hmac_make(sealer->options->digest, key->secret, p);
    if (!sealer->state[i])
        return apr_psprintf(
            p, "key %s cannot be used: OpenSSL has no HMAC with that digest", key->id);
    return NULL;
}

/* What the MAC is over: each item after a "|". */
static sc_bytes_t securecookie_signed_text(sc_bytes_t items, apr_pool_t *p)
{
    unsigned char *text = apr_palloc(p, items.n + 1);
    apr_size_t n = 0, i;

    if (items.n) text[n++] = '|';
    for (i = 0; i < items.n; i++)
        text[n++] = items.p[i] == '&' ? '|' : items.p[i];
    return sc_bytes(text, n);
}

static sc_status_t securecookie_open(sc_opened_t *opened, const sc_sealer_t *sealer,
                                     sc_bytes_t token, const sc_env_t *env, apr_pool_t *p)
{
    apr_ssize_t mark = sc_bytes_index(token, '?');
    sc_bytes_t items, mac, text;
    sc_status_t st;
    int i;

    (void)env;
    if (mark < 0) return SC_MALFORMED;
    items = sc_bytes_from(token, (apr_size_t)mark + 1);
    /* The MAC cannot tell a "|" inside an item from one between two: "a=1&b=2" would pass
     * as the one item "a=1|b=2". No writer produces it: names quote it, base64 has none.
     */
    if (items.n == 0 || sc_bytes_index(items, '|') >= 0) return SC_MALFORMED;
    /* Strictly: the peer drops junk and unused bits from the MAC, by which a signed
     * cookie would have many texts. */
    st = sc_base64_decode(&mac, sc_bytes(token.p, (apr_size_t)mark), p);
    if (st) return st;
    text = securecookie_signed_text(items, p);
    for (i = 0; i < sealer->nkeys; i++) {
        st = sc_hmac_check(sealer->state[i], &text, 1, mac);
        if (st == SC_BAD_SIGNATURE) continue;
        if (st) return st;
        opened->payload = items;
        opened->key = i;
        opened->issued = SC_NEVER;
        opened->footer = sc_bytes(NULL, 0);
        return SC_OK;
    }
    return SC_BAD_SIGNATURE;
}

static sc_status_t securecookie_seal(sc_bytes_t *token, const sc_sealer_t *sealer,
                                     const sc_sealing_t *in, const sc_env_t *env,
                                     apr_pool_t *p)
{
    unsigned char mac[SC_DIGEST_MAX];
    sc_bytes_t text = securecookie_signed_text(in->payload, p), parts[3];
    sc_status_t st;

    (void)env;
    st = sc_hmac(mac, sealer->state[in->key], &text, 1);
    if (st) return st;
    parts[0] =
        sc_base64_encode(sc_bytes(mac, sc_digest_size(sealer->options->digest)), p);
    parts[1] = sc_bytes_str("?");
    parts[2] = in->payload;
    *token = sc_bytes_join(parts, 3, p);
    return SC_OK;
}

const sc_envelope_t sc_envelope_securecookie = {
    .layout = SC_LAYOUT_ITEMS,
    .takes_digest = true,
    .prepare = securecookie_prepare,
    .open = securecookie_open,
    .seal = securecookie_seal,
};
