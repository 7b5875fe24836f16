/* SPDX-License-Identifier: Apache-2.0 */
/* The XSRF token schemes: what each makes passes its own check, for its own binding and
 * time only, and no changed byte does. What the real peers make is test/vectors/xsrf.c's
 * matter. */
#include "tap.h"
#include "core/base/base64.h"
#include "core/codec/codec.h"
#include "core/xsrf/xsrf.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <stdlib.h>

#define HOUR apr_time_from_sec(3600)

static apr_pool_t *pool;

static const sc_key_t *key_of(const char *id, sc_key_kind_t kind, const char *secret)
{
    sc_key_t *key = apr_pcalloc(pool, sizeof(*key));

    key->id = id;
    key->kind = kind;
    key->secret = sc_bytes_str(secret);
    return key;
}

static sc_env_t at(apr_int64_t seconds)
{
    sc_env_t env = {.now = apr_time_from_sec(seconds), .random = sc_crypto_random};

    return env;
}

#define NOW 1760000000

/* A scheme with keys made of these secrets. */
static sc_xsrf_t *scheme(const char *name, const char *first, const char *second)
{
    const sc_key_t **keys = apr_palloc(pool, 2 * sizeof(*keys));
    sc_xsrf_t *xsrf;

    keys[0] = key_of("first", SC_KEY_RAW, first);
    keys[1] = second ? key_of("second", SC_KEY_RAW, second) : NULL;
    if (sc_xsrf_prepare(&xsrf, name, keys, second ? 2 : 1, pool)) abort();
    return xsrf;
}

static sc_bytes_t made(const sc_xsrf_t *xsrf, const sc_xsrf_binding_t *binding)
{
    sc_env_t env = at(NOW);
    sc_bytes_t token;

    if (sc_xsrf_make(&token, xsrf, binding, &env, pool)) abort();
    return token;
}

static sc_status_t check_at(const sc_xsrf_t *xsrf, sc_bytes_t token,
                            const sc_xsrf_binding_t *binding, apr_int64_t now)
{
    sc_env_t env = at(now);

    return sc_xsrf_check(xsrf, token, binding, HOUR, &env, pool);
}

static void status_is(sc_status_t got, sc_status_t want, const char *sentence)
{
    if (!ok(got == want, "%s", sentence)) printf("# %s\n", sc_status_name(got));
}

/* A letter that is another one in every alphabet at hand. */
static sc_bytes_t changed(sc_bytes_t token, apr_size_t i)
{
    sc_bytes_t copy = sc_bytes_dup(token, pool);

    ((unsigned char *)copy.p)[i] = token.p[i] == 'A' ? 'B' : 'A';
    return copy;
}

/* Every changed byte, every shorter text and some longer ones. */
static int all_changes_refused(const sc_xsrf_t *xsrf, sc_bytes_t token,
                               const sc_xsrf_binding_t *binding)
{
    sc_bytes_t longer[] = {token, {(const unsigned char *)"A", 1}};
    apr_size_t i;

    for (i = 0; i < token.n; i++) {
        if (!check_at(xsrf, changed(token, i), binding, NOW)) return 0;
        if (!check_at(xsrf, sc_bytes(token.p, i), binding, NOW)) return 0;
    }
    return check_at(xsrf, sc_bytes_join(longer, 2, pool), binding, NOW) != SC_OK;
}

static void round_trips(void)
{
    static const sc_xsrf_binding_t user = {
        .user = {(const unsigned char *)"user-1", 6},
        .visitor = {(const unsigned char *)"visitor-1", 9},
        .secret = {(const unsigned char *)"abcdefghijABCDEFGHIJ0123456789zZ", 32}};
    const sc_xsrf_scheme_t *row;
    sc_xsrf_t *xsrf, *rotated, *other;
    sc_bytes_t token;
    int i;

    for (i = 0; (row = sc_xsrf_scheme_at(i)) != NULL; i++) {
        xsrf = scheme(row->name, "a secret of the first key", NULL);
        token = made(xsrf, &user);
        ok(check_at(xsrf, token, &user, NOW) == SC_OK, "%s: a token passes", row->name);
        ok(all_changes_refused(xsrf, token, &user), "%s: no changed token passes",
           row->name);
        status_is(check_at(xsrf, sc_bytes("", 0), &user, NOW), SC_ABSENT,
                  apr_psprintf(pool, "%s: no token is none", row->name));
        status_is(check_at(xsrf, sc_bytes(apr_pcalloc(pool, 5000), 5000), &user, NOW),
                  SC_TOO_LARGE,
                  apr_psprintf(pool, "%s: 5000 bytes are too many", row->name));
        if (row->keyless) continue;

        rotated = scheme(row->name, "a secret of a new key", "a secret of the first key");
        other = scheme(row->name, "a secret of another key", NULL);
        ok(check_at(rotated, token, &user, NOW) == SC_OK,
           "%s: a token of a retired key passes", row->name);
        ok(check_at(xsrf, made(rotated, &user), &user, NOW) == SC_BAD_SIGNATURE,
           "%s: the first key makes tokens", row->name);
        ok(check_at(other, token, &user, NOW) == SC_BAD_SIGNATURE,
           "%s: a token of another key does not", row->name);
        ok(check_at(xsrf, token, &user, NOW + 3600) == SC_OK,
           "%s: it is good in its last second", row->name);
        ok(check_at(xsrf, token, &user, NOW + 3601) == SC_EXPIRED,
           "%s: and expired in the next", row->name);
        ok(check_at(other, token, &user, NOW + 3601) == SC_BAD_SIGNATURE,
           "%s: a forged one is forged first, then expired", row->name);
    }
    ok(i == 4, "there are four schemes");
    ok(sc_xsrf_scheme_at(-1) == NULL, "and none before the first");
}

/* The parts of a binding, each of which may be absent, "a" or "b". */
#define PARTS  6
#define CHOICE 3

static sc_xsrf_binding_t binding_number(unsigned number)
{
    static const char *const values[CHOICE] = {"", "a", "b"};
    sc_xsrf_binding_t b = {0};
    sc_bytes_t *const parts[PARTS] = {&b.visitor, &b.source, &b.user,
                                      &b.session, &b.ip,     &b.action};

    for (int i = 0; i < PARTS; i++, number /= CHOICE)
        *parts[i] = sc_bytes_str(values[number % CHOICE]);
    return b;
}

/* Whether a token that was made for one binding should pass for another: everything is
 * alike, or the session came after the token. */
static int should_pass(const sc_xsrf_binding_t *made_for, const sc_xsrf_binding_t *now)
{
    int before = !made_for->source.n && !made_for->user.n && !made_for->session.n;

    if (!now->visitor.n || !sc_bytes_eq(made_for->visitor, now->visitor) ||
        !sc_bytes_eq(made_for->ip, now->ip) ||
        !sc_bytes_eq(made_for->action, now->action))
        return 0;
    return before || (sc_bytes_eq(made_for->source, now->source) &&
                      sc_bytes_eq(made_for->user, now->user) &&
                      sc_bytes_eq(made_for->session, now->session));
}

/* Each of 729 bindings against each other. */
static void all_bindings(void)
{
    sc_xsrf_t *xsrf = scheme("signed", "a secret for bindings", NULL);
    unsigned i, j, n = 1, wrong = 0, passed = 0, unbound = 0;
    sc_env_t env = at(NOW);
    sc_bytes_t token;

    for (i = 0; i < PARTS; i++)
        n *= CHOICE;
    for (i = 0; i < n; i++) {
        sc_xsrf_binding_t made_for = binding_number(i);
        sc_status_t st = sc_xsrf_make(&token, xsrf, &made_for, &env, pool);

        unbound += !st && !made_for.visitor.n;
        for (j = 0; j < n && !st; j++) {
            sc_xsrf_binding_t now = binding_number(j);
            int pass = should_pass(&made_for, &now);

            passed += pass != 0;
            wrong += check_at(xsrf, token, &now, NOW) != (pass ? SC_OK : SC_MISMATCH);
        }
    }
    ok(unbound == 0,
       "signed: no token is made without a visitor, whatever else is there");
    ok(passed == 2 * 9 * (27 + 26), "signed: a token passes for its own binding, and one "
                                    "made without a session in any session");
    ok(wrong == 0, "signed: all others are mismatches");
}

/* What separates the parts cannot be written into them. */
static void joined_bindings(void)
{
    static const char *const parts[][3] = {
        {"v", "o", "u"}, {"vo", "", "u"}, {"v", "ou", ""}, {"vou", "", ""},
        {"v", "", "ou"}, {"v", "u", "o"}, {"o", "v", "u"},
    };
    const unsigned n = sizeof(parts) / sizeof(parts[0]);
    sc_xsrf_t *xsrf = scheme("signed", "a secret for bindings", NULL);
    sc_xsrf_binding_t b[sizeof(parts) / sizeof(parts[0])];
    unsigned i, j, wrong = 0;

    memset(b, 0, sizeof(b));
    for (i = 0; i < n; i++) {
        b[i].visitor = sc_bytes_str(parts[i][0]);
        b[i].source = sc_bytes_str(parts[i][1]);
        b[i].user = sc_bytes_str(parts[i][2]);
    }
    for (i = 0; i < n; i++)
        for (j = 0; j < n; j++)
            wrong += check_at(xsrf, made(xsrf, &b[i]), &b[j], NOW) !=
                     (i == j ? SC_OK : SC_MISMATCH);
    ok(wrong == 0, "signed: no two bindings read alike");
    status_is(check_at(xsrf, made(xsrf, &b[0]), &b[1], NOW + 4000), SC_EXPIRED,
              "signed: somebody else's old token is old");
}

static int no_random(void *baton, unsigned char *to, apr_size_t n)
{
    (void)baton, (void)to, (void)n;
    return 1;
}

static void signed_tokens(void)
{
    sc_xsrf_t *xsrf = scheme("signed", "a secret for tokens", NULL);
    sc_xsrf_binding_t user = {.user = sc_bytes_str("u"), .visitor = sc_bytes_str("v")};
    sc_env_t env = at(NOW);
    sc_bytes_t token = made(xsrf, &user), copy = token;
    const sc_key_t *local = key_of("l", SC_KEY_LOCAL, "0123456789abcdef0123456789abcdef");
    const sc_key_t *secret = key_of("s", SC_KEY_SECRET, "");
    const char *err;
    sc_xsrf_t *unused;

    ok(token.n == 98 && !memcmp(token.p, "2.", 2), "signed: a token is 98 characters");
    ok(!sc_bytes_eq(token, made(xsrf, &user)), "signed: no two tokens are alike");
    status_is(check_at(xsrf, token, &user, NOW - 60), SC_OK,
              "signed: another server's clock may be a minute behind");
    status_is(check_at(xsrf, token, &user, NOW - 61), SC_NOT_YET_VALID,
              "signed: but not more");
    status_is(sc_xsrf_check(xsrf, token, &user, -1, &env, pool), SC_OK,
              "signed: no timeout");
    env = at(NOW * 3LL);
    status_is(sc_xsrf_check(xsrf, token, &user, -1, &env, pool), SC_OK,
              "signed: no timeout, whatever the age");
    copy = sc_bytes_dup(token, pool);
    ((unsigned char *)copy.p)[0] = '1';
    status_is(check_at(xsrf, copy, &user, NOW), SC_MALFORMED, "signed: another version");
    status_is(check_at(xsrf, sc_bytes_from(token, 2), &user, NOW), SC_MALFORMED,
              "signed: no version");
    env.random = no_random;
    status_is(sc_xsrf_make(&copy, xsrf, &user, &env, pool), SC_ERROR,
              "signed: without random bytes there is no token");
    ok(!sc_xsrf_prepare(&unused, "signed", &local, 1, pool),
       "signed: a PASETO local key will do");
    err = sc_xsrf_prepare(&unused, "signed", &secret, 1, pool);
    ok(err && !strncmp(err, "key s ", 6),
       "signed: a key pair will not, and the key is named");
}

/* Made by flask-xsrf 57c9de2f (1.0.3) under CPython 2.7.18. */
static void flask_xsrf(void)
{
    static const char peer[] =
        "Nzg2MWZjM2NmMGI0ZTg4MzA3YTRlNjZhYzE4MWU4MTdkMjcyY2I4MmU2OGY4ODY0"
        "NmRiMTcyNTU0MTY5NTUxM3wxNzU5OTk5OTQw";
    static const char spaced[] =
        "Nzg2MWZjM2NmMGI0ZTg4MzA3YTRlNjZhYzE4MWU4MTdkMjcyY2I4MmU2OGY4ODY0"
        "NmRiMTcyNTU0MTY5NTUxM3wgMTc1OTk5OTk0MA==";
    sc_xsrf_t *xsrf = scheme("flask-xsrf", "xsrf_secret", NULL);
    sc_xsrf_binding_t user = {.user = sc_bytes_str("user-1")}, other = user, none = {0};
    sc_env_t env = at(1759999940);
    sc_bytes_t token;
    sc_status_t st = sc_xsrf_make(&token, xsrf, &user, &env, pool);

    ok(!st && sc_bytes_eq(token, sc_bytes_str(peer)),
       "flask-xsrf: we write what it writes");
    status_is(check_at(xsrf, sc_bytes_str(spaced), &user, NOW), SC_MALFORMED,
              "flask-xsrf: a time with a space before it is refused");
    status_is(
        check_at(xsrf, sc_bytes_str(apr_pstrcat(pool, peer, "====", NULL)), &user, NOW),
        SC_BAD_SIGNATURE, "flask-xsrf: another spelling of the base64 is refused");
    other.user = sc_bytes_str("user-2");
    status_is(check_at(xsrf, token, &other, NOW), SC_BAD_SIGNATURE,
              "flask-xsrf: another user's token");
    other.user = sc_bytes_str("user-1|");
    status_is(check_at(xsrf, token, &other, NOW), SC_BAD_SIGNATURE,
              "flask-xsrf: a user whose name goes on");
    status_is(check_at(xsrf, token, &none, NOW), SC_BAD_SIGNATURE, "flask-xsrf: no user");
    status_is(sc_xsrf_make(&token, xsrf, &none, &env, pool), SC_ABSENT,
              "flask-xsrf: no token without a user");
    env = at(7);
    user.action = sc_bytes_str("/create");
    token = made(xsrf, &user);
    status_is(check_at(xsrf, token, &user, NOW), SC_OK,
              "flask-xsrf: a token for an action");
    user.action = sc_bytes_str("/delete");
    status_is(check_at(xsrf, token, &user, NOW), SC_BAD_SIGNATURE,
              "flask-xsrf: is for no other");
}

static void flask_wtf(void)
{
    sc_xsrf_t *xsrf = scheme("flask-wtf", "wtf-secret-key", NULL);
    sc_xsrf_binding_t raw = {
        .secret = sc_bytes_str("92713d4709377111cf31f2a71986c411bd6cb5b0")};
    sc_xsrf_binding_t none = {.user = sc_bytes_str("u")}, shorter = raw;
    sc_env_t env = at(1760000000 - 60);
    sc_bytes_t token;
    sc_status_t st = sc_xsrf_make(&token, xsrf, &raw, &env, pool);

    ok(!st && sc_bytes_eq(token,
                          sc_bytes_str("IjkyNzEzZDQ3MDkzNzcxMTFjZjMxZjJhNzE5ODZjNDExYmQ2"
                                       "Y2I1YjAi.aOd3xA.6ZB2g0aaJgciM-Sn2F7zzYBnua4")),
       "flask-wtf: we write what Flask-WTF 1.1.1 writes");
    shorter.secret.n--;
    status_is(check_at(xsrf, token, &shorter, NOW), SC_MISMATCH,
              "flask-wtf: another session's token");
    status_is(check_at(xsrf, token, &none, NOW), SC_MISMATCH,
              "flask-wtf: a session without a token");
    status_is(check_at(xsrf, raw.secret, &raw, NOW), SC_MALFORMED,
              "flask-wtf: the session's own value is no token");
    status_is(sc_xsrf_make(&token, xsrf, &none, &env, pool), SC_ABSENT,
              "flask-wtf: nothing to sign, no token");
}

/* Answers bytes from 0 on. */
static int count_up(void *baton, unsigned char *to, apr_size_t n)
{
    unsigned char *next = baton;

    while (n--)
        *to++ = (*next)++;
    return 0;
}

static void django(void)
{
    unsigned char next = 230;
    sc_env_t env = {.random = count_up, .baton = &next};
    sc_xsrf_binding_t cookie = {.secret =
                                    sc_bytes_str("abcdefghijABCDEFGHIJ0123456789zZ")};
    sc_xsrf_binding_t bad = {.secret = sc_bytes_str("abc")}, none = {0};
    sc_xsrf_t *xsrf;
    const char *err = sc_xsrf_prepare(&xsrf, "django", NULL, 0, pool);
    sc_bytes_t token, again;

    if (!ok(!err, "django: needs no key")) return;
    status_is(sc_xsrf_make(&token, xsrf, &cookie, &env, pool), SC_OK,
              "django: a token is made");
    ok(!memcmp(token.p, "STUVWXYZ0123456789abcdefghijklmn", 32),
       "django: random bytes from 248 on are not used, so that no letter is likelier");
    status_is(check_at(xsrf, token, &cookie, 0), SC_OK, "django: it passes");
    again = made(xsrf, &cookie);
    ok(!sc_bytes_eq(token, again), "django: no two tokens are alike");
    cookie.secret = again;
    status_is(check_at(xsrf, token, &cookie, 0), SC_OK,
              "django: two masks of one secret");
    status_is(check_at(xsrf, token, &bad, 0), SC_MALFORMED,
              "django: a cookie that is none");
    status_is(check_at(xsrf, token, &none, 0), SC_MISMATCH, "django: no cookie");
    status_is(sc_xsrf_make(&token, xsrf, &bad, &env, pool), SC_MALFORMED,
              "django: no token for a cookie that is none");
    status_is(sc_xsrf_make(&token, xsrf, &none, &env, pool), SC_ABSENT,
              "django: no token without a cookie");
}

/* One secret for sessions and tokens: neither passes for the other. */
static void domains(void)
{
    sc_xsrf_t *ours = scheme("signed", "a secret for everything", NULL);
    sc_xsrf_t *wtf = scheme("flask-wtf", "a secret for everything", NULL);
    sc_xsrf_binding_t b = {.user = sc_bytes_str("u"),
                           .visitor = sc_bytes_str("v"),
                           .secret = sc_bytes_str("u")};
    const sc_key_t *key = key_of("main", SC_KEY_RAW, "a secret for everything");
    static const char *const options[] = {"max-age=off"};
    const sc_session_t *session;
    sc_codec_t *codec;
    sc_env_t env = at(NOW);
    sc_bytes_t token = made(ours, &b), cookie;
    sc_doc_t *doc = sc_doc_make(1, pool);

    if (sc_codec_make(&codec, "flask", &key, 1, options, 1, pool)) abort();
    ok(sc_codec_open(&session, codec, token, &env, pool) != SC_OK,
       "a signed token is no session");
    if (sc_codec_seal(&cookie, codec, doc, NULL, &env, pool)) abort();
    ok(check_at(ours, cookie, &b, NOW) != SC_OK, "a session is no signed token");
    ok(check_at(wtf, cookie, &b, NOW) == SC_BAD_SIGNATURE, "nor one of Flask-WTF");
}

static void sentences(void)
{
    const sc_key_t *local = key_of("k", SC_KEY_LOCAL, "0123456789abcdef0123456789abcdef");
    const char *err;
    sc_xsrf_t *xsrf = NULL;
    int i;
    static const char *const text_only[] = {"flask-xsrf", "flask-wtf"};

    err = sc_xsrf_prepare(&xsrf, "flask", &local, 1, pool);
    like(err, "signed, flask-xsrf, flask-wtf, django",
         "an unknown scheme is refused with the known ones");
    err = sc_xsrf_prepare(&xsrf, "signed", NULL, 0, pool);
    like(err, "key", "a scheme without its key is refused");
    for (i = 0; i < 2; i++) {
        err = sc_xsrf_prepare(&xsrf, text_only[i], &local, 1, pool);
        ok(err && !strncmp(err, "key k ", 6), "%s: a PASETO key is refused",
           text_only[i]);
    }
    ok(xsrf == NULL, "and nothing is handed out");
}

/* What a token of flask-xsrf has after its only "|" is read before its MAC. */
static void odd_times(void)
{
    static const sc_xsrf_binding_t user = {.user = {(const unsigned char *)"7", 1}};
    static const struct {
        const char *token; /* before base64 */
        sc_status_t want;
    } cases[] = {
        {"aa", SC_MALFORMED},
        {"aa|", SC_MALFORMED},
        {"aa|-", SC_MALFORMED},
        {"a|a|5", SC_MALFORMED},
        {"aa|5:", SC_MALFORMED},
        {"aa|/5", SC_MALFORMED},
        {"aa|05", SC_MALFORMED},
        {"aa|-0", SC_MALFORMED},
        {"aa|-05", SC_MALFORMED},
        {"aa|0", SC_BAD_SIGNATURE},
        {"aa|5", SC_BAD_SIGNATURE},
        {"aa|-5", SC_BAD_SIGNATURE},
        {"aa|9999999999999", SC_BAD_SIGNATURE},
        {"aa|999999999999999999", SC_BAD_SIGNATURE},
        {"aa|-999999999999999999", SC_BAD_SIGNATURE},
        {"aa|9999999999999999999999", SC_MALFORMED},
    };
    const sc_xsrf_t *xsrf = scheme("flask-xsrf", "a secret of the first key", NULL);

    for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        sc_bytes_t token = sc_base64_encode(sc_bytes_str(cases[i].token), pool);

        status_is(check_at(xsrf, token, &user, NOW), cases[i].want,
                  apr_psprintf(pool, "flask-xsrf: %s", cases[i].token));
    }
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    if (sc_crypto_init()) return 2;
    round_trips();
    all_bindings();
    joined_bindings();
    signed_tokens();
    flask_xsrf();
    odd_times();
    flask_wtf();
    django();
    domains();
    sentences();
    apr_pool_destroy(pool);
    return done();
}
