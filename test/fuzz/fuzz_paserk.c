/* SPDX-License-Identifier: Apache-2.0 */
/* Keys: any bytes as a key's contents, and any bytes as what a wrapping holds. Whatever
 * opens can be written, and opens again to the same. The costs of password-wrapped keys
 * are replaced by small ones, or a run would take a day. */
#include "fuzz.h"
#include "core/crypto/crypto.h"
#include "core/key/load.h"
#include "core/key/paserk.h"
#include "core/key/paserk_pie.h"
#include "core/key/paserk_pw.h"
#include <apr_strings.h>

static sc_key_t *wrapping[5];

static const sc_env_t env = {.random = fuzz_random};

void fuzz_start(apr_pool_t *p)
{
    must(!sc_crypto_init());
    for (int version = 1; version <= 4; version++)
        must(!sc_key_new(&wrapping[version], version, "local", &env, p));
}

static void same_again(const sc_key_t *key, apr_pool_t *p)
{
    const char *text = sc_paserk_write(key, p), *again;
    const sc_bytes_t none = {NULL, 0};
    sc_key_t *back;

    if (!text) return;
    must(!sc_paserk_open(&back, sc_bytes_str(text), NULL, none, p));
    again = sc_paserk_write(back, p);
    must(again && strcmp(text, again) == 0 && back->kind == key->kind);
    must(sc_paserk_id(key, key->kind, p) != NULL);
}

static void as_contents(sc_bytes_t contents, apr_pool_t *p)
{
    sc_key_config_t config = {0};
    const char *warning;
    sc_key_t *key;

    if (memmem(contents.p, contents.n, "-pw.", 4)) return;
    config.id = "fuzz";
    config.unwrap = wrapping[4];
    if (!sc_key_parse(&key, &warning, contents, &config, p)) same_again(key, p);
}

/* Any bytes as the key that a wrapped text holds. */
static void as_wrapped(int version, const char *name, sc_bytes_t plain, apr_pool_t *p)
{
    const char *header = apr_psprintf(p, "k%d.%s-wrap.pie.", version, name), *text;
    const sc_bytes_t none = {NULL, 0};
    sc_bytes_t data;
    sc_key_t *key;

    must(!sc_pie_seal(&data, version, header, wrapping[version]->secret, plain, &env, p));
    text = sc_paserk_compose(header, data, p);
    if (!sc_paserk_open(&key, sc_bytes_str(text), wrapping[version], none, p))
        same_again(key, p);
}

/* Any bytes behind "kN.local-pw.", with costs that can be paid. */
static void as_password(int version, sc_bytes_t data, apr_pool_t *p)
{
    static const unsigned char small[] = {0, 0, 0, 0, 0, 0, 32, 0,
                                          0, 0, 0, 1, 0, 0, 0,  1};
    apr_size_t at = version % 2 ? 32 : 16, n = version % 2 ? 4 : 16;
    unsigned char *copy = apr_pmemdup(p, data.p, data.n + 0);
    sc_bytes_t plain;

    if (data.n >= at + n) memcpy(copy + at, small + 16 - n, n);
    must(sc_pw_open(&plain, version, "k4.local-pw.", sc_bytes_str("x"),
                    sc_bytes(copy, data.n), p) != SC_OK);
}

void fuzz_try(sc_bytes_t data, apr_pool_t *p)
{
    sc_bytes_t rest = data;
    unsigned first = fuzz_byte(&rest);
    int version = first % 4 + 1;

    if (first >= '0' && first <= '3')
        as_wrapped(version, "local", rest, p);
    else if (first >= '4' && first <= '7')
        as_wrapped(version, "secret", rest, p);
    else if (first == '8' || first == '9')
        as_password(version, rest, p);
    else
        as_contents(data, p);
}
