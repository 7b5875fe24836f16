/* SPDX-License-Identifier: Apache-2.0 */
/* The alias of a session. Its secret goes three ways, each with a word of its own:
 * base64url for who is given it, SHA-256 for the store's key, BLAKE2b for the key under
 * which the value is encrypted. A reader of the store has the last two only, and from
 * neither gets the first. Refused are texts in any other spelling than the one that was
 * given. */
#include "core/handoff/alias.h"
#include "core/base/base64.h"
#include "core/crypto/crypto.h"
#include "core/crypto/local.h"
#include "core/crypto/suite.h"
#include "core/http/cookie.h"
#include <apr_strings.h>

#define ID_WORD  "mod_sessioncookie hand-off 1: id"
#define KEY_WORD "mod_sessioncookie hand-off 1: key"
#define VERSION  '1' /* first byte of what is stored; authenticated with it */

static sc_bytes_t secret_of(const sc_alias_t *alias)
{
    return sc_bytes(alias->secret, SC_ALIAS_SECRET);
}

sc_status_t sc_alias_make(sc_alias_t *alias, const sc_env_t *env)
{
    return env->random(env->baton, alias->secret, SC_ALIAS_SECRET) ? SC_ERROR : SC_OK;
}

sc_bytes_t sc_alias_text(const sc_alias_t *alias, apr_pool_t *p)
{
    return sc_base64url_encode(secret_of(alias), p);
}

sc_status_t sc_alias_read(sc_alias_t *alias, sc_bytes_t text, apr_pool_t *p)
{
    sc_bytes_t secret;

    if (text.n != SC_ALIAS_TEXT) return SC_MALFORMED;
    if (sc_base64url_decode(&secret, text, p)) return SC_MALFORMED;
    memcpy(alias->secret, secret.p, SC_ALIAS_SECRET);
    return SC_OK;
}

sc_status_t sc_alias_id(unsigned char id[SC_ALIAS_ID], const sc_alias_t *alias)
{
    const sc_bytes_t parts[] = {sc_bytes_str(ID_WORD), secret_of(alias)};

    return sc_digest(id, SC_SHA256, parts, 2);
}

/* The cipher's key; NULL when libsodium fails. */
static sc_local_t *cipher_of(const sc_alias_t *alias, apr_pool_t *p)
{
    const sc_bytes_t word = sc_bytes_str(KEY_WORD);
    unsigned char key[32];
    sc_local_t *cipher = NULL;

    if (!sc_suite_mac(key, sizeof(key), 4, secret_of(alias), &word, 1))
        cipher = sc_local_make(4, sc_bytes(key, sizeof(key)), p);
    sc_wipe(key, sizeof(key));
    return cipher;
}

sc_status_t sc_alias_seal(sc_bytes_t *stored, const sc_alias_t *alias, sc_bytes_t text,
                          const sc_env_t *env, apr_pool_t *p)
{
    const sc_local_t *cipher = cipher_of(alias, p);
    const char version = VERSION;
    sc_bytes_t parts[] = {{(const unsigned char *)&version, 1}, {NULL, 0}};
    sc_status_t st;

    if (!cipher) return SC_ERROR;
    st = sc_local_seal(&parts[1], cipher, text, parts[0], sc_bytes("", 0), env, p);
    if (!st) *stored = sc_bytes_join(parts, 2, p);
    return st;
}

sc_status_t sc_alias_open(sc_bytes_t *text, const sc_alias_t *alias, sc_bytes_t stored,
                          apr_pool_t *p)
{
    const sc_local_t *cipher;

    if (stored.n == 0) return SC_MALFORMED;
    if (stored.p[0] != VERSION) return SC_UNSUPPORTED;
    cipher = cipher_of(alias, p);
    if (!cipher) return SC_ERROR;
    return sc_local_open(text, cipher, sc_bytes_from(stored, 1), sc_bytes(stored.p, 1),
                         sc_bytes("", 0), p);
}

/* --- its cookie --- */

#define NAME_FRONT  "sc-"
#define NAME_RANDOM 16 /* bytes; 22 characters of base64url */
#define NAME_TEXT   22

const char *sc_alias_cookie_name(const sc_env_t *env, apr_pool_t *p)
{
    unsigned char random[NAME_RANDOM];
    sc_bytes_t text;

    if (env->random(env->baton, random, sizeof(random))) return NULL;
    text = sc_base64url_encode(sc_bytes(random, sizeof(random)), p);
    return apr_pstrcat(p, NAME_FRONT, (const char *)text.p, NULL);
}

static bool is_alias_cookie(sc_bytes_t name, sc_bytes_t value, apr_pool_t *p)
{
    apr_size_t front = strlen(NAME_FRONT);
    sc_bytes_t bytes;

    return name.n == front + NAME_TEXT && value.n == SC_ALIAS_TEXT &&
           sc_bytes_starts(name, NAME_FRONT) &&
           !sc_base64url_decode(&bytes, sc_bytes_from(name, front), p) &&
           !sc_base64url_decode(&bytes, value, p);
}

const apr_array_header_t *sc_alias_cookies(sc_bytes_t header, apr_pool_t *p)
{
    apr_array_header_t *names = apr_array_make(p, 4, sizeof(const char *));
    apr_size_t at = 0;

    while (at < header.n) {
        sc_bytes_t name, value;

        sc_cookie_pair(&name, &value, &at, header);
        if (is_alias_cookie(name, value, p))
            APR_ARRAY_PUSH(names, const char *) =
                apr_pstrmemdup(p, (const char *)name.p, name.n);
    }
    return names;
}
