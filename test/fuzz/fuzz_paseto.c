/* SPDX-License-Identifier: Apache-2.0 */
/* PASETO in every version and purpose. The first byte chooses: any bytes as a token (it
 * may be refused or not, never crash); or as what stands behind the MAC, sealed with our
 * own keys: the envelope must give back payload and footer as they were, and the formats
 * must read or refuse them. */
#include "core/codec/codec.h"
#include "core/envelope/paseto.h"
#include "core/key/paserk.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <stdint.h>
#include <stdlib.h>

#define VERSIONS 4
#define FORMATS  3

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const formats[FORMATS] = {"paseto", "flask-paseto", "paseto-remember"};

static apr_pool_t *root;
static const sc_key_t *keys[2 * VERSIONS]; /* local of v1 to v4, then secret */
static sc_codec_t *ring;                   /* all of them */
static sc_codec_t *codecs[2 * VERSIONS];   /* one each */
static sc_codec_t *readers[FORMATS];

static void must(int truth)
{
    if (!truth) abort();
}

static int count_up(void *baton, unsigned char *to, apr_size_t n)
{
    (void)baton;
    while (n--)
        to[n] = (unsigned char)(n * 7 + 1);
    return 0;
}

static const sc_env_t env = {.now = APR_INT64_C(1760000000000000), .random = count_up};

static void start(void)
{
    const sc_key_t *v4 = NULL;
    sc_key_t *key;
    int i;

    apr_initialize();
    atexit(apr_terminate); /* or a leak checker takes the keys for lost: APR maps its
                              memory */
    must(!apr_pool_create(&root, NULL) && !sc_crypto_init());
    for (i = 0; i < 2 * VERSIONS; i++) {
        must(!sc_key_new(&key, i % VERSIONS + 1, i < VERSIONS ? "local" : "secret", &env,
                         root));
        key->id = "fuzz";
        keys[i] = key;
        must(!sc_codec_make(&codecs[i], "paseto", &keys[i], 1, NULL, 0, root));
    }
    v4 = keys[3];
    must(!sc_codec_make(&ring, "paseto", keys, 2 * VERSIONS, NULL, 0, root));
    for (i = 0; i < FORMATS; i++) {
        const sc_key_t **one = apr_pmemdup(root, &v4, sizeof v4);

        must(!sc_codec_make(&readers[i], formats[i], one, 1, NULL, 0, root));
    }
}

static void as_token(sc_bytes_t token, apr_pool_t *p)
{
    const sc_session_t *session;
    int i;

    (void)!sc_codec_open(&session, ring, token, &env, p);
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

/* The first byte says where the payload ends and the footer begins. */
static void behind_the_mac(int which, sc_bytes_t data, apr_pool_t *p)
{
    const sc_codec_t *codec = codecs[which];
    apr_size_t cut = data.n ? data.p[0] % data.n : 0;
    sc_opened_t opened = {0};
    sc_sealing_t in = {0};
    sc_bytes_t token;
    sc_status_t st;

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p;

    if (!root) start();
    if (size == 0) return 0;
    must(!apr_pool_create(&p, root));
    if (data[0] < '0' || data[0] > '7')
        as_token(sc_bytes(data, size), p);
    else
        behind_the_mac(data[0] - '0', sc_bytes(data + 1, size - 1), p);
    apr_pool_destroy(p);
    return 0;
}
