/* SPDX-License-Identifier: Apache-2.0 */
/* What an administrator writes: lines, of which the first is the name of a format and the
 * others are options of a source. They are refused with a sentence, or make a codec,
 * which then opens what it seals. */
#include "fuzz.h"
#include "core/codec/codec.h"
#include "core/crypto/crypto.h"
#include <apr_strings.h>

#define MOST_OPTIONS 6

static const sc_env_t env = {.now = FUZZ_NOW, .random = fuzz_random};
static const sc_key_t *keys[1];

void fuzz_start(apr_pool_t *p)
{
    sc_key_t *key = apr_pcalloc(p, sizeof(*key));

    must(!sc_crypto_init());
    key->id = "main";
    key->secret = sc_bytes_str("a secret for fuzzing, 32 bytes..");
    keys[0] = key;
}

static void seal_and_open(const sc_codec_t *codec, apr_pool_t *p)
{
    const sc_session_t *session;
    sc_doc_t *doc = sc_doc_make(sc_codec_is_tagged(codec), p);
    sc_bytes_t token;
    sc_status_t st;

    sc_doc_put(doc, sc_bytes_str("_user_id"), sc_value_make_string(sc_bytes_str("7")));
    if (sc_codec_seal(&token, codec, doc, NULL, &env, p)) return;
    st = sc_codec_open(&session, codec, token, &env, p);
    /* A claim may be demanded that this has not, a limit be too small. */
    must(st == SC_OK || st == SC_WRONG_CLAIM || st == SC_TOO_LARGE || st == SC_EXPIRED ||
         st == SC_MALFORMED);
    if (!st) must(sc_bytes_eq(session->key->secret, keys[0]->secret));
}

void fuzz_try(sc_bytes_t data, apr_pool_t *p)
{
    char *text = apr_pstrmemdup(p, (const char *)data.p, data.n), *last;
    const char *options[MOST_OPTIONS], *format = apr_strtok(text, "\n", &last), *err;
    sc_codec_t *codec;
    int n = 0;

    while (format && n < MOST_OPTIONS && (options[n] = apr_strtok(NULL, "\n", &last)))
        n++;
    if (!format) return;
    err = sc_codec_make(&codec, format, keys, 1, options, n, p);
    must(!err || strlen(err) > 10);
    if (!err) seal_and_open(codec, p);
}
