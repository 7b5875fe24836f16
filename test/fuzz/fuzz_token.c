/* SPDX-License-Identifier: Apache-2.0 */
/* Good tokens of every format, changed after they were sealed. The first byte picks the
 * token, each four of the others are a change: what, where (two bytes), and a byte. It is
 * refused, or says what it said before: base64 has several texts for the same bytes, and
 * some formats take them. */
#include "fuzz.h"
#include "core/codec/codec.h"
#include "core/crypto/crypto.h"

#define MOST_CHANGES 8

static const char DOC[] =
    "{\"_user_id\":\"7\",\"role\":\"editor\",\"t\":{\" t\":[1,null,2.5,\"\\u00e9\"]}}";
static const char LONG[] =
    "{\"a\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}";

static const struct {
    const char *format, *option, *purpose;
    int version;
} rows[] = {
    {"flask", NULL, NULL, 0},          {"itsdangerous", "timed=off", NULL, 0},
    {"cookie-manager", NULL, NULL, 0}, {"werkzeug", NULL, NULL, 0},
    {"django", NULL, NULL, 0},         {"starlette", NULL, NULL, 0},
    {"flask-login", NULL, NULL, 0},    {"flask-paseto", NULL, "local", 4},
    {"paseto", NULL, "local", 1},      {"paseto", NULL, "local", 2},
    {"paseto", NULL, "local", 3},      {"paseto", "footer={\"a\":1}", "local", 4},
    {"paseto", NULL, "secret", 2},     {"paseto", NULL, "secret", 4},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static const sc_env_t env = {.now = FUZZ_NOW, .random = fuzz_random};
static sc_codec_t *codecs[ROWS];
static sc_bytes_t tokens[2][ROWS];

static const sc_key_t **key_of(unsigned row, apr_pool_t *p)
{
    sc_key_t *key = apr_pcalloc(p, sizeof(*key));
    const sc_key_t **keys = apr_palloc(p, sizeof(*keys));

    if (rows[row].purpose)
        must(!sc_key_new(&key, rows[row].version, rows[row].purpose, &env, p));
    else
        key->secret = sc_bytes_str("a secret for fuzzing");
    key->id = "main";
    keys[0] = key;
    return keys;
}

static sc_bytes_t sealed(const sc_codec_t *codec, const char *json, apr_pool_t *p)
{
    const sc_limits_t *limits = &codec->options.limits;
    sc_bytes_t token;
    sc_doc_t *doc;

    if (codec->format->remember_me) json = "{\"_user_id\":\"7\",\"_fresh\":false}";
    must(!sc_doc_parse(&doc, sc_bytes_str(json), sc_codec_is_tagged(codec), limits, p));
    must(!sc_codec_seal(&token, codec, doc, NULL, &env, p));
    return token;
}

void fuzz_start(apr_pool_t *p)
{
    must(!sc_crypto_init());
    for (unsigned i = 0; i < ROWS; i++) {
        must(!sc_codec_make(&codecs[i], rows[i].format, key_of(i, p), 1, &rows[i].option,
                            rows[i].option ? 1 : 0, p));
        tokens[0][i] = sealed(codecs[i], DOC, p);
        tokens[1][i] = sealed(codecs[i], LONG, p);
    }
}

static unsigned char *cut(unsigned char *text, apr_size_t *n, apr_size_t at, apr_size_t k)
{
    if (k > *n - at) k = *n - at;
    memmove(text + at, text + at + k, *n - at - k);
    *n -= k;
    return text;
}

/* One change in `text`, which has room for a byte more. */
static void change(unsigned char *text, apr_size_t *n, sc_bytes_t *data)
{
    unsigned what = fuzz_byte(data), high = fuzz_byte(data);
    apr_size_t at = (high << 8 | fuzz_byte(data)) % (*n + 1);
    unsigned char c = (unsigned char)fuzz_byte(data);

    switch (what % 5) {
    case 0:
        if (at < *n) text[at] = c;
        break;
    case 1:
        if (at < *n) text[at] ^= (unsigned char)(1 << c % 8);
        break;
    case 2:
        memmove(text + at + 1, text + at, *n - at);
        text[at] = c;
        ++*n;
        break;
    case 3:
        cut(text, n, at, c % 8);
        break;
    default:
        *n = at;
    }
}

void fuzz_try(sc_bytes_t data, apr_pool_t *p)
{
    unsigned first = fuzz_byte(&data), i = first / 2 % ROWS;
    const sc_session_t *was, *is;
    sc_bytes_t token = tokens[first % 2][i];
    unsigned char *text = apr_palloc(p, token.n + MOST_CHANGES);
    apr_size_t n = token.n;

    memcpy(text, token.p, n);
    for (int k = 0; k < MOST_CHANGES && data.n; k++)
        change(text, &n, &data);
    if (sc_codec_open(&is, codecs[i], sc_bytes(text, n), &env, p)) return;
    must(!sc_codec_open(&was, codecs[i], token, &env, p));
    must(is->issued == was->issued && is->expires == was->expires);
    must(sc_bytes_eq(sc_doc_write(is->doc, SC_TAGGED, SC_COMPACT, p),
                     sc_doc_write(was->doc, SC_TAGGED, SC_COMPACT, p)));
}
