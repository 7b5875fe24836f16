/* SPDX-License-Identifier: Apache-2.0 */
/* Django's csrftoken: a secret of 32 characters of a-zA-Z0-9, as it is or masked, that is
 * 32 characters of mask and 32 of (secret + mask) mod 62 (middleware/csrf.py). Cookie and
 * token may each be either. Other lengths and characters are refused before anything is
 * unmasked. No key and no time: what makes it good is that the cookie is the visitor's.
 * Indices are computed, not looked up, for they are secret. */
#include "core/xsrf/django.h"
#include "core/crypto/crypto.h"

#define SECRET_SIZE 32
#define LETTERS     62

/* All ones when low <= c <= high, else 0. */
static unsigned in_range(unsigned c, unsigned low, unsigned high)
{
    return 0U - (((low - 1U - c) & (c - high - 1U)) >> 31);
}

static unsigned index_of(unsigned char c)
{
    return (in_range(c, 'a', 'z') & (c - 97U)) |
           (in_range(c, 'A', 'Z') & (c - 65U + 26U)) |
           (in_range(c, '0', '9') & (c - 48U + 52U));
}

static unsigned char letter_at(unsigned i)
{
    return (unsigned char)((in_range(i + 1, 1, 26) & (i + 97U)) |
                           (in_range(i, 26, 51) & (i - 26U + 65U)) |
                           (in_range(i, 52, 61) & (i - 52U + 48U)));
}

static bool is_well_formed(sc_bytes_t text)
{
    unsigned good = ~0U;
    apr_size_t i;

    if (text.n != SECRET_SIZE && text.n != 2 * SECRET_SIZE) return 0;
    for (i = 0; i < text.n; i++)
        good &= in_range(text.p[i], 'a', 'z') | in_range(text.p[i], 'A', 'Z') |
                in_range(text.p[i], '0', '9');
    return good != 0;
}

/* The secret, as indices. MALFORMED where text is neither form. */
static sc_status_t unmask(unsigned char *secret, sc_bytes_t text)
{
    unsigned masked, i, d;

    if (!is_well_formed(text)) return SC_MALFORMED;
    masked = text.n == 2 * SECRET_SIZE;
    for (i = 0; i < SECRET_SIZE; i++) {
        d = index_of(text.p[masked ? SECRET_SIZE + i : i]);
        if (masked) d -= index_of(text.p[i]);
        d += LETTERS & (0U - (d >> 31));
        secret[i] = (unsigned char)d;
    }
    return SC_OK;
}

/* 32 indices, each as likely as another. */
static sc_status_t random_mask(unsigned char *mask, const sc_env_t *env)
{
    unsigned char bytes[2 * SECRET_SIZE];
    apr_size_t n = 0, i;

    while (n < SECRET_SIZE) {
        if (env->random(env->baton, bytes, sizeof(bytes)) != 0) return SC_ERROR;
        for (i = 0; i < sizeof(bytes) && n < SECRET_SIZE; i++)
            if (bytes[i] < 4 * LETTERS) mask[n++] = bytes[i] % LETTERS;
    }
    return SC_OK;
}

static sc_status_t django_make(sc_bytes_t *token, const sc_xsrf_t *xsrf,
                               const sc_xsrf_binding_t *binding, const sc_env_t *env,
                               apr_pool_t *p)
{
    unsigned char secret[SECRET_SIZE], mask[SECRET_SIZE], text[2 * SECRET_SIZE];
    sc_status_t st;
    unsigned i, c;

    (void)xsrf;
    if (binding->secret.n == 0) return SC_ABSENT;
    st = unmask(secret, binding->secret);
    if (!st) st = random_mask(mask, env);
    if (st) return st;
    for (i = 0; i < SECRET_SIZE; i++) {
        text[i] = letter_at(mask[i]);
        c = (unsigned)secret[i] + mask[i];
        c -= LETTERS & in_range(c, LETTERS, 2 * LETTERS);
        text[SECRET_SIZE + i] = letter_at(c);
    }
    *token = sc_bytes_dup(sc_bytes(text, sizeof(text)), p);
    sc_wipe(secret, sizeof(secret));
    return SC_OK;
}

static sc_status_t django_check(const sc_xsrf_t *xsrf, sc_bytes_t token,
                                const sc_xsrf_binding_t *binding,
                                apr_interval_time_t timeout, const sc_env_t *env,
                                apr_pool_t *p)
{
    unsigned char theirs[SECRET_SIZE], ours[SECRET_SIZE];
    sc_status_t st = unmask(theirs, token);
    int same;

    (void)xsrf, (void)timeout, (void)env, (void)p;
    if (st) return st;
    if (binding->secret.n == 0) return SC_MISMATCH;
    st = unmask(ours, binding->secret);
    if (st) return st;
    same = sc_equal(sc_bytes(theirs, SECRET_SIZE), sc_bytes(ours, SECRET_SIZE));
    sc_wipe(theirs, sizeof(theirs));
    sc_wipe(ours, sizeof(ours));
    return same ? SC_OK : SC_MISMATCH;
}

/* Ready for use: there are no keys to prepare. */
static const sc_xsrf_t unkeyed = {.scheme = &sc_xsrf_django};

const sc_xsrf_scheme_t sc_xsrf_django = {
    .name = "django",
    .field = "csrfmiddlewaretoken",
    .binds = SC_XSRF_SECRET,
    .secret = SC_SECRET_IN_COOKIE,
    .secret_name = "csrftoken",
    .wanted = "give the visitor's csrftoken, as in --option cookie=SECRET",
    .keyless = &unkeyed,
    .make = django_make,
    .check = django_check,
};
