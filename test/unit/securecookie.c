/* SPDX-License-Identifier: Apache-2.0 */
/* SecureCookie: the envelope around known keys, and the items that it carries as JSON.
 * The MAC of the fixed token was made by werkzeug 0.14.1. */

#include "core/envelope/securecookie.h"
#include "core/serializer/securecookie_items.h"
#include "tap.h"

#include <apr_general.h>
#include <apr_strings.h>

static const sc_limits_t LIMITS = {8192, 65536, 32, 1024};
static const sc_env_t ENV = {.now = 0};

static sc_sealer_t *make_sealer(sc_digest_t digest, const char *const *secrets, int n,
                                apr_pool_t *p)
{
    sc_sealer_t *sealer = apr_pcalloc(p, sizeof(*sealer));
    const sc_key_t **keys = apr_pcalloc(p, sizeof(*keys) * (apr_size_t)n);
    sc_envelope_options_t *options = apr_pcalloc(p, sizeof(*options));
    int i;

    options->digest = digest;
    sealer->format = "werkzeug";
    sealer->options = options;
    sealer->nkeys = n;
    sealer->keys = keys;
    sealer->state = apr_pcalloc(p, sizeof(void *) * (apr_size_t)n);
    for (i = 0; i < n; i++) {
        sc_key_t *key = apr_pcalloc(p, sizeof(*key));

        key->id = apr_psprintf(p, "k%d", i);
        key->secret = sc_bytes_str(secrets[i]);
        keys[i] = key;
        if (sc_envelope_securecookie.prepare(sealer, i, p)) return NULL;
    }
    return sealer;
}

static sc_status_t open_text(sc_opened_t *opened, const sc_sealer_t *sealer,
                             const char *token, apr_pool_t *p)
{
    return sc_envelope_securecookie.open(opened, sealer, sc_bytes_str(token), &ENV, p);
}

/* --- the envelope --- */

typedef struct {
    const char *name;
    const char *token;
    sc_status_t status;
} token_case_t;

#define MAC "rP9dTcaKH4ItmD3ivzktxi4DEL8="

static const token_case_t TOKENS[] = {
    {"werkzeug's own", MAC "?user_id=MQ==", SC_OK},
    {"another value", MAC "?user_id=Mg==", SC_BAD_SIGNATURE},
    {"another name", MAC "?user_ie=MQ==", SC_BAD_SIGNATURE},
    {"the name quoted otherwise", MAC "?user%5Fid=MQ==", SC_BAD_SIGNATURE},
    {"an item more", MAC "?user_id=MQ==&a=MQ==", SC_BAD_SIGNATURE},
    {"an empty item more", MAC "?user_id=MQ==&", SC_BAD_SIGNATURE},
    {"an item less", MAC "?", SC_MALFORMED},
    {"a second question mark", MAC "??user_id=MQ==", SC_BAD_SIGNATURE},
    {"no question mark", MAC, SC_MALFORMED},
    {"nothing", "", SC_MALFORMED},
    {"a question mark", "?", SC_MALFORMED},
    {"no MAC", "?user_id=MQ==", SC_BAD_SIGNATURE},
    {"half a MAC", "rP9dTcaKH4ItmD3i?user_id=MQ==", SC_BAD_SIGNATURE},
    {"the MAC's first byte", "rA==?user_id=MQ==", SC_BAD_SIGNATURE},
    {"a MAC with a byte more",
     "rP9dTcaKH4ItmD3ivzktxi4DEL8A?user_id=MQ==", SC_BAD_SIGNATURE},
    {"another MAC", "sP9dTcaKH4ItmD3ivzktxi4DEL8=?user_id=MQ==", SC_BAD_SIGNATURE},
    {"a MAC without padding", "rP9dTcaKH4ItmD3ivzktxi4DEL8?user_id=MQ==", SC_MALFORMED},
    {"a MAC with other unused bits",
     "rP9dTcaKH4ItmD3ivzktxi4DEL9=?user_id=MQ==", SC_MALFORMED},
    {"a MAC with junk", "rP9d!TcaKH4ItmD3ivzktxi4DEL8=?user_id=MQ==", SC_MALFORMED},
    {"a MAC with a line end", MAC "\n?user_id=MQ==", SC_MALFORMED},
    {"a MAC in hex",
     "acff5d4dc68a1f822d983de2bf392dc62e0310bf?user_id=MQ==", SC_BAD_SIGNATURE},
    {"a MAC that is no base64", "!?user_id=MQ==", SC_MALFORMED},
};

static void check_tokens(apr_pool_t *p)
{
    const char *secret = "deadbeef-secret";
    sc_sealer_t *sealer = make_sealer(SC_SHA1, &secret, 1, p);
    sc_opened_t opened;
    apr_size_t i;

    for (i = 0; i < sizeof(TOKENS) / sizeof(*TOKENS); i++) {
        sc_status_t st = open_text(&opened, sealer, TOKENS[i].token, p);

        ok(st == TOKENS[i].status, "%s: %s (%s)", TOKENS[i].name,
           sc_status_name(TOKENS[i].status), sc_status_name(st));
    }
}

static const char *seal_text(const sc_sealer_t *sealer, const char *payload,
                             apr_pool_t *p)
{
    sc_sealing_t in = {sc_bytes_str(payload), 0, SC_NEVER, {NULL, 0}};
    sc_bytes_t token;

    if (sc_envelope_securecookie.seal(&token, sealer, &in, &ENV, p)) return "";
    return apr_pstrmemdup(p, (const char *)token.p, token.n);
}

static void check_keys(apr_pool_t *p)
{
    const char *ring[] = {"the new secret", "the old secret"}, *two = "a=MQ==&b=Mg==";
    sc_sealer_t *all = make_sealer(SC_SHA1, ring, 2, p);
    sc_sealer_t *new = make_sealer(SC_SHA1, ring, 1, p);
    sc_sealer_t *old = make_sealer(SC_SHA1, ring + 1, 1, p);
    sc_sealer_t *sha256 = make_sealer(SC_SHA256, ring, 1, p);
    const char *token = seal_text(new, two, p);
    sc_opened_t opened;
    char *piped;

    ok(open_text(&opened, all, seal_text(old, two, p), p) == SC_OK && opened.key == 1,
       "a retired key still opens");
    is(seal_text(all, two, p), token, "the first key seals");
    ok(open_text(&opened, new, token, p) == SC_OK &&
           sc_bytes_eq(opened.payload, sc_bytes_str(two)) && opened.issued == SC_NEVER,
       "what was sealed opens");
    ok(open_text(&opened, new, seal_text(old, two, p), p) == SC_BAD_SIGNATURE,
       "a key that is not listed does not open");
    ok(open_text(&opened, sha256, token, p) == SC_BAD_SIGNATURE,
       "a SHA-1 MAC does not open where SHA-256 was configured");
    ok(open_text(&opened, new, seal_text(sha256, two, p), p) == SC_BAD_SIGNATURE,
       "nor the other way round");
    ok(open_text(&opened, sha256, seal_text(sha256, two, p), p) == SC_OK,
       "SHA-256 opens");
    piped = apr_pstrdup(p, token);
    *strchr(piped, '&') = '|';
    ok(open_text(&opened, new, piped, p) == SC_MALFORMED,
       "an & that became a |, which the MAC cannot tell apart, is refused");
    ok(open_text(&opened, new, seal_text(new, "a=M|Q==", p), p) == SC_MALFORMED,
       "a | inside a value is refused");
}

static void check_flips(apr_pool_t *p)
{
    const char *secret = "some secret";
    sc_sealer_t *sealer = make_sealer(SC_SHA512, &secret, 1, p);
    char *token = apr_pstrdup(p, seal_text(sealer, "a=MQ==&user=ImFsaWNlIg==", p));
    apr_size_t i, n = strlen(token);
    int bit, opened_any = 0;
    sc_opened_t opened;
    apr_pool_t *each;

    apr_pool_create(&each, p);
    for (i = 0; i < n * 8; i++) {
        bit = 1 << i % 8;
        token[i / 8] = (char)(token[i / 8] ^ bit);
        if (sc_envelope_securecookie.open(&opened, sealer, sc_bytes(token, n), &ENV,
                                          each) == SC_OK)
            opened_any = 1;
        token[i / 8] = (char)(token[i / 8] ^ bit);
        apr_pool_clear(each);
    }
    ok(!opened_any, "no flipped bit opens");
    for (i = 0; i < n; i++)
        if (sc_envelope_securecookie.open(&opened, sealer, sc_bytes(token, i), &ENV,
                                          each) == SC_OK)
            opened_any = 1;
    ok(!opened_any, "no cut token opens");
    ok(open_text(&opened, sealer, token, p) == SC_OK, "the token itself opens");
}

static void check_prepare(apr_pool_t *p)
{
    const char *secret = "some secret", *sentence;
    sc_sealer_t *sealer = make_sealer(SC_SHA1, &secret, 1, p);
    sc_key_t *key = apr_pmemdup(p, sealer->keys[0], sizeof(*key));
    const sc_key_t *keys[] = {key};

    key->kind = SC_KEY_PUBLIC;
    sealer->keys = keys;
    sentence = sc_envelope_securecookie.prepare(sealer, 0, p);
    ok(sentence && strncmp(sentence, "key k0 ", 7) == 0, "a public key is refused: %s",
       sentence);
}

/* --- the items --- */

typedef struct {
    const char *name;
    const char *payload;
    sc_status_t status;
    const char *json;
} items_case_t;

static const items_case_t ITEMS[] = {
    {"one item", "user_id=MQ==", SC_OK, "{\"user_id\":1}"},
    {"blanks anywhere in a value",
     "v=eyAiYSIgOglbIF0sDQoiYiI6eyB9ICwgImMiOiJ4XCJ5LHoiICwgImQiOlsgMSAsIDIgXX0=", SC_OK,
     "{\"v\":{\"a\":[],\"b\":{},\"c\":\"x\\\"y,z\",\"d\":[1,2]}}"},
    {"several keep their order", "z=MQ==&a=Mg==", SC_OK, "{\"z\":1,\"a\":2}"},
    {"every type", "f=ZmFsc2U=&l=WzEsIFsyLCB7ImEiOiAiYiJ9XV0=&n=bnVsbA==&x=MS41", SC_OK,
     "{\"f\":false,\"l\":[1,[2,{\"a\":\"b\"}]],\"n\":null,\"x\":1.5}"},
    {"an integer beyond 64 bits",
     "n=MzQwMjgyMzY2OTIwOTM4NDYzNDYzMzc0NjA3NDMxNzY4MjExNDU2", SC_OK,
     "{\"n\":340282366920938463463374607431768211456}"},
    {"a name twice: the last counts, where the first was", "a=MQ==&b=Mg==&a=Mw==", SC_OK,
     "{\"a\":3,\"b\":2}"},
    {"of a name twice the first is not read", "a=eno=&a=MQ==", SC_OK, "{\"a\":1}"},
    {"a name twice, quoted once", "a=MQ==&%61=Mg==", SC_OK, "{\"a\":2}"},
    {"a plus is a space", "a+b=MQ==", SC_OK, "{\"a b\":1}"},
    {"a quoted plus is a plus", "a%2Bb=MQ==", SC_OK, "{\"a+b\":1}"},
    {"a quoted name", "%E6%97%A5%3d%26=MQ==", SC_OK, "{\"\\u65e5=&\":1}"},
    {"a quoted NUL", "a%00b=MQ==", SC_OK, "{\"a\\u0000b\":1}"},
    {"a percent sign that quotes nothing", "100%=MQ==&%zz=Mg==&%4=Mw==", SC_OK,
     "{\"100%\":1,\"%zz\":2,\"%4\":3}"},
    {"a name that is no UTF-8", "%FF%E6%97x=MQ==", SC_OK, "{\"\\ufffd\\ufffdx\":1}"},
    {"a name with a quoted surrogate", "%ED%A0%80=MQ==", SC_OK,
     "{\"\\ufffd\\ufffd\\ufffd\":1}"},
    {"an empty name", "=MQ==", SC_OK, "{\"\":1}"},
    {"junk inside base64", "a=M!Q=-_=", SC_OK, "{\"a\":1}"},
    {"_expires stays for the time rules", "_expires=MTc2MDAwMDAxMA==", SC_OK,
     "{\"_expires\":1760000010}"},

    {"nothing", "", SC_MALFORMED, NULL},
    {"no equals sign", "a", SC_MALFORMED, NULL},
    {"one item without one", "a=MQ==&b", SC_MALFORMED, NULL},
    {"an empty item in front", "&a=MQ==", SC_MALFORMED, NULL},
    {"an empty item behind", "a=MQ==&", SC_MALFORMED, NULL},
    {"an empty value", "a=", SC_MALFORMED, NULL},
    {"a value without padding", "a=MQ", SC_MALFORMED, NULL},
    {"a value that is no JSON", "a=MQ==&b=eno=", SC_MALFORMED, NULL},
    {"a value that is two", "a=MSwy", SC_MALFORMED, NULL},
    {"a value that would end its member", "a=MSwiYWRtaW4iOnRydWU=", SC_MALFORMED, NULL},
    {"base64url", "a=Ij8_Ig==", SC_MALFORMED, NULL},
    {"a name outside of ASCII", "\xc3\xa9=MQ==", SC_MALFORMED, NULL},
    {"a pickle", "a=gAJLAS4=", SC_MALFORMED, NULL},
};

static void check_items(apr_pool_t *p)
{
    apr_size_t i;

    for (i = 0; i < sizeof(ITEMS) / sizeof(*ITEMS); i++) {
        const items_case_t *c = &ITEMS[i];
        sc_bytes_t got = sc_bytes_str(""), payload;
        sc_doc_t *doc, *again;
        sc_status_t st =
            sc_serializer_securecookie.decode(&doc, sc_bytes_str(c->payload), &LIMITS, p);

        if (!st) got = sc_doc_write(doc, SC_PLAIN, SC_COMPACT, p);
        ok(st == c->status && (st || sc_bytes_eq(got, sc_bytes_str(c->json))),
           "%s (%s %.*s)", c->name, sc_status_name(st), (int)got.n, got.p);
        if (st) continue;
        ok(sc_serializer_securecookie.encode(&payload, doc, p) == SC_OK &&
               sc_serializer_securecookie.decode(&again, payload, &LIMITS, p) == SC_OK &&
               sc_bytes_eq(got, sc_doc_write(again, SC_PLAIN, SC_COMPACT, p)),
           "%s: written and read again", c->name);
    }
}

static sc_status_t items_within(const char *payload, int depth, int members,
                                apr_size_t bytes, apr_pool_t *p)
{
    const sc_limits_t limits = {8192, bytes, depth, members};
    sc_doc_t *doc;

    return sc_serializer_securecookie.decode(&doc, sc_bytes_str(payload), &limits, p);
}

static void check_limits(apr_pool_t *p)
{
    /* a=[1,[2,{"a":"b"}]] b=[] c=1 : 3 + 4 + 1 members, 4 deep */
    const char *payload = "a=WzEsIFsyLCB7ImEiOiAiYiJ9XV0=&b=W10=&c=MQ==";

    ok(items_within(payload, 4, 8, 23, p) == SC_OK, "within the limits");
    ok(items_within(payload, 3, 8, 24, p) == SC_TOO_LARGE, "too deep");
    ok(items_within(payload, 4, 2, 24, p) == SC_TOO_LARGE, "too many items");
    ok(items_within(payload, 4, 7, 24, p) == SC_TOO_LARGE, "too many members in all");
    ok(items_within(payload, 4, 8, 22, p) == SC_TOO_LARGE, "too many bytes in all");
    ok(items_within("a=WzFd&b=WzFd", 4, 3, 24, p) == SC_TOO_LARGE,
       "members of one value are not there for the next");
    ok(items_within("a=WzFd&b=WzFd", 4, 4, 24, p) == SC_OK, "one more and they are");
    ok(items_within("a=IlssLCJb", 4, 9, 24, p) == SC_MALFORMED, "a string cut short");
    ok(items_within("a=IlssXCJbLCI=", 4, 1, 24, p) == SC_OK,
       "commas and brackets in a string are no members");
}

int main(void)
{
    apr_pool_t *p;

    apr_initialize();
    apr_pool_create(&p, NULL);
    if (sc_crypto_init()) return 1;
    check_tokens(p);
    check_keys(p);
    check_flips(p);
    check_prepare(p);
    check_items(p);
    check_limits(p);
    apr_pool_destroy(p);
    apr_terminate();
    return done();
}
