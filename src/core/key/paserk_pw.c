/* SPDX-License-Identifier: Apache-2.0 */
/* PASERK's wrapping under a password, PBKW: salt, costs, nonce, ciphertext, tag. The
 * costs that a text asks for are bounded before they are paid, the tag is checked before
 * a byte is decrypted. */
#include "core/key/paserk_pw.h"
#include "core/crypto/crypto.h"
#include "core/key/paserk_wrap.h"
#include <stdbool.h>

static bool uses_pbkdf2(int version)
{
    return version == 1 || version == 3;
}

static apr_size_t salt_size(int version)
{
    return uses_pbkdf2(version) ? 32 : 16;
}

static apr_size_t cost_size(int version)
{
    return uses_pbkdf2(version) ? 4 : 16;
}

static void put_be(unsigned char *to, int bytes, apr_uint64_t n)
{
    while (bytes-- > 0) {
        to[bytes] = (unsigned char)n;
        n >>= 8;
    }
}

static apr_uint64_t get_be(const unsigned char *from, int bytes)
{
    apr_uint64_t n = 0;
    int i;

    for (i = 0; i < bytes; i++)
        n = n << 8 | from[i];
    return n;
}

static void put_cost(unsigned char *to, int version, const sc_paserk_cost_t *cost)
{
    if (uses_pbkdf2(version)) {
        put_be(to, 4, cost->iterations);
        return;
    }
    put_be(to, 8, cost->memory);
    put_be(to + 8, 4, cost->time);
    put_be(to + 12, 4, cost->lanes);
}

static sc_paserk_cost_t get_cost(const unsigned char *from, int version)
{
    sc_paserk_cost_t cost = {0};

    if (uses_pbkdf2(version)) {
        cost.iterations = (unsigned)get_be(from, 4);
        return cost;
    }
    cost.memory = get_be(from, 8);
    cost.time = (unsigned)get_be(from + 8, 4);
    cost.lanes = (unsigned)get_be(from + 12, 4);
    return cost;
}

static sc_status_t check_cost(int version, const sc_paserk_cost_t *cost)
{
    if (uses_pbkdf2(version)) {
        if (cost->iterations == 0) return SC_UNSUPPORTED;
        return cost->iterations > SC_PW_ITERATIONS_MAX ? SC_TOO_LARGE : SC_OK;
    }
    if (cost->memory > SC_PW_MEMORY_MAX || cost->time > SC_PW_PASSES_MAX)
        return SC_TOO_LARGE;
    if (cost->memory < SC_PW_MEMORY_MIN || cost->time == 0 || cost->lanes != 1)
        return SC_UNSUPPORTED;
    return SC_OK;
}

/* The keys that a password makes: the cipher's in keys->stream, without a nonce. */
static sc_status_t pw_keys(sc_wrap_keys_t *keys, int version, sc_bytes_t password,
                           sc_bytes_t salt, const sc_paserk_cost_t *cost)
{
    unsigned char pre[SC_SUITE_KEY];
    sc_bytes_t parts[] = {{(const unsigned char *)"\xff", 1}, {pre, sizeof pre}};
    sc_status_t st = check_cost(version, cost);

    if (st) return st;
    st = uses_pbkdf2(version)
             ? sc_suite_pbkdf2(pre, password, salt, cost->iterations)
             : sc_suite_argon2id(pre, password, salt, cost->memory, cost->time);
    if (!st) st = sc_suite_hash(keys->stream, SC_SUITE_KEY, version, parts, 2);
    parts[0] = sc_bytes("\xfe", 1);
    if (!st) st = sc_suite_hash(keys->mac, sc_suite_mac_size(version), version, parts, 2);
    sc_wipe(pre, sizeof pre);
    return st;
}

sc_status_t sc_pw_open(sc_bytes_t *plain, int version, const char *header,
                       sc_bytes_t password, sc_bytes_t data, apr_pool_t *p)
{
    apr_size_t salt = salt_size(version), nonce_at = salt + cost_size(version);
    apr_size_t head = nonce_at + sc_suite_nonce_size(version);
    apr_size_t size = sc_suite_mac_size(version);
    unsigned char tag[SC_SUITE_MAC_MAX];
    sc_paserk_cost_t cost;
    sc_bytes_t cipher;
    sc_status_t st;
    sc_wrap_keys_t keys;

    if (data.n < head + size) return SC_MALFORMED;
    cipher = sc_bytes(data.p + head, data.n - head - size);
    cost = get_cost(data.p + salt, version);
    st = pw_keys(&keys, version, password, sc_bytes(data.p, salt), &cost);
    if (!st)
        st = sc_wrap_tag(tag, version, sc_bytes(keys.mac, sc_suite_mac_size(version)),
                         header, sc_bytes(data.p, head), cipher);
    if (!st && !sc_equal(sc_bytes(tag, size), sc_bytes(cipher.p + cipher.n, size)))
        st = SC_BAD_SIGNATURE;
    if (!st)
        st = sc_wrap_decrypt(plain, version, keys.stream, data.p + nonce_at, cipher, p);
    sc_wipe(&keys, sizeof keys);
    return st;
}

sc_status_t sc_pw_seal(sc_bytes_t *data, int version, const char *header,
                       sc_bytes_t password, const sc_paserk_cost_t *cost,
                       sc_bytes_t plain, const sc_env_t *env, apr_pool_t *p)
{
    apr_size_t salt = salt_size(version), nonce_at = salt + cost_size(version);
    apr_size_t nonce = sc_suite_nonce_size(version), head = nonce_at + nonce;
    apr_size_t total = head + plain.n + sc_suite_mac_size(version);
    unsigned char *out = apr_palloc(p, total);
    sc_status_t st;
    sc_wrap_keys_t keys;

    if (env->random(env->baton, out, salt) ||
        env->random(env->baton, out + nonce_at, nonce))
        return SC_ERROR;
    put_cost(out + salt, version, cost);
    st = pw_keys(&keys, version, password, sc_bytes(out, salt), cost);
    if (!st) st = sc_suite_xor(out + head, version, keys.stream, out + nonce_at, plain);
    if (!st)
        st = sc_wrap_tag(out + head + plain.n, version,
                         sc_bytes(keys.mac, sc_suite_mac_size(version)), header,
                         sc_bytes(out, head), sc_bytes(out + head, plain.n));
    sc_wipe(&keys, sizeof keys);
    if (!st) *data = sc_bytes(out, total);
    return st;
}
