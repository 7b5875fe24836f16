/* SPDX-License-Identifier: Apache-2.0 */
/* The PASETO envelope: what it refuses. The official vectors (test/vectors/paseto.c) say
 * that it is PASETO; this says that nothing else passes. */
#include <apr_general.h>
#include <apr_strings.h>
#include "core/envelope/paseto_footer.h"
#include "core/base/base64.h"
#include "core/crypto/pkey.h"
#include "core/codec/codec.h"
#include "core/envelope/paseto.h"
#include "core/key/paserk.h"
#include "tap.h"

#define KEYS 6

static sc_env_t env = {.random = sc_crypto_random};

/* A sealer: the envelope alone, without the table of formats. */
typedef struct {
    sc_sealer_t sealer;
    sc_envelope_options_t options;
    const sc_key_t *keys[KEYS];
    void *state[KEYS];
} fixture_t;

static const char *add(fixture_t *f, const sc_key_t *key, apr_pool_t *p)
{
    int i = f->sealer.nkeys++;

    f->keys[i] = key;
    f->sealer.keys = f->keys;
    f->sealer.state = f->state;
    f->sealer.options = &f->options;
    return sc_envelope_paseto.prepare(&f->sealer, i, p);
}

static fixture_t *with(const sc_key_t *key, apr_pool_t *p)
{
    fixture_t *f = apr_pcalloc(p, sizeof *f);

    if (add(f, key, p)) ok(0, "key %s is prepared", key->id);
    return f;
}

static sc_key_t *new_key(int version, const char *purpose, const char *id, apr_pool_t *p)
{
    sc_key_t *key = NULL;

    if (sc_key_new(&key, version, purpose, &env, p))
        ok(0, "a key of v%d is made", version);
    key->id = id;
    return key;
}

static sc_key_t *raw_key(const char *secret, apr_size_t n, apr_pool_t *p)
{
    sc_key_t *key = apr_pcalloc(p, sizeof *key);

    key->id = "raw";
    key->secret = sc_bytes(secret, n);
    return key;
}

static sc_status_t open_text(sc_opened_t *opened, fixture_t *f, sc_bytes_t token,
                             apr_pool_t *p)
{
    return sc_envelope_paseto.open(opened, &f->sealer, token, &env, p);
}

static sc_status_t try_text(fixture_t *f, sc_bytes_t token, apr_pool_t *p)
{
    sc_opened_t opened;

    return open_text(&opened, f, token, p);
}

static sc_status_t try_string(fixture_t *f, const char *token, apr_pool_t *p)
{
    return try_text(f, sc_bytes_str(token), p);
}

static sc_bytes_t seal(fixture_t *f, int key, const char *payload, const char *footer,
                       apr_pool_t *p)
{
    sc_sealing_t in = {0};
    sc_bytes_t token = {NULL, 0};

    in.payload = sc_bytes_str(payload);
    in.key = key;
    if (footer) in.footer = sc_bytes_str(footer);
    if (sc_envelope_paseto.seal(&token, &f->sealer, &in, &env, p)) ok(0, "it seals");
    return token;
}

/* --- properties of every version and purpose --- */

static void cut_everywhere(const char *name, fixture_t *f, sc_bytes_t token,
                           apr_pool_t *p)
{
    apr_size_t n, passed = 0, step = tap_valgrind() ? 11 : 1;

    for (n = 0; n < token.n; n += step)
        passed += try_text(f, sc_bytes_dup(sc_bytes(token.p, n), p), p) == SC_OK;
    ok(passed == 0, "%s: no truncated token opens", name);
}

static void flip_everything(const char *name, fixture_t *f, sc_bytes_t token,
                            apr_pool_t *p)
{
    unsigned char *copy = apr_pmemdup(p, token.p, token.n);
    apr_size_t i, passed = 0, told = 0, step = tap_valgrind() ? 23 : 1;
    sc_status_t st;
    apr_pool_t *sub;
    int bit;

    apr_pool_create(&sub, p);
    for (i = 0; i < token.n; i += step) {
        for (bit = 0; bit < 8; bit++) {
            copy[i] ^= (unsigned char)(1 << bit);
            st = try_text(f, sc_bytes(copy, token.n), sub);
            passed += st == SC_OK;
            told += i >= strlen(name) + 1 && st != SC_MALFORMED && st != SC_BAD_SIGNATURE;
            copy[i] ^= (unsigned char)(1 << bit);
        }
        apr_pool_clear(sub);
    }
    ok(passed == 0 && try_text(f, sc_bytes(copy, token.n), p) == SC_OK,
       "%s: no token with a flipped bit opens", name);
    ok(told == 0, "%s: no flipped bit is answered by what it decrypts to", name);
}

/* The token under every other header. */
static void relabel(const char *name, fixture_t *f, sc_bytes_t token, apr_pool_t *p)
{
    static const char *const headers[] = {
        "v1.local.",  "v2.local.",  "v3.local.", "v4.local.", "v1.public.", "v2.public.",
        "v3.public.", "v4.public.", "v5.local.", "V4.local.", "v4.LOCAL."};
    const char *text = apr_pstrmemdup(p, (const char *)token.p, token.n);
    const char *body = strchr(strchr(text, '.') + 1, '.') + 1;
    apr_size_t i, passed = 0;

    for (i = 0; i < sizeof headers / sizeof *headers; i++)
        if (strncmp(text, headers[i], strlen(headers[i])) != 0)
            passed += try_string(f, apr_pstrcat(p, headers[i], body, NULL), p) == SC_OK;
    ok(passed == 0, "%s: the body does not open under any other header", name);
}

static void append(const char *name, fixture_t *f, sc_bytes_t token, apr_pool_t *p)
{
    static const char *const tails[] = {
        ".", "A", "AA", "AAAA", "=", "==", " ", "\n", ".e30", ".e30.", "..", ".\xff"};
    const char *text = apr_pstrmemdup(p, (const char *)token.p, token.n);
    apr_size_t i, passed = 0;

    for (i = 0; i < sizeof tails / sizeof *tails; i++)
        passed += try_string(f, apr_pstrcat(p, text, tails[i], NULL), p) == SC_OK;
    ok(passed == 0, "%s: nothing may follow the token, no empty footer either", name);
}

static void short_bodies(const char *name, fixture_t *f, const char *header,
                         apr_pool_t *p)
{
    unsigned char zeros[300] = {0};
    apr_size_t n, passed = 0;

    for (n = 0; n < sizeof zeros; n++) {
        sc_bytes_t body = sc_base64url_encode(sc_bytes(zeros, n), p);

        passed += try_string(f, apr_pstrcat(p, header, body.p, NULL), p) == SC_OK;
    }
    ok(passed == 0, "%s: no body of zeros opens, however short", name);
}

static void properties(int version, const char *purpose, apr_pool_t *p)
{
    const char *kind = strcmp(purpose, "local") == 0 ? "local" : "secret";
    const char *name = apr_psprintf(p, "v%d.%s", version, purpose);
    fixture_t *f = with(new_key(version, kind, "main", p), p);
    fixture_t *other = with(new_key(version, kind, "other", p), p);
    const char *payload = "{\"user_id\":\"\xd0\x96\"}";
    sc_bytes_t token = seal(f, 0, payload, NULL, p), footed = seal(f, 0, payload, "f", p);
    sc_opened_t opened = {0};

    ok(open_text(&opened, f, token, p) == SC_OK && opened.key == 0 && !opened.footer.p &&
           opened.issued == SC_NEVER &&
           sc_bytes_eq(opened.payload, sc_bytes_str(payload)),
       "%s: what was sealed opens, without a footer", name);
    ok(open_text(&opened, f, footed, p) == SC_OK &&
           sc_bytes_eq(opened.footer, sc_bytes_str("f")),
       "%s: a footer comes back", name);
    ok(open_text(&opened, f, seal(f, 0, "", NULL, p), p) == SC_OK &&
           opened.payload.n == 0,
       "%s: an empty payload opens", name);
    ok(try_text(other, token, p) == SC_BAD_SIGNATURE, "%s: another key does not open",
       name);
    ok(try_string(f, apr_pstrcat(p, token.p, ".Zg", NULL), p) == SC_BAD_SIGNATURE,
       "%s: a footer that was added later is refused", name);
    ok(try_text(f, sc_bytes(footed.p, footed.n - 3), p) == SC_BAD_SIGNATURE,
       "%s: a footer that was taken off is refused", name);
    cut_everywhere(name, f, footed, p);
    flip_everything(name, f, footed, p);
    relabel(name, f, footed, p);
    append(name, f, token, p);
    short_bodies(name, f, apr_pstrcat(p, name, ".", NULL), p);
}

/* --- keys --- */

static void confusion(apr_pool_t *p)
{
    sc_key_t *secret = new_key(4, "secret", "pair", p), *pub = NULL, *p3 = NULL;
    fixture_t *f = with(secret, p), *verify, *forger;
    sc_bytes_t bytes = sc_pkey_export(secret->pkey, 0, p),
               token = seal(f, 0, "{}", NULL, p);
    sc_sealing_t in = {0};
    sc_bytes_t out;

    ok(!sc_key_public(&pub, secret, p), "the public half is taken");
    verify = with(pub, p);
    ok(try_text(verify, token, p) == SC_OK, "the public half verifies");
    ok(sc_envelope_paseto.seal(&out, &verify->sealer, &in, &env, p) == SC_UNSUPPORTED,
       "a public key seals nothing");
    forger = with(raw_key((const char *)bytes.p, bytes.n, p), p);
    ok(try_text(verify, seal(forger, 0, "{}", NULL, p), p) == SC_UNSUPPORTED,
       "a token made with the public key as a local one is refused");
    ok(try_text(forger, token, p) == SC_UNSUPPORTED,
       "a public token is refused where there are local keys only");
    forger->options.version = 3;
    ok(try_text(with(new_key(2, "local", "v2", p), p),
                seal(with(new_key(4, "local", "v4", p), p), 0, "{}", NULL, p),
                p) == SC_UNSUPPORTED,
       "a version that the source has no key of is refused");
    p3 = new_key(3, "secret", "p384", p);
    ok(try_text(with(p3, p), token, p) == SC_UNSUPPORTED,
       "v4.public is refused under v3");
}

static void one_secret_all_versions(apr_pool_t *p)
{
    const char *secret = "0123456789abcdef0123456789ABCDEF";
    sc_bytes_t token;
    int sealed, opened;

    for (sealed = 1; sealed <= 4; sealed++) {
        fixture_t *f = apr_pcalloc(p, sizeof *f);
        int passed = 0;

        f->options.version = sealed;
        if (add(f, raw_key(secret, 32, p), p)) ok(0, "v%d takes 32 bytes", sealed);
        token = seal(f, 0, "{}", NULL, p);
        for (opened = 1; opened <= 4; opened++) {
            fixture_t *g = apr_pcalloc(p, sizeof *g);

            g->options.version = opened;
            if (add(g, raw_key(secret, 32, p), p)) ok(0, "v%d takes 32 bytes", opened);
            passed += try_text(g, token, p) == SC_OK;
        }
        ok(passed == 1, "one secret under all versions: v%d.local opens under v%d alone",
           sealed, sealed);
    }
}

static const char *prepare_raw(int version, apr_size_t n, apr_pool_t *p)
{
    static const char secret[80] = "a secret that is as long as it has to be";
    fixture_t *f = apr_pcalloc(p, sizeof *f);

    f->options.version = version;
    return add(f, raw_key(secret, n, p), p);
}

static void raw_lengths(apr_pool_t *p)
{
    ok(!prepare_raw(2, 32, p), "v2 takes a secret of 32 bytes");
    ok(says(prepare_raw(2, 31, p), "exactly 32") &&
           says(prepare_raw(2, 33, p), "key raw "),
       "v2 takes no other");
    ok(!prepare_raw(4, 1, p) && !prepare_raw(4, 64, p), "v4 takes 1 to 64 bytes");
    like(prepare_raw(4, 65, p), "1 to 64", "v4 takes no 65");
    ok(!prepare_raw(1, 2, p) && !prepare_raw(3, 80, p), "v1 and v3 take any length");
    like(prepare_raw(1, 0, p), "key raw ", "v1 takes no empty secret");
    ok(!prepare_raw(0, 64, p), "without version= a secret is v4's");
}

static const char *prepare_as(const sc_key_t *key, int version, const char *purpose,
                              const char *assertion, apr_pool_t *p)
{
    fixture_t *f = apr_pcalloc(p, sizeof *f);

    f->options.version = version;
    f->options.purpose = purpose;
    f->options.assertion = assertion;
    return add(f, key, p);
}

static void sentences(apr_pool_t *p)
{
    const sc_key_t *raw = raw_key("0123456789abcdef", 16, p);
    const sc_key_t *local = new_key(4, "local", "loc", p),
                   *ed = new_key(4, "secret", "ed", p);
    const sc_key_t *p384 = new_key(3, "secret", "ec", p);
    sc_key_t pem = *ed;

    like(prepare_as(raw, 4, "public", "", p), "key raw is a bare secret",
         "a secret for purpose=public is refused");
    like(prepare_as(local, 4, "public", "", p), "key loc is a local key",
         "a local key for purpose=public is refused");
    like(prepare_as(ed, 4, "local", "", p), "key ed is an asymmetric key",
         "an asymmetric key for purpose=local is refused");
    like(prepare_as(local, 3, NULL, "", p), "version=3",
         "a v4 key for version=3 is refused");
    like(prepare_as(p384, 4, NULL, "", p), "key ec ", "a P-384 key for v4 is refused");
    pem.version = 0;
    ok(!prepare_as(&pem, 2, NULL, "", p) && !prepare_as(&pem, 4, NULL, "", p),
       "an Ed25519 PEM serves v2 or v4");
    ok(says(prepare_as(&pem, 3, NULL, "", p), "v3 P-384") &&
           says(prepare_as(&pem, 1, NULL, "", p), "v1 needs RSA"),
       "an Ed25519 PEM for v1 or v3 is refused");
    pem.version = 2; /* CookieSessionKey … version=2 */
    like(prepare_as(&pem, 4, NULL, "", p), "for PASETO v2, and version=4",
         "an Ed25519 PEM for v4 is refused where its line says version=2");
    like(prepare_as(new_key(2, "local", "old", p), 0, NULL, "x", p),
         "no implicit assertion", "an assertion for v2 is refused");
    ok(!prepare_as(new_key(3, "local", "v3", p), 0, NULL, "x", p),
       "an assertion for v3 is fine");
}

/* Two Ed25519 PEMs in one source, of which one is for v2 and one for v4. */
static void versions_of_pems(apr_pool_t *p)
{
    sc_key_t old = *new_key(2, "secret", "old", p), new = *new_key(4, "secret", "new", p);
    sc_bytes_t v2 = {0}, v4 = {0}, payload = sc_bytes_str("{}");
    sc_opened_t opened;
    fixture_t *f = with(&new, p), *two = with(&old, p);
    sc_sealing_t in = {.payload = payload};

    if (sc_envelope_paseto.seal(&v4, &f->sealer, &in, &env, p) ||
        sc_envelope_paseto.seal(&v2, &two->sealer, &in, &env, p))
        ok(0, "tokens are made");
    ok(!add(f, &old, p), "a source takes a key of v2 beside one of v4");
    ok(sc_bytes_starts(v2, "v2.public.") && !open_text(&opened, f, v2, p) &&
           opened.key == 1,
       "a v2 token opens with the one");
    ok(sc_bytes_starts(v4, "v4.public.") && !open_text(&opened, f, v4, p) &&
           opened.key == 0,
       "a v4 token with the other");
    old.version = 0;
    f = with(&new, p);
    ok(!add(f, &old, p) && open_text(&opened, f, v2, p) != SC_OK,
       "without its version it counts as v4");
}

/* A codec of purpose=public around the bytes of a key. */
static fixture_t *with_bytes(const char **err, int version, sc_bytes_t bytes,
                             apr_pool_t *p)
{
    fixture_t *f = apr_pcalloc(p, sizeof *f);

    f->options.version = version;
    f->options.purpose = "public";
    *err = add(f, raw_key((const char *)bytes.p, bytes.n, p), p);
    return f;
}

static void bytes_of_a_key(int version, apr_pool_t *p)
{
    const sc_key_t *key = new_key(version, "secret", "main", p);
    sc_bytes_t pub = sc_pkey_export(key->pkey, 0, p),
               secret = sc_pkey_export(key->pkey, 1, p);
    const char *err = NULL, *secret_err = NULL;
    fixture_t *f = with_bytes(&err, version, pub, p);
    fixture_t *s = with_bytes(&secret_err, version, secret, p);
    sc_bytes_t token = seal(with(key, p), 0, "{}", NULL, p);
    sc_opened_t opened;
    sc_sealing_t in = {.payload = sc_bytes_str("{}")};

    ok(!err && open_text(&opened, f, token, p) == SC_OK,
       "v%d: the bytes of a public key open under purpose=public", version);
    ok(sc_envelope_paseto.seal(&token, &f->sealer, &in, &env, p) == SC_UNSUPPORTED,
       "v%d: they do not sign", version);
    ok(!secret_err && try_text(f, seal(s, 0, "{}", NULL, p), p) == SC_OK,
       "v%d: the bytes of a secret key sign", version);
    with_bytes(&err, version, sc_bytes(pub.p, pub.n - 2), p);
    like(err, "key raw is a bare secret", "v%d: two bytes less are no key", version);
    with_bytes(&err, version, sc_bytes(secret.p, secret.n - 1), p);
    like(err, "key raw is a bare secret", "v%d: nor of a secret key", version);
    with_bytes(&err, version == 3 ? 4 : 3, pub, p);
    like(err, "key raw is a bare secret", "v%d: another version's are refused", version);
    f = apr_pcalloc(p, sizeof *f);
    f->options.version = version == 2 ? 2 : 3;
    (void)add(f, raw_key((const char *)pub.p, pub.n < 32 ? pub.n : 32, p), p);
    ok(try_text(f, token, p) == SC_UNSUPPORTED,
       "v%d: without purpose=public they verify nothing", version);
}

static void bytes_of_mixed_halves(apr_pool_t *p)
{
    sc_bytes_t one = sc_pkey_export(new_key(4, "secret", "a", p)->pkey, 1, p),
               two = sc_pkey_export(new_key(4, "secret", "b", p)->pkey, 1, p);
    const sc_bytes_t halves[] = {sc_bytes(one.p, 32), sc_bytes_from(two, 32)};
    const char *err = NULL;

    with_bytes(&err, 4, sc_bytes_join(halves, 2, p), p);
    like(err, "key raw is a bare secret",
         "a seed with somebody else's public key is no secret key");
    with_bytes(&err, 0, sc_bytes(one.p, 64), p);
    ok(!err, "without a version= 64 bytes are v4's");
    with_bytes(&err, 0, sc_pkey_export(new_key(3, "secret", "c", p)->pkey, 0, p), p);
    ok(!err, "and 49 v3's");
}

static void assertions(apr_pool_t *p)
{
    static const char *const purposes[] = {"local", "secret"};
    int version, i;

    for (version = 3; version <= 4; version++) {
        for (i = 0; i < 2; i++) {
            fixture_t *f = with(new_key(version, purposes[i], "main", p), p);
            sc_bytes_t token;

            f->options.assertion = "tenant-1";
            token = seal(f, 0, "{}", NULL, p);
            ok(try_text(f, token, p) == SC_OK, "v%d %s: with its assertion a token opens",
               version, purposes[i]);
            f->options.assertion = "tenant-2";
            ok(try_text(f, token, p) == SC_BAD_SIGNATURE,
               "v%d %s: with another it does not", version, purposes[i]);
            f->options.assertion = "";
            ok(try_text(f, token, p) == SC_BAD_SIGNATURE, "v%d %s: without it neither",
               version, purposes[i]);
        }
    }
}

/* --- footers and kid --- */

static void footers(apr_pool_t *p)
{
    static const struct {
        const char *footer, *kid;
    } cases[] = {{"{\"kid\":\"k\"}", "k"},
                 {" \t\r\n{\"kid\":\"k\"}", "k"},
                 {"", NULL},
                 {"  ", NULL},
                 {"kid", NULL},
                 {"[\"kid\"]", NULL},
                 {"{\"kid\":7}", NULL},
                 {"{\"kid\":", NULL},
                 {"{\"a\":\"kid\"}", NULL},
                 {"\"kid\"", NULL}};

    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        sc_bytes_t kid;

        ok(!sc_footer_kid(&kid, sc_bytes_str(cases[i].footer), p) &&
               (cases[i].kid ? sc_bytes_eq(kid, sc_bytes_str(cases[i].kid)) : !kid.n),
           "the kid of a footer: %s", cases[i].footer);
    }
}

static const char *kid_footer(const char *kid, apr_pool_t *p)
{
    return apr_psprintf(p, "{\"kid\":\"%s\"}", kid);
}

/* A token sealed by a key of this id and material, with this kid. */
static sc_bytes_t sealed_by(const sc_key_t *key, const char *id, const char *kid,
                            apr_pool_t *p)
{
    sc_key_t named = *key;

    named.id = id;
    return seal(with(&named, p), 0, "{}", kid_footer(kid, p), p);
}

static int opens_with(fixture_t *f, sc_bytes_t token, int key, apr_pool_t *p)
{
    sc_opened_t opened = {0};

    return open_text(&opened, f, token, p) == SC_OK && opened.key == key;
}

/* Keys a and b are listed, c is a stranger's. */
static void kids_of(const char *kind, apr_pool_t *p)
{
    sc_key_t *a = new_key(4, kind, "a", p), *b = new_key(4, kind, "b", p);
    sc_key_t *c = new_key(4, kind, "c", p);
    const sc_key_kind_t id = a->kind == SC_KEY_SECRET ? SC_KEY_PUBLIC : SC_KEY_LOCAL;
    fixture_t *both = with(a, p), *only_b = with(b, p);
    const char *id_b = sc_paserk_id(b, id, p), *id_c = sc_paserk_id(c, id, p);

    if (add(both, b, p)) ok(0, "two keys are prepared");
    ok(opens_with(both, sealed_by(b, "b", "b", p), 1, p),
       "%s: a kid that is the key's id picks it", kind);
    ok(opens_with(both, sealed_by(b, "b", id_b, p), 1, p),
       "%s: a kid that is the key's PASERK id picks it", kind);
    ok(opens_with(both, sealed_by(b, "b", "issuer-7", p), 1, p),
       "%s: a kid of the issuer's own is no obstacle", kind);
    ok(opens_with(both, seal(only_b, 0, "{}", "{\"n\":1}", p), 1, p) &&
           opens_with(both, seal(only_b, 0, "{}", "{\"kid\":7}", p), 1, p),
       "%s: without a kid, or one that is no string, every key is tried", kind);
    ok(try_text(both, sealed_by(c, "c", id_c, p), p) == SC_UNKNOWN_KEY,
       "%s: a stranger's PASERK id is an unknown key", kind);
    ok(try_text(both, sealed_by(c, "c", "issuer-7", p), p) == SC_BAD_SIGNATURE,
       "%s: any other kid of his is a bad signature", kind);
    ok(try_text(both, sealed_by(c, "b", "b", p), p) == SC_BAD_SIGNATURE,
       "%s: a stranger's token that names our key is refused", kind);
    ok(try_text(both, sealed_by(b, "a", "a", p), p) == SC_BAD_SIGNATURE,
       "%s: a token of one key that names another is refused", kind);
}

static void foreign_sid(apr_pool_t *p)
{
    sc_key_t *secret = new_key(4, "secret", "main", p), *pub = NULL;
    fixture_t *issuer = with(secret, p), *verifier;
    const char *sid = sc_paserk_id(secret, SC_KEY_SECRET, p);

    ok(!sc_key_public(&pub, secret, p), "the public half is taken");
    verifier = with(pub, p);
    ok(try_text(verifier, seal(issuer, 0, "{}", kid_footer(sid, p), p), p) == SC_OK,
       "a token that names its secret key's sid, as PySETO writes it, opens with the "
       "public key");
}

static void bounds(apr_pool_t *p)
{
    fixture_t *f = with(new_key(4, "local", "main", p), p);
    char *deep = apr_psprintf(p, "{\"a\":%s1%s}", "[[[[[[", "]]]]]]"),
         *wide = apr_pstrdup(p, "{");
    char *longest = apr_pcalloc(p, 4098);
    sc_sealing_t in = {0};
    sc_bytes_t token;
    int i;

    memset(longest, 'x', 4097);
    in.payload = in.footer = sc_bytes_str(longest);
    ok(sc_envelope_paseto.seal(&token, &f->sealer, &in, &env, p) == SC_TOO_LARGE,
       "a footer of 4097 bytes is not written");
    ok(try_string(f,
                  apr_pstrcat(p, "v4.local.AAAA.",
                              sc_base64url_encode(sc_bytes_str(longest), p).p, NULL),
                  p) == SC_TOO_LARGE,
       "nor read");
    longest[4096] = '\0';
    ok(try_text(f, seal(f, 0, "{}", longest, p), p) == SC_OK, "one of 4096 is both");
    for (i = 0; i < 100; i++)
        wide = apr_psprintf(p, "%s\"%d\":%d%s", wide, i, i, i < 99 ? "," : "}");
    ok(try_string(f,
                  apr_pstrcat(p, "v4.local.AAAA.",
                              sc_base64url_encode(sc_bytes_str(deep), p).p, NULL),
                  p) == SC_TOO_LARGE,
       "a footer that nests too deep is refused before anything else");
    ok(try_string(f,
                  apr_pstrcat(p, "v4.local.AAAA.",
                              sc_base64url_encode(sc_bytes_str(wide), p).p, NULL),
                  p) == SC_TOO_LARGE,
       "so is one with too many members");
    ok(try_text(f, seal(f, 0, "{}", "{\"kid\":", p), p) == SC_OK,
       "a footer that only looks like JSON is text");
}

/* --- rotation --- */

static void rotation(apr_pool_t *p)
{
    sc_key_t *old = new_key(4, "local", "old", p), *fresh = new_key(4, "local", "new", p);
    fixture_t *before = with(old, p), *after = with(fresh, p);
    const char *lid = sc_paserk_id(old, SC_KEY_LOCAL, p);
    const char *new_lid = sc_paserk_id(fresh, SC_KEY_LOCAL, p);
    sc_opened_t opened = {0};
    sc_bytes_t token;

    if (add(after, old, p)) ok(0, "both keys are prepared");
    ok(open_text(&opened, after, seal(before, 0, "{}", NULL, p), p) == SC_OK &&
           opened.key == 1,
       "a token sealed with a retired key still opens");
    token = seal(after, 0, "{}", kid_footer(lid, p), p);
    ok(open_text(&opened, after, token, p) == SC_OK && opened.key == 0 &&
           sc_bytes_eq(opened.footer, sc_bytes_str(kid_footer(new_lid, p))),
       "sealed anew, the footer names the new key by its lid");
    token = seal(after, 0, "{}", kid_footer("old", p), p);
    ok(open_text(&opened, after, token, p) == SC_OK &&
           sc_bytes_eq(opened.footer, sc_bytes_str(kid_footer("new", p))),
       "or by its own id");
    token = seal(after, 0, "{}", "{\"a\":1,\"kid\":\"k4.sid.x\",\"b\":2}", p);
    ok(open_text(&opened, after, token, p) == SC_OK &&
           sc_bytes_eq(opened.footer, sc_bytes_str("{\"a\":1,\"b\":2}")),
       "an id of a kind that the new key does not have is left out");
    token = seal(after, 0, "{}", kid_footer("issuer-7", p), p);
    ok(open_text(&opened, after, token, p) == SC_OK &&
           sc_bytes_eq(opened.footer, sc_bytes_str(kid_footer("issuer-7", p))),
       "any other kid stays as it is");
}

/* --- how many verifications a token may cost --- */

/* Opens the token with `left` verifications to spend, and checks what that comes to. */
static void is_spent(const char *sentence, fixture_t *f, sc_bytes_t token, int left,
                     sc_status_t status, int rest, apr_pool_t *p)
{
    const sc_env_t limited = {.random = sc_crypto_random, .verifications = &left};
    sc_opened_t opened;
    sc_status_t st = sc_envelope_paseto.open(&opened, &f->sealer, token, &limited, p);

    ok(st == status && left == rest, "%s (%s, %d left)", sentence, sc_status_name(st),
       left);
}

static void verifications(apr_pool_t *p)
{
    static const char *const ids[] = {"a", "b", "c", "d"};
    fixture_t *f = apr_pcalloc(p, sizeof *f);
    sc_key_t *stranger = new_key(4, "secret", "stranger", p);
    const char *pid = sc_paserk_id(stranger, SC_KEY_PUBLIC, p);
    sc_bytes_t forged = seal(with(stranger, p), 0, "{}", NULL, p), last;

    for (int i = 0; i < 4; i++)
        if (add(f, new_key(4, "secret", ids[i], p), p)) ok(0, "four keys are prepared");
    if (add(f, new_key(3, "secret", "v3", p), p) ||
        add(f, new_key(4, "local", "l", p), p))
        ok(0, "and two of another kind");
    last = seal(f, 3, "{}", NULL, p);
    ok(sc_envelope_paseto.most_verifications(&f->sealer) == 4,
       "only the public keys of one version add up");
    is_spent("a forged token costs one verification a key", f, forged, 9,
             SC_BAD_SIGNATURE, 5, p);
    is_spent("and may cost what is left", f, forged, 4, SC_BAD_SIGNATURE, 0, p);
    is_spent("more is too-large, inside a token", f, forged, 3, SC_TOO_LARGE, -1, p);
    is_spent("or before the first key", f, forged, 0, SC_TOO_LARGE, -1, p);
    is_spent("and stays so", f, forged, -1, SC_TOO_LARGE, -1, p);
    is_spent("a good token costs the keys before its own", f, last, 4, SC_OK, 0, p);
    is_spent("and is refused when its own cannot be tried", f, last, 3, SC_TOO_LARGE, -1,
             p);
    is_spent("a kid picks its key first", f, seal(f, 3, "{}", kid_footer("d", p), p), 1,
             SC_OK, 0, p);
    is_spent("and only that one", f, sealed_by(stranger, "d", "d", p), 4,
             SC_BAD_SIGNATURE, 3, p);
    is_spent("a PASERK id that is not listed costs nothing", f,
             sealed_by(stranger, "x", pid, p), 4, SC_UNKNOWN_KEY, 4, p);
    is_spent("nor does a token that is too short for a signature", f,
             sc_bytes_str("v4.public.e30"), 4, SC_MALFORMED, 4, p);
    is_spent("nor a local token, which opens when nothing is left", f,
             seal(f, 5, "{}", NULL, p), 0, SC_OK, 0, p);
    ok(try_text(f, forged, p) == SC_BAD_SIGNATURE && try_text(f, last, p) == SC_OK,
       "without a limit every key is tried");
}

int main(void)
{
    apr_pool_t *p;
    int version;

    apr_initialize();
    apr_pool_create(&p, NULL);
    if (sc_crypto_init()) return 1;
    for (version = 1; version <= 4; version++) {
        properties(version, "local", p);
        properties(version, "public", p);
    }
    confusion(p);
    one_secret_all_versions(p);
    raw_lengths(p);
    sentences(p);
    for (version = 1; version <= 4; version++)
        bytes_of_a_key(version, p);
    bytes_of_mixed_halves(p);
    versions_of_pems(p);
    assertions(p);
    footers(p);
    kids_of("local", p);
    kids_of("secret", p);
    foreign_sid(p);
    bounds(p);
    rotation(p);
    verifications(p);
    apr_pool_destroy(p);
    return done();
}
