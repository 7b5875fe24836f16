/* SPDX-License-Identifier: Apache-2.0 */
/* Runs every case of the official PASETO and PASERK test vectors, including those that
 * must fail: test/vectors/paseto (PASETO_VECTORS=DIR: another copy). What is
 * deterministic is sealed again and compared byte for byte: local tokens with the nonce
 * that is given, Ed25519 signatures, wrapped keys with the salt and nonce that their text
 * shows. RSA-PSS and ECDSA signatures are random (OpenSSL 3.0 has no deterministic
 * ECDSA), so there a new signature is made and must verify. */
#include <stdlib.h>
#include <apr_file_io.h>
#include <apr_general.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include "core/base/base64.h"
#include "core/document/read.h"
#include "core/document/text.h"
#include "core/envelope/paseto.h"
#include "core/key/load.h"
#include "core/key/paserk.h"
#include "core/key/paserk_make.h"
#include "tap.h"

typedef const sc_value_t *case_t;

/* --- reading --- */

static int read_file(sc_bytes_t *text, const char *path, apr_pool_t *p)
{
    apr_size_t size = 1 << 20;
    char *to = apr_palloc(p, size);
    apr_file_t *file;

    if (apr_file_open(&file, path, APR_FOPEN_READ, APR_FPROT_OS_DEFAULT, p)) return 0;
    apr_file_read_full(file, to, size, &size);
    apr_file_close(file);
    *text = sc_bytes(to, size);
    return size > 0;
}

/* A string member, or NULL. */
static const char *text_of(case_t test, const char *name, apr_pool_t *p)
{
    const sc_value_t *value;
    sc_bytes_t text;

    if (!sc_value_member(&value, test, sc_bytes_str(name))) return NULL;
    if (sc_value_type(value) != SC_STRING) return NULL;
    text = sc_value_string(value);
    return apr_pstrmemdup(p, (const char *)text.p, text.n);
}

static int must_fail(case_t test, apr_pool_t *p)
{
    const sc_value_t *value;
    sc_bytes_t text;

    return sc_value_member(&value, test, sc_bytes_str("expect-fail")) &&
           sc_value_text(&text, value, ",", p) && sc_bytes_eq(text, sc_bytes_str("true"));
}

/* 1 when the text is hex. */
static int unhex(sc_bytes_t *out, const char *text, apr_pool_t *p)
{
    apr_size_t n = strlen(text), i;
    unsigned char *to = apr_palloc(p, n / 2 + 1);

    if (n % 2 || strspn(text, "0123456789abcdef") != n) return 0;
    for (i = 0; i < n / 2; i++) {
        char pair[3] = {text[2 * i], text[2 * i + 1], '\0'};

        to[i] = (unsigned char)strtoul(pair, NULL, 16);
    }
    *out = sc_bytes(to, n / 2);
    return 1;
}

/* --- randomness that is given --- */

/* For opening, which needs neither clock nor random bytes. */
static const sc_env_t any_env = {.random = sc_crypto_random};

typedef struct {
    sc_bytes_t left;
} given_t;

static int give(void *baton, unsigned char *to, apr_size_t n)
{
    given_t *given = baton;

    if (given->left.n < n) return 1;
    memcpy(to, given->left.p, n);
    given->left = sc_bytes_from(given->left, n);
    return 0;
}

/* --- keys --- */

static const char *const kinds[] = {"", "local", "secret", "public"};

/* A key from a vector: PEM, hex of a PEM, or hex of the bytes that PASERK encodes. */
static sc_key_t *make_key(int version, sc_key_kind_t kind, const char *text,
                          apr_pool_t *p)
{
    sc_key_config_t config = {0};
    const char *warning;
    sc_key_t *key = NULL;
    sc_bytes_t bytes;

    config.id = "vector";
    if (unhex(&bytes, text, p) && !(bytes.n && bytes.p[0] == '-')) {
        const char *head = apr_psprintf(p, "k%d.%s.", version, kinds[kind]);
        const sc_bytes_t parts[] = {sc_bytes_str(head), sc_base64url_encode(bytes, p)};

        if (sc_paserk_open(&key, sc_bytes_join(parts, 2, p), NULL, sc_bytes(NULL, 0), p))
            return NULL;
        key->id = "vector";
        return key;
    }
    if (strncmp(text, "-----", 5) == 0) bytes = sc_bytes_str(text);
    if (sc_key_parse(&key, &warning, bytes, &config, p)) return NULL;
    if (key->kind != kind || (key->version && key->version != version)) return NULL;
    key->version = version;
    return key;
}

/* A sealer of one key, without the table of formats: the envelope alone. */
static const char *make_sealer(sc_sealer_t *sealer, const sc_key_t *const *key,
                               int version, const char *assertion, apr_pool_t *p)
{
    sc_envelope_options_t *options = apr_pcalloc(p, sizeof *options);

    memset(sealer, 0, sizeof *sealer);
    sealer->options = options;
    sealer->nkeys = 1;
    sealer->keys = key;
    sealer->state = apr_pcalloc(p, sizeof(void *));
    options->version = version;
    options->assertion = assertion;
    return sc_envelope_paseto.prepare(sealer, 0, p);
}

/* --- tokens --- */

static sc_status_t open_with(sc_opened_t *opened, sc_sealer_t *sealer,
                             const sc_key_t *const *key, int version, case_t test,
                             apr_pool_t *p)
{
    const char *assertion = text_of(test, "implicit-assertion", p);
    const char *token = text_of(test, "token", p);

    memset(opened, 0, sizeof *opened);
    if (make_sealer(sealer, key, version, version < 3 ? "" : assertion, p))
        return SC_ERROR;
    return sc_envelope_paseto.open(opened, sealer, sc_bytes_str(token), &any_env, p);
}

static int is_text(sc_bytes_t bytes, const char *text)
{
    return sc_bytes_eq(bytes, sc_bytes_str(text ? text : ""));
}

/* Seals the case's payload; `given` is the randomness, or NULL for the real one. */
static int seal_case(sc_bytes_t *token, const sc_sealer_t *sealer, case_t test,
                     const char *nonce, apr_pool_t *p)
{
    sc_env_t env = {.random = sc_crypto_random};
    sc_sealing_t in = {0};
    given_t given;

    if (nonce && unhex(&given.left, nonce, p)) {
        env.random = give;
        env.baton = &given;
    }
    in.payload = sc_bytes_str(text_of(test, "payload", p));
    in.footer = sc_bytes_str(text_of(test, "footer", p));
    return sc_envelope_paseto.seal(token, sealer, &in, &env, p) == SC_OK;
}

static void check_open(const char *name, const char *field, sc_key_t *key, int version,
                       case_t test, apr_pool_t *p)
{
    const sc_key_t *keys[] = {key};
    sc_opened_t opened;
    sc_sealer_t sealer;
    sc_status_t st;
    sc_bytes_t token;

    if (!ok(key != NULL, "%s: its %s is a key", name, field)) return;
    st = open_with(&opened, &sealer, keys, version, test, p);
    if (must_fail(test, p)) {
        ok(st != SC_OK && st != SC_ERROR, "%s: refused with its %s (%s)", name, field,
           sc_status_name(st));
        return;
    }
    ok(st == SC_OK && is_text(opened.payload, text_of(test, "payload", p)) &&
           is_text(opened.footer, text_of(test, "footer", p)),
       "%s: opens with its %s to the payload and the footer", name, field);
    if (key->kind == SC_KEY_PUBLIC) {
        ok(!seal_case(&token, &sealer, test, NULL, p), "%s: its %s does not sign", name,
           field);
        return;
    }
    if (!ok(seal_case(&token, &sealer, test, text_of(test, "nonce", p), p),
            "%s: its %s seals", name, field))
        return;
    if (key->kind == SC_KEY_LOCAL || key->alg == SC_ALG_ED25519) {
        ok(is_text(token, text_of(test, "token", p)), "%s: byte for byte", name);
        return;
    }
    ok(sc_envelope_paseto.open(&opened, &sealer, token, &any_env, p) == SC_OK &&
           is_text(opened.payload, text_of(test, "payload", p)),
       "%s: a new signature by its %s verifies", name, field);
}

static void token_case(int version, case_t test, apr_pool_t *p)
{
    static const struct {
        const char *field;
        sc_key_kind_t kind;
    } fields[] = {{"key", SC_KEY_LOCAL},
                  {"secret-key", SC_KEY_SECRET},
                  {"secret-key-pem", SC_KEY_SECRET},
                  {"public-key", SC_KEY_PUBLIC},
                  {"public-key-pem", SC_KEY_PUBLIC}};
    const char *name = text_of(test, "name", p), *text;
    apr_size_t i;
    int any = 0;

    for (i = 0; i < sizeof fields / sizeof *fields; i++) {
        text = text_of(test, fields[i].field, p);
        if (!text) continue;
        any = 1;
        check_open(name, fields[i].field, make_key(version, fields[i].kind, text, p),
                   version, test, p);
    }
    if (!any) ok(0, "%s: has a key that this program knows", name);
    if (version < 3 && strcmp(text_of(test, "implicit-assertion", p), "") != 0 &&
        text_of(test, "key", p)) {
        const sc_key_t *keys[] = {
            make_key(version, SC_KEY_LOCAL, text_of(test, "key", p), p)};
        sc_sealer_t sealer;

        ok(make_sealer(&sealer, keys, version, "x", p) != NULL,
           "%s: an assertion for v%d is refused at start-up", name, version);
    }
}

/* --- PASERK --- */

/* The key that a case speaks of, written as PASERK; NULL when it is none. */
static const char *written(int version, sc_key_kind_t kind, const char *text,
                           apr_pool_t *p)
{
    sc_key_t *key = text ? make_key(version, kind, text, p) : NULL;

    return key ? sc_paserk_write(key, p) : NULL;
}

static int same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static void id_case(int version, sc_key_kind_t kind, case_t test, apr_pool_t *p)
{
    const char *name = text_of(test, "name", p), *want = text_of(test, "paserk", p);
    sc_key_t *key = make_key(version, kind, text_of(test, "key", p), p);
    const char *id = key ? sc_paserk_id(key, kind, p) : NULL;

    if (must_fail(test, p))
        ok(id == NULL, "%s: no id", name);
    else
        is(id, want, "%s: the id", name);
}

/* A key of another version opens as what it is, and never serves this one. */
static int serves(sc_key_t *key, int version, apr_pool_t *p)
{
    const sc_key_t *keys[] = {key};
    sc_sealer_t sealer;

    key->id = "vector";
    return key->version == version || !make_sealer(&sealer, keys, version, "", p);
}

static void check_plain(const char *name, sc_key_t *key, int version, sc_key_kind_t kind,
                        case_t test, apr_pool_t *p)
{
    const char *paserk = text_of(test, "paserk", p),
               *half = text_of(test, "public-key", p);
    sc_key_t *pub;

    ok(key && key->kind == kind && same(sc_paserk_write(key, p), paserk),
       "%s: opens, and is written the same", name);
    is(written(version, kind, text_of(test, "key", p), p), paserk,
       "%s: its key is written so", name);
    if (!half || !key) return;
    ok(!sc_key_public(&pub, key, p) &&
           same(sc_paserk_write(pub, p), written(version, SC_KEY_PUBLIC, half, p)),
       "%s: its public half is the one given", name);
}

static void plain_case(int version, sc_key_kind_t kind, case_t test, apr_pool_t *p)
{
    const char *name = text_of(test, "name", p), *paserk = text_of(test, "paserk", p);
    const char *err = NULL;
    sc_key_t *key = NULL;

    if (paserk)
        err = sc_paserk_open(&key, sc_bytes_str(paserk), NULL, sc_bytes(NULL, 0), p);
    if (!must_fail(test, p)) {
        check_plain(name, key, version, kind, test, p);
        return;
    }
    if (paserk)
        ok(err || !serves(key, version, p), "%s: refused", name);
    else
        ok(written(version, kind, text_of(test, "key", p), p) == NULL,
           "%s: the key is refused", name);
}

/* The bytes behind the header, where a wrapped key shows its salt and nonce. */
static sc_bytes_t shown(const char *paserk, apr_pool_t *p)
{
    sc_bytes_t data = sc_bytes(NULL, 0);

    if (sc_base64url_decode(&data, sc_bytes_str(strrchr(paserk, '.') + 1), p))
        data = sc_bytes(NULL, 0);
    return data;
}

static void check_wrapped(const char *name, const char *err, sc_key_t *key, int version,
                          sc_key_kind_t kind, case_t test, const char *field,
                          apr_pool_t *p)
{
    if (must_fail(test, p)) {
        ok(err || !serves(key, version, p), "%s: refused", name);
        return;
    }
    ok(!err && key->kind == kind && key->version == version &&
           same(sc_paserk_write(key, p),
                written(version, kind, text_of(test, field, p), p)),
       "%s: opens to the key", name);
}

static void pie_case(int version, sc_key_kind_t kind, case_t test, apr_pool_t *p)
{
    const char *name = text_of(test, "name", p), *paserk = text_of(test, "paserk", p),
               *err;
    sc_key_t *with = make_key(version, SC_KEY_LOCAL, text_of(test, "wrapping-key", p), p);
    const char *again = NULL;
    sc_key_t *key = NULL;
    given_t given = {shown(paserk, p)};
    sc_env_t env = {.random = give, .baton = &given};

    err = sc_paserk_open(&key, sc_bytes_str(paserk), with, sc_bytes(NULL, 0), p);
    check_wrapped(name, err, key, version, kind, test, "unwrapped", p);
    if (err || must_fail(test, p)) return;
    given.left = sc_bytes_from(given.left, version % 2 ? 48 : 32);
    err = sc_paserk_wrap_pie(&again, key, with, &env, p);
    ok(!err && same(again, paserk), "%s: wrapped again, byte for byte", name);
}

static unsigned be32(const unsigned char *at)
{
    return (unsigned)at[0] << 24 | (unsigned)at[1] << 16 | (unsigned)at[2] << 8 | at[3];
}

/* Salt, cost and nonce stand in this order in what is shown. */
static void wrap_pw_again(const char *name, const char *paserk, sc_key_t *key,
                          sc_bytes_t password, apr_pool_t *p)
{
    const sc_bytes_t data = shown(paserk, p);
    const apr_size_t salt = key->version % 2 ? 32 : 16,
                     cost_size = key->version % 2 ? 4 : 16;
    const sc_bytes_t parts[] = {sc_bytes(data.p, salt),
                                sc_bytes_from(data, salt + cost_size)};
    given_t given = {sc_bytes_join(parts, 2, p)};
    sc_env_t env = {.random = give, .baton = &given};
    sc_paserk_cost_t cost = {0};
    const char *again = NULL;

    if (key->version % 2)
        cost.iterations = be32(data.p + salt);
    else {
        cost.memory = be32(data.p + salt + 4);
        cost.time = be32(data.p + salt + 8);
        cost.lanes = be32(data.p + salt + 12);
    }
    ok(!sc_paserk_wrap_pw(&again, key, password, &cost, &env, p) && same(again, paserk),
       "%s: wrapped again, byte for byte", name);
}

static void pw_case(int version, sc_key_kind_t kind, case_t test, apr_pool_t *p)
{
    const char *name = text_of(test, "name", p), *paserk = text_of(test, "paserk", p),
               *err;
    const sc_bytes_t password = sc_bytes_str(text_of(test, "password", p));
    sc_key_t *key = NULL;

    if (tap_valgrind()) {
        ok(1, "%s # SKIP a password costs too much under valgrind", name);
        return;
    }
    err = sc_paserk_open(&key, sc_bytes_str(paserk), NULL, password, p);
    check_wrapped(name, err, key, version, kind, test, "unwrapped", p);
    if (!err && !must_fail(test, p)) wrap_pw_again(name, paserk, key, password, p);
}

static void seal_case_of(int version, case_t test, apr_pool_t *p)
{
    const char *name = text_of(test, "name", p), *paserk = text_of(test, "paserk", p),
               *err;
    sc_key_t *secret =
        make_key(version, SC_KEY_SECRET, text_of(test, "sealing-secret-key", p), p);
    sc_key_t *pub =
        make_key(version, SC_KEY_PUBLIC, text_of(test, "sealing-public-key", p), p);
    sc_env_t env = {.random = sc_crypto_random};
    sc_key_t *key = NULL, *again = NULL;
    const char *text = NULL;

    err = sc_paserk_open(&key, sc_bytes_str(paserk), secret, sc_bytes(NULL, 0), p);
    check_wrapped(name, err, key, version, SC_KEY_LOCAL, test, "unsealed", p);
    if (err || must_fail(test, p)) return;
    ok(pub && !sc_paserk_seal(&text, key, pub, &env, p) && strcmp(text, paserk) != 0 &&
           !sc_paserk_open(&again, sc_bytes_str(text), secret, sc_bytes(NULL, 0), p) &&
           same(sc_paserk_write(again, p), sc_paserk_write(key, p)),
       "%s: sealed anew to the public key, it opens", name);
}

static void paserk_case(int version, const char *type, case_t test, apr_pool_t *p)
{
    if (strcmp(type, "lid") == 0)
        id_case(version, SC_KEY_LOCAL, test, p);
    else if (strcmp(type, "sid") == 0)
        id_case(version, SC_KEY_SECRET, test, p);
    else if (strcmp(type, "pid") == 0)
        id_case(version, SC_KEY_PUBLIC, test, p);
    else if (strcmp(type, "local") == 0)
        plain_case(version, SC_KEY_LOCAL, test, p);
    else if (strcmp(type, "secret") == 0)
        plain_case(version, SC_KEY_SECRET, test, p);
    else if (strcmp(type, "public") == 0)
        plain_case(version, SC_KEY_PUBLIC, test, p);
    else if (strcmp(type, "local-wrap.pie") == 0)
        pie_case(version, SC_KEY_LOCAL, test, p);
    else if (strcmp(type, "secret-wrap.pie") == 0)
        pie_case(version, SC_KEY_SECRET, test, p);
    else if (strcmp(type, "local-pw") == 0)
        pw_case(version, SC_KEY_LOCAL, test, p);
    else if (strcmp(type, "secret-pw") == 0)
        pw_case(version, SC_KEY_SECRET, test, p);
    else
        seal_case_of(version, test, p);
}

/* --- files --- */

static const char *const types[] = {"lid",
                                    "sid",
                                    "pid",
                                    "local",
                                    "secret",
                                    "public",
                                    "local-wrap.pie",
                                    "secret-wrap.pie",
                                    "local-pw",
                                    "secret-pw",
                                    "seal"};

/* Runs a file's cases; `type` is NULL for tokens. Answers how many there were. */
static int run_file(const char *path, int version, const char *type, apr_pool_t *p)
{
    static const sc_limits_t limits = {0, 1 << 20, 32, 100000};
    const sc_value_t *tests;
    sc_value_t *root;
    sc_bytes_t text;
    int i, n;

    if (!ok(read_file(&text, path, p) && !sc_value_parse(&root, text, &limits, p) &&
                sc_value_member(&tests, root, sc_bytes_str("tests")),
            "%s is read", apr_filepath_name_get(path)))
        return 0;
    n = sc_value_length(tests);
    for (i = 0; i < n; i++) {
        apr_pool_t *sub;

        apr_pool_create(&sub, p);
        if (type)
            paserk_case(version, type, sc_value_at(tests, i), sub);
        else
            token_case(version, sc_value_at(tests, i), sub);
        apr_pool_destroy(sub);
    }
    return n;
}

int main(void)
{
    const char *dir = getenv("PASETO_VECTORS");
    apr_pool_t *p;
    apr_size_t i;
    int version, n = 0;

    apr_initialize();
    apr_pool_create(&p, NULL);
    if (!ok(sc_crypto_init() == NULL, "libsodium starts")) return done();
    if (!dir) dir = SRCDIR "/test/vectors/paseto";
    for (version = 1; version <= 4; version++) {
        n += run_file(apr_psprintf(p, "%s/v%d.json", dir, version), version, NULL, p);
        for (i = 0; i < sizeof types / sizeof *types; i++)
            n +=
                run_file(apr_psprintf(p, "%s/PASERK/k%d.%s.json", dir, version, types[i]),
                         version, types[i], p);
    }
    ok(n >= 200, "all vectors were run (%d)", n);
    apr_pool_destroy(p);
    return done();
}
