/* SPDX-License-Identifier: Apache-2.0 */
/* A login of mod_auth_form inside a session that the application shares. It keeps the
 * name and the password in the session and checks them on each request. The cookie of
 * most formats can be read by its owner and by whatever reads the browser's disk, so the
 * password is encrypted on its own (PASETO v4.local, a key derived from the source's,
 * tied to cookie and entry); the name is also put where the application looks for its
 * user. */

#include "httpd/mod_session/auth_form.h"
#include "core/crypto/crypto.h"

#define VAULT_PREFIX "v4.local."

static const sc_key_t *derived(const sc_key_t *from, apr_pool_t *p)
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

const char *msc_form_vault(const sc_codec_t **vault, const sc_codec_t *codec,
                           const char *cookie, apr_pool_t *p)
{
    const sc_key_t **keys =
        apr_palloc(p, sizeof(*keys) * (apr_size_t)codec->sealer.nkeys);
    const char *options[] = {apr_pstrcat(p, "assertion=", cookie, NULL)};
    const char *sentence;
    sc_codec_t *made;
    int n = 0;

    for (int i = 0; i < codec->sealer.nkeys; i++) {
        const sc_key_t *key = derived(codec->sealer.keys[i], p);

        if (key)
            keys[n++] = key;
        else if (i == 0)
            return NULL; /* the first one seals */
    }
    sentence = sc_codec_make(&made, "paseto", keys, n, options, 1, p);
    if (!sentence) *vault = made;
    return sentence;
}

static int ends(const char *name, const char *end)
{
    apr_size_t n = strlen(name), m = strlen(end);

    return n > m && !strcmp(name + n - m, end);
}

int msc_form_realm(const char **realm, const char *name, const char *end, apr_pool_t *p)
{
    if (!ends(name, end)) return 0;
    *realm = apr_pstrndup(p, name, strlen(name) - strlen(end));
    return 1;
}

int msc_form_is_secret(const char *name, int (*has)(void *baton, const char *name),
                       void *baton)
{
    char user[256];
    apr_size_t n;

    if (ends(name, "-pw")) return 1;
    if (!ends(name, "-site")) return 0;
    n = strlen(name) - strlen("-site");
    if (n + sizeof("-user") > sizeof(user)) return 1;
    memcpy(user, name, n);
    memcpy(user + n, "-user", sizeof("-user"));
    return has(baton, user);
}

int msc_form_seal(const char **sealed, const msc_source_t *source, const char *name,
                  const char *text, apr_pool_t *p)
{
    sc_env_t env = {.now = apr_time_now(), .random = sc_crypto_random};
    sc_bytes_t token;
    sc_doc_t *doc;

    if (!source->vault) return 0;
    doc = sc_doc_make(0, p);
    sc_doc_put(doc, sc_bytes_str(name), sc_value_make_string(sc_bytes_str(text)));
    if (sc_codec_seal(&token, source->vault, doc, NULL, &env, p)) return 0;
    *sealed = apr_pstrmemdup(p, (const char *)token.p, token.n);
    return 1;
}

int msc_form_open(const char **text, int *old, const msc_source_t *source,
                  const char *name, sc_bytes_t sealed, apr_pool_t *p)
{
    sc_env_t env = {.now = apr_time_now(), .random = sc_crypto_random};
    apr_size_t n = strlen(VAULT_PREFIX);
    const sc_session_t *opened;
    const sc_value_t *value;
    sc_bytes_t found;

    if (!source->vault || sealed.n < n || memcmp(sealed.p, VAULT_PREFIX, n)) return 0;
    if (sc_codec_open(&opened, source->vault, sealed, &env, p)) return 0;
    if (*name == '/' || !sc_doc_find(&value, opened->doc, name)) return 0;
    found = sc_value_string(value);
    if (found.n && memchr(found.p, 0, found.n)) return 0;
    *text = apr_pstrmemdup(p, (const char *)found.p, found.n);
    if (old && opened->key != source->vault->sealer.keys[0]) *old = 1;
    return 1;
}

const char *msc_form_user_member(request_rec *r)
{
    const msc_words_t *user = &msc_dir(r)->user;

    for (int i = 0; i < user->n; i++) {
        if (*user->word[i] != '/') return user->word[i];
    }
    return NULL;
}

static int string_member(sc_bytes_t *text, const sc_doc_t *doc, const char *name)
{
    const sc_value_t *value;

    if (*name == '/' || !sc_doc_find(&value, doc, name)) return 0;
    if (sc_value_type(value) != SC_STRING) return 0;
    *text = sc_value_string(value);
    return 1;
}

int msc_form_over(request_rec *r, const sc_doc_t *doc, const char *name, apr_pool_t *p)
{
    const char *realm, *member = msc_form_user_member(r);
    sc_bytes_t user, pw, now;

    if (!member) return 0;
    if (!msc_form_realm(&realm, name, "-user", p) &&
        !msc_form_realm(&realm, name, "-pw", p) &&
        !msc_form_realm(&realm, name, "-site", p))
        return 0;
    if (!string_member(&user, doc, apr_pstrcat(p, realm, "-user", NULL)) ||
        !string_member(&pw, doc, apr_pstrcat(p, realm, "-pw", NULL)))
        return 0;
    return !string_member(&now, doc, member) || !sc_bytes_eq(user, now);
}
