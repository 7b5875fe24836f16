/* SPDX-License-Identifier: Apache-2.0 */
/* PASETO in every version and purpose. The first byte chooses: any bytes as a token (it
 * may be refused or not, never crash); or as what stands behind the MAC, sealed with our
 * own keys: the envelope must give back payload and footer as they were, and the formats
 * must read or refuse them. */
#include "fuzz.h"
#include "core/codec/codec.h"
#include "core/envelope/paseto.h"
#include "core/key/paserk.h"
#include <apr_strings.h>

#define VERSIONS 4
#define FORMATS  3

static const char *const formats[FORMATS] = {"paseto", "flask-paseto", "paseto-remember"};

static const sc_key_t *keys[2 * VERSIONS]; /* local of v1 to v4, then secret */
static sc_codec_t *ring;                   /* all of them */
static sc_codec_t *codecs[2 * VERSIONS];   /* one each */
static sc_codec_t *readers[FORMATS];

static const sc_env_t env = {.now = APR_INT64_C(1760000000000000), .random = fuzz_random};

void fuzz_start(apr_pool_t *p)
{
    const sc_key_t *v4 = NULL;
    sc_key_t *key;
    int i;

    must(!sc_crypto_init());
    for (i = 0; i < 2 * VERSIONS; i++) {
        must(!sc_key_new(&key, i % VERSIONS + 1, i < VERSIONS ? "local" : "secret", &env,
                         p));
        key->id = "fuzz";
        keys[i] = key;
        must(!sc_codec_make(&codecs[i], "paseto", &keys[i], 1, NULL, 0, p));
    }
    v4 = keys[3];
    must(!sc_codec_make(&ring, "paseto", keys, 2 * VERSIONS, NULL, 0, p));
    for (i = 0; i < FORMATS; i++) {
        const sc_key_t **one = apr_pmemdup(p, &v4, sizeof v4);

        must(!sc_codec_make(&readers[i], formats[i], one, 1, NULL, 0, p));
    }
}

/* To verify on P-384 takes a hundred times as long as all the rest: one input in sixteen
 * may. */
static void as_token(sc_bytes_t token, apr_pool_t *p)
{
    int verifications = token.n % 16 ? 0 : 2 * VERSIONS;
    sc_env_t bounded = env;
    const sc_session_t *session;
    int i;

    bounded.verifications = &verifications;
    (void)!sc_codec_open(&session, ring, token, &bounded, p);
    for (i = 0; i < FORMATS; i++)
        (void)!sc_codec_open(&session, readers[i], token, &env, p);
}

static void read_formats(const sc_sealing_t *in, apr_pool_t *p)
{
    const sc_session_t *session;
    sc_bytes_t token;
    int i;

    for (i = 0; i < FORMATS; i++) {
        if (sc_envelope_paseto.seal(&token, &readers[i]->sealer, in, &env, p)) return;
        if (sc_codec_open(&session, readers[i], token, &env, p)) continue;
        must(sc_doc_write(session->doc, SC_PLAIN, SC_COMPACT, p).n >= 2);
    }
}

/* To sign with RSA or on P-384 takes hundreds of times what all the rest does. */
static bool is_slow(int which)
{
    return which == VERSIONS + 0 || which == VERSIONS + 2;
}

/* The first byte says where the payload ends and the footer begins. */
static void behind_the_mac(int which, sc_bytes_t data, apr_pool_t *p)
{
    const sc_codec_t *codec = codecs[which];
    apr_size_t cut = data.n ? data.p[0] % data.n : 0;
    sc_opened_t opened = {0};
    sc_sealing_t in = {0};
    sc_bytes_t token;
    sc_status_t st;

    if (is_slow(which) && cut % 32) return;
    in.payload = sc_bytes(data.p, cut);
    in.footer = sc_bytes(data.p + cut, data.n - cut);
    st = sc_envelope_paseto.seal(&token, &codec->sealer, &in, &env, p);
    if (st) {
        must(st == SC_TOO_LARGE);
        return;
    }
    must(sc_envelope_paseto.open(&opened, &codec->sealer, token, &env, p) == SC_OK);
    must(sc_bytes_eq(opened.payload, in.payload));
    read_formats(&in, p);
}

void fuzz_try(sc_bytes_t data, apr_pool_t *p)
{
    sc_bytes_t rest = data;
    unsigned first = fuzz_byte(&rest);

    if (first < '0' || first > '7')
        as_token(data, p);
    else
        behind_the_mac((int)(first - '0'), rest, p);
}
