/* SPDX-License-Identifier: Apache-2.0 */
/* Encrypted members: PASETO v4.local tokens under keys that are derived from the source's
 * (HMAC-SHA-256 over the purpose). The implicit assertion is the cookie's name, and the
 * token holds the member's name, so that neither another cookie nor another member takes
 * it. */

#include "httpd/session/vault.h"
#include "core/crypto/crypto.h"
#include <apr_strings.h>

#define PREFIX "v4.local."

static const sc_key_t *derived_key(const sc_key_t *from, apr_pool_t *p)
{
    static const char purpose[] = "mod_sessioncookie: passwords of mod_auth_form";
    unsigned char *secret = sc_secret_alloc(32, p);
    sc_bytes_t text = sc_bytes_str(purpose);
    sc_hmac_t *hmac;
    sc_key_t *key;

    if (!from->secret.n) return NULL;
    hmac = sc_hmac_make(SC_SHA256, from->secret, p);
    if (!hmac || sc_hmac(secret, hmac, &text, 1)) return NULL;
    key = apr_pcalloc(p, sizeof(*key));
    key->id = from->id;
    key->kind = SC_KEY_LOCAL;
    key->version = 4;
    key->secret = sc_bytes(secret, 32);
    return key;
}

const char *msc_vault_make(const sc_codec_t **vault, const sc_codec_t *codec,
                           const char *cookie, apr_pool_t *p)
{
    const sc_key_t **keys =
        apr_palloc(p, sizeof(*keys) * (apr_size_t)codec->sealer.nkeys);
    const char *options[] = {apr_pstrcat(p, "assertion=", cookie, NULL)};
    const char *sentence;
    sc_codec_t *made;
    int n = 0;

    for (int i = 0; i < codec->sealer.nkeys; i++) {
        const sc_key_t *key = derived_key(codec->sealer.keys[i], p);

        if (key)
            keys[n++] = key;
        else if (i == 0)
            return NULL; /* the first one seals */
    }
    sentence = sc_codec_make(&made, "paseto", keys, n, options, 1, p);
    if (!sentence) *vault = made;
    return sentence;
}

bool msc_vault_seal(const char **sealed, const sc_codec_t *vault, const char *name,
                    const char *text, apr_pool_t *p)
{
    sc_env_t env = {.now = apr_time_now(), .random = sc_crypto_random};
    sc_bytes_t token;
    sc_doc_t *doc;

    if (!vault) return false;
    doc = sc_doc_make(0, p);
    sc_doc_put(doc, sc_bytes_str(name), sc_value_make_string(sc_bytes_str(text)));
    if (sc_codec_seal(&token, vault, doc, NULL, &env, p)) return false;
    *sealed = apr_pstrmemdup(p, (const char *)token.p, token.n);
    return true;
}

bool msc_vault_open(const char **text, bool *old, const sc_codec_t *vault,
                    const char *name, sc_bytes_t sealed, apr_pool_t *p)
{
    sc_env_t env = {.now = apr_time_now(), .random = sc_crypto_random};
    apr_size_t n = strlen(PREFIX);
    const sc_session_t *opened;
    const sc_value_t *value;
    sc_bytes_t found;

    if (!vault || sealed.n < n || memcmp(sealed.p, PREFIX, n)) return false;
    if (sc_codec_open(&opened, vault, sealed, &env, p)) return false;
    if (*name == '/' || !sc_doc_find(&value, opened->doc, name)) return false;
    found = sc_value_string(value);
    if (found.n && memchr(found.p, 0, found.n)) return false;
    *text = apr_pstrmemdup(p, (const char *)found.p, found.n);
    if (old && opened->key != vault->sealer.keys[0]) *old = true;
    return true;
}
