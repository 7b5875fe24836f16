/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the tokens that the real peers made: every vector of test/vectors and of
 * test/vectors/samples (SC_SAMPLES=DIR: of another folder) is opened with the codec that
 * its params ask for, at the time it names. What the peer opens must open, to the same
 * document; what it refuses must be refused. Where a vector allows a stricter reader,
 * either verdict passes. */
#include <dirent.h>
#include <stdlib.h>
#include <apr_general.h>
#include <apr_strings.h>
#include "vectors.h"
#include "core/document/number.h"
#include "core/document/text.h"
#include "core/base/base64.h"
#include "core/codec/codec.h"
#include "core/key/load.h"

/* What a vector becomes: a codec's making, and what is expected. */
typedef struct {
    const char *format; /* ours */
    const char *fault;  /* why it cannot be run */
    const char *options[16];
    int noptions;
    const sc_key_t *keys[16];
    int nkeys;
} job_t;

/* --- reading vectors --- */

static sc_bytes_t text(const sc_value_t *object, const char *name)
{
    const sc_value_t *value = member(object, name);

    return value ? sc_value_string(value) : sc_bytes("", 0);
}

static const char *cstring(const sc_value_t *object, const char *name, apr_pool_t *p)
{
    sc_bytes_t b = text(object, name);

    return apr_pstrmemdup(p, (const char *)b.p, b.n);
}

static int is_text(const sc_value_t *object, const char *name, const char *expected)
{
    return sc_bytes_eq(text(object, name), sc_bytes_str(expected));
}

static sc_bytes_t unhex(sc_bytes_t hex, apr_pool_t *p)
{
    unsigned char *to = apr_palloc(p, hex.n / 2 + 1);
    char pair[3] = "";
    apr_size_t i;

    for (i = 0; i + 1 < hex.n; i += 2) {
        memcpy(pair, hex.p + i, 2);
        to[i / 2] = (unsigned char)strtoul(pair, NULL, 16);
    }
    return sc_bytes(to, hex.n / 2);
}

/* {"encoding": "utf8"|"hex", "value": …} */
static sc_bytes_t secret_of(const sc_value_t *secret, apr_pool_t *p)
{
    sc_bytes_t value = text(secret, "value");

    return is_text(secret, "encoding", "hex") ? unhex(value, p) : value;
}

/* --- keys --- */

static void add_raw(job_t *job, const char *id, sc_bytes_t secret, apr_pool_t *p)
{
    sc_key_t *key = apr_pcalloc(p, sizeof(*key));

    key->id = id;
    key->kind = SC_KEY_RAW;
    key->secret = secret;
    job->keys[job->nkeys++] = key;
}

/* PASERK and PEM go the way that a key file goes. */
static void add_parsed(job_t *job, const char *id, sc_bytes_t contents, apr_pool_t *p)
{
    sc_key_config_t config = {.id = id, .source = "text:vector"};
    const char *warning, *err;
    sc_key_t *key;

    err = sc_key_parse(&key, &warning, contents, &config, p);
    if (err)
        job->fault = err;
    else
        job->keys[job->nkeys++] = key;
}

static void add_secrets(job_t *job, const sc_value_t *vector, apr_pool_t *p)
{
    const sc_value_t *fallbacks = member(vector, "fallback_secrets");
    int i;

    add_raw(job, "main", secret_of(member(vector, "secret"), p), p);
    for (i = 0; fallbacks && i < sc_value_length(fallbacks) && job->nkeys < 16; i++)
        add_raw(job, apr_psprintf(p, "old%d", i), secret_of(sc_value_at(fallbacks, i), p),
                p);
}

typedef struct {
    job_t *job;
    apr_pool_t *p;
} ring_t;

static int add_ring_key(void *baton, sc_bytes_t name, const sc_value_t *value)
{
    ring_t *ring = baton;

    if (ring->job->nkeys < 16)
        add_raw(ring->job, apr_pstrmemdup(ring->p, (const char *)name.p, name.n),
                sc_value_string(value), ring->p);
    return 0;
}

/* A value as a document of its own, for sc_doc_each. */
static sc_doc_t *as_doc(const sc_value_t *object, apr_pool_t *p)
{
    return sc_doc_wrap(sc_value_ref(object), 0, p);
}

static void add_ring(job_t *job, const sc_value_t *vector, apr_pool_t *p)
{
    ring_t ring = {job, p};

    (void)sc_doc_each(as_doc(member(vector, "keys"), p), SC_PLAIN, add_ring_key, &ring);
}

static void add_paseto_keys(job_t *job, const sc_value_t *vector, apr_pool_t *p)
{
    const sc_value_t *keys = member(vector, "keys"), *key;
    const char *id;
    int i;

    for (i = 0; i < sc_value_length(keys) && job->nkeys < 16; i++) {
        key = sc_value_at(keys, i);
        id = apr_psprintf(p, "k%d", i);
        if (member(key, "paserk"))
            add_parsed(job, id, text(key, "paserk"), p);
        else if (member(key, "pem"))
            add_parsed(job, id, text(key, "pem"), p);
        else
            add_raw(job, id, secret_of(member(key, "secret"), p), p);
    }
}

/* --- options --- */

/* Adds "option=value" from a member of params, a string or a number. */
static void option(job_t *job, const sc_value_t *params, const char *name,
                   const char *ours, apr_pool_t *p)
{
    const sc_value_t *value = member(params, name);
    sc_bytes_t text_of;

    if (!value || !sc_value_text(&text_of, value, ",", p)) return;
    job->options[job->noptions++] =
        apr_psprintf(p, "%s=%.*s", ours, (int)text_of.n, (const char *)text_of.p);
}

static void max_age_option(job_t *job, const sc_value_t *params, apr_pool_t *p)
{
    if (member(params, "max_age"))
        option(job, params, "max_age", "max-age", p);
    else
        job->options[job->noptions++] = "max-age=off";
}

static void signer_options(job_t *job, const sc_value_t *params, apr_pool_t *p)
{
    option(job, params, "salt", "salt", p);
    option(job, params, "digest", "digest", p);
    option(job, params, "key_derivation", "derivation", p);
    max_age_option(job, params, p);
}

static void plan_paseto(job_t *job, const sc_value_t *vector, apr_pool_t *p)
{
    const sc_value_t *params = member(vector, "params");

    job->format = is_text(params, "kind", "session")    ? "flask-paseto"
                  : is_text(params, "kind", "remember") ? "paseto-remember"
                                                        : "paseto";
    option(job, params, "version", "version", p);
    option(job, params, "purpose", "purpose", p);
    option(job, params, "issuer", "issuer", p);
    option(job, params, "aud", "audience", p);
    option(job, params, "sub", "subject", p);
    option(job, params, "leeway", "leeway", p);
    option(job, params, "implicit_assertion", "assertion", p);
    option(job, params, "assertion", "assertion", p);
    add_paseto_keys(job, vector, p);
}

static void plan(job_t *job, const sc_value_t *vector, apr_pool_t *p)
{
    const sc_value_t *params = member(vector, "params");

    memset(job, 0, sizeof(*job));
    if (is_text(vector, "format", "paseto")) {
        plan_paseto(job, vector, p);
    }
    else if (is_text(vector, "format", "werkzeug_securecookie")) {
        job->format = "werkzeug";
        option(job, params, "digest", "digest", p);
        if (!is_text(params, "serialization", "json"))
            job->options[job->noptions++] = "serializer=pickle";
        add_secrets(job, vector, p);
    }
    else if (is_text(vector, "format", "cookie_manager")) {
        job->format = "cookie-manager";
        signer_options(job, params, p);
        add_ring(job, vector, p);
    }
    else if (is_text(vector, "format", "django")) {
        job->format = "django";
        option(job, params, "salt", "salt", p);
        max_age_option(job, params, p);
        add_secrets(job, vector, p);
    }
    else if (is_text(vector, "format", "flask_login")) {
        job->format = "flask-login";
        add_secrets(job, vector, p);
    }
    else {
        job->format = cstring(vector, "format", p);
        signer_options(job, params, p);
        add_secrets(job, vector, p);
    }
}

/* --- comparing --- */

static int same(const sc_value_t *a, const sc_value_t *b, apr_pool_t *p);

typedef struct {
    const sc_value_t *other;
    apr_pool_t *p;
} pair_t;

static int differs(void *baton, sc_bytes_t name, const sc_value_t *value)
{
    const pair_t *pair = baton;
    const sc_value_t *other;

    return !sc_value_member(&other, pair->other, name) || !same(value, other, pair->p);
}

static int same_object(const sc_value_t *a, const sc_value_t *b, apr_pool_t *p)
{
    pair_t pair = {b, p};
    sc_doc_t *left = as_doc(a, p), *right = as_doc(b, p);

    return sc_doc_size(left) == sc_doc_size(right) &&
           !sc_doc_each(left, SC_PLAIN, differs, &pair);
}

static int same_array(const sc_value_t *a, const sc_value_t *b, apr_pool_t *p)
{
    int i, n = sc_value_length(a);

    if (n != sc_value_length(b)) return 0;
    for (i = 0; i < n; i++)
        if (!same(sc_value_at(a, i), sc_value_at(b, i), p)) return 0;
    return 1;
}

/* Numbers that differ as text may be one value (1e5, 100000.0); integers keep every
 * digit. */
static int same_number(sc_bytes_t a, sc_bytes_t b)
{
    if (sc_bytes_eq(a, b)) return 1;
    if (a.n > 18 && !memchr(a.p, '.', a.n) && !memchr(a.p, 'e', a.n)) return 0;
    return strtod((const char *)a.p, NULL) == strtod((const char *)b.p, NULL);
}

static int same(const sc_value_t *a, const sc_value_t *b, apr_pool_t *p)
{
    if (sc_value_type(a) != sc_value_type(b)) return 0;
    switch (sc_value_type(a)) {
    case SC_OBJECT:
        return same_object(a, b, p);
    case SC_ARRAY:
        return same_array(a, b, p);
    case SC_NUMBER:
        return same_number(sc_bytes_dup(sc_value_write(a, SC_COMPACT, p), p),
                           sc_bytes_dup(sc_value_write(b, SC_COMPACT, p), p));
    case SC_STRING:
        return sc_bytes_eq(sc_value_string(a), sc_value_string(b));
    default:
        return sc_bytes_eq(sc_value_write(a, SC_COMPACT, p),
                           sc_value_write(b, SC_COMPACT, p));
    }
}

/* A face of the document against a value of the vector. */
static int face_is(const sc_doc_t *doc, sc_face_t face, const sc_value_t *expected,
                   apr_pool_t *p)
{
    sc_bytes_t json = sc_doc_write(doc, face, SC_COMPACT, p);
    sc_value_t *value;

    if (sc_value_parse(&value, json, &file_limits, p)) return 0;
    return same(value, expected, p);
}

/* A remember cookie is a user id. */
static int user_is(const sc_doc_t *doc, const sc_value_t *expected)
{
    const sc_value_t *user;

    return sc_doc_find(&user, doc, "_user_id") &&
           sc_bytes_eq(sc_value_string(user), sc_value_string(expected));
}

static int document_is(const sc_session_t *session, const sc_value_t *vector,
                       apr_pool_t *p)
{
    const sc_value_t *payload = member(vector, "payload");
    const sc_value_t *plain = member(vector, "payload_plain");
    bool tagged = sc_codec_is_tagged(session->codec);

    if (!payload || member(vector, "payload_omitted")) return 1;
    if (sc_value_type(payload) == SC_STRING) return user_is(session->doc, payload);
    if (plain && !face_is(session->doc, SC_PLAIN, plain, p)) return 0;
    return face_is(session->doc, tagged ? SC_TAGGED : SC_PLAIN, payload, p);
}

/* --- running --- */

static int allows(const sc_value_t *vector, int want_ok)
{
    const sc_value_t *also = member(vector, "accept_also");
    int i, is_ok = is_text(vector, "expect", "ok");

    if (is_ok == want_ok) return 1;
    /* We refuse a text that is itself a JSON object, which the peer takes for a user id:
     * see paseto-remember in docs/formats.md. */
    if (is_ok && sc_value_type(member(vector, "payload")) == SC_STRING &&
        text(vector, "payload").n && text(vector, "payload").p[0] == '{')
        return 1;
    if (!want_ok && member(vector, "strict_should_refuse")) return 1;
    for (i = 0; also && i < sc_value_length(also); i++)
        if (sc_bytes_eq(sc_value_string(sc_value_at(also, i)), sc_bytes_str("ok")) ==
            want_ok)
            return 1;
    return 0;
}

static sc_bytes_t token_of(const sc_value_t *vector, apr_pool_t *p)
{
    sc_bytes_t token;

    if (!member(vector, "token_b64")) return text(vector, "token");
    if (sc_base64_decode_python(&token, text(vector, "token_b64"), 1, p)) abort();
    return token;
}

static void run_vector(const char *file, const sc_value_t *vector, apr_pool_t *p)
{
    const char *name = apr_pstrcat(p, file, ": ", cstring(vector, "name", p), NULL), *err;
    sc_env_t env = {.random = sc_crypto_random};
    const sc_session_t *session = NULL;
    apr_int64_t now = 0;
    sc_codec_t *codec;
    sc_status_t st;
    job_t job;

    plan(&job, vector, p);
    err = job.fault ? job.fault
                    : sc_codec_make(&codec, job.format, job.keys, job.nkeys, job.options,
                                    job.noptions, p);
    if (err) {
        (void)ok(0, "%s: %s", name, err);
        return;
    }
    (void)sc_value_int(&now, member(vector, "now"));
    env.now = apr_time_from_sec(now);
    st = sc_codec_open(&session, codec, token_of(vector, p), &env, p);
    if (!ok(allows(vector, st == SC_OK), "%s: %s", name, sc_status_name(st)))
        printf("# the peer says %s\n", cstring(vector, "expect", p));
    if (st == SC_OK && allows(vector, 1))
        (void)ok(document_is(session, vector, p), "%s: its document", name);
    if (st != SC_OK) (void)ok(session == NULL, "%s: nothing of it is handed out", name);
}

/* Header text and XSRF tokens have tests of their own; what Django's TimestampSigner
 * signed without a serializer is not a session. */
static int is_session(const sc_value_t *vector)
{
    static const char *const formats[] = {
        "flask",          "flask_login", "paseto", "django", "werkzeug_securecookie",
        "cookie_manager", "starlette"};
    apr_size_t i;

    if (is_text(member(vector, "params"), "variant", "timestamp_signer")) return 0;
    for (i = 0; i < sizeof(formats) / sizeof(*formats); i++)
        if (is_text(vector, "format", formats[i])) return 1;
    return 0;
}

static void run_file(const char *folder, const char *file, apr_pool_t *p)
{
    char *path = apr_pstrcat(p, folder, "/", file, NULL);
    const sc_value_t *vectors = read_vectors(path, p);
    apr_pool_t *each;
    int i;

    if (!vectors) return;
    apr_pool_create(&each, p);
    for (i = 0; i < sc_value_length(vectors); i++) {
        if (!is_session(sc_value_at(vectors, i))) continue;
        run_vector(file, sc_value_at(vectors, i), each);
        apr_pool_clear(each);
    }
}

static int is_json(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return dot && !strcmp(dot, ".json");
}

/* Every JSON file of a folder; how many. */
static int run_folder(const char *folder, apr_pool_t *p)
{
    struct dirent **entries = NULL;
    int i, n = scandir(folder, &entries, is_json, alphasort);

    for (i = 0; i < n; i++) {
        run_file(folder, entries[i]->d_name, p);
        free(entries[i]);
    }
    free(entries);
    return n;
}

int main(void)
{
    const char *samples = getenv("SC_SAMPLES");
    apr_pool_t *p;

    if (apr_initialize() || apr_pool_create(&p, NULL)) return 2;
    if (!ok(sc_crypto_init() == NULL, "the crypto libraries start")) return done();
    (void)ok(run_folder(SRCDIR "/test/vectors", p) > 0,
             "there are vectors in test/vectors");
    if (!samples) samples = SRCDIR "/test/vectors/samples";
    (void)ok(run_folder(samples, p) > 0, "there are samples in %s", samples);
    apr_pool_destroy(p);
    apr_terminate();
    return done();
}
