/* SPDX-License-Identifier: Apache-2.0 */
/* The hand-off: any bytes as what a store keeps for an alias, once as they are, once
 * sealed, so that they are read as a grant; as the text of an alias, a challenge and its
 * verifier, a Cookie header with aliases. What is read as a grant is written, and reads
 * again to the same; a session made of it does not outlive it. */
#include "fuzz.h"
#include "core/crypto/crypto.h"
#include "core/handoff/alias.h"
#include "core/handoff/grant.h"
#include "core/handoff/pkce.h"

#define TARGETS   3
#define YEAR_9999 (APR_TIME_C(253402300799) * APR_USEC_PER_SEC)

static const sc_limits_t limits = {8192, 65536, 32, 1024};
static const sc_env_t env = {.now = FUZZ_NOW, .random = fuzz_random};

static sc_alias_t alias;
static sc_codec_t *codecs[TARGETS];

void fuzz_start(apr_pool_t *p)
{
    static const char *const formats[TARGETS] = {"flask", "paseto", "werkzeug"};
    static const char *version = "version=4";
    sc_key_t *key = apr_pcalloc(p, sizeof(*key));
    const sc_key_t **keys = apr_palloc(p, sizeof(*keys));

    must(!sc_crypto_init() && !sc_alias_make(&alias, &env));
    key->id = "main";
    key->secret = sc_bytes_str("a secret for fuzzing, 32 bytes..");
    keys[0] = key;
    for (int i = 0; i < TARGETS; i++)
        must(!sc_codec_make(&codecs[i], formats[i], keys, 1, &version, i == 1, p));
}

static void try_text(sc_bytes_t text, apr_pool_t *p)
{
    apr_size_t half = text.n / 2;
    sc_bytes_t challenge;
    sc_alias_t read;

    if (!sc_alias_read(&read, text, p)) must(sc_bytes_eq(sc_alias_text(&read, p), text));
    if (!sc_pkce_challenge(&challenge, text, p)) must(challenge.n == SC_PKCE_CHALLENGE);
    must(!sc_pkce_is_met(sc_bytes(text.p, half), sc_bytes_from(text, half)));
    must(sc_alias_cookies(text, p)->nelts <= (int)(text.n / SC_ALIAS_TEXT));
}

/* A session that is carried over ends when the grant's does, or before. */
static void carry(const sc_grant_t *grant, const sc_codec_t *codec, apr_pool_t *p)
{
    sc_env_t sealing = env;
    const sc_session_t *opened;
    const sc_doc_t *doc;
    sc_session_t from;
    sc_bytes_t token;

    if (sc_grant_carry(&doc, &from, grant, codec, false, env.now, p)) return;
    if (from.issued != SC_NEVER) sealing.now = from.issued;
    if (sc_codec_seal(&token, codec, doc, &from, &sealing, p)) return;
    if (sc_codec_open(&opened, codec, token, &env, p)) return;
    /* An end so far away is read as none. */
    if (grant->expires == SC_NEVER || grant->expires > YEAR_9999) return;
    must(opened->expires != SC_NEVER);
    must(apr_time_sec(opened->expires) <= apr_time_sec(grant->expires));
}

static void try_grant(sc_bytes_t bytes, apr_pool_t *p)
{
    sc_grant_t grant, again;
    sc_bytes_t written;

    if (sc_grant_read(&grant, bytes, &limits, p)) return;
    written = sc_grant_write(&grant, p);
    must(!sc_grant_read(&again, written, &limits, p));
    must(sc_bytes_eq(sc_grant_write(&again, p), written));
    must(grant.issued == again.issued && grant.expires == again.expires);
    must(sc_bytes_eq(grant.user, again.user) && sc_bytes_eq(grant.digest, again.digest));
    for (int i = 0; i < TARGETS; i++)
        carry(&grant, codecs[i], p);
}

void fuzz_try(sc_bytes_t data, apr_pool_t *p)
{
    sc_bytes_t stored, text;
    unsigned what = fuzz_byte(&data) % 4;

    if (what == 0) {
        try_text(data, p);
        return;
    }
    must(sc_alias_open(&text, &alias, data, p) != SC_OK);
    if (what == 1) {
        must(!sc_alias_seal(&stored, &alias, data, &env, p));
        must(!sc_alias_open(&text, &alias, stored, p) && sc_bytes_eq(text, data));
    }
    try_grant(data, p);
}
