/* SPDX-License-Identifier: Apache-2.0 */
/* What the core does when a library or the system fails: each function of faults.def
 * fails once, at its first call, its second, and so on, until a run goes through without
 * the failure. A run answers a text, or nothing where it was refused. Whatever failed,
 * another text than that of a faultless run is wrong, and so is a crash, a leak, a file
 * that stays open, an error that is left for mod_ssl to report as its own. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <apr_env.h>
#include <apr_file_io.h>
#include <apr_general.h>
#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <json-c/json.h>
#ifdef MSGPACK
#include <msgpack.h>
#endif
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sodium.h>
#include <zlib.h>
#include "core/codec/mint.h"
#include "core/crypto/crypto.h"
#include "core/document/pointer.h"
#include "core/document/read.h"
#include "core/handoff/alias.h"
#include "core/handoff/grant.h"
#include "core/handoff/pkce.h"
#include "core/key/load.h"
#include "core/key/paserk.h"
#include "core/key/paserk_list.h"
#include "core/key/paserk_make.h"
#include "core/revocation/compact.h"
#include "core/revocation/file.h"
#include "core/revocation/table.h"
#include "core/serializer/stored.h"
#include "core/xsrf/xsrf.h"
#include "tap.h"

#define NOW  apr_time_from_sec(1760000000)
#define PEMS "file:" SRCDIR "/test/unit/keys/"

static apr_pool_t *pool;
static const sc_limits_t limits = {8192, 65536, 32, 1024};

/* --- failing --- */

/* What fails next. */
static struct {
    const char *function; /* NULL: nothing */
    const char *planned;  /* the function of the next run */
    long calls;           /* until then, that one included */
    int error;            /* for errno */
    bool ends_process;    /* instead */
    bool was_reached;
    bool notes_calls; /* of all functions */
} fault;

static void note_call(const char *function);

static bool is_due(const char *function)
{
    if (fault.notes_calls) note_call(function);
    if (!fault.function || strcmp(function, fault.function) || --fault.calls)
        return false;
    if (fault.ends_process) _exit(0);
    fault.was_reached = true;
    return true;
}

/* From here on nothing fails: what was made is looked at. */
static void end_faults(void)
{
    fault.function = NULL;
}

static bool leave_error(void)
{
    ERR_raise(ERR_LIB_USER, ERR_R_INTERNAL_ERROR);
    return true;
}

static bool set_errno(void)
{
    errno = fault.error;
    return true;
}

#define WRAP(type, name, failed, parameters, arguments, effect)                          \
    type __real_##name parameters;                                                       \
    type __wrap_##name parameters;                                                       \
    type __wrap_##name parameters                                                        \
    {                                                                                    \
        return is_due(#name) && (effect) ? (type)(failed) : __real_##name arguments;     \
    }
#define OPENSSL(type, name, failed, parameters, arguments)                               \
    WRAP(type, name, failed, parameters, arguments, leave_error())
#define PLAIN(type, name, failed, parameters, arguments)                                 \
    WRAP(type, name, failed, parameters, arguments, true)
#define ERRNO(type, name, failed, parameters, arguments)                                 \
    WRAP(type, name, failed, parameters, arguments, set_errno())
#define MEMORY(type, name, failed, parameters, arguments)                                \
    WRAP(type, name, failed, parameters, arguments, set_errno())
#include "unit/faults.def"
#undef OPENSSL
#undef PLAIN
#undef ERRNO
#undef MEMORY

int __real_EVP_PKEY_pairwise_check(EVP_PKEY_CTX *ctx);
int __wrap_EVP_PKEY_pairwise_check(EVP_PKEY_CTX *ctx);

/* For an RSA key this takes longer than all the rest, and all keys here are good ones: a
 * run with a fault takes that for granted. */
int __wrap_EVP_PKEY_pairwise_check(EVP_PKEY_CTX *ctx)
{
    if (is_due("EVP_PKEY_pairwise_check") && leave_error()) return 0;
    return fault.function ? 1 : __real_EVP_PKEY_pairwise_check(ctx);
}

static int random_bytes(void *baton, unsigned char *to, apr_size_t n)
{
    return is_due("random") ? -1 : sc_crypto_random(baton, to, n);
}

static const sc_env_t env = {.now = NOW, .random = random_bytes};

typedef enum { IS_PLAIN, SETS_ERRNO, IS_MEMORY } kind_t;

#define OPENSSL(type, name, failed, parameters, arguments)                               \
    {#name, IS_PLAIN, false, false},
#define PLAIN(type, name, failed, parameters, arguments) {#name, IS_PLAIN, false, false},
#define ERRNO(type, name, failed, parameters, arguments)                                 \
    {#name, SETS_ERRNO, false, false},
#define MEMORY(type, name, failed, parameters, arguments)                                \
    {#name, IS_MEMORY, false, false},

static struct {
    const char *name;
    kind_t kind;
    bool is_called; /* in a run without a fault */
    bool was_reached;
} functions[] = {
#include "unit/faults.def"
    {"EVP_PKEY_pairwise_check", IS_PLAIN, false, false},
    {"random", IS_PLAIN, false, false}};

#define FUNCTIONS ((int)(sizeof(functions) / sizeof(*functions)))

static void note_call(const char *function)
{
    for (int i = 0; i < FUNCTIONS; i++)
        if (!strcmp(functions[i].name, function)) functions[i].is_called = true;
}

/* --- a run --- */

typedef const char *run_t(const void *what, apr_pool_t *p);

static const char wrong[] = "wrong: what was made is of no use";

/* There, in the sanitized build: leaks are looked for at the end of a process. */
int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

/* How a process ends. */
#define FOUND   1 /* something wrong, which it has said */
#define REACHED 2 /* the fault */

void __wrap_abort(void) __attribute__((noreturn));

/* What such a process had is lost, and nobody's leak. */
void __wrap_abort(void)
{
    if (__lsan_do_recoverable_leak_check || tap_valgrind()) kill(getpid(), SIGKILL);
    exit(REACHED);
}

static int open_files(void)
{
    int next = dup(0);

    close(next);
    return next;
}

/* One run; NULL, or what is wrong with it. */
static const char *try(run_t *run, const void *what, const char *want)
{
    int files = open_files();
    const char *got, *found = NULL;
    apr_pool_t *p;

    fault.was_reached = false;
    apr_pool_create(&p, pool);
    fault.function = fault.planned;
    got = run(what, p);
    end_faults();
    if (got && strcmp(got, want)) found = apr_pstrcat(pool, "a wrong text: ", got, NULL);
    if (!got && !fault.was_reached) found = "refused without a reason";
    apr_pool_destroy(p);
    if (open_files() != files) found = "a file stays open";
    if (ERR_peek_error()) found = "an error stays in OpenSSL's queue";
    ERR_clear_error();
    return found;
}

/* In a process of its own, which may end: out of memory. */
static const char *try_apart(run_t *run, const void *what, const char *want)
{
    const char *found;
    pid_t child;
    int status;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        found = try(run, what, want);
        if (found) printf("# %s\n", found);
        fflush(stdout);
        apr_pool_destroy(pool); /* a leak that is found now makes it 23 */
        exit((found ? FOUND : 0) | (fault.was_reached ? REACHED : 0));
    }
    if (child < 0 || waitpid(child, &status, 0) != child) return "no process";
    if (WIFSIGNALED(status)) {
        fault.was_reached = true;
        return WTERMSIG(status) == SIGKILL ? NULL : "a crash";
    }
    fault.was_reached = WEXITSTATUS(status) & REACHED;
    return WEXITSTATUS(status) & FOUND ? "as said above" : NULL;
}

/* Lets one function fail at each of its calls. How often it was found wrong. */
static int try_function(int which, int error, run_t *run, const void *what,
                        const char *want)
{
    bool apart = functions[which].kind == IS_MEMORY;
    const char *found;
    int bad = 0;

    for (long call = 1;; call++) {
        fault.planned = functions[which].name;
        fault.calls = call;
        fault.error = error;
        found = (apart ? try_apart : try)(run, what, want);
        if (found) {
            printf("# %s fails at call %ld: %s\n", functions[which].name, call, found);
            bad++;
        }
        if (!fault.was_reached) return bad;
        functions[which].was_reached = true;
        if (tap_valgrind() && call == 2) return bad;
    }
}

static void with_faults(const char *name, run_t *run, const void *what)
{
    const char *want;
    int bad = 0;

    for (int i = 0; i < FUNCTIONS; i++)
        functions[i].is_called = false;
    fault.notes_calls = true;
    want = run(what, pool);
    fault.notes_calls = false;
    if (!ok(want && want != wrong, "%s, without a fault", name)) {
        printf("# %s\n", want ? want : "refused");
        return;
    }
    for (int i = 0; i < FUNCTIONS; i++) {
        if (!functions[i].is_called) continue;
        bad += try_function(i, EIO, run, what, want);
        if (functions[i].kind == SETS_ERRNO)
            bad += try_function(i, EINTR, run, what, want);
    }
    ok(bad == 0, "%s: whatever fails is refused, or does not matter", name);
}

/* --- keys --- */

static const char *text_of(sc_bytes_t bytes)
{
    return (const char *)bytes.p;
}

static const sc_key_t *key_of(const char *source, int version)
{
    sc_key_config_t config = {.id = "main", .source = source, .version = version};
    const char *warning, *err;
    sc_key_t *key = NULL;

    err = sc_key_load(&key, &warning, &config, pool);
    if (err) printf("# %s\n", err);
    return key;
}

/* All that can be said of a key, but for its secret half. */
static const char *sayings_of(const sc_key_t *key, apr_pool_t *p)
{
    const sc_key_t *const keys[] = {key};
    const char *text = sc_paserk_write(key, p), *id = sc_paserk_id(key, key->kind, p),
               *list = "";

    if (key->kind == SC_KEY_RAW) return "raw";
    if (!text || !id || (key->pkey && sc_paserk_list(&list, keys, 1, p))) return NULL;
    return apr_pstrcat(p, text, " ", id, " ", list, NULL);
}

static const char *run_load(const void *what, apr_pool_t *p)
{
    const char *warning;
    sc_key_t *key;

    return sc_key_load(&key, &warning, what, p) ? NULL : sayings_of(key, p);
}

static void loading(void)
{
    static const sc_key_config_t configs[] = {
        {.id = "rsa", .source = PEMS "rsa.pem"},
        {.id = "rsa-pub", .source = PEMS "rsa-pub.pem"},
        {.id = "ec", .source = PEMS "ec.pem"},
        {.id = "ec-pub", .source = PEMS "ec-pub.pem"},
        {.id = "ed", .source = PEMS "ed.pem", .version = 4},
        {.id = "ed-pub", .source = PEMS "ed-pub.pem", .version = 2},
        {.id = "ed-enc",
         .source = PEMS "ed-enc.pem",
         .version = 4,
         .password = "text:sesame-open"},
        {.id = "env", .source = "env:FAULTS_KEY"},
        {.id = "exec", .source = "exec:printf a-secret-of-a-command"},
    };

    apr_env_set("FAULTS_KEY", "a-secret-of-the-environment", pool);
    for (unsigned i = 0; i < sizeof(configs) / sizeof(*configs); i++)
        with_faults(apr_pstrcat(pool, "key ", configs[i].id, NULL), run_load,
                    &configs[i]);
}

/* PASERK's ways of writing a key. */
typedef struct {
    const sc_key_t *key, *local, *pair; /* `local` and `pair` wrap it */
    const char *way;
} wrapping_t;

static const sc_bytes_t password = {(const unsigned char *)"sesame-open", 11};

static const char *wrapped(const char **text, const wrapping_t *how, apr_pool_t *p)
{
    static const sc_paserk_cost_t cheap = {1, 8192, 1, 1};
    sc_key_t *pub;
    const char *err;

    if (!strcmp(how->way, "pie"))
        return sc_paserk_wrap_pie(text, how->key, how->local, &env, p);
    if (!strcmp(how->way, "pw"))
        return sc_paserk_wrap_pw(text, how->key, password, &cheap, &env, p);
    if (!strcmp(how->way, "seal")) {
        err = sc_key_public(&pub, how->pair, p);
        return err ? err : sc_paserk_seal(text, how->key, pub, &env, p);
    }
    *text = sc_paserk_write(how->key, p);
    return *text ? NULL : "it has no text";
}

static const sc_key_t *unwrapper(const wrapping_t *how)
{
    return strcmp(how->way, "seal") ? how->local : how->pair;
}

static const char *run_wrap(const void *what, apr_pool_t *p)
{
    const wrapping_t *how = what;
    const char *text;
    sc_key_t *key;

    if (wrapped(&text, how, p)) return NULL;
    end_faults();
    if (sc_paserk_open(&key, sc_bytes_str(text), unwrapper(how), password, p))
        return wrong;
    return sayings_of(key, p);
}

typedef struct {
    const wrapping_t *how;
    const char *text;
} wrapped_t;

static const char *run_unwrap(const void *what, apr_pool_t *p)
{
    const wrapped_t *given = what;
    sc_key_t *key;

    if (sc_paserk_open(&key, sc_bytes_str(given->text), unwrapper(given->how), password,
                       p))
        return NULL;
    return sayings_of(key, p);
}

/* The RSA key of 4096 bits in PASERK's own vectors. */
static const sc_key_t *sealing_rsa(void)
{
    const sc_limits_t large = {1 << 20, 1 << 20, 32, 100000};
    const sc_value_t *pem = NULL;
    sc_value_t *vectors;
    char *text = apr_palloc(pool, 1 << 20);
    FILE *file = fopen(SRCDIR "/test/vectors/paseto/PASERK/k1.seal.json", "r");
    apr_size_t n = fread(text, 1, 1 << 20, file);

    fclose(file);
    if (sc_value_parse(&vectors, sc_bytes(text, n), &large, pool) ||
        !sc_pointer_find(&pem, vectors, "/tests/0/sealing-secret-key"))
        return NULL;
    return key_of(apr_pstrcat(pool, "text:", text_of(sc_value_string(pem)), NULL), 0);
}

static const sc_key_t *pair_of(int version, bool seals)
{
    static const char *const files[] = {PEMS "rsa.pem", PEMS "ed.pem", PEMS "ec.pem",
                                        PEMS "ed.pem"};

    if (version == 1 && seals) return sealing_rsa();
    return key_of(files[version - 1], version);
}

static const sc_key_t *local_of(int version)
{
    sc_key_t *key = NULL;

    if (sc_key_new(&key, version, "local", &env, pool)) abort();
    return key;
}

static void wrapping(void)
{
    static const char *const ways[] = {"pie", "pw", "seal", "plain"};

    for (int version = 1; version <= 4; version++) {
        wrapping_t how = {NULL, local_of(version), NULL, NULL};

        for (int i = 0; i < 8; i++) {
            wrapped_t given = {&how, NULL};
            const char *name;

            how.way = ways[i / 2];
            if (i % 2 && (how.way == ways[1] || how.way == ways[2])) continue;
            how.pair = pair_of(version, how.way == ways[2]);
            how.key = i % 2 ? how.pair : how.local;
            name = apr_psprintf(pool, "k%d.%s %s", version, i % 2 ? "secret" : "local",
                                how.way);
            with_faults(name, run_wrap, &how);
            if (wrapped(&given.text, &how, pool)) abort();
            with_faults(apr_pstrcat(pool, name, ", opened", NULL), run_unwrap, &given);
        }
    }
}

static const char *run_new(const void *what, apr_pool_t *p)
{
    const int *version = what;
    const char *text;
    sc_key_t *key, *again;

    if (sc_key_new(&key, *version, "secret", &env, p)) return NULL;
    text = sc_paserk_write(key, p);
    if (!text) return NULL;
    end_faults();
    return sc_paserk_open(&again, sc_bytes_str(text), NULL, password, p) ? wrong : "new";
}

static const char *run_new_local(const void *what, apr_pool_t *p)
{
    sc_key_t *key;

    if (sc_key_new(&key, *(const int *)what, "local", &env, p)) return NULL;
    end_faults();
    return sc_paserk_write(key, p) ? "new" : wrong;
}

static void making(void)
{
    for (int version = 2; version <= 4; version++)
        with_faults(apr_psprintf(pool, "a new key of v%d", version), run_new, &version);
    with_faults("a new local key", run_new_local, &(const int){4});
}

/* --- tokens --- */

#define SECRET "text:a-secret-of-32-bytes-for-this-01"
/* Longer than a block of SHA-1. */
#define LONG_KEY                                                                         \
    "this-secret-is-longer-than-sixty-four-bytes-and-hashed-before-it-is-used-01"
#define USER "{\"_user_id\":\"7\",\"_fresh\":false}"

typedef struct {
    const char *name, *format, *key, *document, *options[2];
    int noptions;
    const sc_key_t *keys[1];
    const sc_codec_t *codec;
    sc_bytes_t token;
} sample_t;

static sample_t samples[] = {
    {.format = "flask", .key = SECRET},
    {.format = "itsdangerous", .key = SECRET},
    {.format = "cookie-manager", .key = SECRET},
    {.format = "werkzeug", .key = "text:" LONG_KEY},
    {.format = "django", .key = SECRET},
    {.format = "starlette", .key = SECRET},
    {.format = "flask-login", .key = SECRET, .document = USER},
    {.format = "paseto-remember", .key = SECRET, .document = USER},
    {.format = "flask-paseto", .key = SECRET},
    {"v1.local", "paseto", SECRET, .options = {"version=1", "purpose=local"}, 2},
    {"v2.local", "paseto", SECRET, .options = {"version=2", "purpose=local"}, 2},
    {"v3.local", "paseto", SECRET, .options = {"version=3", "purpose=local"}, 2},
    {"v4.local", "paseto", SECRET, .options = {"version=4", "purpose=local"}, 2},
    {.name = "v1.public", .format = "paseto", .key = PEMS "rsa.pem"},
    {"v2.public", "paseto", PEMS "ed.pem", .options = {"version=2"}, 1},
    {.name = "v3.public", .format = "paseto", .key = PEMS "ec.pem"},
    {"v4.public", "paseto", PEMS "ed.pem", .options = {"version=4"}, 1},
};

static const char *document_in(const sc_codec_t *codec, sc_bytes_t token, apr_pool_t *p)
{
    const sc_session_t *session;

    if (sc_codec_open(&session, codec, token, &env, p)) return NULL;
    return text_of(sc_doc_write(session->doc, SC_TAGGED, SC_COMPACT, p));
}

static const char *make_codec(sc_codec_t **codec, const sample_t *sample, apr_pool_t *p)
{
    return sc_codec_make(codec, sample->format, sample->keys, 1, sample->options,
                         sample->noptions, p);
}

static const char *run_token(const void *what, apr_pool_t *p)
{
    const sample_t *sample = what;
    const sc_session_t *session;
    const char *text;
    sc_codec_t *codec;
    sc_bytes_t sealed;

    if (make_codec(&codec, sample, p) ||
        sc_codec_open(&session, codec, sample->token, &env, p))
        return NULL;
    text = text_of(sc_doc_write(session->doc, SC_TAGGED, SC_COMPACT, p));
    if (sc_codec_seal(&sealed, codec, sc_doc_dup(session->doc, p), session, &env, p))
        return NULL;
    end_faults();
    if (!document_in(sample->codec, sealed, p) ||
        strcmp(document_in(sample->codec, sealed, p), text))
        return wrong;
    return text;
}

static void tokens(void)
{
    const char *document = apr_psprintf(
        pool, "{\"user\":\"7\",\"key_id\":\"main\",\"text\":\"%0*d\"}", 600, 7);

    for (unsigned i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
        sample_t *sample = &samples[i];
        sc_codec_t *codec;
        sc_doc_t *doc;
        const char *err;

        sample->keys[0] = key_of(sample->key, 0);
        err = make_codec(&codec, sample, pool);
        if (err) printf("# %s\n", err);
        if (err ||
            sc_doc_parse(&doc,
                         sc_bytes_str(sample->document ? sample->document : document),
                         codec->options.serializer->tagged, &limits, pool) ||
            sc_codec_seal(&sample->token, codec, doc, NULL, &env, pool)) {
            ok(0, "a token of %s", sample->format);
            continue;
        }
        sample->codec = codec;
        with_faults(sample->name ? sample->name : sample->format, run_token, sample);
    }
}

static const char *run_mint(const void *what, apr_pool_t *p)
{
    static const sc_mint_config_t config = {
        .issuer = "https://www.example", .ttl = 60 * APR_USEC_PER_SEC, .names_key = true};
    const sc_key_t *keys[] = {what};
    const sc_minting_t minting = {.user = {(const unsigned char *)"7", 1},
                                  .end = SC_NEVER};
    sc_minter_t *minter;
    sc_codec_t *codec;
    apr_time_t expires;
    sc_bytes_t token;

    if (sc_minter_make(&minter, keys, 1, &config, p) ||
        sc_mint(&token, &expires, minter, &minting, &env, p))
        return NULL;
    end_faults();
    if (sc_codec_make(&codec, "paseto", keys, 1, NULL, 0, p)) return wrong;
    return document_in(codec, token, p);
}

static void minting(void)
{
    with_faults("a token under a local key", run_mint, local_of(4));
    with_faults("a token under a pair", run_mint, pair_of(3, false));
}

/* --- XSRF tokens --- */

static const sc_xsrf_binding_t visitor = {
    .user = {(const unsigned char *)"user-1", 6},
    .visitor = {(const unsigned char *)"visitor-1", 9},
    .secret = {(const unsigned char *)"abcdefghijABCDEFGHIJ0123456789zZ", 32}};

static const char *run_xsrf(const void *what, apr_pool_t *p)
{
    sc_bytes_t token;
    sc_xsrf_t *xsrf;

    if (sc_xsrf_prepare(&xsrf, what, samples[0].keys, 1, p) ||
        sc_xsrf_make(&token, xsrf, &visitor, &env, p) ||
        sc_xsrf_check(xsrf, token, &visitor, -1, &env, p))
        return NULL;
    end_faults();
    return sc_xsrf_check(xsrf, token, &visitor, -1, &env, p) ? wrong : "it passes";
}

static void xsrf(void)
{
    for (int i = 0; sc_xsrf_scheme_at(i); i++)
        with_faults(sc_xsrf_scheme_at(i)->name, run_xsrf, sc_xsrf_scheme_at(i)->name);
}

/* --- documents --- */

#define LONG_NAME                                                                        \
    "a name that is so long that it does not fit into the room on the stack, which "     \
    "holds many names but neither this one nor any that is longer than it, as it has "   \
    "to be twice as large, and that is what this sentence goes on for and on for and "   \
    "on for until there are two hundred and fifty six of them or a few more than that"

static const char *run_document(const void *what, apr_pool_t *p)
{
    static const char odd[] = LONG_NAME "\0" LONG_NAME;
    const sc_value_t *value;
    sc_doc_t *doc, *copy;
    sc_bytes_t text;

    if (sc_doc_parse(&doc, sc_bytes_str(what), true, &limits, p)) return NULL;
    copy = sc_doc_dup(doc, p);
    sc_doc_put(copy, sc_bytes(odd, sizeof(odd) - 1),
               sc_value_make_string(sc_bytes("x", 1)));
    sc_doc_put(copy, sc_bytes("n", 1), sc_value_make_number(sc_bytes("1e9", 3)));
    sc_doc_put(copy, sc_bytes("f", 1), sc_value_make_bool(true));
    sc_doc_remove(copy, sc_bytes("o", 1));
    if (!sc_doc_find(&value, copy, "/a/0")) return wrong;
    text = sc_doc_write(copy, SC_TAGGED, SC_COMPACT, p);
    return apr_pstrcat(p, text_of(text),
                       text_of(sc_doc_write(copy, SC_PLAIN, SC_SPACED, p)), NULL);
}

static void documents(void)
{
    with_faults("a document", run_document,
                "{\"a\":[1,2.5,true,null,123456789012345678901],\"o\":{\"x\":\"y\"},"
                "\"t\":{\" t\":[{\" b\":\"YR==\"},{\" m\":null}]},"
                "\"u\":{\" u\":\"00112233445566778899aabbccddeeff\"},"
                "\"d\":{\" d\":\"Thu, 9 Oct 2025 08:53:20 GMT\"},"
                "\"l\":{\" di\":{\" t__\":1}}}");
}

static const char *run_stored(const void *what, apr_pool_t *p)
{
    sc_doc_t *doc;

    if (sc_serializer_stored.decode(&doc, sc_bytes_str(what), &limits, p)) return NULL;
    return text_of(sc_doc_write(doc, SC_TAGGED, SC_COMPACT, p));
}

static void stored(void)
{
    with_faults("a stored pickle", run_stored, "(dS'a'\n(lI1\naI01\naF1.5\naS'b'\nas.");
#ifdef MSGPACK
    with_faults("stored MessagePack", run_stored,
                "\x82\xa1"
                "a\x92\x01\xc3\xa1"
                "t\xd6\xff\x68\xe7\x78\x80");
#endif
}

/* --- the hand-off --- */

static const char *run_handoff(const void *what, apr_pool_t *p)
{
    static const sc_bytes_t verifier = {
        (const unsigned char *)"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", 43};
    unsigned char id[SC_ALIAS_ID];
    sc_grant_t grant = {.issued = NOW, .expires = NOW + 1, .dies = NOW}, back;
    sc_bytes_t sealed, opened;
    sc_alias_t alias, again;
    sc_doc_t *doc;

    if (sc_doc_parse(&doc, sc_bytes_str(what), false, &limits, p) ||
        sc_alias_make(&alias, &env) || sc_alias_id(id, &alias) ||
        sc_alias_read(&again, sc_alias_text(&alias, p), p))
        return NULL;
    grant.doc = doc;
    if (sc_pkce_challenge(&grant.challenge,
                          sc_bytes_str("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
                          p) ||
        sc_alias_seal(&sealed, &alias, sc_grant_write(&grant, p), &env, p) ||
        sc_alias_open(&opened, &again, sealed, p) ||
        sc_grant_read(&back, opened, &limits, p) ||
        !sc_pkce_is_met(back.challenge, verifier) || !sc_alias_cookie_name(&env, p))
        return NULL;
    return text_of(sc_doc_write(back.doc, SC_PLAIN, SC_COMPACT, p));
}

static void handoff(void)
{
    with_faults("a hand-off", run_handoff, "{\"user\":\"7\"}");
    with_faults("a hand-off of a long session", run_handoff,
                apr_psprintf(pool, "{\"user\":\"7\",\"text\":\"%0*d\"}", 40000, 7));
}

/* --- revocations --- */

static char *list_path;

/* The file has two lines that count, and one that somebody did not finish. */
static void write_list(void)
{
    static const char text[] =
        "# by hand\nuser\t*\t7\t1\nuser\t*\t7\t2\nkey\tmain\tban\nkey\tx";
    const char *function = fault.function;
    FILE *file;

    end_faults();
    file = fopen(list_path, "w");
    fputs(text, file);
    fclose(file);
    fault.function = function;
}

static apr_status_t count_line(void *baton, sc_bytes_t line)
{
    (void)line;
    ++*(int *)baton;
    return APR_SUCCESS;
}

/* How many entries count, or -1. */
static int listed(apr_pool_t *p)
{
    sc_revocation_counts_t counts;
    int n = 0;

    return sc_revocation_list(&counts, list_path, 0, count_line, &n, &env, p) ? -1 : n;
}

static int64_t until(const sc_revoked_t *table, const char *user)
{
    sc_revocation_t subject = {.kind = SC_REVOKE_USER,
                               .source = sc_bytes_str(SC_ANY_SOURCE),
                               .name = sc_bytes_str(user)};

    return sc_revoked_until(table, sc_revoked_hash(table, &subject));
}

static const char *work_with(sc_revoked_t *table, apr_pool_t *p)
{
    const sc_bytes_t line = sc_bytes_str("user\t*\t8\t3\n");
    sc_revocation_counts_t counts;
    sc_revoked_news_t news;

    if (sc_revoked_refresh(&news, table, list_path, true, p) ||
        sc_revocation_append(list_path, line) ||
        sc_revoked_refresh(&news, table, list_path, false, p) || listed(p) < 0 ||
        sc_revocation_compact(&counts, list_path, 0, &env, p) ||
        sc_revoked_refresh(&news, table, list_path, false, p))
        return NULL;
    return apr_psprintf(p, "%d %d %d %d", (int)until(table, "7"), (int)until(table, "8"),
                        (int)counts.entries, (int)sc_revoked_entries(table));
}

static const char *run_revocation(const void *what, apr_pool_t *p)
{
    sc_revoked_t *table;
    const char *text;
    sc_revoked_news_t news;
    int left;

    (void)what;
    write_list();
    table = sc_revoked_make(256, &env);
    if (!table) return NULL;
    text = work_with(table, p);
    end_faults();
    left = listed(p);
    /* Nobody who was locked out is let in again, and the next look is a good one. */
    if (left < 2 || sc_revoked_refresh(&news, table, list_path, false, p) ||
        until(table, "7") != 2 || sc_revoked_entries(table) != (apr_uint64_t)left)
        text = wrong;
    sc_revoked_free(table);
    return text;
}

/* A process dies while it reads the file for all of them. */
static const char *run_orphan(const void *what, apr_pool_t *p)
{
    const char *function = fault.function;
    sc_revoked_t *table;
    sc_revoked_news_t news;
    apr_status_t rv;
    pid_t child;

    (void)what;
    write_list();
    end_faults();
    table = sc_revoked_make(256, &env);
    if (!table) return NULL;
    fflush(stdout);
    child = fork();
    if (child == 0) {
        fault.function = "pread";
        fault.calls = 1;
        fault.ends_process = true;
        _exit(sc_revoked_refresh(&news, table, list_path, true, p));
    }
    waitpid(child, NULL, 0);
    fault.function = function;
    rv = sc_revoked_refresh(&news, table, list_path, true, p);
    end_faults();
    if (!rv && until(table, "7") != 2) rv = -1;
    sc_revoked_free(table);
    return rv ? NULL : "it is read again";
}

static void revocations(void)
{
    static char folder[] = "/tmp/sessioncookie-faults-XXXXXX";

    if (!mkdtemp(folder)) return;
    list_path = apr_pstrcat(pool, folder, "/list", NULL);
    with_faults("a list of revocations", run_revocation, NULL);
    with_faults("the lock of a dead process", run_orphan, NULL);
    unlink(list_path);
    ok(rmdir(folder) == 0, "nothing is left beside the list");
}

/* --- */

static const char *run_start(const void *what, apr_pool_t *p)
{
    (void)what;
    (void)p;
    return sc_crypto_init() ? NULL : "it starts";
}

/* With fortified functions and 64-bit offsets on 32 bits, files are read and written by
 * functions with other names. */
static bool has_other_names(void)
{
    return sizeof(off_t) != sizeof(long) || __USE_FORTIFY_LEVEL > 0;
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    with_faults("libsodium's start", run_start, NULL);
    loading();
    wrapping();
    making();
    tokens();
    minting();
    xsrf();
    documents();
    stored();
    handoff();
    revocations();
    for (int i = 0; i < FUNCTIONS; i++)
        ok(functions[i].was_reached ||
               (functions[i].kind == SETS_ERRNO && has_other_names()),
           "%s was called", functions[i].name);
    apr_pool_destroy(pool);
    apr_terminate();
    return done();
}
