/* SPDX-License-Identifier: Apache-2.0 */
/* Aliases of sessions: what is stored opens for its own alias alone and gives nothing
 * away, what comes back is what went in, and no session that is sealed for it outlives
 * the first. */
#include "bytes.h"
#include "tap.h"
#include "core/crypto/crypto.h"
#include "core/handoff/alias.h"
#include "core/handoff/grant.h"
#include "core/handoff/pkce.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <stdlib.h>

#define NOW    apr_time_from_sec(1760000000)
#define MINUTE apr_time_from_sec(60)
#define HOUR   apr_time_from_sec(3600)
#define SESSION                                                                          \
    "{\"_user_id\":\"7\",\"b\":{\" t\":[1,2]},\"a\":12345678901234567890123,"            \
    "\"secret\":\"\\ud800 anna\",\"list\":[1.50,null]}"

static apr_pool_t *pool;

static const sc_limits_t limits = {8192, 65536, 32, 1024};

static sc_env_t at(apr_time_t now)
{
    sc_env_t env = {.now = now, .random = sc_crypto_random};

    return env;
}

static void status_is(sc_status_t got, sc_status_t want, const char *sentence)
{
    if (!ok(got == want, "%s", sentence)) printf("# %s\n", sc_status_name(got));
}

static sc_alias_t new_alias(void)
{
    sc_env_t env = at(NOW);
    sc_alias_t alias;

    if (sc_alias_make(&alias, &env)) abort();
    return alias;
}

static int no_random(void *baton, unsigned char *to, apr_size_t n)
{
    (void)baton;
    memset(to, 0, n);
    return 1;
}

static int holds(sc_bytes_t bytes, sc_bytes_t part)
{
    for (apr_size_t i = 0; i + part.n <= bytes.n; i++)
        if (memcmp(bytes.p + i, part.p, part.n) == 0) return 1;
    return 0;
}

/* --- the alias --- */

static void test_text(void)
{
    const char *bad[] = {"",
                         "A",
                         "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                         "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB",
                         "AAAAAAAAAAAAAAAAAAAA+AAAAAAAAAAAAAAAAAAAAAA",
                         " AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
    sc_alias_t alias = new_alias(), other = new_alias(), back;
    sc_env_t none = {.random = no_random};
    sc_bytes_t text = sc_alias_text(&alias, pool);

    ok(text.n == SC_ALIAS_TEXT, "an alias has 43 characters");
    ok(!sc_bytes_eq(text, sc_alias_text(&other, pool)), "two aliases differ");
    status_is(sc_alias_read(&back, text, pool), SC_OK, "its text is read again");
    ok(memcmp(back.secret, alias.secret, SC_ALIAS_SECRET) == 0, "as the same alias");
    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ok(sc_alias_read(&back, sc_bytes_str(bad[i]), pool) == SC_MALFORMED,
           "\"%s\" is not an alias", bad[i]);
    status_is(sc_alias_make(&back, &none), SC_ERROR, "there is none without randomness");
}

static void test_id(void)
{
    sc_alias_t alias = new_alias();
    const sc_bytes_t secret = sc_bytes(alias.secret, SC_ALIAS_SECRET);
    unsigned char id[SC_ALIAS_ID], again[SC_ALIAS_ID], plain[SC_ALIAS_ID];

    ok(!sc_alias_id(id, &alias) && !sc_alias_id(again, &alias) && !memcmp(id, again, 32),
       "the store's key of an alias is always the same");
    ok(!sc_digest(plain, SC_SHA256, &secret, 1) && memcmp(id, plain, 32) != 0,
       "and is not the bare hash of its secret");
    alias.secret[31] ^= 1;
    ok(!sc_alias_id(again, &alias) && memcmp(id, again, 32) != 0,
       "another alias has another");
}

static void test_sealing(void)
{
    const sc_bytes_t text = sc_bytes_str("what anna has in her session");
    sc_alias_t alias = new_alias(), other = new_alias();
    sc_env_t env = at(NOW);
    unsigned char id[SC_ALIAS_ID];
    sc_bytes_t stored, again, opened;
    int refused = 0;

    status_is(sc_alias_seal(&stored, &alias, text, &env, pool), SC_OK,
              "a text is sealed");
    ok(!sc_alias_open(&opened, &alias, stored, pool) && sc_bytes_eq(opened, text),
       "and opened with its alias");
    ok(!holds(stored, sc_bytes(text.p, 4)), "what is stored does not hold the text");
    ok(!sc_alias_seal(&again, &alias, text, &env, pool) && !sc_bytes_eq(stored, again),
       "sealed again it looks different");
    status_is(sc_alias_open(&opened, &other, stored, pool), SC_BAD_SIGNATURE,
              "another alias does not open it");
    /* Who reads the store has the id. */
    if (sc_alias_id(id, &alias)) abort();
    memcpy(other.secret, id, SC_ALIAS_SECRET);
    status_is(sc_alias_open(&opened, &other, stored, pool), SC_BAD_SIGNATURE,
              "neither does the store's key");
    for (apr_size_t i = 0; i < stored.n; i++) {
        sc_bytes_t copy = sc_bytes_dup(stored, pool);

        ((unsigned char *)copy.p)[i] ^= 1;
        refused += sc_alias_open(&opened, &alias, copy, pool) != SC_OK;
        refused += sc_alias_open(&opened, &alias, sc_bytes(stored.p, i), pool) != SC_OK;
    }
    ok(refused == 2 * (int)stored.n, "no changed and no shorter value is opened");
    ((unsigned char *)stored.p)[0]++;
    status_is(sc_alias_open(&opened, &alias, stored, pool), SC_UNSUPPORTED,
              "another version is not read");
}

static void test_cookies(void)
{
#define VALUE "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    static const char header[] =
        "a=1; sc-AAAAAAAAAAAAAAAAAAAAAA=" VALUE "; sc-AAAAAAAAAAAAAAAAAAAAAA=x; "
        "xc-AAAAAAAAAAAAAAAAAAAAAA=" VALUE "; sc-AAAAAAAAAAAAAAAAAAAAA=" VALUE "; "
        "sc-AAAAAAAAAAAAAAAAAAAAA+=" VALUE "; sc-BBBBBBBBBBBBBBBBBBBBBA=" VALUE "; "
        "sc-CCCCCCCCCCCCCCCCCCCCCA=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+";
    sc_env_t env = at(NOW), none = {.random = no_random};
    const apr_array_header_t *names = sc_alias_cookies(sc_bytes_str(header), pool);
    const char *name = sc_alias_cookie_name(&env, pool);

    ok(name && strlen(name) == 25 && !strncmp(name, "sc-", 3), "a cookie has a name");
    ok(!sc_alias_cookie_name(&none, pool), "but none without randomness");
    ok(names->nelts == 2 &&
           !strcmp(APR_ARRAY_IDX(names, 0, const char *), "sc-AAAAAAAAAAAAAAAAAAAAAA") &&
           !strcmp(APR_ARRAY_IDX(names, 1, const char *), "sc-BBBBBBBBBBBBBBBBBBBBBA"),
       "the cookies with such a name and an alias are found, and no others");
    ok(sc_alias_cookies(sc_bytes("", 0), pool)->nelts == 0, "in no header there is none");
}

/* --- PKCE --- */

/* RFC 7636, appendix B. */
#define VERIFIER  "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

static void test_pkce(void)
{
    const char *bad[] = {"",
                         "short",
                         "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX",
                         "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk=",
                         "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK",
                         CHALLENGE};
    char *longest = apr_pcalloc(pool, 130);
    sc_bytes_t challenge, of_longest, hash;

    memset(longest, '~', 129);
    ok(!sc_pkce_challenge(&challenge, sc_bytes_str(CHALLENGE), pool) && challenge.n == 32,
       "a challenge is read");
    ok(sc_pkce_is_met(challenge, sc_bytes_str(VERIFIER)), "its verifier meets it");
    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ok(!sc_pkce_is_met(challenge, sc_bytes_str(bad[i])), "\"%s\" does not", bad[i]);
    ok(!sc_pkce_is_met(sc_bytes("", 0), sc_bytes_str(VERIFIER)),
       "an empty challenge is met by nothing");
    ok(sc_pkce_challenge(&hash, sc_bytes_str("plain"), pool) == SC_MALFORMED &&
           sc_pkce_challenge(&hash, sc_bytes_str(CHALLENGE "="), pool) == SC_MALFORMED,
       "other texts are not challenges");
    hash = sc_bytes(apr_palloc(pool, 32), 32);
    of_longest = sc_bytes(longest, 128);
    ok(!sc_digest((unsigned char *)hash.p, SC_SHA256, &of_longest, 1) &&
           sc_pkce_is_met(hash, of_longest),
       "a verifier may have 128 characters");
    of_longest.n = 129;
    ok(!sc_digest((unsigned char *)hash.p, SC_SHA256, &of_longest, 1) &&
           !sc_pkce_is_met(hash, of_longest),
       "and no more");
    of_longest = sc_bytes("dBjftJeZ4CVP-mB92K27uhbU\0U1p1r_wW1gFWFOEjXk", 43);
    ok(!sc_digest((unsigned char *)hash.p, SC_SHA256, &of_longest, 1) &&
           !sc_pkce_is_met(hash, of_longest),
       "and no NUL");
}

/* --- the grant --- */

static const sc_doc_t *doc_of(const char *json, bool tagged)
{
    sc_doc_t *doc;

    if (sc_doc_parse(&doc, sc_bytes_str(json), tagged, &limits, pool)) abort();
    return doc;
}

static sc_grant_t grant_of(const char *json, apr_time_t issued, apr_time_t expires)
{
    sc_grant_t grant = {.doc = doc_of(json, true),
                        .is_tagged = true,
                        .issued = issued,
                        .expires = expires,
                        .dies = NOW + MINUTE};

    return grant;
}

static void test_bytes(void)
{
    sc_grant_t grant = grant_of(SESSION, NOW - HOUR, SC_NEVER), back;
    sc_bytes_t bytes;
    int refused = 0;

    grant.footer = sc_bytes_str("{\"kid\":\"x\"}");
    grant.origin = sc_bytes("\0origin", 7);
    grant.realm = sc_bytes_str("shop");
    grant.challenge = sc_bytes_str("challenge");
    grant.source = sc_bytes_str("cookie:session flask");
    grant.user = sc_bytes_str("7");
    grant.key = sc_bytes_str("main");
    grant.digest = sc_bytes_str("digest");
    bytes = sc_grant_write(&grant, pool);
    status_is(sc_grant_read(&back, bytes, &limits, pool), SC_OK, "a grant is read again");
    ok(bytes_are(sc_doc_write(back.doc, SC_TAGGED, SC_COMPACT, pool), SESSION),
       "with the document as it was: order, tags, large numbers, surrogates");
    ok(back.is_tagged && back.issued == NOW - HOUR && back.expires == SC_NEVER &&
           back.dies == NOW + MINUTE,
       "its times");
    ok(sc_bytes_eq(back.footer, grant.footer) && sc_bytes_eq(back.origin, grant.origin) &&
           sc_bytes_eq(back.realm, grant.realm) &&
           sc_bytes_eq(back.challenge, grant.challenge) &&
           sc_bytes_eq(back.source, grant.source) && sc_bytes_eq(back.user, grant.user) &&
           sc_bytes_eq(back.key, grant.key) && sc_bytes_eq(back.digest, grant.digest),
       "and every other part");
    for (apr_size_t i = 0; i < bytes.n; i++)
        refused += sc_grant_read(&back, sc_bytes(bytes.p, i), &limits, pool) != SC_OK;
    ok(refused == (int)bytes.n, "no shorter one is read");
    bytes = sc_bytes_join((sc_bytes_t[]){bytes, {(const unsigned char *)"", 1}}, 2, pool);
    status_is(sc_grant_read(&back, bytes, &limits, pool), SC_MALFORMED,
              "nor one with a byte after it");
    status_is(sc_grant_read(&back, sc_bytes("\xff\xff\xff\xff", 4), &limits, pool),
              SC_MALFORMED, "nor a length past the end");
}

static void test_plain(void)
{
    const char *json = "{\"n\":{\" t\":[1]}}";
    sc_grant_t grant = {.doc = doc_of(json, false)}, back;
    const sc_limits_t low = {8192, 8, 32, 1024};
    sc_bytes_t bytes = sc_grant_write(&grant, pool);

    ok(!sc_grant_read(&back, bytes, &limits, pool) &&
           bytes_are(sc_doc_write(back.doc, SC_PLAIN, SC_COMPACT, pool), json),
       "what only looks like a tag stays what it is");
    status_is(sc_grant_read(&back, bytes, &low, pool), SC_TOO_LARGE,
              "a document past the limits is not read");
}

static void test_long(void)
{
    char *text = apr_pcalloc(pool, 60001);
    const char *json;
    sc_grant_t grant, back;
    const sc_limits_t low = {8192, 60000, 32, 1024};
    sc_bytes_t bytes;

    memset(text, 'a', 60000);
    json = apr_pstrcat(pool, "{\"long\":\"", text, "\"}", NULL);
    grant = grant_of(json, NOW, SC_NEVER);
    bytes = sc_grant_write(&grant, pool);
    ok(bytes.n < 1000, "a long document is deflated");
    ok(!sc_grant_read(&back, bytes, &limits, pool) &&
           bytes_are(sc_doc_write(back.doc, SC_TAGGED, SC_COMPACT, pool), json),
       "and read again");
    status_is(sc_grant_read(&back, bytes, &low, pool), SC_TOO_LARGE, "within the limits");
}

static void test_members(void)
{
    const char *const names[] = {"b", "_user_id", "missing"};
    const sc_doc_t *doc = doc_of(SESSION, true);

    ok(bytes_are(sc_doc_write(sc_grant_members(doc, names, 3, pool), SC_TAGGED,
                              SC_COMPACT, pool),
                 "{\"_user_id\":\"7\",\"b\":{\" t\":[1,2]}}"),
       "members= keeps what it names, in the session's order");
    ok(bytes_are(sc_doc_write(sc_grant_members(doc, names + 2, 1, pool), SC_PLAIN,
                              SC_COMPACT, pool),
                 "{}"),
       "and nothing where nothing is there");
    ok(bytes_are(sc_doc_write(doc, SC_TAGGED, SC_COMPACT, pool), SESSION),
       "the session itself stays whole");
}

/* --- what is sealed --- */

static const sc_codec_t *codec_of(const char *format, const char *option)
{
    sc_key_t *key = apr_pcalloc(pool, sizeof(*key));
    const sc_key_t **keys = apr_palloc(pool, sizeof(*keys));
    const char *options[] = {option, "version=4"};
    int is_paseto = strcmp(format, "paseto") == 0;
    sc_codec_t *codec;

    key->id = "main";
    key->kind = SC_KEY_RAW;
    key->secret = sc_bytes_str("0123456789abcdef0123456789abcdef");
    keys[0] = key;
    if (sc_codec_make(&codec, format, keys, 1, option ? options : options + 1,
                      (option != NULL) + is_paseto, pool))
        abort();
    return codec;
}

/* What a browser gets, as it is opened at some time. */
static sc_status_t redeem(const sc_session_t **session, const sc_grant_t *grant,
                          const sc_codec_t *codec, apr_time_t now, apr_time_t later)
{
    sc_env_t sealing = at(now), opening = at(later);
    const sc_doc_t *doc;
    sc_session_t from;
    sc_bytes_t token;
    sc_status_t st = sc_grant_carry(&doc, &from, grant, codec, false, now, pool);

    if (st) return st;
    if (from.issued != SC_NEVER) sealing.now = from.issued;
    st = sc_codec_seal(&token, codec, doc, &from, &sealing, pool);
    return st ? st : sc_codec_open(session, codec, token, &opening, pool);
}

static const struct {
    const char *sentence;
    const char *format, *option;
    apr_time_t issued, expires;
    sc_status_t want;
    apr_time_t is_issued, ends; /* of what is sealed */
} cases[] = {
    {"Flask to Flask, the same time and end", "flask", NULL, NOW - HOUR,
     NOW - HOUR + 744 * HOUR, SC_OK, NOW - HOUR, NOW - HOUR + 744 * HOUR},
    {"a longer max-age than the first one's: an earlier time", "flask", "max-age=10h",
     NOW - HOUR, NOW + HOUR, SC_OK, NOW - 9 * HOUR, NOW + HOUR},
    {"a shorter one ends earlier", "flask", "max-age=2h", NOW - HOUR, NOW + 9 * HOUR,
     SC_OK, NOW - HOUR, NOW + HOUR},
    {"a shorter one than the session's age is too old already", "flask", "max-age=30min",
     NOW - HOUR, NOW + 9 * HOUR, SC_EXPIRED, 0, 0},
    {"an end, into a format whose tokens never end", "flask", "max-age=off", NOW - HOUR,
     NOW + HOUR, SC_UNSUPPORTED, 0, 0},
    {"no end, into such a one", "flask", "max-age=off", NOW - HOUR, SC_NEVER, SC_OK,
     NOW - HOUR, SC_NEVER},
    {"no time, but an end", "django", "max-age=10h", SC_NEVER, NOW + HOUR, SC_OK,
     NOW - 9 * HOUR, NOW + HOUR},
    {"no time, and an end far away", "django", "max-age=10h", SC_NEVER, NOW + 99 * HOUR,
     SC_OK, NOW, NOW + 10 * HOUR},
    {"neither time nor end", "django", NULL, SC_NEVER, SC_NEVER, SC_UNSUPPORTED, 0, 0},
    {"neither, for PASETO", "paseto", NULL, SC_NEVER, SC_NEVER, SC_UNSUPPORTED, 0, 0},
    {"a max-age before 1970", "flask", "max-age=876000h", NOW - HOUR, NOW + HOUR,
     SC_UNSUPPORTED, 0, 0},
    {"PASETO has exp and iat", "paseto", NULL, NOW - HOUR, NOW + HOUR, SC_OK, NOW - HOUR,
     NOW + HOUR},
    {"PASETO without an end has iat", "paseto", NULL, NOW - HOUR, SC_NEVER, SC_OK,
     NOW - HOUR, SC_NEVER},
    {"PASETO with max-age, where the first one says its end alone", "paseto",
     "max-age=10h", SC_NEVER, NOW + HOUR, SC_OK, NOW, NOW + HOUR},
    {"SecureCookie has _expires", "werkzeug", NULL, NOW - HOUR, NOW + HOUR, SC_OK,
     SC_NEVER, NOW + HOUR},
    {"SecureCookie without an end", "werkzeug", NULL, NOW - HOUR, SC_NEVER,
     SC_UNSUPPORTED, 0, 0},
    {"a session that has ended", "flask", NULL, NOW - HOUR, NOW - 1, SC_EXPIRED, 0, 0},
    {"in its last microsecond", "flask", "max-age=1h", NOW - HOUR, NOW, SC_OK, NOW - HOUR,
     NOW},
    {"Flask-PASETO-Extended, which says neither", "flask-paseto", NULL, NOW - HOUR,
     NOW + HOUR, SC_UNSUPPORTED, 0, 0},
    {"a remember-me cookie", "flask-login", NULL, NOW - HOUR, NOW + HOUR, SC_UNSUPPORTED,
     0, 0},
    {"a token without a timestamp", "itsdangerous", "timed=off", NOW - HOUR, NOW + HOUR,
     SC_UNSUPPORTED, 0, 0},
};

static void test_times(void)
{
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const sc_codec_t *codec = codec_of(cases[i].format, cases[i].option);
        sc_grant_t grant = grant_of(SESSION, cases[i].issued, cases[i].expires);
        const sc_session_t *session = NULL;
        sc_status_t st = redeem(&session, &grant, codec, NOW, NOW);

        if (!ok(st == cases[i].want && (st || (session->issued == cases[i].is_issued &&
                                               session->expires == cases[i].ends)),
                "%s: %s", cases[i].sentence, sc_status_name(cases[i].want)))
            printf("# %s, %" APR_TIME_T_FMT ", %" APR_TIME_T_FMT "\n", sc_status_name(st),
                   session ? apr_time_sec(session->issued - NOW) : 0,
                   session ? apr_time_sec(session->expires - NOW) : 0);
    }
}

/* Whatever is sealed is dead a second after the end of the first. */
static void test_no_longer(void)
{
    const char *formats[] = {"flask", "django", "starlette", "paseto", "werkzeug"};
    int lived = 0, outlived = 0;

    for (unsigned i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
        for (int hours = 1; hours < 2000; hours += 7) {
            apr_time_t end = NOW + hours * HOUR;
            sc_grant_t grant = grant_of(SESSION, NOW - HOUR, end);
            const sc_codec_t *codec = codec_of(formats[i], NULL);
            const sc_session_t *session;

            lived += redeem(&session, &grant, codec, NOW, NOW) == SC_OK;
            outlived +=
                redeem(&session, &grant, codec, NOW, end + APR_USEC_PER_SEC) == SC_OK;
        }
    ok(lived == 5 * 286, "every format takes a session over");
    ok(outlived == 0, "and none keeps it longer");
}

static void test_claims(void)
{
    const char *own =
        "{\"exp\":\"2025-10-09T09:03:20Z\",\"iat\":\"2025-10-09T08:00:00.5Z\"}";
    const char *late =
        "{\"exp\":\"2999-01-01T00:00:00Z\",\"iat\":\"2025-10-09T08:43:20Z\"}";
    const sc_codec_t *codec = codec_of("paseto", NULL);
    sc_grant_t grant = grant_of(own, NOW, NOW + HOUR);
    const sc_session_t *session = NULL;

    ok(!redeem(&session, &grant, codec, NOW, NOW) &&
           bytes_are(sc_doc_write(session->doc, SC_PLAIN, SC_COMPACT, pool), own),
       "claims that say no more stay as they were written");
    grant = grant_of(late, NOW - HOUR, NOW + HOUR);
    ok(!redeem(&session, &grant, codec, NOW, NOW) && session->expires == NOW + HOUR &&
           session->issued == NOW - HOUR,
       "claims that say more do not");
    grant = grant_of("{\"exp\":7,\"iat\":[]}", NOW - HOUR, NOW + HOUR);
    ok(!redeem(&session, &grant, codec, NOW, NOW) && session->expires == NOW + HOUR,
       "nor members of another format that have their names");
}

static void test_footer(void)
{
    const sc_codec_t *codec = codec_of("paseto", "footer=ours");
    sc_grant_t grant = grant_of(SESSION, NOW, NOW + HOUR);
    const sc_doc_t *doc;
    sc_session_t from;

    grant.footer = sc_bytes_str("theirs");
    ok(!sc_grant_carry(&doc, &from, &grant, codec, true, NOW, pool) &&
           bytes_are(from.footer, "theirs"),
       "the same source keeps the footer");
    ok(!sc_grant_carry(&doc, &from, &grant, codec, false, NOW, pool) &&
           bytes_are(from.footer, "ours"),
       "another one writes its own");
}

static void test_suits(void)
{
    ok(sc_grant_suits(codec_of("flask", NULL)) &&
           sc_grant_suits(codec_of("paseto", NULL)) &&
           sc_grant_suits(codec_of("werkzeug", NULL)),
       "formats that say when a session was issued or ends");
    ok(!sc_grant_suits(codec_of("flask-paseto", NULL)) &&
           !sc_grant_suits(codec_of("paseto-remember", NULL)) &&
           !sc_grant_suits(codec_of("itsdangerous", "timed=off")),
       "and formats that do not");
}

/* --- how long it lives --- */

static void test_alive(void)
{
    const sc_grant_t grant = {.dies = NOW + SC_ALIAS_LIFE_MAX};

    ok(sc_grant_is_alive(&grant, NOW), "an alias of the longest life is good at once");
    ok(sc_grant_is_alive(&grant, grant.dies - 1), "and up to its end");
    ok(!sc_grant_is_alive(&grant, grant.dies), "but not at its end");
    ok(sc_grant_is_alive(&grant, NOW - MINUTE),
       "by a clock that is late by a minute, too");
    ok(!sc_grant_is_alive(&grant, NOW - MINUTE - 1),
       "but not where a clock that was ahead has been set back");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    if (sc_crypto_init()) return 1;
    test_text();
    test_id();
    test_sealing();
    test_cookies();
    test_pkce();
    test_bytes();
    test_plain();
    test_long();
    test_members();
    test_times();
    test_no_longer();
    test_claims();
    test_footer();
    test_suits();
    test_alive();
    apr_pool_destroy(pool);
    apr_terminate();
    return done();
}
